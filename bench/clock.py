"""Leaders that die: `python -m bench.clock [--slots N] [--seconds S] [--candidates N] [--seed S]`.

Some processes of the clock, each with a store of its own and the pace of `fieldsync scheduler`, work off slots that
come due one after another. A slot's effect is a plain row without any key, so that a second one would show. Meanwhile
the leader, whoever it is, is killed or stopped at random, also within a transaction; a killed one is started anew, a
stopped one goes on when somebody else leads and finds that its term is over: no effect
of a term comes after one of a newer term.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, text

from bench import postgres
from fieldsync.clock import Job, Pace, Term, run
from fieldsync.clock.leading import Seen, look_at
from fieldsync.config import load
from fieldsync.db import Store, open_store, upgrade

BAR_S = 15.0
AT_ONCE = 25
EVERY = timedelta(seconds=0.5)
HELD_S = 0.08  # how long a transaction lingers over its slots, so that many leaders are hit within one
LONGEST_S = 60.0
_TABLES = (
    "CREATE TABLE due_slot (slot integer PRIMARY KEY, due timestamptz NOT NULL, done boolean NOT NULL)",
    "CREATE TABLE effect (n bigint GENERATED ALWAYS AS IDENTITY, slot integer NOT NULL, term integer NOT NULL)",
    "CREATE TABLE job_effect (began timestamptz NOT NULL, term integer NOT NULL)",
)
_DUE = text(
    "UPDATE due_slot SET done = true WHERE slot IN (SELECT slot FROM due_slot WHERE NOT done AND due <= :now "
    "ORDER BY slot LIMIT :most) RETURNING slot"
)
_EFFECT = text("INSERT INTO effect (slot, term) VALUES (:slot, :term)")
_JOB_EFFECT = text("INSERT INTO job_effect (began, term) VALUES (:began, :term)")


_FOUND = {
    "effects": "SELECT count(*) FROM effect",
    "slots without": "SELECT count(*) FROM due_slot WHERE slot NOT IN (SELECT slot FROM effect)",
    "slots with two": "SELECT count(*) FROM (SELECT slot FROM effect GROUP BY slot HAVING count(*) > 1) AS twice",
    "runs begun twice": "SELECT count(*) FROM (SELECT began FROM job_effect GROUP BY began HAVING count(*) > 1) AS t",
    "effects of a term that was over": "SELECT count(*) FROM "
    "(SELECT term, max(term) OVER (ORDER BY n) AS newest FROM effect) AS e WHERE term < newest",
}


def clock() -> datetime:
    return datetime.now(UTC)


def work(term: Term, at: datetime) -> dict[str, int]:
    """Work off what is due, some in a transaction."""
    done = 0
    term.store.transact(lambda connection: _note_slot(connection, term, at))
    while some := term.store.transact(lambda connection: _work(connection, term, at)):
        done += some
    return {"done": done}


def _note_slot(connection: Connection, term: Term, at: datetime) -> None:
    term.guard(connection)
    connection.execute(_JOB_EFFECT, {"began": JOB.slot(at), "term": term.number})


def _work(connection: Connection, term: Term, at: datetime) -> int:
    term.guard(connection)
    slots = list(connection.execute(_DUE, {"now": at, "most": AT_ONCE}).scalars())
    time.sleep(HELD_S if slots else 0)
    if slots:
        connection.execute(_EFFECT, [{"slot": one, "term": term.number} for one in slots])
    return len(slots)


JOB = Job("due", EVERY, work)


def candidate() -> None:
    """Be one of the processes, until told to stop."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = open_store(load())
    run(store, (JOB,), str(os.getpid()), clock, stop, lambda *_, **__: None, Pace())
    store.close()


