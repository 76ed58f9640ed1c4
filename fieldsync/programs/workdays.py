"""Working days: Monday to Friday without days off; the day on which something happened is day 0.

Which days are off is handed in; `national_days_off` tells those of the whole country, as the package `holidays` has
them. Counting costs the same over any span. Office hours and half days are not known here.
"""

from bisect import bisect_right
from datetime import date
from functools import lru_cache

import holidays

_WEEK, _WORKING = 7, 5
# Nothing is followed up for longer; what is older is late with or without the days off of that time.
_YEARS_BACK, _YEARS_AHEAD = 6, 1


def national_days_off(now: date) -> frozenset[date]:
    """Return Indonesia's national holidays and joint leave of the years around a day.

    Joint leave (cuti bersama) is in it: by yearly decree civil servants do not work on it, and those are who verify,
    answer and issue. It is known for the years that are decreed; moving feasts of later years are estimates.
    """
    return _days_off_around(now.year)


@lru_cache(maxsize=8)
def _days_off_around(year: int) -> frozenset[date]:
    years = range(year - _YEARS_BACK, year + _YEARS_AHEAD + 1)
    return frozenset(holidays.country_holidays("ID", years=years, categories=("public", "government")))


def workdays_between(start: date, end: date, days_off: frozenset[date]) -> int:
    """Return how many working days lie after `start`, up to and with `end`; negative when `end` is before it."""
    first, last = start.toordinal(), end.toordinal()
    off = _lost(days_off)
    return _weekdays(last) - _weekdays(first) - bisect_right(off, last) + bisect_right(off, first)


def workday_after(start: date, count: int, days_off: frozenset[date]) -> date:
    """Return the day on which the `count`-th working day after `start` is reached; `count` is at least 1."""
    at = start.toordinal() + count
    while (lacking := count - workdays_between(start, date.fromordinal(at), days_off)) > 0:
        at += lacking
    return date.fromordinal(at)


def _weekdays(ordinal: int) -> int:
    """Return how many days from Monday to Friday there were since 0001-01-01, a Monday, with this one."""
    weeks, rest = divmod(ordinal, _WEEK)
    return weeks * _WORKING + min(rest, _WORKING)


@lru_cache(maxsize=64)
def _lost(days_off: frozenset[date]) -> tuple[int, ...]:
    """Return the days off on which there would be work else, as ordinals in order."""
    return tuple(sorted(day.toordinal() for day in days_off if day.weekday() < _WORKING))
