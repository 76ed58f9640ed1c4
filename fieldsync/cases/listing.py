"""What an office user may read of cases: those of their areas and programs, without the flags that they may not see.

A restricted flag that is hidden counts for nothing: neither for severity and due date, nor for being there at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from fieldsync.access import Scope
from fieldsync.cases.stored import Case, Event, Flag, cases_by_id, flags_of
from fieldsync.cases.tables import CaseEventRow


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
    case = _survivor(connection, wanted)
    if case is None or not sight.scope.covers_area(case.area) or not sight.scope.covers_program(case.program):
        return None
    flags = flags_of(connection, [case.id])
    seen = [one for one in flags if sight.restricted or not one.restricted]
    if not seen:
        return None
    open_ = [one for one in seen if one.is_open]
    severity = min((one.severity for one in open_), default=None)
    due = min((one.due for one in open_), default=None)
    shown = sorted(seen, key=lambda one: not one.is_open)
    hidden = frozenset(one.id for one in flags) - {one.id for one in seen}
    return CaseSeen(replace(case, severity=severity, due=due), shown, hidden)


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


def events_of(connection: Connection, case_id: str) -> Sequence[Event]:
    """Return what happened to a case, the earliest first."""
    row = CaseEventRow.__table__.c
    query = select(*(row[name] for name in _EVENT)).where(row.case_id == case_id).order_by(row.id)
    return [Event(**one) for one in connection.execute(query).mappings()]
