"""Dossiers: everything that is known of some persons, as the follow-up rules look at it, with few statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, case, null, select

from fieldsync.db import Sealer, listed, member_of
from fieldsync.registry.incoming import as_fields
from fieldsync.registry.reading import living_persons
from fieldsync.registry.tables import PersonRow, RecordRow


class PersonHeld(NamedTuple):
    """A living person: the golden record's fields, and ``records``, the person records that it is made of."""

    id: str
    fields: dict[str, Any]


class Held(NamedTuple):
    """A record that is there: `fields` are its open ones (none for a person record), `person_id` as it is linked."""

    id: str
    type: str
    area: str
    person_id: str | None
    fields: dict[str, Any]
    recorded_at: datetime | None


def hold_persons(
    connection: Connection, sealer: Sealer, person_ids: Iterable[str], *, lock: bool = True
) -> list[PersonHeld]:
    """Return these persons with their golden records, and keep others from writing about them until the commit.

    Aliases and deleted persons are left out. Without `lock` nobody is kept from anything.
    """
    wanted = sorted(set(person_ids))
    if not wanted:
        return []
    dialect, key = connection.dialect.name, PersonRow.__table__.c.id
    query = living_persons(dialect).order_by(key)
    held = query.with_for_update(key_share=True) if lock else query
    rows = connection.execute(held, {"ids": listed(dialect, key, wanted)}).all()
    return [PersonHeld(person_id, as_fields(sealer, person_id, text, sealed)) for person_id, text, sealed in rows]


def aliases_of(connection: Connection, person_ids: Sequence[str]) -> dict[str, str]:
    """Return the ids that turned out to be these persons, each with who it is; one statement."""
    row = PersonRow.__table__.c
    # Said outright: else PostgreSQL can't tell that the index of aliases alone will do.
    alias = row.merged_into.is_not(None)
    query = select(row.id, row.merged_into).where(alias, member_of(connection, row.merged_into, person_ids))
    return {one.id: one.merged_into for one in connection.execute(query)}


def records_about(connection: Connection, person_ids: Sequence[str]) -> list[Held]:
    """Return all living records that are linked to these persons; one statement."""
    return _held(connection, member_of(connection, RecordRow.__table__.c.person_id, person_ids)) if person_ids else []


def records_by_id(connection: Connection, ids: Iterable[str]) -> list[Held]:
    """Return the living records under these ids; one statement."""
    wanted = sorted(set(ids))
    return _held(connection, member_of(connection, RecordRow.__table__.c.id, wanted)) if wanted else []


def _held(connection: Connection, condition: ColumnElement[bool]) -> list[Held]:
    row = RecordRow.__table__.c
    # Of a person the golden record counts: its own text stays where it is.
    data = case((row.type == "person", null()), else_=row.data).label("data")
    query = select(row.id, row.type, row.area, row.person_id, data, row.recorded_at).where(
        condition, row.rev > 0, row.deleted.is_(False)
    )
    return [
        Held(record_id, type_, area, person_id, orjson.loads(text) if text else {}, at)
        for record_id, type_, area, person_id, text, at in connection.execute(query).all()
    ]
