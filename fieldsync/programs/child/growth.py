"""Growth z-scores by the WHO Child Growth Standards, birth to 5 years.

They are what WHO's own software tells, to two decimals. What is not known, or off the tables, has no z; which z are
believed, and what they mean, is for the rules.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

# From this day of age on the standard is standing height, before it lying length.
HEIGHT_FROM_DAYS = 731
# How much longer a child is lying than standing.
LYING_MORE_CM = 0.7

_DATA = Path(__file__).parent / "data"
_FIRST_COLUMN: Mapping[str, int] = MappingProxyType({"male": 1, "female": 4})
_PLAIN_WITHIN = 3
# So that what is half a hundredth, but for the last bit of a float, is rounded as a half.
_LAST_BITS = 1e-9


class Lms(NamedTuple):
    """Where a child's peers stand: power of the Box-Cox transformation, median, coefficient of variation."""

    power: float
    median: float
    variation: float

    def z(self, measure: float) -> float:
        """Return how many standard deviations a measure is off the median."""
        return float(((measure / self.median) ** self.power - 1) / (self.power * self.variation))

    def at(self, z: float) -> float:
        """Return the measure that has this z."""
        return float(self.median * (1 + self.power * self.variation * z) ** (1 / self.power))


class _Rows(NamedTuple):
    """A table for one sex: its first key, and a row for each key from there on."""

    first: int
    rows: Sequence[Lms]

    def at(self, key: int) -> Lms | None:
        place = key - self.first
        return self.rows[place] if 0 <= place < len(self.rows) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What was measured of a child on a day: ages in days, weight in kg, the rest in cm; None for what was not.

    `measured` is how length or height was taken: lying, standing, or None for as the standard has it at that age.
    """

    sex: str | None
    age_days: int
    weight_kg: float | None = None
    length_cm: float | None = None
    measured: str | None = None
    arm_cm: float | None = None
    head_cm: float | None = None
    oedema: bool = False


def standard_length(length_cm: float, measured: str | None, age_days: int) -> float:
    """Return a length or height as the standard takes it at that age, in cm: lying under 731 days, then standing."""
    if age_days < HEIGHT_FROM_DAYS:
        return length_cm + LYING_MORE_CM if measured == "standing" else length_cm
    return length_cm - LYING_MORE_CM if measured == "lying" else length_cm


def lying_length(length_cm: float, measured: str | None, age_days: int) -> float:
    """Return the lying length that a length or height stands for, in cm, so that two of any ages can be compared."""
    standing = measured == "standing" or (measured != "lying" and age_days >= HEIGHT_FROM_DAYS)
    return length_cm + LYING_MORE_CM if standing else length_cm


def z_scores(child: Measures) -> dict[str, float]:
    """Return the z-scores of a child that can be told, to two decimals, half away from zero.

    waz weight for age, haz length or height for age, whz weight for length or height, baz body mass index for age,
    acz arm and hcz head circumference for age. With oedema there is none that rests on weight.
    """
    sex, age = child.sex, child.age_days
    if sex is None or sex not in _FIRST_COLUMN:
        return {}
    length = None if child.length_cm is None else standard_length(child.length_cm, child.measured, age)
    found = {
        "haz": _plain("length_for_age", sex, age, length),
        "acz": _tailed(_by_day("arm_for_age", sex, age), child.arm_cm),
        "hcz": _plain("head_for_age", sex, age, child.head_cm),
    }
    if child.weight_kg is not None and not child.oedema:
        found["waz"] = _tailed(_by_day("weight_for_age", sex, age), child.weight_kg)
        if length is not None and length > 0:
            found["whz"] = _tailed(_by_length(sex, age, length), child.weight_kg)
            found["baz"] = _tailed(_by_day("bmi_for_age", sex, age), child.weight_kg / (length / 100) ** 2)
    return {name: z for name, z in found.items() if z is not None}


def standard_lines(table: str, sex: str, ages: Sequence[int], zs: Sequence[int]) -> dict[int, list[float | None]]:
    """Return where the standard's lines run: per z of -3 to 3, the measure at each age; None off the table.

    Args:
        table: ``weight_for_age`` (kg), ``length_for_age``, ``arm_for_age`` or ``head_for_age`` (cm).
        sex: ``male`` or ``female``.
        ages: in days.
        zs: which lines.
    """
    rows = [_by_day(table, sex, age) for age in ages]
    return {z: [None if row is None else round(row.at(z), 2) for row in rows] for z in zs}


def _by_day(table: str, sex: str, age_days: int) -> Lms | None:
    return _rows(table, sex).at(age_days)


def _by_length(sex: str, age_days: int, length_cm: float) -> Lms | None:
    """Return the row of a length, in a line between two of them where it is no whole millimetre."""
    if age_days < 0:
        return None
    table = _rows("weight_for_length" if age_days < HEIGHT_FROM_DAYS else "weight_for_height", sex)
    # A hundredth of a millimetre is nobody's measure: what is smaller comes from floats.
    millimetres = round(length_cm * 10, 3)
    whole = math.floor(millimetres)
    lower, part = table.at(whole), millimetres - whole
    if lower is None or not part:
        return lower
    upper = table.at(whole + 1)
    if upper is None:
        return None
    return Lms(*(below + (above - below) * part for below, above in zip(lower, upper, strict=True)))


def _plain(table: str, sex: str, age_days: int, measure: float | None) -> float | None:
    row = _by_day(table, sex, age_days)
    return None if row is None or measure is None or measure <= 0 else _rounded(row.z(measure))


def _tailed(row: Lms | None, measure: float | None) -> float | None:
    """Return a z that goes on beyond ±3 in steps of the last width: there the standard had too few children."""
    if row is None or measure is None or measure <= 0:
        return None
    z = row.z(measure)
    if abs(z) > _PLAIN_WITHIN:
        edge = math.copysign(_PLAIN_WITHIN, z)
        outer, inner = row.at(edge), row.at(edge - math.copysign(1, z))
        z = edge + (measure - outer) / abs(outer - inner)
    return _rounded(z)


def _rounded(z: float) -> float:
    # Adding nothing makes 0.0 of -0.0.
    return math.copysign(math.floor(abs(z) * 100 + 0.5 + _LAST_BITS) / 100, z) + 0.0


@cache
def _rows(table: str, sex: str) -> _Rows:
    """Read a table the first time that it is asked for."""
    column = _FIRST_COLUMN[sex]
    with (_DATA / f"{table}.csv").open(encoding="ascii", newline="") as file:
        lines = list(csv.reader(file))[1:]
    rows = [Lms(*map(float, line[column : column + 3])) for line in lines]
    return _Rows(int(lines[0][0]), rows)
