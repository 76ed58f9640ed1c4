"""Filling in the forms of a pregnancy: registration, antenatal visits, delivery, the weeks after.

Each function turns the course of one woman's pregnancy and a date into the fields of one
record, by the data dictionary's names, units and ranges. It also knows the form of the
app's older version, which some tablets still use.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fieldsync.simulator.courses import FUNDUS_FROM_WEEK, HEART_FROM_WEEK, SETTLED_WEEK, Pregnancy
from fieldsync.simulator.forms_people import Data, given
from fieldsync.simulator.odds import chance

RAISED_SYSTOLIC, RAISED_DIASTOLIC = 140, 90
SEVERE_SYSTOLIC, SEVERE_DIASTOLIC = 160, 110
THIRD_TRIMESTER_WEEK = 28
HIGHEST_TETANUS = 5
IRON_TABLETS = 30
HOSPITAL = "RSUD Kayuagung"


@dataclass(slots=True)
class Visit:
    """What the officer knows when an antenatal visit begins."""

    pregnancy_id: str
    on: date
    place: str
    number: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Birth:
    """Which pregnancy ended when and where, and the number of the birth letter."""

    pregnancy_id: str
    on: date
    place: str
    letter: str


@dataclass(frozen=True, slots=True)
class Newborn:
    """The baby in front of the officer: whose birth, who, its birth weight in grams, its age in days."""

    delivery_id: str
    child_id: str
    birth_g: int
    days: int


def registration(course: Pregnancy, woman_id: str, on: date, status: str, rng: Random) -> Data:
    """Return the record that opens a pregnancy."""
    parity = course.gravida - 1
    lost = 1 if parity and chance(rng, 0.12) else 0  # share with an earlier miscarriage
    born = parity - lost
    last = course.lmp - timedelta(days=rng.randint(400, 2200)) if born else None
    scan = on - timedelta(days=rng.randint(0, 20)) if chance(rng, 0.4) else None  # share with a scan
    return given(
        {
            "woman_id": woman_id,
            "registered_on": on.isoformat(),
            "lmp_date": course.lmp.isoformat(),
            "edd_ultrasound": (course.lmp + timedelta(days=280 + rng.randint(-6, 6))).isoformat() if scan else None,
            "ultrasound_date": scan.isoformat() if scan else None,
            "gravida": course.gravida,
            "parity": born,
            "abortions": lost,
            "stillbirths": 0,
            "living_children": born,
            "caesarean_count": min(course.caesareans, born),
            "last_delivery_date": last.isoformat() if last else None,
            "height_cm": course.height,
            "pre_pregnancy_weight_kg": course.weight_before,
            "kspr_factors": [],
            "chronic_conditions": ["none"],
            "has_marriage_document": chance(rng, 0.93),  # share that has it
            "status": status,
        }
    )


def antenatal(course: Pregnancy, visit: Visit, rng: Random) -> Data:
    """Return one antenatal visit, most optional fields filled in."""
    on, weeks = visit.on, course.weeks(visit.on)
    doctor = visit.number == 0 or weeks >= SETTLED_WEEK
    tetanus = min(HIGHEST_TETANUS, course.tetanus + min(visit.number, 2))
    return given(
        {
            "pregnancy_id": visit.pregnancy_id,
            "visit_date": on.isoformat(),
            "place": visit.place,
            "by_doctor": doctor and chance(rng, 0.8),  # share of vans with a doctor
            "ultrasound_done": doctor and chance(rng, 0.6),  # share of vans with a device
            "danger_signs": _danger_signs(weeks, rng),
            "weight_kg": course.weight(on, rng),
            "muac_cm": round(course.muac + rng.uniform(-0.2, 0.2), 1),
            **_pressure(course, on, rng),
            "temp_c": round(rng.uniform(36.2, 37.2), 1),
            "pulse_bpm": rng.randint(68, 98),
            "spo2_pct": rng.randint(96, 99),
            **_fetus(course, on, weeks, rng),
            **_laboratory(course, visit, weeks, rng),
            "tt_status": f"T{tetanus}",
            "tt_given": tetanus < 2,  # noqa: PLR2004 # two doses protect this pregnancy
            "iron_tablets_given": IRON_TABLETS if chance(rng, 0.9) else 0,  # in stock
            "calcium_given": chance(rng, 0.5),
            "pmt_given": course.muac < 23.5,  # noqa: PLR2004 # thin arm: extra food
            "mms_given": False,
            "birth_plan_done": weeks >= THIRD_TRIMESTER_WEEK or chance(rng, 0.4),
            "next_visit_date": visit.next_on.isoformat() if visit.next_on else None,
        }
    )


def is_emergency(data: Data) -> str | None:
    """Return the rule that this antenatal visit calls for at once, if any."""
    if data["systolic_mmhg"] >= SEVERE_SYSTOLIC or data["diastolic_mmhg"] >= SEVERE_DIASTOLIC:
        return "ANC-BP-01"
    signs = {"reduced_fetal_movement": "ANC-DS-08", "vaginal_bleeding": "ANC-DS-01", "severe_headache": "ANC-DS-03"}
    return next((signs[sign] for sign in data["danger_signs"] if sign in signs), None)


def as_old_form(data: Data) -> Data:
    """Return an antenatal visit as version 2025.2 of the form wrote it."""
    old = dict(data)
    old["tensi"] = f"{old.pop('systolic_mmhg')}/{old.pop('diastolic_mmhg')}"
    old["ttd"] = old.pop("iron_tablets_given")
    if "fundal_height_cm" in old:
        old["tfu_cm"] = old.pop("fundal_height_cm")
    return old


def delivery(birth: Birth, babies: list[Data], rng: Random) -> Data:
    """Return the record of a birth; `babies` are entries made by `baby`."""
    place = birth.place
    hospital = place == "hospital"
    mode = rng.choices(("caesarean", "vaginal", "vacuum"), (45, 50, 5))[0] if hospital else "vaginal"
    attendant = "doctor" if hospital else "traditional" if place == "home" else "midwife"
    return {
        "pregnancy_id": birth.pregnancy_id,
        "delivered_on": birth.on.isoformat(),
        "delivered_time": f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
        "place": place,
        "attendant": attendant,
        "mode": mode,
        "blood_loss_ml": round(min(max(rng.gauss(230, 90), 60), 900)),
        "mother_outcome": "alive",
        "babies": babies,
        "birth_letter_no": birth.letter,
    }


def baby(course: Pregnancy, order: int, sex: str, person_id: str | None, rng: Random) -> Data:
    """Return one baby's entry; without a person it was a stillbirth."""
    weight = 3050 - 15 * max(0, 273 - course.term_days) - (600 if course.twins else 0) + rng.gauss(0, 320)
    grams = round(min(max(weight, 900), 4600) / 10) * 10
    entry: Data = {
        "outcome": "live_birth" if person_id else "stillbirth",
        "sex": sex,
        "birth_order": order,
        "birth_weight_g": grams,
        "birth_length_cm": round(min(max(34 + grams / 205 + rng.uniform(-1, 1), 40), 55), 1),
    }
    if person_id:
        entry |= {"person_id": person_id, "apgar_1": rng.randint(7, 9), "apgar_5": rng.randint(8, 10)}
    return entry


