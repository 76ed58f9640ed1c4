"""What civil registration asks of a person itself: age, marriage, and the papers that identify one.

Papers that nobody asked about are not missing: `papers_asked` tells. Nor is a NIK that stands there wrong; whether
it can be, and agrees with the person, is told beside.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from fieldsync.programs.common.nik import agrees, is_well_formed
from fieldsync.programs.common.person import PERSON
from fieldsync.programs.facts import context, date_fact, days, fields_as_facts, flag
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import has_died, home_of, is_exact
from fieldsync.rules import Sheet

_GROWN_YEARS = 17

PERSON_CONTEXT = context(
    "person",
    "orang",
    "person",
    (
        *fields_as_facts(PERSON, "ktp_status", "kia_status", "birth_date"),
        flag("papers_asked", "dokumen sudah ditanyakan", "papers were asked about"),
        flag("alive", "hidup", "alive"),
        flag("ever_married", "pernah kawin", "was ever married"),
        flag("pregnant", "sedang hamil", "pregnant"),
        flag("has_nik", "mempunyai NIK", "has a NIK"),
        flag("has_birth_certificate", "mempunyai akta lahir", "has a birth certificate"),
        days("age_days", "umur dalam hari", "age in days"),
        days("days_to_17", "hari sampai umur 17 tahun", "days until the 17th birthday", clock="down"),
        date_fact("grown_on", "tanggal berumur 17 tahun", "17th birthday"),
        date_fact("grown_since", "berumur 17 tahun sejak", "17 years old since"),
        flag("nik_possible", "susunan NIK mungkin", "the NIK's form is possible"),
        flag("nik_agrees", "NIK cocok dengan orangnya", "the NIK agrees with the person"),
    ),
)


def person_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every person; of papers only where they were asked about."""
    for one in folder.of_type("person"):
        person = one.person or one.id
        if folder.wants(person):
            facts = _nik_facts(one.data)
            if one.data.get("civil_documents_checked") is True:
                facts |= _paper_facts(folder, one, frame.now)
            yield Sheet(
                about="person",
                subject=person,
                episode=person,
                person=person,
                area=home_of(folder, person, otherwise=one.area),
                on=one.seen_on,
                record=one.id,
                facts=facts,
            )


def _nik_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    nik = data.get("nik")
    if nik is None:
        return {"has_nik": False}
    if not is_well_formed(nik):
        return {"has_nik": True, "nik_possible": False}
    facts = {"has_nik": True, "nik_possible": True}
    if (found := agrees(nik, data)) is not None:
        facts["nik_agrees"] = found
    return facts


def _paper_facts(folder: Folder, one: Entry, now: date) -> dict[str, Any]:
    data, person = one.data, one.person
    facts: dict[str, Any] = {
        "papers_asked": True,
        "alive": not has_died(folder, person),
        "ever_married": _was_ever_married(folder, one),
        "pregnant": _is_pregnant(folder, person),
        "has_birth_certificate": "birth_certificate_no" in data,
    }
    facts |= {name: data[name] for name in ("ktp_status", "kia_status") if name in data}
    if (born := day_of(data, "birth_date")) is not None:
        facts["birth_date"] = born
        facts["age_days"] = (now - born).days
        # Of a year alone, or an estimate, nobody can tell when 17 is reached.
        if is_exact(data):
            facts["grown_on"] = grown = _birthday(born, _GROWN_YEARS)
            facts["days_to_17"] = (grown - now).days
            if grown <= now:
                facts["grown_since"] = grown
    return facts


def _was_ever_married(folder: Folder, one: Entry) -> bool:
    """Tell whether a person is known to be or have been married; a child's status is seldom asked."""
    if one.data.get("marital_status", "single") != "single":
        return True
    return any(folder.naming("marriage_event", spouse, one.person) for spouse in ("husband_id", "wife_id"))


def _is_pregnant(folder: Folder, person: str | None) -> bool:
    return any(
        one.data.get("status") == "active" and not folder.naming("delivery", "pregnancy_id", one.id)
        for one in folder.about("pregnancy", person)
    )


@lru_cache(maxsize=20_000)
def _birthday(born: date, years: int) -> date:
    """Return a birthday; who was born on 29 February has it on the 28th where there is no 29th."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)
