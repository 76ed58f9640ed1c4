"""Where the story happens: vans on their rounds, and one family as a van keeps meeting it.

A team is the tablets of one van; it comes to each village of its circuit every few days.
A scene is one family with the days on which the van is in its village, and knows how to
register people once. What happens to the family is told by the plots.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fieldsync.simulator import forms_people
from fieldsync.simulator.diary import Contact, Diary, Draft
from fieldsync.simulator.odds import chance
from fieldsync.simulator.places import Village, circuit, covered, covers
from fieldsync.simulator.plan import Enrolment, Plan
from fieldsync.simulator.population import Family, Person, Population

OTHER_TABLET_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Team:
    """The tablets of one van with their common round: one village a day, the circuit over and over."""

    van: str
    tablets: tuple[int, ...]
    round: tuple[Village, ...]
    programs: dict[int, tuple[str, ...]]

    def days_in(self, village: Village, days: int) -> list[int]:
        """Return the days on which the van is in this village."""
        return [day for day in range(days) if self.village_on(day) == village]

    def village_on(self, day: int) -> Village:
        """Return where the van is on a day."""
        return self.round[day % len(self.round)]

    def tablets_for(self, program: str) -> list[int]:
        """Return the tablets that work for a program."""
        return [one for one in self.tablets if program == "common" or program in self.programs[one]]


def teams(plan: Plan, rng: Random) -> list[Team]:
    """Group the tablets by van and give each van its round.

    Raises:
        ValueError: a van covers none of the villages given.
    """
    by_van: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for number, enrolment in enumerate(plan.enrolments):
        by_van.setdefault((enrolment.van, enrolment.areas), []).append(number)
    made = []
    for (van, areas), tablets in by_van.items():
        villages = covered(plan.villages, areas)
        if not villages:
            raise ValueError(f"van {van}: no village given lies in {', '.join(areas)}")
        programs = {one: plan.enrolments[one].programs for one in tablets}
        made.append(Team(van, tuple(tablets), tuple(circuit(villages, plan.days, rng)), programs))
    return made


def sees(enrolment: Enrolment, area: str, program: str) -> bool:
    """Tell whether a tablet's scope covers records of this area and program."""
    return covers(enrolment.areas, area) and (program == "common" or program in enrolment.programs)


@dataclass(slots=True)
class Registration:
    """A true person and the first record of it."""

    person: Person
    home: Family
    draft: Draft


@dataclass(slots=True)
class Scene:
    """One family and the van's days in its village, from the first contact on."""

    plan: Plan
    diary: Diary
    people: Population
    team: Team
    home: Family
    days: Sequence[int]
    registrations: list[Registration]
    _usual: dict[str, int] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        """The diary's generator."""
        return self.diary.rng

    def date_of(self, day: int) -> date:
        """Return the calendar date of a simulated day."""
        return self.plan.start + timedelta(days=day)

    def offers(self, program: str) -> bool:
        """Tell whether some tablet of the van works for a program."""
        return bool(self.team.tablets_for(program))

    def contact(self, day: int, program: str) -> Contact:
        """Return who writes on a day: mostly the tablet that did so before for this family and program."""
        tablets = self.team.tablets_for(program)
        usual = self._usual.setdefault(program, self.rng.choice(tablets))
        tablet = self.rng.choice(tablets) if chance(self.rng, OTHER_TABLET_SHARE) else usual
        return Contact(tablet, day, self.date_of(day), self.home.village)

    def register(self, one: Person, contact: Contact, group: str | None = None) -> str:
        """Save a person's record unless there is one; return its id."""
        if not one.id:
            one.id = self.diary.new_id(contact)
            data = forms_people.person(one, self.home, contact.on, self.rng)
            draft = self.diary.save(contact, "person", data, record_id=one.id, group=group)
            self.registrations.append(Registration(one, self.home, draft))
        return one.id

    def register_home(self, contact: Contact, members: Sequence[Person], *, as_group: bool) -> None:
        """Save the members, the head first, and their household; as one group, or each for itself."""
        group = self.diary.new_id(contact) if as_group else None
        self.home.id = self.diary.new_id(contact)
        for one in members:
            self.register(one, contact, group)
        listed = [(one.id, forms_people.relation(one, self.home)) for one in members]
        data = forms_people.household(self.home, listed, contact.on, self.rng)
        self.diary.save(contact, "household", data, record_id=self.home.id, group=group)
