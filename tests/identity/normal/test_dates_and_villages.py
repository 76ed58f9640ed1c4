"""How dates of birth compare, and what code a village has on a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal import DateLikeness, date_likeness, present_code, read_changes

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


A, B, C, D = (f"16.02.05.200{number}" for number in range(1, 5))


def row(old, new, valid_from, source="SK Bupati 1/2020"):
    return {"old": old, "new": new, "valid_from": valid_from, "source": source}


def test_changes_of_village_codes_are_followed_by_their_dates():
    changes = read_changes([row(A, B, "2010-06-01"), row(B, C, "2020-01-01")])
    assert present_code(A, date(2010, 5, 31), changes) == A
    assert present_code(A, date(2010, 6, 1), changes) == B
    assert present_code(A, date(2024, 1, 1), changes) == C
    assert present_code(B, date(2015, 1, 1), changes) == B
    assert present_code(D, date(2024, 1, 1), changes) == D


def test_the_table_shipped_changes_nothing():
    assert present_code(A, date(2024, 1, 1)) == A


def test_the_same_row_twice_is_one_change():
    assert present_code(A, date(2024, 1, 1), read_changes([row(A, B, "2010-06-01")] * 2)) == B


REFUSED = {
    "a circle": ([row(A, B, "2010-06-01"), row(B, C, "2011-01-01"), row(C, A, "2012-01-01")], "lead back"),
    "itself": ([row(A, A, "2010-06-01")], "no change"),
    "two next codes": ([row(A, B, "2010-06-01"), row(A, C, "2010-06-01")], "two next codes"),
    "no code": ([row("16020520", B, "2010-06-01")], "no change"),
    "no source": ([row(A, B, "2010-06-01", " ")], "no change"),
    "no day": ([row(A, B, "June 2010")], "no ISO date"),
    "no columns": ([{}], "no change"),
}


@pytest.mark.parametrize(("rows", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_change_is_refused(rows, why):
    with pytest.raises(ValueError, match=why):
        read_changes(rows)


@given(st.lists(st.tuples(st.sampled_from([A, B, C, D]), st.sampled_from([A, B, C, D]), DAYS), max_size=6), DAYS)
def test_following_changes_always_ends(changes, on):
    rows = [row(old, new, day.isoformat()) for old, new, day in changes]
    try:
        read = read_changes(rows)
    except ValueError:
        return
    for code in (A, B, C, D):
        last = present_code(code, on, read)
        assert present_code(last, on, read) == last
