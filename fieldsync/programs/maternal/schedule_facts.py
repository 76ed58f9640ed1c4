"""What the visits of a pregnancy add up to: the next one due, tests never done, tablets, doctor, birth plan, tetanus.

Intervals and the tests that everybody gets are tables; what is late or too little is for the rules.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fieldsync.programs.declare import label
from fieldsync.programs.facts import code_fact, date_fact, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Frame, day_of
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.programs.maternal.dating import Dating
from fieldsync.programs.measured import measure_of

_TESTS = {
    "hiv": label("HIV", "HIV"),
    "syphilis": label("sifilis", "syphilis"),
    "hbsag": label("HBsAg", "HBsAg"),
}
_RESULTS = tuple((test, f"{test}_result") for test in _TESTS)
_measured = measure_of(ANC_VISIT)

SCHEDULE_FACTS = (
    number("visits", "jumlah kunjungan antenatal", "antenatal visits", unit="visits", limits=(0, 100)),
    date_fact("first_visit_on", "kunjungan antenatal pertama", "first antenatal visit"),
    days("days_since_first_visit", "hari sejak kunjungan pertama", "days since the first visit"),
    date_fact("next_contact_on", "jadwal kontak berikut", "next contact due"),
    days("days_past_contact", "hari lewat jadwal kontak", "days past the next contact"),
    days(
        "ga_at_doctor_days",
        "usia kehamilan saat terakhir diperiksa dokter",
        "age of the pregnancy when a doctor last saw her",
        clock="none",
    ),
    flag("doctor_seen", "pernah diperiksa dokter", "ever seen by a doctor"),
    code_fact("tests_missing", "tes yang belum pernah tercatat", "tests never recorded", _TESTS, several=True),
    flag("hb_recorded", "Hb pernah tercatat", "haemoglobin ever recorded"),
    number("iron_tablets", "jumlah TTD yang diberikan", "iron tablets given in all", unit="tablet", limits=(0, 20_000)),
    flag("birth_plan_made", "P4K pernah diisi", "birth plan ever made"),
    *fields_as_facts(ANC_VISIT, "tt_status", "tt_given"),
    date_fact("tt_status_on", "status T dicatat pada", "tetanus status recorded on"),
)


def schedule_facts(visits: Sequence[Entry], dating: Dating | None, frame: Frame) -> dict[str, Any]:
    """Return what the visits of a pregnancy, the oldest first, add up to on the day of the frame."""
    if not visits:
        return {"visits": 0}
    seen = [visit.data for visit in visits]
    return {
        "visits": len(seen),
        "tests_missing": frozenset([test for test, name in _RESULTS if not any(name in data for data in seen)]),
        "hb_recorded": any(_measured(data, "hb_g_dl") is not None for data in seen),
        "iron_tablets": sum([_measured(data, "iron_tablets_given") or 0 for data in seen]),
        "birth_plan_made": any(data.get("birth_plan_done") is True for data in seen),
        **_doctor(seen, dating),
        **_contacts(seen, dating, frame),
        **_tetanus(seen),
    }


def _doctor(seen: Sequence[Mapping[str, Any]], dating: Dating | None) -> dict[str, Any]:
    by_doctor = [data for data in seen if data.get("by_doctor") is True]
    facts: dict[str, Any] = {"doctor_seen": bool(by_doctor)}
    if by_doctor and dating is not None and (on := day_of(by_doctor[-1], "visit_date")) is not None:
        facts["ga_at_doctor_days"] = dating.age(on)
    return facts


def _contacts(seen: Sequence[Mapping[str, Any]], dating: Dating | None, frame: Frame) -> dict[str, Any]:
    first = next((on for data in seen if (on := day_of(data, "visit_date")) is not None), None)
    if first is None:
        return {}
    facts = {"first_visit_on": first, "days_since_first_visit": (frame.now - first).days}
    if (due := next_contact(seen[-1], dating, frame.tables["next_contact"])) is not None:
        facts |= {"next_contact_on": due, "days_past_contact": (frame.now - due).days}
    return facts


def next_contact(visit: Mapping[str, Any], dating: Dating | None, table: Mapping[str, Any]) -> date | None:
    """Return when a woman should be seen again after a visit: the day that was agreed, else by the age that day.

    None when no day was agreed and the age of the pregnancy is not known.
    """
    agreed, on = day_of(visit, "next_visit_date"), day_of(visit, "visit_date")
    if agreed is not None or dating is None or on is None:
        return agreed
    age = dating.age(on)
    for before, interval in table["interval_days_by_age_days"]:
        if age < before:
            return min(on + timedelta(days=interval), dating.lmp + timedelta(days=table["always_seen_at_age_days"]))
    return dating.lmp + timedelta(days=table["last_seen_at_age_days"])


def _tetanus(seen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    newest = next((data for data in reversed(seen) if isinstance(data.get("tt_status"), str)), None)
    if newest is None:
        return {}
    facts = {name: newest[name] for name in ("tt_status", "tt_given") if name in newest}
    if (on := day_of(newest, "visit_date")) is not None:
        facts["tt_status_on"] = on
    return facts
