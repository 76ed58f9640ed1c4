"""Fields that two edits contradicted, until somebody decides: noted as edits take effect, read with all their edits.

A later edit that knew of both and changes the field decides, too, whoever made it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select, update

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.registry.incoming import Incoming, as_fields
from fieldsync.registry.tables import ConflictRow, RecordRow, RevisionRow

_COLUMNS = ("record_id", "field", "kept_rev", "other_rev", "at")


class Past(NamedTuple):
    """One edit of a record; `by` is the id of the tablet or the office user that made it, `recorded_at` corrected."""

    rev: int
    by: str
    recorded_at: datetime
    officer: str
    deleted: bool
    area: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as it stands, deleted or not: its envelope as it goes out, its fields, and its edits by number."""

    id: str
    type: str
    area: str
    rev: int
    deleted: bool
    head: dict[str, Any]
    fields: dict[str, Any]
    edits: dict[int, Past]


def note_conflicts(connection: Connection, taken: Sequence[Incoming]) -> None:
    """Note what edits that took effect contradict, and settle what they decide; one or two statements, if any."""
    edited = {one.record_id for one in taken if one.area_before is not None}
    if edited:
        _settle_decided(connection, taken, edited)
    rows = [
        (one.record_id, conflict.field, *conflict.revs, one.received_at) for one in taken for conflict in one.conflicts
    ]
    add_rows(connection, ConflictRow, _COLUMNS, rows)


def _settle_decided(connection: Connection, taken: Iterable[Incoming], edited: set[str]) -> None:
    row = ConflictRow.__table__.c
    query = select(row.id, row.record_id, row.field).where(
        member_of(connection, row.record_id, sorted(edited)), row.settled_at.is_(None)
    )
    waiting = connection.execute(query).all()
    if not waiting:
        return
    for one in taken:
        again = {conflict.field for conflict in one.conflicts}
        decided = [each.id for each in waiting if each.record_id == one.record_id and each.field in one.changed - again]
        for conflict_id in decided:
            settle_conflict(connection, conflict_id, one.received_at)


def settle_conflict(connection: Connection, conflict_id: int, now: datetime) -> bool:
    """Take a conflict off the list; False when it was settled before."""
    row = ConflictRow
    query = update(row).where(row.id == conflict_id, row.settled_at.is_(None)).values(settled_at=now)
    return connection.execute(query).rowcount > 0


def standing(connection: Connection, sealer: Sealer, record_ids: Iterable[str]) -> dict[str, Standing]:
    """Return records that were edited more than once, as they stand, with all their edits; two statements."""
    wanted = sorted(set(record_ids))
    if not wanted:
        return {}
    found = {}
    for row in connection.execute(select(RecordRow.__table__).where(member_of(connection, RecordRow.id, wanted))):
        fields = as_fields(sealer, row.id, row.data, row.sealed)
        how = (row.deleted, orjson.loads(row.head), fields)
        found[row.id] = Standing(row.id, row.type, row.area, row.rev, *how, {})
    query = select(RevisionRow.__table__).where(member_of(connection, RevisionRow.record_id, wanted))
    for row in connection.execute(query):
        head = orjson.loads(row.head)
        fields = as_fields(sealer, row.record_id, row.data, row.sealed)
        who = (row.device_id, row.recorded_at, str(head.get("officer", "")))
        found[row.record_id].edits[row.rev] = Past(row.rev, *who, row.deleted, head["area"], fields)
    return found
