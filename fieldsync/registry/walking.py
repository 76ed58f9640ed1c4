"""Walking the registry for a first sync: the living records of some areas, village by village, person by person.

Who reads in pages goes on behind the last record it took; the records that are about nobody come last. What
changes between two pages may be missed here or met twice: the change feed tells of it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select, tuple_

from fieldsync.registry.reading import Stored
from fieldsync.registry.tables import RecordRow

LOWEST, HIGHEST = "00.00.00.0000", "99.99.99.9999"
NO_ID = str(UUID(int=0))


class Place(NamedTuple):
    """A place in the walk: behind this record. `person` is empty among the records that are about nobody."""

    area: str
    person: str
    record: str


BEGIN = Place("", NO_ID, NO_ID)
_NOBODY = Place("", "", NO_ID)


def place_of(row: Stored) -> Place:
    """Return the place behind a record."""
    return Place(row.area, row.person_id or "", row.id)


def records_beyond(
    connection: Connection, areas: Sequence[str], types: Sequence[str] | None, after: Place, limit: int
) -> list[Stored]:
    """Return up to `limit` records behind a place, in the order of the walk; fewer when it ends with them.

    The deleted are among them.

    Args:
        connection: any connection; each statement sees the newest committed state.
        areas: codes of any level.
        types: names of record types; None for all.
        after: the place of the last record that was taken; `BEGIN` at first.
        limit: how many at most.
    """
    rows: list[Stored] = []
    for somebody, start in ((True, after), (False, _NOBODY)) if after.person else ((False, after),):
        for low, high in _spans(areas):
            if len(rows) < limit and start.area <= high:
                within = start.area >= low
                given = start._asdict() if within else {"area": low, "person": NO_ID, "record": NO_ID}
                given |= {"high": high, "most": limit - len(rows)} | ({"types": types} if types else {})
                query = _behind(somebody=somebody, itself=not within, some=types is not None)
                rows.extend(Stored(*row) for row in connection.execute(query, given))
    return rows


def _spans(areas: Sequence[str]) -> list[tuple[str, str]]:
    """Return the first and the last village code of each area, ascending; what lies within another is left out."""
    spans: list[tuple[str, str]] = []
    for code in sorted(set(areas)):
        if not spans or spans[-1][1] < code:
            spans.append((code + LOWEST[len(code) :], code + HIGHEST[len(code) :]))
    return spans


@cache
def _behind(*, somebody: bool, itself: bool, some: bool) -> Select[Any]:
    """Return the statement for records behind a place, or from it on (`itself`), of `some` types or of all.

    It asks for little else, so that the database knows without statistics that the index is the way: a condition
    more, and it takes the village for small, and sorts all of it for every page.
    """
    row = RecordRow.__table__.c
    keys = {"area": row.area, "person": row.person_id, "record": row.id}
    if not somebody:
        del keys["person"]
    here = tuple_(*keys.values())
    there = tuple_(*(bindparam(name, type_=column.type) for name, column in keys.items()))
    query = select(*(row[name] for name in Stored._fields))
    query = query.where(here >= there if itself else here > there, row.area <= bindparam("high"))
    # In a later village nobody compares as behind somebody.
    query = query.where(row.person_id.is_not(None) if somebody else row.person_id.is_(None))
    if some:
        query = query.where(row.type.in_(bindparam("types", expanding=True)))
    return query.order_by(*keys.values()).limit(bindparam("most"))
