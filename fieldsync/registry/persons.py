"""Persons: the golden record made of all records linked to one, and aliases of those that turned out to be another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, case, cast, select, update

from fieldsync.db import Lost, RecordId, Sealer, add_rows, change_rows, member_of
from fieldsync.programs import TYPES
from fieldsync.registry.golden import Told, golden
from fieldsync.registry.incoming import Incoming, as_fields, as_stored
from fieldsync.registry.tables import PersonRow, RecordRow

_PERSON = ("id", "rev", "merged_into", "deleted", "data", "sealed")


def refresh_persons(
    connection: Connection, sealer: Sealer, new: Sequence[Incoming], touched: Sequence[str]
) -> dict[str, int]:
    """Write the golden records of new persons and of those whose records changed; return their revisions.

    Args:
        connection: a writing connection, after the records themselves were written.
        sealer: seals identity values.
        new: the single records that each found a new person (their `person_id` is the person).
        touched: ids of persons with earlier or further records.

    Raises:
        Lost: another writer merged one of these persons meanwhile; run the transaction again.
    """
    revs = dict.fromkeys((str(one.person_id) for one in new), 1)
    rows = [_first_row(sealer, one) for one in new]
    add_rows(connection, PersonRow, _PERSON, sorted(rows))
    if touched:
        revs |= _refresh(connection, sealer, sorted(set(touched)))
    return revs


def _first_row(sealer: Sealer, one: Incoming) -> tuple[Any, ...]:
    person_id = str(one.person_id)
    return (person_id, 1, None, one.deleted, *_golden(sealer, person_id, one.data, [one.record_id]))


def _golden(sealer: Sealer, person_id: str, fields: dict[str, Any], records: list[str]) -> tuple[str, bytes | None]:
    # The golden record carries no envelope: what a tablet needs besides the fields is which records it is made of.
    data, sealed = as_stored(sealer, TYPES["person"], person_id, fields)
    listed = orjson.dumps({"records": records}).decode()
    return (listed if data == "{}" else f"{data[:-1]},{listed[1:]}"), sealed


def _refresh(connection: Connection, sealer: Sealer, person_ids: list[str]) -> dict[str, int]:
    # First the lock, then the records: who adds one in this instant waits here, and is seen by who comes after.
    person = PersonRow
    query = select(person.id, person.rev, person.merged_into).where(member_of(connection, person.id, person_ids))
    locked = connection.execute(query.order_by(person.id).with_for_update()).all()
    if any(one.merged_into for one in locked):
        raise Lost
    present = {one.id: one.rev for one in locked}
    records = _records_of(connection, person_ids)
    added: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    revs: dict[str, int] = {}
    for person_id in person_ids:
        living = [row for row in records[person_id] if not row["deleted"]]
        shown = living or records[person_id]
        told = [
            Told(row["id"], row["stamp"], as_fields(sealer, row["id"], row["data"], row["sealed"])) for row in shown
        ]
        fields = {name: value for name, (value, _) in golden(told).items()}
        revs[person_id] = present.get(person_id, 0) + 1
        made = _golden(sealer, person_id, fields, sorted(row["id"] for row in shown))
        target = changed if person_id in present else added
        target.append((person_id, revs[person_id], None, not living, *made))
    add_rows(connection, PersonRow, _PERSON, added)
    change_rows(connection, PersonRow, _PERSON, changed)
    return revs


def _records_of(connection: Connection, person_ids: Sequence[str]) -> Mapping[str, list[Mapping[str, Any]]]:
    row = RecordRow.__table__.c
    query = (
        select(row.id, row.person_id, row.deleted, row.stamp, row.data, row.sealed)
        .where(row.type == "person", row.rev > 0, member_of(connection, row.person_id, person_ids))
        .order_by(row.stamp, row.id)
    )
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in connection.execute(query).mappings():
        found[one["person_id"]].append(dict(one))
    return found


class Relinked(NamedTuple):
    """A living person record that a merge linked to another person; its revision stays."""

    id: str
    rev: int
    area: str


def merge_persons(connection: Connection, merges: Mapping[str, str]) -> tuple[dict[str, int], list[Relinked]]:
    """Make losers aliases of their winners, for ever findable; three statements, however many.

    The person records of the losers are linked to the winners; no other row is rewritten.

    Args:
        connection: a writing connection.
        merges: loser to winner; no winner is another's loser.

    Returns:
        the losers' new revisions, and the records that stand elsewhere in a walk by person now.

    Raises:
        Lost: another writer merged one of the losers meanwhile; run the transaction again.
    """
    if not merges:
        return {}, []
    losers = sorted(merges)
    person, row = PersonRow, RecordRow
    turned = connection.execute(
        update(person)
        .where(member_of(connection, person.id, losers), person.merged_into.is_(None))
        .values(merged_into=_winner_of(person.id, merges), rev=person.rev + 1)
        .returning(person.id, person.rev)
    ).all()
    if len(turned) < len(losers):
        raise Lost
    connection.execute(
        update(person)
        .where(member_of(connection, person.merged_into, losers))
        .values(merged_into=_winner_of(person.merged_into, merges))
    )
    moved = connection.execute(
        update(row)
        .where(row.type == "person", member_of(connection, row.person_id, losers))
        .values(person_id=_winner_of(row.person_id, merges))
        .returning(row.id, row.rev, row.area, row.deleted)
    ).all()
    revs = {one.id: int(one.rev) for one in turned}
    return revs, [Relinked(one.id, one.rev, one.area) for one in moved if not one.deleted]


def _winner_of(column: Any, merges: Mapping[str, str]) -> ColumnElement[Any]:
    known = ((column == loser, cast(winner, RecordId())) for loser, winner in sorted(merges.items()))
    return case(*known)
