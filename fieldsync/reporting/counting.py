"""Counts anew what trends are told by, and keeps it in this room's own tables; all else is only read.

Everybody is come past, a part at a time, each part at one moment; then the numbers take the place of the last ones in
one transaction. Run again, it changes nothing but what has changed since.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, delete, func, or_, select

from fieldsync import cases, registry
from fieldsync.cases import Touched
from fieldsync.cases.tables import CaseEventRow, CaseRow, FlagRow
from fieldsync.db import Base, Store, add_rows
from fieldsync.programs.coverage import Counted, basic_doses, coverage, month_of, months_before
from fieldsync.programs.folder import Frame
from fieldsync.reporting.lives import RAISED, TAKEN_ON, Step, lives
from fieldsync.reporting.tables import TrendCountRow, TrendCoverageRow, TrendFlagsRow, TrendTimesRow
from fieldsync.reporting.trends import counted_at
from fieldsync.rulebook import book_of

KEPT_MONTHS = 48  # this month and those before it; complete immunisation looks back twelve
AT_ONCE = 500  # persons whose records are in memory at once
_STREAMED = 5_000
_KEYS: Mapping[type[Base], tuple[str, ...]] = {
    TrendCoverageRow: ("parent", "indicator", "month", "area", "counted", "reached"),
    TrendFlagsRow: ("parent", "month", "area", "program", "rule", "restricted", "flags"),
    TrendTimesRow: ("parent", "indicator", "month", "area", "program", "edge", "cases"),
}
Rows = Sequence[tuple[Any, ...]]


def count_anew(store: Store, now: datetime, guard: Callable[[Connection], None] | None = None) -> dict[str, int]:
    """Count coverage, flags and times of the last months, and keep the numbers.

    Args:
        store: the database.
        now: the moment; today is its calendar day in Asia/Jakarta.
        guard: called first in the transaction that writes; what it raises ends the run.

    Returns:
        ``{"persons", "rows"}``: how many persons were come past, and how many rows are kept.
    """
    today = cases.day_of(now)
    first = months_before(month_of(today), KEPT_MONTHS - 1)
    persons, covered = _coverage(store, today, first)
    with store.snapshot() as connection:
        flags, times = _flags(connection, today, first), _times(connection, first)
    found: dict[type[Base], Rows] = {TrendCoverageRow: covered, TrendFlagsRow: flags, TrendTimesRow: times}

    def work(connection: Connection) -> None:
        if guard is not None:
            guard(connection)
        for table, rows in found.items():
            connection.execute(delete(table))
            add_rows(connection, table, _KEYS[table], rows)
        connection.execute(delete(TrendCountRow))
        add_rows(connection, TrendCountRow, ("id", "counted_at"), [(1, now)])

    store.transact(work)
    return {"persons": persons, "rows": sum(map(len, found.values()))}


def count_daily(store: Store, now: datetime) -> dict[str, int]:
    """Count anew as `count_anew` does, unless that was done on the same day; then nothing is come past."""
    with store.reading() as connection:
        last = counted_at(connection)
    if last is not None and cases.day_of(last) == cases.day_of(now):
        return {"persons": 0, "rows": 0}
    return count_anew(store, now)


def _coverage(store: Store, today: date, first: str) -> tuple[int, Rows]:
    with store.reading() as connection:
        book = book_of(connection, today)
    frame, doses, persons = Frame(today, book.tables), basic_doses(book), 0
    counted: Counter[Counted] = Counter()
    for touched in _everybody(store):
        persons += len(touched.persons)
        with store.snapshot() as connection:
            gathered, _ = cases.gather_past(connection, store.sealer, touched)
        counted.update(one for one in coverage(gathered.folder, frame, doses) if one.area and one.month >= first)
    last = month_of(today)
    shares = (
        ((one.indicator, one.month, one.area), (number, number if one.met else 0))
        for one, number in counted.items()
        if one.month <= last
    )
    return persons, _rolled_up(shares, 2)


def _rolled_up(rows: Iterable[tuple[tuple[Any, ...], Sequence[int]]], at: int) -> Rows:
    """Sum numbers up by their key, for the area in it (at this place) and for each above; the parent comes first."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for key, numbers in rows:
        parts = key[at].split(".")
        for end in range(1, len(parts) + 1):
            place = (".".join(parts[: end - 1]), *key[:at], ".".join(parts[:end]), *key[at + 1 :])
            sums = found.get(place)
            found[place] = [*numbers] if sums is None else [one + more for one, more in zip(sums, numbers, strict=True)]
    return [(*key, *sums) for key, sums in sorted(found.items())]


