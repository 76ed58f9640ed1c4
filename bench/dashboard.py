"""The office's questions at scale: `python -m bench.dashboard [--persons N]`; five flags for each of so many persons.

People and their person records are sealed and hashed as the rooms do it, and written past sync and identity; cases and
flags are made by the database. Three of five live in South Sumatra, the others all over Indonesia; three of ten have an
open case. Then the production server answers office users over HTTP, and the time of each answer is taken.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from math import ceil
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from bench import client, postgres, process
from bench.client import Connection, request
from bench.machine import resident_mib
from bench.records import WAVES, Cohort, chunks
from bench.server import COMMAND, PROGRAMS, FieldSync, running
from fieldsync import identity, sync
from fieldsync.cases.words import note_words
from fieldsync.config import load
from fieldsync.db import Store, add_rows, open_store
from fieldsync.identity.tables import KeyRow
from fieldsync.registry.tables import PersonRow, RecordRow
from fieldsync.rulebook import book_of

HOME = "16"
DISTRICT, REGENCY = "16.02.05", "16.02"
AT_ONCE = 20_000
ASKED = 100
CROWD_S = 20.0
# What tablets push beside the coordinators: so many records a second, in batches of so many, about so many women.
RATES, PUSHED, WOMEN = (1_000, 2_000), 500, 10_000
PASSWORD = "sungai komering 16"  # noqa: S105 # of a database that lives as long as the measurement
_FIRST = (
    *(
        "Siti",
        "Nur",
        "Sri",
        "Dewi",
        "Ayu",
        "Rina",
        "Eka",
        "Lina",
        "Maya",
        "Ratna",
        "Wati",
        "Yuni",
        "Fitri",
        "Indah",
        "Sari",
        "Kartini",
        "Halimah",
        "Zubaidah",
    ),
    *(),
)
_LAST = (
    *(
        "Aminah",
        "Handayani",
        "Lestari",
        "Rahayu",
        "Puspita",
        "Hasanah",
        "Oktaria",
        "Rahmawati",
        "Anggraini",
        "Safitri",
        "Fatimah",
        "Wulandari",
    ),
    *(),
)
_AT = "2026-11-20T03:00:00+00:00"
_RULES = ("ANC-BP-01", "ANC-SCH-03", "ANC-HB-02", "ANC-NU-01", "ANC-TST-01")
_CASES = """
INSERT INTO follow_up_case (id, person_id, subject, program, area, status, severity, due, opened_at, emergency_at,
                            closed_at, updated_at, escalation, attempts, rev)
SELECT gen_random_uuid(), id, id::text, (ARRAY['maternal', 'child', 'civil'])[1 + n % 3], area,
       CASE WHEN n % 10 < 3 THEN (ARRAY['open', 'acknowledged', 'in_progress'])[1 + n % 3] ELSE 'resolved' END,
       CASE WHEN n % 10 < 3 THEN CASE WHEN n % 100 = 0 THEN 0 WHEN n % 4 = 0 THEN 1 ELSE 2 END END,
       CASE WHEN n % 10 < 3 THEN current_date - 20 + (n % 60)::int END, now() - interval '9 days',
       CASE WHEN n % 100 = 0 THEN now() - interval '1 day' END,
       CASE WHEN n % 10 >= 3 THEN now() END, now(), 0, 0, 1
FROM (SELECT id, area, row_number() OVER (ORDER BY id) AS n FROM record WHERE type = 'person') one"""
_FLAGS = """
INSERT INTO flag (id, case_id, person_id, subject, episode, rule, version, program, severity, state, restricted,
                  opened_on, due, opened_at, closed_at, mark, evidence)
