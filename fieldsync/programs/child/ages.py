"""When a child was born, and how old it is: in days for newborns and growth, in calendar months for immunisation.

A date of birth may come from the child's own record or from the delivery; how exact it is matters for growth.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from fieldsync.programs.folder import Entry, Folder, day_of
from fieldsync.programs.kin import birth_of, is_exact, person_entry

MONTHS = 12


class Child(NamedTuple):
    """What is known of a child itself: day of birth and whether it is exact to the month at least, sex, its record."""

    born: date | None
    exact: bool
    sex: str | None
    entry: Entry | None


def child_of(folder: Folder, person: str | None) -> Child:
    """Return a child: as its own record has it, or the delivery where that knows more."""
    entry, birth = person_entry(folder, person), birth_of(folder, person)
    data: Mapping[str, Any] = entry.data if entry is not None else {}
    born, exact, sex = day_of(data, "birth_date"), is_exact(data), data.get("sex")
    if birth is not None:
        sex = sex or birth.baby.get("sex")
        delivered = day_of(birth.delivery.data, "delivered_on")
        if delivered is not None and (born is None or not exact):
            born, exact = delivered, True
    return Child(born, exact, sex, entry)


def age_in_days(born: date | None, on: date | None) -> int | None:
    """Return an age in days; None when a date is not known, or the day is before the birth."""
    if born is None or on is None or on < born:
        return None
    return (on - born).days


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def age_in_months(born: date, on: date) -> int:
    """Return an age in whole calendar months; under 0 before the birth."""
    months = (on.year - born.year) * MONTHS + on.month - born.month
    return months if months_after(born, months) <= on else months - 1
