"""Cases that somebody wrote down to try rules on: records, flat and with any text as ids, and the day they are judged.

What can't be read is told with its place. Of the fields of a record nothing is refused here: rules judge those.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson

from fieldsync.programs import TYPES
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import sheets_of
from fieldsync.programs.trying import folder_of
from fieldsync.programs.values import is_day
from fieldsync.rules import Book, Finding


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
        CaseError: it has not that form, or a record's type is not known.
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
    return Case(given["id"], _day(given.get("now"), "now"), folder_of([*_told_once(records)]), frozenset(days))


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
    if not isinstance(record.get("type"), str) or record["type"] not in TYPES:
        raise CaseError(f"{where}/type: no such record type: {record.get('type')}")
    for name in ("id", "area"):
        if not isinstance(record.get(name, ""), str | None):
            raise CaseError(f"{where}/{name} must be a text")


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
