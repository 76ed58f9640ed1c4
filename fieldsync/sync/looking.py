"""What the passing of time alone brings: flags that a day raises or ends, and emergencies that nobody took on.

It goes by what is due, in chunks with a transaction each: broken off, what was done stays done and the next run does
the rest; run again, it changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from fieldsync import cases, notices, registry
from fieldsync.cases import Touched
from fieldsync.db import Lost, Store
from fieldsync.ledger import feed
from fieldsync.rulebook import book_of, spread

AT_ONCE = 500  # subjects of a transaction: pushes about them wait while it runs

Guard = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """How many subjects were looked at, and how many changes of cases the feed tells for it."""

    subjects: int = 0
    changes: int = 0


def anybody(_connection: Connection) -> None:
    """Let whoever runs it: the guard of a run that no term of a leader bounds."""


def look(store: Store, now: datetime, guard: Guard = anybody, at_once: int = AT_ONCE) -> Looked:
    """Look at everybody whose day has come; at everybody there is when the rules are others than the last time.

    Args:
        store: the database.
        now: the moment; its calendar day in Asia/Jakarta is the day of the rules.
        guard: called first in each transaction; what it raises ends the run.
        at_once: subjects of a transaction.
    """
    spread(store, cases.day_of(now), guard, at_once)
    total, last = Looked(), ""
    while True:
        work = partial(_look, store=store, now=now, after=last, guard=guard, at_once=at_once)
        done, last = store.transact(work)
        if not done.subjects:
            return total
        total = Looked(total.subjects + done.subjects, total.changes + done.changes)


def _look(
    connection: Connection, store: Store, now: datetime, after: str, guard: Guard, at_once: int
) -> tuple[Looked, str]:
    """Look at the next subjects behind an id; return with them the id of the last one."""
    guard(connection)
    registry.share_persons(connection)
    today = cases.day_of(now)
    due = cases.due_to_look(connection, today, at_once, after)
    if not due:
        return Looked(), after
    touched = Touched(
        persons=frozenset(one for one, is_record in due if not is_record),
        loose=frozenset(one for one, is_record in due if is_record),
    )
    try:
        made = cases.follow(connection, store.sealer, book_of(connection, today), touched, now)
    except IntegrityError as error:
        # Another writer opened the same flag of a record that is no person's in this instant.
        raise Lost from error
    cases.leave_watch(connection, [one for one, _ in due], today)
    notices.queue_alarms(connection, made.alarms, now)
    feed.publish(connection, made.changes)
    return Looked(len(due), len(made.changes)), due[-1][0]


def escalate(store: Store, now: datetime, guard: Guard = anybody, at_once: int = AT_ONCE) -> int:
    """Hand up every emergency that is due for it; return how many cases."""
    total = 0
    while done := store.transact(partial(_escalate, now=now, guard=guard, at_once=at_once)):
        total += done
    return total


def _escalate(connection: Connection, now: datetime, guard: Guard, at_once: int) -> int:
    guard(connection)
    handed_up = cases.escalate(connection, now, at_once)
    notices.queue_alarms(connection, handed_up.alarms, now)
    feed.publish(connection, handed_up.changes)
    return handed_up.cases
