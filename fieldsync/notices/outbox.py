"""The outbox: what is to be told whom, written in the transaction that it tells of, taken out and marked by who sends.

Each thing is queued once for each target, by a unique key. It is told at least once: whoever took a notice and died is
followed after `LEASE` by another try under the same id, by which a receiver drops a repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from fieldsync.access import DISTRICT
from fieldsync.cases import Alarm
from fieldsync.db import add_missing_rows
from fieldsync.notices.outcome import Outcome
from fieldsync.notices.pacing import next_try
from fieldsync.notices.tables import NoticeRow, TargetRow
from fieldsync.notices.targets import COORDINATOR, EMERGENCY, HEAD, Listener, listeners

LEASE = timedelta(minutes=5)  # longer than the notices that are taken together need
AT_ONCE = 16  # notices that are taken together
KEPT = timedelta(days=90)
HOPELESS = timedelta(days=5)  # after so long without one that came through, a target is disabled
_SPACE = UUID("3c0f4b0e-8d0c-5d5e-9d0b-5b1f3a8e6c21")
_COLUMNS = ("id", "target_id", "event", "about", "step", "detail", "queued_at", "next_at", "attempts", "state")
_LEVELS = (EMERGENCY, COORDINATOR, HEAD)


Guard = Callable[[Connection], None]


def anybody(_connection: Connection) -> None:
    """Let whoever runs it: the guard of a run that no term of a leader bounds."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell one target, as it is queued."""

    target_id: str
    event: str
    about: str
    step: str
    detail: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The same for the same thing, whoever queues it: also a database from a backup repeats under this id."""
        return str(uuid5(_SPACE, f"{self.target_id} {self.event} {self.about} {self.step}"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice that was taken to be sent, until `until`, with its target's sealed address and secrets."""

    id: str
    target_id: str
    kind: str
    address: bytes
    secrets: bytes | None
    language: str
    event: str
    about: str
    detail: Mapping[str, Any]
    queued_at: datetime
    attempts: int
    until: datetime


def queue_alarms(connection: Connection, alarms: Sequence[Alarm], now: datetime) -> int:
    """Queue what cases raised for those who are to be told; return how many notices.

    Two statements, and none when there is nothing to tell. To be called in the transaction that changes the cases.
    """
    if not alarms:
        return 0
    told = [_told(target, one) for target in listeners(connection) for one in alarms if _wants(target, one)]
    put(connection, told, now)
    return len(told)


def _wants(target: Listener, alarm: Alarm) -> bool:
    """Tell whether a target is to be told; a case that rests on restricted flags alone is told to few."""
    scope = target.sight.scope
    return (
        _LEVELS[alarm.level] in target.events
        and scope.covers_program(alarm.program)
        and scope.covers_area(alarm.area)
        and (target.sight.restricted or not alarm.restricted)
    )


def _told(target: Listener, alarm: Alarm) -> Told:
    """Make a notice of an alarm: program and district, but neither village nor rule, which could name somebody."""
    since = alarm.since.isoformat(timespec="microseconds")
    detail = {"program": alarm.program, "district": alarm.area[:DISTRICT], "since": since}
    return Told(target.id, _LEVELS[alarm.level], alarm.case_id, since, detail)


def put(connection: Connection, told: Sequence[Told], now: datetime) -> None:
    """Queue notices, each once for ever; one statement."""
    rows = [
        (
            one.id,
            one.target_id,
            one.event,
            one.about,
            one.step,
            orjson.dumps(one.detail).decode(),
            now,
            now,
            0,
            "queued",
        )
        for one in told
    ]
    add_missing_rows(connection, NoticeRow, _COLUMNS, sorted(rows))


def anything_due(connection: Connection, now: datetime) -> bool:
    """Tell whether something is to be sent now."""
    return connection.execute(_due(now).limit(1)).first() is not None


