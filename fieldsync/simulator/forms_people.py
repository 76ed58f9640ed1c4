"""Filling in the common forms: person, household, follow-up.

From a true person to the fields that an officer types, by the data dictionary's names
and codes. Values are right; mistakes are made elsewhere, on purpose. Absent answers are
left out, never sent as null.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from fieldsync.simulator.odds import chance
from fieldsync.simulator.population import Family, Person

KTP_AGE = 17
INFANT_DAYS = 60
SMALL_CHILD_YEARS = 5
Data = dict[str, Any]


def given(data: Data) -> Data:
    """Return the fields that have an answer."""
    return {name: value for name, value in data.items() if value is not None}


def person(one: Person, home: Family, on: date, rng: Random) -> Data:
    """Return a person's record as an officer fills it in on that day."""
    adult = one.age(on) >= KTP_AGE
    child = one.age(on) < SMALL_CHILD_YEARS
    return given(
        {
            "nik": one.nik,
            "nik_reason_absent": None if one.nik else _reason_absent(one, on, rng),
            "full_name": one.name,
            "sex": one.sex,
            "birth_date": one.born.isoformat(),
            "birth_date_precision": one.precision,
            "birth_place": one.birth_place,
            "mother_id": one.mother.id or None if one.mother else None,
            "father_id": one.father.id or None if one.father else None,
            "mother_name": one.mother.name if one.mother else None,
            "father_name": one.father.name if one.father else None,
            "marital_status": _marital(one, adult=adult),
            "religion": one.religion if chance(rng, 0.8) else None,  # asked of most
            "education": one.education,
            "occupation": one.occupation,
            "blood_type": one.blood_type,
            "village_code": one.village,
            "spouse_name": one.spouse.name if one.spouse else None,
            "phone": one.phone,
            "kk_number": home.kk_number if one.nik or child else None,
            "household_id": home.id or None,
            "relation_to_head": _relation(one, home),
            "ktp_status": rng.choices(("issued", "recorded", "none", "lost"), (84, 5, 8, 3))[0] if adult else None,
            "kia_status": None if adult else rng.choices(("none", "issued"), (70, 30))[0],
            "civil_documents_checked": True if chance(rng, 0.7) else None,  # asked of most
            "enrolled_child_program": True if child else None,
        }
    )


def household(home: Family, members: list[tuple[str, str]], on: date, rng: Random) -> Data:
    """Return a household's record; `members` are pairs of person id and relation to the head, the head first."""
    return given(
        {
            "kk_number": home.kk_number,
            "head_person_id": members[0][0],
            "members": [{"person_id": one, "relation": relation} for one, relation in members],
            "address": home.address,
            "rt": home.rt,
            "rw": home.rw,
            "hamlet": home.hamlet,
            "kk_updated_on": (on - timedelta(days=rng.randint(30, 2500))).isoformat() if home.kk_number else None,
        }
    )


def follow_up(rule: str, subject: str, on: date, officer: str, rng: Random) -> Data:
    """Return what was done about a flag of this rule on this subject."""
    outcome = rng.choice(("reached", "solved", "referred_arrived"))
    kind = "referral" if outcome == "referred_arrived" else rng.choice(("call", "home_visit"))
    note = {"reached": "Ibu dihubungi.", "solved": "Sudah ditangani.", "referred_arrived": "Tiba di RSUD Kayuagung."}
    return {
        "flag_id": f"{rule}:{subject}",
        "done_on": on.isoformat(),
        "by": officer,
        "kind": kind,
        "outcome": outcome,
        "note": note[outcome],
        "next_on": (on + timedelta(days=7)).isoformat(),
    }


def relation(one: Person, home: Family) -> str:
    """Return how a member of the home is related to its head, the husband."""
    return _relation(one, home)


def _relation(one: Person, home: Family) -> str:
    if one is home.husband:
        return "head"
    if one is home.wife:
        return "spouse"
    return "parent" if one is home.elder else "child"


def _marital(one: Person, *, adult: bool) -> str | None:
    if one.married:
        return "married_recorded"
    return "widowed" if adult else "single"


def _reason_absent(one: Person, on: date, rng: Random) -> str:
    if (on - one.born).days <= INFANT_DAYS:
        return "newborn"
    return rng.choice(("never_registered", "lost_unknown"))