def after_birth_mother(delivery_id: str, mother_id: str, course: Pregnancy, on: date, rng: Random) -> Data:
    """Return a postnatal visit of the mother."""
    fever = chance(rng, 0.02)  # rare
    return {
        "delivery_id": delivery_id,
        "person_id": mother_id,
        "subject": "mother",
        "visit_date": on.isoformat(),
        "danger_signs": ["foul_lochia"] if fever else [],
        "systolic_mmhg": course.systolic + rng.randint(-4, 12),
        "diastolic_mmhg": course.diastolic + rng.randint(-4, 8),
        "temp_c": round(rng.uniform(38.1, 38.9) if fever else rng.uniform(36.3, 37.3), 1),
        "breastfeeding": rng.choices(("exclusive", "mixed", "none"), (75, 22, 3))[0],
    }


def after_birth_baby(newborn: Newborn, on: date, rng: Random) -> Data:
    """Return a visit of the newborn: first it loses weight, then gains."""
    days, birth_g = newborn.days, newborn.birth_g
    change = -0.06 * birth_g if days < 4 else 28 * (days - 7)  # noqa: PLR2004 # the turn is about the fourth day
    return {
        "delivery_id": newborn.delivery_id,
        "person_id": newborn.child_id,
        "subject": "newborn",
        "visit_date": on.isoformat(),
        "danger_signs": ["not_feeding_well"] if chance(rng, 0.015) else [],  # rare
        "respiratory_rate": rng.randint(38, 56),
        "temp_c": round(rng.uniform(36.5, 37.3), 1),
        "weight_g": round(birth_g + change + rng.uniform(-40, 40)),
        "breastfeeding": "exclusive",
        "jaundice": "face_body" if 1 < days < 9 and chance(rng, 0.08) else "none",  # noqa: PLR2004
        "shk_done": days >= 2,  # noqa: PLR2004 # the sample is taken from the second day
    }


