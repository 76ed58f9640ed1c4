"""What one record says about who somebody is, read once into comparable form.

Names are opened and folded, numbers parsed; the village is told by its present code.
What a record does not say is None or empty: nothing is guessed here, nothing weighed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fieldsync.identity.normal.names import Name, ReadName, read_name
from fieldsync.identity.normal.numbers import Nik, read_kk, read_nik
from fieldsync.identity.normal.phones import national
from fieldsync.identity.normal.villages import present_code

_NOTHING = ReadName(None, None, None, None, married_style=False, newborn=False)


@dataclass(frozen=True, slots=True)
class Traits:
    """One record's say.

    Attributes:
        record_id: of the person record.
        on: when it was recorded.
        names: her own, an alias after it; empty when the record calls her by another's ("By. Ny. Siti").
        born: the date of birth as given, `rough` when it is an estimate or lacks its day.
        village_code: the Kemendagri code as the record has it.
        village: the present code of the village.
    """

    record_id: str
    on: date
    nik: Nik | None
    kk: str | None
    phone: str | None
    village_code: str | None
    names: tuple[Name, ...]
    sex: str | None
    born: date | None
    rough: bool
    mothers: tuple[Name, ...]
    fathers: tuple[Name, ...]
    spouses: tuple[Name, ...]
    died: date | None
    village: str | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Read the code of the village once: it is asked for with every comparison."""
        now = None if self.village_code is None else present_code(self.village_code, self.on)
        object.__setattr__(self, "village", now)


def traits_of(record_id: str, fields: Mapping[str, Any], on: date) -> Traits:
    """Read the fields of a person record.

    Args:
        record_id: its id.
        fields: as the record type `person` declares them; valid, or empty.
        on: the date of recording.
    """
    own = _read(fields.get("full_name"))
    mother = _read(fields.get("mother_name"))
    father, spouse = _read(fields.get("father_name")), _read(fields.get("spouse_name"))
    return Traits(
        record_id,
        on,
        _nik(fields.get("nik")),
        _kk(fields.get("kk_number")),
        _phone(fields.get("phone")),
        fields.get("village_code"),
        _given(own.name, own.also),
        fields.get("sex"),
        _day(fields.get("birth_date")),
        fields.get("birth_date_precision") not in (None, "day"),
        _given(mother.name, own.mother),
        _given(father.name, own.father),
        _given(spouse.name),
        _day(fields.get("death_date")),
    )


def _read(text: str | None) -> ReadName:
    return read_name(text) if text else _NOTHING


def _given(*names: Name | None) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _nik(text: str | None) -> Nik | None:
    return read_nik(text) if text else None


def _kk(text: str | None) -> str | None:
    return read_kk(text) if text else None


def _phone(text: str | None) -> str | None:
    return national(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
