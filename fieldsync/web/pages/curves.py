"""Curves of what was measured again and again: blood pressure, weight, and a child's growth between the WHO lines.

Each comes with the very numbers, for a table beneath it. What was measured once is no curve, but a child's growth is:
there the lines tell where a single weight stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from fieldsync.programs.child.growth import standard_length, standard_lines
from fieldsync.web.pages.speech import Speech
from fieldsync.web.pages.timeline import day_of

DAYS_A_MONTH = 30.4375
LAST_MONTH = 60
ROOM_MONTHS = 3  # how far the lines go on behind the last measure
ZS = (-3, -2, 0, 2, 3)
LEAST_POINTS = 2
_LIMITS = ("at_least", "over", "at_most", "under")

Points = dict[float, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One picture: `plot` is what the script draws, `rows` the numbers as texts, the first column the day."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    plot: dict[str, Any]


def curves(
    say: Speech, records: Sequence[Mapping[str, Any]], person: Mapping[str, Any], flags: Sequence[Mapping[str, Any]]
) -> list[Curve]:
    """Return the curves of a person.

    Args:
        say: the reader's language.
        records: as `sync.person_story` tells them.
        person: the golden values.
        flags: of the case, with the limits that measures were held against.
    """
    measured = sorted(((day_of(one), one) for one in records), key=lambda pair: (pair[0], pair[1]["id"]))
    found = [
        _over_time(say, "pressure", measured, ("systolic_mmhg", "diastolic_mmhg"), "mmHg", _limits(flags)),
        _over_time(say, "weight", _of_types(measured, "anc_visit"), ("weight_kg",), "kg", {}),
        *_growth(say, _of_types(measured, "child_visit"), person),
    ]
    return [one for one in found if one is not None]


Measured = list[tuple[date, Mapping[str, Any]]]


def _of_types(measured: Measured, *types: str) -> Measured:
    return [pair for pair in measured if pair[1]["type"] in types]


def _limits(flags: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return, per measure, the lowest limit that a flag of this case held it against."""
    found: dict[str, float] = {}
    for ground in (one for flag in flags for one in flag.get("values", ())):
        if ground["op"] in _LIMITS and isinstance(ground["limit"], int | float):
            name = ground["fact"]
            found[name] = min(ground["limit"], found.get(name, ground["limit"]))
    return found


def _over_time(
    say: Speech, key: str, measured: Measured, names: Sequence[str], unit: str, limits: Mapping[str, float]
) -> Curve | None:
    points = [(on, [_number(one["data"].get(name)) for name in names]) for on, one in measured]
    points = [(on, values) for on, values in points if any(value is not None for value in values)]
    if len(points) < LEAST_POINTS:
        return None
    labels = [say.text(f"curves.{name}") for name in names]
    drawn: list[dict[str, Any]] = [
        {"label": label, "values": [values[at] for _, values in points], "role": f"measure{at + 1}"}
        for at, label in enumerate(labels)
    ]
    drawn += [
        {"label": say.text("curves.limit", n=say.number(limits[name])), "values": [limits[name]] * len(points)}
        | {"role": "limit"}
        for name in names
        if name in limits
    ]
    plot = {
        "xs": [_seconds(on) for on, _ in points],
        "time": True,
        "x": say.text("curves.day"),
        "unit": unit,
        "series": drawn,
    }
    rows = [[say.day(on), *(say.number(value) for value in values)] for on, values in points]
    return Curve(say.text(f"curves.{key}"), [say.text("curves.day"), *labels], rows, plot)


def _growth(say: Speech, measured: Measured, person: Mapping[str, Any]) -> list[Curve | None]:
    born, sex = person.get("birth_date"), person.get("sex")
    if not born or sex not in ("male", "female"):
        return []
    ages = [((on - date.fromisoformat(born)).days, one["data"]) for on, one in measured]
    weights = [(age, _number(data.get("weight_kg"))) for age, data in ages]
    lengths = [(age, _length(data, age)) for age, data in ages]
    return [
        _between_lines(say, "weight_for_age", sex, born, weights, "kg"),
        _between_lines(say, "length_for_age", sex, born, lengths, "cm"),
    ]


def _length(data: Mapping[str, Any], age: int) -> float | None:
    value = _number(data.get("length_height_cm"))
    return None if value is None else round(standard_length(value, data.get("measured"), age), 1)


def _between_lines(
    say: Speech, table: str, sex: str, born: str, measures: Sequence[tuple[int, float | None]], unit: str
) -> Curve | None:
    known = {age: value for age, value in measures if value is not None and 0 <= age <= LAST_MONTH * DAYS_A_MONTH}
    if not known:
        return None
    last = min(LAST_MONTH, int(max(known) / DAYS_A_MONTH) + ROOM_MONTHS)
    ages = sorted({*known, *(round(month * DAYS_A_MONTH) for month in range(last + 1))})
    lines = standard_lines(table, sex, ages, ZS)
    drawn = [
        {
            "label": f"{z:+d} SD".replace("-", "−") if z else say.text("curves.median"),
            "values": lines[z],
            "role": f"z{abs(z)}",
        }
        for z in ZS
    ]
    label = say.text(f"curves.{table}_child")
    drawn.append({"label": label, "values": [known.get(age) for age in ages], "role": "measure1"})
    plot = {"xs": [round(age / DAYS_A_MONTH, 2) for age in ages], "time": False, "unit": unit, "series": drawn}
    plot["x"] = say.text("curves.months")
    first = date.fromisoformat(born).toordinal()
    rows = [[say.day(date.fromordinal(first + age)), say.number(value)] for age, value in sorted(known.items())]
    return Curve(say.text(f"curves.{table}"), [say.text("curves.day"), f"{label} ({unit})"], rows, plot)


def _number(value: Any) -> float | None:
    return value if type(value) is int or type(value) is float else None


def _seconds(on: date) -> int:
    return int(datetime.combine(on, time(), UTC).timestamp())
