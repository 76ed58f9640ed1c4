"""The push scenarios: full batches, single records, whole batches of duplicates, and the same on SQLite."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from statistics import median, quantiles

from bench import client, postgres, server
from bench.client import Request
from bench.records import BATCH, Cohort, Record, chunks
from bench.run import ROUNDS, Run, say

WARM_UP = 2_000
SINGLES = 200
# Which visits (of ten) of the shared women each scenario brings; each can be applied only once.
PUSH_WAVES = ((1, 2), (3, 4), (5, 6))
WARM_WAVE, GZIP_WAVE, SINGLE_WAVE, DUPLICATE_WAVE = 0, 7, 8, 9


def push(run: Run) -> None:
    """Measure full batches of antenatal visits: records a second and CPU seconds per 1,000 records."""
    found, cohort = run.shared(), run.cohort
    found.store(cohort.visits(WARM_WAVE, range(WARM_UP)))
    postgres.wait_until_quiet(run.postgres)
    for waves in PUSH_WAVES[:ROUNDS]:
        rate, cost = timed(found, chain.from_iterable(map(cohort.visits, waves)))
        run.visits_stored += len(waves) * cohort.size
        say(f"  {rate:,.0f} records/s, {cost:.3f} CPU-s per 1,000")
        run.report.append("push", rate)
        if run.postgres.root:
            run.report.append("push_cpu", cost)
        if run.peers:
            run.peers.push_round(len(waves) * cohort.size // BATCH)
    run.report.add("push_gzip", timed(found, cohort.visits(GZIP_WAVE), gzip=True)[0])


def single(run: Run) -> None:
    """Measure pushes of one record each on a connection that stays, by one client and by four."""
    found = run.shared()
    postgres.wait_until_quiet(run.postgres)
    records = run.cohort.visits(SINGLE_WAVE, range(SINGLES * (ROUNDS + 1) + SINGLES // 4))
    client.send_all(found.port, [_ones(found, _take(records, SINGLES // 4), 0)], keep=True)
    middle, slow = [], []
    for _ in range(ROUNDS):
        timing = client.send_all(found.port, [_ones(found, _take(records, SINGLES), 0)], keep=True)
        middle.append(median(timing.each) * 1000)
        slow.append(quantiles(timing.each, n=20)[18] * 1000)
    run.report.add("single", middle)
    run.report.add("single_p95", slow)
    shares = [_ones(found, _take(records, SINGLES // 4), at) for at in range(len(found.tokens))]
    run.report.add("single_four", median(client.send_all(found.port, shares, keep=True).each) * 1000)


def duplicates(run: Run) -> None:
    """Measure batches that come again whole, byte for byte, as after a lost answer."""
    found, cohort = run.shared(), run.cohort
    shares = found.shares(chunks(cohort.visits(DUPLICATE_WAVE)), status="applied")
    client.send_all(found.port, shares)
    run.visits_stored += cohort.size
    postgres.wait_until_quiet(run.postgres)
    again = [[Request(one.raw, b'"status":"duplicate"', one.times) for one in share] for share in shares]
    client.send_all(found.port, [share[:1] for share in again])
    seconds = [client.send_all(found.port, again).seconds for _ in range(ROUNDS)]
    run.report.add("duplicates", [cohort.size / one for one in seconds])


def sqlite(run: Run) -> None:
    """Measure the same push with the embedded database."""
    cohort = Cohort(2, run.sizes.sqlite_women, run.today)
    with server.running(None, seed=2) as found:
        found.store(cohort.persons())
        found.store(cohort.pregnancies())
        found.store(cohort.visits(WARM_WAVE, range(WARM_UP)))
        rates = [timed(found, chain.from_iterable(map(cohort.visits, waves)))[0] for waves in PUSH_WAVES[:ROUNDS]]
    run.report.add("sqlite", rates)


def timed(found: server.FieldSync, records: Iterable[Record], *, gzip: bool = False) -> tuple[float, float]:
    """Push records in full batches; return records a second and CPU seconds per 1,000 records."""
    ready = found.shares(chunks(records), status="applied", gzip=gzip)
    count = sum(one.times or 0 for share in ready for one in share)
    before = found.cpu_seconds()
    timing = client.send_all(found.port, ready)
    return count / timing.seconds, (found.cpu_seconds() - before) / count * 1000


def _take(records: Iterator[Record], count: int) -> list[Record]:
    return [next(records) for _ in range(count)]


def _ones(found: server.FieldSync, records: list[Record], at: int) -> list[Request]:
    now = datetime.now(UTC)
    bodies = (found.tablets[at].body([record], now) for record in records)
    return [found.push_request(at, body, 1, "applied") for body in bodies]
