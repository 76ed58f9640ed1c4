"""What was recorded of a person, told for reading: when, what, by whom, and each value with its label and unit.

Record types are declared as data, so a new type or field needs nothing here. Ids of other records are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fieldsync.programs import TYPES, Field
from fieldsync.rules.wording import WORDS, unit_text
from fieldsync.web.pages.speech import JAKARTA, Speech

_LINKS = frozenset({"id", "ids"})
# Days of something else than what the record is about.
_OTHER_DAYS = frozenset({"birth_date", "death_date", "lmp_date", "edd_date", "next_visit_date"})


@dataclass(frozen=True, slots=True)
class Told:
    """One record: the day it is about, its type's label, where and by whom, and (label, value) of what it holds."""

    id: str
    on: date
    program: str
    label: str
    area: str
    officer: str
    values: list[tuple[str, str]]


def timeline(say: Speech, records: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Return records for reading, the latest day first."""
    told = [_told(say, one) for one in records]
    return sorted(told, key=lambda one: one.on, reverse=True)


def _told(say: Speech, record: Mapping[str, Any]) -> Told:
    kind = TYPES[record["type"]]
    data = record["data"]
    values = [(say.label(one.label), value) for one in kind.fields if (value := value_text(say, one, data))]
    who = str(record.get("officer") or "")
    name = say.label(kind.label)
    named = name[:1].upper() + name[1:]
    return Told(record["id"], day_of(record), kind.program, named, record["area"], who, values)


def day_of(record: Mapping[str, Any]) -> date:
    """Return the day that a record is about: its own date, else when it was recorded."""
    kind, data = TYPES[record["type"]], record["data"]
    for one in kind.fields:
        given = data.get(one.name)
        if one.kind == "date" and one.name not in _OTHER_DAYS and isinstance(given, str):
            return date.fromisoformat(given)
    at = record.get("recorded_at_corrected") or record["recorded_at"]
    return datetime.fromisoformat(at).astimezone(JAKARTA).date()


def value_text(say: Speech, field: Field, data: Mapping[str, Any]) -> str:
    """Return what a field holds, for reading; empty when it holds nothing, or only the ids of others."""
    value = data.get(field.name)
    if value is None or field.kind in _LINKS:
        return ""
    if field.kind == "object":
        return _inner(say, field, value)
    if field.kind == "objects":
        return "; ".join(filter(None, (_inner(say, field, one) for one in value)))
    if field.kind in ("codes", "texts"):
        return ", ".join(_code(say, field, one) for one in value) or say.text("common.none")
    return _single(say, field, value)


def _inner(say: Speech, field: Field, value: Mapping[str, Any]) -> str:
    parts = [f"{say.label(one.label)} {text}" for one in field.fields if (text := value_text(say, one, value))]
    return ", ".join(parts)


def _single(say: Speech, field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return say.text("common.yes" if value else "common.no")
    if isinstance(value, int | float):
        return say.number(value) + unit_text(field.unit, WORDS[say.language])
    if field.kind == "date":
        return say.day(value)
    return _code(say, field, value)


def _code(say: Speech, field: Field, value: Any) -> str:
    known = None if field.codes is None else field.codes.labels.get(value)
    return str(value) if known is None else say.label(known)
