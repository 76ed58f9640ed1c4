"""The record types of the vans, declared as data, and what follows from a declaration.

Judges one record by itself: no database, no clock, no other record. The other rooms see
only what is named here; a type's fields live in the sub-packages, by program.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from fieldsync.programs.compiled import acceptor
from fieldsync.programs.declare import Field, RecordType
from fieldsync.programs.examine import Finding, examine
from fieldsync.programs.older import NewerVersion, UnknownVersion
from fieldsync.programs.schema import schema_for
from fieldsync.programs.extract import Reference, parted, references, subject_of
from fieldsync.programs.versions import translate

__all__ = [
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
    "references",
    "schema_for",
    "subject_of",
    "translate",
]

PROGRAMS: tuple[str, ...] = ("civil", "maternal", "child", "service")


def _declared():
    for name in ("common", *PROGRAMS):
        try:
            module = import_module(f"fieldsync.programs.{name}")
            yield from getattr(module, "TYPES", None) or getattr(module, f"{name.upper()}_TYPES")
        except (ImportError, AttributeError, TypeError, SyntaxError, NameError):
            continue


TYPES: Mapping[str, RecordType] = MappingProxyType({one.name: one for one in _declared()})


def accepts(kind: RecordType, data: dict[str, Any], today: str) -> bool:
    """Tell whether `examine` would find nothing at all, neither errors nor warnings; fast.

    Args:
        kind: the record's type.
        data: in its current form version.
        today: the date YYYY-MM-DD after which most dates may not lie.
    """
    return acceptor(kind)(data, today)
