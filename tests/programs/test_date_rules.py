"""Rules on dates of records: those that can't be, and due dates that don't agree."""

from datetime import date, timedelta
from typing import Any

import pytest
from flags import flags

NOW = date(2026, 3, 10)
LMP = date(2025, 9, 1)
WOMAN = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12"}
CHILD = {"type": "person", "id": "C1", "birth_date": "2026-01-01", "mother_id": "W1"}
PREGNANCY = {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "lmp_date": LMP.isoformat(), "status": "active"}
LIVE = [{"person_id": "C1", "outcome": "live_birth"}]
STILL = [{"outcome": "stillbirth"}]


def wrong(*records: dict[str, Any], rule: str = "DQ-06") -> set[str]:
    """Return the records whose dates are wrong."""
    return {subject for found, subject in flags(records, NOW.isoformat()) if found == rule}


def of(kind: str, field: str, on: date, **given: Any) -> dict[str, Any]:
    return {"type": kind, "id": "R1", field: on.isoformat(), **given}


HAPPENED = [
    ("anc_visit", "visit_date", {"pregnancy_id": "PG1"}),
    ("delivery", "delivered_on", {"pregnancy_id": "PG1"}),
    ("pnc_visit", "visit_date", {"person_id": "W1", "subject": "mother"}),
    ("child_visit", "visit_date", {"person_id": "C1"}),
    ("immunisation", "given_on", {"person_id": "C1", "dose": "BCG"}),
    ("death_event", "date_of_death", {"person_id": "C1"}),
]


@pytest.mark.parametrize(("kind", "field", "given"), HAPPENED)
def test_nothing_happens_after_now(kind: str, field: str, given: dict[str, Any]) -> None:
    people = (WOMAN, CHILD, PREGNANCY)
    assert wrong(*people, of(kind, field, NOW, **given)) == set()
    assert wrong(*people, of(kind, field, NOW + timedelta(days=1), **given)) == {"R1"}
    assert wrong(*people, {**of(kind, field, NOW, **given), field: "besok"}) == set()


def test_nobody_is_born_after_now() -> None:
    assert wrong({**WOMAN, "birth_date": "2026-03-10"}) == set()
    assert wrong({**WOMAN, "birth_date": "2026-03-11"}) == {"W1"}


@pytest.mark.parametrize("kind", ["anc_visit", "delivery"])
def test_nothing_of_a_pregnancy_happens_before_it(kind: str) -> None:
    field = "delivered_on" if kind == "delivery" else "visit_date"
    given = {"pregnancy_id": "PG1", "babies": STILL}
    assert wrong(WOMAN, PREGNANCY, of(kind, field, LMP, **given)) == set()
    assert wrong(WOMAN, PREGNANCY, of(kind, field, LMP - timedelta(days=1), **given)) == {"R1"}
    undated = {**PREGNANCY, "lmp_date": None}
    assert wrong(WOMAN, undated, of(kind, field, LMP - timedelta(days=1), **given)) == set()
    by_ultrasound = {**PREGNANCY, "edd_ultrasound": (LMP + timedelta(days=281)).isoformat()}
    assert wrong(WOMAN, by_ultrasound, of(kind, field, LMP, **given)) == {"R1"}


def test_visit_after_birth_before_the_pregnancy() -> None:
    born = {"type": "delivery", "id": "D1", "pregnancy_id": "PG1", "delivered_on": "2026-03-01", "babies": STILL}
    visit = of("pnc_visit", "visit_date", LMP - timedelta(days=1), subject="mother", person_id="W1", delivery_id="D1")
    assert wrong(WOMAN, PREGNANCY, born, visit) == {"R1"}


@pytest.mark.parametrize(
    ("age", "babies", "expected"),
    [
        (139, LIVE, {"R1"}),
        (140, LIVE, set()),
        (139, STILL, set()),
        (139, STILL + LIVE, {"R1"}),
        (139, [], set()),
        (139, None, set()),
    ],
)
def test_no_live_birth_before_20_weeks(age: int, babies: Any, expected: set[str]) -> None:
    born = of("delivery", "delivered_on", LMP + timedelta(days=age), pregnancy_id="PG1", babies=babies)
    assert wrong(WOMAN, PREGNANCY, born) == expected


