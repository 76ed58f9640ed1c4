"""Who leads: one row with a term that counts up and a beat that moves while the leader lives.

A candidate that saw the same beat for long enough takes over, by its own watch: no two clocks are compared. It needs
no lock that a stopped process would keep. Such a one finds, when it goes on, that its term is over: every transaction
of a job asks that first, and holds the term until its commit.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, text, update

from fieldsync.clock.tables import TermRow
from fieldsync.db import Store, add_missing_rows

_ROW = TermRow.__table__.c
# A leader that is stopped within a transaction would keep its locks: PostgreSQL ends it after so long.
_NO_IDLING = text("SET LOCAL idle_in_transaction_session_timeout = '10s'")


class Deposed(Exception):  # noqa: N818 # it is not an error but the end of a term
    """Somebody else leads now, or this leader was told to stop: what it was about to do must not be done."""


class Seen(NamedTuple):
    """What a candidate saw of the leader."""

    term: int
    beat: int
    holder: str | None


@dataclass(slots=True)
class Term:
    """A term of leading; `ended` is set when it is over, as far as this process knows."""

    store: Store
    number: int
    ended: threading.Event = field(default_factory=threading.Event)

    def guard(self, connection: Connection) -> None:
        """Hold the term until the commit of this writing connection.

        Raises:
            Deposed: it is over; nothing may be written.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(_NO_IDLING)
        # A key share lets the leader's own beat through, and nobody who takes over.
        query = select(_ROW.term).with_for_update(read=True, key_share=True)
        if self.ended.is_set() or connection.execute(query).scalar() != self.number:
            raise Deposed

    def beat(self) -> bool:
        """Show that this leader lives; False when somebody else leads by now."""
        return self._change(beat=TermRow.beat + 1)

    def resign(self) -> bool:
        """Let somebody else lead at once; False when somebody does already."""
        self.ended.set()
        return self._change(holder=None)

    def _change(self, **values: object) -> bool:
        change = update(TermRow).where(TermRow.term == self.number).values(**values)
        return self.store.transact(lambda connection: connection.execute(change).rowcount) == 1


def look_at(store: Store) -> Seen | None:
    """Return what is to be seen of the leader; None when nobody ever led."""
    with store.reading() as connection:
        row = connection.execute(select(_ROW.term, _ROW.beat, _ROW.holder)).one_or_none()
    return Seen(*row) if row is not None else None


def take(store: Store, holder: str, seen: Seen | None, now: datetime) -> Term | None:
    """Begin a term, unless the leader gave another sign of life than what was seen, or another candidate was first.

    Args:
        store: the database.
        holder: who takes over, for people to read.
        seen: the leader as it was for so long that it must be gone, or that resigned; None when nobody ever led.
        now: the moment.
    """

    def work(connection: Connection) -> Term | None:
        columns = ("id", "term", "beat", "holder", "began_at")
        add_missing_rows(connection, TermRow, columns, [(1, 0, 0, None, now)])
        query = select(_ROW.term, _ROW.beat, _ROW.holder).with_for_update()
        there = Seen(*connection.execute(query).one())
        if there != (seen or Seen(0, 0, None)):
            return None
        number = there.term + 1
        connection.execute(update(TermRow).values(term=number, beat=0, holder=holder, began_at=now))
        return Term(store, number)

    return store.transact(work)
