"""The pairs that a human must judge: opened by the machine, decided once, and remembered for ever.

A review names two records, never persons, since these merge and part. The same pair never
comes back by itself: it was decided, or it waits. The queue shows first where an answer gains most.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection, and_, or_, select, update

from fieldsync.db import Sealer, add_missing_rows, member_of, within
from fieldsync.identity.history import Decided, Said
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.tables import ApartRow, ReviewRow
from fieldsync.registry import look_up

OPEN, SAME, DIFFERENT, SETTLED = "open", "same", "different", "settled"
STATUSES = (OPEN, SAME, DIFFERENT, SETTLED)
SPLIT = "split"  # why two records of one person are asked about: they may be about two
_REVIEW = (
    *("id", "record_a", "record_b", "area_a", "area_b", "p", "gain", "reason", "levels", "model", "status"),
    "opened_at",
)


@dataclass(frozen=True, slots=True)
class Review:
    """One pair, as kept. `levels` are those of the record `a` against the person of `b`, by the model's features."""

    id: str
    record_a: str
    record_b: str
    p: float
    gain: float
    reason: str
    levels: tuple[int, ...]
    model: str
    status: str
    opened_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: bytes | None


def open_reviews(connection: Connection, weights: Weights, placed: Iterable[Decided], areas: Mapping[str, str]) -> None:
    """Queue the doubts of records that were placed, each pair once in its life.

    Args:
        connection: a writing connection.
        weights: the model that doubts.
        placed: decisions with doubts, and when.
        areas: where records of this batch were made; the others are looked up.
    """
    doubts = [(doubt, at) for one, at in placed for doubt in one.doubts]
    if not doubts:
        return
    others = {doubt.other_id for doubt, _ in doubts} - areas.keys()
    known = {record_id: one.area for record_id, one in look_up(connection, sorted(others)).items()}
    known.update(areas)
    rows = []
    for doubt, at in doubts:
        one, other = doubt.record_id, doubt.other_id
        rows.append(
            (
                *(review_id(one, other), one, other, known.get(one, ""), known.get(other, "")),
                *(round(doubt.p, 6), round(doubt.p * (doubt.size + 1), 6), doubt.why),
                *(orjson.dumps(doubt.levels).decode(), weights.version, OPEN, at),
            )
        )
    add_missing_rows(connection, ReviewRow, _REVIEW, sorted(rows))


def review_id(one: str, other: str) -> str:
    """Return the id of a pair's review: the same for the pair in either order, so that it can't be queued twice."""
    return str(UUID(int=UUID(one).int ^ UUID(other).int ^ _PAIR))


_PAIR = UUID("5fd5e1c2-6a4b-4b7e-9a53-0d4f6a5e7b11").int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the queue ended."""

    gain: float
    id: str


def queue(
    connection: Connection, areas: Sequence[str] | None, status: str, limit: int, after: Place | None = None
) -> list[Review]:
    """Return reviews, the greatest gain first; of those decided, too.

    Args:
        connection: any connection.
        areas: codes of any level that one of the two records must lie in; None sees all.
        status: one of STATUSES.
        limit: how many at most.
        after: where the last page ended.
    """
    row = ReviewRow
    query = select(row).where(row.status == status)
    if areas is not None:
        query = query.where(or_(within(row.area_a.expression, areas), within(row.area_b.expression, areas)))
    if after is not None:
        query = query.where(or_(row.gain < after.gain, and_(row.gain == after.gain, row.id > after.id)))
    query = query.order_by(row.gain.desc(), row.id).limit(limit)
    return [_review(one) for one in connection.execute(query).mappings()]


class Pair(NamedTuple):
    """Two records of persons who look like one, waiting for a human since when; the lower id is `record_a`."""

    id: str
    record_a: str
    record_b: str
    area: str
    opened_at: datetime


def alike_after(connection: Connection, after: str, limit: int) -> list[Pair]:
    """Return up to `limit` pairs that wait for a human since they look like one person, by review id, behind one."""
    row = ReviewRow.__table__.c
    query = select(row.id, row.record_a, row.record_b, row.area_a, row.area_b, row.opened_at)
    query = query.where(row.status == OPEN, row.reason != SPLIT, row.id > after).order_by(row.id).limit(limit)
    return [
        Pair(
            one.id,
            min(one.record_a, one.record_b),
            max(one.record_a, one.record_b),
            one.area_a or one.area_b,
            one.opened_at,
        )
        for one in connection.execute(query)
    ]


def still_alike(connection: Connection, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of these pairs of records that wait for a human."""
    asked = {review_id(*pair): pair for pair in pairs}
    row = ReviewRow.__table__.c
    query = select(row.id).where(member_of(connection, row.id, sorted(asked)), row.status == OPEN, row.reason != SPLIT)
    return {asked[one] for one in connection.execute(query).scalars()}


