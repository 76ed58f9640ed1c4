"""Reading the registry: what is there under these ids, and bodies as they go out to tablets."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Select, exists, func, select

from fieldsync.db import Sealer, listed, member_of, members, within
from fieldsync.registry.incoming import as_fields
from fieldsync.registry.tables import PersonRow, RecordRow


class Known(NamedTuple):
    """A record that is there, and who it is about now; `rev` 0 marks one that was only heard of."""

    type: str
    area: str
    rev: int
    person_id: str | None
    content_hash: bytes | None


class Stored(NamedTuple):
    """A record as it is stored, with what its body is spliced from."""

    id: str
    rev: int
    type: str
    area: str
    deleted: bool
    person_id: str | None
    stamp: int
    head: str
    data: str
    sealed: bytes | None


class RecordNow(NamedTuple):
    """A record for the feed: `body` is its ``data`` object as JSON text, None when deleted; `about` the person.

    `stamp` orders records by the time of their latest edit.
    """

    rev: int
    type: str
    area: str
    stamp: int
    body: str | None
    about: str


class PersonNow(NamedTuple):
    """A person for the feed: `body` is the golden record as JSON text, None when gone."""

    rev: int
    merged_into: str | None
    deleted: bool
    body: str | None


def look_up(connection: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known under these ids; one statement."""
    wanted = list(ids)
    if not wanted:
        return {}
    dialect, key = connection.dialect.name, RecordRow.__table__.c.id
    rows = connection.execute(_known_query(dialect), {"ids": listed(dialect, key, wanted)}).all()
    return {record_id: Known(*what) for record_id, *what in rows}


@cache
def _known_query(dialect: str) -> Select[Any]:
    row, alias = RecordRow.__table__.c, PersonRow.__table__
    person = func.coalesce(alias.c.merged_into, row.person_id)
    return (
        select(row.id, row.type, row.area, row.rev, person, row.content_hash)
        .join_from(RecordRow, alias, (alias.c.id == row.person_id) & alias.c.merged_into.is_not(None), isouter=True)
        .where(members(dialect, row.id, "ids"))
    )


def merged_into(connection: Connection, person_ids: Iterable[str]) -> dict[str, str]:
    """Return, for those of these persons that turned out to be another, who they are."""
    wanted = list(person_ids)
    if not wanted:
        return {}
    dialect, key = connection.dialect.name, PersonRow.__table__.c.id
    rows = connection.execute(_alias_query(dialect), {"ids": listed(dialect, key, wanted)}).all()
    return {one.id: one.merged_into for one in rows}


@cache
def _alias_query(dialect: str) -> Select[Any]:
    row = PersonRow.__table__.c
    return select(row.id, row.merged_into).where(row.merged_into.is_not(None), members(dialect, row.id, "ids"))


def records_now(connection: Connection, sealer: Sealer, ids: Sequence[str]) -> dict[str, RecordNow]:
    """Return these records with their bodies, spliced from what is stored; two statements at most."""
    if not ids:
        return {}
    dialect, key = connection.dialect.name, RecordRow.__table__.c.id
    rows = connection.execute(_record_query(dialect), {"ids": listed(dialect, key, ids)}).all()
    return spliced(connection, sealer, [Stored(*row) for row in rows])


@cache
def _record_query(dialect: str) -> Select[Any]:
    row = RecordRow.__table__.c
    return select(*(row[name] for name in Stored._fields)).where(members(dialect, row.id, "ids"))


def spliced(connection: Connection, sealer: Sealer, rows: Iterable[Stored]) -> dict[str, RecordNow]:
    """Return stored records with their bodies, in the same order; one statement."""
    given = list(rows)
    aliases = merged_into(connection, {one.person_id for one in given if one.person_id})
    found = {}
    for record_id, rev, kind, area, deleted, person_id, stamp, head, data, sealed in given:
        body, about = None, ""
        if not deleted:
            fields = data if sealed is None else _joined(data, sealer.open(sealed, record_id).decode())
            about = aliases.get(person_id, person_id) if person_id else ""
            person = f'"{about}"' if person_id else "null"
            body = f'{head[:-1]},"person_id":{person},"data":{fields}}}'
        found[record_id] = RecordNow(rev, kind, area, stamp, body, about or record_id)
    return found


