"""What a NIK tells of its bearer: day (women's is 40 more), month and two-digit year of birth.

The region digits are those of the first registration, so they are compared with nothing. Nor is the serial.
"""

from collections.abc import Mapping
from typing import Any

from fieldsync.programs.folder import day_of
from fieldsync.programs.values import DOUBTS, is_digits

_LENGTH = 16
_WOMEN = 40


def is_well_formed(nik: object) -> bool:
    """Tell whether it is 16 digits with a date part that can be: days 01 to 31 or 41 to 71, months 01 to 12."""
    return isinstance(nik, str) and is_digits(nik) and len(nik) == _LENGTH and not DOUBTS["nik"](nik, "")


def agrees(nik: str, data: Mapping[str, Any]) -> bool | None:
    """Tell whether a well-formed NIK agrees with a person's sex and date of birth; None when neither is known.

    Of a date that is exact to the month or the year only that much is compared, of an estimate nothing.
    """
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex, born = data.get("sex"), day_of(data, "birth_date")
    compared = []
    if sex in ("male", "female"):
        compared.append((day > _WOMEN) == (sex == "female"))
    if born is not None:
        precision = data.get("birth_date_precision", "day")
        if precision != "estimated":
            compared.append(year == born.year % 100)
        if precision in ("day", "month"):
            compared.append(month == born.month)
        if precision == "day":
            compared.append(day % _WOMEN == born.day)
    return all(compared) if compared else None