def take(connection: Connection, now: datetime) -> list[Taken]:
    """Take notices that are due, so that nobody else sends them until their time is over."""
    rows = connection.execute(_due(now).limit(AT_ONCE).with_for_update(of=NoticeRow, skip_locked=True)).all()
    until = now + LEASE
    change = update(NoticeRow).where(NoticeRow.id.in_([one.id for one in rows]))
    if rows:
        connection.execute(change.values(next_at=until, attempts=NoticeRow.attempts + 1))
    return [
        Taken(**{**one._asdict(), "detail": orjson.loads(one.detail), "attempts": one.attempts + 1, "until": until})
        for one in rows
    ]


def _due(now: datetime) -> Any:
    row = NoticeRow
    notice = (row.id, row.target_id, row.event, row.about, row.detail, row.queued_at, row.attempts)
    target = (TargetRow.kind, TargetRow.address, TargetRow.secrets, TargetRow.language)
    return (
        select(*notice, *target)
        .join(TargetRow, TargetRow.id == NoticeRow.target_id)
        .where(NoticeRow.state == "queued", NoticeRow.next_at <= now, TargetRow.disabled_at.is_(None))
        .order_by(NoticeRow.next_at, NoticeRow.id)
    )


def mark(connection: Connection, taken: Taken, outcome: Outcome, now: datetime) -> str:
    """Write down what became of a notice; return its state: ``sent``, ``queued`` for another try, or ``failed``.

    Who took it last says: when it was taken anew meanwhile, or is there no more, nothing is written.
    """
    again = None if outcome.final else next_try(taken.attempts, now, outcome.wish)
    state = "sent" if outcome.error is None else "failed" if again is None else "queued"
    change = update(NoticeRow).where(*_mine(taken))
    if state == "queued":
        change = change.values(next_at=again, error=outcome.error)
    else:
        change = change.values(state=state, ended_at=now, error=outcome.error)
    if connection.execute(change).rowcount:
        _mark_target(connection, taken.target_id, outcome, now)
    return state


def put_back(connection: Connection, taken: Sequence[Taken], until: datetime) -> None:
    """Let notices wait that were taken and not tried, as if they had not been taken."""
    for one in taken:
        change = update(NoticeRow).where(*_mine(one))
        connection.execute(change.values(next_at=until, attempts=NoticeRow.attempts - 1))


def _mine(taken: Taken) -> tuple[Any, ...]:
    return (NoticeRow.id == taken.id, NoticeRow.state == "queued", NoticeRow.attempts == taken.attempts)


def _mark_target(connection: Connection, target_id: str, outcome: Outcome, now: datetime) -> None:
    """Note since when a target fails; disable one that says that it is gone, or that failed for too long."""
    mine = update(TargetRow).where(TargetRow.id == target_id)
    if outcome.error is None:
        connection.execute(mine.where(TargetRow.failing_since.is_not(None)).values(failing_since=None))
    elif outcome.gone:
        connection.execute(mine.values(disabled_at=now, disabled_why="gone"))
    else:
        connection.execute(mine.where(TargetRow.failing_since.is_(None)).values(failing_since=now))
        hopeless = mine.where(TargetRow.failing_since < now - HOPELESS, TargetRow.disabled_at.is_(None))
        connection.execute(hopeless.values(disabled_at=now, disabled_why="failing"))


def anything_stale(connection: Connection, now: datetime) -> bool:
    """Tell whether `tidy` would find anything."""
    return connection.execute(select(NoticeRow.id).where(_stale(now)).limit(1)).first() is not None


def tidy(connection: Connection, now: datetime) -> None:
    """Delete notices from long ago, and those of targets that are there no more."""
    connection.execute(delete(NoticeRow).where(_stale(now)))


def _stale(now: datetime) -> ColumnElement[bool]:
    return or_(NoticeRow.queued_at < now - KEPT, NoticeRow.target_id.not_in(select(TargetRow.id)))


def known_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these notices there are."""
    return set(connection.execute(select(NoticeRow.id).where(NoticeRow.id.in_(list(ids)))).scalars())


def last_queued(connection: Connection, event: str, target_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when these targets were last queued a notice of an event; who never was is left out; one statement."""
    query = select(NoticeRow.target_id, func.max(NoticeRow.queued_at).label("at")).where(
        NoticeRow.target_id.in_(list(target_ids)), NoticeRow.event == event
    )
    return {one.target_id: one.at for one in connection.execute(query.group_by(NoticeRow.target_id))}
