"""How fast PostgreSQL takes the same rows by COPY from one client: the ceiling that a push is held against.

`measure_stored` copies the very rows that a push stores, into tables like its own. The
others copy one row a record into a table with the envelope's columns, the data as JSON
and an index on the id, and nothing else: no check, no history, no change feed. Unless
it is said otherwise the text of those is ready before the clock starts.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
import psycopg
from psycopg.types.string import TextLoader

from bench.postgres import Postgres
from bench.records import Record

TABLE = """
CREATE TABLE rows (
    id uuid PRIMARY KEY, type text NOT NULL, base_rev integer NOT NULL, device_seq bigint NOT NULL,
    recorded_at timestamptz NOT NULL, officer text NOT NULL, area text NOT NULL, lat float8, lon float8,
    accuracy_m float8, form_version text NOT NULL, consent text NOT NULL, deleted boolean NOT NULL, data {data} NOT NULL
)"""
PLAIN = ("id", "type", "base_rev", "device_seq", "recorded_at", "officer", "area")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class CopyRates:
    """Rows a second: all in one COPY, and in one committed COPY per batch."""

    one: float
    per_batch: float

    @property
    def best(self) -> float:
        """Return the faster of the two, which the ratio is taken against."""
        return max(self.one, self.per_batch)


def measure(server: Postgres, batches: Sequence[Sequence[Record]], kind: str) -> CopyRates:
    """Copy batches both ways into a new table whose data have the type `kind`: json or jsonb."""
    ready, count = [b"".join(map(_line, batch)) for batch in batches], sum(map(len, batches))
    return CopyRates(count / _copied(server, [b"".join(ready)], kind), count / _copied(server, ready, kind))


STORED = ("record", "change")
_LAST = """
    SELECT stored.device_id, stored.received_at, {table}.* FROM {table} JOIN
    (SELECT id, device_id, received_at FROM record JOIN
    (SELECT device_id, received_at FROM batch ORDER BY received_at DESC LIMIT {batches}) AS last
    USING (device_id, received_at)) AS stored ON stored.id = {table}.id ORDER BY 2, 1, 3, 4"""


def measure_stored(server: Postgres, database: str, batches: int) -> float:
    """Copy again what FieldSync stored of its last batches, into the same tables; return records a second.

    One transaction a batch, formatted by psycopg while the clock runs. The batches must have brought new records only.

    Args:
        server: where the database is.
        database: FieldSync's own.
        batches: how many of the last.
    """
    with psycopg.connect(server.dsn(database), autocommit=True) as connection:
        stored = [_stored(connection, table, batches) for table in STORED]
        connection.execute("CREATE SCHEMA copied")
        for table in STORED:
            connection.execute(f"CREATE TABLE copied.{table} (LIKE public.{table} INCLUDING ALL)")
        start = time.perf_counter()
        for parts in zip(*stored, strict=True):
            with connection.transaction():
                for table, rows in zip(STORED, parts, strict=True):
                    with connection.cursor().copy(f"COPY copied.{table} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
        seconds = time.perf_counter() - start
        connection.execute("DROP SCHEMA copied CASCADE")
    return sum(map(len, stored[0])) / seconds


def _stored(connection: psycopg.Connection, table: str, batches: int) -> list[list[Sequence[Any]]]:
    """Return the rows of a table by batch, their values as the driver gets them of FieldSync: UUID and JSON as text."""
    cursor = connection.cursor()
    for name in ("uuid", "json"):
        cursor.adapters.register_loader(name, TextLoader)
    rows = cursor.execute(_LAST.format(table=table, batches=batches)).fetchall()
    return [[row[2:] for row in batch] for _, batch in groupby(rows, key=lambda row: row[:2])]


def measure_typed(server: Postgres, batches: Sequence[Sequence[Record]]) -> float:
    """Copy into a table with a typed column for each field of the data, psycopg formatting; return rows a second."""
    names = sorted({name for batch in batches for record in batch for name in record["data"]})
    sample = {name: record["data"][name] for batch in batches for record in batch for name in record["data"]}
    columns = "".join(f", {name} {_TYPES.get(type(sample[name]), 'text')}" for name in names)
    with _table(server, "json") as connection:
        connection.execute(f"ALTER TABLE rows DROP COLUMN data{columns.replace(', ', ', ADD COLUMN ')}")
        start = time.perf_counter()
        with connection.cursor().copy("COPY rows FROM STDIN") as copy:
            for batch in batches:
                for record in batch:
                    data = record["data"]
                    copy.write_row([*_values(record)[:-1], *(data.get(name) for name in names)])
        return sum(map(len, batches)) / (time.perf_counter() - start)


_TYPES: dict[type, str] = {int: "integer", float: "float8", bool: "boolean", list: "text[]"}


def measure_formatting(server: Postgres, batches: Sequence[Sequence[Record]]) -> float:
    """Copy all rows in one COPY, formatted by psycopg row by row while the clock runs; return rows a second."""
    with _table(server, "json") as connection:
        start = time.perf_counter()
        with connection.cursor().copy("COPY rows FROM STDIN") as copy:
            for batch in batches:
                for record in batch:
                    copy.write_row(_values(record))
        return sum(map(len, batches)) / (time.perf_counter() - start)


def _copied(server: Postgres, texts: Sequence[bytes], kind: str) -> float:
    with _table(server, kind) as connection:
        start = time.perf_counter()
        for text in texts:
            with connection.cursor().copy("COPY rows FROM STDIN") as copy:
                copy.write(text)
        return time.perf_counter() - start


@contextmanager
def _table(server: Postgres, kind: str) -> Iterator[psycopg.Connection]:
    database = server.create("copy")
    try:
        with psycopg.connect(server.dsn(database), autocommit=True) as connection:
            connection.execute(TABLE.format(data=kind))
            yield connection
    finally:
        server.drop(database)


def _values(record: Record) -> list[Any]:
    place = record["location"]
    values = [*(record[name] for name in PLAIN), place["lat"], place["lon"], place["accuracy_m"]]
    values += [record["form_version"], record["consent"], record["deleted"]]
    return [*values, orjson.dumps(record["data"]).decode()]


def _line(record: Record) -> bytes:
    return ("\t".join(str(value).translate(_ESCAPED) for value in _values(record)) + "\n").encode()
