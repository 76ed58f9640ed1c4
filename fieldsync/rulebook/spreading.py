"""Rules that changed reach everybody: whoever is there is put on the watch, so that the timed run judges them anew.

It goes by which book everybody was judged by last: another set, a newer version whose day has come, or a newer
version of the program all begin it. Broken off, the next run goes on; begun anew when the book changes meanwhile.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import Connection, insert, select, update

from fieldsync import cases, registry
from fieldsync.db import Store
from fieldsync.rulebook.in_force import rules_in_force
from fieldsync.rulebook.tables import SpreadRow

Guard = Callable[[Connection], None]
_ROW = SpreadRow.__table__.c
_BEGIN, _LOOSE = "", "records "


def spread(store: Store, today: date, guard: Guard, at_once: int) -> int:
    """Put everybody on the watch for today, if the rules are others than those by which they were judged last.

    Args:
        store: the database.
        today: the day of the rules.
        guard: called first in each transaction; what it raises ends the run.
        at_once: subjects of a transaction.

    Returns:
        how many persons and records were put there.
    """
    place, total = store.transact(partial(_begun, today=today, guard=guard)), 0
    while place is not None:
        work = partial(_go_on, place=place, today=today, guard=guard, at_once=at_once)
        place, number = store.transact(work)
        total += number
    return total


def note_book(connection: Connection, today: date) -> None:
    """Note, before the rules change, by which book everybody is judged, if no timed run ever did."""
    if connection.execute(select(_ROW.id)).first() is None:
        book = rules_in_force(connection).name(today)
        connection.execute(insert(SpreadRow).values(id=1, book=book, place=None))


def _begun(connection: Connection, today: date, guard: Guard) -> str | None:
    """Return where to go on, None when there is nothing to do."""
    guard(connection)
    note_book(connection, today)
    there = connection.execute(select(_ROW.book, _ROW.place).with_for_update()).one()
    if there.book == rules_in_force(connection).name(today):
        return str(there.place) if there.place is not None else None
    # A push that began under the old rules must end first: it would set anew when to look at those whom it judged.
    registry.own_persons(connection)
    book = rules_in_force(connection).name(today)
    connection.execute(update(SpreadRow).values(book=book, place=_BEGIN))
    return _BEGIN


def _go_on(connection: Connection, place: str, today: date, guard: Guard, at_once: int) -> tuple[str | None, int]:
    """Put the next ones on the watch: persons by their ids, then records that are about nobody."""
    guard(connection)
    loose = place.startswith(_LOOSE)
    after = place.removeprefix(_LOOSE)
    ids = (registry.loose_after if loose else registry.persons_after)(connection, after, at_once)
    cases.look_today(connection, ids, today, record=loose)
    head = _LOOSE if loose else _BEGIN
    following = head + ids[-1] if len(ids) == at_once else None if loose else _LOOSE
    connection.execute(update(SpreadRow).values(place=following))
    return following, len(ids)
