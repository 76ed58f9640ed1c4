"""Rules about complaints and satisfaction: both sides of each limit."""

from datetime import date
from typing import Any

import pytest
from flags import flags
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.service.complaint_facts import SP4N_CLOCKS
from fieldsync.programs.trying import folder_of

NOW = "2026-03-10"
OPEN = ("received", "postponed", "forwarded", "in_process", "reopened", None)
DECIDED = ("closed", "rejected", "archived", "not_ours")


def raised(*records: dict[str, Any], holidays: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    return {one for one in flags(records, NOW, holidays=holidays) if one[0].startswith(("CP-", "SKM-"))}


def complaint(**fields: Any) -> dict[str, Any]:
    return {"type": "complaint", "id": "CP1", **fields}


@pytest.mark.parametrize(
    ("received", "expected"), [("2026-03-04", True), ("2026-03-05", False), (None, False), ("2026-03-11", False)]
)
def test_a_complaint_nobody_verified(received, expected):
    late = {("CP-SLA-01", "CP1")} if expected else set()
    for status in ("received", "postponed", None):
        assert raised(complaint(received_on=received, status=status)) == late
    for status in ("forwarded", "in_process", "replied", "reopened", *DECIDED):
        assert raised(complaint(received_on=received, status=status)) == set()
    assert raised(complaint(received_on=received, status="received", forwarded_on="2026-03-05")) == set()
    assert raised(complaint(received_on=received, status="received", closed_on="2026-03-06")) == set()
    assert raised(complaint(received_on=received, status="received"), holidays=("2026-03-05",)) == set()


@pytest.mark.parametrize(
    ("class_", "late", "in_time", "rule"),
    [
        ("information_request", "2026-03-02", "2026-03-03", "CP-SLA-02"),
        ("non_supervisory", "2026-02-17", "2026-02-18", "CP-SLA-03"),
        ("supervisory", "2025-12-15", "2025-12-16", "CP-SLA-04"),
    ],
)
def test_each_class_has_its_clock(class_, late, in_time, rule):
    for status in OPEN:
        given = {"class": class_, "status": status}
        assert raised(complaint(received_on=late, **given)) == {(rule, "CP1")}, "the check is late as well, silently"
        one_day_less = raised(complaint(received_on=in_time, **given))
        assert rule not in {found for found, _ in one_day_less}
        assert ("CP-SLA-01", "CP1") in one_day_less or status not in ("received", "postponed", None)
    for status in (*DECIDED, "replied"):
        assert raised(complaint(received_on=late, status=status, **{"class": class_})) == set()
    closed = complaint(received_on=late, status="in_process", closed_on="2026-03-01", **{"class": class_})
    assert raised(closed) == set()
    assert (
        raised(complaint(received_on=late, status="forwarded", **{"class": class_}), holidays=("2026-03-09",)) == set()
    )


def test_a_wish_and_a_complaint_without_class_have_only_the_first_clock():
    for class_ in ("aspiration", None):
        assert raised(complaint(received_on="2025-01-01", status="forwarded", **{"class": class_})) == set()
        assert raised(complaint(received_on="2025-01-01", status="received", **{"class": class_})) == {
            ("CP-SLA-01", "CP1")
        }


@pytest.mark.parametrize(("replied", "expected"), [("2026-02-27", True), ("2026-02-28", False), (None, False)])
def test_a_reply_that_nobody_answers(replied, expected):
    given = complaint(received_on="2026-02-20", status="replied", replied_on=replied, **{"class": "non_supervisory"})
    assert raised(given) == ({("CP-SLA-05", "CP1")} if expected else set())
    for done in (
        {"status": "closed"},
        {"closed_on": "2026-03-01"},
        {"status": "reopened"},
        {"status": "in_process", "reopened_on": "2026-03-01"},
    ):
        assert raised({**given, **done}) == set()


def test_a_reopened_complaint_waits_by_the_clock_from_the_receipt():
    given = complaint(received_on="2026-02-02", replied_on="2026-02-10", **{"class": "non_supervisory"})
    assert raised({**given, "status": "in_process", "reopened_on": "2026-02-12"}) == {("CP-SLA-03", "CP1")}
    assert raised({**given, "status": "in_process", "closed_on": "2026-02-11", "reopened_on": "2026-02-12"}) == {
        ("CP-SLA-03", "CP1")
    }


def test_the_table_for_due_dates_has_the_numbers_of_the_rules():
    book = book_on(date(2026, 3, 10))
    clocks = book.tables[SP4N_CLOCKS]
    by_rule = dict(zip(("verify", "information_request", "non_supervisory", "supervisory"), range(1, 5), strict=True))
    assert {name: book.rules[f"CP-SLA-0{at}"].parameters["allowed"].value for name, at in by_rule.items()} == clocks


def test_an_answer_is_due_the_day_after_the_clock_ran_out_whenever_it_is_looked_at():
    for now in (date(2026, 3, 10), date(2026, 4, 1)):
        book = book_on(now)
        folder = folder_of([complaint(received_on="2026-03-02", **{"class": "information_request"})])
        (found,) = book.judge(sheets_of(folder, Frame(now, book.tables)), now)
        assert found.due == date(2026, 3, 11)


# --- satisfaction


def answer(*marks: int | None, unit: str | None = "van") -> dict[str, Any]:
    return {"type": "survey_response", "unit": unit, **{f"u{at}": mark for at, mark in enumerate(marks, start=1)}}


def thousand(total: int) -> list[dict[str, Any]]:
    """Return 100 answers of one mark each for all nine elements, with this sum."""
    low, more = divmod(total, 100)
    return [answer(*[low + (at < more)] * 9) for at in range(100)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (thousand(100), {"SKM-01", "SKM-03"}),
        (thousand(259), {"SKM-01", "SKM-03"}),  # 64.75, mean 2.59
        (thousand(260), {"SKM-02"}),  # 65.00, mean 2.60
        (thousand(306), {"SKM-02"}),  # 76.50
        (thousand(307), set()),  # 76.75
        ([answer(4, 4, 4, 4, 4, 4, 4, 4, 2)], {"SKM-03"}),
        ([answer(3, 3, 3, 3, 3, 3, 3, 3, 3)], {"SKM-02"}),
        ([answer(3, 3, 3, 3, 3, 3, 3, 3, None)], set()),
        ([answer(3, 3, 3, 3, 3, 3, 3, 2, None)], {"SKM-03"}),
        ([answer(*[1] * 9, unit=None)], set()),
    ],
)
def test_the_index_of_a_unit(records, expected):
    assert raised(*records) == {(rule, "van") for rule in expected}