def find(connection: Connection, wanted: str, areas: Sequence[str] | None, *, lock: bool = False) -> Review | None:
    """Return one review if it lies in these areas; with `lock` nobody else decides it until the commit."""
    row = ReviewRow
    query = select(row).where(row.id == wanted)
    if areas is not None:
        query = query.where(or_(within(row.area_a.expression, areas), within(row.area_b.expression, areas)))
    found = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if found is None else _review(found)


def _review(row: Mapping[Any, Any]) -> Review:
    found = {one: row[one] for one in Review.__slots__ if one != "levels"}
    return Review(**found, levels=tuple(orjson.loads(row["levels"])))


def close(connection: Connection, sealer: Sealer, wanted: str, status: str, said: Said) -> None:
    """Write down what a human said of a pair."""
    note = said.sealed_note(sealer, wanted)
    values = {"status": status, "decided_by": said.who, "decided_at": said.at, "note": note}
    connection.execute(update(ReviewRow).where(ReviewRow.id == wanted).values(values))


def pairs_of(records: Sequence[str]) -> list[str]:
    """Return the ids that the reviews of all pairs of these records would have."""
    return [review_id(one, other) for one, other in combinations(records, 2)]


def settle(connection: Connection, reviews: Sequence[str], now: datetime) -> None:
    """Close reviews that are open still: nobody needs to answer them any more."""
    if not reviews:
        return
    row = ReviewRow
    values = {"status": SETTLED, "decided_at": now}
    wanted = and_(row.status == OPEN, member_of(connection, row.id, reviews))
    connection.execute(update(row).where(wanted).values(values))


def waiting_beside(connection: Connection, records: Sequence[str]) -> list[str]:
    """Return the other records of open reviews in which one of these records is."""
    mine = set(records)
    return sorted({one for pair in _open_pairs(connection, records) for one in pair if one not in mine})


def settle_around(
    connection: Connection, homes: Mapping[str, str], apart: Mapping[str, Collection[str]], now: datetime
) -> None:
    """Close the open reviews that records with these persons answer: they are one by now, or were told apart."""
    told = {frozenset((homes[one], homes[two])) for one, others in apart.items() for two in others if two in homes}
    answered = []
    for one, two in _open_pairs(connection, sorted(homes)):
        persons = frozenset((homes.get(one, one), homes.get(two, two)))
        if len(persons) == 1 or persons in told:
            answered.append(review_id(one, two))
    settle(connection, answered, now)


def _open_pairs(connection: Connection, records: Sequence[str]) -> list[tuple[str, str]]:
    row = ReviewRow
    either = or_(member_of(connection, row.record_a, records), member_of(connection, row.record_b, records))
    query = select(row.record_a, row.record_b).where(row.status == OPEN, either)
    return [(one.record_a, one.record_b) for one in connection.execute(query)]


def reviews_between(connection: Connection, records: Sequence[str]) -> list[Review]:
    """Return all reviews in which one of these records is, open or not."""
    row = ReviewRow
    either = or_(member_of(connection, row.record_a, records), member_of(connection, row.record_b, records))
    return [_review(one) for one in connection.execute(select(row).where(either).order_by(row.id)).mappings()]


def keep_apart(connection: Connection, one: Sequence[str], other: Sequence[str], who: str, now: datetime) -> None:
    """Remember that these records are not about the same person as those."""
    pairs = sorted({(min(a, b), max(a, b)) for a in one for b in other})
    add_missing_rows(connection, ApartRow, ("a", "b", "decided_by", "at"), [(*pair, who, now) for pair in pairs])


def apart_from(connection: Connection, records: Sequence[str]) -> dict[str, set[str]]:
    """Return, for each of these records, those that a human told from it."""
    row = ApartRow
    wanted = sorted(records)
    either = or_(member_of(connection, row.a, wanted), member_of(connection, row.b, wanted))
    found: dict[str, set[str]] = {record_id: set() for record_id in wanted}
    for a, b in connection.execute(select(row.a, row.b).where(either)):
        if a in found:
            found[a].add(b)
        if b in found:
            found[b].add(a)
    return found
