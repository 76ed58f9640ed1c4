"""Filters of cases that an office user keeps under names of their own; nobody else sees them.

A filter is kept as the query of an address, which the edge has read before. Name and query lie sealed: somebody may
call a filter by a person's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from fieldsync.access.audit import Principal
from fieldsync.access.tables import OfficeUserRow, SavedFilterRow
from fieldsync.db import Sealer

MOST_FILTERS = 30
LONGEST_FILTER_NAME = 60
_ROW = SavedFilterRow


class FilterError(Exception):
    """A filter can't be kept so; `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter that somebody keeps; `query` is that of an address, as ``program=maternal&severity=urgent``."""

    id: str
    name: str
    query: str


def saved_filters(connection: Connection, sealer: Sealer, user: Principal) -> list[SavedFilter]:
    """Return all filters of a user, by name."""
    rows = connection.execute(select(_ROW.id, _ROW.sealed).where(_ROW.user_id == user.id))
    found = [SavedFilter(row.id, *orjson.loads(sealer.open(row.sealed, _about(row.id)))) for row in rows]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def save_filter(
    connection: Connection, sealer: Sealer, user: Principal, name: str, query: str, now: datetime
) -> SavedFilter:
    """Keep a filter.

    Raises:
        FilterError: ``bad_name``, ``name_taken``, ``too_many``.
    """
    others = _locked(connection, sealer, user)
    if len(others) >= MOST_FILTERS:
        raise FilterError("too_many")
    made = SavedFilter(str(uuid4()), _checked(name, others), query)
    kept = {"id": made.id, "user_id": user.id, "saved_at": now, "sealed": _sealed(sealer, made)}
    connection.execute(insert(_ROW).values(**kept))
    return made


def rename_filter(connection: Connection, sealer: Sealer, user: Principal, filter_id: str, name: str) -> None:
    """Call a filter by another name.

    Raises:
        FilterError: ``unknown`` when the user has no such filter, ``bad_name``, ``name_taken``.
    """
    all_of_them = _locked(connection, sealer, user)
    found = next((one for one in all_of_them if one.id == filter_id), None)
    if found is None:
        raise FilterError("unknown")
    others = [one for one in all_of_them if one is not found]
    renamed = SavedFilter(found.id, _checked(name, others), found.query)
    connection.execute(update(_ROW).where(_ROW.id == found.id).values(sealed=_sealed(sealer, renamed)))


def drop_filter(connection: Connection, user: Principal, filter_id: str) -> None:
    """Delete a filter.

    Raises:
        FilterError: ``unknown`` when the user has no such filter.
    """
    gone = delete(_ROW).where(_ROW.id == filter_id, _ROW.user_id == user.id).returning(_ROW.id)
    if connection.execute(gone).one_or_none() is None:
        raise FilterError("unknown")


def _locked(connection: Connection, sealer: Sealer, user: Principal) -> list[SavedFilter]:
    """Return all filters of a user, so that no other request of theirs adds or renames one meanwhile."""
    connection.execute(select(OfficeUserRow.id).where(OfficeUserRow.id == user.id).with_for_update())
    return saved_filters(connection, sealer, user)


def _checked(name: str, others: Sequence[SavedFilter]) -> str:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= LONGEST_FILTER_NAME or not plain.isprintable():
        raise FilterError("bad_name")
    if plain.casefold() in {one.name.casefold() for one in others}:
        raise FilterError("name_taken")
    return plain


def _sealed(sealer: Sealer, one: SavedFilter) -> bytes:
    return sealer.seal(orjson.dumps([one.name, one.query]), _about(one.id))


def _about(filter_id: str) -> str:
    return f"saved filter {filter_id}"
