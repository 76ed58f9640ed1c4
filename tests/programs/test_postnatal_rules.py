"""Rules on mothers after birth, and on deaths in pregnancy and after it."""

from datetime import date, timedelta
from typing import Any

import pytest
from flags import flags

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

NOW = date(2026, 3, 10)
WOMAN = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12", "nik": "1", "kk_number": "1"}


def day(before: int) -> str:
    """Return the day so many days before now."""
    return (NOW - timedelta(days=before)).isoformat()


def pregnancy(**given: Any) -> dict[str, Any]:
    return {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "status": "active", **given}


def delivery(before: int, **given: Any) -> dict[str, Any]:
    babies = [{"person_id": "C1", "outcome": "live_birth"}]
    return {
        "type": "delivery",
        "id": "D1",
        "pregnancy_id": "PG1",
        "delivered_on": day(before),
        "babies": babies,
        **given,
    }


def visit(before: int, **given: Any) -> dict[str, Any]:
    record = {"type": "pnc_visit", "id": f"N{before}", "delivery_id": "D1", "person_id": "W1", "subject": "mother"}
    return {**record, "visit_date": day(before), **given}


def raised(*records: dict[str, Any], prefix: str = "PNC-", subject: str = "W1") -> set[str]:
    found = {one for one in flags([WOMAN, *records], NOW.isoformat()) if one[0].startswith(prefix)}
    assert {about for _, about in found} <= {subject}
    return {rule for rule, _ in found}


WINDOWS = {
    "PNC-SCH-01": (3, 7, 0, 2),
    "PNC-SCH-02": (8, 28, 3, 7),
    "PNC-SCH-03": (29, 42, 8, 28),
    "PNC-SCH-04": (43, 56, 29, 42),
}


@pytest.mark.parametrize("today", [0, 2, 3, 7, 8, 28, 29, 42, 43, 56, 57])
def test_only_the_newest_missed_window_is_raised(today: int) -> None:
    expected = {rule for rule, (begin, end, _, _) in WINDOWS.items() if begin <= today <= end}
    assert raised(pregnancy(), delivery(today)) == expected


@pytest.mark.parametrize("rule", WINDOWS)
def test_a_visit_in_the_window_ends_it_and_one_beside_it_does_not(rule: str) -> None:
    begin, end, first, last = WINDOWS[rule]
    for today in (begin, end):
        for on, missed in ((first - 1, True), (first, False), (last, False), (last + 1, True)):
            if 0 <= on <= today:
                found = raised(pregnancy(), delivery(today), visit(today - on))
                assert (rule in found) is missed, (today, on)


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, True),
        ({"person_id": None}, True),
        ({"delivery_id": None}, True),
        ({"delivery_id": "D9"}, True),
        ({"subject": "newborn"}, False),
        ({"subject": None}, False),
        ({"visit_date": None}, False),
        ({"delivery_id": None, "person_id": "W2"}, False),
    ],
)
def test_which_visits_count_for_the_mother(given: dict[str, Any], counts: bool) -> None:
    assert ("PNC-SCH-01" in raised(pregnancy(), delivery(5), visit(4, **given))) is not counts


def test_a_visit_without_delivery_belongs_to_her_newest_one_up_to_that_day() -> None:
    earlier = delivery(400, id="D0", pregnancy_id="PG0")
    older = pregnancy(id="PG0", status="delivered")
    assert raised(older, earlier, pregnancy(), delivery(5), visit(4, delivery_id=None)) == set()
    assert raised(older, earlier, pregnancy(), delivery(5), visit(9, delivery_id=None)) == {"PNC-SCH-01"}


@pytest.mark.parametrize("status", ["ended", "moved", "lost", "died"])
def test_nobody_is_visited_who_is_not_followed_any_more(status: str) -> None:
    assert raised(pregnancy(status=status), delivery(5)) == set()


@pytest.mark.parametrize(
    "death",
    [
        [delivery(5, mother_outcome="died")],
        [delivery(5), {"type": "death_event", "id": "E1", "person_id": "W1", "date_of_death": day(1)}],
        [delivery(5), {**WOMAN, "id": "W1", "death_date": day(1)}],
    ],
)
def test_the_dead_get_no_flags_of_visits(death: list[dict[str, Any]]) -> None:
    ill = visit(1, danger_signs=["calf_pain"], temp_c=39, systolic_mmhg=170, diastolic_mmhg=100, epds_item10=2)
    woman = [WOMAN] if death[-1]["type"] != "person" else []
    found = flags([*woman, pregnancy(), *death, ill], NOW.isoformat())
    assert not {rule for rule, _ in found if rule.startswith("PNC-")}


