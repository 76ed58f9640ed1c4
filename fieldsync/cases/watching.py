"""The watch: per subject the next day on which the passing of time alone may raise or end a flag.

So a night looks at those whose day has come, whether the clock ran yesterday or not, and at nobody else.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, delete, select, update

from fieldsync.cases.gathering import Gathered
from fieldsync.cases.tables import WatchRow
from fieldsync.db import add_missing_rows, add_rows, member_of
from fieldsync.rules import Book, Sheet

_COLUMNS = ("id", "record", "look_on")


def watch(connection: Connection, book: Book, gathered: Gathered, sheets: Iterable[Sheet], today: date) -> None:
    """Set anew when what was looked at must be looked at again, where that is another day; two statements at most."""
    looks: dict[tuple[str, bool], date] = {}
    for sheet in sheets:
        owner = (sheet.person, False) if sheet.person is not None else (sheet.record, True)
        on = book.next_look(sheet, today) if sheet.newest else None
        if on is not None and owner[0] is not None:
            at = (owner[0], owner[1])
            looks[at] = min(on, looks.get(at, on))
    still = {one for one, on in gathered.watched.items() if looks.get((one, False)) == on}
    looked_at = {*gathered.persons, *gathered.loose, *gathered.formerly, *(one for one, _ in looks)}
    if stale := sorted(looked_at - still):
        connection.execute(delete(WatchRow).where(member_of(connection, WatchRow.id, stale)))
    rows = [(one, record, on) for (one, record), on in looks.items() if one not in still]
    add_rows(connection, WatchRow, _COLUMNS, sorted(rows))


def due_to_look(connection: Connection, today: date, limit: int, after: str = "") -> Sequence[tuple[str, bool]]:
    """Return up to `limit` subjects whose day has come, in order of their ids, each with whether it is no person."""
    row = WatchRow.__table__.c
    query = select(row.id, row.record).where(row.look_on <= today).order_by(row.id).limit(limit)
    if after:
        query = query.where(row.id > after)
    return [(one.id, one.record) for one in connection.execute(query)]


def leave_watch(connection: Connection, ids: Sequence[str], today: date) -> None:
    """Take off the watch what was looked at and still is due: it is there no more, or is somebody else by now."""
    row = WatchRow.__table__.c
    connection.execute(delete(WatchRow).where(member_of(connection, row.id, ids), row.look_on <= today))


def look_today(connection: Connection, ids: Sequence[str], today: date, *, record: bool) -> None:
    """Put these subjects on the watch for today, those too that were to be looked at later; two statements."""
    row = WatchRow.__table__.c
    sooner = update(WatchRow).where(member_of(connection, row.id, ids), row.look_on > today).values(look_on=today)
    connection.execute(sooner)
    add_missing_rows(connection, WatchRow, _COLUMNS, [(one, record, today) for one in ids])
