"""What is known of a service request: how many working days over its standard it is, and what was charged.

The standard, of time and of fee, is that of the service, as the request carries it.
"""

from collections.abc import Iterator
from typing import Any

from fieldsync.programs.civil.request import SERVICE_REQUEST
from fieldsync.programs.facts import context, date_fact, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import home_of
from fieldsync.programs.workdays import workday_after, workdays_between
from fieldsync.rules import Sheet

_FINISHED = frozenset({"issued", "handed_over", "rejected", "cancelled"})
_MOST_WORKDAYS = 34_000

REQUEST_CONTEXT = context(
    "service_request",
    "permohonan layanan",
    "service request",
    (
        *fields_as_facts(SERVICE_REQUEST, "standard_workdays", "standard_fee_idr", "fee_charged_idr"),
        flag("finished", "layanan selesai", "service finished"),
        number(
            "workdays_over_standard",
            "hari kerja melewati baku mutu",
            "working days over the standard",
            unit="working days",
            limits=(-_MOST_WORKDAYS, _MOST_WORKDAYS),
            clock="days",
        ),
        date_fact("late_since", "terlambat sejak", "late since"),
    ),
)


def request_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every service request."""
    for one in folder.of_type("service_request"):
        if one.person is None or folder.wants(one.person):
            yield Sheet(
                about="service_request",
                subject=one.id,
                episode=one.id,
                person=one.person,
                area=home_of(folder, one.person, otherwise=one.area),
                on=one.seen_on,
                record=one.id,
                facts=_facts_of(one, frame),
            )


def _facts_of(request: Entry, frame: Frame) -> dict[str, Any]:
    data = request.data
    facts = {name: data[name] for name in ("standard_workdays", "standard_fee_idr", "fee_charged_idr") if name in data}
    facts["finished"] = finished = data.get("status") in _FINISHED or "issued_on" in data or "handed_over_on" in data
    complete, standard = day_of(data, "complete_on"), data.get("standard_workdays")
    if complete is not None and standard is not None and not finished:
        over = workdays_between(complete, frame.now, frame.holidays) - standard
        facts["workdays_over_standard"] = over
        if over > 0:
            facts["late_since"] = workday_after(complete, int(standard) + 1, frame.holidays)
    return facts
