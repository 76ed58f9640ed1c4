"""Which records are about one person, decided over all of them at once, by average link with vetoes.

Pure: groups are tuples of record numbers, and how well two groups fit is asked of whoever can tell. The result is a
function of what is asked and answered, never of the order in which records arrived: pairs are taken the likeliest
first, the lower numbers first among equals, and numbers are given by the caller to match.

Online the best person must lead the second best by a margin. Here it need not: where two groups fit a third, they
are looked at as well, and most often are one. Measured (docs/identity.md): a margin costs recall and spares no error.
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
    """Log odds from which groups become one, and from which a human is asked; the most records of one group."""

    accept: float
    review: float
    most: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two groups that a human should look at, and why the machine did not decide."""

    one: Group
    other: Group
    bond: Bond
    why: str


@dataclass(slots=True)
class Clusters:
    """Every group, sorted, and the doubts between them, the likeliest first."""

    groups: list[Group]
    doubts: list[Doubt] = field(default_factory=list)


# The rough scores from which pairs are looked at, one after the other: first what is beyond doubt, since the groups
# that this makes tell more about the rest, and are asked about less often.
ROUGH = (5.0, 2.0, -1.0)
PASSES = 6
TOO_MANY = "too_many_records"


class Clustering:
    """One run."""

    def __init__(
        self, size: int, fits: Fits, limits: Limits, together: Iterable[Group] = (), apart: Iterable[Pair] = ()
    ) -> None:
        """Begin with every record alone.

        Args:
            size: how many records there are.
            fits: tells how well two groups fit, the lower group given first; the same groups, the same answer.
            limits: what decides.
            together: groups that humans made; each stays in one, whatever its bonds.
            apart: pairs of records that humans told apart; they never come together.
        """
        self._fits, self._limits = fits, limits
        self._group: dict[int, Group] = {one: (one,) for one in range(size)}
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)
        self._bonds: dict[tuple[Group, Group], Bond] = {}
        for given in together:
            self._join(*{self._group[one] for one in given})

    def run(self, pairs: Sequence[Scored]) -> Clusters:
        """Join groups over candidate pairs: two records and a rough score, the likeliest first."""
        left = pairs
        for rough in ROUGH:
            left, _ = self._pass(left, rough)
        for _ in range(PASSES):
            left, joined = self._pass(left, -math.inf)
            if not joined:
                break
        doubts = sorted(self._doubts(left), key=lambda doubt: (-doubt.bond.odds, doubt.one, doubt.other))
        return Clusters(sorted(set(self._group.values())), doubts)

    def _pass(self, pairs: Sequence[Scored], rough: float) -> tuple[list[Scored], int]:
        left: list[Scored] = []
        joined = 0
        for pair in pairs:
            one, other = self._group[pair[0]], self._group[pair[1]]
            if one is other:
                continue
            if pair[2] >= rough and self._are_one(one, other):
                self._join(one, other)
                joined += 1
            else:
                left.append(pair)
        return left, joined

    def _are_one(self, one: Group, other: Group) -> bool:
        bond = self._bond(one, other)
        if bond.odds < self._limits.accept or bond.veto is not None or len(one) + len(other) > self._limits.most:
            return False
        return not self._told_apart(one, other)

    def _bond(self, one: Group, other: Group) -> Bond:
        key = (one, other) if one < other else (other, one)
        found = self._bonds.get(key)
        if found is None:
            found = self._bonds[key] = self._fits(*key)
        return found

    def _join(self, *groups: Group) -> None:
        joined = tuple(sorted(one for group in groups for one in group))
        self._group.update(dict.fromkeys(joined, joined))

    def _told_apart(self, one: Group, other: Group) -> bool:
        return any(not self._apart[member].isdisjoint(other) for member in one if member in self._apart)

    def _doubts(self, left: Iterable[Scored]) -> Iterator[Doubt]:
        seen = set()
        for pair in left:
            one, other = sorted((self._group[pair[0]], self._group[pair[1]]))
            if one == other or (one, other) in seen or self._told_apart(one, other):
                continue
            seen.add((one, other))
            bond = self._bond(one, other)
            if bond.odds >= self._limits.review:
                many = bond.odds >= self._limits.accept
                yield Doubt(one, other, bond, bond.veto or (TOO_MANY if many else "unsure"))
