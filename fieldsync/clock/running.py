"""The process of the clock: stand by, lead, run each slot of each job at most once, step down.

A slot that nobody ran is not made up for: jobs go by what is due, so the next slot does its work too.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from fieldsync.clock.leading import Deposed, Seen, Term, look_at, take
from fieldsync.clock.tables import JobRunRow
from fieldsync.db import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Clock = Callable[[], datetime]
Tell = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Job:
    """A timed job.

    Attributes:
        name: unique among the jobs.
        every: the length of its slots.
        work: takes the term, whose guard each of its transactions asks first, and the moment; returns what to log.
        begins: when in UTC the slots begin, counted from midnight UTC of 1 January 1970.
        within: how long after the beginning of a slot it may still be begun; None: as long as the slot lasts.
        kept: how long it is known which of its slots were run, if not as long as of others.
    """

    name: str
    every: timedelta
    work: Callable[[Term, datetime], dict[str, Any]]
    begins: timedelta = timedelta(0)
    within: timedelta | None = None
    kept: timedelta | None = None

    def slot(self, moment: datetime) -> datetime:
        """Return when the slot began that a moment is in."""
        first = _EPOCH + self.begins
        return first + (moment - first) // self.every * self.every

    def may_begin(self, moment: datetime) -> bool:
        """Tell whether the slot that a moment is in may still be begun."""
        return self.within is None or moment - self.slot(moment) < self.within


class _Slots(BaseTrigger):  # type: ignore[misc] # apscheduler has no types
    """Fires at once, since the leader before may not have come to the present slot, then at the beginning of each."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return when to fire next."""
        return now if previous is None else self.job.slot(max(previous, now)) + self.job.every


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds between two beats of a leader, between two looks of a candidate, and until a still beat means its end.

    A take-over takes at most `patience` and two looks, and the time that the database needs.
    """

    beat: float = 2.0
    look: float = 1.0
    patience: float = 8.0


def run(
    store: Store, jobs: Sequence[Job], holder: str, clock: Clock, stop: threading.Event, tell: Tell, pace: Pace
) -> None:
    """Stand by and lead in turn until `stop` is set; then resign.

    Args:
        store: the database.
        jobs: what the leader runs; names are unique.
        holder: this process, for people to read.
        clock: tells the moment.
        stop: ends it; what a job has begun goes on to the end of its transaction.
        tell: takes the name of an event and what belongs to it: ``leading``, ``job``, ``job_failed``, ``stepped_down``.
        pace: how fast.
    """
    while not stop.is_set():
        try:
            term = _stand_by(store, holder, clock, stop, pace)
            if term is not None:
                _lead(term, jobs, clock, stop, tell, pace)
        except SQLAlchemyError as error:
            tell("database_failed", kind=type(error).__name__)
            stop.wait(pace.patience)


def _stand_by(store: Store, holder: str, clock: Clock, stop: threading.Event, pace: Pace) -> Term | None:
    seen: Seen | None = None
    since = time.monotonic()
    while not stop.is_set():
        there = look_at(store)
        if there != seen:
            seen, since = there, time.monotonic()
        free = there is None or there.holder is None
        if (free or time.monotonic() - since > pace.patience) and (term := take(store, holder, there, clock())):
            return term
        # Not all candidates at once.
        stop.wait(pace.look * random.uniform(0.5, 1.0))  # noqa: S311 # jitter, not a secret
    return None


def _lead(term: Term, jobs: Sequence[Job], clock: Clock, stop: threading.Event, tell: Tell, pace: Pace) -> None:
    tell("leading", term=term.number)
    timer = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for job in jobs:
        timer.add_job(partial(_run_slot, term, job, clock, tell), _Slots(job), id=job.name)
    timer.start()
    try:
        _keep_beating(term, stop, pace)
    finally:
        term.ended.set()
        timer.shutdown()
        if stop.is_set():
            term.resign()
        tell("stepped_down", term=term.number)


def _keep_beating(term: Term, stop: threading.Event, pace: Pace) -> None:
    """Return when told to stop, or when somebody else leads; a database that is away for a beat is forgiven."""
    last = time.monotonic()
    while not stop.wait(pace.beat):
        try:
            if not term.beat():
                return
            last = time.monotonic()
        except SQLAlchemyError:
            if time.monotonic() - last > pace.patience:
                raise


def _run_slot(term: Term, job: Job, clock: Clock, tell: Tell) -> None:
    now = clock()
    slot = job.slot(now)
    try:
        if not job.may_begin(now) or not _begin(term, job, slot, now):
            return
        answer = job.work(term, now)
        term.store.transact(partial(_end, term, job, slot, clock()))
        tell("job", job=job.name, slot=slot.isoformat(), **answer)
    except Deposed:
        return
    except Exception as error:  # noqa: BLE001 # whatever it was, the other jobs and the next slot go on
        tell("job_failed", job=job.name, slot=slot.isoformat(), kind=type(error).__name__)


def forget_runs(term: Term, before: datetime) -> int:
    """Forget which slots were run that began before a moment; return how many."""

    def work(connection: Connection) -> int:
        term.guard(connection)
        return connection.execute(delete(JobRunRow).where(JobRunRow.slot < before)).rowcount

    return term.store.transact(work)


def _begin(term: Term, job: Job, slot: datetime, now: datetime) -> bool:
    """Take a slot; False when it was taken before."""

    def work(connection: Connection) -> None:
        term.guard(connection)
        if job.kept is not None:
            connection.execute(delete(JobRunRow).where(JobRunRow.job == job.name, JobRunRow.slot < slot - job.kept))
        connection.execute(insert(JobRunRow).values(job=job.name, slot=slot, term=term.number, began_at=now))

    try:
        term.store.transact(work)
    except IntegrityError:
        return False
    return True


def _end(term: Term, job: Job, slot: datetime, now: datetime, connection: Connection) -> None:
    term.guard(connection)
    mine = (JobRunRow.job == job.name, JobRunRow.slot == slot)
    connection.execute(update(JobRunRow).where(*mine).values(ended_at=now))
