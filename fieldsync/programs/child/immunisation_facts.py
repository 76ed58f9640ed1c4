"""Which doses a child of the child program lacks now, and which of them are late.

When a dose is due, and until when it can be given, is a table; what is asked for at which age is for the rules.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from fieldsync.programs.child.ages import MONTHS, age_in_months, child_of, months_after
from fieldsync.programs.child.immunisation import IMMUNISATION
from fieldsync.programs.facts import code_fact, context, date_fact, number
from fieldsync.programs.folder import Entry, Folder, Frame
from fieldsync.programs.kin import is_dead
from fieldsync.rules import Sheet

_DAY = timedelta(days=1)
_NEVER = date(9999, 1, 1)
_DOSES = next(one.codes.labels for one in IMMUNISATION.fields if one.name == "dose" and one.codes)

CHILD_CONTEXT = context(
    "child",
    "anak yang dipantau",
    "child of the program",
    (
        number("age_months", "umur", "age", unit="months", limits=(0, 1560), clock="told"),
        code_fact("missing_doses", "dosis yang belum tercatat", "doses not recorded", _DOSES, several=True),
        code_fact("overdue_doses", "dosis yang terlambat", "doses that are late", _DOSES, several=True),
        date_fact("overdue_since", "terlambat sejak", "late since"),
        date_fact("first_birthday", "genap 1 tahun", "first birthday"),
        date_fact("second_birthday", "genap 2 tahun", "second birthday"),
    ),
)


def child_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every living child that the child program follows, as things stand on the day of the frame."""
    schedule = frame.tables.get("immunisation_schedule")
    if schedule is None:
        return
    for entry in folder.of_type("person"):
        person = entry.person
        if person is None or entry.data.get("enrolled_child_program") is not True or not folder.wants(person):
            continue
        born = child_of(folder, person).born
        if born is None or born > frame.now or is_dead(folder, person):
            continue
        facts, moves_on = _facts_of(folder, entry, born, frame.now, schedule)
        yield Sheet(
            about="child",
            subject=person,
            episode=person,
            person=person,
            area=entry.area,
            on=entry.seen_on,
            record=entry.id,
            facts=facts,
            moves_on=moves_on,
        )


def _facts_of(
    folder: Folder, entry: Entry, born: date, now: date, schedule: Mapping[str, Any]
) -> tuple[dict[str, Any], date]:
    """Return the facts of a child, and the next day on which time alone changes them."""
    given = {one.data.get("dose") for one in folder.about("immunisation", entry.person)}
    due: Mapping[str, int] = schedule["due_months"]
    missing = frozenset(dose for dose in due if dose not in given)
    facts: dict[str, Any] = {
        "age_months": (age := age_in_months(born, now)),
        "missing_doses": missing,
        "first_birthday": months_after(born, MONTHS),
        "second_birthday": months_after(born, 2 * MONTHS),
    }
    grace = timedelta(days=schedule["late_after_days"] + 1)
    late, ahead = {}, [months_after(born, age + 1)]
    for dose in missing:
        since, until = months_after(born, due[dose]) + grace, _given_until(dose, born, schedule)
        if since <= now <= until:
            late[dose] = since
        ahead += [since, until + _DAY]
    facts["overdue_doses"] = frozenset(late)
    if late:
        facts["overdue_since"] = min(late.values())
    return facts, min(day for day in ahead if day > now)


def _given_until(dose: str, born: date, schedule: Mapping[str, Any]) -> date:
    """Return the last day on which a child of that birth is still given a dose; far ahead where age sets no end."""
    months, days = schedule["until_months"].get(dose), schedule["until_days"].get(dose)
    ends = [months_after(born, months)] if months is not None else []
    ends += [born + timedelta(days=days)] if days is not None else []
    return min(ends, default=_NEVER)
