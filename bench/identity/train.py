"""Makes the weights that come with FieldSync: fitted to the truth about invented people, never to anybody real.

Every record is compared with the persons that its keys find, each as the truth knows it by
then; the pairs are fitted, calibrated, and written with the words of names that are common.
The same seeds give the same file.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.identity.ours import hashed, traits
from bench.identity.population import generate
from fieldsync.identity import fitting
from fieldsync.identity.matching.compare import FEATURES, levels_of
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.keys import keys_of, likeliest
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.weights import SHIPPED, Weights, read

MOST_WORDS = 800
SEEDS = (11, 12, 13)
RECORDS = 45_000
CALIBRATIONS = 2
CHOICE = {"accept": 0.9, "review": 0.3, "margin": 1.5, "lifted": {"two_niks": 0.97, "child_date": 0.97}}
TARGET = Path(__file__).resolve().parents[2] / "fieldsync/identity/matching" / f"weights-{SHIPPED}.json"

Labelled = tuple[list[tuple[int, ...]], list[float]]


def main() -> int:
    """Generate, compare, fit, write."""
    parser = argparse.ArgumentParser(prog="bench.identity.train", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--records", type=int, default=RECORDS, help="of each seed")
    parser.add_argument("--output", type=Path, default=TARGET)
    given = parser.parse_args()
    words, names = common_words(given.seeds, given.records)
    levels: list[np.ndarray] = []
    truth: list[float] = []
    for seed in given.seeds:
        compared, same = labelled(seed, given.records, words, names)
        levels.append(np.asarray(compared, dtype=np.int16))
        truth += same
        print(f"seed {seed}: {len(same):,} pairs, {sum(same):,.0f} of one person", flush=True)
    pairs = fitting.gathered(np.concatenate(levels), truth)
    fitted = fitting.fit(pairs)
    bends = fitting.calibration(fitted.scores(pairs.levels), pairs.truth, pairs.weight)
    for _ in range(CALIBRATIONS):
        made = fitting.document(SHIPPED, fitted, bends, CHOICE, {"names": names, "counts": words})
        bends = as_used(given.seeds[-1] + 1, given.records, read(fitting.dumped(made)))
    made = fitting.document(SHIPPED, fitted, bends, CHOICE, {"names": names, "counts": words})
    given.output.write_bytes(fitting.dumped(made))
    return 0


def common_words(seeds: Sequence[int], records: int) -> tuple[dict[str, int], int]:
    """Return how often the commonest words stand in names, and the number of records counted."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        for one in _said(seed, records):
            counts.update({word for name in one.names for word in name.folded})
    return dict(counts.most_common(MOST_WORDS)), len(seeds) * records


def labelled(seed: int, records: int, words: dict[str, int], names: int) -> Labelled:
    """Return the levels of every record against its candidates, and 1.0 where the candidate is its person."""
    person_of = generate(seed, records).truth.person_of
    blank = Weights(
        "none", 0.0, tuple((0.0,) * len(one) for one in FEATURES.values()), (), 0.5, 0.5, 0.0, {}, words, names
    )
    shelf = Shelf(hashed, {}, {})
    desk = Desk(blank, shelf, Words(blank, {}, 0))
    compared: list[tuple[int, ...]] = []
    same: list[float] = []
    for one in _said(seed, records):
        keys, own, scene = keys_of(one, hashed), str(person_of[one.record_id]), desk.scene(one)
        for candidate in likeliest(keys, shelf.by_key):
            compared.append(levels_of(one, shelf.person(candidate), scene))
            same.append(float(candidate == own))
        shelf.attach(one, keys, own)
        desk.words.count(one)
    return compared, same


def as_used(seed: int, records: int, weights: Weights) -> list[list[float]]:
    """Calibrate on what the engine itself decides about other people: the best candidate of each record.

    A best candidate is truly the person more often than any pair of the same score, so the
    pairs that the weights are fitted on would make the engine too modest.
    """
    person_of = generate(seed, records).truth.person_of
    desk = Desk(weights, Shelf(hashed, {}, {}), Words(weights, {}, 0))
    scores: list[float] = []
    same: list[float] = []
    for one in _said(seed, records):
        best = desk.place(one).best
        if best is not None:
            crowd = Counter(person_of[record_id] for record_id in best.person.records)
            scores.append(best.score)
            same.append(float(2 * crowd[person_of[one.record_id]] > crowd.total()))
    return fitting.calibration(np.asarray(scores), np.asarray(same), np.ones(len(same)))


def _said(seed: int, records: int) -> Iterator[Traits]:
    return map(traits, generate(seed, records).visits())


if __name__ == "__main__":
    sys.exit(main())
