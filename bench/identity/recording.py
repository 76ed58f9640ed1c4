"""Writes an outing down as a record: which papers were at hand, what was said, what went wrong.

A pure function of the population and the outing: the same outing always reads the same.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from bench.identity import wording
from bench.identity.customs import Name
from bench.identity.errors import (
    DOCUMENT,
    Style,
    cased,
    mistyped_number,
    style,
    written_date,
    written_name,
    written_phone,
)
from bench.identity.families import YEAR, Person
from bench.identity.outings import CIVIL, Outing
from bench.identity.papers import at
from bench.identity.places import Village
from bench.identity.visit import Visit

_DOCUMENTED_CIVIL, _DOCUMENTED_HEALTH = 0.74, 0.51
_NIK_MISTYPED, _NIK_OF_RELATIVE, _CARD_MISTYPED, _PHONE_MISTYPED = 0.02, 0.01, 0.008, 0.012
_OLD_CARD, _OLD_CODE = 0.12, 0.3
_MIDWIFE, _OWN_PHONE, _OTHERS_PHONE = 0.06, 0.6, 0.015
_STOP_CODE = 0.035
_WRONG_SEX = 0.004
_UNNAMED_UNTIL, _UNNAMED = 45, 0.55
_UNDER_HUSBAND = 0.045


@dataclass
class Recorder:
    """Knows each village's stop and midwife; `fathers` is the share of records that name a father who is known."""

    midwives: Mapping[str, str]
    stops: Mapping[str, Sequence[Village]]
    fathers: float = 0.0

    def style(self, outing: Outing) -> tuple[Random, Style]:
        """Return how an outing is written, with the generator to go on with."""
        rng = Random(outing.seed)  # noqa: S311 # repeatable test data
        return rng, style(rng, _DOCUMENTED_CIVIL if outing.event in CIVIL else _DOCUMENTED_HEALTH)

    def write(self, outing: Outing) -> Visit:
        """Return the record of an outing."""
        rng, how = self.style(outing)
        one, day, civil = outing.person, outing.recorded, outing.event in CIVIL
        age, village = max(0.0, one.age(outing.event_day)), one.village_on(day)
        written = one.written_born if how is DOCUMENT else one.born
        dob = written_date(rng, how, written, age)
        return Visit(
            record_id=record_id(outing),
            nik=self._nik(rng, how, one, day),
            kk=self._card(rng, how, one, day),
            name=_name(rng, how, one, day, age),
            sex=one.sex if rng.random() >= _WRONG_SEX else "fm"["mf".index(one.sex)],
            dob=None if dob is None else _iso(min(dob, day)),
            phone=self._phone(rng, how, one, day, village, health=not civil),
            village_code=self._village(rng, village, day),
            mother_name=_mother(rng, how, one, age),
            husband_name=_husband(rng, how, one, day, health=not civil),
            event_type=outing.event,
            event_date=_iso(outing.event_day),
            van_id=_van(village, civil=civil),
            synced_on=_iso(outing.synced_on),
            father_name=_father(Random(f"{outing.seed}/father"), how, one, age, self.fathers),  # noqa: S311 # test data
        )

    def _nik(self, rng: Random, how: Style, one: Person, day: int) -> str | None:
        if rng.random() < _NIK_OF_RELATIVE:
            near = [other for other in (one.mother, one.spouse, one.father, *(one.mother or one).children) if other]
            niks = [other.nik for other in near if other is not one and other.nik and other.nik_from <= day]
            if niks:
                return rng.choice(niks[:2] if one.age(day) < 15 else niks)
        if not one.nik or day < one.nik_from or rng.random() >= how.nik:
            return None
        nik = one.other_nik if one.other_nik and day >= one.other_nik_from and rng.random() < 0.6 else one.nik
        return mistyped_number(rng, nik) if rng.random() < _NIK_MISTYPED * (1.0 if how is DOCUMENT else 2.6) else nik

    def _card(self, rng: Random, how: Style, one: Person, day: int) -> str | None:
        if rng.random() >= how.card:
            return None
        number = at(one.cards, day - 300) if rng.random() < _OLD_CARD else ""
        number = number or at(one.cards, day)
        return mistyped_number(rng, number) if number and rng.random() < _CARD_MISTYPED else number or None

    def _phone(self, rng: Random, how: Style, one: Person, day: int, village: Village, *, health: bool) -> str | None:
        if rng.random() >= how.phone:
            return None
        way = rng.random()
        if health and way < _MIDWIFE:
            number = self.midwives[village.code]
        elif way > 1 - _OTHERS_PHONE:
            number = rng.choice(list(self.midwives.values()))[:-3] + f"{rng.randrange(1000):03}"
        elif one.phones and rng.random() < _OWN_PHONE:
            number = at(one.phones, day)
        elif one.spouse and one.spouse.phones and day >= one.wed and rng.random() < 0.3:
            number = at(one.spouse.phones, day)
        elif one.mother and one.mother.phones and one.age(day) < 17 and rng.random() < 0.35:
            number = at(one.mother.phones, day)
        else:
            number = at(one.home_on(day).phones, day)
        return written_phone(rng, mistyped_number(rng, number) if rng.random() < _PHONE_MISTYPED else number)

    def _village(self, rng: Random, village: Village, day: int) -> str:
        if rng.random() < _STOP_CODE:
            village = rng.choice(self.stops[village.code])
        changed = village.changed_on
        if changed and changed <= day < changed + YEAR and rng.random() < _OLD_CODE:
            return village.code
        return village.code_on(day)


