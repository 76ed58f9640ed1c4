"""Escalation: an open emergency that nobody took on, or that was not closed, is handed up: coordinator, then head.

What is due follows from the case alone, never from when somebody looked last: a clock that stood still for a night
makes up for all of it, and one that looks twice changes nothing the second time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, and_, or_, select

from fieldsync.cases.stored import OPEN, Alarm, Case, Event, Flag, cases_by_id, flags_of, write
from fieldsync.cases.tables import CaseRow
from fieldsync.cases.upkeep import SYSTEM
from fieldsync.ledger.feed import Change

# Issue and rules.md ("Severity"): not acknowledged in 2 h to the coordinator, not closed in 24 h to the head of office.
UNACKNOWLEDGED = timedelta(hours=2)
UNCLOSED = timedelta(hours=24)
COORDINATOR, HEAD = 1, 2


@dataclass(frozen=True, slots=True)
class HandedUp:
    """How many cases were handed up, what the feed must tell of them, and what people must be told."""

    cases: int
    changes: list[Change]
    alarms: list[Alarm]


def escalate(connection: Connection, now: datetime, limit: int) -> HandedUp:
    """Hand up to `limit` cases up that are due for it.

    Args:
        connection: a writing connection.
        now: the moment.
        limit: cases at most; call again until none is left.
    """
    cases = cases_by_id(connection, _due(connection, now, limit))
    flags = _emergencies(connection, cases)
    events, alarms = [], []
    for case in cases:
        for level in _hand_up(case, now):
            events.append(_event(case, level, now))
            alarms.append(case.alarm(level, flags[case.id]))
    changes = [change for case in cases for change in case.step(now)]
    write(connection, ([], []), ([], cases), events)
    return HandedUp(len(cases), changes, alarms)


def _emergencies(connection: Connection, cases: Sequence[Case]) -> Mapping[str, list[Flag]]:
    """Return of each case the open flags that are emergencies."""
    found: dict[str, list[Flag]] = defaultdict(list)
    for one in flags_of(connection, [case.id for case in cases]) if cases else ():
        if one.is_open and one.severity == 0:
            found[one.case_id].append(one)
    return found


def _due(connection: Connection, now: datetime, limit: int) -> Sequence[str]:
    """Return the ids of cases that are due, kept from other writers until the commit."""
    row = CaseRow.__table__.c
    untaken = and_(row.status == "open", row.escalation < COORDINATOR, row.emergency_at < now - UNACKNOWLEDGED)
    unclosed = and_(row.escalation < HEAD, row.emergency_at < now - UNCLOSED)
    query = select(row.id).where(
        row.severity == 0, row.status.in_(sorted(OPEN)), row.merged_into.is_(None), or_(untaken, unclosed)
    )
    return list(connection.execute(query.order_by(row.id).limit(limit).with_for_update()).scalars())


def _hand_up(case: Case, now: datetime) -> list[int]:
    """Bring a case to the level that is due; return each that it passes."""
    waited = now - case.emergency_at if case.emergency_at is not None else timedelta(0)
    due = [level for level, is_due in _levels(case, waited) if is_due and level > case.escalation]
    case.escalation = max(due, default=case.escalation)
    return due


def _event(case: Case, level: int, now: datetime) -> Event:
    detail = orjson.dumps({"level": level}).decode()
    return Event(case.id, now, "escalated", SYSTEM, case.status, case.status, None, detail)


def _levels(case: Case, waited: timedelta) -> list[tuple[int, bool]]:
    return [(COORDINATOR, case.status == "open" and waited > UNACKNOWLEDGED), (HEAD, waited > UNCLOSED)]
