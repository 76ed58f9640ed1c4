"""What somebody may see and write: areas with all below them, and programs.

A tablet's comes from its van's row only, an office user's from their own; never from what a request says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from fieldsync.access.regions import covers, known_areas
from fieldsync.access.tables import DeviceRow, VanScopeRow
from fieldsync.db import member_of

COMMON = "common"
_EACH = aliased(VanScopeRow)
# Which scope of a tablet's van holds now, for a statement that selects from `DeviceRow`.
NEWEST_SCOPE = select(func.max(_EACH.id)).where(_EACH.van_id == DeviceRow.van_id).correlate(DeviceRow).scalar_subquery()


class AccessError(Exception):
    """The office asked for something that can't be; `code` names it, the message tells what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Scope:
    """Areas (codes of any level) and programs; ``common`` records are in every scope.

    `id` names a van's scope in cursors; it is 0 for an office user's.
    """

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

    def areas_under(self, code: str | None) -> tuple[str, ...]:
        """Return what of this scope lies in an area, as codes of any level; all of it when None."""
        if code is None:
            return self.areas
        return (code,) if self.covers_area(code) else tuple(area for area in self.areas if covers(code, area))


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


def overlap(some: Iterable[str], others: Sequence[str]) -> bool:
    """Tell whether two lists of areas have any place in common."""
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


def check_scope(
    connection: Connection, whose: str, areas: Sequence[str], programs: Sequence[str], known_programs: Iterable[str]
) -> None:
    """Refuse areas and programs that nobody can have; `whose` begins the message, as ``a van``.

    Raises:
        AccessError: ``no_area``, ``unknown_area``, ``no_program``, ``unknown_program``.
    """
    if not areas:
        raise AccessError("no_area", f"{whose} needs at least one area")
    unknown = sorted(set(areas) - known_areas(connection, areas))
    if unknown:
        raise AccessError("unknown_area", f"no such area: {', '.join(unknown)} (see: fieldsync regions load)")
    if not programs:
        raise AccessError("no_program", f"{whose} needs at least one program")
    strange = sorted(set(programs) - set(known_programs))
    if strange:
        raise AccessError("unknown_program", f"no such program: {', '.join(strange)}")


def unique(values: Sequence[str]) -> tuple[str, ...]:
    """Return the values in order, each once."""
    return tuple(sorted(set(values)))


def scope_values(areas: Sequence[str], programs: Sequence[str]) -> dict[str, str]:
    """Return the values of a row's columns `areas` and `programs`."""
    return {"areas": orjson.dumps(unique(areas)).decode(), "programs": orjson.dumps(unique(programs)).decode()}
