"""A seeded stream of outreach records about invented people in ten regencies, and the truth about them apart.

The same seed and size give the same records in every process. Villages grow with the
number of records asked for only where a regency has no more of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from bench.identity.customs import Custom
from bench.identity.errors import DOCUMENT
from bench.identity.families import FROM, UNTIL, Families, Numbers, Person
from bench.identity.lives import Lives
from bench.identity.outings import Outing, Outings
from bench.identity.papers import Office
from bench.identity.places import CUSTOMS, Village, villages_of
from bench.identity.recording import Recorder, record_id
from bench.identity.truth import Facts, Truth
from bench.identity.visit import Visit

FOUNDERS = (12, 30)
RECORDS_OF_A_VILLAGE = 480
_NEW_CODE = 0.03


@dataclass
class Population:
    """People, their truth, and the plan of their visits in order of arrival."""

    people: list[Person]
    truth: Truth
    outings: list[Outing]
    recorder: Recorder
    code_changes: list[tuple[str, str, int]]

    def visits(self) -> Iterator[Visit]:
        """Yield the records in order of arrival, written down one by one."""
        return map(self.recorder.write, self.outings)

    def documents(self) -> int:
        """Return how many of the records are written from a document."""
        return sum(self.recorder.style(one)[1] is DOCUMENT for one in self.outings)


def stream(seed: int, records: int = 100_000) -> Iterator[Visit]:
    """Yield that many records in order of arrival; `generate` also tells the truth about them."""
    return generate(seed, records).visits()


def generate(seed: int, records: int = 100_000, *, fathers: float = 0.0, villages: int | None = None) -> Population:
    """Return a population with exactly that many records (at least one).

    Args:
        seed: of everything.
        records: how many.
        fathers: the share of records that name the father, if he is known; the exam's never do.
        villages: the most of a regency that are lived in: few of them are crowded.
    """
    rng, office, numbers = _random(seed, "lands"), Office(), Numbers()
    lands = [_Land(rng, one, records // len(CUSTOMS), villages) for one in CUSTOMS]
    settled = [village for land in lands for village in land.planned]
    recorder = Recorder({}, {}, fathers)
    people: list[Person] = []
    outings: list[Outing] = []
    for place in count():
        if len(outings) >= records:
            break
        village, founders = lands[place % len(lands)].village(place // len(lands))
        own = _random(seed, f"{village.code}/{place}")
        families = Families(own, village, numbers)
        grown = families.settle(own.randint(*founders))
        Lives(own, office, settled).live(grown)
        people += grown
        outings += Outings(own).plan(grown)
    for land in lands:
        land.equip(recorder, rng, office)
    outings = sorted(rng.sample(outings, records), key=lambda one: one[:2])
    return Population(people, _truth(outings), outings, recorder, _changes(lands))


class _Land:
    """A regency: which of its villages are lived in, in which order, and how big they are."""

    def __init__(self, rng: Random, custom: Custom, records: int, villages: int | None) -> None:
        codes = villages_of(custom.regency)
        wanted = max(2, -(-records // RECORDS_OF_A_VILLAGE))
        districts: dict[str, list[str]] = {}
        for code in codes:
            districts.setdefault(code[:8], []).append(code)
        order = rng.sample(list(districts), len(districts))
        queue = [code for district in order for code in rng.sample(districts[district], len(districts[district]))]
        most = min(len(queue) * 9 // 10, villages or len(queue))
        grown = max(1.0, wanted / most)
        self.founders = (int(FOUNDERS[0] * grown), int(FOUNDERS[1] * grown))
        self._spare = queue[most:]
        self._villages = [self._found(rng, code, custom) for code in queue[:most]]
        self.planned = self._villages[:wanted]
        self._reached = 0

    def village(self, place: int) -> tuple[Village, tuple[int, int]]:
        """Return the village at a place; past the last one the villages get further families."""
        self._reached = max(self._reached, place + 1)
        return self._villages[place % len(self._villages)], self.founders

    def _found(self, rng: Random, code: str, custom: Custom) -> Village:
        if self._spare and rng.random() < _NEW_CODE:
            return Village(code, custom, self._spare.pop(), rng.randint(FROM + 200, UNTIL - 200))
        return Village(code, custom)

    def equip(self, recorder: Recorder, rng: Random, office: Office) -> None:
        """Give every village its midwife, and the villages whose codes a van may write instead."""
        midwives: dict[str, str] = dict(recorder.midwives)
        stops = dict(recorder.stops)
        lived_in = self._villages[: max(self._reached, len(self.planned))]
        for village in lived_in:
            midwives[village.code] = office.phone(rng)
            near = [other for other in lived_in if other.code[:8] == village.code[:8] and other is not village]
            stops[village.code] = near or lived_in
        recorder.midwives, recorder.stops = midwives, stops

    def changes(self) -> Iterator[tuple[str, str, int]]:
        """Yield (old code, new code, day) of the lived-in villages that got a new code."""
        for village in self._villages[: self._reached]:
            if village.later_code:
                yield village.code, village.later_code, village.changed_on


def _random(seed: int, purpose: str) -> Random:
    return Random(f"{seed}/{purpose}")  # noqa: S311 # repeatable test data


def _changes(lands: list[_Land]) -> list[tuple[str, str, int]]:
    return [change for land in lands for change in land.changes()]


def _truth(outings: list[Outing]) -> Truth:
    seen = {one.person.number: one.person for one in outings}
    return Truth(
        {record_id(one): one.person.number for one in outings},
        {number: _facts(seen[number]) for number in sorted(seen)},
    )


def _facts(one: Person) -> Facts:
    return Facts(
        name=" ".join(one.name),
        sex=one.sex,
        born=one.born,
        village=one.village.code,
        birth=one.birth,
        mother=one.mother.number if one.mother else 0,
        father=one.father.number if one.father else 0,
        spouse=one.spouse.number if one.spouse else 0,
        homes=tuple(dict.fromkeys((one.first_home.number, one.home.number))),
        named_after=one.named_after.number if one.named_after else 0,
    )
