"""How dates of birth compare."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal import DateLikeness, date_likeness

STEPS = {
    "the same day": ("1984-03-12", "1984-03-12", DateLikeness.SAME),
    "the same placeholder": ("1984-01-01", "1984-01-01", DateLikeness.SAME_PLACEHOLDER),
    "two placeholders of one year": ("1984-01-01", "1984-07-01", DateLikeness.SAME_PLACEHOLDER),
    "day and month swapped": ("1984-03-12", "1984-12-03", DateLikeness.SWAPPED),
    "one a placeholder": ("1984-03-12", "1984-12-31", DateLikeness.SAME_YEAR_PLACEHOLDER),
    "a digit of the day": ("1984-03-12", "1984-03-22", DateLikeness.SLIP),
    "a digit of the month": ("1984-03-12", "1984-08-12", DateLikeness.SLIP),
    "a digit of the year": ("1984-03-12", "1994-03-12", DateLikeness.SLIP),
    "digits of the day swapped": ("1984-03-12", "1984-03-21", DateLikeness.SLIP),
    "digits of the year swapped": ("1984-03-12", "1948-03-12", DateLikeness.SLIP),
    "digits between day and month swapped": ("1984-11-20", "1984-01-21", DateLikeness.SLIP),
    "some days": ("1984-03-12", "1984-04-05", DateLikeness.CLOSE_DAYS),
    "some days over new year": ("1984-12-20", "1985-01-08", DateLikeness.CLOSE_DAYS),
    "estimated": ("1984-03-12", "1987-07-01", DateLikeness.ESTIMATED),
    "two placeholders of near years": ("1984-01-01", "1985-01-01", DateLikeness.ESTIMATED),
    "months": ("1984-03-12", "1984-11-28", DateLikeness.YEAR),
    "a year": ("1984-03-12", "1985-03-11", DateLikeness.YEAR),
    "four years and a placeholder": ("1984-03-12", "1988-01-01", DateLikeness.ELSE),
    "placeholders a digit apart": ("1984-01-01", "1994-01-01", DateLikeness.ELSE),
    "more than a year": ("1984-03-12", "1985-04-28", DateLikeness.ELSE),
    "another": ("1984-03-12", "2001-10-25", DateLikeness.ELSE),
}
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
PRECISIONS = st.sampled_from([None, "day", "month", "year", "estimated"])


@pytest.mark.parametrize(("one", "other", "step"), STEPS.values(), ids=STEPS)
def test_dates_compare(one, other, step):
    assert date_likeness(date.fromisoformat(one), "day", date.fromisoformat(other), None) is step


def test_every_step_has_an_example():
    assert {step for *_, step in STEPS.values()} == set(DateLikeness) - {DateLikeness.UNKNOWN}


BY_PRECISION = {
    "years only": ("1984-03-12", "year", "1984-03-12", "year", DateLikeness.SAME_PLACEHOLDER),
    "one year only": ("1984-03-12", "day", "1984-09-25", "year", DateLikeness.SAME_YEAR_PLACEHOLDER),
    "estimated": ("1984-03-12", "estimated", "1981-09-25", "day", DateLikeness.ESTIMATED),
    "a month": ("1984-03-15", "month", "1984-03-28", "day", DateLikeness.SAME_YEAR_PLACEHOLDER),
    "another month": ("1984-03-15", "month", "1984-09-28", "day", DateLikeness.YEAR),
}


@pytest.mark.parametrize(("one", "how", "other", "so", "step"), BY_PRECISION.values(), ids=BY_PRECISION)
def test_dates_compare_by_what_is_known_of_them(one, how, other, so, step):
    assert date_likeness(date.fromisoformat(one), how, date.fromisoformat(other), so) is step


def test_a_missing_date_is_no_evidence():
    assert date_likeness(None, None, date(1984, 3, 12), "day") is DateLikeness.UNKNOWN
    assert date_likeness(date(1984, 3, 12), "day", None, None) is DateLikeness.UNKNOWN


@given(DAYS, PRECISIONS, DAYS, PRECISIONS)
def test_dates_compare_the_same_either_way(one, how, other, so):
    step = date_likeness(one, how, other, so)
    assert step is date_likeness(other, so, one, how)
    assert date_likeness(one, how, one, how) >= DateLikeness.SAME_PLACEHOLDER
    if step >= DateLikeness.SAME_YEAR_PLACEHOLDER:
        assert one.year == other.year
