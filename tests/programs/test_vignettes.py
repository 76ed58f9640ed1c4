"""The example cases of the domain: every flag right, none extra."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

VIGNETTES = Path(__file__).parent.parent / "data" / "vignettes.jsonl"
CASES = [json.loads(line) for line in VIGNETTES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['title']}" for case in CASES])
def test_flags_of_the_example_are_all_there_and_none_extra(case: dict[str, Any]) -> None:
    now = date.fromisoformat(case["now"])
    book = book_on(now)
    holidays = frozenset(map(date.fromisoformat, case.get("holidays", ())))
    found = book.judge(sheets_of(folder_of(case["records"]), Frame(now, book.tables, holidays)), now)
    inside = [one for one in found if case["scope"] == ["*"] or one.rule.id.startswith(tuple(case["scope"]))]
    assert sorted((one.rule.id, one.sheet.subject, one.rule.severity) for one in inside) == sorted(
        (one["rule"], one["subject"], one["severity"]) for one in case["expect"]
    )
