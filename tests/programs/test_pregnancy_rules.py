"""Rules on a pregnancy as it stands now: the schedule, what every woman gets, late births, her papers."""

from datetime import date, timedelta
from typing import Any

import pytest
from flags import flags as every_flag

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of


def flags(records: list[dict[str, Any]], now: str) -> set[tuple[str, str]]:
    """Return what is raised, but for what odd values raise by themselves: that has its own tests."""
    return {one for one in every_flag(records, now) if not one[0].startswith(("DQ-01", "DQ-02"))}


NOW = date(2026, 3, 10)
WOMAN = {
    "type": "person",
    "id": "W1",
    "sex": "female",
    "birth_date": "1998-05-12",
    "nik": "1602055205980001",
    "kk_number": "1602050101150001",
}
GOOD = {
    "by_doctor": True,
    "hb_g_dl": 12.0,
    "hiv_result": "nonreactive",
    "syphilis_result": "nonreactive",
    "hbsag_result": "nonreactive",
    "iron_tablets_given": 90,
    "birth_plan_done": True,
    "tt_status": "T2",
}


def day(before: int) -> str:
    """Return the day so many days before now."""
    return (NOW - timedelta(days=before)).isoformat()


def visit(before: int, **given: Any) -> dict[str, Any]:
    return {"type": "anc_visit", "id": f"A{before}", "pregnancy_id": "PG1", "visit_date": day(before), **given}


def pregnancy(weeks: int, days: int = 0, **given: Any) -> dict[str, Any]:
    """Return an active pregnancy of that age now."""
    lmp = day(weeks * 7 + days)
    return {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "lmp_date": lmp, "status": "active", **given}


def raised(*records: dict[str, Any], woman: dict[str, Any] = WOMAN) -> set[str]:
    found = flags([woman, *records], NOW.isoformat())
    assert {subject for _, subject in found} <= {"W1"}
    return {rule for rule, _ in found}


def at(weeks: int, days: int = 0, *, seen: int = 1, **given: Any) -> set[str]:
    """Return what is raised with one visit, all good but what is given, so many days before now."""
    return raised(pregnancy(weeks, days), visit(seen, **{**GOOD, **given}))


def test_nothing_is_raised_when_all_is_well() -> None:
    assert at(38) == {"ANC-SCH-04"}
    assert raised(pregnancy(38), *(visit(before, **GOOD) for before in range(1, 7))) == set()


@pytest.mark.parametrize(
    ("weeks", "days", "expected"),
    [(12, 6, False), (13, 0, True), (40, 6, True), (41, 0, False)],
)
def test_first_contact_is_late_from_13_to_41_weeks(weeks: int, days: int, expected: bool) -> None:
    assert ("ANC-SCH-01" in raised(pregnancy(weeks, days))) is expected
    assert "ANC-SCH-01" not in raised(pregnancy(weeks, days), visit(1))


@pytest.mark.parametrize(
    ("late", "expected"),
    [(7, set()), (8, {"ANC-SCH-02"}), (28, {"ANC-SCH-02"}), (29, {"ANC-SCH-03"}), (200, {"ANC-SCH-03"})],
)
def test_contact_is_overdue_after_7_days_and_lost_after_28(late: int, expected: set[str]) -> None:
    agreed = raised(pregnancy(36), visit(late + 40, next_visit_date=day(late)))
    assert {one for one in agreed if one in {"ANC-SCH-02", "ANC-SCH-03"}} == expected


@pytest.mark.parametrize(
    ("weeks", "days", "interval"),
    [
        (8, 0, 56),
        (19, 6, 56),
        (20, 0, 42),
        (25, 6, 42),
        (26, 0, 28),
        (33, 6, 28),
        (34, 0, 14),
        (37, 6, 14),
        (38, 1, 13),  # never later than 40w0d
        (39, 6, 1),
        (40, 0, 7),  # from then on 41w0d
        (40, 6, 1),
        (42, 0, -7),
    ],
)
def test_next_contact_by_the_age_at_the_last_visit(weeks: int, days: int, interval: int) -> None:
    records = [WOMAN, pregnancy(weeks, days), visit(0, visit_date=NOW.isoformat())]
    frame = Frame(NOW, book_on(NOW).tables)
    (sheet,) = [one for one in sheets_of(folder_of(records), frame) if one.about == "pregnancy"]
    assert sheet.facts["next_contact_on"] == NOW + timedelta(days=interval)


