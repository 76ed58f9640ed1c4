"""How much each level of agreement weighs, read from a versioned file; weighing, and the probability it comes to.

Weights are natural-log odds and add up. A file names every level of every feature, so that one made for
other features is refused. The shipped file was trained on this project's own generator (docs/identity.md).
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any

import orjson

from fieldsync.identity.matching.bounds import Bounds
from fieldsync.identity.matching.compare import FEATURES

SHIPPED = "2026.5"


class WeightsError(ValueError):
    """A weights file does not fit this program: the text says where."""


@dataclass(frozen=True)
class Weights:
    """One model.

    Attributes:
        version: its name, kept with every decision.
        bias: log odds of a candidate of which nothing is known.
        tables: per feature, in the order of FEATURES, the weight of each level.
        bends: (score, log odds) by which the sum is calibrated, rising; straight lines between.
        accept: the probability from which a record is attached by itself.
        review: the probability from which a human is asked.
        margin: by how much (weights) the best must lead the second best.
        lifted: the probability from which a veto no longer holds, as all else outweighs it.
        words: how often words occur in names, as (word, count) of `names` names; a prior for what is counted live.
    """

    version: str
    bias: float
    tables: tuple[tuple[float, ...], ...]
    bends: tuple[tuple[float, float], ...]
    accept: float
    review: float
    margin: float
    lifted: Mapping[str, float]
    words: Mapping[str, int]
    names: int

    def weigh(self, levels: Sequence[int]) -> float:
        """Return the sum of the weights: it orders candidates, also where the calibrated odds are all the same."""
        total = self.bias
        for table, level in zip(self.tables, levels, strict=True):
            total += table[level]
        return total

    def odds(self, levels: Sequence[int]) -> float:
        """Return the calibrated log odds that a record with these levels is about the person."""
        return self.calibrated(self.weigh(levels))

    def calibrated(self, score: float) -> float:
        """Turn a sum of weights into log odds that mean what they say."""
        bends = self.bends
        if len(bends) < 2:  # noqa: PLR2004 # a line needs two points
            return score
        at = min(max(bisect_right(bends, (score, math.inf)), 1), len(bends) - 1)
        (left, low), (right, high) = bends[at - 1], bends[at]
        return low + (score - left) * (high - low) / (right - left)

    @cached_property
    def bounds(self) -> Bounds:
        """What tells early that a comparison will stay under `review`."""
        return Bounds(self.bias, self.tables, self.least(log_odds(self.review)))

    def least(self, odds: float) -> float:
        """Return a sum of weights below which `calibrated` stays below these log odds."""
        bends = self.bends
        if len(bends) < 2:  # noqa: PLR2004 # as above
            return odds
        (left, low), (right, high) = next((line for line in pairwise(bends) if line[1][1] >= odds), bends[-2:])
        return left + (odds - low) * (right - left) / (high - low) if high > low else -math.inf

    def told(self, levels: Sequence[int]) -> list[float]:
        """Return the weight of each feature as it is noted with a decision."""
        return [table[level] for table, level in zip(self._rounded, levels, strict=True)]

    @cached_property
    def _rounded(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(round(weight, 2) for weight in table) for table in self.tables)

    def parts(self, levels: Sequence[int]) -> dict[str, tuple[str, float]]:
        """Return, per feature, the level's name and its weight."""
        named = zip(FEATURES.items(), self.tables, levels, strict=True)
        return {feature: (names[level], table[level]) for (feature, names), table, level in named}


def probability(log_odds: float) -> float:
    """Turn natural-log odds into a probability."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


def log_odds(p: float) -> float:
    """Turn a probability (0 < p < 1) into natural-log odds."""
    return math.log(p / (1 - p))


@cache
def shipped() -> Weights:
    """Return the weights that come with the program."""
    return read((files("fieldsync.identity.matching") / f"weights-{SHIPPED}.json").read_bytes())


def read(text: bytes) -> Weights:
    """Read a weights file.

    Raises:
        WeightsError: not JSON, members missing, or levels that this program does not know or misses.
    """
    try:
        given = orjson.loads(text)
        tables = tuple(_table(feature, names, given["features"]) for feature, names in FEATURES.items())
        bends = tuple((float(score), float(odds)) for score, odds in given["calibration"])
        words = {str(word): int(count) for word, count in given["words"]["counts"].items()}
        return Weights(
            *(str(given["version"]), float(given["bias"]), tables, bends),
            *(float(given["accept"]), float(given["review"]), float(given["margin"])),
            {str(veto): float(p) for veto, p in given["lifted"].items()},
            *(words, int(given["words"]["names"])),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"no weights file: {type(error).__name__} {error}") from error


def _table(feature: str, names: Sequence[str], given: Mapping[str, Any]) -> tuple[float, ...]:
    weights = given.get(feature)
    if not isinstance(weights, dict) or weights.keys() != set(names):
        raise WeightsError(f"{feature}: its levels are not those of this program")
    return tuple(float(weights[name]) for name in names)
