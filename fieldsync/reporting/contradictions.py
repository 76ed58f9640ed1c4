"""Fields that two edits contradicted and nobody decided yet, for whoever works where the record lies, newest first.

Only which edits it were is told here; the values are in the registry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, String, literal, select

from fieldsync.access import Scope
from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.db import member_of, within
from fieldsync.programs import TYPES, without_restricted
from fieldsync.registry.tables import ConflictRow, RecordRow

_ENVELOPE = ("area", "deleted")


class Contradiction(NamedTuple):
    """A field of a record that two edits contradicted: the edit that holds and the other one, by number, and when."""

    id: int
    record_id: str
    type: str
    area: str
    field: str
    kept_rev: int
    other_rev: int
    at: datetime
    person_id: str | None


def contradictions(
    connection: Connection,
    scope: Scope,
    *,
    restricted: bool,
    limit: int,
    after: int | None = None,
    only: int | None = None,
) -> list[Contradiction]:
    """Return contradicted fields of a scope, newest first; one statement.

    Args:
        connection: any connection.
        scope: of the user.
        restricted: whether the user may see restricted fields; else they are left out, as are undeclared ones.
        limit: how many at most.
        after: the number of the last one seen.
        only: just the one of this number.
    """
    row, record = ConflictRow.__table__.c, RecordRow.__table__.c
    types = [name for name, kind in TYPES.items() if scope.covers_program(kind.program)]
    query = (
        select(
            *(row.id, row.record_id, record.type, record.area, row.field, row.kept_rev, row.other_rev, row.at),
            record.person_id,
        )
        .join_from(ConflictRow, RecordRow, record.id == row.record_id)
        .where(row.settled_at.is_(None), within(record.area, scope.areas), record.type.in_(types))
    )
    if not restricted:
        field: ColumnElement[str] = record.type.concat(literal(" ", String)).concat(row.field)
        query = query.where(member_of(connection, field, _open_fields()))
    if after is not None:
        query = query.where(row.id < after)
    if only is not None:
        query = query.where(row.id == only)
    return [Contradiction(*one) for one in connection.execute(query.order_by(row.id.desc()).limit(limit))]


def _open_fields() -> Sequence[str]:
    """Return ``type field`` of all that everybody may read."""
    found = []
    for name, kind in TYPES.items():
        declared = without_restricted(name, {one.name: None for one in kind.fields}, restricted=False)
        found += [f"{name} {one}" for one in (*_ENVELOPE, *declared)]
    return found


def tablet_names(connection: Connection, device_ids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return (van, tablet) by name, for those of these ids that are tablets'."""
    query = select(DeviceRow.id, VanRow.name.label("van"), DeviceRow.name.label("tablet"))
    query = query.join(VanRow, VanRow.id == DeviceRow.van_id)
    found = connection.execute(query.where(member_of(connection, DeviceRow.id, sorted(set(device_ids)))))
    return {one.id: (one.van, one.tablet) for one in found}
