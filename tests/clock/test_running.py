"""The process of the clock: each slot at most once, whoever leads; a failing job; and the death of leaders."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from fieldsync.clock import Job, Pace, forget_runs, run
from fieldsync.clock.leading import look_at, take
from fieldsync.clock.running import _Slots
from fieldsync.clock.tables import JobRunRow
from tests.conftest import keep_tested_keys

FAST = Pace(beat=0.1, look=0.05, patience=0.5)
TAKE_OVER_S = 15
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clock() -> datetime:
    return datetime.now(UTC)


def until(holds, seconds: float = 10) -> float:
    """Wait until something holds; return the seconds that it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


class Candidates:
    """Some processes of the clock, as threads."""

    def __init__(self, store, jobs, number: int) -> None:
        self.stop, self.told = threading.Event(), []
        tell = lambda event, **what: self.told.append((event, what))  # noqa: E731
        self.threads = [
            threading.Thread(target=run, args=(store, jobs, f"candidate {one}", clock, self.stop, tell, FAST))
            for one in range(number)
        ]

    def __enter__(self):
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        for one in self.threads:
            one.join(20)
        assert not any(one.is_alive() for one in self.threads)


def begun(store) -> list[tuple]:
    with store.reading() as connection:
        rows = connection.execute(select(JobRunRow.job, JobRunRow.slot, JobRunRow.ended_at).order_by(JobRunRow.slot))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        (datetime(2026, 3, 2, 5, 9, 59, tzinfo=UTC), datetime(2026, 3, 2, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 5, 10, tzinfo=UTC), datetime(2026, 3, 2, 5, 10, tzinfo=UTC)),
    ],
)
def test_a_slot_is_the_stretch_that_a_moment_is_in(moment, slot):
    assert Job("job", timedelta(minutes=10), lambda *_: {}).slot(moment) == slot


AT_TWO = Job("night", timedelta(days=1), lambda *_: {}, begins=timedelta(hours=19), within=timedelta(hours=3))


@pytest.mark.parametrize(
    ("moment", "slot", "may"),
    [
        (datetime(2026, 3, 2, 18, 59, tzinfo=UTC), datetime(2026, 3, 1, 19, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 19, 0, tzinfo=UTC), datetime(2026, 3, 2, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 21, 59, tzinfo=UTC), datetime(2026, 3, 2, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 22, 0, tzinfo=UTC), datetime(2026, 3, 2, 19, 0, tzinfo=UTC), False),
    ],
)
def test_a_slot_of_the_night_begins_at_its_hour_and_not_by_day(moment, slot, may):
    assert (AT_TWO.slot(moment), AT_TWO.may_begin(moment)) == (slot, may)


def test_a_job_fires_at_once_and_then_when_its_slots_begin():
    slots = _Slots(AT_TWO)
    noon = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert slots.get_next_fire_time(None, noon) == noon
    two = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    assert slots.get_next_fire_time(noon, noon) == two
    assert slots.get_next_fire_time(two, two) == two + timedelta(days=1)
    assert slots.get_next_fire_time(two, two + timedelta(days=3, hours=1)) == two + timedelta(days=4)


def test_a_job_whose_hour_has_passed_is_not_begun(store):
    late = Job("late", timedelta(days=1), lambda *_: {}, begins=clock() - timedelta(hours=2) - EPOCH, within=HOUR)
    here = Job("here", timedelta(days=1), lambda *_: {}, begins=clock() - timedelta(minutes=2) - EPOCH, within=HOUR)
    with Candidates(store, [late, here], 1):
        until(lambda: begun(store))
    assert {name for name, _, _ in begun(store)} == {"here"}


def test_it_is_forgotten_which_slots_were_run(store):
    term = take(store, "one", None, clock())
    store.transact(
        lambda c: c.execute(
            insert(JobRunRow).values(
                [
                    {"job": "job", "slot": clock() - timedelta(days=age), "term": 1, "began_at": clock()}
                    for age in (1, 9)
                ]
            )
        )
    )
    assert forget_runs(term, clock() - timedelta(days=7)) == 1
    assert len(begun(store)) == 1


def test_each_slot_has_one_effect_though_leaders_are_deposed_at_random(store):
    effects = []

    def work(term, at):
        store.transact(term.guard)
        effects.append(job.slot(at))
        return {}

    job = Job("job", timedelta(seconds=1), work)
    chaos = random.Random(7)
    with Candidates(store, [job], 8) as candidates:
        for _ in range(6):
            time.sleep(chaos.uniform(0.4, 1.0))
            seen = look_at(store)
            if seen is not None and (usurper := take(store, "usurper", seen, clock())):
                usurper.resign()
        until(lambda: len(effects) >= 4)
    assert len(effects) == len(set(effects))
    assert {slot for _, slot, _ in begun(store)} >= set(effects)
    assert len({what["term"] for event, what in candidates.told if event == "leading"}) >= 3


def test_a_job_that_fails_stops_neither_itself_nor_the_others(store):
    def fail(term, at):
        raise ZeroDivisionError("a name that no log may hold")

    jobs = [Job("bad", timedelta(seconds=1), fail), Job("good", timedelta(seconds=1), lambda *_: {"done": 1})]
    with Candidates(store, jobs, 1) as candidates:
        until(lambda: sum(event == "job_failed" for event, _ in candidates.told) >= 2)
        until(lambda: sum(event == "job" for event, _ in candidates.told) >= 2)
    failed = [what for event, what in candidates.told if event == "job_failed"]
    assert {(one["job"], one["kind"]) for one in failed} == {("bad", "ZeroDivisionError")}
    assert "name" not in str(failed)
    assert all((ended is not None) == (name == "good") for name, _, ended in begun(store))
    assert look_at(store).holder is None


@pytest.fixture
def process(settings):
    """Start real processes of the clock."""
    keep_tested_keys(settings.data_dir)
    given = {"FIELDSYNC_DATABASE_URL": settings.database_url, "FIELDSYNC_DATA_DIR": str(settings.data_dir)}
    with ExitStack() as stack:

        def start() -> subprocess.Popen:
            command = [sys.executable, "-m", "fieldsync", "scheduler"]
            made = subprocess.Popen(command, env={**os.environ, **given}, stderr=subprocess.DEVNULL)  # noqa: S603 # our own command
            stack.callback(made.wait)
            stack.callback(made.kill)
            return made

        yield start


@pytest.mark.server
def test_a_stopped_leader_and_a_killed_one_are_followed_in_time(store, process):
    def holder() -> int:
        seen = look_at(store)
        return int(seen.holder.rsplit(":")[-1]) if seen is not None and seen.holder else 0

    first = process()
    until(lambda: holder() == first.pid, 60)
    done = {"followup", "escalation", "quality", "summary", "notices"}
    until(lambda: {name for name, _, ended in begun(store) if ended} >= done, 30)
    second = process()
    time.sleep(5)
    first.send_signal(signal.SIGSTOP)
    assert until(lambda: holder() == second.pid, 60) <= TAKE_OVER_S
    first.send_signal(signal.SIGCONT)
    time.sleep(3)
    assert holder() == second.pid
    second.kill()
    assert until(lambda: holder() == first.pid, 60) <= TAKE_OVER_S
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    assert look_at(store).holder is None