@dataclass
class Crew:
    """The processes, and what was done to their leaders."""

    store: Store
    rng: Random
    number: int
    living: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: int = 0
    stopped: int = 0
    take_overs: list[float] = field(default_factory=list)

    def fill_up(self) -> None:
        """Start processes until there are as many as there shall be."""
        while len(self.living) < self.number:
            made = subprocess.Popen([sys.executable, "-m", "bench.clock", "--candidate"])  # our own command
            self.living[made.pid] = made

    def leader(self) -> tuple[int, Seen] | None:
        """Return the process that leads, and what is to be seen of it."""
        seen = look_at(self.store)
        pid = int(seen.holder) if seen is not None and seen.holder else 0
        return (pid, seen) if seen is not None and pid in self.living else None

    def disturb(self) -> None:
        """Kill or stop the leader, wait until another one leads, and let a stopped one go on."""
        found = self.leader()
        if found is None:
            return
        pid, seen = found
        kill = self.rng.random() < 0.5  # a coin
        os.kill(pid, signal.SIGKILL if kill else signal.SIGSTOP)
        began = time.monotonic()
        while (now := look_at(self.store)) is None or now.term == seen.term:
            if time.monotonic() - began > LONGEST_S:
                raise SystemExit("nobody took over")
            time.sleep(0.02)
        self.take_overs.append(time.monotonic() - began)
        if kill:
            self.living.pop(pid).wait()
            self.killed += 1
            self.fill_up()
        else:
            time.sleep(self.rng.uniform(0, 1))
            os.kill(pid, signal.SIGCONT)
            self.stopped += 1

    def end(self) -> None:
        """Stop all of them, politely first."""
        for one in self.living.values():
            one.send_signal(signal.SIGCONT)
            one.terminate()
        for one in self.living.values():
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def prepare(store: Store, slots: int, seconds: float) -> None:
    """Lay out slots that come due evenly over so many seconds."""
    began = clock() + timedelta(seconds=3)
    rows = [{"slot": at, "due": began + timedelta(seconds=at * seconds / slots)} for at in range(slots)]

    def work(connection: Connection) -> None:
        for one in _TABLES:
            connection.execute(text(one))
        connection.execute(text("INSERT INTO due_slot (slot, due, done) VALUES (:slot, :due, false)"), rows)

    store.transact(work)


def left(store: Store) -> int:
    """Return how many slots have no effect yet."""
    return _count(store, "SELECT count(*) FROM due_slot WHERE NOT done")


def _count(store: Store, query: str) -> int:
    with store.reading() as connection:
        return int(connection.execute(text(query)).scalar_one())


def measure(store: Store, crew: Crew, slots: int, seconds: float) -> bool:
    """Let them work while leaders die; print what came of it, and tell whether all bars were met."""
    prepare(store, slots, seconds)
    crew.fill_up()
    began = time.monotonic()
    try:
        while left(store) and time.monotonic() - began < seconds + 10 * LONGEST_S:
            time.sleep(crew.rng.uniform(0.5, 4))
            if time.monotonic() - began < seconds:
                crew.disturb()
    finally:
        crew.end()
    print(f"{slots:,} due slots, {crew.number} candidates, {time.monotonic() - began:.0f} s")
    print(f"leaders killed {crew.killed}, stopped and resumed {crew.stopped}")
    found = {name: _count(store, query) for name, query in _FOUND.items()}
    print("; ".join(f"{name}: {number:,}" for name, number in found.items()))
    longest = max(crew.take_overs, default=BAR_S + 1)
    print(f"take-over: longest {longest:.1f} s, of {len(crew.take_overs)}")
    right = longest <= BAR_S and found.pop("effects") == slots and not any(found.values())
    print(f"one effect each, take-over within {BAR_S:.0f} s: {'pass' if right else 'MISSED'}")
    return right


def main() -> int:
    """Measure, print, and exit 1 if a bar was missed."""
    parser = argparse.ArgumentParser(prog="bench.clock", description="One effect a slot, whoever leads, whoever dies.")
    parser.add_argument("--slots", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=150.0, help="over how long they come due")
    parser.add_argument("--candidates", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--candidate", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.candidate:
        candidate()
        return 0
    with postgres.running() as server, tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder:
        os.environ["FIELDSYNC_DATA_DIR"] = str(Path(folder))
        os.environ["FIELDSYNC_DATABASE_URL"] = server.url(server.create("clock"))
        store = open_store(load())
        try:
            upgrade(store)
            crew = Crew(store, Random(given.seed), given.candidates)  # noqa: S311 # chaos, not a secret
            return 0 if measure(store, crew, given.slots, given.seconds) else 1
        finally:
            store.close()


if __name__ == "__main__":
    sys.exit(main())
