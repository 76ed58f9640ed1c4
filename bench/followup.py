"""A night at scale: `python -m bench.followup [--persons N] [--profile]`; the timed follow-up over a filled registry.

Three of ten persons have something open (a pregnancy, a child who grows, papers that were asked for); the others are
only known. Records and golden records are written by the registry itself, past identity and feed. Then `followup run`
is a process of its own: the first night looks at everybody, the next one at whose day has come, and after 30 days
without a clock at nearly all who have something open. The rate counts the database's time, too.
"""

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import Connection, func, select

from bench import postgres
from bench.rules import NOW, Household, Record
from fieldsync import cases, registry, sync
from fieldsync.cases.tables import FlagRow, WatchRow
from fieldsync.config import load
from fieldsync.console import JAKARTA
from fieldsync.db import Sealer, Store, add_rows, open_store, upgrade
from fieldsync.programs import TYPES, subject_of
from fieldsync.registry import Incoming

BAR = 10  # minutes, for a registry of MILLION persons, 300,000 of them with something open
MILLION = 1_000_000
HOUSEHOLDS_AT_ONCE = 500
IN_CARE = 0.3
_SPACE = UUID("6f1b7c52-6a0e-5c0b-9a63-2f6f2c1d7a11")
_AT = datetime.combine(NOW, clock_time(6), JAKARTA)
_DEVICE = str(uuid5(_SPACE, "tablet"))


@dataclass(frozen=True, slots=True)
class Night:
    """One run of the command: what it told, how long it took, of that on a processor, and the most memory it held."""

    told: dict[str, Any]
    seconds: float
    cpu_s: float
    peak_mib: float


def people(persons: int) -> Iterator[list[Record]]:
    """Yield households with their records until there are so many persons."""
    rng, number = Random(persons), 0  # noqa: S311 # made-up people
    while persons > 0:
        number += 1
        # A household in care has about one and a half persons, all with something open.
        made = Household(number).made() if rng.random() < IN_CARE / 1.35 else [_bystander(rng, number)]
        persons -= sum(one["type"] == "person" for one in made)
        yield made


def _bystander(rng: Random, number: int) -> Record:
    born = (NOW - timedelta(days=rng.randint(20 * 365, 60 * 365))).isoformat()
    fields = {
        "full_name": f"Orang Nomor {number}",
        "sex": "male",
        "birth_date": born,
        "nik": f"16020501019{number:05d}",
    }
    fields |= {"kk_number": "1602050101150001", "ktp_status": "recorded"}
    return {"type": "person", "id": f"B-{number:06d}", "area": "16.02.05.2011", **fields}


def edits_of(household: Sequence[Record]) -> list[Incoming]:
    """Return the edits that bring the records of a household, each with who it is about."""
    ids = {one["id"]: str(uuid5(_SPACE, one["id"])) for one in household}
    about: dict[str, str | None] = {}
    made = []
    for one in household:
        kind, record_id = TYPES[one["type"]], ids[one["id"]]
        data = {name: _named(value, ids) for name, value in one.items() if name not in ("id", "type", "area")}
        subject = subject_of(kind, data)
        about[record_id] = record_id if kind.name == "person" else about.get(subject or "")
        made.append(_edit(kind, record_id, one["area"], data, about[record_id]))
    return made


def _named(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(one, ids) for one in value]
    if isinstance(value, dict):
        return {name: _named(one, ids) for name, one in value.items()}
    return ids.get(value, value) if isinstance(value, str) else value


def _edit(kind: Any, record_id: str, area: str, data: dict[str, Any], person: str | None) -> Incoming:
    data = {name: value for name, value in data.items() if value is not None}
    head = {"id": record_id, "type": kind.name, "area": area, "recorded_at": _AT.isoformat()}
    stamp, mark = int(_AT.timestamp() * 1_000_000), sha256(record_id.encode()).digest()[:16]
    return Incoming(record_id, kind, area, head, data, False, _DEVICE, 1, 0, stamp, _AT, mark, person)  # noqa: FBT003


def fill(store: Store, persons: int) -> int:
    """Fill the registry, and put everybody on the watch for the first night; return the number of records."""
    households, records = people(persons), 0
    while some := list(islice(households, HOUSEHOLDS_AT_ONCE)):
        edits = [edit for one in some for edit in edits_of(one)]
        store.transact(lambda connection, edits=edits: _store(connection, store.sealer, edits))
        records += len(edits)
    return records


def _store(connection: Connection, sealer: Sealer, edits: Sequence[Incoming]) -> None:
    registry.take_effect(connection, sealer, edits, {})
    newcomers = [one for one in edits if one.kind.name == "person"]
    registry.refresh_persons(connection, sealer, newcomers, [])
    cases.note_mentions(connection, edits)
    add_rows(
        connection, WatchRow, ("id", "record", "look_on"), sorted((one.record_id, False, NOW) for one in newcomers)
    )


def night(days: int) -> Night:
    """Run the command for the morning that is so many days later."""
    command = [sys.executable, "-m", "fieldsync", "followup", "run", "--json", "--now", f"{NOW + timedelta(days=days)}"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # our own command; waited for below
    out = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"followup run: exit {process.returncode}")
    return Night(orjson.loads(out), time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def tell(title: str, one: Night, idle: float = 0.0) -> None:
    """Print what a night came to, and how many it looked at a second, but for its start."""
    looked = one.told["looked_at"]
    rate = looked / (one.seconds - idle) if looked else 0.0
    print(
        f"{title:<26}{looked:>9,} looked at{one.told['changes']:>9,} changes{one.seconds:>8.1f} s"
        f"{one.cpu_s:>8.1f} s of a core{rate:>7,.0f} /s   peak {one.peak_mib:,.0f} MiB",
        flush=True,
    )


def measure(store: Store, persons: int, *, profiled: bool) -> None:
    """Fill the database, let the nights pass, and print what they came to."""
    began = time.monotonic()
    records = fill(store, persons)
    print(f"{persons:,} persons, {records:,} records stored in {time.monotonic() - began:.1f} s", flush=True)
    if profiled:
        _profile(store)
        return
    first = night(0)
    idle = night(0)
    tell("first night", first, idle.seconds)
    tell("the same night again", idle)
    with store.reading() as connection:
        opened = connection.execute(select(func.count()).where(FlagRow.state == "open")).scalar_one()
        watched = connection.execute(select(func.count()).select_from(WatchRow)).scalar_one()
    print(f"{opened:,} flags open, {watched:,} on the watch", flush=True)
    for title, days in (("next night", 1), ("after 30 nights without", 31)):
        one = night(days)
        tell(title, one, idle.seconds)
        minutes = (one.seconds - idle.seconds) * MILLION / persons / 60
        verdict = "pass" if minutes <= BAR else "MISSED"
        print(f"  {MILLION:,} persons by that: {minutes:.1f} min   bar {BAR} min: {verdict}", flush=True)


def _profile(store: Store) -> None:
    sync.look(store, _AT)
    with cProfile.Profile() as profile:
        sync.look(store, _AT + timedelta(days=31))
    pstats.Stats(profile).sort_stats("cumtime").print_stats(45)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="bench.followup", description="A night of follow-up over many persons.")
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of figures")
    given = parser.parse_args()
    with postgres.running() as server, tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder:
        os.environ["FIELDSYNC_DATA_DIR"] = str(Path(folder))
        os.environ["FIELDSYNC_DATABASE_URL"] = server.url(server.create("followup"))
        store = open_store(load())
        try:
            upgrade(store)
            measure(store, given.persons, profiled=given.profile)
        finally:
            store.close()


if __name__ == "__main__":
    main()
