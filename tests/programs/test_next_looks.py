"""Between two looks time changes nothing: what holds on a day held on the last day that a look was announced for."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from vignettes import FILES, read

from bench.rules import NOW, Household
from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of
from fieldsync.rules import Book

DAY = timedelta(days=1)
SPAN = 24  # days that are looked at one by one, of each case others


def looked(book: Book, case: dict[str, Any], day: date) -> tuple[frozenset[tuple[str, str, str]], date | None]:
    """What holds on a day, and the next day that is announced."""
    holidays = frozenset(map(date.fromisoformat, case.get("holidays", ())))
    sheets = list(sheets_of(folder_of(case["records"]), Frame(day, book.tables, holidays)))
    held = frozenset((one.rule.id, one.sheet.subject, one.sheet.episode) for one in book.judge(sheets, day))
    ahead = [on for one in sheets if one.newest and (on := book.next_look(one, day)) is not None]
    return held, min(ahead, default=None)


@pytest.mark.parametrize("name", FILES)
def test_nothing_changes_before_the_day_that_a_look_is_announced_for(name):
    book = book_on(NOW)
    for number, case in enumerate(read(name)):
        first = date.fromisoformat(case["now"]) + number * 29 % 400 * DAY
        known, ahead = looked(book, case, first)
        for day in (first + after * DAY for after in range(1, SPAN)):
            held, next_ahead = looked(book, case, day)
            if ahead is not None and ahead <= day:
                known = held
            assert held == known, (case["id"], day, ahead)
            ahead = next_ahead if ahead is not None and ahead <= day else ahead


def test_a_household_is_looked_at_on_few_days():
    book = book_on(NOW)
    for number in range(12):
        case = {"records": Household(number).made()}
        days: list[date] = [NOW]
        while (ahead := looked(book, case, days[-1])[1]) is not None and ahead < NOW + 365 * DAY:
            days.append(ahead)
        assert all(one < other for one, other in pairwise(days))
        assert len(days) < 50, number


def test_a_score_that_time_will_raise_announces_the_day_whatever_the_office_sets_it_to():
    book = book_on(NOW)
    card = {**book.tables["kspr"], "post_term_at_least_days": 275}
    lmp = NOW - 260 * DAY
    pregnancy = {"type": "pregnancy", "id": "p", "woman_id": "w", "lmp_date": lmp.isoformat(), "status": "active"}
    folder = folder_of([{"type": "person", "id": "w", "sex": "female"}, pregnancy])
    scores = []
    for day in (NOW, lmp + 274 * DAY, lmp + 275 * DAY):
        sheets = sheets_of(folder, Frame(day, {**book.tables, "kspr": card}))
        (sheet,) = [one for one in sheets if one.about == "pregnancy"]
        scores.append((sheet.facts["kspr_score"], sheet.moves_on))
    assert scores == [(2, lmp + 275 * DAY), (2, lmp + 275 * DAY), (6, None)]
