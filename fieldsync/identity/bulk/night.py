"""The night's work on what was read: who is who, what has to change for it, and what a human must be asked.

Knows no database and changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from fieldsync.identity.bulk.clustering import Bond, Clustering, Clusters, Doubt, Group, Pair
from fieldsync.identity.bulk.columns import columns_of
from fieldsync.identity.bulk.engines import opened
from fieldsync.identity.bulk.judging import Judge
from fieldsync.identity.bulk.plans import Step, steps
from fieldsync.identity.bulk.reading import Everything
from fieldsync.identity.bulk.rough import rough_pairs
from fieldsync.identity.matching import desk
from fieldsync.identity.matching.weights import Weights, probability
from fieldsync.identity.reviews import SPLIT

MOST_DOUBTS = desk.MOST_DOUBTS
REGENCY = 5  # characters of a village's code
BY = {"by": "relink"}

Stage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A step with record ids, and why: per person that is lost, and per record that moves, p and reasons as JSON."""

    before: dict[str, tuple[str, ...]]
    after: dict[str, tuple[str, ...]]
    merges: list[tuple[str, str]]
    whys: dict[str, tuple[float | None, str]]
    regency: str
    moved: int


@dataclass(frozen=True, slots=True)
class Night:
    """What came of it: the changes, and the questions for humans, as doubts of records."""

    records: int
    persons: int
    changes: list[Change]
    questions: list[desk.Doubt]

    @property
    def moved(self) -> int:
        """Return how many records would be with another person."""
        return sum(change.moved for change in self.changes)


def work_out(given: Everything, weights: Weights, engine: str, stage: Stage = lambda _: None) -> Night:
    """Work out who is who.

    Args:
        given: all that is known.
        weights: the model that judges.
        engine: where Splink runs, one of ENGINES.
        stage: told what comes next: ``pairs``, ``groups``, ``changes``.

    Raises:
        EngineError: the engine is not installed.
    """
    judge = Judge(given.said, weights)
    stage("pairs")
    with opened(engine, len(given.said)) as running:
        low, high, odds = rough_pairs(running, columns_of(given.said))
    pairs = list(zip(low.tolist(), high.tolist(), odds.tolist(), strict=True))
    stage("groups")
    together = [given.persons[person_id] for person_id in sorted(given.touched)]
    found = Clustering(len(given.said), judge.fits, judge.limits, together, given.apart).run(pairs)
    stage("changes")
    ids = [one.record_id for one in given.said]
    made = [_change(given, weights, judge, step, ids) for step in steps(given.persons, found.groups, ids)]
    changes = sorted(made, key=lambda change: (change.regency, min(change.before)))
    asked = [*_splits(given, judge), *_fresh(found, given.asked)]
    return Night(len(ids), len(given.persons), changes, [_question(doubt, ids) for doubt in asked])


def _change(given: Everything, weights: Weights, judge: Judge, step: Step, ids: Sequence[str]) -> Change:
    merges = step.merges
    owner = {record: person_id for person_id, group in step.before.items() for record in group}
    bonds: dict[str, Bond] = {}
    if merges:
        (winner,) = step.after
        bonds = {loser: judge.fits(*sorted((step.before[loser], step.before[winner]))) for loser, _ in merges}
    else:
        for person_id, group in step.after.items():
            for record in group:
                rest = tuple(one for one in group if one != record)
                if owner[record] != person_id and rest:
                    bonds[ids[record]] = judge.held(record, rest)
    first = given.said[min(owner)]
    return Change(
        *(_named(step.before, ids), _named(step.after, ids), merges),
        {name: (round(probability(bond.odds), 6), _why(weights, bond)) for name, bond in bonds.items()},
        *((first.village or "")[:REGENCY], step.moved),
    )


def _named(groups: Mapping[str, Group], ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {person_id: tuple(ids[record] for record in group) for person_id, group in groups.items()}


def _why(weights: Weights, bond: Bond) -> str:
    told = weights.told(bond.levels)
    reasons: dict[str, Any] = {**BY, "odds": round(bond.odds, 3), "levels": bond.levels, "weights": told}
    return orjson.dumps(reasons).decode()


def _splits(given: Everything, judge: Judge) -> Iterator[Doubt]:
    """Yield the records that the machine gave to a person whom a human touched, and that do not fit there."""
    asked = {frozenset(pair) for pair in given.asked}
    for person_id in sorted(given.touched):
        group = given.persons[person_id]
        for record in group:
            rest = tuple(one for one in group if one != record)
            known = any(frozenset((record, one)) in asked for one in rest)
            if rest and record in given.by_machine and not known:
                bond = judge.held(record, rest)
                if bond.odds < judge.limits.review:
                    yield Doubt((record,), rest, bond, SPLIT)


def _fresh(found: Clusters, asked: Iterable[Pair]) -> Iterator[Doubt]:
    """Yield the doubts between groups that nobody was asked about, few for each group."""
    at = {record: group for group in found.groups for record in group}
    known = {frozenset((at[one], at[other])) for one, other in asked}
    per_group: dict[Group, Iterator[int]] = defaultdict(count)
    for doubt in found.doubts:
        place = max(next(per_group[doubt.one]), next(per_group[doubt.other]))
        if place < MOST_DOUBTS and frozenset((doubt.one, doubt.other)) not in known:
            yield doubt


def _question(doubt: Doubt, ids: Sequence[str]) -> desk.Doubt:
    one, other = doubt.bond.pair
    size = max(len(doubt.one), len(doubt.other))
    return desk.Doubt(ids[one], ids[other], probability(doubt.bond.odds), doubt.why, doubt.bond.levels, size)
