"""The rules about antenatal visits: both sides of every limit, what is not known, what visits tell together."""

from datetime import date, timedelta
from typing import Any

import pytest
from flags import flags
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs import TYPES
from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

NOW = date(2026, 3, 10)
BOOK = book_on(NOW)
RULES = sorted(rule.id for rule in BOOK.rules.values() if rule.about == "anc_visit")


def pregnancy(ga: int = 182, **fields: Any) -> list[dict[str, Any]]:
    """Return a healthy woman, pregnant for so many days now."""
    woman = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12"}
    lmp = (NOW - timedelta(days=ga)).isoformat()
    usual = {"woman_id": "W1", "lmp_date": lmp, "status": "active", "gravida": 2, "parity": 1, "height_cm": 154.0}
    born = {"birth_date": fields.pop("birth_date")} if "birth_date" in fields else {}
    return [woman | born, {"type": "pregnancy", "id": "PG1", **usual, **fields}]


def visit(days_ago: int = 0, **fields: Any) -> dict[str, Any]:
    on = (NOW - timedelta(days=days_ago)).isoformat()
    return {"type": "anc_visit", "id": f"A{days_ago:03}", "pregnancy_id": "PG1", "visit_date": on, **fields}


def raised(records: list[dict[str, Any]]) -> set[str]:
    """Return the visit rules that hold, after asserting that all are about the woman."""
    found = {(rule, subject) for rule, subject in flags(records, NOW.isoformat()) if rule in RULES}
    assert {subject for _, subject in found} <= {"W1"}
    return {rule for rule, _ in found}


def named(value: Any) -> str:
    """Return a name of a parameter that is the same in every process."""
    return " ".join(sorted(value)) if isinstance(value, set) else str(value)


def signs(*codes: str) -> dict[str, Any]:
    return {"danger_signs": list(codes)}


