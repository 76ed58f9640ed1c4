"""People in families in villages: who is whose child, twin, spouse and neighbour, over four generations.

All ages and habits are drawn from one `Random` per village, so a village is the same
whatever else is generated. Papers and visits come after.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from bench.identity.customs import Child, Custom, Name
from bench.identity.papers import History
from bench.identity.places import Village

FROM, UNTIL = date(2023, 7, 1).toordinal(), date(2026, 6, 30).toordinal()
YEAR = 365

_TWINS = 0.0095
_ALIKE_SIBLING, _ALIKE_TWIN = 0.22, 0.6
_DIED_YOUNG, _DEAD_NAME_AGAIN = 0.035, 0.6
_SAME_NAME_NEIGHBOUR = 0.014
_OUTSIDER, _UNMARRIED = 0.45, 0.12
_WITH_PARENTS = 0.42


@dataclass(eq=False, slots=True)
class Home:
    """An address: whoever lives there shares its telephones."""

    number: int
    phones: History = field(default_factory=list)
    moved: int = 0
    moved_to: Village | None = None


@dataclass(eq=False, slots=True)
class Person:
    """Who somebody truly is. Days are ordinals, 0 for never; names are tuples of words."""

    number: int
    sex: str
    born: int
    name: Name
    village: Village
    order: int = 1
    clan: str = ""
    mother: "Person | None" = None
    father: "Person | None" = None
    mother_name: Name = ()
    spouse: "Person | None" = None
    wed: int = 0
    died: int = 0
    birth: int = 0
    home: Home = field(default_factory=lambda: Home(0))
    first_home: Home = field(default_factory=lambda: Home(0))
    children: "list[Person]" = field(default_factory=list)
    called: Name = ()
    renamed: int = 0
    new_name: Name = ()
    named_after: "Person | None" = None
    written_born: int = 0
    nik: str = ""
    nik_from: int = 0
    other_nik: str = ""
    other_nik_from: int = 0
    cards: History = field(default_factory=list)
    phones: History = field(default_factory=list)
    moved: int = 0
    moved_to: Village | None = None

    def age(self, day: int) -> float:
        """Return the age in years."""
        return (day - self.born) / 365.25

    def village_on(self, day: int) -> Village:
        """Return where the person lives on a day."""
        if self.moved_to and day >= self.moved:
            return self.moved_to
        if self.home.moved_to and day >= self.home.moved:
            return self.home.moved_to
        return self.village

    def home_on(self, day: int) -> Home:
        """Return the address on a day: the parents' until the wedding."""
        return self.home if day >= self.wed else self.first_home

    def name_on(self, day: int) -> Name:
        """Return the official name in force."""
        return self.new_name if self.renamed and day >= self.renamed else self.name


@dataclass
class Numbers:
    """Running numbers of a population."""

    person: int = 0
    home: int = 0
    birth: int = 0

    def next_home(self) -> Home:
        """Return a new address."""
        self.home += 1
        return Home(self.home)


