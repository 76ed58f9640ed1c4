"""One run: what the scenarios share, and the order they come in.

Scenarios that look at one running FieldSync share it, loaded once; it starts when the
first of them needs it. A scenario that fails is noted, and the others go on.
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from bench import client, machine, process, server
from bench.postgres import Postgres
from bench.records import Cohort
from bench.report import Report

ROUNDS = 3
DISTURBING = 0.1


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; women bring about ten records each."""

    women: int
    sqlite_women: int
    first_sync_women: int
    stored: int
    kinto_records: int


QUICK = Sizes(women=10_000, sqlite_women=3_000, first_sync_women=5_000, stored=120_000, kinto_records=1_000)
FULL = Sizes(women=10_000, sqlite_women=10_000, first_sync_women=50_000, stored=1_000_000, kinto_records=2_000)


class Rivals(Protocol):
    """Peers that take turns with FieldSync."""

    def push_round(self, pushed: int = 0) -> None:
        """Measure one round of taking records, after FieldSync took so many full batches (0: it does not take part)."""

    def pull_round(self) -> None:
        """Measure one round of handing them out."""

    def stop(self) -> None:
        """End them."""


@dataclass
class Run:
    """What a scenario gets."""

    postgres: Postgres
    report: Report
    sizes: Sizes
    today: date
    cache: Path
    work: Path
    stack: ExitStack
    peers: "Rivals | None" = None
    visits_stored: int = 0
    _shared: server.FieldSync | None = field(default=None, repr=False)

    @property
    def cohort(self) -> Cohort:
        """Return the women that the shared FieldSync knows."""
        return Cohort(1, self.sizes.women, self.today)

    def shared(self) -> server.FieldSync:
        """Return the shared FieldSync, started and with its women known when first asked for."""
        if self._shared is None:
            say("  starting FieldSync, storing its women and pregnancies")
            self._shared = self.stack.enter_context(server.running(self.postgres, seed=1))
            self._shared.store(self.cohort.persons())
            self._shared.store(self.cohort.pregnancies())
        return self._shared


def perform(run: Run, scenarios: dict[str, Callable[[Run], None]]) -> None:
    """Let the scenarios run one after the other, and compare in the end."""
    for name, scenario in scenarios.items():
        say(name)
        start, busy, own = time.monotonic(), machine.busy_seconds(), _own_seconds(run)
        try:
            scenario(run)
        except (client.WrongAnswerError, process.StartError, OSError) as error:
            run.report.failures[name] = str(error)
            say(f"  failed: {error}")
        foreign = machine.busy_seconds() - busy - (_own_seconds(run) - own)
        run.report.others[name] = round(max(0.0, foreign) / (time.monotonic() - start), 2)
        if run.report.others[name] > DISTURBING:
            say(f"  others kept {run.report.others[name]} cores busy meanwhile")
    run.report.compare()


def _own_seconds(run: Run) -> float:
    roots = (os.getpid(), run.postgres.root) if run.postgres.root else (os.getpid(),)
    return machine.cpu_seconds(*roots)


def say(text: str) -> None:
    """Tell the person who waits what happens."""
    print(text, flush=True)
