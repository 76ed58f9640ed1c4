"""Reminders: each morning, in a few numbers, what is to be seen by tomorrow and what became late with nobody on it.

One notice for each target, program and district: a case each would flood people. What became late is counted since the
last reminder that the target got, so that days on which the server was off are made up for, once.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from fieldsync.cases import Sight, count_due, count_newly_late, day_of
from fieldsync.db import Store
from fieldsync.notices.outbox import Guard, Told, anybody, last_queued, put
from fieldsync.notices.targets import REMINDER, listeners
from fieldsync.notices.wording import JAKARTA

SINCE = time(6)  # before the vans leave
DAY = timedelta(days=1)


def queue_reminders(store: Store, now: datetime, guard: Guard = anybody) -> int:
    """Queue the reminders of the day for everybody who is to have them and has none yet; return how many.

    It counts before it writes, so that nobody waits for it: two statements for each target, and two for all.

    Args:
        store: the database.
        now: the moment.
        guard: called first in the transaction that writes; what it raises ends the run.
    """
    if now.astimezone(JAKARTA).time() < SINCE:
        return 0
    with store.reading() as connection:
        told = _missing(connection, now)

    def work(connection: Connection) -> None:
        guard(connection)
        put(connection, told, now)

    if told:
        store.transact(work)
    return len(told)


def _missing(connection: Connection, now: datetime) -> list[Told]:
    """Return the reminders of those who got none today: what comes in later on a day is told the next morning."""
    today = day_of(now)
    targets = [one for one in listeners(connection) if REMINDER in one.events]
    last = last_queued(connection, REMINDER, [one.id for one in targets])
    return [
        Told(one.id, REMINDER, today.isoformat(), f"{detail['program']} {detail['district']}", detail)
        for one in targets
        if day_of(since := last.get(one.id, now - DAY)) < today
        for detail in _details(connection, one.sight, today, since)
    ]


def _details(connection: Connection, sight: Sight, today: date, since: datetime) -> list[dict[str, str | int]]:
    """Count by program and district: `due` today or tomorrow, and newly `late`, the first of these due `late_from`."""
    due = {(one.program, one.district): one.coming for one in count_due(connection, sight, today, today + DAY)}
    late = {(one.program, one.district): one for one in count_newly_late(connection, sight, today, since)}
    found = []
    for place in sorted({*(one for one in due if due[one]), *late}):
        detail: dict[str, str | int] = {"program": place[0], "district": place[1], "due": due.get(place, 0), "late": 0}
        if place in late:
            detail |= {"late": late[place].cases, "late_from": late[place].earliest.isoformat()}
        found.append(detail)
    return found