@dataclass
class Families:
    """Builds the people of one village; `people` holds those who live there, in order of their making."""

    rng: Random
    village: Village
    numbers: Numbers
    people: list[Person] = field(default_factory=list)

    @property
    def custom(self) -> Custom:
        """Return the naming of the place."""
        return self.village.custom

    def settle(self, founders: int) -> list[Person]:
        """Return the people of a village that grew out of that many couples."""
        clans = [self.custom.clan(self.rng) for _ in range(4)]
        for _ in range(founders):
            self._found(self.rng.choice(clans))
        for _ in range(2):
            self._marry_off()
        self._name_neighbours_alike()
        return self.people

    def _found(self, clan: str) -> None:
        born = date(self.rng.randint(1938, 1974), 1, 1).toordinal() + self.rng.randrange(YEAR)
        husband = self._adult("m", born, clan)
        wife = self._adult("f", born + int(self.rng.gauss(3, 3) * YEAR), self.custom.clan(self.rng))
        self._wed(husband, wife, max(husband.born, wife.born) + int(self.rng.uniform(18, 26) * YEAR))
        for one in (husband, wife):
            one.first_home = one.home
            if self.rng.random() < 0.012 * max(0.0, one.age(FROM) - 45):
                one.died = FROM - self.rng.randint(1, 10 * YEAR)
            elif self.rng.random() < 0.04:
                one.died = self.rng.randint(FROM, UNTIL)

    def _adult(self, sex: str, born: int, clan: str) -> Person:
        """Make somebody whose parents are known by name only."""
        year, order = date.fromordinal(born).year, self.rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4))
        father = self.custom.draw(self.rng, Child("m", year - 27, clan=clan))
        person = self._new(sex, born, self.custom.draw(self.rng, Child(sex, year, order, father, clan)))
        person.mother_name = self.custom.draw(self.rng, Child("f", year - 24, clan=self.custom.clan(self.rng)))
        person.clan, person.order, person.first_home = clan, order, self.numbers.next_home()
        return person

    def _new(self, sex: str, born: int, name: Name) -> Person:
        self.numbers.person += 1
        person = Person(self.numbers.person, sex, born, name, self.village)
        self.people.append(person)
        return person

    def _wed(self, husband: Person, wife: Person, day: int) -> None:
        husband.spouse, wife.spouse = wife, husband
        husband.wed = wife.wed = day
        parents = [one.first_home for one in (husband, wife) if one.mother]
        home = self.rng.choice(parents) if parents and self.rng.random() < _WITH_PARENTS else self.numbers.next_home()
        husband.home = wife.home = home
        if day < UNTIL:
            self._bear(husband, wife)

    def _bear(self, husband: Person, wife: Person) -> None:
        """Let a couple have children, now and then two at once."""
        rng, wanted = self.rng, self.rng.choices((0, 1, 2, 3, 4, 5, 6), (5, 14, 30, 25, 14, 8, 4))[0]
        day, last = wife.wed + rng.randint(270, 900), min(UNTIL, wife.born + 43 * YEAR)
        while len(wife.children) < wanted and day < last:
            first = self._child(husband, wife, day, None)
            if rng.random() < _TWINS:
                self._child(husband, wife, day, first)
            if first.died:
                wanted += 1
            day += rng.randint(330, 600) if first.died else int(rng.uniform(1.3, 5.5) * YEAR)

    def _child(self, father: Person, mother: Person, day: int, twin: Person | None) -> Person:
        sex = twin.sex if twin and self.rng.random() < 0.62 else self.rng.choice("mf")
        order = len(mother.children) + 1
        self.numbers.birth += 0 if twin else 1
        child = self._new(sex, day, ())
        child.mother, child.father, child.clan, child.order = mother, father, father.clan, order
        child.birth, child.home, child.first_home = self.numbers.birth, mother.home, mother.home
        self._name_child(child, twin)
        mother.children.append(child)
        father.children.append(child)
        if not twin and self.rng.random() < _DIED_YOUNG:
            child.died = day + self.rng.choice((3, 20, 90, 200, 300, 500, 700))
            child.died = child.died if child.died < UNTIL else 0
        return child

    def _name_child(self, child: Person, twin: Person | None) -> None:
        mother, father, rng = child.mother, child.father, self.rng
        if not mother or not father:
            raise ValueError("a child has parents")
        child.mother_name = mother.name
        of_age = [one for one in mother.children if one.sex == child.sex]
        lost = next((one for one in reversed(mother.children) if one.died and one.died < child.born), None)
        facts = Child(child.sex, date.fromordinal(child.born).year, child.order, father.name, child.clan)
        drawn = self.custom.draw(rng, facts)
        child.name = drawn
        if lost and lost.sex == child.sex and rng.random() < _DEAD_NAME_AGAIN:
            child.name, child.named_after = lost.name, lost
        elif twin and rng.random() < _ALIKE_TWIN:
            child.name = alike(rng, twin.name, drawn, child.clan)
        elif of_age and rng.random() < _ALIKE_SIBLING:
            child.name = alike(rng, rng.choice(of_age).name, drawn, child.clan)

    def _marry_off(self) -> None:
        """Find spouses for who is old enough: in the village, or from elsewhere."""
        rng = self.rng
        grown = [one for one in self.people if not one.wed and not one.died and one.age(UNTIL) > 20]
        women = [one for one in grown if one.sex == "f"]
        for one in grown:
            if one.wed or rng.random() < _UNMARRIED:
                continue
            if one.sex == "f" or rng.random() < _OUTSIDER:
                one_day = one.born + int(rng.uniform(19, 29) * YEAR)
                if one_day < UNTIL and (one.sex == "m" or rng.random() < _OUTSIDER):
                    self._wed_outsider(one, one_day)
                continue
            fits = [her for her in women if not her.wed and her.mother is not one.mother and _of_age(one, her)]
            if fits:
                her = rng.choice(fits[:6])
                day = max(one.born + 21 * YEAR, her.born + 18 * YEAR) + rng.randrange(5 * YEAR)
                if day < UNTIL:
                    self._wed(one, her, day)

    def _wed_outsider(self, one: Person, day: int) -> None:
        gap = int(self.rng.gauss(3, 3) * YEAR) * (1 if one.sex == "m" else -1)
        born = min(one.born + gap, day - 17 * YEAR)
        other = self._adult("f" if one.sex == "m" else "m", born, self.custom.clan(self.rng))
        couple = (one, other) if one.sex == "m" else (other, one)
        self._wed(*couple, day)

    def _name_neighbours_alike(self) -> None:
        """Give some people the full name of a neighbour of about their age."""
        by_age = sorted((one for one in self.people if one.age(UNTIL) > 1), key=lambda one: one.born)
        for place, one in enumerate(by_age):
            if self.rng.random() >= _SAME_NAME_NEIGHBOUR or one.named_after:
                continue
            near = by_age[max(0, place - 12) : place + 12]
            fits = [
                other
                for other in near
                if other.sex == one.sex
                and other.clan == one.clan
                and abs(other.born - one.born) < 3 * YEAR
                and (other.mother is None or other.mother is not one.mother)
            ]
            if fits:
                self._rename(one, self.rng.choice(fits).name)

    def _rename(self, one: Person, name: Name) -> None:
        one.name = name
        if one.sex == "f":
            for child in one.children:
                child.mother_name = name


