"""What people who make charts may read of records: views with their columns, from the declarations of record types.

No identity value, nothing restricted, no free text, and of a place no more than its village. Pure: no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fieldsync.programs import TYPES, Field, RecordType

Label = Mapping[str, str]
# Texts that name units, services and batches, or a flag; any other text might hold a name or a number of somebody.
_HARMLESS = frozenset(
    {"complaint.subject_unit", "follow_up_action.flag_id", "immunisation.batch", "survey_response.service"}
    | {"survey_response.unit"}
)
_SQL = MappingProxyType(
    {"int": "bigint", "number": "numeric", "date": "date", "time": "text", "bool": "boolean", "code": "text"}
    | {"codes": "text[]", "id": "text", "ids": "text[]", "area": "text", "text": "text"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in PostgreSQL, what it says in both languages, the unit and the codes it takes."""

    name: str
    type: str
    label: Label
    unit: str = ""
    codes: Mapping[str, Label] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A view of schema ``bi``: its name, what a row is in both languages, its columns.

    `kind` is the record type that its rows are of, and `part` the list of that type whose items they are.
    """

    name: str
    label: Label
    columns: tuple[Column, ...]
    kind: str | None = None
    part: str | None = None

    def own(self) -> Sequence[Column]:
        """Return the columns that come from the fields of the record type."""
        common = {one.name for one in (_ITEM if self.part else _ENVELOPE)}
        return [one for one in self.columns if one.name not in common]


def column(name: str, kind: str, indonesian: str, english: str) -> Column:
    """Make a column without unit and codes."""
    return Column(name, kind, MappingProxyType({"id": indonesian, "en": english}))


_ENVELOPE = (
    column("record_id", "uuid", "Nomor rekaman", "Id of the record"),
    column("person_id", "uuid", "Nomor orang, tanpa identitas; satu orang satu nomor", "Id of the person, no identity"),
    column("village_code", "text", "Kode desa tempat dicatat", "Code of the village of recording"),
    column("district_code", "text", "Kode kecamatan tempat dicatat", "Code of the district of recording"),
    column("recorded_at", "timestamptz", "Dicatat pada", "Recorded at"),
    column("received_at", "timestamptz", "Diterima server pada", "Received by the server at"),
    column("rev", "integer", "Revisi rekaman", "Revision of the record"),
)
_ITEM = (
    column("record_id", "uuid", "Nomor rekaman", "Id of the record"),
    column("subject_id", "uuid", "Nomor orang dari rekaman", "Id of the record's person"),
    column("position", "integer", "Urutan dalam rekaman, dari 1", "Place in the record, from 1"),
)


def record_views() -> Iterator[View]:
    """Yield a view for each record type, and one for each list of objects in it."""
    for kind in TYPES.values():
        taken = {one.name for one in _ENVELOPE}
        own = tuple(_column(one) for one in kind.fields if _open(kind, one) and one.name not in taken)
        yield View(kind.name, kind.label, _ENVELOPE + own, kind.name)
        for part in kind.fields:
            if part.kind == "objects" and not part.restricted and not part.sealed:
                yield from _items(kind, part)


def _items(kind: RecordType, part: Field) -> Iterator[View]:
    own = tuple(_column(one) for one in part.fields if _open(kind, one))
    if own:
        words = {language: f"{kind.label[language]}: {part.label[language]}" for language in ("id", "en")}
        yield View(f"{kind.name}_{part.name}", MappingProxyType(words), _ITEM + own, kind.name, part.name)


def _open(kind: RecordType, field: Field) -> bool:
    """Tell whether a field may be read by everybody who makes charts."""
    if field.seals or field.restricted:
        return False
    return field.kind in _SQL and (field.kind != "text" or f"{kind.name}.{field.name}" in _HARMLESS)


def _column(field: Field) -> Column:
    codes = None if field.codes is None else field.codes.labels
    return Column(field.name, _SQL[field.kind], field.label, field.unit, codes)
