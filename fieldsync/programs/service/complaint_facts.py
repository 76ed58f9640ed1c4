"""What is known of a complaint: how many working days it has waited, and how far it has come.

A reply stops the clocks until the complaint is reopened; all clocks run from the receipt. Who complained is not
looked at.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from fieldsync.programs.facts import context, date_fact, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.service.complaint import COMPLAINT
from fieldsync.programs.workdays import workday_after, workdays_between
from fieldsync.rules import Sheet

# Not in its power counts as decided: that is what the check was for.
_DECIDED = frozenset({"rejected", "archived", "not_ours", "closed"})
_FORWARDED = frozenset({"forwarded", "in_process", "replied", "reopened"})
_MOST_WORKDAYS = 34_000
SP4N_CLOCKS = "sp4n_clocks"

COMPLAINT_CONTEXT = context(
    "complaint",
    "pengaduan",
    "complaint",
    (
        *fields_as_facts(COMPLAINT, "class", "received_on", "replied_on"),
        number(
            "workdays_since_receipt",
            "hari kerja sejak diterima",
            "working days since receipt",
            unit="working days",
            limits=(-_MOST_WORKDAYS, _MOST_WORKDAYS),
            clock="days",
        ),
        flag("open", "belum selesai", "still open"),
        flag("verified", "sudah diteruskan atau diputuskan", "forwarded or decided"),
        flag("answered", "sudah dijawab", "answered"),
        days("days_since_reply", "hari sejak dijawab", "days since the reply"),
        date_fact("verify_late_since", "terlambat diverifikasi sejak", "verification late since"),
        date_fact("answer_late_since", "terlambat dijawab sejak", "answer late since"),
    ),
)


def complaint_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every complaint; they are about no person, so they are wanted whoever is asked for."""
    for one in folder.of_type("complaint"):
        yield Sheet(
            about="complaint",
            subject=one.id,
            episode=one.id,
            person=one.person,
            area=one.data.get("place", one.area),
            on=one.seen_on,
            record=one.id,
            facts=_facts_of(one, frame),
        )


def _facts_of(complaint: Entry, frame: Frame) -> dict[str, Any]:
    data = complaint.data
    status, reopened = data.get("status"), day_of(data, "reopened_on")
    closed = status in _DECIDED or ("closed_on" in data and not _was_reopened_since("closed_on", data, reopened))
    facts: dict[str, Any] = {
        "open": not closed,
        "verified": closed or status in _FORWARDED or "forwarded_on" in data,
        "answered": _is_answered(data, reopened),
    }
    if "class" in data:
        facts["class"] = data["class"]
    if (replied := day_of(data, "replied_on")) is not None:
        facts["replied_on"] = replied
        facts["days_since_reply"] = (frame.now - replied).days
    received = day_of(data, "received_on")
    if received is not None and not closed:
        _add_clocks(facts, received, frame)
    return facts


def _was_reopened_since(step: str, data: Mapping[str, Any], reopened: date | None) -> bool:
    """Tell whether a complaint was reopened after a step, or on its day."""
    day = day_of(data, step)
    return data.get("status") == "reopened" or (reopened is not None and (day is None or reopened >= day))


def _is_answered(data: Mapping[str, Any], reopened: date | None) -> bool:
    if data.get("status") == "replied":
        return True
    return "replied_on" in data and not _was_reopened_since("replied_on", data, reopened)


def _add_clocks(facts: dict[str, Any], received: date, frame: Frame) -> None:
    facts["received_on"] = received
    facts["workdays_since_receipt"] = waited = workdays_between(received, frame.now, frame.holidays)
    clocks = frame.tables[SP4N_CLOCKS]
    for fact, clock in (("verify_late_since", "verify"), ("answer_late_since", facts.get("class", ""))):
        if clock in clocks and waited > clocks[clock]:
            facts[fact] = workday_after(received, clocks[clock] + 1, frame.holidays)