def test_a_birth_written_down_twice_is_one_birth() -> None:
    twice = [delivery(6, id="D0"), delivery(5)]
    for records in (twice, twice[::-1]):
        found = findings(pregnancy(), *records, visit(1, temp_c=39.0))
        assert found == [("PNC-DS-02", "D0"), ("PNC-SCH-01", "D0")]
    assert findings(pregnancy(), *twice, visit(5), visit(4, delivery_id=None)) == []


def findings(*records: dict[str, Any]) -> list[tuple[str, str]]:
    book = book_on(NOW)
    found = book.judge(sheets_of(folder_of([WOMAN, *records]), Frame(NOW, book.tables)), NOW)
    return sorted((one.rule.id, one.sheet.episode) for one in found if one.rule.id.startswith("PNC-"))


def test_mother_of_an_unregistered_pregnancy_is_found_through_her_child() -> None:
    child = {"type": "person", "id": "C1", "birth_date": day(5), "mother_id": "W1"}
    assert raised(delivery(5, pregnancy_id=None), child) == {"PNC-SCH-01"}
    assert raised(delivery(5, pregnancy_id=None)) == set()
    assert raised(delivery(5, pregnancy_id=None), child, visit(4, person_id=None)) == set()


def test_a_mother_whose_baby_was_stillborn_is_visited_too() -> None:
    assert raised(pregnancy(), delivery(5, babies=[{"outcome": "stillbirth"}])) == {"PNC-SCH-01"}


SIGNS = [
    *("heavy_bleeding", "convulsions", "unconscious", "severe_headache", "blurred_vision", "severe_abdominal_pain"),
    *("foul_lochia", "breathing_difficulty", "calf_pain"),
]


def found_at(before: int = 0, born: int = 10, **given: Any) -> set[str]:
    rules = raised(pregnancy(), delivery(born), visit(before, **given))
    return {one for one in rules if not one.startswith("PNC-SCH")}


@pytest.mark.parametrize("sign", SIGNS)
def test_every_danger_sign_of_a_mother_is_an_emergency(sign: str) -> None:
    assert found_at(danger_signs=[sign]) == {"PNC-DS-01"}
    assert found_at(danger_signs=[sign], born=60) == {"PNC-DS-01"}


@pytest.mark.parametrize("signs", [[], ["lethargic"], ["bleeding"], None, "calf_pain"])
def test_what_is_no_danger_sign_of_a_mother(signs: Any) -> None:
    assert found_at(danger_signs=signs) == set()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"temp_c": 37.9}, set()),
        ({"temp_c": 38.0}, {"PNC-DS-02"}),
        ({"temp_c": 38.0, "born": 42}, {"PNC-DS-02"}),
        ({"temp_c": 38.0, "born": 43}, set()),
        ({"temp_c": 100.4}, set()),
        ({"systolic_mmhg": 160, "diastolic_mmhg": 80}, {"PNC-BP-01"}),
        ({"systolic_mmhg": 120, "diastolic_mmhg": 110}, {"PNC-BP-01"}),
        ({"systolic_mmhg": 165, "diastolic_mmhg": 95}, {"PNC-BP-01"}),
        ({"systolic_mmhg": 159, "diastolic_mmhg": 80}, {"PNC-BP-02"}),
        ({"systolic_mmhg": 140, "diastolic_mmhg": 80}, {"PNC-BP-02"}),
        ({"systolic_mmhg": 120, "diastolic_mmhg": 109}, {"PNC-BP-02"}),
        ({"systolic_mmhg": 120, "diastolic_mmhg": 90}, {"PNC-BP-02"}),
        ({"diastolic_mmhg": 90}, {"PNC-BP-02"}),
        ({"systolic_mmhg": 139, "diastolic_mmhg": 89}, set()),
        ({"systolic_mmhg": 140, "born": 42}, {"PNC-BP-02"}),
        ({"systolic_mmhg": 140, "born": 43}, set()),
        ({"systolic_mmhg": 160, "born": 42}, {"PNC-BP-01"}),
        ({"systolic_mmhg": 160, "born": 43}, set()),
        ({"systolic_mmhg": 900}, set()),
        ({"epds_total": 12}, set()),
        ({"epds_total": 13}, {"PNC-MH-01"}),
        ({"epds_total": 13, "epds_item10": 0}, {"PNC-MH-01"}),
        ({"epds_total": 13, "epds_item10": 1}, {"PNC-MH-02"}),
        ({"epds_total": 2, "epds_item10": 1}, {"PNC-MH-02"}),
        ({"epds_item10": 0}, set()),
        ({"epds_total": 31}, set()),
    ],
)
def test_what_was_measured_at_a_visit(given: dict[str, Any], expected: set[str]) -> None:
    assert found_at(**given) == expected


