"""What a human says of a pair that the machine left to one: the same person, or two; said once, and kept for ever.

"The same" makes their persons one; "different" is remembered for all records of both, so that no later
record brings them together; of two records that the machine had given to one person it parts the person.
Nothing is overruled in silence: what contradicts an earlier answer is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from fieldsync.db import Sealer
from fieldsync.identity import reviews
from fieldsync.identity.history import Said, note_merge
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.model import weights_in_use
from fieldsync.identity.parting import Parted, part
from fieldsync.identity.reviews import DIFFERENT, OPEN, SAME, SETTLED, SPLIT, Review
from fieldsync.identity.shelving import asked, lock, open_desk, profiles_of, put_back
from fieldsync.registry import look_up


class DecideError(ValueError):
    """The review can't be decided so: `code` is decided (`status` tells how) or told_apart (by another answer)."""

    def __init__(self, code: str, status: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision came to: the status of the review, (loser, winner) persons that are one now, or one parted."""

    status: str
    merges: list[tuple[str, str]] = field(default_factory=list)
    parted: Parted | None = None


def decide(connection: Connection, sealer: Sealer, review: Review, decision: str, said: Said) -> Decision:
    """Take a human's answer.

    Args:
        connection: a writing connection; `review` was read in it and is locked.
        sealer: opens and seals.
        review: the pair.
        decision: ``same`` or ``different``.
        said: by whom, when, and why.

    Returns:
        the decision; its status is ``settled`` when the two had become one person before anybody answered.

    Raises:
        DecideError: it was decided before, or "same" contradicts what was told apart.
        Lost: another writer changed one of the persons in this instant; run the transaction again.
    """
    if review.status != OPEN:
        raise DecideError("decided", review.status)
    known = look_up(connection, [review.record_a, review.record_b])
    one, other = (str(known[record_id].person_id) for record_id in (review.record_a, review.record_b))
    if one == other:
        return _of_one_person(connection, sealer, review, one, decision, said)
    persons = profiles_of(connection, sealer, [one, other])
    both = [persons.get(person_id) or Profile.of(person_id, ()) for person_id in (one, other)]
    if decision == DIFFERENT:
        _tell_apart(connection, sealer, both, review, said)
        reviews.close(connection, sealer, review.id, DIFFERENT, said)
        return Decision(DIFFERENT)
    if not set(both[0].apart).isdisjoint(both[1].records):
        raise DecideError("told_apart", OPEN)
    merge = _join(connection, sealer, both)
    note_merge(connection, *merge, said, review.id)
    reviews.close(connection, sealer, review.id, SAME, said)
    pairs = reviews.pairs_of([record_id for person in both for record_id in person.records])
    reviews.settle(connection, pairs, said.at)
    return Decision(SAME, [merge])


def _of_one_person(
    connection: Connection, sealer: Sealer, review: Review, person_id: str, decision: str, said: Said
) -> Decision:
    """Take an answer about two records of one person: nobody needs it, unless it was asked whether they are two."""
    if review.reason != SPLIT:
        reviews.settle(connection, [review.id], said.at)
        return Decision(SETTLED)
    parted = part(connection, sealer, person_id, [review.record_a], said) if decision == DIFFERENT else None
    reviews.close(connection, sealer, review.id, decision, said)
    return Decision(decision, [], parted)


def _join(connection: Connection, sealer: Sealer, both: Sequence[Profile]) -> tuple[str, str]:
    lookups = LookUps(sealer)
    _lock(connection, lookups, both)
    opened = open_desk(connection, lookups, weights_in_use(), (), [person.person_id for person in both])
    merge = opened.desk.join(both[0].person_id, both[1].person_id)
    put_back(connection, opened)
    return merge


def _tell_apart(connection: Connection, sealer: Sealer, both: Sequence[Profile], review: Review, said: Said) -> None:
    """Remember it for all records of both, and in both profiles, where placing looks."""
    sides = [person.records or (record_id,) for person, record_id in zip(both, _records(review), strict=True)]
    reviews.keep_apart(connection, sides[0], sides[1], said.who, said.at)
    lookups = LookUps(sealer)
    _lock(connection, lookups, both)
    opened = open_desk(connection, lookups, weights_in_use(), (), [person.person_id for person in both])
    for person, others in zip(both, reversed(sides), strict=True):
        if person.records:
            tell(opened.desk, person.person_id, others)
    put_back(connection, opened)
    answered = [reviews.review_id(one, two) for one in sides[0] for two in sides[1]]
    reviews.settle(connection, [one for one in answered if one != review.id], said.at)


def tell(desk: Desk, person_id: str, others: Iterable[str]) -> None:
    """Put into a person's profile the records that are not hers."""
    profile = desk.shelf.person(person_id)
    apart = sorted({*profile.apart, *others})
    desk.shelf.renew(Profile(profile.person_id, profile.values, profile.rows, apart))


def _records(review: Review) -> tuple[str, str]:
    return review.record_a, review.record_b


def _lock(connection: Connection, lookups: LookUps, persons: Sequence[Profile]) -> None:
    lock(connection, lookups, {key for person in persons for one in asked(lookups, person.said()) for key in one.keys})
