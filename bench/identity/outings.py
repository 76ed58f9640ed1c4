"""When people meet the vans and for what: the plan of a village's visits, before anything is written down.

A home's people tend to come on the same days. Small children and women who are
pregnant come often, grown men seldom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from bench.identity.families import FROM, UNTIL, YEAR, Person

MOST = 14
CIVIL = frozenset({"birth", "death", "marriage", "id_card", "family_card", "move"})
_ON_HOME_DAYS = 0.55
_DELAYS = ((0, 38), (1, 18), (2, 12), (4, 12), (7, 8), (15, 6), (30, 4), (75, 2))
_EVENTS = {
    "small": ("growth", "growth", "immunization", "child_clinic", "family_card"),
    "school": ("school_health", "clinic", "family_card", "child_card"),
    "man": ("id_card", "family_card", "clinic", "id_card", "clinic"),
    "woman": ("id_card", "family_card", "clinic", "id_card", "clinic", "family_planning", "family_planning"),
    "old": ("elderly", "clinic", "id_card", "family_card"),
}
_DEATH_RECORDED = 0.65
# Event, chance, within days of the birth.
_FIRST_RECORDS = (("birth", 0.6, 120), ("birth", 0.012, 200), ("neonatal", 0.5, 45))


class Outing(NamedTuple):
    """One visit to come: days are ordinals; `seed` decides how it will be written down."""

    synced_on: int
    seed: int
    person: Person
    event: str
    event_day: int
    recorded: int


@dataclass
class Outings:
    """Plans the visits of a village's people from the days on which a van stops there."""

    rng: Random

    def plan(self, people: Sequence[Person]) -> Iterator[Outing]:
        """Yield every outing of these people, person by person."""
        rng = self.rng
        first, step = FROM + rng.randrange(15), rng.choice((14, 21, 28))
        stops = [day + rng.randint(0, 2) for day in range(first, UNTIL, step)]
        favourite: dict[int, list[int]] = {}
        for one in people:
            for home in (one.first_home, one.home):
                favourite.setdefault(home.number, rng.sample(stops, 9))
            yield from self._of(one, stops, favourite)

    def _of(self, one: Person, stops: list[int], favourite: dict[int, list[int]]) -> Iterator[Outing]:
        rng, end = self.rng, min(one.died or UNTIL, UNTIL)
        since = max(FROM, one.born + 1)
        if one.died and one.died < FROM:
            if one.age(one.died) < 20 and rng.random() < 0.3:
                yield self._outing(one, "death", one.died, rng.choice(stops))
            return
        count = self._count(one)
        if one.born >= FROM:
            births = list(self._newborn(one, stops, count))
            count -= len(births)
            yield from births
        if one.died and one.died >= FROM and (count or rng.random() < 0.4) and rng.random() < _DEATH_RECORDED:
            count -= 1
            after = [day for day in stops if day > one.died]
            yield self._outing(one, "death", one.died, rng.choice(after[:6]) if after else UNTIL)
        for _ in range(count):
            days = favourite[one.home_on(since).number] if rng.random() < _ON_HOME_DAYS else stops
            open_days = [day for day in days if since <= day < end] or [day for day in stops if since <= day < end]
            if open_days:
                day = rng.choice(open_days)
                yield self._outing(one, *self._event(one, day), day)

    def _newborn(self, one: Person, stops: list[int], most: int) -> Iterator[Outing]:
        """Yield the registration of a birth, now and then a second one, and the first look at the child."""
        for event, chance, within in _FIRST_RECORDS:
            after = [day for day in stops if one.born < day < min(one.born + within, one.died or UNTIL)]
            if after and most and self.rng.random() < chance:
                most -= 1
                day = self.rng.choice(after)
                yield self._outing(one, event, one.born if event == "birth" else day, day)

    def _outing(self, one: Person, event: str, event_day: int, recorded: int) -> Outing:
        rng = self.rng
        delay = rng.choices([days for days, _ in _DELAYS], [weight for _, weight in _DELAYS])[0]
        return Outing(recorded + delay, rng.getrandbits(60), one, event, event_day, recorded)

    def _count(self, one: Person) -> int:
        """Draw how many records somebody gets: nobody's, or one and a geometric number more."""
        rng, age = self.rng, one.age((FROM + UNTIL) // 2)
        lately = any(child.born > FROM - 100 for child in one.children)
        if age < 5:
            seen, more = 0.97, 3.0
        elif one.sex == "f" and lately:
            seen, more = 0.98, 3.6
        elif age < 18:
            seen, more = 0.84, 1.3
        elif age >= 55:
            seen, more = 0.74, 1.4
        else:
            seen, more = (0.88, 1.6) if one.sex == "f" else (0.6, 1.0)
        if rng.random() >= seen:
            return 0
        count = 1
        while count < MOST and rng.random() < more / (1 + more):
            count += 1
        return count

    def _event(self, one: Person, day: int) -> tuple[str, int]:
        rng, age = self.rng, one.age(day)
        for child in one.children if one.sex == "f" else ():
            if child.born - 250 < day < child.born:
                return "anc", day
            if child.born <= day <= child.born + 45:
                return rng.choice((("delivery", child.born), ("postnatal", day)))
        if one.wed and FROM <= one.wed <= day <= one.wed + YEAR and rng.random() < 0.4:
            return "marriage", one.wed
        if one.moved and 0 <= day - one.moved < YEAR // 2 and rng.random() < 0.4:
            return "move", one.moved
        grown = "woman" if one.sex == "f" else "man"
        stage = "small" if age < 5 else "school" if age < 17 else "old" if age > 60 else grown
        return rng.choice(_EVENTS[stage]), day
