"""How many cases an office user sees: read from kept counts where these can tell it, else counted one by one.

Kept are the open cases by area down to the district, program and severity, and by due date. What was noted since the
last folding counts beside what was folded, in one statement and so at one moment: the number is that of a count of the
cases themselves, always.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, or_, select, union_all

from fieldsync.access import DISTRICT, LEVELS
from fieldsync.cases.listing import CasesAsked, Sight, count_due_live, count_live, of_programs
from fieldsync.cases.stored import severity_name
from fieldsync.cases.tables import CaseDueTallyRow, CaseTallyChangeRow, CaseTallyRow
from fieldsync.cases.tallying import EVERYBODY, THE_FEW, THE_OTHERS
from fieldsync.db import within

_KEPT_LEVELS = {name: length for name, length in LEVELS.items() if length <= DISTRICT}
_FEW_AREAS = 4


def count_cases(connection: Connection, sight: Sight, asked: CasesAsked, by: Sequence[str]) -> list[tuple[Any, ...]]:
    """Count the cases that a user may see and asks for.

    Args:
        connection: for reading.
        sight: what the user may see.
        asked: which cases.
        by: some of `GROUPS` and of the levels of areas: a case whose area is larger counts for that. By rule, a case
            counts once for each rule of which it has a flag that counts.

    Returns:
        per group its values in the order of `by` (severity as a number, one more than the last where no flag is open;
        areas as their codes), and the number of cases; in order of the values.
    """
    level = _level(sight.scope.areas_under(asked.area), by)
    if level is None or not _is_kept(asked):
        return count_live(connection, sight, asked, by)
    kept = _tally(level, sight, asked).subquery()
    values = {
        "severity": kept.c.severity,
        "program": kept.c.program,
        **{name: _cut(kept.c.area, length, level) for name, length in _KEPT_LEVELS.items()},
    }
    groups = [values[one].label(f"by_{one}") for one in by]
    number = func.coalesce(func.sum(kept.c.cases), 0)
    query = select(*groups, number)
    if groups:
        query = query.group_by(*groups).having(number != 0)
    return _in_order(connection, query)


def _in_order(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Return rows in order; sorted here, since a database sorts thousands of codes by the rules of its language."""
    return sorted(tuple(row) for row in connection.execute(query))


def _cut(area: ColumnElement[str], length: int, level: int) -> ColumnElement[str]:
    return area if length == level else func.substr(area, 1, length)


def _level(areas: Sequence[str], by: Sequence[str]) -> int | None:
    """Return how long the codes are by which all of this can be told; None if no kept count tells it."""
    if not {*by} <= {"severity", "program", *_KEPT_LEVELS}:
        return None
    level = max((*map(len, areas), *(_KEPT_LEVELS.get(one, 0) for one in by)), default=0)
    return next((length for length in _KEPT_LEVELS.values() if length >= level), None)


def _is_kept(asked: CasesAsked) -> bool:
    others = replace(
        asked, severities=(), programs=(), area=None, statuses=tuple(asked.statuses), rules=tuple(asked.rules)
    )
    return others == CasesAsked()


def _tally(level: int, sight: Sight, asked: CasesAsked) -> Select[Any]:
    row, change = CaseTallyRow.__table__.c, CaseTallyChangeRow.__table__.c
    kept = select(row.area, row.program, row.severity, row.cases).where(row.level == level, *_seen(row, sight, asked))
    area = func.substr(change.area, 1, level).label("area")
    noted = select(area, change.program, change.severity, change.cases).where(*_seen(change, sight, asked))
    both = union_all(kept, noted).subquery()
    query = select(both)
    return query.where(both.c.severity.in_(list(asked.severities))) if asked.severities else query


def _seen(row: Any, sight: Sight, asked: CasesAsked) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of what a user may see and asks for, but for severity and day."""
    yield row.seen_by.in_([EVERYBODY, THE_FEW if sight.restricted else THE_OTHERS])
    yield from of_programs(row.program, sight, asked)
    yield _within(row.area, sight.scope.areas_under(asked.area))


def _within(area: ColumnElement[str], codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a code lies in one of these: by an index for a few, by a look at each for many."""
    if len(codes) <= _FEW_AREAS:
        return within(area, codes)
    lengths = sorted({len(one) for one in codes})
    return or_(*(func.substr(area, 1, n).in_([one for one in codes if len(one) == n]) for n in lengths))


class DueCount(NamedTuple):
    """How many open cases of a program in a district are overdue, and how many are due from today on."""

    program: str
    district: str
    overdue: int
    coming: int


def count_due(connection: Connection, sight: Sight, today: date, until: date) -> list[DueCount]:
    """Count the open cases that are due up to a day, those before today apart; empty ones are left out.

    Args:
        connection: for reading.
        sight: what the user may see.
        today: the day of the office.
        until: the last day that counts.
    """
    if _level(sight.scope.areas, ["district"]) is None:
        return [DueCount(*one) for one in count_due_live(connection, sight, today, until)]
    both = union_all(*(_due(table, sight, until) for table in (CaseDueTallyRow, CaseTallyChangeRow))).subquery()
    groups = (both.c.program, both.c.area)
    overdue = func.sum(case((both.c.due < today, both.c.cases), else_=0))
    coming = func.sum(case((both.c.due < today, 0), else_=both.c.cases))
    query = select(*groups, overdue, coming).group_by(*groups).having(or_(overdue != 0, coming != 0))
    return [DueCount(*row) for row in _in_order(connection, query)]


def _due(table: type[CaseDueTallyRow | CaseTallyChangeRow], sight: Sight, until: date) -> Select[Any]:
    row = table.__table__.c
    query = select(row.program, row.area, row.due, row.cases)
    return query.where(row.due <= until, *_seen(row, sight, CasesAsked()))


def count_open_cases(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many cases are open, by program and severity, the worst first."""
    row, change = CaseTallyRow.__table__.c, CaseTallyChangeRow.__table__.c
    all_of_them = (EVERYBODY, THE_FEW)
    kept = select(row.program, row.severity, row.cases).where(
        row.level == LEVELS["province"], row.seen_by.in_(all_of_them)
    )
    noted = select(change.program, change.severity, change.cases).where(change.seen_by.in_(all_of_them))
    both: FromClause = union_all(kept, noted).subquery()
    number = func.sum(both.c.cases)
    query = select(both.c.program, both.c.severity, number).group_by(both.c.program, both.c.severity)
    found: dict[str, dict[str, int]] = {}
    for program, severity, cases in connection.execute(
        query.having(number != 0).order_by(both.c.program, both.c.severity)
    ):
        found.setdefault(program, {})[severity_name(severity)] = cases
    return found
