"""Every sealed value of the database, whichever room it belongs to: counted by key, and sealed anew under the first.

A chunk of rows is locked, opened, sealed and written in one short transaction: what another writer changes is
never overwritten, and a break loses one chunk at most. Tablets see nothing of it: no revision changes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from string import Formatter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    Tuple,
    and_,
    bindparam,
    func,
    inspect,
    literal,
    select,
    true,
    tuple_,
    update,
)

from fieldsync.db.base import Base, Sealed
from fieldsync.db.engine import Store
from fieldsync.db.ring import SealError, prefix_of

CHUNK_ROWS = 500
CHUNK_BYTES = 4 * 1024 * 1024
BUSY_PAUSE_S = 0.05
PATIENCE_S = 60.0
Progress = Callable[[int, int], None]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class SealedColumn:
    """A column declared as `Sealed`, and how to say what a value of it is about."""

    table: Table
    column: Column[bytes]
    about: str

    @property
    def name(self) -> str:
        """Table and column, as in SQL."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """The columns of the primary key."""
        return tuple(self.table.primary_key)

    @property
    def told(self) -> tuple[Column[Any], ...]:
        """The columns from which `about` is made."""
        return tuple(self.table.c[name] for _, name, _, _ in Formatter().parse(self.about) if name)


def sealed_columns() -> tuple[SealedColumn, ...]:
    """Return the catalogue: the sealed columns of all rooms that are imported. The hash keys come first."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: (table.name != "hash_key", table.name))
    return tuple(
        SealedColumn(table, column, column.type.about)
        for table in tables
        for column in table.c
        if isinstance(column.type, Sealed)
    )


def undeclared_columns(connection: Connection) -> list[str]:
    """Return the binary columns of the database that no imported room declared; those named ``…_hash`` hold hashes."""
    declared = {one.name for one in sealed_columns()}
    inspector = inspect(connection)
    return [
        f"{table}.{column['name']}"
        for table in sorted(inspector.get_table_names())
        for column in inspector.get_columns(table)
        if isinstance(column["type"], LargeBinary)
        and not column["name"].endswith("_hash")
        and f"{table}.{column['name']}" not in declared
    ]


def count_values(connection: Connection, key_ids: Sequence[str]) -> dict[str | None, int]:
    """Count the sealed values under each of these keys, and under any other (None). Reads all sealed columns."""
    found: dict[str | None, int] = dict.fromkeys((*key_ids, None), 0)
    for one in sealed_columns():
        under = [func.count().filter(_is_under(one.column, key_id)) for key_id in key_ids]
        total, *counts = connection.execute(select(func.count(one.column), *under)).one()
        for key_id, number in zip(key_ids, counts, strict=True):
            found[key_id] += number
        found[None] += total - sum(counts)
    return found


def reseal(store: Store, progress: Progress | None = None) -> int:
    """Seal every value that is not yet under the first key of the ring; return how many were.

    May be broken off and run again, also by several processes at once. It works half of the time and leaves the
    other half to the writers, and passes over rows that one has locked until they are free.

    Args:
        store: an upgraded database.
        progress: told (values done, values there were to do).

    Raises:
        SealError: some values can't be opened, or stayed locked; all others are done.
    """
    work = _Resealing(store, store.sealer.ring.ids[0], progress)
    patience = time.monotonic() + PATIENCE_S
    while work.left() > len(work.failed):
        if work.run():
            patience = time.monotonic() + PATIENCE_S
        elif time.monotonic() > patience:
            raise SealError("some sealed values stayed locked by other writers: fieldsync keys reseal does the rest")
        else:
            time.sleep(BUSY_PAUSE_S)
    if work.failed:
        listed = ", ".join(sorted(work.failed)[:10])
        raise SealError(f"{len(work.failed)} sealed values can't be opened and stay as they are: {listed}")
    return work.done


class _Resealing:
    """One run over all sealed columns."""

    def __init__(self, store: Store, active: str, progress: Progress | None) -> None:
        self.store = store
        self.active = active
        self.progress = progress
        self.done = 0
        self.failed: set[str] = set()
        self.whole: int | None = None

    def left(self) -> int:
        """Count what is not under the active key."""
        with self.store.reading() as connection:
            left = sum(
                int(connection.execute(select(func.count()).where(_is_elsewhere(one, self.active))).scalar_one())
                for one in sealed_columns()
            )
        self.whole = left if self.whole is None else self.whole
        return left

    def run(self) -> int:
        """Pass over all columns once; return how many values were sealed anew."""
        before = self.done
        for one in sealed_columns():
            after: Key | None = None
            while (end := self._end_of_chunk(one, after)) is not None:
                started = time.monotonic()
                self.done += self.store.transact(partial(self._chunk, one, after, end))
                after = end
                if self.progress is not None:
                    self.progress(self.done, max(self.whole or 0, self.done))
                time.sleep(time.monotonic() - started)
        return self.done - before

    def _end_of_chunk(self, one: SealedColumn, after: Key | None) -> Key | None:
        """Return the key of the last row of the next chunk: so many rows, or so many bytes."""
        query = select(*one.key, func.length(one.column)).where(_is_elsewhere(one, self.active), _beyond(one, after))
        with self.store.reading() as connection:
            rows = connection.execute(query.order_by(*one.key).limit(CHUNK_ROWS)).all()
        size, end = 0, None
        for *key, length in rows:
            size += length
            if end is not None and size > CHUNK_BYTES:
                break
            end = tuple(key)
        return end

    def _chunk(self, one: SealedColumn, after: Key | None, end: Key, connection: Connection) -> int:
        query = (
            select(*dict.fromkeys((*one.key, *one.told, one.column)))
            .where(_is_elsewhere(one, self.active), _beyond(one, after), tuple_(*one.key) <= _given(one, end))
            .order_by(*one.key)
            .with_for_update(skip_locked=True)
        )
        changed = []
        for row in connection.execute(query).mappings():
            about = one.about.format(**{column.name: row[column] for column in one.told})
            try:
                fresh = self.store.sealer.seal(self.store.sealer.open(row[one.column], about), about)
            except SealError:
                self.failed.add(f"{one.name} of {', '.join(_shown(row[column]) for column in one.key)}")
                continue
            changed.append({"fresh": fresh} | {f"key_{column.name}": row[column] for column in one.key})
        if changed:
            same = [column == bindparam(f"key_{column.name}", type_=column.type) for column in one.key]
            connection.execute(update(one.table).where(*same).values({one.column.name: bindparam("fresh")}), changed)
        return len(changed)


def _is_under(column: Column[bytes], key_id: str) -> ColumnElement[bool]:
    prefix = prefix_of(key_id)
    return func.substr(column, 1, len(prefix), type_=LargeBinary) == literal(prefix, LargeBinary)


def _is_elsewhere(one: SealedColumn, key_id: str) -> ColumnElement[bool]:
    return and_(one.column.is_not(None), ~_is_under(one.column, key_id))


def _beyond(one: SealedColumn, after: Key | None) -> ColumnElement[bool]:
    return true() if after is None else tuple_(*one.key) > _given(one, after)


def _given(one: SealedColumn, key: Key) -> Tuple:
    return tuple_(*(bindparam(None, value, type_=column.type) for column, value in zip(one.key, key, strict=True)))


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
