"""What code a village has by now that had another one on some day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal.villages import (
    ChangesError,
    VillageChanges,
    changes_in_use,
    present_code,
    read_changes,
    use_changes,
)

A, B, C, D = CODES = tuple(f"16.02.05.200{number}" for number in range(1, 5))
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
LONG_AGO, NOW = date(1990, 1, 1), date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _afterwards():
    yield
    use_changes(VillageChanges())


def lines(*rows):
    """Rows of old, new and day, as the lines of a file after its head."""
    return [(number, dict(zip(("old", "new", "valid_from"), row, strict=True))) for number, row in enumerate(rows, 2)]


def test_the_program_brings_no_changes():
    assert changes_in_use() == VillageChanges()
    assert present_code(A, NOW) == A


def test_changes_are_followed_to_the_last_code_from_any_day():
    use_changes(read_changes(lines((A, B, "2010-06-01"), (B, C, "2020-01-01"))))
    for on in (LONG_AGO, date(2010, 6, 1), date(2015, 1, 1), NOW):
        assert [present_code(code, on) for code in CODES] == [C, C, C, D]


def test_codes_that_were_shifted_on_one_day_are_told_apart_by_the_day():
    use_changes(read_changes(lines((A, B, "2020-01-01"), (B, C, "2020-01-01"), (C, D, "2020-01-01"))))
    assert [present_code(code, date(2019, 12, 31)) for code in CODES] == [B, C, D, D]
    # Of A nobody else has the code: who writes it after the change has an old list.
    assert [present_code(code, date(2020, 1, 1)) for code in CODES] == [B, B, C, D]


def test_a_code_that_another_village_was_given_later_is_its_own_from_then_on():
    use_changes(read_changes(lines((B, C, "2010-01-01"), (A, B, "2020-01-01"))))
    assert present_code(A, LONG_AGO) == B
    assert present_code(B, date(2009, 1, 1)) == present_code(B, date(2019, 12, 31)) == C
    assert present_code(B, date(2020, 1, 1)) == B


def test_the_same_change_twice_is_one():
    assert read_changes(lines((A, B, "2010-06-01"), (A, B, "2010-06-01"))) == read_changes(lines((A, B, "2010-06-01")))


REFUSED = {
    "a circle": ([(A, B, "2010-06-01"), (B, C, "2011-01-01"), (C, A, "2012-01-01")], "line 4: .* lead back to .*2001"),
    "a circle that others lead into": ([(D, A, "2010-06-01"), (A, B, "2011-01-01"), (B, A, "2012-01-01")], "line 4: "),
    "itself": ([(A, B, "2010-06-01"), (C, C, "2010-06-01")], "line 3: .*2003 is no change"),
    "two next codes": ([(A, B, "2010-06-01"), (A, C, "2010-06-01")], "line 3: .* another next code.* line 2"),
    "two days": ([(A, B, "2010-06-01"), (A, B, "2010-07-01")], "line 3: .* another day, in line 2"),
    "no code": ([("16020520", B, "2010-06-01")], "line 2: '16020520' is no code"),
    "a district": ([(A, "16.02.05", "2010-06-01")], "line 2: '16.02.05' is no code"),
    "other digits": ([("١٦.02.05.2001", B, "2010-06-01")], "line 2: .* is no code"),
    "nothing": ([("", B, "2010-06-01")], "line 2: '' is no code"),
    "no day": ([(A, B, "June 2010")], "line 2: valid_from takes .*, not 'June 2010'"),
    "no such day": ([(A, B, "2010-02-30")], "line 2: valid_from"),
    "a day without hyphens": ([(A, B, "20100601")], "line 2: valid_from"),
}


@pytest.mark.parametrize(("rows", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_change_is_refused_with_its_line(rows, why):
    with pytest.raises(ChangesError, match=why):
        read_changes(lines(*rows))


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), DAYS), max_size=6), DAYS)
def test_following_changes_ends_where_a_village_stays(rows, on):
    try:
        changes = read_changes(lines(*((old, new, day.isoformat()) for old, new, day in rows)))
    except ChangesError:
        return
    use_changes(changes)
    for code in CODES:
        last = present_code(code, on)
        assert last == code or last in {new for _, new, _ in rows}
        if all(old != code for old, *_ in rows):
            assert last == code


@given(st.permutations([(A, B, "2010-06-01"), (B, C, "2020-01-01"), (D, A, "2015-01-01")]), DAYS)
def test_the_order_of_lines_does_not_matter(rows, on):
    use_changes(read_changes(lines(*rows)))
    expected = {A: A if on >= date(2015, 1, 1) else C, B: C, C: C, D: A}
    assert {code: present_code(code, on) for code in CODES} == expected
