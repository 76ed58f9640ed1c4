"""What an office user may read of cases: those of their areas and programs, without the flags that they may not see.

A restricted flag that is hidden counts for nothing: neither for severity and due date, nor for being there at all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, false, func, literal, not_, or_, select, tuple_

from fieldsync.access import DISTRICT, LEVELS, Scope
from fieldsync.cases.gathering import day_of
from fieldsync.cases.listed import CaseListed, as_listed, in_list, listed_columns
from fieldsync.cases.sheet import SheetRow, sheet_columns
from fieldsync.cases.stored import OPEN, Case, Event, Flag, case_id, cases_by_id, flags_of
from fieldsync.cases.tables import CaseEventRow, CaseRow, FlagRow
from fieldsync.db import listed, members, within
from fieldsync.identity import Key, persons_with
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of cases: where and for which programs, and whether restricted flags too."""

    scope: Scope
    restricted: bool


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as somebody sees it: severity and due date are those of `flags`, open ones first, the worst first."""

    case: Case
    flags: list[Flag]
    hidden: frozenset[str]


def see_case(connection: Connection, wanted: str, sight: Sight) -> CaseSeen | None:
    """Return a case, found by its id or that of one that became part of it; None when they may see nothing of it."""
    found = _survivor(connection, wanted)
    seen = [] if found is None else _within(connection, [found.id], sight)
    return seen[0] if seen else None


def cases_of(connection: Connection, person_id: str, sight: Sight) -> list[CaseListed]:
    """Return the cases of a person, closed ones too, of which somebody may see anything; by id."""
    ids = [case_id(person_id, program) for program in sight.scope.programs]
    seen = _within(connection, ids, sight)
    return [as_listed(one.case, one.flags) for one in seen if one.case.merged_into is None]


def cases_of_persons(
    connection: Connection, person_ids: Sequence[str], program: str, sight: Sight
) -> dict[str, CaseSeen]:
    """Return the cases of these persons in one program, of which somebody may see anything, by person."""
    ids = {case_id(one, program): one for one in person_ids}
    return {ids[one.case.id]: one for one in _within(connection, list(ids), sight) if one.case.merged_into is None}


def _within(connection: Connection, ids: Sequence[str], sight: Sight) -> list[CaseSeen]:
    scope = sight.scope
    seen = _look_at(connection, ids, sight).values()
    return [
        one for one in seen if one.flags and scope.covers_area(one.case.area) and scope.covers_program(one.case.program)
    ]


def _seen(found: Case, flags: Sequence[Flag], sight: Sight) -> CaseSeen:
    """Return a case that was just read as somebody sees it: what its open flags come to is changed to what they see."""
    seen = flags if sight.restricted else [one for one in flags if not one.restricted]
    open_ = [one for one in seen if one.state == "open"]
    found.rest_on(open_)
    hidden = frozenset[str]() if len(seen) == len(flags) else frozenset(one.id for one in flags if one.restricted)
    if len(open_) < len(seen):
        open_ += [one for one in seen if one.state != "open"]
    return CaseSeen(found, open_, hidden)


def _survivor(connection: Connection, wanted: str) -> Case | None:
    steps: set[str] = set()
    at: str | None = wanted
    while at is not None and at not in steps:
        steps.add(at)
        found = cases_by_id(connection, [at])
        if not found or found[0].merged_into is None:
            return found[0] if found else None
        at = found[0].merged_into
    return None


_EVENT = ("case_id", "at", "event", "by", "before", "after", "flag_id", "detail", "sealed")


def events_of(connection: Connection, of: str) -> Sequence[Event]:
    """Return what happened to a case, the earliest first."""
    row = CaseEventRow.__table__.c
    query = select(*(row[name] for name in _EVENT)).where(row.case_id == of).order_by(row.id)
    return [Event(**one) for one in connection.execute(query).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAsked:
    """Which cases: each member narrows further, None or empty leaves it.

    Without `statuses`, those that somebody still has to do something about. `severities` count from 0, the worst;
    `due_after`, `due_before` and `updated_after` count themselves. `served` keeps to what a van serves, `keys` to
    persons who have all of these keys of the identity room.
    """

    statuses: Sequence[str] = ()
    severities: Sequence[int] = ()
    programs: Sequence[str] = ()
    rules: Sequence[str] = ()
    area: str | None = None
    assignee: str | None = None
    due_after: date | None = None
    due_before: date | None = None
    updated_after: datetime | None = None
    served: Scope | None = None
    keys: Sequence[Key] | None = None


class Place(NamedTuple):
    """Where a case stands in the list."""

    severity: int
    due: str
    id: str


IDS_AT_ONCE = 10_000
# Cases without an open flag stand behind all others.
_LAST, _NEVER = len(SEVERITIES), date(9999, 12, 31)


def list_cases(
    connection: Connection, sight: Sight, asked: CasesAsked, limit: int, after: Place | None = None
) -> tuple[list[CaseListed], Place | None]:
    """Return a page of cases, the worst first, then the earliest due, and where the next one begins.

    Args:
        connection: for reading.
        sight: what the user may see.
        asked: which of these.
        limit: how many at most.
        after: the place of the last one seen.
    """
    cases = _cases(sight, asked)
    severity, due = _ordered(cases, asked)
    query = select(cases.c.id, severity.label("severity"), due.label("due"))
    if after is not None:
        place = (literal(after.severity), literal(date.fromisoformat(after.due)), literal(after.id, cases.c.id.type))
        query = query.where(tuple_(severity, due, cases.c.id) > tuple_(*place))
    # Where they stand is known from an index; the rest is read of the few that are told.
    places = query.order_by(severity, due, cases.c.id).limit(limit + 1).subquery("places")
    told = listed_columns().add_columns(places.c.severity.label("at_severity"), places.c.due.label("at_due"))
    told = told.join_from(places, CaseRow, CaseRow.id == places.c.id)
    found = connection.execute(told.order_by(places.c.severity, places.c.due, places.c.id)).all()
    last = found[limit - 1] if len(found) > limit else None
    more = None if last is None else Place(last.at_severity, last.at_due.isoformat(), last.id)
    return in_list(connection, found[:limit], restricted=sight.restricted), more


def case_ids(connection: Connection, sight: Sight, asked: CasesAsked) -> Iterator[Sequence[str]]:
    """Yield the ids of all cases that a user may see and asks for, in the order of the list, some at a time.

    They are read as they are taken.

    Args:
        connection: of a snapshot.
        sight: what the user may see.
        asked: which of these.
    """
    cases = _cases(sight, asked)
    query = select(cases.c.id).order_by(*_ordered(cases, asked), cases.c.id)
    yield from connection.execute(query.execution_options(yield_per=IDS_AT_ONCE)).scalars().partitions()


def cases_among(connection: Connection, sight: Sight, asked: CasesAsked, ids: Sequence[str]) -> list[SheetRow]:
    """Return those of these cases that a user may see and asks for now, in the order of the ids; each as in a file."""
    severity, due = as_seen(sight, "severity"), as_seen(sight, "due")
    dialect, key = connection.dialect.name, CaseRow.__table__.c.id
    query = sheet_columns(dialect, severity, due).where(
        members(dialect, key, "ids"), *_where(sight, asked, severity, due)
    )
    # Beside the statement: within it so many ids would stay in memory until circles are looked for.
    rows = connection.execute(query, {"ids": listed(dialect, key, ids)}).all()
    found = {one.id: one for one in map(SheetRow._make, rows)}
    return [found[one] for one in ids if one in found]


def _ordered(cases: Subquery, asked: CasesAsked) -> tuple[ColumnElement[int], ColumnElement[date]]:
    """Return by what cases stand in the list; plain columns, which an index has in order, where none can be null."""
    if not asked.statuses:
        return cases.c.severity, cases.c.due
    return func.coalesce(cases.c.severity, _LAST), func.coalesce(cases.c.due, _NEVER)


def _look_at(connection: Connection, ids: Sequence[str], sight: Sight) -> Mapping[str, CaseSeen]:
    if not ids:
        return {}
    of_case: dict[str, list[Flag]] = defaultdict(list)
    for one in flags_of(connection, ids):
        of_case[one.case_id].append(one)
    return {one.id: _seen(one, of_case[one.id], sight) for one in cases_by_id(connection, ids)}


def _cases(sight: Sight, asked: CasesAsked) -> Subquery:
    """Return the cases that a user may see and asks for, with severity and due date as they see them."""
    row = CaseRow.__table__.c
    severity, due = as_seen(sight, "severity"), as_seen(sight, "due")
    query = select(row.id, severity.label("severity"), due.label("due"), row.area, row.program)
    query = query.where(*_where(sight, asked, severity, due))
    return query.subquery("cases")


def as_seen(sight: Sight, name: str) -> ColumnElement[Any]:
    """Return what severity or due date of a case come to without the flags that are hidden."""
    row, flag = CaseRow.__table__.c, FlagRow.__table__.c
    if sight.restricted:
        return row[name]
    others = select(func.min(flag[name])).where(
        flag.case_id == row.id, flag.state == "open", flag.restricted.is_(False)
    )
    return case((_hides(), others.scalar_subquery()), else_=row[name])


def _hides() -> ColumnElement[bool]:
    """Tell whether a case has a restricted flag: asked case by case, as few have, by an index of those alone."""
    flag = FlagRow.__table__.c
    return select(1).where(flag.case_id == CaseRow.__table__.c.id, flag.restricted.is_(True)).exists()


def of_programs(program: ColumnElement[str], sight: Sight, asked: CasesAsked) -> Iterator[ColumnElement[bool]]:
    """Yield the condition that a program is one that a user may see and asks for; none where every program counts.

    So the index of open cases tells all that is asked.
    """
    programs = [one for one in sight.scope.programs if not asked.programs or one in asked.programs]
    if not {*PROGRAMS} <= {*programs}:
        yield program.in_(programs)


def _where(
    sight: Sight, asked: CasesAsked, severity: ColumnElement[Any], due: ColumnElement[Any]
) -> Iterator[ColumnElement[bool]]:
    row = CaseRow.__table__.c
    yield row.merged_into.is_(None)
    yield from of_programs(row.program, sight, asked)
    yield within(row.area, sight.scope.areas_under(asked.area))
    if not sight.restricted:
        yield or_(not_(_hides()), _has_flag(sight))
    if asked.statuses:
        yield row.status.in_(list(asked.statuses))
    else:
        yield and_(row.status.in_(sorted(OPEN)), row.severity.is_not(None))
    if asked.severities:
        # The second follows from the first, but the database must be told: by it the index of open cases is found.
        yield and_(severity.in_(list(asked.severities)), row.severity.is_not(None))
    if asked.rules:
        yield _has_flag(sight, FlagRow.__table__.c.rule.in_(list(asked.rules)))
    if asked.assignee is not None:
        yield row.assignee == asked.assignee
    if asked.due_after is not None:
        yield due >= asked.due_after
    if asked.due_before is not None:
        yield due <= asked.due_before
    if asked.updated_after is not None:
        yield row.updated_at >= asked.updated_after
    yield from _about(asked)


def _about(asked: CasesAsked) -> Iterator[ColumnElement[bool]]:
    row = CaseRow.__table__.c
    if asked.served is not None:
        yield and_(row.program.in_(list(asked.served.programs)), within(row.area, asked.served.areas))
    if asked.keys is not None:
        yield row.person_id.in_(persons_with(asked.keys)) if asked.keys else false()


def _has_flag(sight: Sight, *narrowed: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell whether a case has a flag that may be seen: an open one, or any where none is open."""
    row = CaseRow.__table__.c
    return select(1).where(FlagRow.case_id == row.id, *_flags(sight, row.severity), *narrowed).exists()


