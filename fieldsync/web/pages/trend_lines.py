"""The lines of the page of trends: kept numbers summed by month and by area, each held against its target.

Pure: numbers in, lines and pictures out. What is shown is exactly what goes into the file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from fieldsync.programs.coverage import indicators, last_day, months_before
from fieldsync.reporting import LONGER, NOT_YET, TIMES, Covered, Raised, Target, Waited, quantile
from fieldsync.web.pages.speech import NOTHING, Speech

FLAGS = "flags"
HALF, MOST = 0.5, 0.9
_HOUR, _DAY, _TWO_DAYS_H = 60, 24 * 60, 48
LEAST_POINTS = 2
COLUMNS = (
    *("indicator", "by", "key", "name", "complete", "counted", "reached", "percent", "half_within_minutes"),
    *("nine_of_ten_within_minutes", "not_yet", "target", "target_met"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one month, area or rule.

    Of `counted`, `reached` were reached; for times, those within the target's hours. `half` and `most` are the times
    within which half of them and nine of ten were, in minutes as edges; None is not done yet. `whole` tells that
    everybody had the time to be reached. `meets` is None where there is no number, or no target.
    """

    key: str
    counted: int = 0
    reached: int | None = None
    half: int | None = None
    most: int | None = None
    not_yet: int | None = None
    whole: bool = True
    meets: bool | None = None

    @property
    def percent(self) -> float | None:
        """How many of a hundred were reached, to one decimal."""
        return None if self.reached is None or not self.counted else round(100 * self.reached / self.counted, 1)


Make = Callable[[str, Sequence[Any]], Line]


def months_of(first: str, last: str) -> list[str]:
    """Return the months from the first to the last."""
    found = [first]
    while found[-1] < last:
        found.append(months_before(found[-1], -1))
    return found


def is_whole(topic: str, target: Target | None, month: str, today: date) -> bool:
    """Tell whether what is asked about a month could be done by everybody in it."""
    if topic in indicators():
        return indicators()[topic].is_whole(month, today)
    days = ceil(target.value / 24) if target is not None else 0
    return today > last_day(month) + timedelta(days=days)


def share(key: str, rows: Iterable[Covered], target: Target) -> Line:
    """Sum coverage up."""
    some = list(rows)
    counted, reached = sum(one.counted for one in some), sum(one.reached for one in some)
    meets = reached * 100 >= target.value * counted if counted else None
    return Line(key, counted, reached, meets=meets)


def wait(key: str, rows: Iterable[Waited], target: Target) -> Line:
    """Sum times up: nine of ten are to be within the target."""
    by_edge: dict[int, int] = defaultdict(int)
    for one in rows:
        by_edge[one.edge] += one.cases
    counts = sorted(by_edge.items())
    within = sum(number for edge, number in counts if edge <= target.value * _HOUR)
    half, most = quantile(counts, HALF), quantile(counts, MOST)
    meets = None if not counts else most is not None and most <= target.value * _HOUR
    total = sum(by_edge.values())
    return Line(key, total, within, half, most, by_edge.get(NOT_YET, 0), meets=meets)


def number(key: str, rows: Iterable[Raised]) -> Line:
    """Sum flags up."""
    return Line(key, sum(one.flags for one in rows))


def by_month(rows: Iterable[Any], months: Sequence[str], make: Make, whole: Callable[[str], bool]) -> list[Line]:
    """Return a line for every month, those without numbers too; what is not whole meets or misses nothing yet."""
    grouped = _grouped(rows)
    return [_judged(make(month, grouped.get(month, ())), whole=whole(month)) for month in months]


def by_key(rows: Iterable[Any], make: Make, *, whole: bool) -> list[Line]:
    """Return a line for every area or rule that has numbers; of months that are not whole, nothing is met or missed."""
    return [_judged(make(key, some), whole=whole) for key, some in sorted(_grouped(rows).items())]


def total(rows: Iterable[Any], months: Sequence[Line], make: Make) -> Line:
    """Return one line for the months by which sums are made."""
    basis, whole = counting_months(months)
    return _judged(make("", [one for one in rows if basis[0] <= one.key <= basis[1]]), whole=whole)


