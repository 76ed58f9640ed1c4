"""What an office user reads of persons: within their scope only, with the record that each value comes from.

A scope is an argument of every call and can only be had from a user. Restricted fields are left out here, unless asked
for by who may see them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from fieldsync.access import Scope
from fieldsync.db import Sealer, json_text, member_of, within
from fieldsync.programs import TYPES, without_restricted
from fieldsync.registry.golden import Told, golden
from fieldsync.registry.incoming import as_fields
from fieldsync.registry.tables import PersonRow, RecordRow

PROGRAM_OF = {name: kind.program for name, kind in TYPES.items()}


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """A living record of a person; `fields` are its data, `head` its envelope."""

    id: str
    type: str
    area: str
    rev: int
    stamp: int
    recorded_at: datetime
    head: dict[str, Any]
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person: `fields` with the golden values, `sources` with the record of each, `records` within the scope.

    `aliases` are ids that mean this person, too; `person_records` the ids of all records of which it is made.
    """

    id: str
    rev: int
    fields: dict[str, Any]
    sources: dict[str, str]
    records: list[RecordSeen]
    aliases: list[str]
    person_records: list[str]


class Row(NamedTuple):
    """A person in a list."""

    id: str
    fields: dict[str, Any]


def person_within(connection: Connection, wanted: str, scope: Scope) -> str | None:
    """Return who an id means, be it a person's, an alias or a person record's; None if no record lies in the scope."""
    row = PersonRow
    query = select(row.id, row.merged_into).where(row.id == wanted)
    found = connection.execute(query).one_or_none()
    person_id = None if found is None else found.merged_into or found.id
    if person_id is None:
        by_record = select(func.coalesce(row.merged_into, RecordRow.person_id)).select_from(RecordRow)
        by_record = by_record.outerjoin(row, row.id == RecordRow.person_id)
        by_record = by_record.where(RecordRow.id == wanted, RecordRow.type == "person", RecordRow.rev > 0)
        person_id = connection.execute(by_record).scalar_one_or_none()
    if person_id is None:
        return None
    seen = select(row.id).where(row.id == person_id, row.merged_into.is_(None), _known_in(scope.areas, scope))
    return connection.execute(seen).scalar_one_or_none()


def _known_in(areas: Sequence[str], scope: Scope) -> ColumnElement[bool]:
    """Tell whether a living record about the person lies in these areas, of a program of the scope."""
    record = RecordRow.__table__.c
    alias = PersonRow.__table__.alias("alias")
    types = [name for name, program in PROGRAM_OF.items() if scope.covers_program(program)]
    seen = and_(record.rev > 0, record.deleted.is_(False), record.type.in_(types), within(record.area, areas))
    # Two look-ups, each by its index: in one condition with OR, every row of records would be looked at.
    own = exists().where(record.person_id == PersonRow.id, seen)
    by_alias = exists().where(alias.c.merged_into == PersonRow.id, record.person_id == alias.c.id, seen)
    return or_(own, by_alias)


def see_person(connection: Connection, sealer: Sealer, person_id: str, scope: Scope, *, restricted: bool) -> PersonSeen:
    """Return what is known of a person; of its records those within the scope.

    Args:
        connection: any connection.
        sealer: opens identity values.
        person_id: as `person_within` gave it.
        scope: of the user.
        restricted: whether the user may see restricted fields.
    """
    row = PersonRow
    aliases = list(connection.execute(select(row.id).where(row.merged_into == person_id).order_by(row.id)).scalars())
    records = list(_records_of(connection, sealer, [person_id, *aliases]))
    told = [Told(one.id, one.stamp, one.fields) for one in records if one.type == "person"]
    values = golden(told)
    shown = without_restricted("person", {name: value for name, (value, _) in values.items()}, restricted=restricted)
    visible = [
        replace(one, fields=without_restricted(one.type, one.fields, restricted=restricted))
        for one in records
        if scope.covers_area(one.area) and scope.covers_program(PROGRAM_OF[one.type])
    ]
    sources = {name: values[name][1] for name in shown}
    rev = connection.execute(select(row.rev).where(row.id == person_id)).scalar_one()
    return PersonSeen(person_id, rev, shown, sources, visible, aliases, [one.record_id for one in told])


