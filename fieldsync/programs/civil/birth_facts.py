"""What civil registration knows of births: each baby of a delivery, and each child's application for a certificate.

A live birth counts whether the child lives or died since. A stillbirth has a report and never a certificate.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fieldsync.programs.civil.applying import CIVIL_PAPERS, by_subject, is_filed, is_started, missing_papers
from fieldsync.programs.civil.birth import BIRTH_REGISTRATION
from fieldsync.programs.facts import code_fact, context, date_fact, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import Birth, birth_of, births, has_died, home_of, person_entry
from fieldsync.programs.maternal.dating import age_at_delivery
from fieldsync.rules import Sheet

_OUTCOMES = frozenset({"live_birth", "stillbirth"})
_LONGEST_DAYS = 330
_DOCUMENTS = {one.name: one for one in BIRTH_REGISTRATION.fields}["documents"].codes

BIRTH_CONTEXT = context(
    "birth",
    "kelahiran",
    "birth",
    (
        flag("live_birth", "lahir hidup", "live birth"),
        date_fact("born_on", "tanggal lahir", "date of birth"),
        days("days_since_birth", "hari sejak lahir", "days since birth"),
        number(
            "gestational_age_days",
            "umur kehamilan saat lahir",
            "gestational age at birth",
            unit="days",
            limits=(-_LONGEST_DAYS, _LONGEST_DAYS),
        ),
        flag("registration_started", "pencatatan kelahiran sudah dimulai", "birth registration started"),
        flag("registration_filed", "pencatatan kelahiran sudah diajukan", "birth registration submitted"),
        flag("stillbirth_reported", "lahir mati sudah dilaporkan", "stillbirth reported"),
    ),
)
BIRTH_REGISTRATION_CONTEXT = context(
    "birth_registration",
    "pencatatan kelahiran",
    "birth registration",
    (
        *fields_as_facts(BIRTH_REGISTRATION, "status", "registered_on"),
        code_fact(
            "missing_papers",
            "berkas yang kurang",
            "papers that are missing",
            _DOCUMENTS.labels if _DOCUMENTS else {},
            several=True,
        ),
        days("days_since_registered", "hari sejak dicatat", "days since it was registered"),
        flag("child_in_kk", "anak sudah tercantum di KK", "child is on a family card"),
        flag("alive", "anak hidup", "child is alive"),
    ),
)


def birth_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every live-born baby, and one for a delivery's stillbirths together."""
    seen: set[tuple[str, str]] = set()
    for birth in births(folder):
        child, outcome = birth.baby.get("person_id"), birth.baby.get("outcome")
        if outcome not in _OUTCOMES:
            continue
        born = folder.who(child) if child is not None and outcome == "live_birth" else None
        person, subject = born or birth.delivery.person, born or birth.delivery.id
        if (subject, outcome) in seen or not folder.wants(person):
            continue
        seen.add((subject, outcome))
        yield Sheet(
            about="birth",
            subject=subject,
            episode=subject,
            person=person,
            area=home_of(folder, person, otherwise=birth.delivery.area),
            on=birth.delivery.seen_on,
            record=birth.delivery.id,
            facts=_birth_facts(folder, birth, subject, frame.now),
        )


def _birth_facts(folder: Folder, birth: Birth, subject: str, now: date) -> dict[str, Any]:
    delivery, live = birth.delivery, birth.baby["outcome"] == "live_birth"
    facts: dict[str, Any] = {"live_birth": live}
    born = day_of(delivery.data, "delivered_on")
    known = person_entry(folder, subject)
    if born is None and known is not None:
        born = day_of(known.data, "birth_date")
    if born is not None:
        facts["born_on"] = born
        facts["days_since_birth"] = (now - born).days
    if live:
        certified = known is not None and "birth_certificate_no" in known.data
        applications = folder.about("birth_registration", subject)
        facts["registration_started"] = certified or is_started(applications)
        facts["registration_filed"] = certified or is_filed(applications)
        return facts
    facts["stillbirth_reported"] = bool(folder.naming("stillbirth_report", "delivery_id", delivery.id))
    if (age := age_at_delivery(folder, delivery)) is not None:
        facts["gestational_age_days"] = age
    return facts


def birth_registration_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every child with an application, of the one that came furthest."""
    for subject, one in by_subject(folder, "birth_registration"):
        yield Sheet(
            about="birth_registration",
            subject=subject,
            episode=subject,
            person=one.person,
            area=home_of(folder, one.person, otherwise=one.area),
            on=one.seen_on,
            record=one.id,
            facts=_registration_facts(folder, one, frame),
        )


def _registration_facts(folder: Folder, application: Entry, frame: Frame) -> dict[str, Any]:
    data = application.data
    facts: dict[str, Any] = {"alive": not has_died(folder, application.person)}
    if "status" in data:
        facts["status"] = data["status"]
    if (registered := day_of(data, "registered_on")) is not None:
        facts["registered_on"] = registered
        facts["days_since_registered"] = (frame.now - registered).days
    if "documents" in data:
        facts["missing_papers"] = missing_papers(data["documents"], _required(data, frame))
    if (child := person_entry(folder, application.person)) is not None:
        facts["child_in_kk"] = "kk_number" in child.data or _is_on_card(folder, child)
    return facts


def _required(data: Mapping[str, Any], frame: Frame) -> Mapping[str, Sequence[str]]:
    kind = "birth"
    if data.get("foundling") is True:
        kind = "birth_of_foundling"
    elif data.get("child_of_mother_only") is True:
        kind = "birth_of_mother_only"
    required: Mapping[str, Sequence[str]] = frame.tables[CIVIL_PAPERS][kind]
    return required


def _is_on_card(folder: Folder, child: Entry) -> bool:
    """Tell whether a family card names a child, one that was not last written before the birth."""
    born = day_of(child.data, "birth_date")
    if born is None and (birth := birth_of(folder, child.person)) is not None:
        born = day_of(birth.delivery.data, "delivered_on")
    for household in folder.memo("households", lambda: households_by_member(folder)).get(child.person or "", ()):
        written = day_of(household.data, "kk_updated_on")
        if "kk_number" in household.data and (written is None or born is None or written >= born):
            return True
    return False


def households_by_member(folder: Folder) -> dict[str, list[Entry]]:
    """Return the households that name each person, as head or member."""
    found: dict[str, list[Entry]] = {}
    for household in folder.of_type("household"):
        members = household.data.get("members") or ()
        named = {household.data.get("head_person_id"), *(one.get("person_id") for one in members)}
        for person in named - {None}:
            found.setdefault(folder.who(person), []).append(household)
    return found
