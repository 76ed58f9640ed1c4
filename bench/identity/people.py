"""Turns a visit into the `person` record that a tablet would send, so that the stream can go through the API.

What a tablet's form refuses is left out here as its officer would: numbers of a wrong
length, a death before the birth. The form needs a birth date; a missing one is guessed.
"""

import re
from datetime import date
from typing import Any

from bench.identity.visit import Visit

Envelope = dict[str, Any]

_SEX = {"m": "male", "f": "female"}
_LENGTH = 16
_LONGEST_NAME = 60
_PHONE_DIGITS = range(8, 16)
_GUESSED_AGE = {
    "small": (1, frozenset({"birth", "growth", "immunization", "child_clinic"})),
    "school": (10, frozenset({"school_health", "child_card"})),
    "old": (68, frozenset({"elderly"})),
}
_GROWN = 30


def envelope(visit: Visit) -> Envelope:
    """Return a visit as a record to push, its `device_seq` still 0."""
    return {
        "id": visit.record_id,
        "type": "person",
        "base_rev": 0,
        "device_seq": 0,
        "recorded_at": f"{max(visit.event_date, visit.synced_on)}T09:00:00+07:00",
        "officer": visit.van_id,
        "area": visit.village_code,
        "form_version": "2026.1",
        "consent": "given",
        "deleted": False,
        "data": person(visit),
    }


def person(visit: Visit) -> dict[str, Any]:
    """Return the fields of a visit as the form of a person has them; what is absent is left out."""
    born, precision = _birth(visit)
    dead = visit.event_date if visit.event_type == "death" and visit.event_date >= born else None
    fields = {
        "nik": _number(visit.nik),
        "full_name": _text(visit.name),
        "sex": _SEX[visit.sex],
        "birth_date": born,
        "birth_date_precision": precision,
        "mother_name": _text(visit.mother_name),
        "father_name": _text(visit.father_name),
        "spouse_name": _text(visit.husband_name),
        "phone": _phone(visit.phone),
        "kk_number": _number(visit.kk),
        "village_code": visit.village_code,
        "death_date": dead,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _birth(visit: Visit) -> tuple[str, str]:
    """Return the date and how exact it is: a missing one is 1 January of a year guessed by the kind of visit."""
    if visit.dob:
        return visit.dob, "day"
    ages = (age for age, events in _GUESSED_AGE.values() if visit.event_type in events)
    return date(int(visit.event_date[:4]) - next(ages, _GROWN), 1, 1).isoformat(), "estimated"


def _number(number: str | None) -> str | None:
    return number if number and len(number) == _LENGTH and number.isascii() and number.isdigit() else None


def _phone(phone: str | None) -> str | None:
    return phone if phone and len(re.sub(r"\D", "", phone)) in _PHONE_DIGITS else None


def _text(name: str | None) -> str | None:
    return name[:_LONGEST_NAME].strip() if name else None