def _records_of(connection: Connection, sealer: Sealer, person_ids: Sequence[str]) -> Iterable[RecordSeen]:
    row = RecordRow.__table__.c
    query = select(
        *(row.id, row.type, row.area, row.rev, row.stamp, row.recorded_at, row.head, row.data, row.sealed)
    ).where(row.rev > 0, row.deleted.is_(False), member_of(connection, row.person_id, person_ids))
    for one in connection.execute(query.order_by(row.stamp, row.id)):
        fields = as_fields(sealer, one.id, one.data, one.sealed)
        seen = (one.id, one.type, one.area, one.rev, one.stamp, one.recorded_at, orjson.loads(one.head))
        yield RecordSeen(*seen, {name: value for name, value in fields.items() if value is not None})


def list_persons(
    connection: Connection,
    sealer: Sealer,
    scope: Scope,
    limit: int,
    *,
    among: Sequence[str] | None = None,
    area: str | None = None,
    born: tuple[str | None, str | None] = (None, None),
    after: str | None = None,
) -> list[Row]:
    """Return persons with living records in the scope, by id.

    Args:
        connection: any connection.
        sealer: opens identity values.
        scope: of the user.
        limit: how many at most.
        among: ids that they must be among; None for anybody.
        area: code of an area of any level that a record must lie in.
        born: first and last day of birth, ISO, inclusive.
        after: the last id seen.
    """
    areas = scope.areas_under(area)
    if not areas or among == []:
        return []
    row = PersonRow
    query = select(row.id, row.data, row.sealed).where(
        row.merged_into.is_(None), row.deleted.is_(False), _known_in(areas, scope)
    )
    if among is not None:
        query = query.where(member_of(connection, row.id, among))
    if after is not None:
        query = query.where(row.id > after)
    first, last = born
    if first or last:
        day = json_text(connection.dialect.name, row.__table__.c.data, "birth_date")
        query = query.where(
            and_(day >= first if first else day.is_not(None), day <= last if last else day.is_not(None))
        )
    found = connection.execute(query.order_by(row.id).limit(limit))
    return [Row(one.id, _summary(as_fields(sealer, one.id, one.data, one.sealed))) for one in found]


def persons_near(connection: Connection, codes: Sequence[str]) -> Select[str]:
    """Return the query for the ids of persons of whom any record, living or not, was made in just these areas."""
    record, alias = RecordRow.__table__.c, PersonRow.__table__.alias("alias")
    person = func.coalesce(alias.c.merged_into, record.person_id).label("id")
    query = select(person).select_from(RecordRow)
    query = query.outerjoin(alias, and_(alias.c.id == record.person_id, alias.c.merged_into.is_not(None)))
    return query.where(member_of(connection, record.area, codes), record.person_id.is_not(None)).distinct()


_SUMMARY = ("full_name", "nik", "sex", "birth_date", "birth_date_precision", "village_code", "kk_number", "death_date")


def _summary(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields.get(name) for name in _SUMMARY}


def persons_by_id(
    connection: Connection, sealer: Sealer, scope: Scope, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the golden fields of those of these persons who have living records in the scope."""
    if not ids or not scope.areas:
        return {}
    row = PersonRow
    query = select(row.id, row.data, row.sealed).where(
        row.merged_into.is_(None), member_of(connection, row.id, sorted(set(ids))), _known_in(scope.areas, scope)
    )
    return {one.id: as_fields(sealer, one.id, one.data, one.sealed) for one in connection.execute(query)}


def links_of(connection: Connection) -> Iterable[tuple[str, str]]:
    """Yield (record id, person id) of every person record that is there, the deleted too, by record id."""
    row, alias = RecordRow.__table__.c, PersonRow.__table__
    person = func.coalesce(alias.c.merged_into, row.person_id)
    query = (
        select(row.id, person)
        .join_from(RecordRow, alias, alias.c.id == row.person_id, isouter=True)
        .where(row.type == "person", row.rev > 0)
        .order_by(row.id)
    )
    yield from ((one[0], one[1]) for one in connection.execution_options(yield_per=5000).execute(query))
