"""Records that wait for others, for their group, or for an upgrade: stored durably, without effect yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, or_, select

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.ledger.tables import HeldForRow, HeldRow

_HELD = ("record_id", "content_hash", "device_id", "group_id", "received_at", "receipt", "position", "edit")
_FOR = ("awaited", "record_id", "content_hash", "why")

Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Held:
    """A waiting edit: `edit` is its serialised form, opaque here; `awaits` maps what it waits for to why."""

    record_id: str
    content_hash: bytes
    device_id: str
    group_id: str | None
    received_at: datetime
    receipt: str
    position: int
    edit: bytes
    awaits: Mapping[str, str]

    @property
    def key(self) -> Key:
        """Return what identifies it."""
        return (self.record_id, self.content_hash)


def hold(connection: Connection, sealer: Sealer, held: Sequence[Held]) -> None:
    """Keep edits that wait. What was held before under the same key must have been released first."""
    rows = [
        (
            *(one.record_id, one.content_hash, one.device_id, one.group_id, one.received_at),
            *(one.receipt, one.position, _seal(sealer, one)),
        )
        for one in held
    ]
    add_rows(connection, HeldRow, _HELD, rows)
    waits = [
        (awaited, one.record_id, one.content_hash, why) for one in held for awaited, why in sorted(one.awaits.items())
    ]
    add_rows(connection, HeldForRow, _FOR, waits)


def _seal(sealer: Sealer, one: Held) -> bytes:
    return sealer.seal(one.edit, f"held {one.record_id}")


def known(connection: Connection, record_ids: Sequence[str]) -> set[Key]:
    """Return the keys of what is held under these record ids."""
    query = select(HeldRow.record_id, HeldRow.content_hash).where(member_of(connection, HeldRow.record_id, record_ids))
    return {(row.record_id, bytes(row.content_hash)) for row in connection.execute(query)}


def awaiting(
    connection: Connection,
    sealer: Sealer,
    ids: Iterable[str],
    groups: Iterable[str],
    lock: Callable[[Iterable[str]], None],
) -> list[Held]:
    """Return all that waits for one of `ids`, directly or through others that wait, and all of these groups.

    Args:
        connection: a writing connection.
        sealer: opens the held edits.
        ids: of records, or other things that are awaited.
        groups: ids of groups.
        lock: called with record ids before it is asked who waits for them, so that nobody can begin to meanwhile.
    """
    found: dict[Key, None] = {}
    wanted, wanted_groups = set(ids), {group for group in groups if group}
    seen_groups: set[str] = set()
    while wanted or wanted_groups:
        lock(one for one in wanted if " " not in one)
        fresh = [key for key in _keys(connection, wanted, wanted_groups) if key not in found]
        found.update(dict.fromkeys(fresh))
        seen_groups |= wanted_groups
        wanted = {record_id for record_id, _ in fresh}
        wanted_groups = _groups(connection, wanted) - seen_groups
    return _load(connection, sealer, found)


def _keys(connection: Connection, ids: set[str], groups: set[str]) -> list[Key]:
    keys: list[Key] = []
    if ids:
        waits = HeldForRow
        query = select(waits.record_id, waits.content_hash).where(member_of(connection, waits.awaited, sorted(ids)))
        keys += [(row.record_id, bytes(row.content_hash)) for row in connection.execute(query)]
    if groups:
        query = select(HeldRow.record_id, HeldRow.content_hash).where(
            member_of(connection, HeldRow.group_id, sorted(groups))
        )
        keys += [(row.record_id, bytes(row.content_hash)) for row in connection.execute(query)]
    return keys


def _groups(connection: Connection, record_ids: set[str]) -> set[str]:
    if not record_ids:
        return set()
    query = select(HeldRow.group_id).where(
        member_of(connection, HeldRow.record_id, sorted(record_ids)), HeldRow.group_id.is_not(None)
    )
    return {row.group_id for row in connection.execute(query)}


def _load(connection: Connection, sealer: Sealer, keys: Mapping[Key, None]) -> list[Held]:
    if not keys:
        return []
    ids = sorted({record_id for record_id, _ in keys})
    awaits: dict[Key, dict[str, str]] = {}
    for row in connection.execute(
        select(HeldForRow).where(member_of(connection, HeldForRow.record_id, ids))
    ).mappings():
        awaits.setdefault((row["record_id"], bytes(row["content_hash"])), {})[row["awaited"]] = row["why"]
    loaded = []
    rows = connection.execute(
        select(HeldRow).where(member_of(connection, HeldRow.record_id, ids)).order_by(HeldRow.received_at)
    )
    for row in rows.mappings():
        key = (row["record_id"], bytes(row["content_hash"]))
        if key in keys:
            edit = sealer.open(row["edit"], f"held {row['record_id']}")
            origin = (row["device_id"], row["group_id"], row["received_at"], row["receipt"], row["position"])
            loaded.append(Held(*key, *origin, edit, awaits.get(key, {})))
    return loaded


def release(connection: Connection, keys: Sequence[Key]) -> None:
    """Forget held edits: they took effect, were refused, or are held anew."""
    for record_id, content_hash in keys:
        for table in (HeldForRow, HeldRow):
            connection.execute(delete(table).where(table.record_id == record_id, table.content_hash == content_hash))


def versions_awaited(connection: Connection) -> list[str]:
    """Return the form versions (``version <type> <form version>``) that some held record waits for."""
    query = select(HeldForRow.awaited).where(HeldForRow.why == "version").distinct()
    return [row.awaited for row in connection.execute(query)]


def count(connection: Connection, before: datetime | None = None) -> int:
    """Count what is held, or what has been since before a moment."""
    query = select(func.count()).select_from(HeldRow)
    if before is not None:
        query = query.where(HeldRow.received_at < before)
    return int(connection.execute(query).scalar_one())


class Long(NamedTuple):
    """A record that waits for long; `edit` is its serialised form, opaque here."""

    record_id: str
    content_hash: bytes
    device_id: str
    received_at: datetime
    edit: bytes


def held_before(
    connection: Connection, sealer: Sealer, before: datetime, after: tuple[datetime, str] | None, limit: int
) -> list[Long]:
    """Return up to `limit` records held since before a moment, the oldest first, behind (time, record id)."""
    row = HeldRow.__table__.c
    query = select(*(row[name] for name in Long._fields)).where(row.received_at < before)
    if after is not None:
        at, record_id = after
        query = query.where(or_(row.received_at > at, and_(row.received_at == at, row.record_id > record_id)))
    rows = connection.execute(query.order_by(row.received_at, row.record_id).limit(limit))
    return [one._replace(edit=sealer.open(one.edit, f"held {one.record_id}")) for one in (Long(*row) for row in rows)]


def still_held(connection: Connection, record_ids: Sequence[str], before: datetime) -> set[str]:
    """Return those of these ids under which a record is held since before a moment."""
    row = HeldRow.__table__.c
    query = select(row.record_id).where(member_of(connection, row.record_id, record_ids), row.received_at < before)
    return set(connection.execute(query).scalars())


def by_device(connection: Connection, device_ids: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    """Return, for each of these tablets that something is held of, how many records and since when the oldest."""
    row = HeldRow
    query = (
        select(row.device_id, func.count().label("number"), func.min(row.received_at).label("oldest"))
        .where(member_of(connection, row.device_id, device_ids))
        .group_by(row.device_id)
    )
    return {one.device_id: (one.number, one.oldest) for one in connection.execute(query)}