def test_limits_within_42_days_need_a_known_delivery_but_danger_signs_do_not() -> None:
    ill = visit(0, danger_signs=["calf_pain"], temp_c=39, systolic_mmhg=170, epds_total=20)
    assert raised(ill) == {"PNC-DS-01", "PNC-MH-01"}
    assert raised(pregnancy(), delivery(5, delivered_on=None), ill) == {"PNC-DS-01", "PNC-MH-01"}


def test_newest_visit_after_a_birth_counts() -> None:
    ill, well = visit(2, temp_c=39.0), visit(1, temp_c=36.8)
    assert "PNC-DS-02" not in raised(pregnancy(), delivery(5), well, ill)
    assert "PNC-DS-02" in raised(pregnancy(), delivery(5), {**well, "visit_date": day(3)}, ill)


def death(before: int, **given: Any) -> dict[str, Any]:
    return {"type": "death_event", "id": "E1", "person_id": "W1", "date_of_death": day(before), **given}


def maternal(*records: dict[str, Any]) -> bool:
    return raised(*records, prefix="XS-MDSR-01") == {"XS-MDSR-01"}


@pytest.mark.parametrize(("after", "expected"), [(0, True), (42, True), (43, False), (-3, True), (-300, False)])
def test_death_up_to_42_days_after_birth_is_maternal(after: int, expected: bool) -> None:
    assert maternal(pregnancy(), delivery(100), death(100 - after)) is expected
    child = {"type": "person", "id": "C1", "birth_date": day(100), "mother_id": "W1"}
    assert maternal(delivery(100, pregnancy_id=None), child, death(100 - after)) is expected


def test_death_at_birth_is_told_by_the_delivery_alone() -> None:
    assert maternal(pregnancy(), delivery(10, mother_outcome="died"))
    assert not maternal(pregnancy(), delivery(10, mother_outcome="alive"))


@pytest.mark.parametrize("status", ["active", "moved", "lost", "died"])
@pytest.mark.parametrize(("age", "expected"), [(-1, False), (0, True), (200, True), (356, True), (357, False)])
def test_death_in_a_pregnancy_is_maternal(status: str, age: int, expected: bool) -> None:
    assert maternal(pregnancy(status=status, lmp_date=day(5 + age)), death(5)) is expected


def test_death_in_a_pregnancy_of_unknown_age_is_maternal() -> None:
    assert maternal(pregnancy(), death(5))
    assert maternal(pregnancy(status="died"))
    assert not maternal(pregnancy())


@pytest.mark.parametrize("status", ["ended", "delivered"])
@pytest.mark.parametrize(("seen", "expected"), [(42, True), (43, False)])
def test_after_an_end_without_date_the_last_visit_tells(status: str, seen: int, expected: bool) -> None:
    contact = {"type": "anc_visit", "id": "A1", "pregnancy_id": "PG1", "visit_date": day(5 + seen)}
    assert maternal(pregnancy(status=status, lmp_date=day(300)), contact, death(5)) is expected
    assert not maternal(pregnancy(status=status, lmp_date=day(300)), death(5))
    assert maternal(pregnancy(status=status, lmp_date=day(47)), death(5))


def test_a_pregnancy_of_long_ago_does_not_make_a_death_maternal() -> None:
    assert not maternal(pregnancy(lmp_date=day(2000), status="lost"), death(5))
    assert maternal(pregnancy(lmp_date=day(2000), status="lost"), pregnancy(id="PG2", lmp_date=day(100)), death(5))


def test_other_peoples_deaths_are_not_maternal() -> None:
    assert not maternal(pregnancy(lmp_date=day(100)), death(5, person_id="W2"))