@pytest.mark.parametrize(
    ("sums", "index", "rule"),
    [
        # sums of 10,000 marks per element make the index exact to a thousandth
        ((26_000,) * 8 + (25_982,), 64.995, "SKM-02"),  # rounds to 65.00
        ((26_000,) * 8 + (25_978,), 64.9939, "SKM-01"),
        ((30_640,) * 8 + (30_641,), 76.6003, "SKM-02"),
        ((30_642,) * 9, 76.605, None),  # rounds to 76.61: class B
        ((30_641,) * 9, 76.6025, "SKM-02"),
    ],
)
def test_the_index_has_two_decimals(sums, index, rule):
    columns = [[low + (at < more) for at in range(10_000)] for low, more in (divmod(one, 10_000) for one in sums)]
    records = [answer(*marks) for marks in zip(*columns, strict=True)]
    assert sum(sums) / 90_000 * 25 == pytest.approx(index, abs=1e-3)
    assert {found for found, _ in raised(*records)} - {"SKM-03"} == ({rule} if rule else set())


def test_each_unit_by_itself():
    assert raised(answer(*[1] * 9, unit="a"), answer(*[4] * 9, unit="b")) == {("SKM-01", "a"), ("SKM-03", "a")}


@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=8))
def test_the_index_is_the_mean_of_means_whatever_the_order(marks):
    found = raised(*(answer(*one) for one in marks))
    assert found == raised(*(answer(*one) for one in reversed(marks)))
    index = sum(map(sum, marks)) / (9 * len(marks)) * 25
    assert (("SKM-01", "van") in found) == (index < 64.995)