SELECT gen_random_uuid(), c.id, c.person_id, c.subject, c.subject,
       (ARRAY['ANC-BP-01', 'ANC-SCH-03', 'ANC-HB-02', 'ANC-NU-01', 'ANC-TST-01'])[k], 1, c.program,
       coalesce(CASE WHEN k = 1 THEN c.severity END, 2), CASE WHEN c.severity IS NULL THEN 'resolved' ELSE 'open' END,
       k = 5 AND c.escalation = 0 AND get_byte(uuid_send(c.id), 0) < 5, current_date - 9, coalesce(c.due, current_date),
       c.opened_at, c.closed_at, 'bench', '["anc_visit", "2026-11-20", [["systolic_mmhg", 172, "at_least", 160, null]]]'
FROM follow_up_case c, generate_series(1, 5) k"""


def people(persons: int, villages: Sequence[str], home: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (id, village, fields) of made-up women."""
    rng = Random(persons)  # noqa: S311 # made-up people
    for number in range(persons):
        village = rng.choice(home if rng.random() < 0.6 else villages)
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {rng.choice(_FIRST)}"
        born = f"{rng.randint(1980, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        nik = f"{village[:8].replace('.', '')}{rng.randint(10**9, 10**10 - 1)}"
        fields = {"full_name": name, "nik": nik, "phone": f"0812{rng.randint(10**7, 10**8 - 1)}"}
        shown = {"sex": "female", "birth_date": born, "village_code": village}
        yield str(UUID(int=rng.getrandbits(128))), village, {"sealed": fields, "open": shown, "number": number}


def fill(store: Store, persons: int) -> None:
    """Write the people, their keys, cases and flags."""
    with store.reading() as connection:
        codes = list(connection.execute(text("SELECT code FROM region WHERE level = 'village'")).scalars())
    home = [one for one in codes if one.startswith(f"{HOME}.")]
    source = people(persons, codes, home)
    while some := list(islice(source, AT_ONCE)):
        store.transact(lambda connection, some=some: _write(connection, store.sealer, some))
    store.transact(_say_rules)
    for statement in (_CASES, _FLAGS):
        store.transact(lambda connection, statement=statement: connection.execute(text(statement)))
    sync.recount(store, datetime.now(UTC))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _say_rules(connection: Any) -> None:
    book = book_of(connection, datetime.fromisoformat(_AT).date())
    note_words(connection, [book.rules[one] for one in _RULES])


