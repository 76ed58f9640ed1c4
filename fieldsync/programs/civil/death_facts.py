"""What civil registration knows of deaths: each dead person, and each application for a death certificate.

Babies who were born alive are among them; stillbirths never are, whoever wrote a death event about one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fieldsync.programs.civil.applying import CIVIL_PAPERS, by_subject, is_filed, is_started, missing_papers
from fieldsync.programs.civil.death import DEATH_REGISTRATION
from fieldsync.programs.facts import code_fact, context, date_fact, days, fields_as_facts, flag
from fieldsync.programs.folder import Entry, Folder, Frame
from fieldsync.programs.kin import birth_of, died_on, home_of
from fieldsync.rules import Sheet

_DOCUMENTS = {one.name: one for one in DEATH_REGISTRATION.fields}["documents"].codes

DEATH_CONTEXT = context(
    "death",
    "kematian",
    "death",
    (
        date_fact("died_on", "tanggal meninggal", "date of death"),
        days("days_since_death", "hari sejak meninggal", "days since death"),
        flag("recorded_by_health", "dicatat tenaga kesehatan", "recorded by a health worker"),
        flag("registration_started", "pencatatan kematian sudah dimulai", "death registration started"),
        flag("registration_filed", "pencatatan kematian sudah diajukan", "death registration submitted"),
    ),
)
DEATH_REGISTRATION_CONTEXT = context(
    "death_registration",
    "pencatatan kematian",
    "death registration",
    (
        *fields_as_facts(DEATH_REGISTRATION, "status"),
        code_fact(
            "missing_papers",
            "berkas yang kurang",
            "papers that are missing",
            _DOCUMENTS.labels if _DOCUMENTS else {},
            several=True,
        ),
    ),
)


def death_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every person of whom a death event or the person's record tells the day of death."""
    told: dict[str, Entry] = {}
    for one in folder.of_type("person"):
        if one.person is not None and "death_date" in one.data:
            told[one.person] = one
    for one in sorted(folder.of_type("death_event"), key=_by_day, reverse=True):
        if one.person is not None:
            told[one.person] = one
    for person, entry in told.items():
        day = died_on(folder, person)
        if day is not None and folder.wants(person) and not _was_stillborn(folder, person):
            yield Sheet(
                about="death",
                subject=person,
                episode=person,
                person=person,
                area=home_of(folder, person, otherwise=entry.area),
                on=entry.seen_on,
                record=entry.id,
                facts=_death_facts(folder, person, day, frame.now),
            )


def _by_day(event: Entry) -> tuple[str, str]:
    return str(event.data.get("date_of_death", "~")), event.id


def _was_stillborn(folder: Folder, person: str) -> bool:
    birth = birth_of(folder, person)
    return birth is not None and birth.baby.get("outcome") == "stillbirth"


def _death_facts(folder: Folder, person: str, day: date, now: date) -> dict[str, Any]:
    applications = folder.about("death_registration", person)
    return {
        "died_on": day,
        "days_since_death": (now - day).days,
        "recorded_by_health": any(
            one.data.get("recorded_by") == "health" for one in folder.about("death_event", person)
        ),
        "registration_started": is_started(applications),
        "registration_filed": is_filed(applications),
    }


def death_registration_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every dead person with an application, of the one that came furthest."""
    for subject, one in by_subject(folder, "death_registration"):
        yield Sheet(
            about="death_registration",
            subject=subject,
            episode=subject,
            person=one.person,
            area=home_of(folder, one.person, otherwise=one.area),
            on=one.seen_on,
            record=one.id,
            facts=_registration_facts(one, frame),
        )


def _registration_facts(application: Entry, frame: Frame) -> dict[str, Any]:
    data = application.data
    facts: dict[str, Any] = {}
    if "status" in data:
        facts["status"] = data["status"]
    if "documents" in data:
        facts["missing_papers"] = missing_papers(data["documents"], frame.tables[CIVIL_PAPERS]["death"])
    return facts
