"""What is known of a baby of a delivery, and of a newborn at one visit in the first weeks.

Babies that were born dead, or have no person of their own yet, are told by their delivery. A small child without a
delivery on record counts as born alive once the child program follows it, a newborn visit saw it, or it died early.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from fieldsync.programs.child.ages import Child, age_in_days, child_of
from fieldsync.programs.common.person import PERSON
from fieldsync.programs.facts import context, date_fact, days, fields_as_facts, flag, number, told
from fieldsync.programs.folder import Entry, Folder, Frame, day_of, visit_order
from fieldsync.programs.kin import Birth, birth_of, births, died_on, is_dead
from fieldsync.programs.maternal.dating import age_at_delivery
from fieldsync.programs.maternal.delivery import DELIVERY
from fieldsync.programs.maternal.postnatal import PNC_VISIT
from fieldsync.rules import Sheet

_BABIES = next(one for one in DELIVERY.fields if one.name == "babies")
_BIRTH_FACTS = fields_as_facts(_BABIES, "outcome", "birth_weight_g")
_SCREENING = fields_as_facts(PNC_VISIT, "shk_done")
_ENROLLED = fields_as_facts(PERSON, "enrolled_child_program")
_VISIT_FACTS = fields_as_facts(PNC_VISIT, "danger_signs", "temp_c", "jaundice")
_BREATHS = fields_as_facts(PNC_VISIT, "respiratory_rate", "respiratory_rate_repeat")
# Beyond this age nobody is looked at as a newborn who has no delivery on record.
_NEWBORN_DAYS = 60

BABY_CONTEXT = context(
    "baby",
    "bayi baru lahir",
    "newborn",
    (
        *_BIRTH_FACTS,
        *_SCREENING,
        *_ENROLLED,
        flag("alive", "hidup sejauh diketahui", "alive as far as is known"),
        date_fact("birth_date", "tanggal lahir", "date of birth"),
        date_fact("lost_on", "tanggal lahir mati atau meninggal", "date of the stillbirth or death"),
        days("age_days", "umur", "age", least=0),
        days("gestational_age_days", "usia kehamilan saat lahir", "gestational age at birth", clock="none", least=0),
        days("age_at_death_days", "umur saat meninggal", "age at death", clock="none", least=0),
        flag("seen_kn1", "ada kunjungan neonatal 1 (KN1)", "seen in the first newborn window (KN1)"),
        flag("seen_kn2", "ada kunjungan neonatal 2 (KN2)", "seen in the second newborn window (KN2)"),
        flag("seen_kn3", "ada kunjungan neonatal 3 (KN3)", "seen in the third newborn window (KN3)"),
        flag("hb0_given", "HB0 tercatat", "HB0 recorded"),
    ),
)

NEWBORN_VISIT_CONTEXT = context(
    "pnc_newborn",
    "kunjungan neonatus",
    "newborn visit",
    (
        *_VISIT_FACTS,
        days("age_days", "umur saat kunjungan", "age at the visit", clock="none", least=0),
        number("respiratory_rate_effective", "napas", "breaths", unit="/min", limits=(5, 150)),
    ),
    by_visit=True,
)


class _Baby(NamedTuple):
    """A baby: whom flags are about, whose case it is, what is known of it, from where, and the visits that saw it."""

    subject: str
    person: str | None
    case: str | None
    child: Child
    known: Entry
    birth: Birth | None
    visits: Sequence[Entry]


def baby_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every baby in the folder, of a delivery or not, as things stand on the day of the frame."""
    windows = frame.tables.get("newborn_visits", {})
    for one in (*_born(folder), *_without_delivery(folder, frame.now)):
        facts, origins = _baby_facts(folder, one, frame.now), dict[str, str]()
        if one.child.born is not None:
            facts |= _seen(one, windows)
        if one.visits:
            facts |= told(one.visits[-1].data, _SCREENING)
            origins["shk_done"] = one.visits[-1].id
        yield Sheet(
            about="baby",
            subject=one.subject,
            episode=one.subject,
            person=one.case,
            area=one.known.area,
            on=one.known.seen_on or day_of(one.known.data, "delivered_on"),
            record=one.known.id,
            origins=origins,
            facts=facts,
        )


def newborn_visit_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every newborn visit, in the order of each baby's visits; of the dead none counts now."""
    for subject, visits in _visits_by_baby(folder).items():
        delivery = folder.record("delivery", subject)
        case = subject if delivery is None else delivery.person
        if not folder.wants(case):
            continue
        alive = not is_dead(folder, subject)
        born = child_of(folder, subject).born if delivery is None else day_of(delivery.data, "delivered_on")
        for visit in visits:
            yield Sheet(
                about="pnc_newborn",
                subject=subject,
                episode=subject,
                person=case,
                area=visit.area,
                on=day_of(visit.data, "visit_date"),
                record=visit.id,
                facts=_visit_facts(visit, born),
                newest=alive and visit is visits[-1],
            )


