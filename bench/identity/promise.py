"""Fits what a shared key promises: `python -m bench.identity.promise` prints the table of `matching/keys.py`.

Every record is held against all who share a key with it, each as the truth knows it by then; a pair counts if the
weights that ship bring it up to `review`. So it tells whom the desk would not dismiss, and need be looked at only.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from math import log2

import numpy as np
from numpy.typing import NDArray

from bench.identity.ours import hashed
from bench.identity.train import FITTED, RECORDS, People, said
from fieldsync.identity.matching.bounds import likely_levels
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.keys import HOT, TOLD, keys_of
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.weights import log_odds, shipped

KINDS = {kind: at for at, kind in enumerate(TOLD)}
STEPS = 12
EVERY = 4  # of those who are dismissed, who are nearly all
Row = list[float]


def main() -> int:
    """Compare, fit, print."""
    parser = argparse.ArgumentParser(prog="bench.identity.promise", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="of each population")
    given = parser.parse_args()
    rows: list[NDArray[np.float32]] = []
    for people in FITTED:
        rows.append(np.asarray(list(compared(people, given.records)), dtype=np.float32))
        print(f"{people}: {len(rows[-1]):,} pairs, {rows[-1][:, -1].sum():,.0f} come up to review", flush=True)
    found = fitted(np.concatenate(rows))
    kinds = len(KINDS)
    print(f"UNKNOWN = {found[-1]:.2f}")
    for kind, at in KINDS.items():
        print(f'    "{kind}": ({found[at]:.2f}, {found[kinds + at]:.2f}),')
    print(f"FADE = {-found[-2]:.2f}")
    return 0


def compared(people: People, records: int) -> Iterator[Row]:
    """Yield pairs: by kind how many keys are shared, by kind how many there are, log2 of the crowds, 1, and whether."""
    weights = shipped()
    review = log_odds(weights.review)
    shelf = Shelf(hashed, {}, {})
    desk = Desk(weights, shelf, Words(weights, {}, 0))
    population = people.generate(records)
    dismissed = 0
    for one in said(population):
        keys, scene = keys_of(one, hashed), desk.scene(one)
        for person_id, row in sharing(keys, shelf.by_key).items():
            levels = likely_levels(one, shelf.person(person_id), scene, weights.bounds)
            likely = levels is not None and weights.odds(levels) >= review
            dismissed += not likely
            if likely or dismissed % EVERY == 0:
                yield [*row, float(likely)]
        shelf.attach(one, keys, str(population.truth.person_of[one.record_id]))
        desk.words.count(one)


def sharing(keys: Mapping[int, str], by_key: Mapping[int, list[str]]) -> dict[str, Row]:
    """Return of each person who shares a key what is fitted."""
    telling = {key: kind for key, kind in keys.items() if len(by_key.get(key, ())) <= HOT}
    asked = [0.0] * len(KINDS)
    for kind in telling.values():
        asked[KINDS[kind]] += 1
    found: dict[str, Row] = {}
    for key, kind in telling.items():
        people = by_key.get(key, ())
        for person_id in people:
            row = found.setdefault(person_id, [*[0.0] * len(KINDS), *asked, 0.0, 1.0])
            row[KINDS[kind]] += 1
            row[-2] += log2(len(people))
    return found


def fitted(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Fit by Newton's method; a person who was dismissed stands for all of EVERY."""
    told, likely = rows[:, :-1].astype(np.float64), rows[:, -1]
    weight = np.where(likely > 0, 1.0, EVERY)
    found = np.zeros(told.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-told @ found))
        bend = told.T @ (told * (p * (1 - p) * weight)[:, None]) + np.eye(len(found))
        found += np.linalg.solve(bend, told.T @ ((likely - p) * weight) - found)
    return found


if __name__ == "__main__":
    sys.exit(main())
