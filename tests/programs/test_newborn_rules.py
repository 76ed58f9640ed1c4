"""Newborns and perinatal deaths: every rule on both sides of its limits, for twins, stillbirths, the dead and strangers."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flags import flags as every_flag

from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of
from fieldsync.rules import Finding

NOW = "2026-03-10"
Record = dict[str, Any]

OWN = ("NB-", "CH-", "IMM-", "DQ-08", "XS-MDSR-02")


def flags(records: list[Record], now: str) -> set[tuple[str, str]]:
    """Return what the rules of this part raise; those of other programs have their own tests."""
    return {one for one in every_flag(records, now) if one[0].startswith(OWN)}


def ago(days: int) -> str:
    return (date.fromisoformat(NOW) - timedelta(days=days)).isoformat()


MOTHER: Record = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12"}


def pregnancy(age: int, weeks_in_days: int) -> Record:
    """Return a pregnancy that was this old at a birth `age` days ago."""
    return {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "lmp_date": ago(age + weeks_in_days)}


def baby(person: str | None = "C1", outcome: str = "live_birth", **fields: Any) -> Record:
    return {"person_id": person, "outcome": outcome, "sex": "male", **fields}


def delivery(age: int, *babies: Record, **fields: Any) -> Record:
    born = {"type": "delivery", "id": "DL1", "pregnancy_id": "PG1", "delivered_on": ago(age)}
    return {**born, "babies": list(babies or (baby(),)), **fields}


def child(age: int, person: str = "C1", **fields: Any) -> Record:
    return {"type": "person", "id": person, "sex": "male", "birth_date": ago(age), **fields}


def visit(days_ago: int = 0, person: str | None = "C1", **fields: Any) -> Record:
    head = {"type": "pnc_visit", "id": f"N{days_ago}{person}", "subject": "newborn", "person_id": person}
    return {**head, "visit_date": ago(days_ago), **fields}


def born(age: int, *records: Record, term: int = 280, **fields: Any) -> set[tuple[str, str]]:
    """Return what is raised for a baby that was born `age` days ago, with these records besides."""
    known = [MOTHER, pregnancy(age, term), delivery(age, baby(**fields)), child(age), *records]
    return flags(known, NOW)


def raises(rule: str, found: set[tuple[str, str]]) -> bool:
    return (rule, "C1") in found


@pytest.mark.parametrize(
    ("rule", "first", "last"), [("NB-SCH-01", 3, 7), ("NB-SCH-02", 8, 28), ("NB-SCH-03", 29, 42), ("IMM-05", 1, 7)]
)
def test_what_is_missed_is_told_from_its_first_day_to_its_last(rule: str, first: int, last: int) -> None:
    days = (first - 1, first, last, last + 1)
    assert [raises(rule, born(day)) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("rule", "age", "seen_at", "fires"),
    [
        ("NB-SCH-01", 5, 0, False),
        ("NB-SCH-01", 5, 2, False),
        ("NB-SCH-01", 5, 3, True),
        ("NB-SCH-02", 10, 2, True),
        ("NB-SCH-02", 10, 3, False),
        ("NB-SCH-02", 10, 7, False),
        ("NB-SCH-02", 10, 8, True),
        ("NB-SCH-03", 30, 7, True),
        ("NB-SCH-03", 30, 8, False),
        ("NB-SCH-03", 30, 28, False),
        ("NB-SCH-03", 30, 29, True),
        ("NB-SCH-01", 5, -1, True),
    ],
)
def test_a_visit_counts_in_its_own_window(rule: str, age: int, seen_at: int, fires: bool) -> None:
    assert raises(rule, born(age, visit(age - seen_at))) == fires


def test_a_visit_to_the_mother_is_none_to_the_baby() -> None:
    to_mother = {"type": "pnc_visit", "id": "P1", "subject": "mother", "person_id": "W1", "visit_date": ago(4)}
    assert raises("NB-SCH-01", born(5, {**to_mother, "delivery_id": "DL1", "danger_signs": ["convulsions"]}))


@pytest.mark.parametrize(
    ("rule", "age", "fields", "fires"),
    [
        ("NB-DS-01", 59, {"danger_signs": ["not_feeding_well"]}, True),
        ("NB-DS-01", 60, {"danger_signs": ["not_feeding_well"]}, False),
        ("NB-DS-01", 5, {"danger_signs": []}, False),
        ("NB-DS-01", 5, {"danger_signs": ["calf_pain"]}, False),
        ("NB-VS-01", 6, {"respiratory_rate": 60}, True),
        ("NB-VS-01", 6, {"respiratory_rate": 59}, False),
        ("NB-VS-01", 7, {"respiratory_rate": 60}, False),
        ("NB-VS-01", 6, {"respiratory_rate": 64, "respiratory_rate_repeat": 59}, False),
        ("NB-VS-01", 6, {"respiratory_rate": 59, "respiratory_rate_repeat": 60}, True),
        ("NB-VS-02", 6, {"respiratory_rate": 60}, False),
        ("NB-VS-02", 7, {"respiratory_rate": 60}, True),
        ("NB-VS-02", 59, {"respiratory_rate": 60}, True),
        ("NB-VS-02", 60, {"respiratory_rate": 60}, False),
        ("NB-VS-02", 30, {"respiratory_rate": 59}, False),
        ("NB-VS-03", 5, {"temp_c": 37.5}, True),
        ("NB-VS-03", 5, {"temp_c": 37.4}, False),
        ("NB-VS-03", 59, {"temp_c": 37.5}, True),
        ("NB-VS-03", 60, {"temp_c": 39.0}, False),
        ("NB-VS-04", 5, {"temp_c": 35.4}, True),
        ("NB-VS-04", 5, {"temp_c": 35.5}, False),
        ("NB-VS-04", 60, {"temp_c": 35.4}, False),
        ("NB-VS-05", 5, {"temp_c": 35.4}, False),
        ("NB-VS-05", 5, {"temp_c": 35.5}, True),
        ("NB-VS-05", 5, {"temp_c": 36.4}, True),
        ("NB-VS-05", 5, {"temp_c": 36.5}, False),
        ("NB-VS-05", 59, {"temp_c": 36.0}, True),
        ("NB-VS-05", 60, {"temp_c": 36.0}, False),
        ("NB-JD-01", 0, {"jaundice": "face_body"}, True),
        ("NB-JD-01", 1, {"jaundice": "face_body"}, False),
        ("NB-JD-01", 0, {"jaundice": "none"}, False),
        ("NB-JD-01", 0, {"jaundice": "palms_soles"}, True),
        ("NB-JD-01", 70, {"jaundice": "palms_soles"}, True),
        ("NB-JD-02", 0, {"jaundice": "face_body"}, False),
        ("NB-JD-02", 1, {"jaundice": "face_body"}, True),
        ("NB-JD-02", 59, {"jaundice": "face_body"}, True),
        ("NB-JD-02", 60, {"jaundice": "face_body"}, False),
        ("NB-JD-02", 5, {"jaundice": "palms_soles"}, False),
        ("NB-JD-02", 5, {"jaundice": "none"}, False),
        ("NB-SHK-01", 3, {"shk_done": False}, False),
        ("NB-SHK-01", 4, {"shk_done": False}, True),
        ("NB-SHK-01", 14, {"shk_done": False}, True),
        ("NB-SHK-01", 15, {"shk_done": False}, False),
        ("NB-SHK-01", 5, {"shk_done": True}, False),
        ("NB-SHK-01", 5, {}, False),
    ],
)
def test_what_a_visit_found(rule: str, age: int, fields: dict[str, Any], fires: bool) -> None:
    assert raises(rule, born(age, visit(**fields))) == fires


@pytest.mark.parametrize(
    "sign",
    [
        *("convulsions", "lethargic", "severe_chest_indrawing", "grunting"),
        *("cyanosis", "umbilicus_red_spreading", "bleeding"),
    ],
)
def test_every_danger_sign_of_a_newborn(sign: str) -> None:
    assert raises("NB-DS-01", born(5, visit(danger_signs=[sign])))


def test_the_age_at_the_visit_counts_not_the_age_now() -> None:
    assert raises("NB-VS-01", born(20, visit(14, respiratory_rate=60)))
    assert raises("NB-JD-01", born(20, visit(20, jaundice="face_body")))


def test_only_the_newest_visit_counts() -> None:
    sick, well = visit(2, temp_c=39.0, shk_done=False, danger_signs=["grunting"]), visit(1, temp_c=36.8, shk_done=True)
    assert not {"NB-VS-03", "NB-DS-01", "NB-SHK-01"} & {rule for rule, _ in born(8, well, sick)}
    assert not raises("NB-SHK-01", born(8, visit(2, shk_done=False), visit(1)))


@pytest.mark.parametrize(
    ("rule", "weight", "fires"),
    [
        ("NB-BW-01", 2499, True),
        ("NB-BW-01", 2500, False),
        ("NB-BW-01", 1500, True),
        ("NB-BW-01", 1499, False),
        ("NB-BW-02", 1500, False),
        ("NB-BW-02", 1499, True),
        ("NB-BW-02", 299, False),
        ("NB-BW-02", None, False),
        ("NB-BW-02", "1400", False),
    ],
)
def test_birth_weight(rule: str, weight: Any, fires: bool) -> None:
    assert raises(rule, born(50, birth_weight_g=weight)) == fires


@pytest.mark.parametrize(("term", "fires"), [(258, True), (259, False), (-3, False)])
def test_preterm(term: int, fires: bool) -> None:
    assert raises("NB-GA-01", born(50, term=term)) == fires


def test_preterm_needs_a_dated_pregnancy() -> None:
    undated = {"type": "pregnancy", "id": "PG1", "woman_id": "W1"}
    assert flags([MOTHER, undated, delivery(50), child(50)], NOW) == set()
    assert flags([delivery(50), child(50)], NOW) == set()


@pytest.mark.parametrize(
    ("outcome", "term", "subjects"),
    [
        ("stillbirth", 195, set()),
        ("stillbirth", 196, {("XS-MDSR-02", "DL1")}),
        ("live_birth", 280, set()),
    ],
)
def test_a_stillbirth_from_28_weeks_is_reviewed(outcome: str, term: int, subjects: set[tuple[str, str]]) -> None:
    person = "C1" if outcome == "live_birth" else None
    records = [
        MOTHER,
        pregnancy(90, term),
        delivery(90, baby(person, outcome, birth_weight_g=1400 if not person else 3000)),
    ]
    assert flags(records, NOW) == subjects


def test_a_stillbirth_of_an_undated_pregnancy_is_not_told_from_a_late_loss() -> None:
    assert flags([delivery(5, baby(None, "stillbirth"))], NOW) == set()


@pytest.mark.parametrize(("died_at", "fires"), [(0, True), (28, True), (29, False)])
@pytest.mark.parametrize("by_event", [True, False])
@pytest.mark.parametrize("with_delivery", [True, False])
def test_a_death_in_the_first_28_days_is_reviewed(
    died_at: int, fires: bool, by_event: bool, with_delivery: bool
) -> None:
    day = ago(400 - died_at)
    event = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": day}
    person = child(400) if by_event else child(400, death_date=day)
    records = [person, *([event] if by_event else []), *([delivery(400)] if with_delivery else [])]
    assert flags(records, NOW) == ({("XS-MDSR-02", "C1")} if fires else set())


def test_the_dead_are_silent_but_for_the_review() -> None:
    sick = visit(4, temp_c=39.0, danger_signs=["cyanosis"], jaundice="palms_soles", shk_done=False)
    death = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": ago(3)}
    assert born(5, sick, death, term=240, birth_weight_g=1400) == {("XS-MDSR-02", "C1")}
    undated = {"type": "death_event", "id": "D1", "person_id": "C1"}
    assert born(5, sick, undated, term=240, birth_weight_g=1400) == set()


def test_twins_are_two() -> None:
    twins = delivery(5, baby("C1", birth_weight_g=2400), baby("C2", birth_weight_g=1400))
    records = [twins, child(5), child(5, "C2"), visit(4, "C1"), visit(0, "C1", temp_c=39.0), visit(0, "C2")]
    assert flags(records, NOW) == {
        *{("NB-BW-01", "C1"), ("NB-VS-03", "C1"), ("IMM-05", "C1")},
        *{("NB-BW-02", "C2"), ("NB-SCH-01", "C2"), ("IMM-05", "C2")},
    }


def test_of_twins_one_may_be_stillborn_and_the_other_live() -> None:
    twins = delivery(5, baby(None, "stillbirth", birth_weight_g=900), baby("C2", birth_weight_g=2600))
    assert flags([MOTHER, pregnancy(5, 230), twins, child(5, "C2")], NOW) == {
        ("XS-MDSR-02", "DL1"),
        *{("NB-GA-01", "C2"), ("NB-SCH-01", "C2"), ("IMM-05", "C2")},
    }


def judged(folder: Folder) -> list[Finding]:
    day = date.fromisoformat(NOW)
    book = book_on(day)
    found = book.judge(sheets_of(folder, Frame(day, book.tables)), day)
    return [one for one in found if one.rule.id.startswith(OWN)]


def test_two_stillborn_twins_are_one_review() -> None:
    records = [MOTHER, pregnancy(5, 230), delivery(5, baby(None, "stillbirth"), baby(None, "stillbirth"))]
    found = judged(folder_of(records))
    assert [(one.rule.id, one.sheet.subject, one.sheet.person) for one in found] == [("XS-MDSR-02", "DL1", "W1")]


def test_a_live_baby_without_a_person_is_told_by_its_delivery() -> None:
    unnamed = delivery(5, baby(None, birth_weight_g=2400))
    records = [MOTHER, pregnancy(5, 280), unnamed]
    assert flags(records, NOW) == {("NB-BW-01", "DL1"), ("NB-SCH-01", "DL1"), ("IMM-05", "DL1")}
    seen = visit(4, None, delivery_id="DL1", temp_c=39.0)
    assert flags([*records, seen], NOW) == {("NB-BW-01", "DL1"), ("NB-VS-03", "DL1"), ("IMM-05", "DL1")}


def test_a_visit_that_names_only_the_delivery_is_to_its_only_baby() -> None:
    assert raises("NB-VS-03", born(5, visit(4, None, delivery_id="DL1", temp_c=39.0)))
    assert not raises("NB-SCH-01", born(5, visit(4, None, delivery_id="DL1", temp_c=39.0)))


@pytest.mark.parametrize(
    ("person", "besides", "expected"),
    [
        ({}, [], set()),
        (
            {"enrolled_child_program": True},
            [],
            {
                "NB-SCH-01",
                "IMM-05",
            },
        ),
        ({}, [visit(4, shk_done=False)], {"NB-SHK-01", "IMM-05"}),
        ({}, [visit(1)], {"NB-SCH-01", "IMM-05"}),
    ],
)
def test_a_newborn_without_a_delivery_counts_once_somebody_follows_it(
    person: Record, besides: list[Record], expected: set[str]
) -> None:
    assert {rule for rule, _ in flags([child(5, **person), *besides], NOW)} == expected


def test_a_baby_that_the_program_does_not_follow_is_not_asked_for_hb0() -> None:
    asked = [flags([delivery(5), child(5, enrolled_child_program=followed)], NOW) for followed in (None, True, False)]
    assert [raises("IMM-05", found) for found in asked] == [True, True, False]


def test_hb0_that_is_recorded_is_not_asked_for() -> None:
    dose = {"type": "immunisation", "person_id": "C1", "given_on": ago(5)}
    assert not raises("IMM-05", born(5, {**dose, "dose": "HB0"}))
    assert raises("IMM-05", born(5, {**dose, "dose": "BCG"}))


def test_one_baby_of_two_deliveries_counts_once() -> None:
    second = {**delivery(6), "id": "DL2"}
    found = flags([MOTHER, pregnancy(5, 280), delivery(5), second, child(5)], NOW)
    assert found == {("NB-SCH-01", "C1"), ("IMM-05", "C1")}


@pytest.mark.parametrize("odd", [{}, {"outcome": "unclear"}, {"outcome": None, "birth_weight_g": []}])
def test_a_baby_of_whom_nothing_is_known_raises_nothing(odd: Record) -> None:
    assert flags([{**delivery(5), "babies": [odd]}], NOW) == set()


def test_odd_records_break_nothing() -> None:
    lost = {"type": "pnc_visit", "subject": "newborn", "temp_c": 39.0}
    undated = visit(0, visit_date="later", temp_c=39.0, jaundice="palms_soles")
    nothing = {"type": "delivery", "id": "DL3"}
    assert flags([lost, undated, nothing, delivery(5, delivered_on="soon")], NOW) == {("NB-JD-01", "C1")}


DUE = [
    (1, {}, [], {"IMM-05": -1}),
    (5, {}, [], {"IMM-05": 3, "NB-SCH-01": 1}),
    (10, {}, [], {"NB-SCH-02": -1}),
    (40, {}, [], {"NB-SCH-03": 8}),
    (50, {"birth_weight_g": 2400}, [], {"NB-BW-01": 49}),
    (50, {"birth_weight_g": 1400}, [], {"NB-BW-02": 50}),
    (6, {}, [visit(6), visit(3, shk_done=False)], {"IMM-05": 4, "NB-SHK-01": -1}),
    (9, {}, [visit(3, temp_c=35.9, jaundice="face_body")], {"NB-VS-05": 3, "NB-JD-02": 2}),
    (300, {}, [{"type": "death_event", "person_id": "C1", "date_of_death": ago(290)}], {"XS-MDSR-02": 283}),
]


@pytest.mark.parametrize(("age", "fields", "records", "expected"), DUE)
def test_a_flag_is_due_after_the_day_from_which_it_was_true(
    age: int, fields: Record, records: list[Record], expected: dict[str, int]
) -> None:
    found = judged(folder_of([MOTHER, pregnancy(age, 280), delivery(age, baby(**fields)), child(age), *records]))
    assert {one.rule.id: one.due.isoformat() for one in found} == {rule: ago(days) for rule, days in expected.items()}


def test_nothing_is_due_before_anybody_could_know() -> None:
    known = folder_of([MOTHER, pregnancy(6, 280), delivery(6, baby(birth_weight_g=2400)), child(6)])
    late = [one._replace(seen_on=date.fromisoformat(ago(1))) for one in known.entries]
    assert {one.rule.id: one.due.isoformat() for one in judged(Folder(late))} == {
        **dict.fromkeys(("NB-SCH-01", "NB-BW-01"), NOW),
        "IMM-05": NOW,
    }


def test_only_those_who_are_asked_for_get_sheets() -> None:
    twins = delivery(5, baby("C1"), baby("C2"), baby(None))
    seen = [visit(0, "C1", temp_c=39.0), visit(0, "C2", temp_c=39.0), visit(0, None, delivery_id="DL1", temp_c=39.0)]
    records = folder_of([MOTHER, pregnancy(5, 280), twins, child(5), child(5, "C2"), child(5, "C3"), *seen])
    assert {one.sheet.subject for one in judged(records)} == {"C1", "C2", "DL1"}
    for person, subjects in (("C1", {"C1"}), ("W1", {"DL1"}), ("C3", set())):
        asked = Folder(records.entries, asked=frozenset({person}))
        assert {one.sheet.subject for one in judged(asked)} == subjects


def test_the_order_of_arrival_tells_nothing() -> None:
    twins = delivery(9, baby("C1", birth_weight_g=2400), baby("C2", birth_weight_g=1400))
    seen = [visit(at, who, temp_c=35.0 + at, shk_done=at > 2) for at in (1, 2, 3) for who in ("C1", "C2")]
    records = [MOTHER, pregnancy(9, 250), twins, child(9), child(9, "C2"), *seen]
    expected = flags(records, NOW)
    assert len(expected) == 8
    shuffler = Random(4)
    for _ in range(20):
        shuffler.shuffle(records)
        assert flags(records, NOW) == expected
