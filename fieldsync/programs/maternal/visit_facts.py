"""What is known at one antenatal visit: its fields, the pregnancy's age that day, and what repeats decide."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fieldsync.programs.facts import context, fields_as_facts, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.rules import Sheet

ANC_VISIT_CONTEXT = context(
    "anc_visit",
    "kunjungan antenatal",
    "antenatal visit",
    (
        *fields_as_facts(ANC_VISIT, "systolic_mmhg", "diastolic_mmhg", "danger_signs", "pe_symptoms", "urine_protein"),
        number("systolic_effective_mmhg", "tekanan sistolik", "systolic pressure", unit="mmHg", limits=(50, 260)),
        number("diastolic_effective_mmhg", "tekanan diastolik", "diastolic pressure", unit="mmHg", limits=(30, 160)),
    ),
    by_visit=True,
)


def visit_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every visit of every pregnancy in the folder, in the order of the visits."""
    for pregnancy in folder.of_type("pregnancy"):
        if not folder.wants(pregnancy.person):
            continue
        visits = sorted(folder.naming("anc_visit", "pregnancy_id", pregnancy.id), key=_order)
        for visit in visits:
            yield Sheet(
                about="anc_visit",
                subject=pregnancy.person or pregnancy.id,
                episode=pregnancy.id,
                person=pregnancy.person,
                area=visit.area,
                on=day_of(visit.data, "visit_date"),
                record=visit.id,
                facts=_facts_of(visit),
                newest=visit is visits[-1],
            )


def _order(visit: Entry) -> tuple[date, date, str]:
    return (day_of(visit.data, "visit_date") or date.min, visit.seen_on or date.min, visit.id)


def _facts_of(visit: Entry) -> dict[str, Any]:
    data = visit.data
    facts = {name: data[name] for name in ANC_VISIT_CONTEXT.facts if name in data}
    for name in ("systolic", "diastolic"):
        value = data.get(f"{name}_repeat_mmhg", data.get(f"{name}_mmhg"))
        if value is not None:
            facts[f"{name}_effective_mmhg"] = value
    return facts
