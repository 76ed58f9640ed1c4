"""Undoing: some records of a person turned out to be about another, whoever had put them together.

What came after they were put together, and came by itself, is placed anew, as if they never
had been: links, profiles and keys are then the same as without the merge. That the two are
not the same is remembered, as said by a human.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select, update

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.identity.history import HUMAN_LINK, MACHINE, Said, live_links, meant, note_links, note_merges
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.desk import Desk, Placed
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.model import weights_in_use
from fieldsync.identity.reviews import apart_from, keep_apart, open_reviews, settle_around, waiting_beside
from fieldsync.identity.shelving import Asked, asked, lock, open_desk, profiles_of, put_back
from fieldsync.identity.tables import LinkRow, MergeRow, SplitRow

_SPLIT = ("person_id", "new_person_id", "records", "decided_by", "note", "at")


class PartError(ValueError):
    """The records can't be parted from the person: `code` is unknown_record (not all are its own) or nothing_left."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parted:
    """What a split came to.

    Attributes:
        person_id: who keeps the old id.
        new_person_id: who got an id of its own: one that it had before, or that of its first record.
        homes: per person record that was looked at, whom it is about now.
        before: the persons that these records were about.
        merges: (loser, winner) of further persons that turned out to be one while placing anew.
    """

    person_id: str
    new_person_id: str
    homes: dict[str, str]
    before: tuple[str, ...]
    merges: list[tuple[str, str]]


class _Merge(NamedTuple):
    id: int
    loser: str
    winner: str
    last_link: int


@dataclass(slots=True)
class _Case:
    """One split in the making: both sides, what is placed anew, and the merges between the sides."""

    person: Profile
    out: list[str]
    stay: list[str]
    links: Mapping[str, Any]
    crossing: list[_Merge]
    others: list[Profile] = field(default_factory=list)
    later: list[str] = field(default_factory=list)

    @property
    def since(self) -> int:
        """Return the number of the last link before the two were put together."""
        if self.crossing:
            return min(one.last_link for one in self.crossing)
        first = (min((self.links[one].id for one in side if one in self.links), default=0) for side in self._sides())
        return max(first)

    def _sides(self) -> tuple[list[str], list[str]]:
        return self.out, self.stay

    def came_by_itself(self, record_id: str) -> bool:
        """Tell whether a record came after that, and no human put it there."""
        link = self.links.get(record_id)
        return link is not None and link.id > self.since and link.decided_by == MACHINE


def part(connection: Connection, sealer: Sealer, person_id: str, records: Collection[str], said: Said) -> Parted:
    """Part records from a person.

    Args:
        connection: a writing connection.
        sealer: opens and seals.
        person_id: the person, no alias.
        records: ids of person records of it that are about somebody else.
        said: by whom, when, and why.

    Raises:
        PartError: not all of the records are this person's, or none would be left.
        Lost: another writer changed the person in this instant; run the transaction again.
    """
    case = _case(connection, sealer, person_id, records)
    names = _names(case)
    keep_apart(connection, case.out, case.stay, said.who, said.at)
    desk, placed = _laid_out(connection, sealer, case, dict(zip(names, (case.stay, case.out), strict=True)))
    homes = {one: home for side, home in zip((case.stay, case.out), names, strict=True) for one in side}
    homes.update({one.record_id: desk.shelf.followed(one.person_id) for one in placed})
    homes = {one: desk.shelf.followed(home) for one, home in homes.items()}
    _write_down(connection, sealer, case, homes, said, placed)
    settle_around(connection, homes, apart_from(connection, sorted(homes)), said.at)
    merges = [(one, desk.shelf.followed(one)) for one in desk.shelf.gone if one not in homes and one != person_id]
    before = (person_id, *(one.person_id for one in case.others))
    return Parted(person_id, next(one for one in names if one != person_id), homes, before, merges)


def _case(connection: Connection, sealer: Sealer, person_id: str, records: Collection[str]) -> _Case:
    person = profiles_of(connection, sealer, [person_id]).get(person_id)
    out = sorted(set(records))
    if person is None or not out or not set(out) <= set(person.records):
        raise PartError("unknown_record")
    rest = [one for one in person.records if one not in out]
    if not rest:
        raise PartError("nothing_left")
    beside = _beside(connection, sealer, person)
    links = live_links(connection, [*person.records, *(one for other in beside for one in other.records)])
    case = _Case(person, out, rest, links, _crossing(connection, person, set(out)))
    later = [one for one in rest if case.came_by_itself(one)]
    case.stay = [one for one in rest if one not in later]
    if not case.stay:
        case.stay, later = rest, []
    case.others = [one for one in beside if all(map(case.came_by_itself, one.records))]
    later += [one for other in case.others for one in other.records]
    case.later = sorted(later, key=lambda one: int(links[one].id))
    return case


