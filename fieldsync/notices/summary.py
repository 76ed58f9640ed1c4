"""The summary of the day: what stands open in a target's areas, by program, once a day from half past seven.

A server that was off at that time makes up for it later on that day; a day that is over is not told any more.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from fieldsync.cases import CasesAsked, Sight, count_cases
from fieldsync.db import Store
from fieldsync.notices.outbox import Guard, Told, anybody, anything_stale, known_ids, put, tidy
from fieldsync.notices.targets import SUMMARY, listeners
from fieldsync.notices.wording import JAKARTA

SINCE = time(7, 30)
AHEAD = timedelta(days=7)
_EMERGENCY = 0


def queue_summaries(store: Store, now: datetime, guard: Guard = anybody) -> int:
    """Queue the summary of the day for everybody who is to have it and has it not; return for how many.

    It counts before it writes, so that nobody waits for it, and tidies the outbox up.

    Args:
        store: the database.
        now: the moment.
        guard: called first in the transaction that writes; what it raises ends the run.
    """
    there = now.astimezone(JAKARTA)
    if there.time() < SINCE:
        return 0
    with store.reading() as connection:
        told, stale = _missing(connection, there.date()), anything_stale(connection, now)

    def work(connection: Connection) -> None:
        guard(connection)
        put(connection, told, now)
        tidy(connection, now)

    if told or stale:
        store.transact(work)
    return len(told)


def _missing(connection: Connection, day: date) -> list[Told]:
    """Return the summaries of a day that are not queued yet."""
    targets = [one for one in listeners(connection) if SUMMARY in one.events]
    ids = {one.id: Told(one.id, SUMMARY, day.isoformat(), "", {}).id for one in targets}
    known = known_ids(connection, list(ids.values()))
    return [
        Told(one.id, SUMMARY, day.isoformat(), "", {"programs": _counts(connection, one.sight, day)})
        for one in targets
        if ids[one.id] not in known
    ]


def _counts(connection: Connection, sight: Sight, day: date) -> dict[str, dict[str, int]]:
    """Count for each program of a target: emergencies that nobody took on, what is overdue, what is due in a week."""
    unacknowledged = _by_program(connection, sight, CasesAsked(statuses=("open",), severities=(_EMERGENCY,)))
    overdue = _by_program(connection, sight, CasesAsked(due_before=day - timedelta(days=1)))
    soon = _by_program(connection, sight, CasesAsked(due_before=day + AHEAD - timedelta(days=1)))
    return {
        one: {
            "unacknowledged": unacknowledged.get(one, 0),
            "overdue": overdue.get(one, 0),
            "due_this_week": soon.get(one, 0) - overdue.get(one, 0),
        }
        for one in sight.scope.programs
    }


def _by_program(connection: Connection, sight: Sight, asked: CasesAsked) -> dict[str, int]:
    return dict(count_cases(connection, sight, asked, ("program",)))
