"""Making what the night worked out: profiles, keys and history of the persons that change, some at a time.

What changed since it was read is left alone: the next night sees it as it is then. Everything is written as links
and merges that the machine decided, with their reasons, so it can be undone like any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.identity.bulk.night import BY, Change
from fieldsync.identity.history import MACHINE, last_link, live_links, meant
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching import desk
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.parting import Parted
from fieldsync.identity.reviews import apart_from, open_reviews, settle_around
from fieldsync.identity.shelving import asked, lock, open_desk, profiles_of, put_back
from fieldsync.identity.tables import LinkRow, MergeRow, SplitRow

_LINK = ("record_id", "person_id", "decided_by", "p", "model", "why", "at")
_MERGE = ("loser", "winner", "last_link", "decided_by", "model", "why", "at")
_SPLIT = ("person_id", "new_person_id", "records", "decided_by", "note", "at")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: (loser, winner) merges, persons remade, and how many changes had been overtaken."""

    merges: list[tuple[str, str]]
    remade: list[Parted]
    overtaken: int


def make(connection: Connection, sealer: Sealer, weights: Weights, changes: Sequence[Change], now: datetime) -> Made:
    """Make some changes.

    Args:
        connection: a writing connection that called `registry.own_persons`.
        sealer: opens and seals.
        weights: the model that decided.
        changes: of persons that have nothing in common.
        now: when.

    Raises:
        Lost: another writer changed one of the persons in this instant; run the transaction again.
    """
    persons = [person_id for change in changes for person_id in change.before]
    there = profiles_of(connection, sealer, persons)
    valid = [change for change in changes if _as_read(there, change)]
    told = apart_from(connection, [record for change in valid for group in change.before.values() for record in group])
    _lay_out(connection, sealer, weights, valid, there, told)
    merges = [change for change in valid if change.merges]
    _note_merges(connection, weights, merges, now)
    remade = [_remade(connection, weights, change, now) for change in valid if not change.merges]
    homes = {record: person_id for change in valid for person_id, group in change.after.items() for record in group}
    settle_around(connection, homes, told, now)
    return Made([merge for change in merges for merge in change.merges], remade, len(changes) - len(valid))


def ask(connection: Connection, weights: Weights, questions: Iterable[desk.Doubt], now: datetime) -> None:
    """Queue questions for humans; a pair that was ever asked about is not asked again."""
    placed = [(desk.Placed(one.record_id, one.record_id, "review", None, (one,)), now) for one in questions]
    open_reviews(connection, weights, placed, {})


def _as_read(there: Mapping[str, Profile], change: Change) -> bool:
    return all(
        person_id in there and set(there[person_id].records) == set(records)
        for person_id, records in change.before.items()
    )


def _lay_out(
    connection: Connection,
    sealer: Sealer,
    weights: Weights,
    changes: Sequence[Change],
    there: Mapping[str, Profile],
    told: Mapping[str, set[str]],
) -> None:
    persons = [person_id for change in changes for person_id in change.before]
    said = {one.record_id: one for person_id in persons for one in there[person_id].said()}
    lookups = LookUps(sealer)
    lock(connection, lookups, {key for one in asked(lookups, said.values()) for key in one.keys})
    also = {*persons, *(person_id for change in changes for person_id in change.after)}
    opened = open_desk(connection, lookups, weights, (), also)
    shelf = opened.desk.shelf
    for person_id in persons:
        shelf.renew(Profile.of(person_id, ()))
    for change in changes:
        for person_id, records in change.after.items():
            apart = {other for record in records for other in told[record]}
            shelf.renew(Profile.of(person_id, (said[record] for record in records), apart))
    put_back(connection, opened)


def _note_merges(connection: Connection, weights: Weights, changes: Sequence[Change], now: datetime) -> None:
    last = last_link(connection)
    rows = [
        (loser, winner, last, MACHINE, weights.version, change.whys[loser][1], now)
        for change in changes
        for loser, winner in change.merges
    ]
    add_rows(connection, MergeRow, _MERGE, rows)


def _remade(connection: Connection, weights: Weights, change: Change, now: datetime) -> Parted:
    """Write down that persons were made anew: links and merges that hold no more, and those that hold instead."""
    homes = {record: person_id for person_id, group in change.after.items() for record in group}
    links = live_links(connection, homes)
    aliases = _merged(connection, homes, now)
    moved = sorted(one for one in homes if one in links and meant(links[one].person_id, aliases) != homes[one])
    ended = [links[one].id for one in moved]
    connection.execute(update(LinkRow).where(member_of(connection, LinkRow.id, ended)).values(undone_at=now))
    nothing = (None, orjson.dumps(BY).decode())
    rows: list[tuple[Any, ...]] = []
    for one in moved:
        p, why = change.whys.get(one, nothing)
        rows.append((one, homes[one], MACHINE, p, weights.version, why, now))
    add_rows(connection, LinkRow, _LINK, rows)
    add_rows(connection, SplitRow, _SPLIT, list(_partings(change, now)))
    new = next((one for one in change.after if one not in change.before), min(change.after))
    return Parted(min(change.before), new, homes, tuple(change.before), [])


def _merged(connection: Connection, homes: Mapping[str, str], now: datetime) -> dict[str, str]:
    """End the merges of records that are with two persons now; return those that hold."""
    row = MergeRow
    query = select(row.id, row.loser, row.winner).where(
        row.undone_at.is_(None), member_of(connection, row.loser, sorted(homes))
    )
    merges = list(connection.execute(query.order_by(row.id)))
    ended = [one.id for one in merges if homes[one.loser] != homes.get(one.winner, one.winner)]
    connection.execute(update(row).where(member_of(connection, row.id, ended)).values(undone_at=now))
    return {one.loser: one.winner for one in merges if one.id not in ended}


def _partings(change: Change, now: datetime) -> Iterable[tuple[Any, ...]]:
    """Yield, for every person that lost records, to whom and which."""
    homes = {record: person_id for person_id, group in change.after.items() for record in group}
    for person_id, records in sorted(change.before.items()):
        for home in sorted({homes[one] for one in records} - {person_id}):
            listed = orjson.dumps(sorted(one for one in records if homes[one] == home)).decode()
            yield person_id, home, listed, MACHINE, None, now
