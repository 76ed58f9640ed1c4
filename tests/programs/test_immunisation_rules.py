"""Immunisation: due ages in calendar months, what is late, what is missing, and which flag stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from flags import flags as every_flag
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs.child.ages import age_in_months, months_after
from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of


def flags(records: list[dict[str, Any]], now: str) -> set[tuple[str, str]]:
    """Return what is raised, but for what odd values raise by themselves: that has its own tests."""
    return {one for one in every_flag(records, now) if not one[0].startswith("DQ-")}


NOW = date(2026, 3, 10)
Record = dict[str, Any]
DUE = {
    "BCG": 1,
    "OPV1": 1,
    **dict.fromkeys(("DPT1", "OPV2", "PCV1", "RV1"), 2),
    **dict.fromkeys(("DPT2", "OPV3", "PCV2", "RV2"), 3),
    **dict.fromkeys(("DPT3", "OPV4", "IPV1", "RV3"), 4),
    **dict.fromkeys(("MR1", "IPV2"), 9),
}
BASIC = ["BCG", "OPV1", "OPV2", "OPV3", "OPV4", "DPT1", "DPT2", "DPT3", "IPV1", "MR1"]
BOOSTERS = ["DPT4", "MR2"]
ALL = [*DUE, *BOOSTERS]


def child(born: date, **fields: Any) -> Record:
    return {"type": "person", "id": "C1", "birth_date": born.isoformat(), "enrolled_child_program": True, **fields}


def raised(born: date, doses: list[str], now: date = NOW, **fields: Any) -> set[str]:
    given_ = [{"type": "immunisation", "person_id": "C1", "dose": dose, "given_on": "2026-01-01"} for dose in doses]
    return {rule for rule, subject in flags([child(born, **fields), *given_], now.isoformat()) if subject == "C1"}


@pytest.mark.parametrize("dose", DUE)
def test_a_dose_is_late_from_the_31st_day_after_it_was_due(dose: str) -> None:
    born, due = date(2025, 12, 15), date(2026, DUE[dose], 15)
    others = [one for one in ALL if one != dose]
    days = (30, 31)
    assert ["IMM-01" in raised(born, others, due + timedelta(days=late)) for late in days] == [False, True]
    assert "IMM-01" not in raised(born, ALL, due + timedelta(days=31))


def test_a_due_date_is_clipped_to_the_end_of_the_month() -> None:
    born = date(2025, 12, 31)
    others = [one for one in ALL if one != "DPT1"]
    # Due on 28 February.
    assert raised(born, others, date(2026, 3, 30)) == set()
    assert raised(born, others, date(2026, 3, 31)) == {"IMM-01"}


@pytest.mark.parametrize("dose", ["RV1", "RV2", "RV3"])
def test_rotavirus_is_not_caught_up_after_six_months(dose: str) -> None:
    born, others = date(2025, 10, 15), [one for one in ALL if one != dose]
    assert raised(born, others, date(2026, 4, 15)) == {"IMM-01"}
    assert raised(born, others, date(2026, 4, 16)) == set()


def test_hb0_is_never_late() -> None:
    assert raised(date(2025, 12, 1), [one for one in ALL if one != "HB0"]) == set()


def test_one_flag_lists_all_doses_that_are_late_since_the_first_was() -> None:
    book = book_on(NOW)
    sheets = sheets_of(folder_of([child(date(2025, 10, 20))]), Frame(NOW, book.tables))
    (found,) = book.judge(sheets, NOW)
    late = {"BCG", "OPV1", "DPT1", "OPV2", "PCV1", "RV1", "DPT2", "OPV3", "PCV2", "RV2"}
    assert {one.fact: one.value for one in found.grounds} == {"age_months": 4, "overdue_doses": frozenset(late)}
    assert found.sheet.facts["overdue_since"] == date(2025, 12, 21)
    assert found.due == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("born", "doses", "expected"),
    [
        (date(2025, 3, 11), [], {"IMM-01"}),
        (date(2025, 3, 10), [], {"IMM-02"}),
        (date(2025, 3, 10), ["DPT1"], {"IMM-03"}),
        (date(2021, 3, 11), [], {"IMM-02"}),
        (date(2021, 3, 10), [], set()),
        (date(2021, 3, 11), ["DPT1"], {"IMM-03"}),
        (date(2021, 3, 10), ["DPT1"], set()),
        (date(2024, 3, 10), BASIC, {"IMM-04"}),
        (date(2024, 3, 11), BASIC, set()),
        (date(2021, 3, 11), BASIC, {"IMM-04"}),
        (date(2021, 3, 10), BASIC, set()),
        (date(2024, 3, 10), [*BASIC, *BOOSTERS], set()),
        (date(2024, 3, 10), BOOSTERS, {"IMM-02"}),
        (date(2024, 3, 10), ["DPT1", *BOOSTERS], {"IMM-03"}),
        (date(2026, 3, 11), [], set()),
    ],
)
def test_what_is_asked_for_at_which_age(born: date, doses: list[str], expected: set[str]) -> None:
    assert raised(born, doses) == expected


@pytest.mark.parametrize("dose", BASIC)
def test_each_basic_dose_is_asked_for_after_the_first_birthday(dose: str) -> None:
    expected = {"IMM-02"} if dose == "DPT1" else {"IMM-03"}
    assert raised(date(2025, 1, 1), [one for one in BASIC if one != dose]) == expected


@pytest.mark.parametrize("dose", BOOSTERS)
def test_each_booster_is_asked_for_after_the_second_birthday(dose: str) -> None:
    assert raised(date(2024, 1, 1), [*BASIC, *(one for one in BOOSTERS if one != dose)]) == {"IMM-04"}


@pytest.mark.parametrize("born", [date(2025, 10, 1), date(2025, 3, 10), date(2023, 1, 1)])
@pytest.mark.parametrize(
    "fields",
    [
        {"enrolled_child_program": None},
        {"enrolled_child_program": False},
        {"death_date": "2026-03-01"},
        {"birth_date": None},
    ],
)
def test_only_living_children_of_the_program_are_asked_for(born: date, fields: Record) -> None:
    assert raised(born, []) != set()
    assert raised(born, [], **fields) == set()


def test_before_the_schedule_counts_nothing_is_asked_for() -> None:
    assert raised(date(2018, 3, 10), [], date(2019, 12, 31)) == set()


def test_the_date_of_birth_may_come_from_the_delivery() -> None:
    baby = {"person_id": "C1", "outcome": "live_birth"}
    delivery = {"type": "delivery", "id": "DL1", "delivered_on": "2025-03-10", "babies": [baby]}
    assert ("IMM-02", "C1") in flags([child(NOW, birth_date=None), delivery], NOW.isoformat())


@given(born=st.dates(date(2016, 1, 1), date(2026, 1, 1)), months=st.integers(0, 120))
def test_a_child_is_so_many_months_old_from_the_day_that_they_lead_to(born: date, months: int) -> None:
    day = months_after(born, months)
    assert age_in_months(born, day) == months
    assert age_in_months(born, day - timedelta(days=1)) == months - 1
    assert day.day == born.day or (day.day < born.day and (day + timedelta(days=1)).day == 1)