def _danger_signs(weeks: int, rng: Random) -> list[str]:
    if rng.random() > 0.04:  # noqa: PLR2004 # most have none
        return []
    signs = ["severe_headache", "vaginal_bleeding", "swelling_face_hands", "fever"]
    if weeks >= FUNDUS_FROM_WEEK:
        signs.append("reduced_fetal_movement")
    return [rng.choice(signs)]


def _pressure(course: Pregnancy, on: date, rng: Random) -> Data:
    systolic, diastolic = course.pressure(on, rng)
    data: Data = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    if systolic >= RAISED_SYSTOLIC or diastolic >= RAISED_DIASTOLIC:
        data |= {
            "systolic_repeat_mmhg": systolic - rng.randint(0, 8),
            "diastolic_repeat_mmhg": diastolic - rng.randint(0, 5),
            "pe_symptoms": ["dizziness"] if chance(rng, 0.2) else [],
        }
    return data


def _fetus(course: Pregnancy, on: date, weeks: int, rng: Random) -> Data:
    data: Data = {}
    if weeks >= HEART_FROM_WEEK:
        data["fetal_heart_present"] = True
        data["fetus_count"] = 2 if course.twins else 1
    if weeks >= FUNDUS_FROM_WEEK:
        data["fundal_height_cm"] = course.fundal_height(on, rng)
        data["fetal_heart_rate_bpm"] = rng.randint(124, 156)
    if weeks >= THIRD_TRIMESTER_WEEK:
        settled = weeks >= SETTLED_WEEK
        data["presentation"] = course.presentation if settled else rng.choice(("cephalic", "cephalic", "breech"))
    return data


def _laboratory(course: Pregnancy, visit: Visit, weeks: int, rng: Random) -> Data:
    first = visit.number == 0
    sick = course.rises == "preeclampsia" and weeks >= THIRD_TRIMESTER_WEEK
    urine = rng.choice(("+", "++", "++")) if sick else rng.choices(("neg", "trace", "+"), (88, 9, 3))[0]
    data: Data = {"urine_protein": urine}
    if first or weeks >= THIRD_TRIMESTER_WEEK or chance(rng, 0.5):
        data["hb_g_dl"] = course.haemoglobin_at(visit.on, rng)
    if first:
        data |= {
            "glucose_random_mg_dl": round(min(max(rng.gauss(98, 15), 70), 230)),
            "hiv_result": "nonreactive",
            "syphilis_result": "reactive" if chance(rng, 0.006) else "nonreactive",  # rare
            "hbsag_result": "reactive" if chance(rng, 0.02) else "nonreactive",  # one in fifty
            "blood_type": course.blood_type,
            "rhesus": course.rhesus,
        }
    return data
