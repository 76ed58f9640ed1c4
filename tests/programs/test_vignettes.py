"""Every case raises the flags that it must, and no other."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from vignettes import FILES, read

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

CASES = [case for name in FILES for case in read(name)]
BOOK = cache(book_on)


def raised(case: dict[str, Any], records: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return (rule, subject, severity) of what is true at `now` and inside the scope of the case."""
    now = date.fromisoformat(case["now"])
    holidays = frozenset(map(date.fromisoformat, case.get("holidays", ())))
    found = BOOK(now).judge(sheets_of(folder_of(records), Frame(now, BOOK(now).tables, holidays)), now)
    inside = [one for one in found if case["scope"] == ["*"] or one.rule.id.startswith(tuple(case["scope"]))]
    return sorted((one.rule.id, one.sheet.subject, one.rule.severity) for one in inside)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['title']}" for case in CASES])
def test_flags_of_the_case_are_all_there_and_none_extra_in_whatever_order_records_come(case: dict[str, Any]) -> None:
    expected = sorted((one["rule"], one["subject"], one["severity"]) for one in case["expect"])
    assert raised(case, case["records"]) == expected
    assert raised(case, case["records"][::-1]) == expected


def test_every_shipped_rule_is_raised_by_a_case_but_those_that_wait_for_others() -> None:
    raised_somewhere = {one["rule"] for case in CASES for one in case["expect"]}
    shipped = set(BOOK(date(2026, 3, 10)).rules)
    assert shipped - raised_somewhere == {"DQ-HELD-01"}
