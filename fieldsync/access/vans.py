"""Vans: made by the office, with the areas and programs that they serve."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import orjson
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from fieldsync.access.scope import AccessError, Scope, check_scope, overlap, scope_values, unique
from fieldsync.access.tables import VanRow, VanScopeRow

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Van:
    """A mobile unit with its present scope."""

    id: str
    name: str
    areas: tuple[str, ...]
    programs: tuple[str, ...]


def create_van(
    connection: Connection,
    name: str,
    areas: Sequence[str],
    programs: Sequence[str],
    known_programs: Iterable[str],
    now: datetime,
) -> Van:
    """Make a van.

    Raises:
        AccessError: ``bad_name``, ``name_taken``, ``no_area``, ``unknown_area``, ``no_program``, ``unknown_program``.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise AccessError("bad_name", f"a van's name takes 1 to {LONGEST_NAME} printable characters")
    if _van_id(connection, name) is not None:
        raise _name_taken(name)
    check_scope(connection, "a van", areas, programs, known_programs)
    van_id = str(uuid4())
    try:
        connection.execute(insert(VanRow).values(id=van_id, name=name, created_at=now))
    except IntegrityError as error:
        raise _name_taken(name) from error  # another office user was first
    _begin_scope(connection, van_id, areas, programs, now)
    return Van(van_id, name, unique(areas), unique(programs))


def change_scope(
    connection: Connection,
    name: str,
    areas: Sequence[str],
    programs: Sequence[str],
    known_programs: Iterable[str],
    now: datetime,
) -> Van:
    """Give a van other areas and programs; its tablets are told the difference at their next pull.

    Raises:
        AccessError: ``unknown_van``, or as `create_van`.
    """
    van_id = require_van(connection, name)
    check_scope(connection, "a van", areas, programs, known_programs)
    _begin_scope(connection, van_id, areas, programs, now)
    return Van(van_id, name.strip(), unique(areas), unique(programs))


def van_by_name(connection: Connection, name: str) -> Van | None:
    """Return the van of this name with its present scope, or None."""
    row = VanScopeRow
    query = (
        select(VanRow.id, VanRow.name, row.areas, row.programs)
        .join(row, row.van_id == VanRow.id)
        .where(VanRow.name == name.strip())
        .order_by(row.id.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    return Van(found.id, found.name, tuple(orjson.loads(found.areas)), tuple(orjson.loads(found.programs)))


def vans_within(connection: Connection, scope: Scope) -> list[Van]:
    """Return the vans that work somewhere in a scope and for one of its programs, by name."""
    row = VanScopeRow
    newest = select(func.max(row.id)).group_by(row.van_id)
    query = select(VanRow.id, VanRow.name, row.areas, row.programs).join(row, row.van_id == VanRow.id)
    found = connection.execute(query.where(row.id.in_(newest)).order_by(VanRow.name))
    vans = [Van(one.id, one.name, tuple(orjson.loads(one.areas)), tuple(orjson.loads(one.programs))) for one in found]
    return [one for one in vans if overlap(scope.areas, one.areas) and {*scope.programs} & {*one.programs}]


def require_van(connection: Connection, name: str) -> str:
    """Return the id of the van of this name.

    Raises:
        AccessError: ``unknown_van``.
    """
    van_id = _van_id(connection, name.strip())
    if van_id is None:
        raise AccessError("unknown_van", f"there is no van named {name!r}")
    return van_id


def _name_taken(name: str) -> AccessError:
    return AccessError("name_taken", f"there is a van named {name!r} already")


def _van_id(connection: Connection, name: str) -> str | None:
    return connection.execute(select(VanRow.id).where(VanRow.name == name)).scalar_one_or_none()


def _begin_scope(
    connection: Connection, van_id: str, areas: Sequence[str], programs: Sequence[str], now: datetime
) -> None:
    connection.execute(insert(VanScopeRow).values(van_id=van_id, since=now, **scope_values(areas, programs)))
