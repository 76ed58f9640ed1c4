"""Working days against counting them one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs.workdays import national_days_off, workday_after, workdays_between

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
OFF = st.frozensets(DAYS, max_size=12)
NONE: frozenset[date] = frozenset()


def counted(start: date, end: date, off: frozenset[date]) -> int:
    days = (start + timedelta(days=at) for at in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in off for day in days)


@given(DAYS, st.integers(0, 500), OFF)
def test_counts_what_counting_day_by_day_gives(start, length, off):
    end = start + timedelta(days=length)
    assert workdays_between(start, end, off) == counted(start, end, off)
    assert workdays_between(end, start, off) == -counted(start, end, off)


@given(DAYS, st.integers(1, 90), OFF)
def test_the_day_of_a_count_is_the_first_on_which_it_is_reached(start, count, off):
    day = workday_after(start, count, off)
    assert counted(start, day, off) == count
    assert counted(start, day - timedelta(days=1), off) == count - 1


@pytest.mark.parametrize(
    ("start", "end", "off", "expected"),
    [
        ("2026-03-06", "2026-03-06", (), 0),
        ("2026-03-06", "2026-03-08", (), 0),
        ("2026-03-06", "2026-03-09", (), 1),
        ("2026-03-06", "2026-03-10", ("2026-03-09",), 1),
        ("2026-03-02", "2026-03-10", ("2026-03-06",), 5),
        ("2026-03-07", "2026-03-09", (), 1),
        ("2026-03-02", "2026-03-10", ("2026-03-07",), 6),
    ],
)
def test_the_day_of_receipt_is_day_0(start, end, off, expected):
    days_off = frozenset(map(date.fromisoformat, off))
    assert workdays_between(date.fromisoformat(start), date.fromisoformat(end), days_off) == expected


def test_national_days_off_have_holidays_and_joint_leave():
    off = national_days_off(date(2026, 3, 10))
    assert {date(2026, 8, 17), date(2025, 12, 25), date(2027, 1, 1), date(2026, 3, 23)} <= off
    assert date(2026, 3, 10) not in off
    assert national_days_off(date(2026, 11, 1)) is off
