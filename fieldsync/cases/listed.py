"""Cases as lists and files tell them: what stands in a row, and their open flags without what these rest on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, select

from fieldsync.cases.stored import Case, Flag, open_flags_query
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.db import listed


class OpenFlag(NamedTuple):
    """A flag in a list; `severity` counts from 0, the worst."""

    case_id: str
    id: str
    rule: str
    version: int
    severity: int
    restricted: bool
    due: date


@dataclass(slots=True)
class CaseListed:
    """A case in a list: `flags` are the open ones that somebody may see, the worst first.

    Severity and due date are those of `flags`; None when there are none.
    """

    id: str
    person_id: str | None
    subject: str
    program: str
    area: str
    status: str
    assignee: str | None
    escalation: int
    opened_at: datetime
    emergency_at: datetime | None
    updated_at: datetime
    severity: int | None
    due: date | None = None
    flags: Sequence[OpenFlag] = ()


_CASE = tuple(one.name for one in fields(CaseListed) if one.name not in ("due", "flags"))
_case_of, _flag_of = attrgetter(*_CASE), attrgetter(*OpenFlag._fields)


def listed_columns() -> Select[Any]:
    """Return the statement that reads cases for `in_list`; to be narrowed."""
    row = CaseRow.__table__.c
    return select(*(row[name] for name in _CASE))


def in_list(connection: Connection, found: Sequence[Row[Any]], *, restricted: bool) -> list[CaseListed]:
    """Return cases that were just read, in their order, with their open flags, the restricted ones only if they may be.

    One statement; a case that had no open flag when it was read is not asked for any.
    """
    flags = _open_flags(connection, [one.id for one in found if one.severity is not None], restricted=restricted)
    return [_resting(CaseListed(*one[: len(_CASE)]), flags.get(one.id, ())) for one in found]


def as_listed(case: Case, flags: Iterable[Flag]) -> CaseListed:
    """Return a case as a list tells it, by those of its flags that are open; they come the worst first."""
    return _resting(CaseListed(*_case_of(case)), [OpenFlag(*_flag_of(one)) for one in flags if one.is_open])


def _resting(case: CaseListed, flags: Sequence[OpenFlag]) -> CaseListed:
    case.flags = flags
    case.severity = flags[0].severity if flags else None
    case.due = min([one.due for one in flags]) if flags else None
    return case


def _open_flags(connection: Connection, ids: Sequence[str], *, restricted: bool) -> dict[str, list[OpenFlag]]:
    of_case: dict[str, list[OpenFlag]] = defaultdict(list)
    if not ids:
        return of_case
    dialect = connection.dialect.name
    query = open_flags_query(dialect, OpenFlag._fields, restricted=restricted)
    given = {"ids": listed(dialect, FlagRow.__table__.c.case_id, ids)}
    for one in map(OpenFlag._make, connection.execute(query, given).all()):
        of_case[one.case_id].append(one)
    return of_case
