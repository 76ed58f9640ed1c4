"""Runs any linker over a stream, batch by batch, and collects what a score needs.

The linker never sees the truth; `judged` compares afterwards. Time is that of the
linker's own calls, the making of the records left out.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol, runtime_checkable

from bench.identity.score import Score, score
from bench.identity.truth import Truth
from bench.identity.visit import Visit


class Answer(NamedTuple):
    """What a linker says about a record.

    `outcome` is ``new``, ``matched`` or ``review``; `reviews` are (other record, p) pairs for a
    human; `p` is the chance that the record is of the person it was given to, None for a new one.
    """

    record_id: str
    person_id: str
    outcome: str
    reviews: Sequence[tuple[str, float]] = ()
    p: float | None = None


class Linker(Protocol):
    """Anything that links: in this process, behind an API, or a peer."""

    def add(self, batch: Sequence[Visit]) -> Iterable[Answer]:
        """Take one batch in order of arrival and answer for each of its records."""


@runtime_checkable
class Settled(Protocol):
    """A linker whose persons may still merge or split after a record was answered."""

    def partition(self) -> Mapping[str, str]:
        """Return the person of every record, as it stands now."""


@dataclass
class Outcome:
    """All answers in order, the partition in the end, and the seconds that each batch took."""

    answers: list[Answer] = field(default_factory=list)
    partition: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return the records per second."""
        return len(self.answers) / sum(self.seconds) if self.seconds else 0.0

    def slowest(self, share: float = 0.95) -> float:
        """Return the seconds that this share of the batches stayed within."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

    def queue(self) -> list[tuple[str, str]]:
        """Return the pairs for a human, in the order they came."""
        return [(answer.record_id, other) for answer in self.answers for other, _ in answer.reviews]

    def judged(self, truth: Truth) -> Iterator[tuple[float, bool]]:
        """Yield (p, truly so) of every link and every pair for a human.

        A link to a person is true if most records that this person had by then are truly of the same one.
        """
        members: dict[str, Counter[int]] = {}
        for answer in self.answers:
            own, crowd = truth.person_of[answer.record_id], members.setdefault(answer.person_id, Counter())
            if answer.p is not None and crowd:
                yield answer.p, 2 * crowd[own] > crowd.total()
            for other, p in answer.reviews:
                yield p, own == truth.person_of[other]
            crowd[own] += 1

    def score(self, truth: Truth) -> Score:
        """Return all figures."""
        return score(truth, self.partition, self.queue(), self.judged(truth))


def run(linker: Linker, visits: Iterable[Visit], batch: int = 500) -> Outcome:
    """Give a linker all records in batches; its last word on each counts."""
    outcome, rest = Outcome(), iter(visits)
    while chunk := list(islice(rest, batch)):
        start = time.perf_counter()
        answers = list(linker.add(chunk))
        outcome.seconds.append(time.perf_counter() - start)
        outcome.answers += answers
        outcome.partition.update((answer.record_id, answer.person_id) for answer in answers)
    if isinstance(linker, Settled):
        outcome.partition = dict(linker.partition())
    return outcome


@dataclass
class ByNik:
    """The plainest linker: the same NIK is the same person, no NIK is a new one. A floor to stand above."""

    owners: dict[str, str] = field(default_factory=dict)

    def add(self, batch: Sequence[Visit]) -> Iterable[Answer]:
        """Answer by the NIK alone."""
        for visit in batch:
            owner = self.owners.setdefault(visit.nik, visit.record_id) if visit.nik else visit.record_id
            new = owner == visit.record_id
            yield Answer(visit.record_id, owner, "new" if new else "matched", (), None if new else 0.9)
