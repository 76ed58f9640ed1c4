"""Open either database, and run work in one transaction that is tried again when another writer was in the way.

This is the only place that commits. Settings of durability and isolation are made here, once.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg.adapt
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from fieldsync.config import Settings
from fieldsync.db.hash_keys import find_hash_keys
from fieldsync.db.ring import KeyRing
from fieldsync.db.sealing import HashKeys, Sealer

T = TypeVar("T")

ATTEMPTS = 8
# PostgreSQL: serialization failure, deadlock, lock not available, unique violation between concurrent pushes.
RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})
SQLITE_WAIT_S = 30
RECYCLE_S = 1800


class Lost(Exception):  # noqa: N818 # it is not an error but a lost race
    """Another writer was first; the whole transaction must run again on what is there now."""


class Store:
    """An opened database with the keys that open its sealed values. One per process."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self.engine = engine
        self.sealer = sealer
        self.is_postgresql = engine.dialect.name == "postgresql"
        self._writing = engine.execution_options(writes=True)
        # On SQLite nobody else writes in between anyway.
        still = {"isolation_level": "REPEATABLE READ"} if self.is_postgresql else {}
        self._writing_of_one_moment = self._writing.execution_options(**still)

    def transact(self, work: Callable[[Connection], T], *, one_moment: bool = False) -> T:
        """Run `work` in one writing transaction, commit, and return what it returned.

        The work must be repeatable: it runs again, from the start, after a lost race or a deadlock; with `one_moment`,
        in which all of its statements see what was there when it began, also when another was first to change that.
        """
        engine = self._writing_of_one_moment if one_moment else self._writing
        for attempt in range(ATTEMPTS):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except (Lost, DBAPIError) as error:
                if attempt == ATTEMPTS - 1 or not _worth_another_try(error):
                    raise
                time.sleep(random.uniform(0, 0.02) * 2**attempt)  # noqa: S311 # jitter, not a secret
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading; on PostgreSQL every statement sees the newest committed state."""
        with self.engine.connect() as connection:
            if self.is_postgresql:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")  # noqa: PLW2901 # the same one
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection whose statements all see one moment."""
        with self.engine.connect() as connection:
            if self.is_postgresql:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the database of the settings. It is not touched before its first use."""
    url = settings.database_url
    made = _postgresql if url.startswith("postgresql") else _sqlite
    engine = made(url, pool_size=settings.database_pool, max_overflow=settings.threads, pool_recycle=RECYCLE_S)
    # Keys are reread within transactions: out of the pool, those that wait for the keys could hold every connection.
    aside = made(url, poolclass=NullPool)

    def find(ring: KeyRing) -> HashKeys:
        with aside.connect() as connection:
            return find_hash_keys(connection, ring)

    return Store(engine, Sealer(KeyRing(settings.encryption_keys, settings.key_file), find))


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, Lost):
        return True
    original = getattr(error, "orig", None)
    if getattr(original, "sqlstate", None) in RETRIED_STATES:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(original)


IN_BINARY = "in_binary"
"""Option of a statement: PostgreSQL sends what it finds in binary, bytes in half the length. Cast UUIDs to text."""


def _postgresql(url: str, **pool: Any) -> Engine:
    engine = create_engine(
        url,
        **pool,
        connect_args={
            # Plans are made for the tables as they are now: a plan kept from an empty table would scan a full one.
            "options": "-c plan_cache_mode=force_custom_plan -c jit=off -c timezone=UTC",
            "application_name": "fieldsync",
        },
    )

    @event.listens_for(engine, "connect")
    def _text_for_uuid_and_json(connection: Any, _record: object) -> None:
        adapters: psycopg.adapt.AdaptersMap = connection.adapters
        for name in ("uuid", "json"):
            adapters.register_loader(name, TextLoader)

    @event.listens_for(engine, "before_cursor_execute")
    def _in_binary(_connection: Connection, cursor: Any, *told: Any) -> None:
        if told[2].execution_options.get(IN_BINARY):
            cursor.format = psycopg.pq.Format.BINARY

    return engine


def write_ahead(cursor: sqlite3.Cursor) -> None:
    """Set the journal's mode; SQLite does not wait by itself when others open a new database in the same instant."""
    give_up = time.monotonic() + SQLITE_WAIT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(random.uniform(0.005, 0.02))  # noqa: S311 # jitter, not a secret
        else:
            return


def _sqlite(url: str, **pool: Any) -> Engine:
    engine = create_engine(url, **pool, connect_args={"timeout": SQLITE_WAIT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, by hand
        cursor = connection.cursor()
        write_ahead(cursor)
        # FULL: in WAL mode only this makes a commit survive a power cut.
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "do_connect")
    def _private(_dialect: Any, _record: object, _arguments: object, _options: object) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        if path.parent.is_dir() and not path.exists():
            path.touch(mode=0o600)  # nobody else on the machine may read it

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: one writer at a time from its first statement, so that number order is commit order.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
