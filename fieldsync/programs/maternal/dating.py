"""How old a pregnancy is: its dating, and gestational age in days.

Dating order (rules.md): the due date by ultrasound, then the last menstrual period, then the due date as told.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from fieldsync.programs.folder import Entry, Folder, day_of

TERM_DAYS = 280
WEEK = 7


class Dating(NamedTuple):
    """From when a pregnancy is counted: the day itself, and the field that told it."""

    lmp: date
    field: str

    def age(self, on: date) -> int:
        """Return the gestational age on a day, in days."""
        return (on - self.lmp).days


def dating_of(pregnancy: Entry | None) -> Dating | None:
    """Return from when a pregnancy is counted; None when no dating field is known."""
    if pregnancy is None:
        return None
    for name in ("edd_ultrasound", "lmp_date", "edd_stated"):
        told = day_of(pregnancy.data, name)
        if told is not None:
            return Dating(told if name == "lmp_date" else told - timedelta(days=TERM_DAYS), name)
    return None


def datings_of(folder: Folder) -> Mapping[str, Dating]:
    """Return from when each pregnancy of a folder is counted, by its id; those that are not dated are left out."""
    return folder.memo("datings", lambda: _datings(folder))


def _datings(folder: Folder) -> Mapping[str, Dating]:
    return {one.id: dating for one in folder.of_type("pregnancy") if (dating := dating_of(one)) is not None}


def age_at_delivery(folder: Folder, delivery: Entry) -> int | None:
    """Return the gestational age at a delivery, in days; None when the pregnancy or a date is not known."""
    dating = dating_of(folder.record("pregnancy", delivery.data.get("pregnancy_id")))
    born = day_of(delivery.data, "delivered_on")
    return dating.age(born) if dating is not None and born is not None else None


def full_years(begin: date, end: date) -> int:
    """Return how many years have gone by in full; what begins on 29 February turns on 1 March."""
    return end.year - begin.year - ((end.month, end.day) < (begin.month, begin.day))