def _flags(sight: Sight, severity: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    flag = FlagRow.__table__.c
    yield or_(flag.state == "open", severity.is_(None))
    if not sight.restricted:
        yield flag.restricted.is_(False)


GROUPS = ("severity", "district", "program", "rule")


def count_live(connection: Connection, sight: Sight, asked: CasesAsked, by: Sequence[str]) -> list[tuple[Any, ...]]:
    """Count the cases themselves; see `counts.count_cases`."""
    cases, flag = _cases(sight, asked), FlagRow.__table__.c
    values = {
        "severity": func.coalesce(cases.c.severity, _LAST),
        "program": cases.c.program,
        "rule": flag.rule,
        **{level: func.substr(cases.c.area, 1, length) for level, length in LEVELS.items()},
    }
    groups = [values[one].label(f"by_{one}") for one in by]
    # A case is there once, but for its rules; to count the different ones would sort them all.
    number = func.count(cases.c.id.distinct()) if "rule" in by else func.count()
    query = select(*groups, number).select_from(cases)
    if "rule" in by:
        query = query.join(FlagRow, and_(flag.case_id == cases.c.id, *_flags(sight, cases.c.severity)))
    if groups:
        query = query.group_by(*groups).order_by(*groups)
    return [tuple(row) for row in connection.execute(query)]


def count_due_live(connection: Connection, sight: Sight, today: date, until: date) -> list[tuple[Any, ...]]:
    """Count the cases themselves; see `counts.count_due`."""
    cases = _cases(sight, CasesAsked(due_before=until))
    district = func.substr(cases.c.area, 1, DISTRICT).label("district")
    overdue = func.sum(case((cases.c.due < today, 1), else_=0))
    query = select(cases.c.program, district, overdue, func.count() - overdue)
    groups = (cases.c.program, district)
    return [tuple(row) for row in connection.execute(query.group_by(*groups).order_by(*groups))]


class LateCount(NamedTuple):
    """How many cases of a program in a district became late and nobody took them on; the earliest day they were due."""

    program: str
    district: str
    cases: int
    earliest: date


def count_newly_late(connection: Connection, sight: Sight, today: date, since: datetime) -> list[LateCount]:
    """Count the cases in status ``open`` that are late now and were not so yet at a moment before; one statement.

    Late is what was due before today. That a case came in late already, or that a flag was raised whose day was over,
    makes it late when that happened.

    Args:
        connection: for reading.
        sight: what the user may see.
        today: the day of the office.
        since: the moment; what was due before its day was late by then.
    """
    row, flag = CaseRow.__table__.c, FlagRow.__table__.c
    due = as_seen(sight, "due")
    asked = CasesAsked(statuses=("open",), due_before=today - timedelta(days=1))
    was_late = select(1).where(
        flag.case_id == row.id, flag.due < day_of(since), flag.opened_at <= since, *_flags(sight, row.severity)
    )
    # What was not changed since then was late then: few are asked for their flags.
    new = or_(due >= day_of(since), and_(row.updated_at >= since, not_(was_late.exists())))
    district = func.substr(row.area, 1, DISTRICT).label("district")
    query = select(row.program, district, func.count(), func.min(due))
    query = query.where(*_where(sight, asked, as_seen(sight, "severity"), due), row.severity.is_not(None), new)
    return [LateCount(*one) for one in connection.execute(query.group_by(row.program, district))]