@pytest.mark.parametrize("status", ["active", "delivered", "lost"])
def test_each_wrong_record_is_told_once_and_by_itself(status: str) -> None:
    early = (LMP - timedelta(days=200)).isoformat()
    records = [
        {"type": "anc_visit", "id": "A1", "pregnancy_id": "PG1", "visit_date": early},
        {"type": "anc_visit", "id": "A2", "pregnancy_id": "PG1", "visit_date": "2026-03-01"},
        {"type": "delivery", "id": "D1", "pregnancy_id": "PG1", "delivered_on": early, "babies": LIVE},
    ]
    assert wrong(WOMAN, {**PREGNANCY, "status": status}, *records) == {"A1", "D1"}


@pytest.mark.parametrize(("apart", "expected"), [(14, set()), (-14, set()), (15, {"PG1"}), (-15, {"PG1"})])
def test_due_dates_more_than_14_days_apart(apart: int, expected: set[str]) -> None:
    edd = LMP + timedelta(days=280 + apart)
    assert wrong(WOMAN, {**PREGNANCY, "edd_ultrasound": edd.isoformat()}, rule="DQ-07") == expected


def test_one_due_date_alone_agrees_with_itself() -> None:
    assert wrong(WOMAN, PREGNANCY, rule="DQ-07") == set()
    told = {**PREGNANCY, "lmp_date": None, "edd_ultrasound": "2026-01-01", "edd_stated": "2027-01-01"}
    assert wrong(WOMAN, told, rule="DQ-07") == set()


@pytest.mark.parametrize(
    ("status", "expected"), [("delivered", {"PG1"}), ("ended", set()), ("moved", set()), ("lost", set())]
)
def test_due_dates_of_a_pregnancy_that_nobody_follows_are_not_asked_about(status: str, expected: set[str]) -> None:
    edd = (LMP + timedelta(days=300)).isoformat()
    assert wrong(WOMAN, {**PREGNANCY, "status": status, "edd_ultrasound": edd}, rule="DQ-07") == expected


BORN = date.fromisoformat(CHILD["birth_date"])
DELIVERY = {"type": "delivery", "id": "D1", "pregnancy_id": "PG1", "delivered_on": CHILD["birth_date"], "babies": STILL}
AFTER_BIRTH = [
    ("child_visit", "visit_date", {"person_id": "C1"}),
    ("immunisation", "given_on", {"person_id": "C1", "dose": "HB0"}),
    ("pnc_visit", "visit_date", {"person_id": "C1", "subject": "newborn"}),
    ("pnc_visit", "visit_date", {"person_id": "W1", "subject": "mother", "delivery_id": "D1"}),
    ("death_event", "date_of_death", {"person_id": "C1"}),
]


@pytest.mark.parametrize(("kind", "field", "given"), AFTER_BIRTH)
def test_no_visit_after_birth_no_dose_and_no_death_before_it(kind: str, field: str, given: dict[str, Any]) -> None:
    people = (WOMAN, PREGNANCY, DELIVERY, CHILD)
    assert wrong(*people, of(kind, field, BORN, **given)) == set()
    assert wrong(*people, of(kind, field, BORN - timedelta(days=1), **given)) == {"R1"}


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        ({}, {"R1"}),
        ({"birth_date_precision": "day"}, {"R1"}),
        ({"birth_date_precision": "month"}, set()),
        ({"birth_date_precision": "estimated"}, set()),
        ({"birth_date": None}, set()),
    ],
)
def test_a_date_of_birth_that_is_not_exact_makes_no_visit_impossible(child: dict[str, Any], expected: set[str]) -> None:
    visit = of("child_visit", "visit_date", BORN - timedelta(days=1), person_id="C1")
    assert wrong({**CHILD, **child}, visit) == expected


def test_visits_of_unknown_children_and_births_are_not_judged() -> None:
    visit = of("child_visit", "visit_date", BORN, person_id="C9")
    mothers = {**visit, "id": "R2", "type": "pnc_visit", "person_id": "W1", "subject": "mother"}
    assert wrong(WOMAN, visit, mothers, {**mothers, "id": "R3", "delivery_id": "D9"}) == set()
