"""Fitting weights: logistic regression over the levels, from pairs whose truth is known or believed.

Needs numpy (the extra `bulk`); nothing else of the program does. The result is a document
for `weights.read`: every level gets a weight, those never seen stay at zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from fieldsync.identity.matching.compare import FEATURES

MOST_STEPS = 40
LONGEST_STEP = 2.0  # of a weight: the first steps would overshoot
STILL = 1e-4
TOUCH = 1e-6
PENALTY = 2.0  # of the squared weights: a level seen in a handful of pairs shall not weigh a ton
BENDS = 24
LEAST_IN_BEND = 400


@dataclass(frozen=True)
class Pairs:
    """Compared pairs: `levels` (pairs, features), `truth` in 0 to 1, and how often each counts."""

    levels: NDArray[np.int16]
    truth: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Weights by feature and level, flat, with the bias first."""

    bias: float
    tables: list[list[float]]

    def scores(self, levels: NDArray[np.int16]) -> NDArray[np.float64]:
        """Return the log odds of pairs."""
        total = np.full(len(levels), self.bias)
        for at, table in enumerate(self.tables):
            total += np.asarray(table)[levels[:, at]]
        return total


def gathered(levels: Sequence[Sequence[int]], truth: Sequence[float]) -> Pairs:
    """Put equal pairs together: there are far fewer kinds of pairs than pairs."""
    array = np.asarray(levels, dtype=np.int16)
    kinds, inverse, counts = np.unique(array, axis=0, return_inverse=True, return_counts=True)
    share = np.bincount(inverse.ravel(), weights=np.asarray(truth, dtype=np.float64)) / counts
    return Pairs(kinds, share, counts.astype(np.float64))


def fit(pairs: Pairs) -> Fit:
    """Fit by Newton's method on the whole set until nothing moves; deterministic."""
    sizes = [len(levels) for levels in FEATURES.values()]
    starts = np.cumsum([0, *sizes])
    flat = np.hstack([pairs.levels.astype(np.int64) + starts[:-1], np.full((len(pairs.truth), 1), starts[-1])])
    edges = [*starts, starts[-1] + 1]
    theta, penalty = np.zeros(starts[-1] + 1), np.full(starts[-1] + 1, PENALTY)
    penalty[-1] = TOUCH  # of the bias: enough for there to be one best
    for _ in range(MOST_STEPS):
        p = 1 / (1 + np.exp(-theta[flat].sum(axis=1)))
        slope = np.bincount(flat.ravel(), np.repeat((p - pairs.truth) * pairs.weight, flat.shape[1])) + penalty * theta
        bend = _bend(flat, edges, p * (1 - p) * pairs.weight) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        theta -= step * min(1.0, LONGEST_STEP / np.abs(step).max())
        if np.abs(step).max() < STILL:
            break
    tables = [theta[start : start + size].tolist() for start, size in zip(starts[:-1], sizes, strict=True)]
    return Fit(float(theta[-1]), tables)


def _bend(flat: NDArray[np.int64], starts: Sequence[int], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often, weighed, each two levels meet in a pair: the second derivatives."""
    total = np.zeros((starts[-1], starts[-1]))
    blocks = [slice(start, end) for start, end in pairwise(starts)]
    for at, rows in enumerate(blocks):
        for other, columns in enumerate(blocks[: at + 1]):
            wide, high = columns.stop - columns.start, rows.stop - rows.start
            place = (flat[:, at] - rows.start) * wide + flat[:, other] - columns.start
            met = np.bincount(place, weight, high * wide).reshape(high, wide)
            total[rows, columns], total[columns, rows] = met, met.T
    return total


def calibration(
    scores: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[list[float]]:
    """Return bends (score, log odds), rising: pooled neighbours (isotonic), so that 0.9 means nine of ten."""
    order = np.argsort(scores, kind="stable")  # ties as they came, on any machine
    scores, truth, weight = scores[order], truth[order], weight[order]
    edges = np.linspace(scores[0], scores[-1], BENDS * 4)
    blocks = _blocks(scores, truth, weight, edges)
    return [[score, float(np.log(share / (1 - share)))] for score, share in _pooled(blocks)]


def _blocks(
    scores: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64], edges: NDArray[np.float64]
) -> list[list[float]]:
    blocks: list[list[float]] = []
    mass = hits = moment = 0.0
    at = 0
    for score, share, count in zip(scores, truth, weight, strict=True):
        mass, hits, moment = mass + count, hits + share * count, moment + score * count
        if mass >= LEAST_IN_BEND and score >= edges[at]:
            blocks.append([moment / mass, (hits + 0.5) / (mass + 1), mass])
            mass = hits = moment = 0.0
            while at < len(edges) - 1 and edges[at] <= score:
                at += 1
    if mass:
        blocks.append([moment / mass, (hits + 0.5) / (mass + 1), mass])
    return blocks


def _pooled(blocks: list[list[float]]) -> list[tuple[float, float]]:
    done: list[list[float]] = []
    for block in blocks:
        done.append(list(block))
        while len(done) > 1 and done[-2][1] >= done[-1][1]:
            last, before = done.pop(), done.pop()
            mass = last[2] + before[2]
            done.append([(last[at] * last[2] + before[at] * before[2]) / mass for at in range(2)] + [mass])
    return [(score, share) for score, share, _ in done]


def document(
    version: str, fitted: Fit, bends: Sequence[Sequence[float]], choice: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a weights file as `weights.read` takes it.

    Args:
        version: its name.
        fitted: the weights.
        bends: the calibration.
        choice: accept, review, margin and lifted.
        words: ``names`` and ``counts`` of the words of names.
    """
    features = {
        feature: {name: round(weight, 4) for name, weight in zip(names, table, strict=True)}
        for (feature, names), table in zip(FEATURES.items(), fitted.tables, strict=True)
    }
    rounded = [[round(float(score), 4), round(float(odds), 4)] for score, odds in bends]
    return {
        "version": version,
        "bias": round(fitted.bias, 4),
        "features": features,
        "calibration": rounded,
        **choice,
        "words": words,
    }


def dumped(made: Mapping[str, Any]) -> bytes:
    """Return a weights file as text."""
    return orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n"