def persons_now(connection: Connection, sealer: Sealer, ids: Sequence[str]) -> dict[str, PersonNow]:
    """Return these persons with their golden records; one statement."""
    if not ids:
        return {}
    row = PersonRow.__table__.c
    query = select(row.id, row.rev, row.merged_into, row.deleted, row.data, row.sealed)
    rows = connection.execute(query.where(member_of(connection, row.id, ids))).all()
    found = {}
    for person_id, rev, alias, deleted, data, sealed in rows:
        body = None
        if alias is None and not deleted:
            secret = sealer.open(sealed, person_id).decode() if sealed is not None else "{}"
            body = _joined(data, secret)
        found[person_id] = PersonNow(rev, alias, deleted, body)
    return found


def golden_records(connection: Connection, sealer: Sealer, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the golden records of those of these persons who are there, by id; one statement, if there are any."""
    if not ids:
        return {}
    dialect, key = connection.dialect.name, PersonRow.__table__.c.id
    rows = connection.execute(living_persons(dialect), {"ids": listed(dialect, key, ids)}).all()
    return {person_id: as_fields(sealer, person_id, data, sealed) for person_id, data, sealed in rows}


@cache
def living_persons(dialect: str) -> Select[Any]:
    """Return the statement that reads id and golden record of those of the persons `ids` who are there."""
    row = PersonRow.__table__.c
    there = (row.merged_into.is_(None), row.deleted.is_(False))
    return select(row.id, row.data, row.sealed).where(*there, members(dialect, row.id, "ids"))


def _joined(one: str, other: str) -> str:
    """Join two JSON objects that share no key, as text."""
    if one == "{}":
        return other
    return one if other == "{}" else f"{one[:-1]},{other[1:]}"


def person_areas(connection: Connection, person_ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the areas where each of these persons was registered; the deleted records do not count."""
    row = RecordRow.__table__.c
    query = (
        select(row.person_id, row.area)
        .where(row.type == "person", row.deleted.is_(False), member_of(connection, row.person_id, person_ids))
        .distinct()
    )
    areas: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    for one in connection.execute(query):
        areas[one.person_id].add(one.area)
    return areas


def mothers_of(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """Return, for these person records, the ids that they name as mother and father."""
    row = RecordRow.__table__.c
    found: dict[str, set[str]] = {}
    for one in connection.execute(select(row.id, row.data).where(member_of(connection, row.id, ids))):
        data: dict[str, Any] = orjson.loads(one.data)
        found[one.id] = {str(data[name]).lower() for name in ("mother_id", "father_id") if data.get(name)}
    return found


def records_in(connection: Connection, areas: Sequence[str], types: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield (id, rev) of the living records of these types in these areas (codes of any level)."""
    row = RecordRow.__table__.c
    query = select(row.id, row.rev).where(
        row.rev > 0, row.deleted.is_(False), row.type.in_(types), within(row.area, areas)
    )
    yield from ((one.id, one.rev) for one in connection.execution_options(yield_per=5000).execute(query))


def persons_in(connection: Connection, areas: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield (id, rev) of the living persons who were registered in these areas."""
    person, record = PersonRow.__table__.c, RecordRow.__table__.c
    registered = exists().where(
        record.person_id == person.id, record.type == "person", record.deleted.is_(False), within(record.area, areas)
    )
    query = select(person.id, person.rev).where(person.merged_into.is_(None), person.deleted.is_(False), registered)
    yield from ((one.id, one.rev) for one in connection.execution_options(yield_per=5000).execute(query))


def fields_of_type(connection: Connection, kind: str, after: str, limit: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (id, area, open fields) of up to `limit` records of a type that are not deleted, by id, behind one."""
    row = RecordRow
    query = select(row.id, row.area, row.data).where(
        row.type == kind, row.rev > 0, row.deleted.is_(False), row.id > after
    )
    rows = connection.execute(query.order_by(row.id).limit(limit))
    return [(one.id, one.area, orjson.loads(one.data)) for one in rows]


def count_persons(connection: Connection) -> int:
    """Count the individuals, aliases left out."""
    row = PersonRow
    query = select(func.count()).select_from(row).where(row.merged_into.is_(None), row.deleted.is_(False))
    return int(connection.execute(query).scalar_one())


def tally(connection: Connection) -> dict[str, int]:
    """Count the records that are there, by type."""
    row = RecordRow.__table__.c
    query = select(row.type, func.count()).where(row.rev > 0, row.deleted.is_(False)).group_by(row.type)
    return {name: int(number) for name, number in connection.execute(query)}
