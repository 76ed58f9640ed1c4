"""Whom follow-up has to do with at this moment: who is on the watch, or has a flag that stands open."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, Select, select, union

from fieldsync.cases.tables import FlagRow, WatchRow

_AT_ONCE = 5000
_WATCH, _FLAG = WatchRow.__table__.c, FlagRow.__table__.c


def persons_concerned(connection: Connection) -> Iterator[str]:
    """Yield the ids of persons, in order."""
    flagged = select(_FLAG.person_id).where(_FLAG.state == "open", _FLAG.person_id.is_not(None))
    found = union(_watched(records=False), flagged).subquery()
    query = select(found.c.id).order_by(found.c.id)
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE}).scalars()


def records_concerned(connection: Connection) -> Iterator[str]:
    """Yield the ids of records that are about no person, in any order; some of them twice."""
    flagged = select(_FLAG.subject).where(_FLAG.state == "open", _FLAG.person_id.is_(None)).distinct()
    for query in (_watched(records=True), flagged):
        found = connection.execute(query, execution_options={"yield_per": _AT_ONCE}).scalars()
        yield from (one for one in found if _is_id(one))


def _watched(*, records: bool) -> Select[tuple[str]]:
    return select(_WATCH.id).where(_WATCH.record.is_(records))


def _is_id(subject: str) -> bool:
    """Tell a record from a unit or a pair, which are subjects too."""
    try:
        return str(UUID(subject)) == subject
    except ValueError:
        return False
