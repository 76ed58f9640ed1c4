"""What happens to people besides births and weddings: papers, telephones, moves, new names.

Every rate stands at the top; the reasons for them are in the description that `describe` compares with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from bench.identity.customs import Child
from bench.identity.families import FROM, UNTIL, YEAR, Home, Person
from bench.identity.papers import History, Office
from bench.identity.places import Village
from bench.identity.wording import nickname

_PLACEHOLDERS = ((12, 31), (7, 1), (1, 1), (1, 1))
_PLACEHOLDER_BY_YEAR = ((1960, 0.3), (1980, 0.13), (2000, 0.04), (9999, 0.004))
_WRITTEN_WRONG, _NIK_DATE_OTHER = 0.02, 0.02
_NEVER_REGISTERED, _SECOND_NIK = 0.015, 0.007
_HOME_MOVES, _PERSON_MOVES = 0.022, 0.014
_RENAMED = 0.012
_PHONE_CHANGES, _OWN_PHONE = 0.4, 0.38
_ON_PARENTS_CARD, _NEW_CARD = 0.4, 0.1


@dataclass
class Lives:
    """Gives the people of one village their papers and fates; `others` are villages to move to."""

    rng: Random
    office: Office
    others: Sequence[Village]

    def live(self, people: Sequence[Person]) -> None:
        """Set everything that `Families` left open."""
        for home in {home.number: home for one in people for home in (one.first_home, one.home)}.values():
            self._furnish(home)
        for one in people:
            self._move(one)
            self._write_birth(one)
        for one in people:
            self._register(one)
        for one in people:
            if one.sex == "m" and one.spouse:
                self._card_of_couple(one, one.spouse)
            elif not one.spouse and not one.mother:
                one.cards = [(0, self._card(one.village, FROM - self.rng.randrange(9 * YEAR)))]
        for one in people:
            self._card_from_parents(one)
            self._nickname(one)

    def _furnish(self, home: Home) -> None:
        rng = self.rng
        home.phones = self._phones()
        if rng.random() < _HOME_MOVES:
            home.moved, home.moved_to = rng.randint(FROM + 60, UNTIL - 100), rng.choice(self.others)

    def _phones(self) -> History:
        phones: History = [(0, self.office.phone(self.rng))]
        while self.rng.random() < _PHONE_CHANGES:
            phones.append((self.rng.randint(FROM, UNTIL), self.office.phone(self.rng)))
        return sorted(phones)

    def _move(self, one: Person) -> None:
        rng = self.rng
        if one.age(UNTIL) > 16 and rng.random() < _PERSON_MOVES:
            one.moved, one.moved_to = rng.randint(FROM + 60, UNTIL - 100), rng.choice(self.others)
        if 15 < one.age(UNTIL) < 68 and rng.random() < _OWN_PHONE:
            one.phones = self._phones()
        if 0.5 < one.age(UNTIL) < 12 and rng.random() < _RENAMED:
            facts = Child(one.sex, date.fromordinal(one.born).year, one.order, clan=one.clan)
            one.renamed = rng.randint(max(FROM, one.born + 60), UNTIL)
            one.new_name = one.village.custom.draw(rng, facts)

    def _write_birth(self, one: Person) -> None:
        """Set the birth date that the papers have: true, a placeholder, or simply wrong."""
        rng, born = self.rng, date.fromordinal(one.born)
        share = next(rate for year, rate in _PLACEHOLDER_BY_YEAR if born.year < year)
        one.written_born = one.born
        if rng.random() < share:
            month, day = rng.choice(_PLACEHOLDERS)
            year = born.year + rng.choice((-3, -2, -1, -1, 0, 0, 0, 0, 1, 1, 2))
            one.written_born = min(date(year, month, day).toordinal(), UNTIL - 1)
        elif one.age(UNTIL) > 3 and rng.random() < _WRITTEN_WRONG:
            one.written_born += rng.choice((-YEAR, YEAR, -1, 1, 9, -10, 30, -31, rng.randint(-900, 900)))

    def _register(self, one: Person) -> None:
        rng = self.rng
        elder = (
            next((o for o in one.mother.children if o.birth == one.birth and o is not one), None)
            if one.mother
            else None
        )
        if elder and elder.nik:
            one.written_born, one.nik_from = elder.written_born, elder.nik_from
            one.nik = self.office.next_to(elder.nik, one.sex)
            return
        if rng.random() < _NEVER_REGISTERED:
            return
        foreign = not one.mother and rng.random() < 0.3
        district = rng.choice(self.others).district if foreign else one.village.district
        day = one.written_born
        if rng.random() < _NIK_DATE_OTHER:
            day += rng.choice((-YEAR, YEAR, 1, -1, 10, 30, rng.randint(-700, 700)))
        one.nik = self.office.nik(rng, district, one.sex, min(day, UNTIL))
        if one.age(UNTIL) < 6:
            one.nik_from = one.born + min(int(rng.expovariate(1 / 150)) + 8, 900)
        if one.age(UNTIL) > 17 and rng.random() < _SECOND_NIK:
            one.other_nik_from = rng.randint(FROM - YEAR, UNTIL)
            one.other_nik = self.office.nik(rng, rng.choice(self.others).district, one.sex, one.born)

    def _card(self, village: Village, day: int) -> str:
        return self.office.card(self.rng, village.district, day)

    def _card_of_couple(self, husband: Person, wife: Person) -> None:
        rng, day = self.rng, husband.wed
        with_parents = (husband.home is husband.first_home and husband.mother) or (
            wife.home is wife.first_home and wife.mother
        )
        if with_parents and rng.random() < _ON_PARENTS_CARD:
            return
        day += rng.randint(20, 500)
        cards: History = [
            (day, self._card(husband.village, day if day > FROM - 15 * YEAR else FROM - rng.randrange(15 * YEAR)))
        ]
        if day < UNTIL and rng.random() < _NEW_CARD:
            later = rng.randint(max(FROM, day), UNTIL)
            cards.append((later, self._card(husband.village_on(later), later)))
        if husband.home.moved_to and rng.random() < 0.7:
            later = husband.home.moved + rng.randint(10, 200)
            cards.append((later, self._card(husband.home.moved_to, later)))
        husband.cards, wife.cards = sorted(cards), sorted(cards)

    def _card_from_parents(self, one: Person) -> None:
        """Put the parents' card before the own; people are in order of birth within a family, parents first."""
        rng = self.rng
        own = one.cards
        if one.mother:
            before = one.mother.cards
        elif own and own[0][0] > FROM:
            before = [(0, self._card(one.village, own[0][0] - rng.randint(YEAR, 9 * YEAR)))]
        else:
            before = []
        if not own and one.spouse and not one.mother:
            before = one.spouse.cards or (one.spouse.mother.cards if one.spouse.mother else [])
        starts = own[0][0] if own else UNTIL + YEAR
        one.cards = [entry for entry in before if entry[0] < starts] + own
        if one.moved_to and one.moved and rng.random() < 0.6:
            later = one.moved + rng.randint(10, 200)
            one.cards = [*(entry for entry in one.cards if entry[0] < later), (later, self._card(one.moved_to, later))]

    def _nickname(self, one: Person) -> None:
        one.called = (nickname(self.rng, one.name, one.clan, one.sex),)
