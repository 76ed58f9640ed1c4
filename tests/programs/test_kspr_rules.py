"""The Poedji Rochjati score: every factor on both sides of its limit, what adds up, and what never goes down."""

from datetime import date
from typing import Any

import pytest
from flags import flags

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.maternal.pregnancy import KSPR_FACTORS
from fieldsync.programs.trying import folder_of

NOW = "2026-03-10"
TODAY = date.fromisoformat(NOW)
LMP = "2025-08-12"  # 30w0d
WOMAN = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12"}
PREGNANCY = {
    "type": "pregnancy",
    "id": "PG1",
    "woman_id": "W1",
    "lmp_date": LMP,
    "status": "active",
    "gravida": 2,
    "parity": 1,
    "abortions": 0,
    "stillbirths": 0,
    "caesarean_count": 0,
    "height_cm": 154.0,
}


def score(*visits: dict[str, Any], woman: dict[str, Any] | None = None, now: str = NOW, **pregnancy: Any) -> Any:
    """Return the factors found and the score of one pregnancy."""
    day = date.fromisoformat(now)
    records = [{**WOMAN, **(woman or {})}, {**PREGNANCY, **pregnancy}]
    records += [{"type": "anc_visit", "id": f"A{at}", "pregnancy_id": "PG1", **one} for at, one in enumerate(visits)]
    frame = Frame(day, book_on(day).tables)
    (sheet,) = [one for one in sheets_of(folder_of(records), frame) if one.about == "pregnancy"]
    return sheet