@pytest.mark.parametrize(("since", "expected"), [(63, set()), (64, {"ANC-SCH-02"}), (85, {"ANC-SCH-03"})])
def test_interval_counts_where_no_day_was_agreed(since: int, expected: set[str]) -> None:
    weeks, days = divmod(100 + since, 7)
    found = raised(pregnancy(weeks, days), visit(since, **GOOD))
    assert found == expected


def test_an_agreed_day_of_an_earlier_visit_does_not_count() -> None:
    found = raised(pregnancy(24), visit(70, next_visit_date=day(40)), visit(10))
    assert not found & {"ANC-SCH-02", "ANC-SCH-03"}


def test_no_contact_is_overdue_from_41_weeks() -> None:
    assert "ANC-SCH-03" in raised(pregnancy(40, 6), visit(90))
    assert "ANC-SCH-03" not in raised(pregnancy(41, 0), visit(90))


@pytest.mark.parametrize(
    ("weeks", "days", "visits", "expected"),
    [(36, 6, 5, False), (37, 0, 5, True), (37, 0, 6, False), (40, 6, 1, True), (41, 0, 1, False), (38, 0, 0, False)],
)
def test_sixth_visit_will_be_missed(weeks: int, days: int, visits: int, expected: bool) -> None:
    found = raised(pregnancy(weeks, days), *(visit(before) for before in range(1, visits + 1)))
    assert ("ANC-SCH-04" in found) is expected


@pytest.mark.parametrize(
    ("weeks", "days", "given", "expected"),
    [
        (12, 6, {"by_doctor": False}, set()),
        (13, 0, {"by_doctor": False}, {"ANC-SCH-05"}),
        (13, 0, {}, {"ANC-SCH-05"}),
        (13, 0, {"by_doctor": True}, set()),
        (35, 6, {"by_doctor": False}, {"ANC-SCH-05"}),
        (36, 0, {"by_doctor": False}, {"ANC-SCH-06"}),
        (36, 0, {"by_doctor": True}, set()),
        (40, 6, {"by_doctor": False}, {"ANC-SCH-06"}),
        (41, 0, {"by_doctor": False}, set()),
    ],
)
def test_doctor_is_due(weeks: int, days: int, given: dict[str, Any], expected: set[str]) -> None:
    found = raised(pregnancy(weeks, days), visit(1, **given))
    assert {one for one in found if one in {"ANC-SCH-05", "ANC-SCH-06"}} == expected


@pytest.mark.parametrize(("since", "expected"), [(77, set()), (78, {"ANC-SCH-06"})])
def test_doctor_counts_for_the_third_trimester_from_25_weeks(since: int, expected: set[str]) -> None:
    found = raised(pregnancy(36), visit(since, by_doctor=True), visit(1, by_doctor=False))
    assert {one for one in found if one in {"ANC-SCH-05", "ANC-SCH-06"}} == expected


def test_doctor_rules_are_silent_without_a_visit() -> None:
    assert not raised(pregnancy(36)) & {"ANC-SCH-05", "ANC-SCH-06", "ANC-FE-01", "ANC-BPLAN-01"}


@pytest.mark.parametrize(
    ("missing", "since", "expected"),
    [
        ("hiv_result", 14, {"ANC-TST-01"}),
        ("hiv_result", 13, set()),
        ("syphilis_result", 14, {"ANC-TST-01"}),
        ("hbsag_result", 14, {"ANC-TST-01"}),
        ("hb_g_dl", 14, {"ANC-TST-02"}),
        ("hb_g_dl", 13, set()),
        ("by_doctor", 14, {"ANC-SCH-05"}),
    ],
)
def test_tests_never_recorded_14_days_after_the_first_visit(missing: str, since: int, expected: set[str]) -> None:
    assert at(20, seen=since, **{missing: None}) == expected


