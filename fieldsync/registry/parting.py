"""A person falls into several: which records go with whom, and which id means whom from now on.

The other records (pregnancies, visits, applications) follow the person record that they
name, through any number of steps. An id that was an alias of the person becomes whoever
has the record of that id.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select, text, update

from fieldsync.db import change_rows, member_of
from fieldsync.programs import TYPES, subject_of
from fieldsync.registry.tables import PersonRow, RecordRow

# One advisory lock: whoever gives records to persons shares it, whoever parts persons has it alone. Else a visit that
# arrives in the instant of a split could be left with the person whose it is no more.
# What follows in the transaction looks for rows by their keys, a thousand at once. PostgreSQL would rather read a table
# of some hundred thousand rows whole, at each batch, than look so often into its index: several times the work.
_SHARE = text("SELECT pg_advisory_xact_lock_shared(18002, 0), set_config('enable_seqscan', 'off', true)")
_ALONE = text("SELECT pg_advisory_xact_lock(18002, 0)")


class Moved(NamedTuple):
    """A record that is about another person by now; its own content did not change."""

    id: str
    type: str
    rev: int
    area: str


class Parting(NamedTuple):
    """What parting persons did: living records that moved, and ids that mean somebody else, with their revision."""

    moved: list[Moved]
    turned: dict[str, tuple[int, str]]


def share_persons(connection: Connection) -> None:
    """Let nobody part persons until the commit; before a push looks up who is who, and all else by keys.

    On SQLite there is one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE)


def own_persons(connection: Connection) -> None:
    """Wait for all who give records to persons, and let nobody else begin until the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)


def part_persons(connection: Connection, before: Sequence[str], homes: Mapping[str, str]) -> Parting:
    """Give the person records of some persons to others.

    Args:
        connection: a writing connection that called `own_persons`.
        before: who they were; no aliases.
        homes: each of their person records to whom it is about now; who is not there yet is made by
            refreshing them next.
    """
    aliases = _aliases_of(connection, before)
    meant = {**aliases, **{person_id: person_id for person_id in before}}
    found = _records_about(connection, sorted(meant))
    follow = {**homes}
    wanted = {record_id: home for record_id in found if (home := _followed(record_id, found, follow)) is not None}
    changed = sorted((one, home) for one, home in wanted.items() if home != found[one]["person_id"])
    # Whoever named an alias is written anew too: the alias may mean somebody else from now on.
    change_rows(connection, RecordRow, ("id", "person_id"), changed)
    moved = [
        Moved(one, row["type"], row["rev"], row["area"])
        for one, row in sorted(found.items())
        if not row["deleted"] and one in wanted and wanted[one] != meant[row["person_id"]]
    ]
    return Parting(moved, _turn(connection, meant, homes))


def _aliases_of(connection: Connection, person_ids: Sequence[str]) -> dict[str, str]:
    row = PersonRow
    query = select(row.id, row.merged_into).where(member_of(connection, row.merged_into, person_ids))
    return {one.id: one.merged_into for one in connection.execute(query)}


def _records_about(connection: Connection, person_ids: list[str]) -> dict[str, dict[str, Any]]:
    row = RecordRow.__table__.c
    query = select(row.id, row.type, row.rev, row.area, row.deleted, row.person_id, row.data).where(
        row.rev > 0, member_of(connection, row.person_id, person_ids)
    )
    return {one["id"]: dict(one) for one in connection.execute(query).mappings()}


def _followed(record_id: str, found: Mapping[str, Mapping[str, Any]], homes: dict[str, str]) -> str | None:
    """Return whom a record is about, by the records that it names in turn."""
    steps = []
    one: str | None = record_id
    while one is not None and one not in homes and one in found and one not in steps:
        steps.append(one)
        row = found[one]
        one = subject_of(TYPES[row["type"]], orjson.loads(row["data"]))
    home = homes.get(one) if one is not None else None
    if home is not None:
        homes.update(dict.fromkeys(steps, home))
    return home


def _turn(connection: Connection, meant: Mapping[str, str], homes: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Let every id mean whoever has the record of that id; of one whose record is gone, whoever its person became."""
    turned: dict[str, tuple[int, str]] = {}
    row = PersonRow
    for person_id, was in sorted(meant.items()):
        lead = homes.get(person_id) or homes.get(was) or was
        if lead == was:
            continue
        values = {"merged_into": None if lead == person_id else lead, "rev": row.rev + 1}
        changed = connection.execute(update(row).where(row.id == person_id).values(values).returning(row.rev))
        turned[person_id] = (changed.scalar_one(), lead)
    return turned


def living(turned: Mapping[str, tuple[int, str]]) -> Iterable[str]:
    """Return the ids that are persons of their own again."""
    return (person_id for person_id, (_, lead) in turned.items() if lead == person_id)