def factors(*visits: dict[str, Any], **given: Any) -> set[str]:
    return set(score(*visits, **given).facts["kspr_factors_found"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, set()),
        # Too young: 16 or less at the LMP and a first pregnancy.
        ({"gravida": 1, "parity": 0, "woman": {"birth_date": "2008-08-13"}}, {"too_young"}),
        ({"gravida": 1, "parity": 0, "woman": {"birth_date": "2008-08-12"}}, set()),
        ({"gravida": 2, "woman": {"birth_date": "2008-08-13"}}, set()),
        ({"gravida": None, "woman": {"birth_date": "2008-08-13"}}, set()),
        # Too old: 35 at the LMP, whatever she is by now.
        ({"woman": {"birth_date": "1990-08-12"}}, {"too_old"}),
        ({"woman": {"birth_date": "1990-08-13"}}, set()),
        ({"woman": {"birth_date": "1980-01-01", "birth_date_precision": "month"}}, {"too_old"}),
        ({"woman": {"birth_date": "1980-01-01", "birth_date_precision": "year"}}, set()),
        ({"woman": {"birth_date": "1980-01-01", "birth_date_precision": "estimated"}}, set()),
        ({"woman": {"birth_date": None}}, set()),
        ({"woman": {"birth_date": "1980"}}, set()),
        ({"lmp_date": None, "woman": {"birth_date": "1980-01-01"}}, set()),
        ({"woman": {"birth_date": "2026-01-01"}, "gravida": 1}, set()),
        # The age is taken at the LMP by ultrasound when there is one.
        ({"edd_ultrasound": "2026-05-20", "woman": {"birth_date": "1990-08-13"}}, {"too_old"}),
        ({"married_years_before_first": 4}, {"slow_first"}),
        ({"married_years_before_first": 3.9}, set()),
        # Under two years, ten years and more.
        ({"last_delivery_date": "2023-08-13"}, {"too_soon"}),
        ({"last_delivery_date": "2023-08-12"}, set()),
        ({"last_delivery_date": "2015-08-13"}, set()),
        ({"last_delivery_date": "2015-08-12"}, {"too_long"}),
        ({"last_delivery_date": "2025-09-01"}, set()),
        ({"last_delivery_date": "2023", "lmp_date": LMP}, set()),
        ({"parity": 4, "gravida": 5}, {"too_many"}),
        ({"parity": 3, "gravida": 4}, set()),
        ({"parity": "4"}, set()),
        ({"height_cm": 145.0}, {"short"}),
        ({"height_cm": 145.1}, set()),
        ({"height_cm": 1.45}, set()),
        ({"height_cm": None}, set()),
        ({"abortions": 1}, {"restricted"}),
        ({"abortions": 1, "stillbirths": 1}, {"lost_pregnancy"}),
        ({"abortions": 1, "kspr_factors": ["lost_pregnancy"]}, {"lost_pregnancy"}),
        ({"stillbirths": 1}, {"lost_pregnancy"}),
        ({"abortions": None, "stillbirths": None}, set()),
        ({"caesarean_count": 1}, {"caesarean"}),
        ({"caesarean_count": None}, set()),
        # What was asked is taken over, once, and only if the card knows it.
        *(({"kspr_factors": [one]}, {one}) for one in KSPR_FACTORS.labels),
        ({"kspr_factors": ["short", "short"], "height_cm": 140}, {"short"}),
        ({"kspr_factors": ["no_such_factor"]}, set()),
        ({"kspr_factors": "short"}, set()),
        ({"kspr_factors": [3, "short"]}, set()),
    ],
)
def test_factors_of_the_registration(given: dict[str, Any], expected: set[str]) -> None:
    assert factors(**given) == expected


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        ({}, set()),
        ({"danger_signs": []}, set()),
        ({"danger_signs": "vaginal_bleeding"}, set()),
        ({"danger_signs": ["vaginal_bleeding"]}, {"bleeding"}),
        ({"danger_signs": ["convulsions"]}, {"severe_pe"}),
        ({"danger_signs": ["unconscious", "fever"]}, set()),
        ({"hb_g_dl": 9.9}, {"anaemia_malaria"}),
        ({"hb_g_dl": 9.9, "visit_date": None}, {"anaemia_malaria"}),
        ({"hb_g_dl": 10.0, "visit_date": None}, set()),
        ({"hb_g_dl": 10.9, "visit_date": "2025-11-10"}, {"anaemia_malaria"}),  # 12w6d
        ({"hb_g_dl": 11.0, "visit_date": "2025-11-10"}, set()),
        ({"hb_g_dl": 10.9, "visit_date": "2025-11-11"}, set()),  # 13w0d
        ({"hb_g_dl": 10.4, "visit_date": "2025-11-11"}, {"anaemia_malaria"}),
        ({"hb_g_dl": 10.5, "visit_date": "2026-02-23"}, set()),  # 27w6d
        ({"hb_g_dl": 10.4, "visit_date": "2026-02-23"}, {"anaemia_malaria"}),
        ({"hb_g_dl": 10.9, "visit_date": "2026-02-24"}, {"anaemia_malaria"}),  # 28w0d
        ({"hb_g_dl": 11.0, "visit_date": "2026-02-24"}, set()),
        ({"hb_g_dl": "9"}, set()),
        ({"hb_g_dl": 105}, set()),  # g/L: refused
        ({"hb_g_dl": 1.9}, set()),
        ({"glucose_fasting_mg_dl": 126}, {"diabetes"}),
        ({"glucose_fasting_mg_dl": 125}, set()),
        ({"glucose_random_mg_dl": 200}, {"diabetes"}),
        ({"glucose_random_mg_dl": 199}, set()),
        ({"ogtt_1h_mg_dl": 200}, {"diabetes"}),
        ({"ogtt_1h_mg_dl": 199}, set()),
        ({"ogtt_2h_mg_dl": 200}, {"diabetes"}),
        ({"ogtt_2h_mg_dl": 199}, set()),
        ({"glucose_random_mg_dl": 900}, set()),
        ({"syphilis_result": "reactive"}, {"restricted"}),
        ({"syphilis_result": "inconclusive"}, set()),
        ({"hiv_result": "reactive", "hbsag_result": "reactive"}, set()),
        ({"fetus_count": 2}, {"multiple"}),
        ({"fetus_count": 1}, set()),
        ({"fetus_count": 9}, set()),
        ({"presentation": "breech"}, {"breech"}),
        ({"presentation": "transverse"}, {"transverse"}),
        ({"presentation": "oblique"}, set()),
        ({"presentation": "cephalic"}, set()),
        ({"presentation": ["breech"]}, set()),
        # As ANC-BP-04: high pressure with a symptom, from either list; the repeat decides.
        ({"systolic_mmhg": 140, "danger_signs": ["severe_headache"]}, {"severe_pe"}),
        ({"diastolic_mmhg": 90, "danger_signs": ["blurred_vision"]}, {"severe_pe"}),
        ({"systolic_mmhg": 139, "diastolic_mmhg": 89, "danger_signs": ["severe_headache"]}, set()),
        ({"systolic_mmhg": 140, "pe_symptoms": ["epigastric_pain"]}, {"severe_pe"}),
        ({"systolic_mmhg": 140, "pe_symptoms": ["dizziness"]}, {"severe_pe"}),
        ({"systolic_mmhg": 140, "pe_symptoms": ["vomiting"]}, {"severe_pe"}),
        ({"systolic_mmhg": 180, "diastolic_mmhg": 120, "danger_signs": ["swelling_face_hands"]}, set()),
        ({"systolic_mmhg": 150, "systolic_repeat_mmhg": 139, "pe_symptoms": ["vomiting"]}, set()),
        ({"systolic_mmhg": 130, "systolic_repeat_mmhg": 140, "pe_symptoms": ["vomiting"]}, {"severe_pe"}),
        ({"systolic_mmhg": 900, "pe_symptoms": ["vomiting"]}, set()),
    ],
)
def test_factors_of_a_visit_count_at_the_newest_and_at_any_earlier_one(
    visit: dict[str, Any], expected: set[str]
) -> None:
    given = {"visit_date": NOW, **visit}
    assert factors(given) == expected
    assert factors({**given, "visit_date": visit.get("visit_date", "2026-03-01")}, {"visit_date": NOW}) == expected


