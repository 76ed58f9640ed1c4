"""How like two dates of birth are: the ways in which clerks get one date wrong, told apart from another date.

Days that stand for "some day of that year" (1 January, 1 July, 31 December) agree for too
many people to mean much, so they have steps of their own. Pure; integers only, for speed.
"""

from datetime import date
from enum import IntEnum
from functools import lru_cache

PLACEHOLDERS = frozenset({(1, 1), (7, 1), (12, 31)})  # month, day
_NO_DAY = frozenset({"year", "estimated"})
_FEW_DAYS = 31
_ESTIMATED_YEARS = 3
_YEAR_DAYS = 366
_CACHED = 1 << 14


class DateLikeness(IntEnum):
    """Steps of likeness, weakest first; UNKNOWN is none of them but a date that is missing.

    YEAR: at most 366 days apart. ESTIMATED: at most three years, and one of them is vague.
    CLOSE_DAYS: at most 31 days. SLIP: one digit of dd/mm/yyyy changed, or two neighbours
    swapped. SAME_YEAR_PLACEHOLDER: the same year, one of them vague. SWAPPED: day and month
    the other way round. SAME_PLACEHOLDER: the same year, both vague. SAME: the same day.
    A date is vague on a placeholder or when only its year is known or estimated.
    """

    UNKNOWN = -1
    ELSE = 0
    YEAR = 1
    ESTIMATED = 2
    CLOSE_DAYS = 3
    SLIP = 4
    SAME_YEAR_PLACEHOLDER = 5
    SWAPPED = 6
    SAME_PLACEHOLDER = 7
    SAME = 8


# Looking members up in an enumeration is slow in Python 3.11.
_UNKNOWN, _ELSE, _YEAR, _ESTIMATED, _CLOSE_DAYS = tuple(DateLikeness)[:5]
_SLIP, _SAME_YEAR_PLACEHOLDER, _SWAPPED, _SAME_PLACEHOLDER, _SAME = tuple(DateLikeness)[5:]


def date_likeness(
    one: date | None, one_precision: str | None, other: date | None, other_precision: str | None
) -> DateLikeness:
    """Compare two dates of birth with their precisions (`day`, `month`, `year`, `estimated`, or not known)."""
    if one is None or other is None:
        return _UNKNOWN
    vague = is_vague(one, one_precision) + is_vague(other, other_precision)
    if one.year != other.year:
        return _about(one, other) if vague else _in_other_years(one, other)
    if vague > 1:
        return _SAME_PLACEHOLDER
    if one == other:
        return _SAME
    only_month = one.month == other.month and "month" in (one_precision, other_precision)
    return _in_one_year(one, other, no_day=bool(vague) or only_month)


def is_vague(day: date, precision: str | None) -> bool:
    """Tell whether a date says no more than its year."""
    return precision in _NO_DAY or (day.month, day.day) in PLACEHOLDERS


def _in_one_year(one: date, other: date, *, no_day: bool) -> DateLikeness:
    if one.day == other.month and one.month == other.day:
        return _SWAPPED
    if no_day:
        return _SAME_YEAR_PLACEHOLDER
    if _is_slip(one.day * 100 + one.month, other.day * 100 + other.month):
        return _SLIP
    return _CLOSE_DAYS if _days_apart(one, other) <= _FEW_DAYS else _YEAR


def _about(one: date, other: date) -> DateLikeness:
    """Of two years, one of them without a day: a slip in the year would be no more than a guess."""
    return _ESTIMATED if abs(one.year - other.year) <= _ESTIMATED_YEARS else _ELSE


def _in_other_years(one: date, other: date) -> DateLikeness:
    if one.day == other.day and one.month == other.month and _is_slip(one.year, other.year):
        return _SLIP
    apart = _days_apart(one, other)
    if apart <= _FEW_DAYS:
        return _CLOSE_DAYS
    return _YEAR if apart <= _YEAR_DAYS else _ELSE


def _days_apart(one: date, other: date) -> int:
    return abs(one.toordinal() - other.toordinal())


@lru_cache(_CACHED)
def _is_slip(one: int, other: int) -> bool:
    """Of two different numbers of four digits: one digit changed, or two neighbours swapped."""
    left, right = f"{one:04d}", f"{other:04d}"
    changed = [at for at in range(4) if left[at] != right[at]]
    if len(changed) == 1:
        return True
    first = changed[0]
    return changed == [first, first + 1] and left[first : first + 2] == right[first : first + 2][::-1]
