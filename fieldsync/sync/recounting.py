"""The kept counts of open cases, brought up to date and proved: each a transaction of one moment."""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from fieldsync import cases
from fieldsync.db import Store
from fieldsync.sync.looking import Guard, anybody


def fold_counts(store: Store, guard: Guard = anybody) -> int:
    """Add to the kept counts what writers noted since the last time; return how many notes that were.

    Args:
        store: the database.
        guard: called first in the transaction; what it raises ends the run.
    """

    def work(connection: Connection) -> int:
        guard(connection)
        return cases.fold_counts(connection)

    return store.transact(work, one_moment=True)


def recount(store: Store, now: datetime, guard: Guard = anybody) -> cases.Recounted:
    """Count all open cases anew and keep that; return how many counts there are and how many were wrong.

    Args:
        store: the database.
        now: the moment; its calendar day in Asia/Jakarta is today.
        guard: called first in the transaction; what it raises ends the run.
    """
    return store.transact(partial(_recount, now=now, guard=guard), one_moment=True)


def _recount(connection: Connection, now: datetime, guard: Guard) -> cases.Recounted:
    guard(connection)
    return cases.recount(connection, cases.day_of(now))
