"""What the tests of this folder share: the types, ids, and valid data with single values changed.

Holds no tests and no expectations.
"""

from random import Random
from typing import Any

from factory import TODAY, valid_data
from sample import SAMPLE

from fieldsync.programs import TYPES, Finding, RecordType, accepts, examine
from fieldsync.programs.declare import Field

KINDS: tuple[RecordType, ...] = (*TYPES.values(), SAMPLE)


def name_of(kind: object) -> str:
    return kind.name if isinstance(kind, RecordType) else str(kind)


def ids_from(rng: Random):
    """Return a maker of record ids that follows the random generator, in lower case."""

    def new_id(_: str) -> str:
        drawn = f"{rng.getrandbits(128):032x}"
        return "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))

    return new_id


def valid(kind: RecordType, seed: int = 1, *, given: float = 0.7) -> dict[str, Any]:
    rng = Random(seed)  # the same data each time
    return valid_data(kind, rng, ids_from(rng), given=given)


def sample(**changed: Any) -> dict[str, Any]:
    """Return the smallest data of the sample type, with fields changed."""
    smallest = {
        "person_id": "0190a5e4-0000-7000-8000-000000000001",
        "visit_date": "2026-03-01",
        "subject": "mother",
        "oedema": False,
        "signs": [],
        "full_name": "Siti Aminah",
        "village_code": "16.07.01.2001",
    }
    return smallest | changed


def found(kind: RecordType, data: dict[str, Any], today: str = TODAY) -> tuple[dict[str, str], dict[str, str]]:
    """Return errors and warnings as code by pointer, after asserting that the fast path agrees."""
    errors, warnings = examine(kind, data, today)
    assert accepts(kind, data, today) is (not errors and not warnings)
    return _codes(errors), _codes(warnings)


def _codes(findings: list[Finding]) -> dict[str, str]:
    assert len({one.pointer for one in findings}) == len(findings)
    return {one.pointer: one.code for one in findings}


def declared(kind: RecordType) -> list[tuple[tuple[Field, ...], Field]]:
    """Return every field of a type, nested ones too, with the fields that it lies in."""
    return [row for one in kind.fields for row in _below((), one)]


def _below(outer: tuple[Field, ...], field: Field) -> list[tuple[tuple[Field, ...], Field]]:
    inner = [row for one in field.fields for row in _below((*outer, field), one)]
    return [(outer, field), *inner]