def breaths(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the breaths that count, per minute, as a fact: the second count where there is one."""
    counted = told(data, _BREATHS)
    value = counted.get("respiratory_rate_repeat", counted.get("respiratory_rate"))
    return {} if value is None else {"respiratory_rate_effective": value}


def _born(folder: Folder) -> Iterator[_Baby]:
    for birth in births(folder):
        delivery, named = birth.delivery, birth.baby.get("person_id")
        person = folder.who(named) if named is not None and birth.baby.get("outcome") != "stillbirth" else None
        case = person or delivery.person
        # Two deliveries may tell of one baby until a human settles it: the one that counts elsewhere counts here.
        if not folder.wants(case) or (person is not None and _other(folder, person, birth)):
            continue
        if person is not None:
            yield _Baby(person, person, case, child_of(folder, person), delivery, birth, _visits_to(folder, person))
        else:
            child = Child(day_of(delivery.data, "delivered_on"), True, birth.baby.get("sex"), None)  # noqa: FBT003 # named by the class
            yield _Baby(delivery.id, None, case, child, delivery, birth, _visits_to(folder, delivery.id))


def _other(folder: Folder, person: str, birth: Birth) -> bool:
    counting = birth_of(folder, person)
    return counting is not None and counting.baby is not birth.baby


def _without_delivery(folder: Folder, now: date) -> Iterator[_Baby]:
    for entry in folder.of_type("person"):
        person = entry.person
        born = day_of(entry.data, "birth_date")
        if person is None or born is None or not folder.wants(person) or birth_of(folder, person) is not None:
            continue
        until = died_on(folder, person) or now
        if 0 <= (until - born).days <= _NEWBORN_DAYS and _followed(folder, entry, person):
            yield _Baby(person, person, person, child_of(folder, person), entry, None, _visits_to(folder, person))


def _followed(folder: Folder, entry: Entry, person: str) -> bool:
    enrolled = entry.data.get("enrolled_child_program") is True
    return enrolled or bool(_visits_to(folder, person)) or is_dead(folder, person)


def _baby_facts(folder: Folder, one: _Baby, now: date) -> dict[str, Any]:
    facts: dict[str, Any] = {"alive": not is_dead(folder, one.person)}
    if one.birth is not None:
        facts |= told(one.birth.baby, _BIRTH_FACTS)
        age = age_at_delivery(folder, one.birth.delivery)
        if age is not None and age >= 0:
            facts["gestational_age_days"] = age
    if one.person is not None:
        facts.setdefault("outcome", "live_birth")
        facts["hb0_given"] = any(each.data.get("dose") == "HB0" for each in folder.about("immunisation", one.person))
        if one.child.entry is not None:
            facts |= told(one.child.entry.data, _ENROLLED)
    elif facts.get("outcome") == "live_birth":
        facts["hb0_given"] = False
    return facts | _dates(folder, one, facts.get("outcome"), now)


def _dates(folder: Folder, one: _Baby, outcome: str | None, now: date) -> dict[str, Any]:
    born, died = one.child.born, died_on(folder, one.person)
    lost = born if outcome == "stillbirth" else died
    found: dict[str, Any] = {
        "birth_date": born,
        "lost_on": lost,
        "age_days": age_in_days(born, now),
        "age_at_death_days": age_in_days(born, died),
    }
    return {name: value for name, value in found.items() if value is not None}


def _seen(one: _Baby, windows: Mapping[str, Any]) -> dict[str, bool]:
    """Return for each window of days whether a visit fell into it; a window is its first and its last day of life."""
    ages = [age_in_days(one.child.born, day_of(visit.data, "visit_date")) for visit in one.visits]
    return {
        f"seen_{name}": any(age is not None and first <= age <= last for age in ages)
        for name, (first, last) in windows.items()
    }


def _visits_to(folder: Folder, subject: str) -> Sequence[Entry]:
    return _visits_by_baby(folder).get(subject, ())


def _visits_by_baby(folder: Folder) -> Mapping[str, list[Entry]]:
    """Return the newborn visits of each person, or of the delivery where no person is known, in their order."""
    return folder.memo("newborn visits", lambda: _grouped(folder))


def _grouped(folder: Folder) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    newborn = (one for one in folder.of_type("pnc_visit") if one.data.get("subject") == "newborn")
    for visit in sorted(newborn, key=visit_order):
        whom = visit.person or _told_by_delivery(folder, visit)
        if whom is not None:
            found.setdefault(whom, []).append(visit)
    return found


def _told_by_delivery(folder: Folder, visit: Entry) -> str | None:
    """Return the only baby of the delivery that a visit names, or the delivery where that has no person."""
    delivery = folder.record("delivery", visit.data.get("delivery_id"))
    if delivery is None:
        return None
    babies: Sequence[Mapping[str, Any]] = delivery.data.get("babies") or ()
    named = babies[0].get("person_id") if len(babies) == 1 else None
    return folder.who(named) if named is not None else delivery.id


def _visit_facts(visit: Entry, born: date | None) -> dict[str, Any]:
    facts = told(visit.data, _VISIT_FACTS) | breaths(visit.data)
    age = age_in_days(born, day_of(visit.data, "visit_date"))
    if age is not None:
        facts["age_days"] = age
    return facts
