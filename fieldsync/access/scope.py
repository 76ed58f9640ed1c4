"""What a tablet may see and write: areas with all below them, and programs. It comes from its van's row only."""

from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from fieldsync.access.regions import covers
from fieldsync.access.tables import DeviceRow, VanScopeRow
from fieldsync.db import member_of

COMMON = "common"
_EACH = aliased(VanScopeRow)
# Which scope of a tablet's van holds now, for a statement that selects from `DeviceRow`.
NEWEST_SCOPE = select(func.max(_EACH.id)).where(_EACH.van_id == DeviceRow.van_id).correlate(DeviceRow).scalar_subquery()


@dataclass(frozen=True)
class Scope:
    """Areas (codes of any level) and programs; `id` names it in cursors. ``common`` records are in every scope."""

    id: int
    areas: tuple[str, ...]
    programs: tuple[str, ...]
    _answers: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def covers_area(self, code: str) -> bool:
        """Tell whether an area lies within."""
        found = self._answers.get(code)
        if found is None:
            found = self._answers[code] = any(covers(area, code) for area in self.areas)
        return found

    def covers_program(self, name: str) -> bool:
        """Tell whether records of a program are within."""
        return name == COMMON or name in self.programs


def scope_by_id(connection: Connection, scope_id: int) -> Scope | None:
    """Return a scope, present or past; None when there never was one of this id."""
    query = select(VanScopeRow.id, VanScopeRow.areas, VanScopeRow.programs).where(VanScopeRow.id == scope_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else scope_of(row.id, row.areas, row.programs)


def scope_of(scope_id: int, areas: str, programs: str) -> Scope:
    """Make a scope of a row's values."""
    return Scope(scope_id, tuple(orjson.loads(areas)), tuple(orjson.loads(programs)))


def device_scopes(connection: Connection, device_ids: list[str]) -> dict[str, Scope]:
    """Return the present scope of the van of each of these tablets, the revoked ones too."""
    if not device_ids:
        return {}
    query = (
        select(DeviceRow.id, VanScopeRow.id.label("scope"), VanScopeRow.areas, VanScopeRow.programs)
        .join(VanScopeRow, VanScopeRow.id == NEWEST_SCOPE)
        .where(member_of(connection, DeviceRow.id, device_ids))
    )
    return {row.id: scope_of(row.scope, row.areas, row.programs) for row in connection.execute(query)}
