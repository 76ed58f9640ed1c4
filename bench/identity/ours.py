"""FieldSync's own engine as a linker in this process: the pure desk, without a database, over all records.

The figures of accuracy are those of the product, since the same desk decides inside a push;
the speed is that of the matching alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from itertools import chain

from bench.identity.engine import Answer
from bench.identity.people import person
from bench.identity.visit import Visit
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits, traits_of
from fieldsync.identity.matching.weights import Weights, shipped


def hashed(kind: str, value: str) -> int:
    """Return a key as the product makes it, but for the secret."""
    return int.from_bytes(blake2b(f"{kind}\x00{value}".encode(), digest_size=8).digest(), "big", signed=True)


def traits(visit: Visit) -> Traits:
    """Read a visit as the product reads its record."""
    return traits_of(visit.record_id, person(visit), date.fromisoformat(max(visit.event_date, visit.synced_on)))


class Ours:
    """The desk as a linker."""

    def __init__(self, weights: Weights | None = None) -> None:
        weights = shipped() if weights is None else weights
        self.desk = Desk(weights, Shelf(hashed, {}, {}), Words(weights, {}, 0))

    def add(self, batch: Sequence[Visit]) -> Iterable[Answer]:
        """Place the records of a batch."""
        for visit in batch:
            placed = self.desk.place(traits(visit))
            matched = placed.outcome == "matched" and placed.best is not None
            p = placed.best.p if matched and placed.best else None
            reviews = [(doubt.other_id, doubt.p) for doubt in placed.doubts]
            yield Answer(placed.record_id, placed.person_id, placed.outcome, reviews, p)

    def partition(self) -> Mapping[str, str]:
        """Return who every record is about in the end."""
        profiles = self.desk.shelf.profiles.items()
        return dict(chain.from_iterable(((one, person_id) for one in known.records) for person_id, known in profiles))
