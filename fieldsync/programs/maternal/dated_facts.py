"""How the dates of records agree: with today, with the pregnancy and the birth they belong to, and with each other.

One sheet a record, about the record itself. It takes in visits to children and deaths, for a date that can't be is the
same mistake everywhere.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from fieldsync.programs import programs_of
from fieldsync.programs.facts import context, days
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import person_entry
from fieldsync.programs.maternal.course import SILENT
from fieldsync.programs.maternal.dating import TERM_DAYS, datings_of
from fieldsync.rules import Sheet

# The date on which what a record tells happened.
_HAPPENED = {
    "anc_visit": "visit_date",
    "delivery": "delivered_on",
    "pnc_visit": "visit_date",
    "child_visit": "visit_date",
    "immunisation": "given_on",
    "person": "birth_date",
    "death_event": "date_of_death",
}
_AFTER_BIRTH = frozenset({"pnc_visit", "child_visit", "immunisation", "death_event"})

DATED_RECORD_CONTEXT = context(
    "dated_record",
    "tanggal pada catatan",
    "dates of a record",
    (
        days("days_ago", "hari sejak tanggal kejadian", "days since it happened"),
        days("ga_days", "usia kehamilan pada tanggal itu", "age of the pregnancy that day", clock="none"),
        days("ga_live_birth_days", "usia kehamilan saat lahir hidup", "age at a live birth", clock="none"),
        days("days_after_birth", "hari sejak lahir pada tanggal itu", "days from the birth to that day", clock="none"),
        days(
            "due_dates_apart_days",
            "selisih HPL menurut HPHT dan USG",
            "days between the due dates by LMP and by ultrasound",
            clock="none",
            least=0,
        ),
    ),
    by_record=True,
)


def dated_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every record of the folder whose dates may be wrong, and that was not looked at before."""
    datings = datings_of(folder)
    for kind, field in _HAPPENED.items():
        for entry in folder.fresh(kind):
            on = day_of(entry.data, field)
            if on is not None and folder.wants(entry.person):
                facts = {"days_ago": (frame.now - on).days}
                if (dating := datings.get(_pregnancy_id(folder, entry))) is not None:
                    facts |= _in_pregnancy(entry, dating.age(on))
                if entry.type in _AFTER_BIRTH and (born := _birth_before(folder, entry)) is not None:
                    facts["days_after_birth"] = (on - born).days
                yield _sheet(entry, facts)
    for pregnancy in folder.fresh("pregnancy"):
        apart = _due_dates_apart(pregnancy)
        if apart is not None and folder.wants(pregnancy.person):
            yield _sheet(pregnancy, {"due_dates_apart_days": apart})


def _sheet(entry: Entry, facts: dict[str, Any]) -> Sheet:
    return Sheet(
        about="dated_record",
        subject=entry.id,
        episode=entry.id,
        person=entry.person,
        area=entry.area,
        programs=programs_of(entry.type),
        on=entry.seen_on,
        record=entry.id,
        facts=facts,
    )


def _in_pregnancy(entry: Entry, age: int) -> dict[str, Any]:
    born = entry.data.get("babies") if entry.type == "delivery" else None
    if born and any(baby.get("outcome") == "live_birth" for baby in born):
        return {"ga_days": age, "ga_live_birth_days": age}
    return {"ga_days": age}


def _pregnancy_id(folder: Folder, entry: Entry) -> str:
    """Return the pregnancy that a record belongs to; empty when it names none."""
    data = entry.data
    if entry.type == "pnc_visit":
        delivery = folder.record("delivery", data.get("delivery_id"))
        data = delivery.data if delivery is not None else {}
    return data.get("pregnancy_id") or ""


def _birth_before(folder: Folder, entry: Entry) -> date | None:
    """Return the birth that a record must come after: the one that a mother's visit names, else the person's own."""
    delivery = folder.record("delivery", entry.data.get("delivery_id"))
    if delivery is not None and delivery.person == entry.person:
        return day_of(delivery.data, "delivered_on")
    known = person_entry(folder, entry.person)
    if known is None or known.data.get("birth_date_precision", "day") != "day":
        return None
    return day_of(known.data, "birth_date")


def _due_dates_apart(pregnancy: Entry) -> int | None:
    if pregnancy.data.get("status") in SILENT:
        return None
    lmp, by_ultrasound = day_of(pregnancy.data, "lmp_date"), day_of(pregnancy.data, "edd_ultrasound")
    if lmp is None or by_ultrasound is None:
        return None
    return abs((lmp + timedelta(days=TERM_DAYS) - by_ultrasound).days)
