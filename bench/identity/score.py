"""Scores of a partition of records into people: pairwise, B-cubed, over-merges, reviews, calibration.

A partition maps record to cluster, by any hashable ids. Everything is counted exactly,
in one pass over the records; nothing is sampled.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise

from bench.identity.truth import KINDS, Truth

Partition = Mapping[str, Hashable]
# In a cluster of more people than this only neighbours in a row are told by kind.
_ALL_PAIRS = 200
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Merges:
    """People wrongly put together: how many of how many, and pairs of them by kind."""

    people: int
    over_merged: int
    by_kind: dict[str, int]
    twin_pairs: int

    @property
    def per_thousand(self) -> float:
        """Return the over-merged people per 1,000 people."""
        return 1000 * self.over_merged / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Reviews:
    """The queue: pairs (each once) and how many of them are truly one person, of so many records."""

    records: int
    queued: int
    same: int

    @property
    def per_thousand(self) -> float:
        """Return the pairs per 1,000 records."""
        return 1000 * self.queued / self.records if self.records else 0.0

    @property
    def gain(self) -> float:
        """Return the share of queued pairs that are truly one person."""
        return self.same / self.queued if self.queued else 0.0


@dataclass(frozen=True, slots=True)
class Tenth:
    """One row of the calibration table: pairs with p in [low, low + 0.1), the last with 1 itself."""

    low: float
    count: int
    mean: float
    share: float


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of one run; `assisted` is after a perfect reviewer."""

    records: int
    pairs: Figures
    bcubed: Figures
    merges: Merges
    reviews: Reviews
    assisted_pairs: Figures
    assisted_bcubed: Figures
    calibration: list[Tenth] = field(default_factory=list)


def score(
    truth: Truth,
    predicted: Partition,
    reviews: Iterable[tuple[str, str]] = (),
    judged: Iterable[tuple[float, bool]] = (),
) -> Score:
    """Score a partition of any records of `truth`; `reviews` are pairs of records, `judged` are (p, truly so)."""
    queue = {(min(pair), max(pair)) for pair in reviews}
    assisted = reviewed(truth, predicted, queue)
    same = sum(truth.person_of[one] == truth.person_of[other] for one, other in queue)
    return Score(
        records=len(predicted),
        pairs=pair_figures(truth.person_of, predicted),
        bcubed=bcubed_figures(truth.person_of, predicted),
        merges=over_merges(truth, predicted),
        reviews=Reviews(len(predicted), len(queue), same),
        assisted_pairs=pair_figures(truth.person_of, assisted),
        assisted_bcubed=bcubed_figures(truth.person_of, assisted),
        calibration=calibration(judged),
    )


def pair_figures(true: Partition, predicted: Partition) -> Figures:
    """Return precision and recall over pairs of records; with no pair at all they are 1."""
    both, ours, theirs = _overlaps(true, predicted)
    hit = sum(size * (size - 1) for size in both.values())
    claimed = sum(size * (size - 1) for size in ours.values())
    wanted = sum(size * (size - 1) for size in theirs.values())
    return Figures(hit / claimed if claimed else 1.0, hit / wanted if wanted else 1.0)


def bcubed_figures(true: Partition, predicted: Partition) -> Figures:
    """Return B-cubed precision and recall: the mean over records of the share of its cluster, and person, that fits."""
    if not predicted:
        return Figures(1.0, 1.0)
    both, ours, theirs = _overlaps(true, predicted)
    precise = sum(size * size / ours[cluster] for (cluster, _), size in both.items())
    found = sum(size * size / theirs[person] for (_, person), size in both.items())
    return Figures(precise / len(predicted), found / len(predicted))


