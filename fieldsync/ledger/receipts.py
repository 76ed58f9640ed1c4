"""Every batch as it was received, byte for byte, with the outcome of each record in it.

A receipt is written once, with the effects of its batch, and never changed. It is for looking up what was sent;
nothing of the protocol depends on it.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
import zstandard
from sqlalchemy import Connection, TextClause, insert, select, text

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
    return _id_of(now, secrets.randbits(74))


def first_id(moment: datetime) -> str:
    """Return the id below which all receipts from before a moment are, and none from after it."""
    return _id_of(moment, 0)


def _id_of(moment: datetime, drawn: int) -> str:
    milliseconds = int(moment.timestamp() * 1000)
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


def skew_of(connection: Connection, receipt_id: str) -> float:
    """Return how many seconds the tablet's clock was ahead when it sent a batch."""
    return float(connection.execute(select(BatchRow.skew_s).where(BatchRow.id == receipt_id)).scalar_one())


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


def newest_outcomes(
    connection: Connection, device_ids: Sequence[str], most: int, most_characters: int
) -> dict[str, tuple[list[list[Any]], bool]]:
    """Return, per device that sent any, its newest batches' outcomes in order of arrival, and whether these are all.

    Args:
        connection: any connection.
        device_ids: of the tablets; one statement for all.
        most: how many batches of each at most.
        most_characters: of outcomes as kept, some 70 a record; the batch that passes it is the last one read.
    """
    postgresql = connection.dialect.name == "postgresql"
    devices = list(device_ids) if postgresql else orjson.dumps(list(device_ids)).decode()
    wanted = {"devices": devices, "most": most + 1, "characters": most_characters}
    query = NEWEST_POSTGRESQL if postgresql else NEWEST_SQLITE
    found = {}
    for device_id, rows in groupby(connection.execute(query, wanted), key=lambda row: row.device_id):
        newest = list(rows)
        whole = newest[0].number == len(newest) <= most
        found[str(device_id)] = [orjson.loads(row.outcomes) for row in reversed(newest[:most])], whole
    return found


def _newest(among: str) -> TextClause:
    order = "ORDER BY received_at DESC, id DESC"
    return text(
        "SELECT device_id, outcomes, number FROM (SELECT device_id, outcomes, "
        "count(*) OVER (PARTITION BY device_id) AS number, coalesce(sum(length(CAST(outcomes AS text))) OVER "
        f"(PARTITION BY device_id {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer "
        f"FROM {among.format(order=f'{order} LIMIT :most')}) AS summed "
        "WHERE newer < :characters ORDER BY device_id, newer"
    )


# Each of the two finds a tablet's newest batches by the index, however many it has.
NEWEST_POSTGRESQL = _newest(
    "unnest(CAST(:devices AS uuid[])) AS given(device) CROSS JOIN LATERAL (SELECT device_id, received_at, id, outcomes "
    "FROM batch WHERE device_id = given.device {order}) AS newest"
)
NEWEST_SQLITE = _newest(
    "(SELECT device_id, received_at, batch.id, outcomes FROM json_each(:devices) AS given CROSS JOIN batch "
    "ON batch.id IN (SELECT its.id FROM batch AS its WHERE its.device_id = given.value {order})) AS newest"
)