def test_a_test_counts_at_any_visit_whatever_came_out() -> None:
    first = {**GOOD, "hb_g_dl": None, "hiv_result": None}
    assert raised(pregnancy(20), visit(30, **first), visit(1, hiv_result="refused", hb_g_dl=11.5)) == set()
    assert raised(pregnancy(20), visit(30, **{**GOOD, "hb_g_dl": 120})) >= {"ANC-TST-02"}


@pytest.mark.parametrize(
    ("weeks", "days", "tablets", "expected"),
    [(35, 6, 0, False), (36, 0, 89, True), (36, 0, 90, False), (36, 0, None, True), (43, 0, 30, True)],
)
def test_iron_tablets_are_counted_from_36_weeks(weeks: int, days: int, tablets: int | None, expected: bool) -> None:
    assert ("ANC-FE-01" in at(weeks, days, iron_tablets_given=tablets)) is expected


def test_iron_tablets_of_all_visits_add_up() -> None:
    three = [visit(before, iron_tablets_given=30) for before in (1, 30, 60)]
    assert "ANC-FE-01" not in raised(pregnancy(36), *three)
    assert "ANC-FE-01" in raised(pregnancy(36), *three[:2])
    assert "ANC-FE-01" in raised(pregnancy(36), *three[:2], visit(90, iron_tablets_given=900))


@pytest.mark.parametrize(
    ("weeks", "days", "made", "expected"),
    [(33, 6, None, False), (34, 0, None, True), (34, 0, False, True), (34, 0, True, False), (43, 0, False, True)],
)
def test_birth_plan_is_missed_from_34_weeks(weeks: int, days: int, made: bool | None, expected: bool) -> None:
    assert ("ANC-BPLAN-01" in at(weeks, days, birth_plan_done=made)) is expected


def test_birth_plan_made_once_is_enough() -> None:
    assert "ANC-BPLAN-01" not in raised(pregnancy(36), visit(30, birth_plan_done=True), visit(1, birth_plan_done=False))


@pytest.mark.parametrize(
    ("status", "given", "expected"),
    [
        ("T0", False, True),
        ("T0", None, True),
        ("T0", True, False),
        ("T1", False, True),
        ("T1", True, False),
        ("unknown", False, True),
        ("unknown", True, False),
        ("T2", False, False),
        ("T5", None, False),
        (None, False, False),
        (None, None, False),
    ],
)
def test_tetanus_protection(status: str | None, given: bool | None, expected: bool) -> None:
    assert ("ANC-TT-01" in at(20, tt_status=status, tt_given=given)) is expected


def test_newest_tetanus_status_counts() -> None:
    older, newer = visit(30, tt_status="T1", tt_given=False), visit(1, tt_status="T2")
    assert "ANC-TT-01" not in raised(pregnancy(20), older, newer)
    assert "ANC-TT-01" in raised(pregnancy(20), older, visit(1))


@pytest.mark.parametrize(
    ("weeks", "days", "expected"),
    [
        (40, 6, set()),
        (41, 0, {"ANC-DLV-01"}),
        (41, 6, {"ANC-DLV-01"}),
        (42, 0, {"ANC-DLV-02"}),
        (44, 6, {"ANC-DLV-02"}),
        (45, 0, {"ANC-DLV-03"}),
        (90, 0, {"ANC-DLV-03"}),
    ],
)
def test_birth_is_awaited(weeks: int, days: int, expected: set[str]) -> None:
    found = raised(pregnancy(weeks, days))
    assert {one for one in found if one.startswith("ANC-DLV")} == expected


