"""The desk where records are placed, one after the other: with a person that is known, with a new one, or in doubt.

It sees what lies on its shelf and what it decided itself, and nothing else: no database,
no clock. The same records in the same order give the same persons, whether they come one
by one or five hundred at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldsync.identity.matching.bounds import likely_levels
from fieldsync.identity.matching.compare import Scene, levels_of
from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.vetoes import MOST_RECORDS, Held, is_by_a_stray, veto_of
from fieldsync.identity.matching.weights import Weights, log_odds, probability

CROWDED_PHONE = 6
MOST_DOUBTS = 2
RECENT = 4
TOLD_APART = "told_apart"


@dataclass(frozen=True, slots=True)
class Judged:
    """One person held against a record: calibrated log odds, the levels they come from, what forbids deciding alone.

    `score` is the sum of weights: it tells the better of two of which both are as good as certain. `fits` tells
    whether the machine may decide alone.
    """

    person: Profile
    score: float
    odds: float
    levels: tuple[int, ...]
    veto: str | None
    fits: bool

    @property
    def p(self) -> float:
        """Return the probability that the record is about the person."""
        return probability(self.odds)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair for a human: the record, a record of the other person, and why it was not decided."""

    record_id: str
    other_id: str
    p: float
    why: str
    levels: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a record went: `outcome` is new, matched or review; `merged` lists (loser, winner) persons it joined.

    `best` fits best; of a new record, among those who were not out of the question at first sight.
    """

    record_id: str
    person_id: str
    outcome: str
    best: Judged | None
    doubts: tuple[Doubt, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()


class Desk:
    """Places records, in the order in which they are given; `dropped` counts their keys that too many people share."""

    def __init__(self, weights: Weights, shelf: Shelf, words: Words) -> None:
        self.weights = weights
        self.shelf = shelf
        self.words = words
        self.dropped = 0
        self._accept = log_odds(weights.accept)
        self._review = log_odds(weights.review)
        self._lifted = {veto: log_odds(p) for veto, p in weights.lifted.items()}

    def place(self, one: Traits, keys: Mapping[int, str] | None = None, *, counted: bool = False) -> Placed:
        """Place a record, and remember it for those that follow; give `keys` if they were made, `counted` if it was."""
        keys = keys_of(one, self.shelf.hashed) if keys is None else keys
        placed = self._decided(one, self._judged(one, keys))
        self.shelf.attach(one, keys, placed.person_id)
        if not counted:
            self.words.count(one)
        return placed

    def learn(self, one: Traits, person_id: str) -> Placed:
        """Take the newer version of a record that a person has, and see whether it shows who else that person is."""
        self.shelf.renew(self.shelf.person(person_id).joined(person_id, said=[one]))
        person = self.shelf.person(person_id)
        scene = self.scene(one)
        own = self._judge(one, person, levels_of(one, person, scene), scene)
        others = [
            each
            for each in self._judged(one, keys_of(one, self.shelf.hashed))
            if each.person.person_id != person_id and each.odds >= self._review and each.veto != TOLD_APART
        ]
        fitting = [each for each in others if each.fits]
        merged, _ = self._bridged(own.person, [], fitting)
        winner, pairs = self._joined([own.person, *merged])
        doubts = [self._doubt(one, each, each.veto or "unsure") for each in others if each.person not in merged]
        outcome = "review" if doubts else "matched"
        return Placed(one.record_id, winner.person_id, outcome, own, tuple(doubts[:MOST_DOUBTS]), pairs)

    def forget(self, record_id: str, person_id: str) -> Placed:
        """Take a record that was deleted out of what is known of its person."""
        self.shelf.renew(self.shelf.person(person_id).without({record_id}))
        return Placed(record_id, person_id, "matched", None)

    def join(self, one: str, other: str) -> tuple[str, str]:
        """Make two persons one, since a human said so; return (loser, winner)."""
        _, pairs = self._joined([self.shelf.person(one), self.shelf.person(other)])
        return pairs[0]

    def scene(self, one: Traits) -> Scene:
        """Return what comparing this record must know of everybody else."""
        crowd = len(self.shelf.by_key.get(self.shelf.hashed("phone", one.phone), ())) if one.phone else 0
        crowded = frozenset((one.phone,)) if one.phone and crowd > CROWDED_PHONE else frozenset()
        return Scene(self.words.rarity_of(one), crowded, self.words.records_of(one.village))

    def _judged(self, one: Traits, keys: Mapping[int, str]) -> list[Judged]:
        """Return whom the record may be about, the likeliest first: all who come up to `review`, and a few others."""
        scene = self.scene(one)
        likely = self.shelf.likely(one, keys)
        self.dropped += likely.hot
        judged = []
        for person_id in likely.persons:
            person = self.shelf.person(person_id)
            levels = likely_levels(one, person, scene, self.weights.bounds)
            if levels is not None:
                judged.append(self._judge(one, person, levels, scene))
        judged.sort(key=_by_score)
        return judged

    def _judge(self, one: Traits, person: Profile, levels: tuple[int, ...], scene: Scene) -> Judged:
        score = self.weights.weigh(levels)
        odds = self.weights.calibrated(score)
        if odds < self._review:
            return Judged(person, score, odds, levels, None, fits=False)
        if one.record_id in person.apart:
            return Judged(person, score, odds, levels, TOLD_APART, fits=False)
        veto, sure = veto_of(one, person, levels, odds, self._lifted), odds >= self._accept
        fits = (sure and veto is None) or self._is_by_a_stray(one, person, scene, (odds, veto))
        return Judged(person, score, odds, levels, None if fits else veto, fits)

    def _is_by_a_stray(self, one: Traits, person: Profile, scene: Scene, held: Held) -> bool:
        without = (self._held(one, person.without({record_id}), scene) for record_id in person.records)
        alone = (self._held(one, Profile.of(person.person_id, (said,)), scene) for said in person.said())
        return is_by_a_stray(held, person.size, self._accept, without, alone)

    def _held(self, one: Traits, person: Profile, scene: Scene) -> Held:
        levels = levels_of(one, person, scene)
        odds = self.weights.odds(levels)
        return odds, veto_of(one, person, levels, odds, self._lifted)

    def _decided(self, one: Traits, judged: Sequence[Judged]) -> Placed:
        likely = [each for each in judged if each.odds >= self._review and each.veto != TOLD_APART]
        if not likely:
            return Placed(one.record_id, one.record_id, "new", judged[0] if judged else None)
        fitting = [each for each in likely if each.fits]
        if fitting:
            placed = self._attached(one, likely, fitting)
            if placed is not None:
                return placed
        doubts = tuple(self._doubt(one, each, each.veto or "unsure") for each in likely[:MOST_DOUBTS])
        return Placed(one.record_id, one.record_id, "review", likely[0], doubts)

    def _attached(self, one: Traits, likely: Sequence[Judged], fitting: Sequence[Judged]) -> Placed | None:
        """Give the record to the person that fits best, unless another one fits too well and may not be the same."""
        best = fitting[0]
        others = [each for each in likely if each is not best]
        merged, rest = self._bridged(best.person, [one], others) if others else ([], [])
        apart = [each for each in rest if each.fits or each.odds >= self._accept]
        rival = next((each for each in others if each.person not in merged), None)
        if rival is not None and best.score - rival.score < self.weights.margin and self._differ(best, rival):
            return None
        winner, pairs = self._joined([best.person, *merged])
        doubts = tuple(self._doubt(one, each, each.veto or "two_fit") for each in apart[: MOST_DOUBTS - 1])
        return Placed(one.record_id, winner.person_id, "matched", best, doubts, pairs)

    def _joined(self, persons: Sequence[Profile]) -> tuple[Profile, tuple[tuple[str, str], ...]]:
        winner = min(persons, key=_standing)
        losers = [each for each in persons if each is not winner]
        if losers:
            self.shelf.join(winner, losers)
        return winner, tuple((each.person_id, winner.person_id) for each in losers)

    def _bridged(
        self, best: Profile, said: Iterable[Traits], others: Iterable[Judged]
    ) -> tuple[list[Profile], list[Judged]]:
        """Of further persons that may be meant too, tell which are one with the best, and which are not."""
        together = best.joined(best.person_id, said=said)
        merged: list[Profile] = []
        apart: list[Judged] = []
        for other in others:
            if self._are_one(together, other.person):
                together = together.joined(together.person_id, [other.person])
                merged.append(other.person)
            else:
                apart.append(other)
        return merged, apart

    def _are_one(self, one: Profile, other: Profile) -> bool:
        """Tell whether each side's recent records fit the other, with nothing that forbids it.

        A single record is held against the other as if it came now: who came first must make no difference.
        """
        if not set(one.apart).isdisjoint(other.records) or len(one.records) + len(other.records) > MOST_RECORDS:
            return False
        small, large = (one, other) if len(one.records) < len(other.records) else (other, one)
        if len(small.records) == 1:
            said = next(small.said())
            scene = self.scene(said)
            return self._judge(said, large, levels_of(said, large, scene), scene).fits
        return self._fits(small, large, self._accept) and self._fits(large, small, self._review)

    def _fits(self, one: Profile, other: Profile, least: float) -> bool:
        for count, said in enumerate(one.said()):
            if count == RECENT:
                break
            odds, veto = self._held(said, other, self.scene(said))
            if odds < least or veto:
                return False
        return True

    def _differ(self, best: Judged, rival: Judged) -> bool:
        """Tell whether two persons are probably two, so that choosing the wrong one would do harm."""
        said = next(iter(rival.person.said()))
        odds, veto = self._held(said, best.person, self.scene(said))
        return odds < self._review or veto == "serial_slip"

    def _doubt(self, one: Traits, each: Judged, why: str) -> Doubt:
        return Doubt(one.record_id, each.person.records[-1], each.p, why, each.levels, len(each.person.records))


def _standing(person: Profile) -> tuple[int, str, str]:
    """Who keeps the id when two are one: who has more records; of equals, who was known first."""
    on, record_id = min((row[1], row[0]) for row in person.rows)
    return -len(person.records), on, record_id


def _by_score(judged: Judged) -> tuple[float, str]:
    return -judged.score, judged.person.person_id
