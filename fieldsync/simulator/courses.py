"""How bodies develop: one pregnancy over its weeks, one child over its months.

Values follow a course that is drawn once, with small noise at each visit, so that two
visits of one woman fit together and most findings are healthy. The medians of weight
and length are those of the WHO Child Growth Standards (boys), rounded; girls are taken
a little lighter. It is a make-believe of bodies, for load and demonstration, never a
reference for care.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fieldsync.simulator.odds import chance

TERM_DAYS = 280
WEEK = 7
MONTH_DAYS = 30.44
FUNDUS_FROM_WEEK = 20
HEART_FROM_WEEK = 13
SETTLED_WEEK = 34

_MONTHS = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 60)
_WEIGHT_KG = (3.3, 4.5, 5.6, 6.4, 7.0, 7.9, 8.9, 9.6, 10.9, 12.2, 14.3, 16.3, 18.3)
_LENGTH_CM = (49.9, 54.7, 58.4, 61.4, 63.9, 67.6, 72.0, 75.7, 82.3, 87.1, 96.1, 103.3, 110.0)
_MUAC_CM = (10.4, 11.5, 12.5, 13.2, 13.7, 14.3, 14.7, 14.9, 15.3, 15.6, 16.2, 16.6, 17.0)


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """One woman's pregnancy. Heights in cm, weights in kg, pressures in mmHg, haemoglobin in g/dL."""

    lmp: date
    gravida: int
    caesareans: int
    height: float
    weight_before: float
    gain_per_week: float
    systolic: int
    diastolic: int
    rises: str
    haemoglobin: float
    muac: float
    blood_type: str
    rhesus: str
    twins: bool
    term_days: int
    presentation: str
    tetanus: int

    @property
    def due(self) -> date:
        """The day on which it will end by itself."""
        return self.lmp + timedelta(days=self.term_days)

    def weeks(self, on: date) -> int:
        """Return the completed weeks at a date."""
        return (on - self.lmp).days // WEEK

    def weight(self, on: date, rng: Random) -> float:
        """Return the weight at a date: little gain in the first trimester, then steady."""
        weeks = (on - self.lmp).days / WEEK
        gain = 0.08 * min(weeks, 12) + self.gain_per_week * max(0.0, weeks - 12)
        return round(self.weight_before + gain + rng.uniform(-0.4, 0.4), 1)

    def pressure(self, on: date, rng: Random) -> tuple[int, int]:
        """Return systolic and diastolic pressure; in some women it climbs late."""
        late = max(0, self.weeks(on) - 24)
        climb = {"none": 0.3, "hypertension": 2.6, "preeclampsia": 3.8}[self.rises] * late
        systolic = round(self.systolic + climb + rng.uniform(-5, 5))
        return systolic, min(round(self.diastolic + climb * 0.7 + rng.uniform(-4, 4)), systolic - 20)

    def haemoglobin_at(self, on: date, rng: Random) -> float:
        """Return the haemoglobin, thinned in mid-pregnancy."""
        thinning = 0.06 * max(0, 16 - abs(self.weeks(on) - 26))
        return round(min(max(self.haemoglobin - thinning + rng.uniform(-0.3, 0.3), 6.2), 15.5), 1)

    def fundal_height(self, on: date, rng: Random) -> float:
        """Return the fundal height: about the weeks, more with twins."""
        return round(min(self.weeks(on) + (4 if self.twins else 0) + rng.uniform(-1.8, 1.2), 42.0), 1)


def pregnancy(rng: Random, lmp: date, age: int, blood_type: str) -> Pregnancy:
    """Draw the course of a pregnancy from its last menstruation."""
    gravida = 1 + min(rng.choices(range(6), (34, 30, 20, 9, 5, 2))[0], max(0, age - 17))
    height = round(rng.gauss(152.5, 4.8), 1)
    height = min(max(height, 139.0), 171.0)
    index = min(max(rng.gauss(21.8, 3.0), 16.0), 33.0)
    weight = round(index * (height / 100) ** 2, 1)
    return Pregnancy(
        lmp=lmp,
        gravida=gravida,
        caesareans=1 if gravida > 1 and chance(rng, 0.12) else 0,  # share of earlier caesareans
        height=height,
        weight_before=weight,
        gain_per_week=min(max(rng.gauss(0.4, 0.11), 0.08), 0.7),
        systolic=round(rng.gauss(110, 7)),
        diastolic=round(rng.gauss(71, 5)),
        rises=rng.choices(("none", "hypertension", "preeclampsia"), (90, 7, 3))[0],
        haemoglobin=min(max(rng.gauss(11.7, 1.1), 7.4), 14.5),
        muac=round(min(max(19.0 + (index - 16) * 0.95 + rng.uniform(-0.8, 0.8), 18.0), 38.0), 1),
        blood_type=blood_type,
        rhesus="negative" if chance(rng, 0.006) else "positive",  # rare here
        twins=chance(rng, 0.015),  # share of twin pregnancies
        term_days=min(max(round(rng.gauss(277, 9)), 232), 296),
        presentation=rng.choices(("cephalic", "breech", "transverse"), (94, 5, 1))[0],
        tetanus=rng.choices((0, 1, 2, 3, 4, 5), (8, 14, 26, 22, 15, 15))[0],
    )


@dataclass(frozen=True, slots=True)
class Growth:
    """One child's growth, as factors on the median of its age."""

    born: date
    female: bool
    stature: float
    mass: float

    def months(self, on: date) -> float:
        """Return the age in months at a date."""
        return (on - self.born).days / MONTH_DAYS

    def weight(self, on: date, rng: Random) -> float:
        """Return kilograms with one decimal, two in the first year."""
        months = self.months(on)
        exact = _median(_WEIGHT_KG, months) * self.mass * (0.94 if self.female else 1.0) * rng.uniform(0.985, 1.015)
        return round(exact, 2 if months < 12 else 1)  # noqa: PLR2004 # months in a year

    def length(self, on: date, rng: Random) -> float:
        """Return centimetres, as they would be measured at this age."""
        exact = _median(_LENGTH_CM, self.months(on)) * self.stature * (0.985 if self.female else 1.0)
        return round(exact + rng.uniform(-0.2, 0.2), 1)

    def muac(self, on: date, rng: Random) -> float:
        """Return the arm circumference in centimetres."""
        return round(_median(_MUAC_CM, self.months(on)) * (0.5 + self.mass / 2) + rng.uniform(-0.2, 0.2), 1)

    def head(self, on: date, rng: Random) -> float:
        """Return the head circumference in centimetres: it grows fast at first, then hardly."""
        months = self.months(on)
        return round(34.5 + 12.5 * (1 - math.pow(0.86, months)) + 0.04 * months + rng.uniform(-0.6, 0.6), 1)


def growth(rng: Random, born: date, sex: str) -> Growth:
    """Draw how a child grows; a fifth is short for its age, a tenth is thin."""
    stature = min(max(rng.gauss(0.972, 0.032), 0.88), 1.06)
    mass = stature**2 * min(max(rng.gauss(0.99, 0.08), 0.76), 1.3)
    return Growth(born, sex == "female", stature, mass)


def _median(values: tuple[float, ...], months: float) -> float:
    at = min(bisect_right(_MONTHS, months), len(_MONTHS) - 1)
    low, high = _MONTHS[at - 1], _MONTHS[at]
    share = min((months - low) / (high - low), 1.0)
    return values[at - 1] + share * (values[at] - values[at - 1])
