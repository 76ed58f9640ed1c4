"""What came in from the vans since a moment, and which vans have not come in: counts and times, never a record.

A van counts for whoever works somewhere in its areas, for one of its programs; all that its tablets sent goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, String, cast, column, func, or_, select, true

from fieldsync.access import Scope, vans_within
from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.db import member_of, within
from fieldsync.identity.tables import ReviewRow
from fieldsync.ledger.tables import BatchRow


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came in: how many vans sent how many batches, and the outcomes of their records by the contract's words.

    `reviews` is how many pairs of records wait for a human now, whenever they came.
    """

    vans: int
    batches: int
    outcomes: dict[str, int]
    reviews: int


@dataclass(frozen=True, slots=True)
class SilentVan:
    """A van none of whose tablets came in: how many it has, and when the last of them pushed or pulled, if ever."""

    name: str
    tablets: int
    last_at: datetime | None


def arrived_since(connection: Connection, scope: Scope, since: datetime) -> Arrived:
    """Return what came in since a moment, within a scope; three statements."""
    devices = _devices(connection, scope)
    sent = select(func.count(DeviceRow.van_id.distinct()), func.count()).select_from(BatchRow)
    sent = sent.join(DeviceRow, DeviceRow.id == BatchRow.device_id).where(*_since(connection, devices, since))
    vans, batches = connection.execute(sent).one()
    outcomes = {str(name): int(number) for name, number in connection.execute(_outcomes(connection, devices, since))}
    return Arrived(vans, batches, outcomes, open_reviews(connection, scope))


def _devices(connection: Connection, scope: Scope) -> Sequence[str]:
    vans = [one.id for one in vans_within(connection, scope)]
    return list(connection.execute(select(DeviceRow.id).where(member_of(connection, DeviceRow.van_id, vans))).scalars())


def _since(connection: Connection, devices: Sequence[str], since: datetime) -> tuple[ColumnElement[bool], ...]:
    return member_of(connection, BatchRow.device_id, devices), BatchRow.received_at >= since


def _outcomes(connection: Connection, devices: Sequence[str], since: datetime) -> Select[str, int]:
    outcomes = BatchRow.__table__.c.outcomes
    if connection.dialect.name == "postgresql":
        each = func.json_array_elements(outcomes).table_valued(column("value", outcomes.type), name="each")
        name: ColumnElement[str] = cast(func.json_extract_path_text(each.c.value, "1"), String)
    else:
        each = func.json_each(outcomes).table_valued("value", name="each")
        name = func.json_extract(each.c.value, "$[1]")
    query = select(name, func.count()).select_from(BatchRow).join(each, true())
    return query.where(*_since(connection, devices, since)).group_by(name)


def open_reviews(connection: Connection, scope: Scope) -> int:
    """Return how many pairs of records wait for a human, with a record in the scope's areas; one statement."""
    row = ReviewRow.__table__.c
    ours = or_(within(row.area_a, scope.areas), within(row.area_b, scope.areas))
    query = select(func.count()).select_from(ReviewRow).where(row.status == "open", ours)
    return int(connection.execute(query).scalar_one())


def silent_vans(connection: Connection, scope: Scope, before: datetime) -> list[SilentVan]:
    """Return the vans of a scope of which no tablet came in since a moment, those that never did first; one statement.

    Tablets that were shut out do not count, and a van that has none is not silent. A tablet that was enrolled since
    then counts as come in.
    """
    row = DeviceRow
    vans = [one.id for one in vans_within(connection, scope)]
    query = (
        select(
            VanRow.name,
            func.count().label("tablets"),
            func.max(row.last_push_at).label("push"),
            func.max(row.last_pull_at).label("pull"),
            func.max(row.enrolled_at).label("enrolled"),
        )
        .join(row, row.van_id == VanRow.id)
        .where(row.revoked_at.is_(None), member_of(connection, VanRow.id, vans))
        .group_by(VanRow.id, VanRow.name)
    )
    found = []
    for one in connection.execute(query):
        came = [at for at in (one.push, one.pull) if at is not None]
        if max([*came, one.enrolled]) < before:
            found.append(SilentVan(one.name, one.tablets, max(came, default=None)))
    return sorted(found, key=lambda one: (one.last_at is not None, one.last_at or before, one.name))
