"""Filling in the children's forms: growth and sickness visits, immunisations.

From a child's growth and a date to the fields of a record, and from an age to the doses
that are due by the national schedule (months of age; Kemenkes routine schedule with PCV,
RV and IPV2). Healthy values, mostly.
"""

from datetime import date, timedelta
from random import Random

from fieldsync.simulator.courses import MONTH_DAYS, Growth
from fieldsync.simulator.forms_people import Data, given
from fieldsync.simulator.odds import chance

DOSES: tuple[tuple[str, int], ...] = (
    ("HB0", 0),
    ("BCG", 1),
    ("OPV1", 1),
    ("DPT1", 2),
    ("OPV2", 2),
    ("PCV1", 2),
    ("RV1", 2),
    ("DPT2", 3),
    ("OPV3", 3),
    ("PCV2", 3),
    ("RV2", 3),
    ("DPT3", 4),
    ("OPV4", 4),
    ("IPV1", 4),
    ("RV3", 4),
    ("MR1", 9),
    ("IPV2", 9),
    ("PCV3", 12),
    ("DPT4", 18),
    ("MR2", 18),
)
STANDING_MONTHS = 24
MUAC_MONTHS = range(6, 60)


def visit(growth: Growth, child_id: str, on: date, last_weight: float | None, rng: Random) -> Data:
    """Return a child's visit; `last_weight` (kg) is that of the visit before, if there was one."""
    months = growth.months(on)
    weight = growth.weight(on, rng)
    sick = chance(rng, 0.22)  # share that comes for sickness too
    return given(
        {
            "person_id": child_id,
            "visit_date": on.isoformat(),
            "weight_kg": weight,
            "length_height_cm": growth.length(on, rng),
            "measured": "lying" if months < STANDING_MONTHS else "standing",
            "muac_cm": growth.muac(on, rng) if int(months) in MUAC_MONTHS else None,
            "head_circumference_cm": growth.head(on, rng),
            "oedema": False,
            "weight_gain_status": "B" if last_weight is None else "N" if weight > last_weight else "T",
            "danger_signs": [],
            **(_sickness(months, rng) if sick else {"cough": False, "temp_c": round(rng.uniform(36.2, 37.2), 1)}),
            "vitamin_a_given": months >= 6 and on.month in (2, 8),  # noqa: PLR2004 # the two vitamin months
            "pmt_given": growth.mass < 0.85,  # noqa: PLR2004 # thin children get food
        }
    )


def immunisation(child_id: str, dose: str, on: date, source: str, rng: Random) -> Data:
    """Return one dose given on a date, now or read from the book."""
    return given(
        {
            "person_id": child_id,
            "dose": dose,
            "given_on": on.isoformat(),
            "batch": f"{rng.choice('ABCDEF')}{rng.randint(10000, 99999)}" if source == "given_now" else None,
            "place": "van" if source == "given_now" else "posyandu",
            "source": source,
        }
    )


def doses_before(born: date, on: date, rng: Random) -> list[tuple[str, date]]:
    """Return the doses that a child has had by a date, each with its day; some were late, some missed."""
    taken = []
    careful = chance(rng, 0.8)  # share of families that keep the schedule
    for dose, months in DOSES:
        due = due_on(born, months)
        day = due + timedelta(days=rng.randint(0, 2 if months == 0 else 20))
        if day < on and rng.random() < (0.95 if careful else 0.5):
            taken.append((dose, day))
    return taken


def doses_due(born: date, on: date, had: set[str]) -> list[str]:
    """Return the doses that can be given on this day, at most three."""
    age = (on - born).days
    due = [dose for dose, months in DOSES if dose not in had and due_on(born, months) <= on]
    return [dose for dose in due if not _too_late(dose, age)][:3]


def due_on(born: date, months: int) -> date:
    """Return the day on which a dose falls due; never before the whole month is over."""
    return born + timedelta(days=int(months * MONTH_DAYS) + (1 if months else 0))


def _too_late(dose: str, age_days: int) -> bool:
    return (dose == "HB0" and age_days > 7) or (dose.startswith("RV") and age_days > 180)  # noqa: PLR2004


def _sickness(months: float, rng: Random) -> Data:
    cough = chance(rng, 0.6)  # the commonest complaint
    fast = cough and chance(rng, 0.15)  # share with pneumonia
    calm = 38 if months < 12 else 28  # noqa: PLR2004 # breaths a minute by age
    data: Data = {"cough": cough, "temp_c": round(rng.uniform(37.2, 39.4), 1)}
    if cough:
        data |= {
            "respiratory_rate": calm + (rng.randint(14, 22) if fast else rng.randint(-4, 6)),
            "spo2_pct": rng.randint(94, 99),
            "stridor_calm": False,
        }
    else:
        data |= {"diarrhoea_days": rng.randint(1, 5), "blood_in_stool": False}
    return data
