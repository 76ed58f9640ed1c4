"""Makes the weights that come with FieldSync: fitted to the truth about invented people, never to anybody real.

Every record is compared with the persons that its keys find, each as the truth knows it by
then; the pairs are fitted, calibrated, and written with the words of names that are common.
The same seeds give the same file.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.identity.ours import hashed, traits
from bench.identity.population import Population, generate
from fieldsync.identity import fitting
from fieldsync.identity.matching.compare import FEATURES, levels_of
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.keys import keys_of, likely
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.weights import SHIPPED, Weights, read

MOST_WORDS = 800
RECORDS = 30_000
CALIBRATIONS = (1, 2)  # rounds, each on so many times RECORDS: strangers who look alike grow faster than records
CHOICE = {"accept": 0.92, "review": 0.28, "margin": 1.5, "lifted": {"two_niks": 0.97, "child_date": 0.97}}
TARGET = Path(__file__).resolve().parents[2] / "fieldsync/identity/matching" / f"weights-{SHIPPED}.json"


class People(NamedTuple):
    """Whom to invent: those of the exam, unless records name fathers or few villages are crowded, as in life."""

    seed: int
    fathers: float = 0.0
    villages: int | None = None

    def generate(self, records: int) -> Population:
        """Invent that many records about them."""
        return generate(self.seed, records, fathers=self.fathers, villages=self.villages)


FITTED = (People(11), People(12), People(13, fathers=0.6), People(15, fathers=0.6, villages=1))
CALIBRATED = (People(14), People(16))

Labelled = tuple[list[tuple[int, ...]], list[float]]


def main() -> int:
    """Generate, compare, fit, write."""
    parser = argparse.ArgumentParser(prog="bench.identity.train", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="of each population")
    parser.add_argument("--output", type=Path, default=TARGET)
    given = parser.parse_args()
    words, names = common_words(FITTED, given.records)
    levels: list[np.ndarray] = []
    truth: list[float] = []
    for people in FITTED:
        compared, same = labelled(people, given.records, words, names)
        levels.append(np.asarray(compared, dtype=np.int16))
        truth += same
        print(f"{people}: {len(same):,} pairs, {sum(same):,.0f} of one person", flush=True)
    pairs = fitting.gathered(np.concatenate(levels), truth)
    fitted = fitting.fit(pairs)
    bends = fitting.calibration(fitted.scores(pairs.levels), pairs.truth, pairs.weight)
    for times in CALIBRATIONS:
        made = fitting.document(SHIPPED, fitted, bends, CHOICE, {"names": names, "counts": words})
        bends = as_used(CALIBRATED, times * given.records, read(fitting.dumped(made)))
    made = fitting.document(SHIPPED, fitted, bends, CHOICE, {"names": names, "counts": words})
    given.output.write_bytes(fitting.dumped(made))
    return 0


def common_words(fitted: Sequence[People], records: int) -> tuple[dict[str, int], int]:
    """Return how often the commonest words stand in names, and the number of records counted."""
    counts: Counter[str] = Counter()
    for people in fitted:
        for one in said(people.generate(records)):
            counts.update({word for name in one.names for word in name.folded})
    commonest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))  # ties by the word: a set has no order
    return dict(commonest[:MOST_WORDS]), len(fitted) * records


def labelled(people: People, records: int, words: dict[str, int], names: int) -> Labelled:
    """Return the levels of every record against its candidates, and 1.0 where the candidate is its person."""
    population = people.generate(records)
    person_of = population.truth.person_of
    blank = Weights(
        "none", 0.0, tuple((0.0,) * len(one) for one in FEATURES.values()), (), 0.5, 0.5, 0.0, {}, words, names
    )
    shelf = Shelf(hashed, {}, {})
    desk = Desk(blank, shelf, Words(blank, {}, 0))
    compared: list[tuple[int, ...]] = []
    same: list[float] = []
    for one in said(population):
        keys, own, scene = keys_of(one, hashed), str(person_of[one.record_id]), desk.scene(one)
        for candidate in likely(keys, shelf.by_key, slack=math.inf).persons:
            compared.append(levels_of(one, shelf.person(candidate), scene))
            same.append(float(candidate == own))
        shelf.attach(one, keys, own)
        desk.words.count(one)
    return compared, same


def as_used(crowds: Sequence[People], records: int, weights: Weights) -> list[list[float]]:
    """Calibrate on what the engine says of other people: the best candidate of each record, and all it asks about.

    A best candidate is truly the person more often than any pair of the same score, so the
    pairs that the weights are fitted on would make the engine too modest.
    """
    scores: list[float] = []
    same: list[float] = []
    for people in crowds:
        population = people.generate(records)
        person_of = population.truth.person_of
        desk = Desk(weights, Shelf(hashed, {}, {}), Words(weights, {}, 0))
        for one in said(population):
            placed, own = desk.place(one), person_of[one.record_id]
            for doubt in placed.doubts:
                scores.append(weights.weigh(doubt.levels))
                same.append(float(person_of[doubt.other_id] == own))
            if placed.best is not None and placed.outcome != "review":
                crowd = Counter(person_of[record_id] for record_id in placed.best.person.records)
                scores.append(placed.best.score)
                same.append(float(2 * crowd[own] > crowd.total()))
    return fitting.calibration(np.asarray(scores), np.asarray(same), np.ones(len(same)))


def said(population: Population) -> Iterator[Traits]:
    return map(traits, population.visits())


if __name__ == "__main__":
    sys.exit(main())