def pressure(first: str | None, again: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return blood pressures, written as 150/95 and with - for what was not measured."""
    measured = {}
    for which, told in (("", first), ("_repeat", again)):
        for name, value in zip(("systolic", "diastolic"), (told or "-/-").split("/"), strict=True):
            if value != "-":
                measured[f"{name}{which}_mmhg"] = int(value)
    return measured | fields


def heart(rate: int, again: int | None = None) -> dict[str, Any]:
    return {"fetal_heart_rate_bpm": rate, "fetal_heart_rate_repeat_bpm": again}


BY_SIGN = {
    "ANC-DS-01": ["vaginal_bleeding"],
    "ANC-DS-02": ["convulsions", "unconscious"],
    "ANC-DS-03": ["severe_headache", "blurred_vision"],
    "ANC-DS-04": ["severe_abdominal_pain"],
    "ANC-DS-05": ["severe_vomiting"],
    "ANC-DS-06": ["fever"],
    "ANC-DS-07": ["waters_broken"],
    "ANC-DS-08": ["reduced_fetal_movement"],
    "ANC-DS-09": ["labour"],
    "ANC-DS-10": ["swelling_face_hands"],
    "ANC-DS-11": ["central_cyanosis", "breathing_difficulty", "looks_very_ill", "severe_pain"],
}

# Age of the pregnancy in days, what the visit has, all rules that hold.
VISITS: list[tuple[int, dict[str, Any], set[str]]] = [
    (182, {}, set()),
    (182, signs(), set()),
    *((140, signs(sign), {rule}) for rule, codes in BY_SIGN.items() for sign in codes),
    (182, signs("vaginal_bleeding", "fever", "labour"), {"ANC-DS-01", "ANC-DS-06", "ANC-DS-09"}),
    (139, signs("reduced_fetal_movement"), set()),
    # Temperature: the repeat counts.
    (182, {"temp_c": 38.0}, {"ANC-DS-06"}),
    (182, {"temp_c": 37.9}, set()),
    (182, {"temp_c": 38.4, "temp_repeat_c": 37.9}, set()),
    (182, {"temp_c": 37.2, "temp_repeat_c": 38.0}, {"ANC-DS-06"}),
    (182, {"temp_repeat_c": 38.0}, {"ANC-DS-06"}),
    (182, {"temp_c": 37.9, **signs("fever")}, {"ANC-DS-06"}),
    # Severe hypertension, at once or after the repeat.
    (182, pressure("160/85"), {"ANC-BP-01"}),
    (182, pressure("150/110"), {"ANC-BP-01"}),
    (182, pressure("159/109"), {"ANC-BP-03"}),
    (182, pressure("170/112", "159/109"), {"ANC-BP-02"}),
    (182, pressure("142/92", "160/92"), {"ANC-BP-01"}),
    (182, pressure("165/115", "138/88"), set()),
    # Confirmed by a repeat.
    (182, pressure("142/92", "140/89"), {"ANC-BP-02"}),
    (182, pressure("142/92", "139/90"), {"ANC-BP-02"}),
    (182, pressure("142/92", "139/89"), set()),
    (182, pressure("120/80", "140/80"), {"ANC-BP-02"}),
    # Not yet confirmed.
    (182, pressure("140/80"), {"ANC-BP-03"}),
    (182, pressure("130/90"), {"ANC-BP-03"}),
    (182, pressure("139/89"), set()),
    # Only one of the two was measured, or measured again.
    (182, pressure("150/-"), {"ANC-BP-03"}),
    (182, pressure("-/95"), {"ANC-BP-03"}),
    (182, pressure("-/110"), {"ANC-BP-01"}),
    (182, pressure(None, "150/95"), {"ANC-BP-02"}),
    (182, pressure("150/85", "130/-"), set()),
    (182, pressure("150/95", "130/-"), {"ANC-BP-02"}),
    (182, pressure("150/95", "-/85"), {"ANC-BP-02"}),
    (182, pressure("138/95", "-/85"), set()),
    (182, pressure("150/112", "144/-"), {"ANC-BP-01"}),
    # Severe pre-eclampsia: any symptom, from either list, at any age.
    (84, pressure("140/80", None, pe_symptoms=["dizziness"]), {"ANC-BP-04"}),
    (182, pressure("130/90", None, pe_symptoms=["vomiting"]), {"ANC-BP-04"}),
    (182, pressure("150/95", "140/80", pe_symptoms=["epigastric_pain"]), {"ANC-BP-04"}),
    (182, pressure("150/95", "139/89", pe_symptoms=["epigastric_pain"]), set()),
    (182, pressure("139/89", None, pe_symptoms=["epigastric_pain"]), set()),
    (182, pressure("140/80", None, danger_signs=["severe_headache"]), {"ANC-BP-04", "ANC-DS-03"}),
    (182, pressure("139/89", None, danger_signs=["blurred_vision"]), {"ANC-DS-03"}),
    (182, pressure("140/80", None, pe_symptoms=["blurred_vision"]), {"ANC-BP-04"}),
    (182, pressure("140/80", None, danger_signs=["dizziness"]), {"ANC-BP-04"}),
    (182, pressure("140/80", None, danger_signs=["severe_vomiting"]), {"ANC-BP-03", "ANC-DS-05"}),
    (182, pressure("165/100", None, pe_symptoms=["dizziness"]), {"ANC-BP-01", "ANC-BP-04"}),
    (182, pressure(None, None, pe_symptoms=["dizziness"]), set()),
    # Pre-eclampsia by protein.
    *((182, pressure("140/80", None, urine_protein=found), {"ANC-BP-05"}) for found in ("++", "+++", "++++")),
    (182, pressure("130/90", "130/90", urine_protein="++"), {"ANC-BP-05"}),
    (182, pressure("140/80", None, urine_protein="+"), {"ANC-BP-03"}),
    (182, pressure("150/95", "140/80", urine_protein="+"), {"ANC-BP-02"}),
    (182, pressure("150/95", "139/89", urine_protein="++"), {"ANC-UR-01"}),
    (182, pressure("165/95", None, urine_protein="++"), {"ANC-BP-01", "ANC-BP-05"}),
    (182, pressure("140/80", None, urine_protein="++", pe_symptoms=["dizziness"]), {"ANC-BP-04"}),
    (182, pressure("140/80", None, urine_protein="++", pe_symptoms=[], danger_signs=[]), {"ANC-BP-05"}),
    (182, {"urine_protein": "++++"}, set()),
    # Pulse and oxygen.
    (182, {"pulse_bpm": 60}, set()),
    (182, {"pulse_bpm": 59}, {"ANC-VS-01"}),
    (182, {"pulse_bpm": 100}, set()),
    (182, {"pulse_bpm": 101}, {"ANC-VS-01"}),
    (182, {"pulse_bpm": 120, "pulse_repeat_bpm": 100}, set()),
    (182, {"pulse_bpm": 80, "pulse_repeat_bpm": 101}, {"ANC-VS-01"}),
    (182, {"spo2_pct": 92}, set()),
    (182, {"spo2_pct": 91}, {"ANC-VS-02"}),
    # Shock: by the first measurements alone.
    (182, pressure("89/60", None, pulse_bpm=111), {"ANC-VS-01", "ANC-VS-03"}),
    (182, pressure("90/60", None, pulse_bpm=111), {"ANC-VS-01"}),
    (182, pressure("89/60", None, pulse_bpm=110), {"ANC-VS-01"}),
    (182, pressure("89/60", "110/70", pulse_bpm=120, pulse_repeat_bpm=90), {"ANC-VS-03"}),
    (182, pressure("110/70", "89/60", pulse_bpm=90, pulse_repeat_bpm=120), {"ANC-VS-01"}),
    (182, pressure("89/60"), set()),
    # Fetal heart.
    (140, {"fetal_heart_present": False}, {"ANC-FH-01"}),
    (139, {"fetal_heart_present": False}, set()),
    (140, {"fetal_heart_present": True}, set()),
    (140, heart(99), {"ANC-FH-02"}),
    (139, heart(99), set()),
    (140, heart(100), {"ANC-FH-03"}),
    (139, heart(100), set()),
    (140, heart(119), {"ANC-FH-03"}),
    (140, heart(120), set()),
    (140, heart(160), set()),
    (140, heart(161), {"ANC-FH-03"}),
    (140, heart(180), {"ANC-FH-03"}),
    (140, heart(181), {"ANC-FH-02"}),
    (139, heart(181), set()),
    (140, heart(95, 130), set()),
    (140, heart(130, 95), {"ANC-FH-02"}),
    (140, heart(95, 110), {"ANC-FH-03"}),
    # Presentation.
    *((252, {"presentation": found}, {"ANC-FH-04"}) for found in ("breech", "transverse", "oblique")),
    *((251, {"presentation": found}, set()) for found in ("breech", "transverse", "oblique")),
    *((252, {"presentation": found}, set()) for found in ("cephalic", "unknown")),
    # Twins.
    (182, {"fetus_count": 2}, {"ANC-FH-05"}),
    (182, {"fetus_count": 3}, {"ANC-FH-05"}),
    (182, {"fetus_count": 1}, set()),
    # Fundal height against completed weeks: 24w0d..36w6d.
    (168, {"fundal_height_cm": 26.0}, set()),
    (168, {"fundal_height_cm": 26.1}, {"ANC-FH-06"}),
    (168, {"fundal_height_cm": 22.0}, set()),
    (168, {"fundal_height_cm": 21.9}, {"ANC-FH-06"}),
    (174, {"fundal_height_cm": 21.9}, {"ANC-FH-06"}),
    (174, {"fundal_height_cm": 22.0}, set()),
    (167, {"fundal_height_cm": 30.0}, set()),
    (258, {"fundal_height_cm": 33.9}, {"ANC-FH-06"}),
    (258, {"fundal_height_cm": 34.0}, set()),
    (258, {"fundal_height_cm": 38.1}, {"ANC-FH-06"}),
    (259, {"fundal_height_cm": 30.0}, set()),
    (182, {"fundal_height_cm": 30.0, "fetus_count": 1}, {"ANC-FH-06"}),
    (182, {"fundal_height_cm": 30.0, "fetus_count": 2}, {"ANC-FH-05"}),
    # Arm.
    (182, {"muac_cm": 23.4}, {"ANC-NU-01"}),
    (182, {"muac_cm": 23.5}, set()),
    # Haemoglobin.
    (182, {"hb_g_dl": 6.9}, {"ANC-HB-01"}),
    (182, {"hb_g_dl": 7.0}, {"ANC-HB-02"}),
    (182, {"hb_g_dl": 9.9}, {"ANC-HB-02"}),
    (182, {"hb_g_dl": 10.0}, {"ANC-HB-03"}),
    (90, {"hb_g_dl": 10.9}, {"ANC-HB-03"}),
    (90, {"hb_g_dl": 11.0}, set()),
    (91, {"hb_g_dl": 10.9}, set()),
    (91, {"hb_g_dl": 10.5}, set()),
    (91, {"hb_g_dl": 10.4}, {"ANC-HB-03"}),
    (195, {"hb_g_dl": 10.4}, {"ANC-HB-03"}),
    (195, {"hb_g_dl": 10.5}, set()),
    (196, {"hb_g_dl": 10.9}, {"ANC-HB-03"}),
    (196, {"hb_g_dl": 11.0}, set()),
    # Glucose.
    (182, {"glucose_fasting_mg_dl": 91}, set()),
    (182, {"glucose_fasting_mg_dl": 92}, {"ANC-GL-01"}),
    (182, {"glucose_fasting_mg_dl": 125}, {"ANC-GL-01"}),
    (182, {"glucose_fasting_mg_dl": 126}, {"ANC-GL-02"}),
    (182, {"glucose_random_mg_dl": 199}, set()),
    (182, {"glucose_random_mg_dl": 200}, {"ANC-GL-02"}),
    (182, {"ogtt_1h_mg_dl": 179}, set()),
    (182, {"ogtt_1h_mg_dl": 180}, {"ANC-GL-01"}),
    (182, {"ogtt_1h_mg_dl": 199}, {"ANC-GL-01"}),
    (182, {"ogtt_1h_mg_dl": 200}, {"ANC-GL-02"}),
    (182, {"ogtt_2h_mg_dl": 152}, set()),
    (182, {"ogtt_2h_mg_dl": 153}, {"ANC-GL-01"}),
    (182, {"ogtt_2h_mg_dl": 199}, {"ANC-GL-01"}),
    (182, {"ogtt_2h_mg_dl": 200}, {"ANC-GL-02"}),
    (182, {"glucose_fasting_mg_dl": 95, "ogtt_1h_mg_dl": 210}, {"ANC-GL-02"}),
    # Urine: only with a pressure that is known and not raised.
    *((182, pressure("139/89", None, urine_protein=found), {"ANC-UR-01"}) for found in ("+", "++", "+++", "++++")),
    *((182, pressure("139/89", None, urine_protein=found), set()) for found in ("neg", "trace")),
    (182, pressure("140/89", None, urine_protein="+"), {"ANC-BP-03"}),
    (182, pressure("139/90", None, urine_protein="+"), {"ANC-BP-03"}),
    (182, pressure("120/-", None, urine_protein="+"), set()),
    (182, {"urine_protein": "+"}, set()),
    # Tests.
    *(
        (182, {f"{test}_result": found}, {rule} if found == "reactive" else set())
        for test, rule in (("hiv", "ANC-TE-01"), ("syphilis", "ANC-TE-02"), ("hbsag", "ANC-TE-03"))
        for found in ("reactive", "nonreactive", "inconclusive", "refused")
    ),
    (182, {"rhesus": "negative"}, {"ANC-RH-01"}),
    (182, {"rhesus": "positive"}, set()),
]


@pytest.mark.parametrize(("ga", "fields", "expected"), VISITS, ids=named)
def test_a_visit_raises_what_its_values_mean_and_nothing_else(ga, fields, expected):
    assert raised([*pregnancy(ga), visit(**fields)]) == expected


@pytest.mark.parametrize(("ga", "fields", "expected"), [row for row in VISITS if row[2]], ids=named)
def test_what_is_null_or_gone_raises_nothing(ga, fields, expected):
    assert raised([*pregnancy(ga), visit(**dict.fromkeys(fields))]) == set()
    assert raised([*pregnancy(ga), visit(**fields), visit(days_ago=-1)]) == set()


OF_AGE = {"ANC-DS-08", "ANC-FH-01", "ANC-FH-02", "ANC-FH-03", "ANC-FH-04", "ANC-FH-06", "ANC-HB-03"}


@pytest.mark.parametrize("ga", [None, -1])
@pytest.mark.parametrize("fields", [row[1] for row in VISITS if row[2]], ids=named)
def test_without_an_age_of_the_pregnancy_no_rule_that_needs_one_holds(ga, fields):
    dated = pregnancy(ga) if ga is not None else pregnancy(lmp_date=None)
    assert not raised([*dated, visit(**fields)]) & (OF_AGE | {"ANC-PE-01"})


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"edd_ultrasound": "2026-07-28", "lmp_date": "2025-10-22", "edd_stated": "2027-01-01"}, {"ANC-FH-01"}),
        ({"edd_ultrasound": "2026-07-29", "lmp_date": "2025-10-21"}, set()),
        ({"lmp_date": None, "edd_stated": "2026-07-28"}, {"ANC-FH-01"}),
        ({"lmp_date": None, "edd_stated": "2026-07-29"}, set()),
    ],
)
def test_the_age_at_a_visit_follows_the_order_of_dating(dates, expected):
    assert raised([*pregnancy(**dates), visit(fetal_heart_present=False)]) == expected


def test_the_age_is_that_at_the_visit_and_not_of_today():
    assert raised([*pregnancy(146), visit(7, fetal_heart_present=False)]) == set()
    assert raised([*pregnancy(147), visit(7, fetal_heart_present=False)]) == {"ANC-FH-01"}


@pytest.mark.parametrize(("height", "expected"), [(144.9, {"ANC-NU-02"}), (145.0, set()), (None, set()), (1.44, set())])
def test_height_is_that_of_the_registration_and_needs_a_visit(height, expected):
    assert raised([*pregnancy(height_cm=height), visit()]) == expected
    assert raised(pregnancy(height_cm=height)) == set()


# Day of a visit before now, weight; the pregnancy is 24w0d now.
WEIGHTS = [
    ([(30, 56.0), (0, 56.9)], True),
    ([(30, 56.0), (0, 57.0)], False),
    ([(30, 56.1), (0, 57.1)], False),
    ([(30, 70.1), (0, 71.1)], False),
    ([(30, 56.0), (0, 55.0)], True),
    ([(28, 56.0), (0, 56.9)], True),
    ([(28, 56.0), (0, 57.0)], False),
    ([(27, 56.0), (0, 56.0)], False),
    ([(60, 56.0), (0, 57.9)], True),
    ([(60, 56.0), (0, 58.0)], False),
    # The newest one far enough back, not the one just before and not the first.
    ([(40, 56.0), (10, 58.0), (0, 57.0)], True),
    ([(40, 56.0), (10, 56.0), (0, 58.0)], False),
    ([(70, 50.0), (30, 56.0), (0, 56.5)], True),
    ([(70, 56.0), (30, 50.0), (0, 56.5)], False),
    # Both from 13w0d on: 77 days ago.
    ([(77, 56.0), (0, 56.5)], True),
    ([(78, 56.0), (0, 56.5)], False),
    # Weighed on both days, and now.
    ([(30, None), (0, 56.0)], False),
    ([(60, 56.0), (30, 56.0), (0, None)], False),
    ([(60, 56.0), (30, None), (0, 56.0)], True),
    ([(30, 560), (0, 56.0)], False),
    ([(0, 40.0)], False),
]


@pytest.mark.parametrize(("weights", "expected"), WEIGHTS, ids=named)
def test_weight_gain_is_reckoned_between_the_newest_two_visits_far_enough_apart(weights, expected):
    visits = [visit(days, weight_kg=weight) for days, weight in weights]
    assert raised([*pregnancy(168), *visits]) == ({"ANC-NU-03"} if expected else set())
    assert raised([*reversed(visits), *pregnancy(168)]) == ({"ANC-NU-03"} if expected else set())


HIGH = [
    {"pe_high_risks": [risk]}
    for risk in (
        "previous_preeclampsia",
        "multiple_pregnancy",
        "diabetes",
        "chronic_hypertension",
        "kidney_disease",
        "autoimmune",
        "antiphospholipid",
    )
] + [{"chronic_conditions": [illness]} for illness in ("hypertension", "diabetes", "kidney", "autoimmune")]
MODERATE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"pe_moderate_risks": ["new_partner"]}, {}),
    ({"pe_moderate_risks": ["assisted_reproduction"]}, {}),
    ({"pe_moderate_risks": ["nullipara"]}, {}),
    ({"pe_moderate_risks": ["family_preeclampsia"]}, {}),
    ({"birth_date": "1990-10-22"}, {}),
    ({"parity": 0}, {}),
    ({"last_delivery_date": "2015-10-22"}, {}),
    ({"pre_pregnancy_weight_kg": 76.9, "height_cm": 160.0}, {}),
    ({}, pressure("120/76")),
    ({}, pressure("140/90", "121/75")),
    *(({}, {"urine_protein": found}) for found in ("+", "++", "+++", "++++")),
]
NO_RISK: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"pe_moderate_risks": [], "pe_high_risks": [], "chronic_conditions": ["none"]}, {}),
    ({"chronic_conditions": ["heart", "asthma", "tb", "epilepsy", "thyroid", "hiv", "hepatitis_b", "malaria"]}, {}),
    ({"pe_high_risks": ["something_else"]}, {}),
    ({"birth_date": "1990-10-23"}, {}),
    ({"birth_date": None}, {}),
    ({"parity": 1}, {}),
    ({"parity": None}, {}),
    ({"last_delivery_date": "2015-10-23"}, {}),
    ({"pre_pregnancy_weight_kg": 76.8, "height_cm": 160.0}, {}),
    ({"pre_pregnancy_weight_kg": 90.0, "height_cm": None}, {}),
    ({"pre_pregnancy_weight_kg": None}, {}),
    ({}, pressure("120/75")),
    ({}, pressure("-/89")),
    ({}, pressure("139/-")),
    ({}, {"urine_protein": "trace"}),
]
# LMP 2025-10-22.
EARLY = 139


def at_risk(registered: dict[str, Any], seen: dict[str, Any], ga: int = EARLY) -> bool:
    return "ANC-PE-01" in raised([*pregnancy(ga, **registered), visit(**seen)])


@pytest.mark.parametrize("registered", HIGH, ids=named)
def test_one_high_risk_of_pre_eclampsia_is_enough_before_20_weeks(registered):
    assert at_risk(registered, {})
    assert not at_risk(registered, {}, ga=140)


def test_twins_are_a_high_risk_also_when_only_a_visit_tells():
    assert at_risk({}, {"fetus_count": 2})
    assert not at_risk({}, {"fetus_count": 1})
    assert "ANC-PE-01" in raised([*pregnancy(EARLY), visit(30, fetus_count=2), visit()])
    assert at_risk({"kspr_factors": ["multiple"]}, {})


@pytest.mark.parametrize(("registered", "seen"), MODERATE, ids=named)
def test_two_moderate_risks_are_needed(registered, seen):
    other = "new_partner" if registered.get("pe_moderate_risks") != ["new_partner"] else "family_preeclampsia"
    both = {**registered, "pe_moderate_risks": [*registered.get("pe_moderate_risks", []), other]}
    assert not at_risk(registered, seen)
    assert at_risk(both, seen)
    assert not at_risk(both, seen, ga=140)


@pytest.mark.parametrize(("registered", "seen"), NO_RISK, ids=named)
def test_what_is_no_risk_does_not_count_beside_a_moderate_one(registered, seen):
    assert not at_risk({"pe_moderate_risks": ["new_partner"], **registered}, seen)


def test_a_risk_told_twice_counts_once():
    assert not at_risk({"parity": 0, "pe_moderate_risks": ["nullipara", "nullipara"]}, {})


def test_twins_are_raised_when_they_are_news():
    two, one, untold = {"fetus_count": 2}, {"fetus_count": 1}, {}
    for counted, expected in (
        ([two, two], False),
        ([two, untold, two], False),
        ([two, untold], False),
        ([one, two], True),
        ([untold, two], True),
        ([two, one, two], True),
        ([two, one], False),
        ([two, {"fetus_count": 3}], True),
    ):
        visits = [visit(30 * (len(counted) - at), **fields) for at, fields in enumerate(counted, start=1)]
        assert ("ANC-FH-05" in raised([*pregnancy(), *visits])) is expected


def test_twins_counted_or_told_before_keep_the_fundal_height_from_being_judged():
    tall = {"fundal_height_cm": 33.0}
    assert raised([*pregnancy(), visit(30, fetus_count=2), visit(**tall)]) == set()
    assert raised([*pregnancy(), visit(30, fetus_count=2), visit(fetus_count=1, **tall)]) == {"ANC-FH-06"}
    assert raised([*pregnancy(kspr_factors=["multiple"]), visit(**tall)]) == set()
    assert raised([*pregnancy(pe_high_risks=["multiple_pregnancy"]), visit(**tall)]) == set()
    assert raised([*pregnancy(kspr_factors=["caesarean"]), visit(**tall)]) == {"ANC-FH-06"}


def sheets(records: list[dict[str, Any]]) -> list[Any]:
    return [one for one in sheets_of(folder_of(records), Frame(NOW, BOOK.tables)) if one.about == "anc_visit"]


def test_what_a_later_visit_says_of_an_open_flag():
    last = sheets([*pregnancy(), visit(30, fetus_count=2), visit(fetus_count=2)])[-1]
    assert not BOOK.fails("ANC-FH-05", last)
    assert BOOK.fails("ANC-FH-05", sheets([*pregnancy(), visit(30, fetus_count=2), visit(fetus_count=1)])[-1])
    unmeasured, normal, again = (
        sheets([*pregnancy(), visit(**fields)])[-1] for fields in ({}, pressure("120/80"), pressure("150/95", "145/92"))
    )
    assert not BOOK.fails("ANC-BP-03", unmeasured)
    assert BOOK.fails("ANC-BP-03", normal)
    assert BOOK.fails("ANC-BP-03", again)
    assert BOOK.fails("ANC-NU-01", sheets([*pregnancy(), visit(muac_cm=23.5)])[-1])
    for rule in RULES:
        ends_by_person = BOOK.rules[rule].severity == "emergency" or rule.startswith("ANC-TE")
        assert BOOK.rules[rule].ends == ("person" if ends_by_person else "data")


def test_the_newest_visit_counts_whatever_the_order_of_arrival():
    bleeding, better = visit(7, **signs("vaginal_bleeding")), visit(0, **signs())
    for records in ([*pregnancy(), bleeding, better], [better, bleeding, *pregnancy()]):
        assert raised(records) == set()
        assert [one.newest for one in sheets(records)] == [False, True]
        assert [bool(list(BOOK.holding(one))) for one in sheets(records)] == [True, False]
    assert raised([*pregnancy(), visit(7, **signs()), visit(0, **signs("vaginal_bleeding"))]) == {"ANC-DS-01"}


DELIVERY = {"type": "delivery", "id": "D1", "pregnancy_id": "PG1", "delivered_on": "2026-03-10", "babies": []}
DEATH = {"type": "death_event", "id": "X1", "person_id": "W1", "date_of_death": "2026-03-10"}


@pytest.mark.parametrize(
    ("status", "more"),
    [
        *((one, []) for one in ("delivered", "ended", "moved", "lost", "died")),
        ("active", [DELIVERY]),
        ("active", [DEATH]),
    ],
    ids=named,
)
def test_a_pregnancy_that_is_over_is_silent_and_ends_what_ends_by_data(status, more):
    ill = visit(**signs("vaginal_bleeding"), muac_cm=20.0)
    assert raised([*pregnancy(), ill]) == {"ANC-DS-01", "ANC-NU-01"}
    records = [*pregnancy(status=status), ill, *more]
    assert raised(records) == set()
    at_visit, last = sheets(records)
    assert {rule.id for rule in BOOK.holding(at_visit)} == {"ANC-DS-01", "ANC-NU-01"}
    assert (at_visit.newest, last.newest, last.over) == (False, True, True)
    assert all(BOOK.fails(rule, last) and not BOOK.fails(rule, at_visit) for rule in ("ANC-DS-01", "ANC-NU-01"))
    assert {(one.subject, one.episode) for one in (at_visit, last)} == {("W1", "PG1")}


def test_two_pregnancies_of_a_woman_are_told_apart():
    former = {"type": "pregnancy", "id": "PG0", "woman_id": "W1", "lmp_date": "2023-01-01", "status": "delivered"}
    then = {"type": "anc_visit", "id": "A0", "pregnancy_id": "PG0", "visit_date": "2023-08-01", "fetus_count": 2}
    assert raised([former, then, *pregnancy(), visit(fundal_height_cm=33.0)]) == {"ANC-FH-06"}


@pytest.mark.parametrize(
    "fields",
    [
        {"hb_g_dl": 1.08},
        {"hb_g_dl": "9,8"},
        {"hb_g_dl": True},
        {"muac_cm": 2.3},
        {"temp_c": 380},
        {"temp_c": 98.6},
        pressure("900/80"),
        pressure("80/120"),
        pressure("120/120", None, urine_protein="+"),
        {"pulse_bpm": 0},
        {"spo2_pct": 9},
        {"glucose_fasting_mg_dl": 7.0},
        {"fetal_heart_rate_bpm": 0},
        {"fetal_heart_present": 0},
        {"fetus_count": 22},
        {"danger_signs": "vaginal_bleeding"},
        {"danger_signs": [None, 3, ["fever"]]},
        {"hiv_result": ["reactive"]},
        {"fundal_height_cm": 300},
    ],
    ids=named,
)
def test_a_value_that_a_form_would_refuse_is_not_used(fields):
    assert raised([*pregnancy(196), visit(**fields)]) == set()


def test_a_repeat_that_cannot_be_does_not_hide_the_first_measurement():
    assert raised([*pregnancy(), visit(**pressure("150/95", "70/100"))]) == {"ANC-BP-03"}
    assert raised([*pregnancy(), visit(temp_c=38.2, temp_repeat_c=3.7)]) == {"ANC-DS-06"}


def test_a_visit_without_date_or_woman_is_judged_as_far_as_it_goes():
    undated = {"type": "anc_visit", "id": "A1", "pregnancy_id": "PG1", "hb_g_dl": 6.0, "fetal_heart_present": False}
    assert raised([*pregnancy(), undated]) == {"ANC-HB-01"}
    assert raised([*pregnancy(), {**undated, "visit_date": "kemarin"}]) == {"ANC-HB-01"}
    assert raised([*pregnancy()[1:], undated]) == {"ANC-HB-01"}
    assert raised([undated]) == set()
    nobodys = {"type": "pregnancy", "id": "PG1", "status": "active"}
    assert flags([nobodys, undated], NOW.isoformat()) >= {("ANC-HB-01", "PG1")}


WORDS = st.sampled_from(["", "+", "2026-01-01", "0000-00-00", "active", "fever"])
JUNK = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.lists(WORDS | st.none(), max_size=2)


@given(
    registered=st.dictionaries(st.sampled_from([one.name for one in TYPES["pregnancy"].fields]), JUNK),
    seen=st.dictionaries(st.sampled_from([one.name for one in TYPES["anc_visit"].fields]), JUNK),
)
def test_no_value_of_any_kind_breaks_the_reading(registered, seen):
    kept = {"pregnancy_id": "PG1"}
    assert raised([*pregnancy(**{**registered, "woman_id": "W1"}), visit(30, **{**seen, **kept}), visit()]) <= set(
        RULES
    )


@given(order=st.permutations(range(6)))
def test_the_order_of_arrival_changes_nothing(order):
    records = [
        *pregnancy(168),
        visit(90, weight_kg=50.0, fetus_count=1),
        visit(60, weight_kg=51.0, fetus_count=2),
        visit(10, weight_kg=52.0, **pressure("150/95")),
        visit(0, weight_kg=51.5, fundal_height_cm=30.0, **pressure("150/95", "140/80")),
    ]
    assert raised([records[at] for at in order]) == {"ANC-NU-03", "ANC-BP-02"}


def test_every_rule_is_seen_to_hold_above():
    held = set().union(*(expected for _, _, expected in VISITS))
    assert held | {"ANC-PE-01", "ANC-NU-02", "ANC-NU-03"} == set(RULES)
    assert len(RULES) == 39


DAYS = {
    "urgent": "DS-10:1 BP-02:7 BP-03:1 PE-01:14 VS-01:1 FH-03:1 FH-04:3 FH-05:14 NU-01:14 HB-02:7 GL-01:7 GL-02:3 "
    "TE-01:3 TE-02:3 TE-03:14",
    "routine": "FH-06:14 NU-02:14 NU-03:14 HB-03:14 UR-01:7 RH-01:14",
}


def test_days_and_severities_are_those_of_the_rule_set():
    less_than_emergencies = {
        f"ANC-{name}": (severity, int(days), 0)
        for severity, rules in DAYS.items()
        for name, days in (one.split(":") for one in rules.split())
    }
    expected = {rule: less_than_emergencies.get(rule, ("emergency", 0, 24)) for rule in RULES}
    rules = [BOOK.rules[one] for one in RULES]
    assert {one.id: (one.severity, one.due.days, one.closed_within_hours) for one in rules} == expected
    assert {one.id for one in rules if one.restricted} == {"ANC-TE-01", "ANC-TE-02", "ANC-TE-03"}
