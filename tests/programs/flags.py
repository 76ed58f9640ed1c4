"""Which flags some flat records raise, by the shipped rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of


def flags(records: Sequence[Mapping[str, Any]], now: str, *, holidays: Iterable[str] = ()) -> set[tuple[str, str]]:
    """Return (rule, subject) of everything that is true at `now`."""
    day = date.fromisoformat(now)
    book = book_on(day)
    frame = Frame(day, book.tables, frozenset(map(date.fromisoformat, holidays)))
    return {(one.rule.id, one.sheet.subject) for one in book.judge(sheets_of(folder_of(records), frame), day)}
