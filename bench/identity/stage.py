"""The identity stage at scale: `python -m bench.identity.stage [--persons 1000000] [--sqlite]`.

A store is filled with the persons that the truth knows, each with all its records so far, past the engine; the records
that come last are then placed, 500 a batch, by the very call that a push makes, in one transaction each. One thread
works, and waits while the database does: the rate is that of one core, the database's work counted.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median, quantiles

from sqlalchemy import Connection, event, text

from bench import postgres
from bench.identity.ours import traits
from bench.identity.people import envelope
from bench.identity.population import generate
from bench.identity.visit import Visit
from bench.records import chunks
from fieldsync.config import load
from fieldsync.db import Store, open_store, upgrade
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.weights import shipped
from fieldsync.identity.online import resolve
from fieldsync.identity.shelving import count_words, open_desk, put_back
from fieldsync.programs import TYPES
from fieldsync.registry import Incoming
from fieldsync.web.server import GARBAGE_PACE

RECORDS_A_PERSON = 2.72  # of this generator
BATCH, WARM, MEASURED = 500, 10, 40
AT_ONCE = 10_000
BARS = {"postgresql": 1_500, "sqlite": 1_000}
"""Records a second, at 1,000,000 and at 100,000 persons."""


@dataclass(slots=True)
class Timed:
    """Seconds of each batch, how many of them this process worked, and how many statements it took."""

    seconds: list[float] = field(default_factory=list)
    worked: float = 0.0
    statements: list[int] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Fill, place, tell."""
    return in_new_store("bench.identity.stage", __doc__, 1_000_000, _measured)


def in_new_store(command: str, about: str, persons: int, measured: Callable[[Store, int, int], None]) -> int:
    """Read a command's options and measure in an empty store, given with the seed and the number of persons."""
    parser = argparse.ArgumentParser(prog=command, description=about)
    parser.add_argument("--persons", type=int, default=persons)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder, ExitStack() as running:
        os.environ["FIELDSYNC_DATA_DIR"] = folder
        if not given.sqlite:
            server = running.enter_context(postgres.running())
            os.environ["FIELDSYNC_DATABASE_URL"] = server.url(server.create("identity"))
        store = open_store(load())
        running.callback(store.close)
        upgrade(store)
        measured(store, given.seed, given.persons)
    return 0


def _measured(store: Store, seed: int, persons: int) -> None:
    population = generate(seed, int(persons * RECORDS_A_PERSON))
    visits = list(population.visits())
    last = (WARM + MEASURED) * BATCH
    there = fill(store, visits[:-last], population.truth.person_of)
    _tell(store.engine.dialect.name, there, place(store, visits[-last:]))


def fill(store: Store, visits: Sequence[Visit], person_of: dict[str, int]) -> int:
    """Write profiles, keys and counted words of the persons that these records are truly about; return how many."""
    records: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        records[person_of[visit.record_id]].append(visit)
    for some in chunks(records.values(), AT_ONCE):
        store.transact(lambda connection, some=some: _write(connection, store, some))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if store.engine.dialect.name == "postgresql" else "ANALYZE"))
    return len(records)


def _write(connection: Connection, store: Store, persons: Sequence[Sequence[Visit]]) -> None:
    said = [[traits(visit) for visit in visits] for visits in persons]
    ids = [records[0].record_id for records in said]
    opened = open_desk(connection, LookUps(store.sealer), shipped(), (), ids)
    for person_id, records in zip(ids, said, strict=True):
        opened.desk.shelf.renew(Profile.of(person_id, records))
        for one in records:
            opened.desk.words.count(one)
    count_words(connection, put_back(connection, opened))


def place(store: Store, visits: Sequence[Visit]) -> Timed:
    """Place records batch by batch; of the first WARM batches nothing is kept."""
    timed, asked = Timed(), [0]
    event.listen(store.engine, "before_cursor_execute", lambda *_: asked.__setitem__(0, asked[0] + 1))
    _collect_seldom()
    for number, some in enumerate(chunks(visits, BATCH)):
        edits = list(_edits(some))
        asked[0] = 0
        began, worked = time.perf_counter(), time.process_time()

        def work(connection: Connection, edits: list[Incoming] = edits) -> Counter[str]:
            resolved = resolve(connection, store.sealer, edits)
            count_words(connection, resolved.counted)
            return Counter(resolved.found.values())

        outcomes = store.transact(work)
        if number >= WARM:
            timed.seconds.append(time.perf_counter() - began)
            timed.worked += time.process_time() - worked
            timed.statements.append(asked[0])
            timed.outcomes.update(outcomes)
    return timed


def _edits(visits: Sequence[Visit]) -> Iterator[Incoming]:
    kind, now = TYPES["person"], datetime.now(UTC)
    for number, visit in enumerate(visits):
        said = envelope(visit)
        at = int(datetime.fromisoformat(said["recorded_at"]).timestamp() * 1_000_000)
        yield Incoming(
            *(said["id"], kind, said["area"], {}, said["data"], False, "tablet", number, 0, at, now, b""),
        )


def _collect_seldom() -> None:
    """Let garbage be collected as a server's worker does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_PACE)


def _tell(database: str, persons: int, timed: Timed) -> None:
    records = len(timed.seconds) * BATCH
    rate = records / sum(timed.seconds)
    p95 = quantiles(timed.seconds, n=20)[18]
    print(f"{persons:,} persons on {database}; {records:,} records: {dict(timed.outcomes)}")
    python = timed.worked / records * 1_000_000
    print(f"{rate:,.0f} records/s, commits counted (bar {BARS[database]:,}); {python:,.0f} µs of Python a record")
    print(f"batches of {BATCH}: median {median(timed.seconds):.2f} s, 95 of 100 within {p95:.2f} s (bar 1)")
    print(f"statements a batch: {sorted(set(timed.statements))}")


if __name__ == "__main__":
    sys.exit(main())
