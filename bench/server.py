"""FieldSync as an operator runs it: its own commands, its own production server, two workers.

Everything goes through the command line and the wire; nothing of `fieldsync` is
imported. The data directory is a temporary one, keys included.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench import client, machine, process, records
from bench.client import Request
from bench.postgres import Postgres
from bench.records import Record, Tablet

PROGRAMS = tuple(part for name in ("maternal", "child", "civil", "service") for part in ("--program", name))
HOME = ("16.02",)
CLIENTS = 4
WORKERS = 2
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"
_CURSOR = re.compile(rb'"cursor":\s*"([^"]*)"')
_MORE = re.compile(rb'"has_more":\s*true')
COMMAND = Path(sys.executable).with_name("fieldsync")


@dataclass
class FieldSync:
    """A running server with enrolled tablets, and the databases' process (0: SQLite, or not on this machine).

    `database` is its name on PostgreSQL, empty for SQLite.
    """

    port: int
    root: int
    database_root: int
    tokens: list[str]
    tablets: list[Tablet]
    database: str = ""
    resting_mib: float = 0.0
    ready_after: dict[str, float] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of server and database so far."""
        return machine.cpu_seconds(*(root for root in (self.root, self.database_root) if root))

    def workers(self) -> list[int]:
        """Return the ids of the worker processes."""
        return machine.workers(self.root)

    def shares(self, batches: Iterable[list[Record]], *, status: str, gzip: bool = False) -> list[list[Request]]:
        """Deal batches out to the tablets in turn, as requests whose answer must have `status` for every record."""
        shares: list[list[Request]] = [[] for _ in self.tokens]
        now = datetime.now(UTC)
        for number, batch in enumerate(batches):
            at = number % len(shares)
            shares[at].append(self.push_request(at, self.tablets[at].body(batch, now), len(batch), status, gzip=gzip))
        return shares

    def push_request(self, at: int, body: bytes, count: int, status: str, *, gzip: bool = False) -> Request:
        """Return the push of a body by tablet number `at`."""
        headers = self._headers(at) | {"Content-Type": "application/json"}
        if gzip:
            headers["Content-Encoding"] = "gzip"
        raw = client.request("POST", PUSH, records.zipped(body) if gzip else body, headers)
        return Request(raw, f'"status":"{status}"'.encode(), count)

    def store(self, source: Iterable[Record], status: str = "applied") -> int:
        """Push records outside any clock, a few batches ready at a time; return how many."""
        count = 0
        for some in records.chunks(source, records.BATCH * len(self.tokens) * 5):
            client.send_all(self.port, self.shares(records.chunks(some), status=status))
            count += len(some)
        return count

    def pull(
        self, at: int, *, gzip: bool = False, limit: int = 1000, seen: Callable[[bytes, int], None]
    ) -> list[float]:
        """Pull as tablet number `at` from no cursor to the end; return the seconds of each page.

        `seen` is given the text of each page and how many bytes it was sent as.
        """
        headers = self._headers(at) | ({"Accept-Encoding": "gzip"} if gzip else {})
        each, path, more = [], f"{PULL}?limit={limit}", True
        connection = client.Connection(self.port)
        while more:
            start = time.perf_counter()
            answer = connection.ask(client.request("GET", path, headers=headers))
            each.append(time.perf_counter() - start)
            if answer.status != 200:
                raise client.WrongAnswerError(f"{answer.status} to a pull: {answer.body[:300]!r}")
            body = client.unpacked(answer)
            seen(body, len(answer.body))
            # Cursor and has_more stand after the changes, where no record can forge them.
            tail = body[-2000:]
            cursors = _CURSOR.findall(tail)
            if not cursors:
                raise client.WrongAnswerError(f"a page without cursor: {tail[-300:]!r}")
            path, more = f"{PULL}?cursor={cursors[-1].decode()}&limit={limit}", bool(_MORE.search(tail[-200:]))
        connection.close()
        return each

    def _headers(self, at: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[at]}"}


@contextmanager
def running(
    postgres: Postgres | None, *, clients: int = CLIENTS, seed: int = 0, areas: Sequence[str] = HOME
) -> Iterator[FieldSync]:
    """Give a fresh FieldSync on a database of its own (None: SQLite) with a van for `areas`, and clean up after it."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        database = postgres.create("fieldsync") if postgres else ""
        environment = {"FIELDSYNC_DATA_DIR": str(home / "data"), "FIELDSYNC_LOG_LEVEL": "WARNING"}
        if postgres:
            environment["FIELDSYNC_DATABASE_URL"] = postgres.url(database)
        try:
            took, codes = _prepare(environment, home, clients, areas)
            port = machine.free_port()
            command: list[str | Path] = [COMMAND, "serve", "--port", str(port), "--workers", str(WORKERS)]
            server = process.start(command, environment, home, port, "/readyz")
            try:
                tokens = [_enrol(port, code, number) for number, code in enumerate(codes)]
                tablets = [Tablet(seed * 1000 + number) for number in range(clients)]
                root = postgres.root if postgres else 0
                found = FieldSync(port, server.root, root, tokens, tablets, database, ready_after=took)
                found.environment = environment
                found.resting_mib = max(map(machine.resident_mib, found.workers()))
                yield found
            finally:
                server.stop()
        finally:
            if postgres:
                postgres.drop(database)


def _prepare(
    environment: dict[str, str], home: Path, clients: int, areas: Sequence[str]
) -> tuple[dict[str, float], list[str]]:
    """Upgrade, load regions, make the van; return how long each took, and an enrolment code per client."""
    took = {}
    van = [*(part for area in areas for part in ("--area", area)), *PROGRAMS]
    for command in (["db", "upgrade"], ["regions", "load"], ["van", "create", "Van Bench", *van, "--json"]):
        start = time.perf_counter()
        process.run([COMMAND, *command], environment, home)
        took[" ".join(command[:2])] = round(time.perf_counter() - start, 2)
    invite: list[str | Path] = [COMMAND, "device", "invite", "--van", "Van Bench", "--json"]
    return took, [orjson.loads(process.run(invite, environment, home))["enrollment_code"] for _ in range(clients)]


def _enrol(port: int, code: str, number: int) -> str:
    body = orjson.dumps({"enrollment_code": code, "name": f"Tablet {number}", "app_version": "1.4.0"})
    headers = {"Content-Type": "application/json"}
    answer = client.ask(port, client.request("POST", "/api/v1/devices/enroll", body, headers))
    if answer.status != 201:
        raise process.StartError(f"enrolment answered {answer.status}: {answer.body[:300]!r}")
    return str(orjson.loads(answer.body)["access_token"])
