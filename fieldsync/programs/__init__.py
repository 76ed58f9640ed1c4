"""The record types of the vans, declared as data, and what follows from a declaration.

Judges one record by itself: no database, no clock, no other record. The other rooms see
only what is named here; a type's fields live in the sub-packages, by program.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fieldsync.programs.child import TYPES as CHILD
from fieldsync.programs.civil import TYPES as CIVIL
from fieldsync.programs.common import TYPES as COMMON
from fieldsync.programs.compiled import accepts
from fieldsync.programs.declare import Field, RecordType
from fieldsync.programs.examine import Finding, examine
from fieldsync.programs.extract import Reference, parted, references, subject_of, without_restricted_fields
from fieldsync.programs.maternal import TYPES as MATERNAL
from fieldsync.programs.older import NewerVersion, UnknownVersion
from fieldsync.programs.schema import schema_for
from fieldsync.programs.service import TYPES as SERVICE
from fieldsync.programs.values import DOUBTS
from fieldsync.programs.versions import translate

__all__ = [
    "DOUBTS",
    "PROGRAMS",
    "TYPES",
    "Field",
    "Finding",
    "NewerVersion",
    "RecordType",
    "Reference",
    "UnknownVersion",
    "accepts",
    "examine",
    "parted",
    "programs_of",
    "references",
    "schema_for",
    "subject_of",
    "translate",
    "without_restricted",
]

# The programs that a van may carry; the types of `common` go with every one of them.
PROGRAMS: tuple[str, ...] = ("civil", "maternal", "child", "service")
# Who somebody is, is no matter of complaints.
_OF_PERSONS = frozenset({"civil", "maternal", "child"})

TYPES: Mapping[str, RecordType] = MappingProxyType(
    {kind.name: kind for kinds in (COMMON, MATERNAL, CHILD, CIVIL, SERVICE) for kind in kinds}
)


def programs_of(name: str) -> frozenset[str]:
    """Return the programs that answer for what a record of this type says: its own, or all that care for persons."""
    program = TYPES[name].program
    return _OF_PERSONS if program == "common" else frozenset({program})


def without_restricted(name: str, data: dict[str, Any], *, restricted: bool) -> dict[str, Any]:
    """Return the fields of a record of this type that somebody may read who may, or may not, read restricted ones."""
    return data if restricted else without_restricted_fields(TYPES[name], data)
