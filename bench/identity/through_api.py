"""The same stream through FieldSync's own door: pushed over HTTP in order of arrival, read back by its export.

Shows that the product decides as the pure engine does, and what a batch of person records
costs with everything on: ledger, registry, golden records, feed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import orjson

from bench import client, process, server
from bench.identity.people import envelope
from bench.identity.places import CUSTOMS
from bench.identity.visit import Visit
from bench.postgres import Postgres

BATCH = 500


@dataclass(frozen=True, slots=True)
class Through:
    """Who every record is about, records per second, and the seconds that 95 of 100 batches stayed within."""

    partition: dict[str, str]
    rate: float
    p95: float
    cpu: float


def push(database: Postgres | None, visits: Iterable[Visit], batch: int = BATCH) -> Through:
    """Push all visits in batches, one after the other, by one tablet.

    Raises:
        WrongAnswerError: a record was not applied.
    """
    areas = sorted({custom.regency for custom in CUSTOMS})
    with server.running(database, clients=1, areas=areas) as found, TemporaryDirectory() as folder:
        requests, rest, now = [], iter(visits), datetime.now(UTC)
        while chunk := list(islice(rest, batch)):
            body = found.tablets[0].body([envelope(visit) for visit in chunk], now)
            requests.append(found.push_request(0, body, len(chunk), "applied"))
        before = found.cpu_seconds()
        timing = client.send_all(found.port, [requests])
        cpu = found.cpu_seconds() - before
        said = process.run([server.COMMAND, "identity", "export", "--json"], found.environment, Path(folder))
    rows = (orjson.loads(line) for line in said.splitlines())
    partition = {row["record_id"]: row["person_id"] for row in rows}
    p95 = quantiles(timing.each, n=20)[18] if len(timing.each) > 1 else timing.each[0]
    return Through(partition, len(partition) / timing.seconds, p95, cpu / len(partition) * 1000)
