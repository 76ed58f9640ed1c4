"""Every batch as it was received, byte for byte, with the outcome of each record in it.

A receipt is written once, with the effects of its batch, and never changed. It is for looking up what was sent;
nothing of the protocol depends on it.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import zstandard
from sqlalchemy import Connection, Integer, Select, Text, bindparam, cast, func, insert, select

from fieldsync.db import Sealer
from fieldsync.ledger.tables import BatchRow

MAX_BODY = 64 * 1024 * 1024
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A batch at the door. `body` is None when everything in it is known already."""

    id: str
    batch_id: str
    device_id: str
    received_at: datetime
    device_time: datetime
    skew_s: float
    app_version: str | None
    body: bytes | None


Outcome = tuple[str | None, str, int | None, int | None]


_KEEP = insert(BatchRow)


def new_id(now: datetime) -> str:
    """Make the id of a receipt: UUID version 7, so that neighbours in time are neighbours in the index."""
    milliseconds = int(now.timestamp() * 1000)
    drawn = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (drawn >> 62) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1
    return str(UUID(int=value))


def keep(connection: Connection, sealer: Sealer, receipt: Receipt, outcomes: Sequence[Outcome]) -> None:
    """Keep a batch and the outcome of each of its records."""
    sealed = None
    if receipt.body is not None:
        packed = zstandard.ZstdCompressor(level=1).compress(receipt.body)
        sealed = sealer.seal(packed, f"receipt {receipt.id}")
    values = {
        "id": receipt.id,
        "batch_id": receipt.batch_id,
        "device_id": receipt.device_id,
        "received_at": receipt.received_at,
        "device_time": receipt.device_time,
        "skew_s": receipt.skew_s,
        "app_version": receipt.app_version,
        "outcomes": orjson.dumps(outcomes).decode(),
        "body": sealed,
    }
    connection.execute(_KEEP, values)


def body_of(connection: Connection, sealer: Sealer, receipt_id: str) -> bytes | None:
    """Return the body of a batch as it was sent (decompressed), or None when it brought nothing new."""
    row = connection.execute(select(BatchRow.body).where(BatchRow.id == receipt_id)).one()
    if row.body is None:
        return None
    packed = sealer.open(row.body, f"receipt {receipt_id}")
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=MAX_BODY)


def record_as_sent(body: bytes, position: int) -> str:
    """Return the very text of the record at `position` (from 0) in a batch's body."""
    text = body.decode()
    at = _skip(text, _start_of_records(text))
    decoder = json.JSONDecoder()
    for _ in range(position):
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at, _SPACE + ",")
    _, end = decoder.raw_decode(text, at)
    return text[at:end]


def _start_of_records(text: str) -> int:
    """Return where the elements of the top-level "records" list begin."""
    decoder = json.JSONDecoder()
    at = _skip(text, text.index("{") + 1)
    while True:
        name, at = decoder.raw_decode(text, at)
        at = _skip(text, at, _SPACE + ":")
        if name == "records":
            return at + 1
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at, _SPACE + ",")


def _skip(text: str, at: int, over: str = _SPACE) -> int:
    while text[at] in over:
        at += 1
    return at


def outcomes_of(connection: Connection, device_id: str) -> list[list[Any]]:
    """Return, per batch of a device in order of arrival, its outcomes as `keep` took them."""
    query = select(BatchRow.outcomes).where(BatchRow.device_id == device_id).order_by(BatchRow.received_at)
    return [orjson.loads(row.outcomes) for row in connection.execute(query)]


def newest_outcomes(
    connection: Connection, device_id: str, most: int, most_characters: int
) -> tuple[list[list[Any]], bool]:
    """Return the outcomes of a device's newest batches in order of arrival, and whether these are all its batches.

    Args:
        connection: any connection.
        device_id: of the tablet.
        most: how many batches at most.
        most_characters: of outcomes as kept, some 70 a record; the batch that passes it is the last one read.
    """
    found = connection.execute(_NEWEST, {"device": device_id, "most": most + 1, "characters": most_characters}).all()
    whole = bool(not found or (found[0].number == len(found) <= most))
    return [orjson.loads(row.outcomes) for row in reversed(found[:most])], whole


def _newest() -> Select[Any]:
    row = BatchRow
    order = (row.received_at.desc(), row.id.desc())
    size = func.length(cast(row.outcomes, Text)).label("size")
    newest = (
        select(row.outcomes, row.received_at, row.id, size)
        .where(row.device_id == bindparam("device"))
        .order_by(*order)
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    place = (newest.c.received_at.desc(), newest.c.id.desc())
    newer = func.coalesce(func.sum(newest.c.size).over(order_by=place, rows=(None, -1)), 0).label("newer")
    summed = select(newest.c.outcomes, func.count().over().label("number"), newer).subquery()
    read = select(summed.c.outcomes, summed.c.number).where(summed.c.newer < bindparam("characters", type_=Integer))
    return read.order_by(summed.c.newer)


_NEWEST = _newest()
