"""Which records are about one person, decided over all of them at once, by average link with vetoes.

Pure: groups are tuples of record numbers, and how well two groups fit is asked of whoever can tell. The result is a
function of what is asked and answered, never of the order in which records arrived: pairs are taken the likeliest
first, the lower numbers first among equals, and numbers are given by the caller to match.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Group = tuple[int, ...]
Pair = tuple[int, int]
Scored = tuple[int, int, float]


class Bond(NamedTuple):
    """How well two groups fit: log odds, what forbids deciding alone, and the pair of records that shows it best."""

    odds: float
    veto: str | None
    pair: Pair
    levels: tuple[int, ...] = ()


Fits = Callable[[Group, Group], Bond]


@dataclass(frozen=True, slots=True)
class Limits:
    """Log odds from which groups become one, and from which a human is asked; the lead that the best must have."""

    accept: float
    review: float
    margin: float
    most: int


@dataclass(slots=True)
class Clusters:
    """Every group, sorted; and the bonds that a human should look at, with both groups and why."""

    groups: list[Group]
    doubts: list[tuple[Bond, str]] = field(default_factory=list)


# First what is beyond doubt (by how much the bond passes, and the rough score from which pairs are looked at): the
# groups that this makes tell more about the rest.
EASE = ((4.0, 3.0), (2.0, 0.0), (0.0, -math.inf))
RIVALS = -1.0  # the rough score from which a pair may be a rival
PASSES = 6


class Clustering:
    """One run; `together` are groups that humans made, `apart` pairs of records that humans told apart."""

    def __init__(
        self, size: int, fits: Fits, limits: Limits, together: Iterable[Group] = (), apart: Iterable[Pair] = ()
    ) -> None:
        self._fits, self._limits = fits, limits
        self._group: dict[int, Group] = {one: (one,) for one in range(size)}
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)
        self._bonds: dict[tuple[Group, Group], Bond] = {}
        self._near: dict[int, list[int]] = defaultdict(list)
        for group in together:
            self._join(tuple(sorted({member for one in group for member in self._group[one]})))

    def run(self, pairs: Sequence[Scored]) -> Clusters:
        """Join groups over candidate pairs, the likeliest first."""
        for one, other, rough in pairs:
            if rough >= RIVALS:
                self._near[one].append(other)
                self._near[other].append(one)
        left: Sequence[Scored] = pairs
        for ease, rough in EASE:
            left, _ = self._pass(left, self._limits.accept + ease, rough)
        for _ in range(PASSES):
            left, joined = self._pass(left, self._limits.accept, -math.inf)
            if not joined:
                break
        return Clusters(sorted(set(self._group.values())), list(self._doubts(left)))

    def _pass(self, pairs: Sequence[Scored], least: float, rough: float) -> tuple[list[Scored], int]:
        left: list[Scored] = []
        joined = 0
        for pair in pairs:
            one, other = self._group[pair[0]], self._group[pair[1]]
            if one is other:
                continue
            if pair[2] < rough:
                left.append(pair)
                continue
            bond = self._bond(one, other)
            if bond.odds >= least and self._may(one, other, bond):
                self._join(tuple(sorted((*one, *other))))
                joined += 1
            else:
                left.append(pair)
        return left, joined

    def _may(self, one: Group, other: Group, bond: Bond) -> bool:
        if bond.veto is not None or len(one) + len(other) > self._limits.most or self._told_apart(one, other):
            return False
        return self._rival(one, other, bond) is None

    def _bond(self, one: Group, other: Group) -> Bond:
        key = (one, other) if one < other else (other, one)
        found = self._bonds.get(key)
        if found is None:
            found = self._bonds[key] = self._fits(*key)
        return found

    def _join(self, group: Group) -> None:
        for one in group:
            self._group[one] = group

    def _told_apart(self, one: Group, other: Group) -> bool:
        return any(not self._apart[member].isdisjoint(other) for member in one if member in self._apart)

    def _rival(self, one: Group, other: Group, bond: Bond) -> Group | None:
        """Return another group that the smaller one fits nearly as well, and that is not the same as the larger."""
        small, large = (one, other) if (len(one), *_last(other)) < (len(other), *_last(one)) else (other, one)
        for third in self._neighbours(small, large):
            rival = self._bond(small, third)
            if rival.odds >= max(bond.odds - self._limits.margin, self._limits.review) and not self._told_apart(small, third):
                between = self._bond(large, third)
                if between.odds < self._limits.review or between.veto is not None:
                    return third
        return None

    def _neighbours(self, group: Group, but: Group) -> Iterator[Group]:
        seen = {group, but}
        for member in group:
            for other in self._near[member]:
                third = self._group[other]
                if third not in seen:
                    seen.add(third)
                    yield third

    def _doubts(self, left: Iterable[Scored]) -> Iterator[tuple[Bond, str]]:
        seen = set()
        for pair in left:
            one, other = self._group[pair[0]], self._group[pair[1]]
            key = (one, other) if one < other else (other, one)
            if one is other or key in seen or self._told_apart(one, other):
                continue
            seen.add(key)
            bond = self._bond(one, other)
            if bond.odds >= self._limits.review:
                yield bond, bond.veto or ("unsure" if bond.odds < self._limits.accept else "two_fit")


def _last(group: Group) -> tuple[int]:
    return (group[-1],)