def _everybody(store: Store) -> Iterator[Touched]:
    """Yield all persons, then the records that are about no person, a part at a time."""
    for ids in _parts(store, registry.persons_after):
        yield Touched(frozenset(ids))
    for ids in _parts(store, registry.loose_after):
        yield Touched(frozenset(), loose=frozenset(ids))


def _parts(store: Store, behind: Callable[[Connection, str, int], Sequence[str]]) -> Iterator[Sequence[str]]:
    after = ""
    while True:
        with store.reading() as connection:
            ids = behind(connection, after, AT_ONCE)
        if not ids:
            return
        yield ids
        after = ids[-1]


def _flags(connection: Connection, today: date, first: str) -> Rows:
    """Count the flags by area, month, program and rule; one statement."""
    flag, case = FlagRow.__table__.c, CaseRow.__table__.c
    raised = _month(connection, flag.opened_on)
    what = (raised, case.area, flag.program, flag.rule, flag.restricted)
    query = (
        select(*what, func.count())
        .join_from(FlagRow, CaseRow, case.id == flag.case_id)
        .where(flag.opened_on >= date.fromisoformat(f"{first}-01"), flag.opened_on <= today, case.area != "")
        .group_by(*what)
    )
    return _rolled_up(((tuple(one[:-1]), one[-1:]) for one in connection.execute(query)), 1)


def _month(connection: Connection, day: ColumnElement[date]) -> ColumnElement[str]:
    if connection.dialect.name == "postgresql":
        return func.to_char(day, "YYYY-MM", type_=String)
    return func.substr(day, 1, 7, type_=String)


def _times(connection: Connection, first: str) -> Rows:
    counted: Counter[tuple[str, str, str, str, int]] = Counter()
    since = datetime.combine(date.fromisoformat(f"{first}-01"), time(), cases.ZONE)
    rows = connection.execute(_histories(since), execution_options={"yield_per": _STREAMED})
    for _, some in groupby(rows, lambda row: row.id):
        steps = list(some)
        case = steps[0]
        history = [Step(one.at, one.event, one.before, one.after, bool(one.emergency)) for one in steps if one.at]
        for life in lives(case.opened_at, case.closed_at, history):
            month = month_of(cases.day_of(life.since))
            if month >= first:
                counted.update((name, month, case.area, case.program, edge) for name, edge in life.waited().items())
    return _rolled_up(((key, (number,)) for key, number in counted.items()), 2)


def _histories(since: datetime) -> Select[Any]:
    """Ask for all cases, each with the steps that begin, take on or close a life, in order; one statement."""
    case, step, flag = CaseRow.__table__.c, CaseEventRow.__table__.c, FlagRow.__table__.c
    emergency = and_(step.event.in_(sorted(RAISED)), func.coalesce(flag.severity, 1) == 0)
    told = or_(step.before.is_(None), step.before != step.after, step.event.in_(sorted(TAKEN_ON)), emergency)
    steps = (
        select(step.id, step.case_id, step.at, step.event, step.before, step.after, emergency.label("emergency"))
        .join_from(CaseEventRow, FlagRow, flag.id == step.flag_id, isouter=True)
        .where(told)
        .subquery()
    )
    columns = (case.id, case.area, case.program, case.opened_at, case.closed_at)
    return (
        select(*columns, steps.c.at, steps.c.event, steps.c.before, steps.c.after, steps.c.emergency)
        .join_from(CaseRow, steps, steps.c.case_id == case.id, isouter=True)
        .where(case.merged_into.is_(None), case.area != "", case.updated_at >= since)
        .order_by(case.id, steps.c.id)
    )
