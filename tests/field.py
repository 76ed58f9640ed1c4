"""Plausible records for the tests: a woman, her pregnancy, her visits."""

from datetime import date, timedelta

from tests.office import KAYU_AGUNG_DESA, Tablet


def woman(tablet: Tablet, name: str = "Siti Aminah", nik: str | None = None, **envelope):
    data = {
        "full_name": name,
        "sex": "female",
        "birth_date": "1998-05-12",
        "birth_date_precision": "day",
        "village_code": KAYU_AGUNG_DESA,
    }
    if nik:
        data["nik"] = nik
    return tablet.record("person", data, **envelope)


BORN = date(2026, 2, 10)
SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}
FIRST = (
    "Wulan",
    "Hartini",
    "Kartika",
    "Bunga",
    "Rosmala",
    "Endang",
    "Yusniar",
    "Lestari",
    "Cahaya",
    "Ningsih",
    "Puspa",
)
SECOND = ("Sagala", "Mandasari", "Utami", "Wijayanti", "Hutabarat", "Prameswari", "Damanik", "Oktavia", "Ginting")


def stranger(tablet: Tablet, number: int, **envelope):
    """A woman who is nobody else: no two numbers have name or date of birth in common."""
    she = woman(tablet, f"{FIRST[number % len(FIRST)]} {SECOND[number % len(SECOND)]}", **envelope)
    she["data"]["birth_date"] = (date(1962, 3, 4) + timedelta(days=53 * number % 16_001)).isoformat()
    return she


def nik_of(she, serial: str = "0001") -> str:
    """The NIK that a woman born on her date would have got here."""
    year, month, day = she["data"]["birth_date"].split("-")
    return f"160205{int(day) + 40}{month}{year[2:]}{serial}"


def pregnancy(tablet: Tablet, woman_id: str, **envelope):
    return tablet.record(
        "pregnancy",
        {
            "woman_id": woman_id,
            "registered_on": "2026-01-10",
            "lmp_date": "2025-10-21",
            "gravida": 2,
            "parity": 1,
            "abortions": 0,
            "stillbirths": 0,
            "living_children": 1,
            "caesarean_count": 0,
            "height_cm": 154.0,
            "kspr_factors": [],
            "chronic_conditions": ["none"],
            "status": "active",
        },
        **envelope,
    )


def visit(tablet: Tablet, pregnancy_id: str, envelope: dict | None = None, **changes):
    data = {
        "pregnancy_id": pregnancy_id,
        "visit_date": "2026-03-01",
        "place": "van",
        "by_doctor": False,
        "ultrasound_done": False,
        "danger_signs": [],
        "weight_kg": 55.4,
        "muac_cm": 26.0,
        "systolic_mmhg": 118,
        "diastolic_mmhg": 76,
        "tt_status": "T2",
        "tt_given": False,
        "iron_tablets_given": 30,
        "birth_plan_done": True,
        **changes,
    }
    data = {name: value for name, value in data.items() if value is not ...}
    return tablet.record("anc_visit", data, **(envelope or {}))


def birth(
    tablet: Tablet, number: int, area: str = KAYU_AGUNG_DESA, *, born: date = BORN, contacts=(), known=True, **fields
):
    """A pregnancy with its visits and its birth at home, all records at once; the baby has no record of its own."""
    she = stranger(tablet, number, area=area)
    she["data"]["village_code"] = area
    hers = pregnancy(tablet, she["id"], area=area)
    lmp = born - timedelta(days=280)
    hers["data"] |= {"lmp_date": lmp.isoformat(), "registered_on": (lmp + timedelta(days=60)).isoformat()}
    visits = [
        visit(tablet, hers["id"], {"area": area}, visit_date=(lmp + timedelta(days=age)).isoformat())
        for age in contacts
    ]
    told = {
        "delivered_on": born.isoformat(),
        "delivered_time": "03:20",
        "place": "home",
        "attendant": "midwife",
        "mode": "vaginal",
        "mother_outcome": "alive",
        "babies": [{"outcome": "live_birth", "sex": "female", "birth_order": 1}],
        **({"pregnancy_id": hers["id"]} if known else {}),
        **fields,
    }
    return [she, hers, *visits, tablet.record("delivery", told, area=area)]


def pushed(tablet: Tablet, *records):
    assert {one["status"] for one in tablet.push(*records)} == {"applied"}