def counting_months(months: Sequence[Line]) -> tuple[tuple[str, str], bool]:
    """Return the first and the last month by which sums are made, and whether these are whole.

    They are the months that are whole, if any of these has numbers; else all. A month is whole before a later one is.
    """
    whole = [one for one in months if one.whole]
    basis = whole if any(one.counted for one in whole) else months
    return (basis[0].key, basis[-1].key), basis is whole


def _judged(line: Line, *, whole: bool) -> Line:
    return replace(line, whole=whole, meets=line.meets if whole else None)


def _grouped(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.key].append(one)
    return found


def waited(say: Speech, minutes: int | None) -> str:
    """Say within what time: ``≤ 2 jam``, ``> 365 hari``, ``belum``."""
    if minutes is None:
        return say.text("trends.not_yet")
    return f"> {say.duration(365 * _DAY)}" if minutes == LONGER else f"≤ {say.duration(minutes)}"


def percent(say: Speech, value: float | None) -> str:
    """Say a share: ``83,3%``."""
    return NOTHING if value is None else f"{say.number(int(value) if value == int(value) else value)}%"


def aim(say: Speech, topic: str, target: Target | None) -> str:
    """Say a target: ``100%``, ``90% ≤ 2 jam``."""
    if target is None:
        return NOTHING
    if topic in TIMES:
        return say.text("trends.nine_of_ten", time=say.duration(round(target.value * _HOUR)))
    return percent(say, target.value)


def picture(say: Speech, topic: str, lines: Sequence[Line], target: Target | None) -> dict[str, Any] | None:
    """Return what the script draws; None where there are too few months with numbers to see a course."""
    if sum(bool(one.counted) for one in lines) < LEAST_POINTS:
        return None
    series: list[tuple[str, list[float | None]]]
    goal = None if target is None else target.value
    plot: dict[str, Any] = {}
    if topic == FLAGS:
        series = [(say.text("trends.topic_flags"), [one.counted for one in lines])]
    elif topic in TIMES and target is not None:
        unit = _DAY if target.value >= _TWO_DAYS_H else _HOUR
        ending = say.text("trends.in_days" if unit == _DAY else "trends.in_hours")
        goal = target.value * _HOUR / unit
        series = [
            (f"{say.text('trends.most')} ({ending})", [_in(one.most, unit) for one in lines]),
            (f"{say.text('trends.half')} ({ending})", [_in(one.half, unit) for one in lines]),
        ]
    else:
        plot["y"] = [0, 100]
        series = [
            (say.text("trends.complete_months"), [one.percent if one.whole else None for one in lines]),
            (say.text("trends.incomplete_months"), [None if one.whole else one.percent for one in lines]),
        ]
    drawn = [{"label": name, "values": values, "role": f"measure{at}"} for at, (name, values) in enumerate(series, 1)]
    if goal is not None:
        drawn.append({"label": say.text("trends.target"), "values": [goal] * len(lines), "role": "limit"})
    xs = [_seconds(one.key) for one in lines]
    return {**plot, "xs": xs, "time": True, "months": True, "x": say.text("trends.head_month"), "series": drawn}


def _seconds(month: str) -> int:
    return int(datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC).timestamp())


def _in(minutes: int | None, unit: int) -> float | None:
    return None if minutes is None or minutes == LONGER else round(minutes / unit, 2)


def file_row(topic: str, by: str, line: Line, name: str | None, target: Target | None) -> dict[str, Any]:
    """Return a line as one value for each of `COLUMNS`."""
    told = (line.whole, line.counted, line.reached, line.percent, _minutes(line.half, line), _minutes(line.most, line))
    values = (topic, by, line.key, name, *told, line.not_yet, target.value if target else None, line.meets)
    return dict(zip(COLUMNS, values, strict=True))


def _minutes(minutes: int | None, line: Line) -> int | str | None:
    if line.not_yet is None or not line.counted:
        return None
    return "not yet" if minutes is None else "longer" if minutes == LONGER else minutes
