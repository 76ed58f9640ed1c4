"""Growth and illness of children: every rule on both sides of its limits, what silences it, and which one stands."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from flags import flags as every_flag

from fieldsync.programs.child.growth import Measures, z_scores
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

NOW = "2026-03-10"
Record = dict[str, Any]

OWN = ("NB-", "CH-", "IMM-", "DQ-08", "XS-MDSR-02")


def flags(records: list[Record], now: str) -> set[tuple[str, str]]:
    """Return what the rules of this part raise; those of other programs have their own tests."""
    return {one for one in every_flag(records, now) if one[0].startswith(OWN)}


def child(age_days: int, **fields: Any) -> Record:
    born = date.fromisoformat(NOW) - timedelta(days=age_days)
    return {"type": "person", "id": "C1", "sex": "male", "birth_date": born.isoformat(), **fields}


def visit(days_ago: int = 0, **fields: Any) -> Record:
    day = (date.fromisoformat(NOW) - timedelta(days=days_ago)).isoformat()
    return {"type": "child_visit", "id": f"K{days_ago}", "person_id": "C1", "visit_date": day, **fields}


def raised(*records: Record) -> set[str]:
    return {rule for rule, _ in flags(records, NOW)}


def at(age_days: int, **fields: Any) -> set[str]:
    return raised(child(age_days), visit(**fields))


@cache
def measured_for(index: str, score: float, age: int, length: float) -> dict[str, float]:
    """Find what to measure for exactly this score."""
    for step in range(1, 14_000):
        thousandth = step * 0.01 if index == "haz" else step * 0.002
        weight, cm = (None, thousandth) if index == "haz" else (thousandth, length)
        if z_scores(Measures(sex="male", age_days=age, weight_kg=weight, length_cm=cm)).get(index) == score:
            return {"length_height_cm": cm} if weight is None else _weighed(index, weight, cm)
    raise AssertionError((index, score))


def _weighed(index: str, weight: float, length: float) -> dict[str, float]:
    return {"weight_kg": weight, "length_height_cm": length} if index == "whz" else {"weight_kg": weight}


SCORES = [
    ("CH-GR-01", "whz", 183, [-3.01, -5.0], [-3.0, -5.01]),
    ("CH-GR-01", "whz", 1826, [-3.01], [-3.0]),
    ("CH-GR-02", "whz", 30, [-3.0, -2.01], [-3.01, -2.0]),
    ("CH-GR-02", "whz", 1826, [-3.0, -2.01], [-3.01, -2.0]),
    ("CH-GR-03", "haz", 400, [-3.01, -6.0], [-3.0, -6.01]),
    ("CH-GR-04", "haz", 1826, [-3.0, -2.01], [-3.01, -2.0]),
    ("CH-GR-05", "waz", 400, [-3.01, -6.0], [-3.0, -6.01]),
    ("CH-GR-06", "waz", 1826, [-3.0, -2.01], [-3.01, -2.0]),
    ("CH-GR-07", "whz", 400, [2.01, 5.0], [2.0, 5.01]),
    ("CH-GR-11", "whz", 182, [-3.01, -5.0], [-3.0, -5.01]),
    ("CH-GR-13", "whz", 400, [-5.01, 5.01], [-5.0, 5.0]),
    ("CH-GR-13", "haz", 400, [-6.01, 6.01], [-6.0, 6.0]),
    ("CH-GR-13", "waz", 400, [-6.01, 5.01], [-6.0, 5.0]),
]
EACH_SCORE = [
    (rule, index, age, score, score in inside)
    for rule, index, age, inside, outside in SCORES
    for score in (*inside, *outside)
]


@pytest.mark.parametrize(("rule", "index", "age", "score", "fires"), EACH_SCORE)
def test_a_score_is_judged_as_it_is_rounded(rule: str, index: str, age: int, score: float, fires: bool) -> None:
    length = {30: 54.0, 182: 67.0, 183: 67.0, 400: 77.0, 1826: 110.0}[age]
    assert (rule in at(age, **measured_for(index, score, age, length))) == fires


@pytest.mark.parametrize(
    ("rule", "fields", "ages", "others"),
    [
        ("CH-GR-01", {"weight_kg": 5.5, "length_height_cm": 68.0, "measured": "lying"}, [183, 730], [182]),
        ("CH-GR-11", {"weight_kg": 5.5, "length_height_cm": 68.0, "measured": "lying"}, [0, 182], [183]),
        ("CH-GR-02", {"weight_kg": 13.8, "length_height_cm": 105.0, "measured": "standing"}, [1826], [1827]),
        ("CH-GR-03", {"length_height_cm": 93.0, "measured": "standing"}, [1826], [1827]),
        ("CH-GR-04", {"length_height_cm": 97.0, "measured": "standing"}, [1826], [1827]),
        ("CH-GR-05", {"weight_kg": 12.0}, [1826], [1827]),
        ("CH-GR-06", {"weight_kg": 13.0}, [1826], [1827]),
        ("CH-GR-07", {"weight_kg": 22.0, "length_height_cm": 105.0, "measured": "standing"}, [1826], [1827]),
        ("CH-GR-13", {"length_height_cm": 60.0}, [1826], [1827]),
        ("CH-GR-08", {"muac_cm": 11.4}, [183, 1825], [182, 1826]),
        ("CH-GR-09", {"muac_cm": 12.4}, [183, 1825], [182, 1826]),
        ("CH-GR-10", {"oedema": True}, [0, 5, 3000], [-1]),
        ("CH-DS-01", {"danger_signs": ["convulsions"]}, [60, 1825], [59, 1826]),
        ("CH-RS-01", {"cough": True, "respiratory_rate": 50}, [60, 364, 365, 1825], [59, 1826]),
        ("CH-RS-01", {"cough": True, "respiratory_rate": 40}, [365, 1825], [60, 364]),
        ("CH-RS-02", {"stridor_calm": True}, [0, 4000], []),
        ("CH-DI-01", {"blood_in_stool": True}, [0, 4000], []),
    ],
)
def test_a_rule_is_for_its_ages(rule: str, fields: dict[str, Any], ages: list[int], others: list[int]) -> None:
    assert [rule in at(age, **fields) for age in (*ages, *others)] == [True] * len(ages) + [False] * len(others)


@pytest.mark.parametrize(
    ("rule", "fields", "fires"),
    [
        ("CH-GR-08", {"muac_cm": 11.4}, True),
        ("CH-GR-08", {"muac_cm": 11.5}, False),
        ("CH-GR-09", {"muac_cm": 11.4}, False),
        ("CH-GR-09", {"muac_cm": 11.5}, True),
        ("CH-GR-09", {"muac_cm": 12.4}, True),
        ("CH-GR-09", {"muac_cm": 12.5}, False),
        ("CH-GR-10", {"oedema": False}, False),
        ("CH-RS-01", {"cough": True, "respiratory_rate": 39}, False),
        ("CH-RS-01", {"cough": False, "respiratory_rate": 60}, False),
        ("CH-RS-01", {"respiratory_rate": 60}, False),
        ("CH-RS-01", {"cough": True}, False),
        ("CH-RS-01", {"cough": True, "respiratory_rate": 39, "respiratory_rate_repeat": 40}, True),
        ("CH-RS-01", {"cough": True, "respiratory_rate": 40, "respiratory_rate_repeat": 39}, False),
        ("CH-RS-02", {"spo2_pct": 89}, True),
        ("CH-RS-02", {"spo2_pct": 90}, False),
        ("CH-RS-02", {"stridor_calm": False}, False),
        ("CH-DI-01", {"diarrhoea_days": 13}, False),
        ("CH-DI-01", {"diarrhoea_days": 14}, True),
        ("CH-DI-01", {"diarrhoea_days": 3, "blood_in_stool": False}, False),
        ("CH-DS-01", {"danger_signs": []}, False),
        ("CH-DS-01", {"danger_signs": ["unable_to_drink"]}, True),
        ("CH-DS-01", {"danger_signs": ["vomits_everything"]}, True),
        ("CH-DS-01", {"danger_signs": ["lethargic_unconscious"]}, True),
        ("CH-DS-01", {"danger_signs": ["hiccups"]}, False),
    ],
)
def test_a_rule_fires_on_its_side_of_the_limit(rule: str, fields: dict[str, Any], fires: bool) -> None:
    assert (rule in at(400, **fields)) == fires


@pytest.mark.parametrize(
    ("age", "fields", "standing"),
    [
        (400, {"weight_kg": 7.0, "length_height_cm": 77.0, "muac_cm": 11.0}, {"CH-GR-01"}),
        (400, {"weight_kg": 8.0, "length_height_cm": 77.0, "muac_cm": 12.0}, {"CH-GR-02"}),
        (400, {"weight_kg": 8.0, "length_height_cm": 77.0, "muac_cm": 11.0}, {"CH-GR-02", "CH-GR-08"}),
        (400, {"weight_kg": 6.0, "length_height_cm": 77.0, "muac_cm": 11.0, "oedema": True}, {"CH-GR-10"}),
        (400, {"weight_kg": 4.0, "length_height_cm": 77.0, "muac_cm": 11.0}, {"CH-GR-08", "CH-GR-13"}),
        (400, {"weight_kg": 4.0, "length_height_cm": 77.0, "muac_cm": 12.0}, {"CH-GR-09", "CH-GR-13"}),
        (400, {"weight_kg": 7.0}, {"CH-GR-05"}),
        (100, {"weight_kg": 4.2, "length_height_cm": 61.0}, {"CH-GR-11"}),
        (400, {"cough": True, "respiratory_rate": 60, "spo2_pct": 85}, {"CH-RS-02"}),
    ],
)
def test_the_stronger_finding_stands(age: int, fields: dict[str, Any], standing: set[str]) -> None:
    assert at(age, **fields) == standing


def test_oedema_leaves_height_to_be_judged() -> None:
    assert at(400, weight_kg=6.0, length_height_cm=68.0, oedema=True) == {"CH-GR-03", "CH-GR-10"}


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [
        ("T", "T", True),
        ("T", "N", False),
        ("N", "T", False),
        ("O", "T", False),
        (None, "T", False),
        ("T", None, False),
    ],
)
def test_two_visits_without_gain_in_a_row(before: str | None, now: str | None, fires: bool) -> None:
    records = child(400), visit(60, weight_gain_status="T"), visit(30, weight_gain_status=before)
    assert ("CH-GR-12" in raised(*records, visit(weight_gain_status=now))) == fires


def test_one_visit_without_gain_is_not_two() -> None:
    assert at(400, weight_gain_status="T") == set()


@pytest.mark.parametrize(
    ("age", "before", "now", "fires"),
    [
        (400, (75.0, "lying"), (74.0, "lying"), False),
        (400, (75.0, "lying"), (73.9, "lying"), True),
        (400, (75.0, "lying"), (73.3, "standing"), False),
        (400, (75.0, "lying"), (73.2, "standing"), True),
        (400, (75.0, None), (73.9, "lying"), True),
        (740, (86.0, None), (84.3, None), False),
        (740, (86.0, None), (84.2, None), True),
        (1000, (93.0, "standing"), (92.7, "lying"), False),
        (1000, (93.0, "standing"), (92.6, "lying"), True),
        (400, (None, None), (70.0, "lying"), False),
        (400, (75.0, "lying"), (None, None), False),
        (400, (150.0, "lying"), (75.0, "lying"), False),
    ],
)
def test_a_child_does_not_shrink(
    age: int, before: tuple[float | None, str | None], now: tuple[float | None, str | None], fires: bool
) -> None:
    lengths = [{"length_height_cm": cm, "measured": how} for cm, how in (before, now)]
    assert ("DQ-08" in raised(child(age), visit(60, **lengths[0]), visit(**lengths[1]))) == fires


def test_a_child_is_compared_with_the_longest_that_it_was() -> None:
    lengths = [(60, 76.0), (30, 74.9), (0, 74.9)]
    records = [visit(ago, length_height_cm=cm, measured="lying") for ago, cm in lengths]
    assert ("DQ-08", "C1") in flags([child(400), *records], NOW)
    assert ("DQ-08", "C1") not in flags([child(400), *records[1:]], NOW)


def test_only_the_newest_visit_counts_in_any_order() -> None:
    sick, well = visit(3, spo2_pct=80, danger_signs=["convulsions"], muac_cm=11.0), visit(0, spo2_pct=98)
    assert raised(child(400), well, sick) == raised(child(400), sick, well) == set()
    assert raised(child(400), sick) == {"CH-RS-02", "CH-DS-01", "CH-GR-08"}


@pytest.mark.parametrize("precision", ["year", "estimated"])
def test_growth_needs_a_date_of_birth_that_is_exact_to_the_month(precision: str) -> None:
    fields = {"weight_kg": 6.0, "length_height_cm": 68.0, "muac_cm": 11.0, "danger_signs": ["convulsions"]}
    vague = raised(child(400, birth_date_precision=precision), visit(**fields))
    assert vague == {"CH-DS-01"}
    exact = raised(child(400, birth_date_precision="month"), visit(**fields))
    assert exact == {"CH-GR-01", "CH-GR-03", "CH-DS-01"}


def test_a_delivery_tells_the_age_and_sex_of_a_child_whose_record_does_not() -> None:
    baby = {"person_id": "C1", "outcome": "live_birth", "sex": "male"}
    delivery = {"type": "delivery", "id": "DL1", "delivered_on": "2025-02-03", "babies": [baby]}
    seen = visit(weight_kg=7.0, length_height_cm=77.0)
    person = {"type": "person", "id": "C1", "birth_date": "2020-01-01", "birth_date_precision": "year"}
    assert "CH-GR-01" in raised(delivery, person, seen)
    assert "CH-GR-01" in raised(delivery, {"type": "person", "id": "C1"}, seen)
    assert "CH-GR-01" in raised(delivery, seen)
    assert raised(person, seen) == set()


def test_the_dead_get_no_visit_flags() -> None:
    sick = visit(3, spo2_pct=80, danger_signs=["convulsions"], oedema=True)
    death = {"type": "death_event", "id": "D1", "person_id": "C1"}
    assert raised(child(400), sick, death) == set()
    assert raised(child(400, death_date="2026-03-09"), sick) == set()


@pytest.mark.parametrize("age", [30, 100, 400, 1000])
def test_nothing_known_raises_nothing(age: int) -> None:
    assert at(age) == set()
    nulls = ("weight_kg", "length_height_cm", "measured", "muac_cm", "oedema", "weight_gain_status", "danger_signs")
    sick = ("cough", "respiratory_rate", "respiratory_rate_repeat", "spo2_pct", "stridor_calm", "diarrhoea_days")
    assert at(age, **dict.fromkeys((*nulls, *sick, "blood_in_stool"))) == set()


def test_values_that_no_form_takes_are_used_by_no_rule() -> None:
    refused = {"weight_kg": "6", "length_height_cm": 6.8, "muac_cm": 115, "spo2_pct": 8, "oedema": "yes"}
    odd = {"danger_signs": "convulsions", "respiratory_rate": True, "diarrhoea_days": 300, "measured": 1}
    assert at(400, cough=True, **refused, **odd) == set()


def test_visits_without_date_or_child_break_nothing() -> None:
    lost = {"type": "child_visit", "person_id": None, "visit_date": "2026-03-10", "spo2_pct": 80}
    undated = {"type": "child_visit", "person_id": "C1", "visit_date": "soon", "spo2_pct": 80, "weight_kg": 3.0}
    assert flags([child(400), lost], NOW) == set()
    assert flags([child(400), undated], NOW) == {("CH-RS-02", "C1")}
    assert flags([undated], NOW) == {("CH-RS-02", "C1")}


def test_only_children_who_are_asked_for_get_sheets() -> None:
    folder = folder_of([child(400), visit(spo2_pct=80)])
    day = date.fromisoformat(NOW)
    book = book_on(day)
    for asked, expected in (({"C1"}, 1), ({"C2"}, 0)):
        sheets = sheets_of(Folder(folder.entries, asked=frozenset(asked)), Frame(day, book.tables))
        assert len(book.judge(sheets, day)) == expected
