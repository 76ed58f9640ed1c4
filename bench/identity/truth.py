"""Who is who, kept apart from the records: record to person, and how two persons are related.

`kind` names why two people may be taken for one; the first that fits, in the order of `KINDS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

KINDS = (
    "twins",
    "dead_sibling_name",
    "siblings",
    "parent_child",
    "same_address",
    "same_name_neighbours",
    "other",
)
_ABOUT_THE_SAME_AGE = 5 * 365


@dataclass(frozen=True, slots=True)
class Facts:
    """What relates a person to others; person numbers are 0 where unknown, days are ordinals."""

    name: str
    sex: str
    born: int
    village: str
    birth: int = 0
    mother: int = 0
    father: int = 0
    spouse: int = 0
    homes: tuple[int, ...] = ()
    named_after: int = 0


@dataclass
class Truth:
    """The person of every record, and the facts of every person with a record."""

    person_of: dict[str, int] = field(default_factory=dict)
    facts: Mapping[int, Facts] = field(default_factory=dict)

    def kind(self, one: int, other: int) -> str:
        """Return how two different persons are related."""
        a, b = self.facts.get(one), self.facts.get(other)
        if a is None or b is None:
            return "other"
        tests = {
            "twins": bool(a.birth) and a.birth == b.birth,
            "dead_sibling_name": a.named_after == other or b.named_after == one,
            "siblings": bool(a.mother) and a.mother == b.mother,
            "parent_child": one in (b.mother, b.father) or other in (a.mother, a.father),
            "same_address": a.spouse == other or not set(a.homes).isdisjoint(b.homes),
            "same_name_neighbours": (a.name, a.village) == (b.name, b.village)
            and abs(a.born - b.born) <= _ABOUT_THE_SAME_AGE,
        }
        return next((kind for kind in KINDS if tests.get(kind)), "other")

    def twin_pairs(self) -> set[tuple[int, int]]:
        """Return the pairs of twins who both have records, lower number first."""
        births: dict[int, list[int]] = {}
        for number in sorted(set(self.person_of.values())):
            facts = self.facts.get(number)
            if facts and facts.birth:
                births.setdefault(facts.birth, []).append(number)
        return {pair for born in births.values() for pair in combinations(born, 2)}

    def related(self, kind: str) -> Iterator[tuple[int, int]]:
        """Yield the pairs of a kind among people with records: within families, addresses, villages' namesakes."""
        groups: dict[object, list[int]] = {}
        for number in sorted(set(self.person_of.values())):
            for key in self._circles(number):
                groups.setdefault(key, []).append(number)
        pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
        yield from (pair for pair in sorted(pairs) if self.kind(*pair) == kind)

    def _circles(self, number: int) -> Iterator[object]:
        facts = self.facts.get(number)
        if facts:
            yield from (("home", home) for home in facts.homes)
            yield from (("family", parent) for parent in (number, facts.mother, facts.father) if parent)
            yield "namesakes", facts.village, facts.name