def test_due_days_count_from_when_it_became_so_but_not_before_it_was_known() -> None:
    def dues(*records: dict[str, Any]) -> dict[str, date]:
        book = book_on(NOW)
        found = book.judge(sheets_of(folder_of([WOMAN, *records]), Frame(NOW, book.tables)), NOW)
        return {one.rule.id: one.due for one in found}

    assert dues(pregnancy(41, 2))["ANC-DLV-01"] == NOW - timedelta(days=1)
    assert dues(pregnancy(41, 2, registered_on=NOW.isoformat()))["ANC-DLV-01"] == NOW + timedelta(days=1)
    assert dues(pregnancy(14, 0))["ANC-SCH-01"] == NOW
    overdue = dues(pregnancy(25), visit(60, next_visit_date=day(20), **GOOD))
    assert overdue["ANC-SCH-02"] == NOW - timedelta(days=20 - 8 - 3)


@pytest.mark.parametrize("status", ["delivered", "ended", "moved", "lost", "died", None])
def test_only_active_pregnancies_are_followed(status: str | None) -> None:
    assert raised(pregnancy(42, status=status), visit(100, tt_status="T0")) <= {"XS-MDSR-01"}


def test_a_delivery_or_her_death_ends_it() -> None:
    active = (pregnancy(42), visit(100, tt_status="T0"))
    born = {"type": "delivery", "id": "D1", "pregnancy_id": "PG1", "delivered_on": day(0), "babies": []}
    death = {"type": "death_event", "id": "E1", "person_id": "W1", "date_of_death": day(0)}
    silent = ("ANC-", "XS-NIK", "XS-KK", "XS-DOC")
    assert [one for one in raised(*active) if one.startswith(silent)]
    assert not [one for one in raised(*active, born) if one.startswith(silent)]
    assert not [one for one in raised(*active, death) if one.startswith(silent)]
    assert not [one for one in raised(*active, woman={**WOMAN, "death_date": day(0)}) if one.startswith(silent)]


def test_without_dates_nothing_is_raised_that_needs_an_age() -> None:
    undated = {**pregnancy(42), "lmp_date": None}
    assert raised(undated) == set()
    assert raised({**undated, "edd_stated": "besok"}, visit(1, visit_date="besok", **GOOD)) == set()


def test_dating_goes_by_ultrasound_then_lmp_then_what_was_told() -> None:
    def edd(weeks: int) -> str:
        return (NOW + timedelta(days=280 - weeks * 7)).isoformat()

    assert "ANC-DLV-01" in raised(pregnancy(39, edd_ultrasound=edd(41), edd_stated=edd(20)))
    assert "ANC-DLV-01" in raised(pregnancy(41, edd_stated=edd(20)))
    assert "ANC-DLV-01" in raised({**pregnancy(20), "lmp_date": None, "edd_stated": edd(41)})


@pytest.mark.parametrize(
    ("nik", "kk", "expected"),
    [
        ("1602055205980001", "1602050101150001", set()),
        (None, "1602050101150001", {"XS-NIK-01"}),
        (None, None, {"XS-NIK-01"}),
        ("1602055205980001", None, {"XS-KK-01"}),
    ],
)
def test_papers_of_the_woman(nik: str | None, kk: str | None, expected: set[str]) -> None:
    found = raised(pregnancy(10), woman={**WOMAN, "nik": nik, "kk_number": kk})
    assert {one for one in found if one.startswith("XS-")} == expected


def test_papers_are_not_asked_for_when_the_woman_is_not_there() -> None:
    assert flags([pregnancy(10)], NOW.isoformat()) == set()


@pytest.mark.parametrize(
    ("weeks", "days", "given", "expected"),
    [
        (27, 6, {"has_marriage_document": False}, False),
        (28, 0, {"has_marriage_document": False}, True),
        (28, 0, {"has_marriage_document": False, "child_of_mother_only": False}, True),
        (28, 0, {"has_marriage_document": False, "child_of_mother_only": True}, False),
        (28, 0, {"has_marriage_document": True}, False),
        (28, 0, {}, False),
    ],
)
def test_marriage_document_near_the_birth(weeks: int, days: int, given: dict[str, Any], expected: bool) -> None:
    assert ("XS-DOC-01" in raised(pregnancy(weeks, days, **given))) is expected
