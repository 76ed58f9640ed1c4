"""What is known of a mother after birth: which visits she had when, and what was found at each.

A visit belongs to the delivery that it names, else to her newest one up to that day. For a woman who died nothing holds
any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fieldsync.programs.facts import context, date_fact, days, fields_as_facts, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import died_on
from fieldsync.programs.maternal.course import SILENT, delivered_woman, first_delivery, mother_died, visit_order
from fieldsync.programs.maternal.postnatal import PNC_VISIT
from fieldsync.programs.measured import codes_of, copied, measure_of
from fieldsync.rules import Sheet

_WINDOWS = ("kf1", "kf2", "kf3", "kf4")
_MEASURES = ("systolic_mmhg", "diastolic_mmhg", "temp_c", "epds_total", "epds_item10")
_measured = measure_of(PNC_VISIT)

POSTNATAL_CONTEXT = context(
    "postnatal",
    "masa nifas",
    "weeks after birth",
    (
        date_fact("delivered_on", "tanggal persalinan", "date of birth"),
        days("days_since_birth", "hari sejak persalinan", "days since the birth"),
        *(
            number(f"{one}_visits", f"kunjungan {one.upper()}", f"{one.upper()} visits", unit="visits", limits=(0, 100))
            for one in _WINDOWS
        ),
    ),
)
PNC_MOTHER_CONTEXT = context(
    "pnc_mother",
    "kunjungan nifas",
    "visit to a mother after birth",
    (
        *fields_as_facts(PNC_VISIT, "danger_signs", *_MEASURES),
        days("days_after_birth", "hari setelah persalinan", "days after the birth", clock="none"),
    ),
    by_visit=True,
)


def postnatal_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every delivery whose woman is known, alive and followed."""
    for delivery in folder.of_type("delivery"):
        born, woman = day_of(delivery.data, "delivered_on"), delivered_woman(folder, delivery)
        if born is None or woman is None or not folder.wants(woman) or not _is_followed(folder, delivery, woman):
            continue
        if first_delivery(folder, delivery) is not delivery:
            continue
        windows = frame.tables["postnatal_windows"]
        seen = [(on - born).days for visit in mother_visits(folder, delivery) if (on := _visited(visit))]
        counts = {f"{one}_visits": _within(seen, windows[one]) for one in _WINDOWS}
        yield Sheet(
            about="postnatal",
            subject=woman,
            episode=delivery.id,
            person=woman,
            area=delivery.area,
            on=delivery.seen_on,
            record=delivery.id,
            facts={"delivered_on": born, "days_since_birth": (frame.now - born).days, **counts},
        )


def _is_followed(folder: Folder, delivery: Entry, woman: str) -> bool:
    pregnancy = folder.record("pregnancy", delivery.data.get("pregnancy_id"))
    silent = pregnancy is not None and pregnancy.data.get("status") in SILENT
    return not silent and not mother_died(folder, delivery, woman)


def _within(seen: Sequence[int], window: Sequence[int]) -> int:
    return sum(window[0] <= day <= window[1] for day in seen)


def _visited(visit: Entry) -> date | None:
    return day_of(visit.data, "visit_date")


def mother_visits(folder: Folder, delivery: Entry) -> Sequence[Entry]:
    """Return the visits to the mother after a delivery, the oldest first; those without a date before all others."""
    return folder.memo("mother visits", lambda: _by_delivery(folder)).get(delivery.id, ())


def _by_delivery(folder: Folder) -> Mapping[str | None, Sequence[Entry]]:
    """Return the visits to mothers by the delivery that they belong to; under None those that belong to none."""
    found: dict[str | None, list[Entry]] = {}
    for visit in sorted(folder.of_type("pnc_visit"), key=visit_order):
        if visit.data.get("subject") == "mother":
            delivery = _delivery_of(folder, visit)
            found.setdefault(delivery.id if delivery is not None else None, []).append(visit)
    return found


def _delivery_of(folder: Folder, visit: Entry) -> Entry | None:
    named = folder.record("delivery", visit.data.get("delivery_id"))
    if named is not None:
        return first_delivery(folder, named)
    if (on := _visited(visit)) is None:
        return None
    hers = folder.memo("deliveries of women", lambda: _by_woman(folder)).get(visit.person, ())
    return next((delivery for born, _, delivery in reversed(hers) if born <= on), None)


def _by_woman(folder: Folder) -> Mapping[str | None, Sequence[tuple[date, str, Entry]]]:
    found: dict[str | None, list[tuple[date, str, Entry]]] = {}
    for delivery in folder.of_type("delivery"):
        born = day_of(delivery.data, "delivered_on")
        if born is not None and first_delivery(folder, delivery) is delivery:
            found.setdefault(delivered_woman(folder, delivery), []).append((born, delivery.id, delivery))
    return {woman: sorted(hers, key=lambda one: one[:2]) for woman, hers in found.items() if woman is not None}


def mother_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every visit to a mother after birth, in the order of the visits.

    Of a mother who died an empty sheet comes last, on which nothing holds.
    """
    by_delivery = folder.memo("mother visits", lambda: _by_delivery(folder))
    for delivery_id, visits in by_delivery.items():
        delivery = folder.record("delivery", delivery_id)
        for woman, hers in _by_mother(folder, delivery, visits).items():
            if folder.wants(woman):
                yield from _sheets_of_mother(folder, woman, delivery, hers)


def _sheets_of_mother(folder: Folder, woman: str, delivery: Entry | None, visits: Sequence[Entry]) -> Iterator[Sheet]:
    over = mother_died(folder, delivery, woman) if delivery is not None else died_on(folder, woman) is not None
    for visit in visits:
        yield _visit_sheet(woman, delivery, visit, _facts_at(delivery, visit), newest=visit is visits[-1] and not over)
    if over:
        yield _visit_sheet(woman, delivery, delivery or visits[-1], {}, newest=True, over=True)


def _by_mother(folder: Folder, delivery: Entry | None, visits: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    """Return visits by whom they were to: of one delivery that is one woman, of none there may be many."""
    gave_birth = delivered_woman(folder, delivery) if delivery is not None else None
    found: dict[str, list[Entry]] = {}
    for visit in visits:
        if (woman := gave_birth or visit.person) is not None:
            found.setdefault(woman, []).append(visit)
    return found


def _facts_at(delivery: Entry | None, visit: Entry) -> dict[str, Any]:
    facts: dict[str, Any] = copied(visit.data, _MEASURES, _measured)
    if "danger_signs" in visit.data:
        facts["danger_signs"] = codes_of(visit.data, "danger_signs")
    on, born = _visited(visit), day_of(delivery.data, "delivered_on") if delivery is not None else None
    if on is not None and born is not None:
        facts["days_after_birth"] = (on - born).days
    return facts


def _visit_sheet(
    woman: str, delivery: Entry | None, entry: Entry, facts: dict[str, Any], *, newest: bool, over: bool = False
) -> Sheet:
    return Sheet(
        about="pnc_mother",
        subject=woman,
        episode=delivery.id if delivery is not None else woman,
        person=woman,
        area=entry.area,
        on=None if over else _visited(entry),
        record=entry.id,
        facts=facts,
        newest=newest,
        over=over,
    )