def _write(connection: Any, sealer: Any, some: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
    persons, records, keys = [], [], []
    for person, village, fields in some:
        sealed = sealer.seal(orjson.dumps(fields["sealed"]), person)
        shown = orjson.dumps(fields["open"]).decode()
        head = orjson.dumps({"id": person, "recorded_at": _AT, "area": village, "type": "person"}).decode()
        persons.append((person, 1, None, False, shown, sealed))
        records.append((person, "person", village, 1, False, person, fields["number"], 1, 0, head, shown, sealed))
        hashed = [*identity.keys_of_name(sealer, fields["sealed"]["full_name"])]
        hashed.append(identity.key_of_nik(sealer, fields["sealed"]["nik"]))
        keys += [(key, person) for key in {number for one in hashed for number in one}]
    add_rows(connection, PersonRow, ("id", "rev", "merged_into", "deleted", "data", "sealed"), persons)
    columns = ("id", "type", "area", "rev", "deleted", "person_id", "stamp", "device_seq", "base_rev")
    add_rows(connection, RecordRow, (*columns, "head", "data", "sealed"), records)
    add_rows(connection, KeyRow, ("key", "person_id"), keys)


@dataclass(frozen=True, slots=True)
class Clerk:
    """An office user who is logged in."""

    port: int
    token: str

    def raw(self, path: str, accept: str = "application/json") -> bytes:
        """Return the bytes of a request for a path."""
        return request("GET", path, headers={"Authorization": f"Bearer {self.token}", "Accept": accept})

    def get(self, path: str) -> Any:
        """Return what a path answers.

        Raises:
            WrongAnswerError: no 200.
        """
        answer = client.ask(self.port, self.raw(path))
        if answer.status != 200:
            raise client.WrongAnswerError(f"{answer.status} to {path}: {answer.body[:300]!r}")
        return orjson.loads(client.unpacked(answer))


def hire(server: FieldSync, name: str, areas: Sequence[str]) -> Clerk:
    """Make a coordinator for these areas, and log in."""
    command: list[str | Path] = [
        COMMAND,
        "user",
        "create",
        name,
        "--role",
        "coordinator",
        *PROGRAMS,
        "--password-stdin",
    ]
    command += [part for area in areas for part in ("--area", area)]
    with tempfile.TemporaryDirectory() as folder:
        process.run(command, server.environment, Path(folder), f"{PASSWORD}\n")
    body = orjson.dumps({"username": name, "password": PASSWORD})
    answer = client.ask(server.port, request("POST", "/api/v1/auth/login", body, {"Content-Type": "application/json"}))
    return Clerk(server.port, orjson.loads(answer.body)["access_token"])


def p95(each: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(each, n=20)[-1]


def timed(
    title: str, clerk: Clerk, paths: Sequence[str], bar_ms: float | None, accept: str = "application/json"
) -> None:
    """Ask for each path in turn, and print the median and the 95th percentile beside the bar."""
    connection, each = Connection(clerk.port), []
    for path in paths:
        began = time.perf_counter()
        answer = connection.ask(clerk.raw(path, accept))
        each.append(time.perf_counter() - began)
        if answer.status != 200:
            raise client.WrongAnswerError(f"{answer.status} to {path}: {answer.body[:300]!r}")
    connection.close()
    told(title, each, bar_ms)


def told(title: str, each: Sequence[float], bar_ms: float | None) -> None:
    """Print what some answers took."""
    high = p95(each) * 1000
    bar = "" if bar_ms is None else f"   bar {bar_ms:.0f} ms: {'pass' if high <= bar_ms else 'MISSED'}"
    print(f"{title:<46} p50 {statistics.median(each) * 1000:>7.1f} ms   p95 {high:>7.1f} ms{bar}", flush=True)


def measure(server: FieldSync, provinces: Sequence[str]) -> None:
    """Ask what the office asks, and print how long it took."""
    near, home, nation = (hire(server, *one) for one in (("d", [DISTRICT]), ("p", [HOME]), ("n", provinces)))
    page = "/api/v1/cases?limit=50"
    far = page
    for _ in range(9):
        cursor = near.get(far)["cursor"]
        far = page if cursor is None else f"{page}&cursor={cursor}"
    timed("case list of a district, page 1", near, [page] * ASKED, 20)
    timed("case list of a district, page 10", near, [far] * ASKED, 20)
    timed("case list of a province, page 1", home, [page] * ASKED, None)
    timed("case list of the nation, page 1", nation, [page] * ASKED, None)
    groups = "/api/v1/cases/summary?group_by=severity"
    timed("summary of a district", near, [groups] * ASKED, 20)
    timed("summary of a province, by district", home, [f"{groups},district"] * 30, 60)
    timed("summary of the nation", nation, [groups] * 20, 20)
    timed("summary of the nation, by district", nation, [f"{groups},district"] * 20, 150)
    cases = [one["id"] for one in near.get(page)["cases"]]
    timed("case, as JSON", near, [f"/api/v1/cases/{one}" for one in cases * 2], 40)
    timed("case page", near, [f"/cases/{one}" for one in cases * 2], 40, "text/html")
    timed("Today of a district", near, ["/today"] * 30, None, "text/html")
    timed("Today of a province", home, ["/today"] * 20, None, "text/html")
    timed("case list page of a district", near, ["/cases"] * 50, None, "text/html")
    timed("map of a province", home, ["/map"] * 20, None, "text/html")
    names = [f"/api/v1/persons?q={one}%20{two}" for one in _FIRST[:7] for two in _LAST[:8]]
    timed("person search in a district, two words", near, names[:50], 50)
    told("100 coordinators, a page every 2 s", crowd(server, near, page), 200)
    beside(server, near, page)
    export(server, nation)


def beside(server: FieldSync, near: Clerk, page: str) -> None:
    """Let the coordinators page while tablets push visits of women whom they brought before, at so many a second."""
    cohort = Cohort(9, WOMEN, datetime.now(UTC).date())
    server.store(cohort.persons())
    server.store(cohort.pregnancies())
    server.store(cohort.visits(0))
    visits = chain.from_iterable(map(cohort.visits, range(1, WAVES)))
    for rate in RATES:
        batches = list(islice(chunks(visits, PUSHED), ceil(rate * CROWD_S / PUSHED)))
        shares = server.shares(batches, status="applied")
        with ThreadPoolExecutor(len(shares)) as pool:
            began = time.perf_counter()
            pace = PUSHED * len(shares) / rate
            done = [pool.submit(_push, server.port, share, pace, began) for share in shares]
            each = crowd(server, near, page)
            pushed = sum(one.result() for one in done)
        told(
            f"the same beside {pushed / CROWD_S:,.0f} pushed records a second", each, 200 if rate >= RATES[-1] else None
        )


def _push(port: int, share: Sequence[client.Request], pace: float, began: float) -> int:
    """Send a batch every `pace` seconds while the coordinators page; return how many records were taken meanwhile."""
    taken = 0
    for number, one in enumerate(share):
        time.sleep(max(0.0, began + number * pace - time.perf_counter()))
        if time.perf_counter() - began > CROWD_S:
            break
        client.send_all(port, [[one]])
        taken += one.times or 0
    return taken


def crowd(server: FieldSync, near: Clerk, page: str, clerks: int = 100, seconds: float = CROWD_S) -> list[float]:
    """Let so many coordinators page at once, each a page every two seconds; return the seconds of each page."""
    each: list[float] = []
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        connection, path = Connection(server.port), page
        time.sleep(number * 2 / clerks)
        while time.perf_counter() < until:
            began = time.perf_counter()
            answer = connection.ask(near.raw(path))
            each.append(time.perf_counter() - began)
            cursor = orjson.loads(client.unpacked(answer))["cursor"]
            path = page if cursor is None else f"{page}&cursor={cursor}"
            time.sleep(max(0.0, 2 - (time.perf_counter() - began)))
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clerks)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return each


def export(server: FieldSync, nation: Clerk) -> None:
    """Take all cases as CSV, and print rows, time, and the most memory that a worker held."""
    statuses = "open,acknowledged,in_progress,resolved,referred,lost_to_followup"
    began = time.perf_counter()
    answer = client.ask(server.port, nation.raw(f"/api/v1/cases?status={statuses}", "text/csv"))
    took, rows = time.perf_counter() - began, client.unpacked(answer).count(b"\r\n") - 1
    memory = max(map(resident_mib, server.workers()))
    verdict = "pass" if took * 1_000_000 / max(rows, 1) <= 60 else "MISSED"
    print(f"export: {rows:,} rows as CSV in {took:.1f} s, worker {memory:.0f} MiB   bar 1,000,000 in 60 s: {verdict}")


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="bench.dashboard", description="What the office asks, at scale.")
    parser.add_argument("--persons", type=int, default=1_000_000)
    given = parser.parse_args()
    with postgres.running() as database, running(database, clients=4, areas=(REGENCY,)) as server:
        os.environ.update(server.environment)
        store = open_store(load())
        try:
            began = time.monotonic()
            fill(store, given.persons)
            with store.reading() as connection:
                flags = connection.execute(text("SELECT count(*) FROM flag")).scalar_one()
                query = "SELECT code FROM region WHERE level = 'province' ORDER BY code"
                provinces = list(connection.execute(text(query)).scalars())
        finally:
            store.close()
        print(f"{given.persons:,} persons, {flags:,} flags written in {time.monotonic() - began:.0f} s", flush=True)
        measure(server, provinces)


if __name__ == "__main__":
    main()