def alike(rng: Random, name: Name, drawn: Name, clan: str) -> Name:
    """Return a name that sounds like a brother's or sister's: a word shared, or another ending."""
    own, fresh = (name[:-1], drawn[:-1]) if clan else (name, drawn)
    way = rng.random()
    if way < 0.4 and len(own) > 1:
        made: Name = (*own[:-1], fresh[-1])
    elif way < 0.65 and len(own) > 1:
        made = (fresh[0], *own[1:])
    else:
        made = (*own[:-1], _other_ending(rng, own[-1]))
    if made == own:
        made = fresh
    return (*made, clan) if clan else made


def _other_ending(rng: Random, word: str) -> str:
    for ending, others in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + rng.choice(others)
    return word + rng.choice(("ni", "ti", "di", "na", "wan"))


_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("yanti", ("yani", "yana", "yati")),
    ("wati", ("wani", "yati", "wanti")),
    ("iyah", ("iyati", "inah", "ima")),
    ("iah", ("ini", "ida", "iana")),
    ("ani", ("anti", "ati", "ana")),
    ("ah", ("i", "ati", "un")),
    ("an", ("anto", "anah", "andi")),
    ("in", ("an", "un", "ul")),
    ("to", ("no", "di", "yo")),
    ("i", ("a", "in", "yanto")),
    ("a", ("i", "an", "ati")),
)


def _of_age(husband: Person, wife: Person) -> bool:
    return -2 * YEAR <= wife.born - husband.born <= 9 * YEAR
