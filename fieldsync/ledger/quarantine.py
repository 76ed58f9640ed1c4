"""Refused records: nothing is lost, a human can see them, and they settle when they come again corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select, update

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.ledger import receipts
from fieldsync.ledger.tables import QuarantineRow

_COLUMNS = (
    *("receipt", "position", "record_id", "device_id", "content_hash", "errors", "received_at"),
    *("area", "program"),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was refused, by its place in a received batch, with the errors as answered.

    `area` and `program` tell to whom of the office it is shown; see `QuarantineRow`.
    """

    receipt: str
    position: int
    record_id: str | None
    device_id: str
    content_hash: bytes
    errors: list[dict[str, str]]
    area: str | None = None
    program: str | None = None


def keep(connection: Connection, refused: Sequence[Refused], now: datetime) -> None:
    """Keep refused records; their text stays in the batch's body. What is refused already is not listed twice."""
    rows = [
        (
            *(one.receipt, one.position, one.record_id, one.device_id, one.content_hash),
            *(orjson.dumps(one.errors).decode(), now, one.area, one.program),
        )
        for one in _not_listed(connection, refused)
    ]
    add_rows(connection, QuarantineRow, _COLUMNS, rows)


def _not_listed(connection: Connection, refused: Sequence[Refused]) -> list[Refused]:
    ids = sorted({one.record_id for one in refused if one.record_id})
    if not ids:
        return list(refused)
    row = QuarantineRow
    query = select(row.record_id, row.content_hash).where(
        member_of(connection, row.record_id, ids), row.settled_at.is_(None)
    )
    listed = {(one.record_id, bytes(one.content_hash)) for one in connection.execute(query)}
    return [one for one in refused if (one.record_id, one.content_hash) not in listed]


def settle(connection: Connection, record_ids: Sequence[str], now: datetime) -> None:
    """Mark what was refused under these ids as settled: the records took effect after all."""
    if not record_ids:
        return
    row = QuarantineRow
    connection.execute(
        update(row)
        .where(member_of(connection, row.record_id, record_ids), row.settled_at.is_(None))
        .values(settled_at=now)
    )


def lock_newest(connection: Connection, entry_id: int) -> bool:
    """Tell whether a refused record waits still, and nothing was refused under its id after it; others wait for us."""
    row = QuarantineRow.__table__.c
    query = select(row.record_id, row.settled_at).where(row.id == entry_id).with_for_update()
    entry = connection.execute(query).one_or_none()
    if entry is None or entry.settled_at is not None:
        return False
    newer = select(row.id).where(row.record_id == entry.record_id, row.settled_at.is_(None), row.id > entry_id)
    return connection.execute(newer.limit(1)).first() is None


class Waiting(NamedTuple):
    """A refused record that did not come again, with the errors as answered; see `Refused`."""

    id: int
    receipt: str
    position: int
    record_id: str | None
    device_id: str
    errors: list[dict[str, str]]
    received_at: datetime


def open_after(connection: Connection, after: int, limit: int) -> list[Waiting]:
    """Return up to `limit` refused records that did not come again, in order of their numbers, behind one."""
    row = QuarantineRow.__table__.c
    query = select(*(row[name] for name in Waiting._fields)).where(row.settled_at.is_(None), row.id > after)
    found = connection.execute(query.order_by(row.id).limit(limit))
    return [Waiting(**{**one, "errors": orjson.loads(one["errors"])}) for one in found.mappings()]


def still_open(connection: Connection, record_ids: Sequence[str]) -> set[str]:
    """Return those of these ids under which a record was refused and did not come again."""
    row = QuarantineRow.__table__.c
    query = select(row.record_id).where(member_of(connection, row.record_id, record_ids), row.settled_at.is_(None))
    return set(connection.execute(query).scalars())


def open_records(connection: Connection, sealer: Sealer, limit: int = 100) -> list[dict[str, Any]]:
    """Return the newest refused records that did not come again: id, device, errors, time, and their text as sent."""
    row = QuarantineRow
    query = select(row).where(row.settled_at.is_(None)).order_by(row.id.desc()).limit(limit)
    found = []
    for one in connection.execute(query).mappings():
        body = receipts.body_of(connection, sealer, one["receipt"])
        found.append(
            {
                "record_id": one["record_id"],
                "device_id": one["device_id"],
                "errors": orjson.loads(one["errors"]),
                "received_at": one["received_at"],
                "as_sent": None if body is None else receipts.record_as_sent(body, one["position"]),
            }
        )
    return found
