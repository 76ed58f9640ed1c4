"""Everybody, in order of ids and a part at a time: for work that must come past all of them, or all seen lately."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from fieldsync.registry.tables import PersonRow, RecordRow

_AT_ONCE = 5000
_LIVING = and_(RecordRow.__table__.c.rev > 0, RecordRow.__table__.c.deleted.is_(False))
_LOOSE = and_(_LIVING, RecordRow.__table__.c.person_id.is_(None), RecordRow.__table__.c.type != "person")


def persons_after(connection: Connection, after: str, limit: int) -> Sequence[str]:
    """Return the ids of the next persons behind an id, in order; aliases and deleted ones are left out."""
    row = PersonRow.__table__.c
    living = and_(row.merged_into.is_(None), row.deleted.is_(False))
    return _after(connection, row.id, living, after, limit)


def loose_after(connection: Connection, after: str, limit: int) -> Sequence[str]:
    """Return the ids of the next living records behind an id that are about no person, in order."""
    return _after(connection, RecordRow.__table__.c.id, _LOOSE, after, limit)


def _after(
    connection: Connection, key: ColumnElement[str], wanted: ColumnElement[bool], after: str, limit: int
) -> Sequence[str]:
    query = select(key).where(wanted).order_by(key).limit(limit)
    return connection.execute(query.where(key > after) if after else query).scalars().all()


def persons_seen_since(connection: Connection, since: datetime) -> Iterator[str]:
    """Yield, in order, the ids of persons of whom a living record was written at this moment or later."""
    row, alias = RecordRow.__table__.c, PersonRow.__table__
    person = func.coalesce(alias.c.merged_into, row.person_id).label("person")
    query = (
        select(person)
        .join_from(RecordRow, alias, (alias.c.id == row.person_id) & alias.c.merged_into.is_not(None), isouter=True)
        .where(_LIVING, row.person_id.is_not(None), row.recorded_at >= since)
        .distinct()
        .order_by(person)
    )
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE}).scalars()


def loose_seen_since(connection: Connection, since: datetime) -> Iterator[str]:
    """Yield, in order, the ids of living records about no person that were written at this moment or later."""
    row = RecordRow.__table__.c
    query = select(row.id).where(_LOOSE, row.recorded_at >= since).order_by(row.id)
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE}).scalars()
