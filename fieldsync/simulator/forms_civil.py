"""Filling in the civil and service forms: birth, death, identity papers, complaints, satisfaction.

From families and events to the fields of an application, by the data dictionary's names
and codes. Applications begin complete or with a paper missing; how they go on is told by
the story.
"""

from datetime import date, timedelta
from random import Random

from fieldsync.simulator import words
from fieldsync.simulator.forms_people import Data, given
from fieldsync.simulator.odds import chance
from fieldsync.simulator.population import Family, Person

SERVICES: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("ktp_el_new", "F-1.02", ("kk",), 1),
    ("ktp_el_lost", "F-1.02", ("kk", "police_report"), 1),
    ("ktp_el_damaged", "F-1.02", ("kk", "ktp"), 1),
    ("kk_add_child", "F-1.02", ("kk", "birth_letter"), 3),
    ("kk_change", "F-1.06", ("kk", "statement"), 3),
    ("kk_lost", "F-1.02", ("police_report", "ktp"), 3),
    ("kia_new", "F-1.02", ("kk", "birth_certificate"), 3),
)
UNIT = "Disdukcapil OKI"


def service_request(person_id: str, on: date, rng: Random) -> Data:
    """Return an application for papers; a fifth comes with a document missing."""
    service, form, documents, days = rng.choice(SERVICES)
    missing = [documents[-1]] if chance(rng, 0.2) else []  # the fifth
    return given(
        {
            "person_id": person_id,
            "service": service,
            "form": form,
            "documents": [one for one in documents if one not in missing],
            "missing": missing,
            "status": "incomplete" if missing else "complete",
            "submitted_on": on.isoformat(),
            "complete_on": None if missing else on.isoformat(),
            "standard_workdays": days,
            "standard_fee_idr": 0,
            "fee_charged_idr": 25000 if chance(rng, 0.01) else 0,  # it should never happen
            "biometric_taken": True if service == "ktp_el_new" else None,
        }
    )


def birth_registration(child: Person, home: Family, on: date, rng: Random) -> Data:
    """Return an application for a birth certificate by the father."""
    documents = ["birth_letter", "marriage_paper", "kk", "ktp_mother", "ktp_father", "witness_1", "witness_2"]
    if chance(rng, 0.25):  # share that comes without a paper
        documents.remove(rng.choice(("marriage_paper", "kk", "witness_2")))
    complete = len(documents) == 7  # noqa: PLR2004 # all of the list above
    informant = given({"name": home.husband.name, "nik": home.husband.nik, "relation": "father"})
    return given(
        {
            "person_id": child.id,
            "submitted_on": on.isoformat(),
            "status": "verifying" if complete else "submitted",
            "informant": informant,
            "foundling": False,
            "child_of_mother_only": False,
            "documents": documents,
            "complete_on": on.isoformat() if complete else None,
            "standard_workdays": 3,
        }
    )


def death_event(person_id: str, died: date, rng: Random) -> Data:
    """Return a death as the village reports it."""
    return {
        "person_id": person_id,
        "date_of_death": died.isoformat(),
        "place": rng.choice(("home", "hospital")),
        "cause_text": words.pick(rng, words.CAUSES),
        "recorded_by": rng.choice(("village", "family", "health")),
    }


def complaint(on: date, area: str, rng: Random) -> Data:
    """Return a complaint or a wish brought to the van."""
    anonymous = chance(rng, 0.25)  # share that gives no name
    kinds = ("information_request", "aspiration", "non_supervisory", "supervisory")
    return {
        "received_on": on.isoformat(),
        "channel": "van",
        "anonymous": anonymous,
        "confidential": anonymous or chance(rng, 0.1),
        "class": rng.choices(kinds, (35, 25, 32, 8))[0],
        "category": rng.choice(("civil_registration", "health_service", "infrastructure")),
        "text": rng.choice(words.COMPLAINTS),
        "place": area,
        "subject_unit": rng.choice((UNIT, "Dinas Kesehatan OKI", "Puskesmas")),
        "status": "received",
    }


def survey(on: date, unit: str, rng: Random) -> Data:
    """Return one answered satisfaction survey; never linked to a person."""
    mood = rng.gauss(3.3, 0.5)
    answers = {f"u{number}": min(max(round(mood + rng.gauss(0, 0.5)), 1), 4) for number in range(1, 10)}
    return given(
        {
            "unit": unit,
            "service": rng.choice(("ktp_el", "kk", "birth_certificate", "anc", "child_health")),
            "answered_on": on.isoformat(),
            **answers,
            "age": rng.randint(17, 70),
            "sex": rng.choice(("male", "female")),
            "comment": rng.choice(words.COMMENTS) if chance(rng, 0.4) else None,
        }
    )


def later(on: date, days: int) -> str:
    """Return a date some days on, as text."""
    return (on + timedelta(days=days)).isoformat()