def record_id(outing: Outing) -> str:
    """Return the id of an outing's record, a UUID that tells nothing."""
    bits = Random(~outing.seed).getrandbits(128)  # noqa: S311 # repeatable test data
    return str(uuid.UUID(int=bits, version=4))


def _van(village: Village, *, civil: bool) -> str:
    """Return the van that comes to a village; two of each kind share a regency's districts."""
    return f"van-{village.district[:4]}-{'civil' if civil else 'health'}-{int(village.district) % 2}"


@cache
def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _name(rng: Random, how: Style, one: Person, day: int, age: float) -> str:
    spoken = how is not DOCUMENT
    if one.mother and day < one.born + _UNNAMED_UNTIL and rng.random() < _UNNAMED * (1 if spoken else 0.4):
        twins = [child for child in one.mother.children if child.birth == one.birth]
        place = twins.index(one) + 1 if len(twins) > 1 else 0
        return cased(rng, how, wording.baby_of(rng, one.mother.name, place))
    wife = one.sex == "f" and one.spouse and day >= one.wed
    if wife and spoken and one.spouse and rng.random() < _UNDER_HUSBAND * how.looseness:
        return cased(rng, how, wording.wife_of(rng, one.spouse.name))
    return written_name(rng, how, one.name_on(day), one.sex, age, one.father.name if one.father else (), one.called)


def _mother(rng: Random, how: Style, one: Person, age: float) -> str | None:
    asked = how.mother * (1.12 if age < 15 else 0.8)
    if not one.mother_name or rng.random() >= asked:
        return None
    called: Name = one.mother.called if one.mother else one.mother_name[-1:]
    return written_name(rng, how, one.mother_name, "f", age + 25, called=called)


def _father(rng: Random, how: Style, one: Person, age: float, share: float) -> str | None:
    """Return the father's name; drawn apart, so that who asks for none gets the same records."""
    if one.father is None or rng.random() >= share:
        return None
    return written_name(rng, how, one.father.name, "m", age + 28, called=one.father.called)


def _husband(rng: Random, how: Style, one: Person, day: int, *, health: bool) -> str | None:
    if one.sex == "m" or not one.spouse or day < one.wed or rng.random() >= (0.7 if health else 0.3):
        return None
    return written_name(rng, how, one.spouse.name, "m", 30.0, called=one.spouse.called)
