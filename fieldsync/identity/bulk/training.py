"""Training: weights fitted to this registry, from what the night would group and from what humans answered.

EM in its classifying form: with the present weights all records are grouped (E), and the weights are fitted to tell
each record's own group from the others that it is like (M), a few times over. The groups know more than any pair
does, since many records bear witness in them; answers of humans count as they are. A level that the registry hardly
shows keeps its present weight: little data changes little.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Connection, select

from fieldsync.db import Store
from fieldsync.identity.bulk.clustering import Clustering, Clusters, Group, Scored
from fieldsync.identity.bulk.columns import columns_of
from fieldsync.identity.bulk.engines import opened
from fieldsync.identity.bulk.judging import Judge
from fieldsync.identity.bulk.reading import Everything, read_everything
from fieldsync.identity.bulk.rough import rough_pairs
from fieldsync.identity.fitting import Fit, Pairs, calibration, document, fit, gathered
from fieldsync.identity.matching.compare import FEATURES
from fieldsync.identity.matching.weights import Weights, probability, read
from fieldsync.identity.reviews import DIFFERENT, SAME
from fieldsync.identity.tables import ReviewRow

SOURCES = ("em", "reviews", "both")
ROUNDS = 2
LEAST_PAIRS = 1_000
LEAST_ANSWERS = 50
ANSWERED = 3  # as many pairs an answer counts for: it was given where the machine knows least
KNOWN = 200.0  # as many pairs of a level the present weight of it counts for
LIKE = -4.0  # the rough score from which another group teaches what is not the same

Labelled = tuple[list[tuple[int, ...]], list[float]]
Progress = Callable[[str, int, int], None]


class TrainingError(RuntimeError):
    """There is too little to learn from; the message says what and how much."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A weights file, and how many pairs and answers it was fitted to."""

    document: dict[str, Any]
    pairs: int
    answers: int


def train(store: Store, weights: Weights, source: str, now: datetime, progress: Progress) -> Trained:
    """Fit weights; change nothing in the database.

    Args:
        store: the database.
        weights: the present ones, from which it starts.
        source: one of SOURCES.
        now: when; part of the version's name.
        progress: called with what is done.

    Raises:
        TrainingError: fewer than LEAST_PAIRS pairs, or LEAST_ANSWERS answers where they alone shall teach.
    """
    progress("reading", 0, 1)
    with store.snapshot() as connection:
        answers = list(_answers(connection)) if source != "em" else []
        given = read_everything(connection, store.sealer) if source != "reviews" else None
    if given is None and len(answers) < LEAST_ANSWERS:
        raise TrainingError(f"{len(answers)} answers are too few to learn from: {LEAST_ANSWERS} are the least")
    base = weights.version.split("+")[0]
    version = f"{base}+{source}{now:%Y%m%dT%H%M}"
    pairs = [] if given is None else _pairs(given)
    labelled: Labelled = ([], [])
    made: dict[str, Any] = {}
    for turn in range(ROUNDS if given is not None else 1):
        progress("rounds", turn, ROUNDS)
        labelled = ([], []) if given is None else labels(given, weights, pairs)
        if given is not None and len(labelled[0]) < LEAST_PAIRS:
            raise TrainingError(f"{len(labelled[0])} pairs are too few to learn from: {LEAST_PAIRS} are the least")
        made = fitted(weights, _with_answers(labelled, answers), version)
        weights = read(orjson.dumps(made))
    return Trained(made, len(labelled[0]), len(answers))


def _pairs(given: Everything) -> list[Scored]:
    with opened("duckdb", len(given.said)) as engine:
        low, high, odds = rough_pairs(engine, columns_of(given.said))
    return list(zip(low.tolist(), high.tolist(), odds.tolist(), strict=True))


def labels(given: Everything, weights: Weights, pairs: Sequence[Scored]) -> Labelled:
    """Group all records with these weights; return levels of records held against persons, and if they are theirs.

    A record is held against those records of a group that were made before it, as when it arrives. Where the night
    itself doubts whether two groups are one, their pairs are labelled with that probability.
    """
    judge = Judge(given.said, weights)
    together = [given.persons[person_id] for person_id in sorted(given.touched)]
    found = Clustering(len(given.said), judge.fits, judge.limits, together, given.apart).run(pairs)
    doubted = {frozenset((doubt.one, doubt.other)): probability(doubt.bond.odds) for doubt in found.doubts}
    levels: list[tuple[int, ...]] = []
    truth: list[float] = []
    for record, own, other in _held(found, pairs):
        earlier = tuple(one for one in other if one < record)
        if earlier:
            levels.append(judge.held(record, earlier).levels)
            truth.append(1.0 if other is own else doubted.get(frozenset((own, other)), 0.0))
    return levels, truth


def _held(found: Clusters, pairs: Sequence[Scored]) -> Iterator[tuple[int, Group, Group]]:
    """Yield each record with its own group, and with every other that it is roughly like."""
    at = {record: group for group in found.groups for record in group}
    like: dict[int, dict[Group, None]] = defaultdict(dict)
    for one, other, rough in pairs:
        if rough >= LIKE:
            like[max(one, other)][at[min(one, other)]] = None
    for record, own in sorted(at.items()):
        others = like[record]
        others.pop(own, None)
        for group in (own, *others):
            yield record, own, group


def _answers(connection: Connection) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield levels and truth of what humans answered, as far as its levels are those of this program."""
    sizes = [len(names) for names in FEATURES.values()]
    query = select(ReviewRow.levels, ReviewRow.status).where(ReviewRow.status.in_((SAME, DIFFERENT)))
    for text, status in connection.execute(query.order_by(ReviewRow.id)):
        levels = tuple(orjson.loads(text))
        if len(levels) == len(sizes) and all(level < size for level, size in zip(levels, sizes, strict=True)):
            yield levels, 1.0 if status == SAME else 0.0


def _with_answers(labelled: Labelled, answers: Sequence[tuple[tuple[int, ...], float]]) -> Pairs:
    levels, truth = list(labelled[0]), list(labelled[1])
    for one, same in answers:
        levels += [one] * ANSWERED
        truth += [same] * ANSWERED
    return gathered(levels, truth)


def fitted(weights: Weights, pairs: Pairs, version: str) -> dict[str, Any]:
    """Return a weights file fitted to pairs; a level's present weight counts for KNOWN pairs."""
    fresh = fit(pairs)
    tables = []
    for at, (table, present) in enumerate(zip(fresh.tables, weights.tables, strict=True)):
        seen = np.bincount(pairs.levels[:, at], weights=pairs.weight, minlength=len(table))
        share = seen / (seen + KNOWN)
        tables.append((share * np.asarray(table) + (1 - share) * np.asarray(present)).tolist())
    whole = pairs.weight.sum()
    bias = (whole * fresh.bias + KNOWN * weights.bias) / (whole + KNOWN)
    blended = Fit(float(bias), tables)
    bends = calibration(blended.scores(pairs.levels), pairs.truth, pairs.weight)
    if len(bends) < 2:  # noqa: PLR2004 # a line needs two points
        bends = [list(bend) for bend in weights.bends]
    choice = {"accept": weights.accept, "review": weights.review, "margin": weights.margin, "lifted": weights.lifted}
    words = {"names": weights.names, "counts": dict(weights.words)}
    return document(version, blended, bends, choice, words)
