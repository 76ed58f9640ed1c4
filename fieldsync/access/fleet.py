"""The tablets as the office sees them: how the sync of each goes, page by page, within what the asker may see.

Only what their pushes and pulls left in their rows; what is in the ledger about them is `ledger`'s to tell.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, literal, or_, select, tuple_

from fieldsync.access.scope import Scope
from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.access.vans import vans_within
from fieldsync.db import member_of

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """How a tablet's sync goes; times are None before the first, `skew_s` is its clock ahead of ours in seconds.

    `applied`, `held` and `rejected` count the outcomes of all its pushes so far.
    """

    id: str
    name: str
    van: str
    app_version: str | None
    enrolled_at: datetime
    revoked_at: datetime | None
    last_push_at: datetime | None
    last_pull_at: datetime | None
    skew_s: float | None
    last_seq: int
    applied: int
    held: int
    rejected: int

    @property
    def place(self) -> Place:
        """Where it stands in a list: after which the next page begins."""
        return (self.van, self.name, self.id)


_ROW = DeviceRow
_HEALTH = (
    select(
        *(_ROW.id, _ROW.name, VanRow.name.label("van"), _ROW.app_version, _ROW.enrolled_at, _ROW.revoked_at),
        *(_ROW.last_push_at, _ROW.last_pull_at, _ROW.skew_s, _ROW.last_seq, _ROW.applied, _ROW.held, _ROW.rejected),
    )
    .join(VanRow, VanRow.id == _ROW.van_id)
    .order_by(VanRow.name, _ROW.name, _ROW.id)
)


def list_devices(connection: Connection, van: str | None = None) -> list[DeviceHealth]:
    """Return all tablets, or those of the van of this name, with their sync health, by van and name."""
    query = _HEALTH if van is None else _HEALTH.where(VanRow.name == van)
    return [DeviceHealth(**one) for one in connection.execute(query).mappings()]


def devices_within(
    connection: Connection,
    scope: Scope,
    *,
    area: str | None = None,
    silent_since: datetime | None = None,
    after: Place | None = None,
    limit: int,
) -> list[DeviceHealth]:
    """Return tablets whose van works somewhere in a scope and for one of its programs, by van and name.

    Args:
        connection: any connection.
        scope: the asker's.
        area: only vans that work in this area, as far as it is in the scope.
        silent_since: only tablets, not revoked, that neither came in nor pushed nor pulled since then.
        after: the `place` of the last one seen.
        limit: how many at most.
    """
    within = Scope(0, scope.areas_under(area), scope.programs)
    vans = [one.id for one in vans_within(connection, within)]
    query = _HEALTH.where(member_of(connection, _ROW.van_id, vans)).limit(limit)
    if silent_since is not None:
        came = (_ROW.enrolled_at, _ROW.last_push_at, _ROW.last_pull_at)
        silent = and_(*(or_(one.is_(None), one < silent_since) for one in came))
        query = query.where(_ROW.revoked_at.is_(None), silent)
    if after is not None:
        columns = (VanRow.name, _ROW.name, _ROW.id)
        seen = tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True)))
        query = query.where(tuple_(*columns) > seen)
    return [DeviceHealth(**one) for one in connection.execute(query).mappings()]