def _overlaps(
    true: Partition, predicted: Partition
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    """Return the sizes of overlaps, clusters and people over the predicted records."""
    both = Counter((cluster, true[record]) for record, cluster in predicted.items())
    ours: Counter[Hashable] = Counter()
    theirs: Counter[Hashable] = Counter()
    for (cluster, person), size in both.items():
        ours[cluster] += size
        theirs[person] += size
    return both, ours, theirs


def over_merges(truth: Truth, predicted: Partition) -> Merges:
    """Count the people who share a cluster with somebody else; a pair of them counts once however often it meets."""
    together: dict[Hashable, set[int]] = defaultdict(set)
    people: set[int] = set()
    for record, cluster in predicted.items():
        person = truth.person_of[record]
        together[cluster].add(person)
        people.add(person)
    crowds = [sorted(crowd) for crowd in together.values() if len(crowd) > 1]
    met = {pair for crowd in crowds for pair in (combinations if len(crowd) <= _ALL_PAIRS else _in_a_row)(crowd, 2)}
    by_kind = Counter(truth.kind(*pair) for pair in met)
    return Merges(
        people=len(people),
        over_merged=len({person for crowd in crowds for person in crowd}),
        by_kind={kind: by_kind[kind] for kind in KINDS},
        twin_pairs=sum(one in people and other in people for one, other in truth.twin_pairs()),
    )


def _in_a_row(crowd: Sequence[int], _: int) -> Iterable[tuple[int, int]]:
    return pairwise(crowd)


def reviewed(truth: Truth, predicted: Partition, queue: Iterable[tuple[str, str]]) -> dict[str, Hashable]:
    """Return the partition after a perfect reviewer: clusters of true pairs joined, those of false ones left apart."""
    leads: dict[Hashable, Hashable] = {}
    for one, other in queue:
        if truth.person_of[one] == truth.person_of[other] and one in predicted and other in predicted:
            first, second = _lead(leads, predicted[one]), _lead(leads, predicted[other])
            if first != second:
                leads[second] = first
    return {record: _lead(leads, cluster) for record, cluster in predicted.items()}


def _lead(leads: dict[Hashable, Hashable], cluster: Hashable) -> Hashable:
    while cluster in leads:
        further = leads[cluster]
        if further in leads:
            leads[cluster] = leads[further]
        cluster = further
    return cluster


def calibration(judged: Iterable[tuple[float, bool]]) -> list[Tenth]:
    """Return for each tenth of p how many pairs it has, their mean p, and the share that is truly one person.

    Raises:
        ValueError: a p outside 0 to 1.
    """
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(TENTHS)]
    for p, so in judged:
        if not 0 <= p <= 1:
            raise ValueError(f"{p} is no probability")
        rows[min(int(p * TENTHS), TENTHS - 1)].append((p, so))
    return [
        Tenth(
            low=place / TENTHS,
            count=len(row),
            mean=sum(p for p, _ in row) / len(row) if row else 0.0,
            share=sum(so for _, so in row) / len(row) if row else 0.0,
        )
        for place, row in enumerate(rows)
    ]


def difference(one: Partition, other: Partition) -> float:
    """Return the share of records that are together with other records in `one` than in `other`, 0 to 1.

    A record counts as soon as the set of its cluster-mates differs at all, so one record
    that joins a cluster of four makes five differ. Names of clusters do not matter.

    Raises:
        ValueError: they are not about the same records.
    """
    if one.keys() != other.keys():
        raise ValueError("two partitions of different records")
    both = Counter((one[record], other[record]) for record in one)
    first, second = Counter(one.values()), Counter(other.values())
    same = sum(size for (a, b), size in both.items() if size == first[a] == second[b])
    return 1 - same / len(one) if one else 0.0


def moved(one: Partition, other: Partition) -> float:
    """Return the least share of records that must go to another cluster so that `one` becomes `other`, 0 to 1.

    Clusters are paired, each with one at most, so that as many records as possible stay where they are.

    Raises:
        ValueError: they are not about the same records.
    """
    if one.keys() != other.keys():
        raise ValueError("two partitions of different records")
    rows: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    leads: dict[Hashable, Hashable] = {}
    for record, cluster in one.items():
        rows[cluster][other[record]] += 1
        mine, theirs = _lead(leads, (0, cluster)), _lead(leads, (1, other[record]))
        if mine != theirs:
            leads[theirs] = mine
    met: dict[Hashable, list[Counter[Hashable]]] = defaultdict(list)
    for cluster, row in rows.items():
        met[_lead(leads, (0, cluster))].append(row)
    return 1 - sum(map(_most_kept, met.values())) / len(one) if one else 0.0


def _most_kept(rows: Sequence[Counter[Hashable]]) -> int:
    """Return the most records that stay when each of these clusters is paired with another of the other side."""
    later = [frozenset[Hashable]().union(*rows[at:]) for at in range(len(rows) + 1)]

    @cache
    def most(at: int, taken: frozenset[Hashable]) -> int:
        if at == len(rows):
            return 0
        free = [(size, name) for name, size in rows[at].items() if name not in taken]
        kept = [size + most(at + 1, (taken | {name}) & later[at + 1]) for size, name in free]
        return max([most(at + 1, taken & later[at + 1]), *kept])

    return most(0, frozenset())


def lines(figures: Score) -> list[str]:
    """Return the figures as lines to print."""
    merges, reviews = figures.merges, figures.reviews
    told = [
        f"{figures.records:,} records, {merges.people:,} people",
        _line("pairs", figures.pairs),
        _line("B-cubed", figures.bcubed),
        f"over-merged people per 1,000: {merges.per_thousand:.2f}",
        f"twins merged: {merges.by_kind['twins']} of {merges.twin_pairs} pairs",
        "over-merges by kind: " + ", ".join(f"{kind} {number}" for kind, number in merges.by_kind.items()),
        f"review: {reviews.per_thousand:.1f} pairs per 1,000 records, {reviews.gain:.0%} truly one person",
        _line("pairs after review", figures.assisted_pairs),
        _line("B-cubed after review", figures.assisted_bcubed),
    ]
    table = [
        f"  p {row.low:.1f}-{row.low + 1 / TENTHS:.1f}: n {row.count}, mean p {row.mean:.3f}, true {row.share:.3f}"
        for row in figures.calibration
        if row.count
    ]
    return told + (["calibration", *table] if table else [])


def _line(name: str, figures: Figures) -> str:
    return f"{name}: precision {figures.precision:.4f}, recall {figures.recall:.4f}, F1 {figures.f1:.4f}"