def _beside(connection: Connection, sealer: Sealer, person: Profile) -> list[Profile]:
    """Return the persons that the machine doubted to be this one: without the merge it might not have doubted."""
    doubted = waiting_beside(connection, person.records)
    homes = {link.person_id for link in live_links(connection, doubted).values()} - {person.person_id}
    return list(profiles_of(connection, sealer, homes).values())


def _crossing(connection: Connection, person: Profile, out: set[str]) -> list[_Merge]:
    """Return, the oldest first, the merges by which the two sides became one."""
    row = MergeRow
    query = select(row.id, row.loser, row.winner, row.last_link).where(
        row.undone_at.is_(None), member_of(connection, row.loser, person.records)
    )
    merges = [_Merge(*one) for one in connection.execute(query.order_by(row.id))]
    return [one for one in merges if (one.loser in out) != (one.winner in out)]


def _names(case: _Case) -> tuple[str, str]:
    """Return the ids of (stay, out): who has the record of the old id keeps it, the other gets one that it had."""
    keeps_out = case.person.person_id in case.out
    side = case.stay if keeps_out else case.out
    former = [one.loser for one in case.crossing if one.loser in side]
    order = [row[0] for row in sorted(case.person.rows, key=lambda row: (row[1], row[0])) if row[0] in side]
    first = min(side, key=lambda one: case.links[one].id if one in case.links else order.index(one))
    new = former[0] if former else first
    return (new, case.person.person_id) if keeps_out else (case.person.person_id, new)


def _laid_out(
    connection: Connection, sealer: Sealer, case: _Case, sides: Mapping[str, Sequence[str]]
) -> tuple[Desk, list[Placed]]:
    """Put the sides on the desk as persons of their own, and place again what came later."""
    given = {one.record_id: one for profile in (case.person, *case.others) for one in profile.said()}
    lookups = LookUps(sealer)
    everything = {one.traits.record_id: one for one in asked(lookups, given.values())}
    lock(connection, lookups, {key for one in everything.values() for key in one.keys})
    persons = [case.person.person_id, *(one.person_id for one in case.others)]
    opened = open_desk(connection, lookups, weights_in_use(), list(everything.values()), persons)
    desk, told = opened.desk, apart_from(connection, sorted(given))
    for person_id in persons:
        desk.shelf.renew(Profile.of(person_id, ()))
    for person_id, records in sides.items():
        apart = {other for one in records for other in told[one]}
        desk.shelf.renew(Profile.of(person_id, (given[one] for one in records), apart))
    placed = [_again(desk, everything[one], told[one]) for one in case.later]
    put_back(connection, opened)
    return desk, placed


def _again(desk: Desk, one: Asked, told: Collection[str]) -> Placed:
    placed = desk.place(one.traits, one.keys, counted=True)
    if told:
        profile = desk.shelf.person(placed.person_id)
        apart = sorted({*profile.apart, *told})
        desk.shelf.renew(Profile(profile.person_id, profile.values, profile.rows, apart))
    return placed


def _write_down(
    connection: Connection,
    sealer: Sealer,
    case: _Case,
    homes: Mapping[str, str],
    said: Said,
    placed: Sequence[Placed],
) -> None:
    mended = [one.id for one in case.crossing]
    connection.execute(update(MergeRow).where(member_of(connection, MergeRow.id, mended)).values(undone_at=said.at))
    now_at = _aliases(connection, homes)
    again = {one.record_id for one in placed}
    moved = [
        one
        for one, home in homes.items()
        if one in case.links and one not in again and meant(case.links[one].person_id, now_at) != home
    ]
    changed = [one for one in placed if case.links[one.record_id].person_id != one.person_id]
    ended = sorted(case.links[one].id for one in (*moved, *(one.record_id for one in changed)))
    connection.execute(update(LinkRow).where(member_of(connection, LinkRow.id, ended)).values(undone_at=said.at))
    add_rows(connection, LinkRow, HUMAN_LINK, sorted((one, homes[one], said.who, "", "{}", said.at) for one in moved))
    weights = weights_in_use()
    note_links(connection, weights, [(one, said.at) for one in changed])
    note_merges(connection, weights, [(one, said.at) for one in placed if one.merged])
    open_reviews(connection, weights, [(one, said.at) for one in placed if one.doubts], {})
    rows = []
    for home in sorted(set(homes.values()) - {case.person.person_id}):
        listed = orjson.dumps(sorted(one for one in homes if homes[one] == home)).decode()
        rows.append((case.person.person_id, home, listed, said.who, said.sealed_note(sealer, home), said.at))
    add_rows(connection, SplitRow, _SPLIT, rows)


def _aliases(connection: Connection, homes: Iterable[str]) -> dict[str, str]:
    row = MergeRow
    query = select(row.loser, row.winner).where(
        row.undone_at.is_(None), member_of(connection, row.loser, sorted(homes))
    )
    return {one.loser: one.winner for one in connection.execute(query.order_by(row.id))}
