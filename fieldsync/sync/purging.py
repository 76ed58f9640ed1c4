"""What is let go of after a time: old changes of the feed, bodies of old batches, and old entries of the audit trail.

Records, persons, flags, cases and their history are never touched. In chunks with a transaction each; run again, it
deletes nothing more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from fieldsync import access
from fieldsync.db import Store
from fieldsync.ledger import purging
from fieldsync.sync.looking import Guard, anybody

T = TypeVar("T")
CHANGES_AT_ONCE = 20_000
ROWS_AT_ONCE = 1_000
_NIL = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How many days things are kept: changes of the feed that nobody needs, bodies of batches, the audit trail."""

    feed: int
    bodies: int
    audit: int


def purge(store: Store, keeping: Keeping, now: datetime, guard: Guard = anybody) -> dict[str, int]:
    """Let go of what is older than it is kept.

    Args:
        store: the database.
        keeping: for how long.
        now: the moment.
        guard: called first in each transaction; what it raises ends the run.

    Returns:
        how much went: ``changes``, ``bodies``, ``audit``.
    """
    run = _Run(store, guard)
    return {
        "changes": run.purge_changes(now - timedelta(days=keeping.feed), now),
        "bodies": run.drop_bodies(now - timedelta(days=keeping.bodies)),
        "audit": run.through(
            partial(access.purge_audit, before=now - timedelta(days=keeping.audit), limit=ROWS_AT_ONCE)
        ),
    }


@dataclass(frozen=True, slots=True)
class _Run:
    """One run; each of its transactions asks the guard first."""

    store: Store
    guard: Guard

    def transact(self, work: Callable[[Connection], T]) -> T:
        def guarded(connection: Connection) -> T:
            self.guard(connection)
            return work(connection)

        return self.store.transact(guarded)

    def through(self, work: Callable[[Connection], int]) -> int:
        """Do some at a time until there is none left; return how many."""
        total = 0
        while done := self.transact(work):
            total += done
        return total

    def purge_changes(self, before: datetime, now: datetime) -> int:
        given_up = self.transact(partial(purging.advance, before=before, now=now))
        return sum(
            self.through(partial(purging.purge_changes, district=district, upto=upto, limit=CHANGES_AT_ONCE))
            for district, upto in sorted(given_up.items())
        )

    def drop_bodies(self, before: datetime) -> int:
        total, after = 0, _NIL
        while True:
            with self.store.reading() as connection:
                some = purging.old_bodies(connection, before, after, ROWS_AT_ONCE)
            if not some:
                return total
            self.transact(partial(purging.drop_bodies, receipts=some))
            total, after = total + len(some), some[-1]
