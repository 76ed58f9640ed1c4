"""Rules tried on records as somebody wrote them down: flat, with any text as ids, touching no database.

What can't be read is told with its place; a value that is only implausible is taken as it is, since rules judge that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson

from fieldsync.programs import TYPES
from fieldsync.programs.declare import Field
from fieldsync.programs.folder import Entry, Folder, Frame, Refused
from fieldsync.programs.following import sheets_of
from fieldsync.programs.usable import usable
from fieldsync.programs.values import is_day
from fieldsync.rules import Book, Finding

_HEAD = frozenset({"type", "id", "area", "recorded_at"})
_FORMS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("int", "number"), (int, float)),
    "bool": (bool,),
    "object": (dict,),
    **dict.fromkeys(("codes", "ids", "texts", "objects"), (list,)),
}
_FORM_NAMES: Mapping[type, str] = {int: "a number", bool: "true or false", dict: "an object", list: "a list"}
_TEXT = (str,)


class CaseError(ValueError):
    """A case that can't be read; the message says what is wrong where."""


class Case(NamedTuple):
    """Records and the day on which they are looked at."""

    id: str
    now: date
    folder: Folder
    holidays: frozenset[date]


def read_case(line: bytes) -> Case:
    """Read one case: JSON text ``{"id", "now", "records": [{"type", "id", …}], "holidays": […]}``.

    Raises:
        CaseError: it has not that form, a record's type is not known, or a field of it is of the wrong kind.
    """
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CaseError(f"no JSON: {error}") from error
    if not isinstance(given, dict):
        raise CaseError("a case is an object")
    if not isinstance(given.get("id"), str):
        raise CaseError("id must be a text")
    records, holidays = given.get("records"), given.get("holidays") or []
    if not isinstance(records, list):
        raise CaseError("records must be a list")
    if not isinstance(holidays, list):
        raise CaseError("holidays must be a list of dates")
    for at, record in enumerate(records):
        _refuse_strange(record, f"records/{at}")
    days = [_day(one, f"holidays/{at}") for at, one in enumerate(holidays)]
    return Case(given["id"], _day(given.get("now"), "now"), folder_of(_told_once(records)), frozenset(days))


def findings_of(case: Case, book: Book) -> list[Finding]:
    """Return the flags open on the day of the case: worst first, then by due day, rule and subject."""
    found = book.judge(sheets_of(case.folder, Frame(case.now, book.tables, case.holidays)), case.now)
    return sorted(found, key=lambda one: (one.rule.rank, one.due, one.rule.id, one.sheet.subject, one.sheet.episode))


def _day(value: object, where: str) -> date:
    if not is_day(value):
        raise CaseError(f"{where} must be a date, as 2026-03-10")
    return date.fromisoformat(str(value))


def _refuse_strange(record: object, where: str) -> None:
    if not isinstance(record, dict):
        raise CaseError(f"{where} must be an object")
    kind = TYPES.get(record["type"]) if isinstance(record.get("type"), str) else None
    if kind is None:
        raise CaseError(f"{where}/type: no such record type: {record.get('type')}")
    for name in ("id", "area"):
        if not isinstance(record.get(name, ""), str | None):
            raise CaseError(f"{where}/{name} must be a text")
    _refuse_forms(kind.fields, record, where)


def _refuse_forms(fields: Iterable[Field], data: Mapping[str, Any], where: str) -> None:
    """Refuse values that are of another kind than their fields, so that nothing that reads them need ask."""
    for field in fields:
        value, here = data.get(field.name), f"{where}/{field.name}"
        forms = _FORMS.get(field.kind, _TEXT)
        if value is None:
            continue
        if type(value) not in forms:
            raise CaseError(f"{here} must be {_FORM_NAMES.get(forms[0], 'a text')}")
        if field.kind == "object":
            _refuse_forms(field.fields, value, here)
        elif list in forms:
            _refuse_parts(field, value, here)


def _refuse_parts(field: Field, parts: Iterable[Any], where: str) -> None:
    for at, part in enumerate(parts):
        if field.kind != "objects":
            if not isinstance(part, str):
                raise CaseError(f"{where}/{at} must be a text")
        elif isinstance(part, dict):
            _refuse_forms(field.fields, part, f"{where}/{at}")
        else:
            raise CaseError(f"{where}/{at} must be an object")


def _told_once(records: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the records, one that is told twice only once.

    Raises:
        CaseError: two records of one type and id say different things.
    """
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for record in records:
        key = (record["type"], record.get("id") or "")
        if key[1] and seen.setdefault(key, record) is not record:
            if seen[key] != record:
                raise CaseError(f"{key[0]} {key[1]} is there twice, each time another")
            continue
        yield record


def folder_of(records: Iterable[Mapping[str, Any]]) -> Folder:
    """Return the folder that flat records make: ``{"type", "id", …}``; one without id gets one by its place.

    Values that can't be used are left out; the folder says of which records.

    Raises:
        KeyError: a type is not known.
    """
    read = [usable(TYPES[one["type"]], _fields(one)) for one in records]
    named = [
        (one.get("id") or f"#{at}", one["type"], data, one.get("area"))
        for at, (one, (data, _)) in enumerate(zip(records, read, strict=True))
    ]
    leads = {record_id: data.get(TYPES[kind].subject or "") for record_id, kind, data, _ in named}
    persons = {record_id for record_id, kind, _, _ in named if kind == "person"}
    entries = [Entry(one[0], one[1], one[2], _subject(one[0], leads, persons), one[3]) for one in named]
    refused = [
        Refused(one.id, one.person, one.area, fields) for one, (_, fields) in zip(entries, read, strict=True) if fields
    ]
    return Folder(entries, refused=refused)


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _full(value) for name, value in record.items() if name not in _HEAD and value is not None}


def _full(value: Any) -> Any:
    """Return a value without the nulls of the objects in it."""
    if isinstance(value, list):
        return [_full(part) for part in value]
    return {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else value


def _subject(record_id: str, leads: Mapping[str, str | None], persons: set[str]) -> str | None:
    """Follow what a record names until a person; an id that leads nowhere is taken for a person who is not there."""
    seen: set[str] = set()
    at = record_id
    while at not in persons and at not in seen:
        seen.add(at)
        following = leads.get(at)
        if following is None:
            return at if at not in leads else None
        at = following
    return at if at in persons else None