@pytest.mark.parametrize(("lmp", "expected"), [("2025-05-20", {"post_term"}), ("2025-05-21", set())])
def test_post_term_counts_from_42_weeks_now(lmp: str, expected: set[str]) -> None:
    assert factors(lmp_date=lmp) == expected


def test_factor_seen_in_several_ways_counts_once() -> None:
    sheet = score(
        {"visit_date": "2026-02-01", "hb_g_dl": 9.0},
        {"visit_date": "2026-03-01", "hb_g_dl": 8.0},
        kspr_factors=["anaemia_malaria"],
    )
    assert sheet.facts["kspr_score"] == 6


def test_factors_that_only_restricted_fields_tell_count_without_being_named() -> None:
    sheet = score({"visit_date": NOW, "syphilis_result": "reactive"}, abortions=2, height_cm=140)
    assert sheet.facts["kspr_score"] == 14
    assert sheet.facts["kspr_factors_found"] == {"short", "restricted"}
    assert factors({"syphilis_result": "reactive"}, kspr_factors=["sti"]) == {"sti"}


def test_every_factor_of_the_card_has_a_score() -> None:
    scores = book_on(TODAY).tables["kspr"]["scores"]
    assert scores.keys() == KSPR_FACTORS.labels.keys()
    eights = {"caesarean", "breech", "transverse", "bleeding", "severe_pe"}
    assert scores == {one: 8 if one in eights else 4 for one in scores}


def test_score_tells_since_when_and_by_which_record() -> None:
    visits = (
        {"visit_date": "2026-01-10", "presentation": "breech"},
        {"visit_date": "2026-02-10", "presentation": "transverse"},
        {"visit_date": "2026-03-01", "presentation": "breech"},
    )
    sheet = score(*visits)
    assert (sheet.facts["kspr_score"], sheet.facts["kspr_rose_on"]) == (18, date(2026, 2, 10))
    assert sheet.origins["kspr_score"] == "A1"
    assert "kspr_rose_on" not in score(height_cm=140).facts
    assert score(lmp_date="2025-05-19").facts["kspr_rose_on"] == date(2026, 3, 9)


CLASSES = [
    (set(), None),
    ({"short"}, "ANC-KSPR-01"),
    ({"breech"}, "ANC-KSPR-01"),  # 10
    ({"short", "too_many", "sti"}, "ANC-KSPR-02"),  # 14
    ({"short", "breech"}, "ANC-KSPR-02"),
]


@pytest.mark.parametrize(("found", "expected"), CLASSES)
def test_class_of_the_score(found: set[str], expected: str | None) -> None:
    raised = flags([WOMAN, {**PREGNANCY, "kspr_factors": sorted(found)}], NOW)
    assert {one for one in raised if one[0].startswith("ANC-KSPR")} == ({(expected, "W1")} if expected else set())


@pytest.mark.parametrize("status", ["delivered", "ended", "moved", "lost", "died"])
def test_only_active_pregnancies_are_flagged(status: str) -> None:
    raised = flags([WOMAN, {**PREGNANCY, "height_cm": 140, "status": status}], NOW)
    assert not {rule for rule, _ in raised if rule.startswith(("ANC-", "XS-NIK", "XS-KK"))}


def test_limits_that_other_rules_know_too_are_the_same() -> None:
    book = book_on(TODAY)
    card = book.tables["kspr"]

    def of(rule: str, *names: str) -> list[Any]:
        return [book.rules[rule].parameters[name].value for name in names]

    first, second, third, second_from, third_from = of(
        "ANC-HB-03", "first_trimester", "second_trimester", "third_trimester", "second_from_age", "third_from_age"
    )
    assert card["hb_under_g_dl_by_age_days"] == [[second_from, first], [third_from, second], [None, third]]
    assert [card["hb_under_g_dl_at_any_age"]] == of("ANC-HB-02", "moderate")
    assert list(card["diabetes_at_least_mg_dl"].values()) == of(
        "ANC-GL-02", "fasting", "random", "after_1h", "after_2h"
    )
    assert list(card["high_pressure_at_least_mmhg"].values()) == of("ANC-BP-04", "systolic", "diastolic")
    assert [frozenset(card["severe_pe_symptoms_with_pressure"])] == of("ANC-BP-04", "symptoms")
    assert [card["post_term_at_least_days"]] == of("ANC-DLV-02", "ga_from")
