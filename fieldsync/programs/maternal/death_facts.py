"""Whether a woman who died was pregnant, or had been shortly before: how many days lie between, as records tell.

Where no birth was recorded, the last day on which she was surely pregnant stands for it. What counts as a maternal
death is for the rules.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fieldsync.programs.facts import context, date_fact, days, fields_as_facts
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import died_on
from fieldsync.programs.maternal.course import delivered_woman, first_delivery, visits_of
from fieldsync.programs.maternal.dating import TERM_DAYS, datings_of
from fieldsync.programs.maternal.pregnancy import PREGNANCY
from fieldsync.rules import Fact, Sheet

(_STATUS,) = fields_as_facts(PREGNANCY, "status")

MATERNAL_DEATH_CONTEXT = context(
    "maternal_death",
    "kematian perempuan hamil atau nifas",
    "death in pregnancy or after it",
    (
        date_fact("died_on", "tanggal meninggal", "date of death"),
        days("days_after_birth", "hari antara persalinan dan kematian", "days from birth to death", clock="none"),
        days(
            "days_after_pregnant",
            "hari antara terakhir diketahui hamil dan kematian",
            "days from when she was last known to be pregnant to death",
            clock="none",
        ),
        days("ga_days_at_death", "usia kehamilan saat meninggal", "age of the pregnancy at death", clock="none"),
        Fact(name="pregnancy_status", kind="code", label=_STATUS.label, codes=_STATUS.codes),
    ),
)


def maternal_death_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every pregnancy, and every delivery without one, of a woman who died no earlier."""
    for pregnancy in folder.of_type("pregnancy"):
        if pregnancy.person is not None and folder.wants(pregnancy.person):
            deliveries = folder.naming("delivery", "pregnancy_id", pregnancy.id)
            facts = _facts_of(folder, pregnancy, first_delivery(folder, deliveries[0]) if deliveries else None)
            if facts:
                yield _sheet(pregnancy.person, pregnancy, facts)
    for delivery in folder.of_type("delivery"):
        if folder.record("pregnancy", delivery.data.get("pregnancy_id")) is None:
            woman = delivered_woman(folder, delivery)
            if woman is not None and folder.wants(woman) and (facts := _after_birth(folder, delivery, woman)):
                yield _sheet(woman, delivery, facts)


def _sheet(woman: str, entry: Entry, facts: dict[str, Any]) -> Sheet:
    """Return the sheet of what she was pregnant with; whatever it was, she died once, so that she is the episode."""
    return Sheet(
        about="maternal_death",
        subject=woman,
        episode=woman,
        person=woman,
        area=entry.area,
        record=entry.id,
        facts=facts,
    )


def _facts_of(folder: Folder, pregnancy: Entry, delivery: Entry | None) -> dict[str, Any]:
    died, dating = died_on(folder, pregnancy.person), datings_of(folder).get(pregnancy.id)
    if died is not None and dating is not None and died < dating.lmp:
        return {}
    if delivery is not None:
        return _after_birth(folder, delivery, pregnancy.person)
    status = pregnancy.data.get("status")
    if died is None:
        return {"pregnancy_status": status} if status == "died" else {}
    facts: dict[str, Any] = {"died_on": died}
    if isinstance(status, str):
        facts["pregnancy_status"] = status
    if dating is not None:
        facts["ga_days_at_death"] = dating.age(died)
    if (last := _surely_pregnant(folder, pregnancy, died)) is not None:
        facts["days_after_pregnant"] = (died - last).days
    return facts


def _after_birth(folder: Folder, delivery: Entry, woman: str | None) -> dict[str, Any]:
    born, died = day_of(delivery.data, "delivered_on"), died_on(folder, woman)
    if died is None and delivery.data.get("mother_outcome") == "died":
        died = born
    if died is None or born is None or (died - born).days < -TERM_DAYS:
        return {}
    return {"died_on": died, "days_after_birth": (died - born).days}


def _surely_pregnant(folder: Folder, pregnancy: Entry, died: date) -> date | None:
    """Return the last day up to her death on which she surely was pregnant: of the beginning and the visits."""
    dating = datings_of(folder).get(pregnancy.id)
    known = [day_of(visit.data, "visit_date") for visit in visits_of(folder, pregnancy)]
    known.append(dating.lmp if dating is not None else None)
    return max((day for day in known if day is not None and day <= died), default=None)
