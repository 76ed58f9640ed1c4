"""What stands open: counted, and asked for by rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from fieldsync.cases.tables import FlagRow
from fieldsync.db import member_of


def closed_since(connection: Connection, rule: str, subjects: Sequence[str]) -> Mapping[str, datetime | None]:
    """Return when the last flag of a rule was closed, for those of these subjects that had one; None: one is open."""
    row = FlagRow.__table__.c
    query = select(row.subject, row.state, row.closed_at).where(
        row.rule == rule, row.person_id.is_(None), member_of(connection, row.subject, subjects)
    )
    found: dict[str, datetime | None] = {}
    for one in connection.execute(query):
        before = found.get(one.subject, one.closed_at)
        found[one.subject] = None if before is None or one.state == "open" else max(before, one.closed_at)
    return found


def open_subjects(connection: Connection, rule: str, after: str, limit: int) -> Sequence[str]:
    """Return up to `limit` subjects behind one, in order, that are no persons and have a flag of a rule open."""
    row = FlagRow.__table__.c
    query = select(row.subject).where(
        row.rule == rule, row.person_id.is_(None), row.state == "open", row.subject > after
    )
    return list(connection.execute(query.distinct().order_by(row.subject).limit(limit)).scalars())


@dataclass(frozen=True, slots=True)
class Shared:
    """One flag in the cases of several programs; `cases` gives the id of each by its program."""

    person_id: str
    cases: Mapping[str, str]


def count_open_flags(connection: Connection) -> dict[str, int]:
    """Return how many subjects have a flag open, by rule: a flag counts once, in however many programs it is."""
    row = FlagRow.__table__.c
    each = select(row.rule, row.subject, row.episode).where(row.state == "open").distinct().subquery()
    query = select(each.c.rule, func.count()).group_by(each.c.rule).order_by(each.c.rule)
    return dict(connection.execute(query).tuples().all())


def shared_cases(connection: Connection, rule: str) -> list[Shared]:
    """Return the persons who have a flag of a rule open, that due first in front, each with the cases that it is in."""
    row = FlagRow.__table__.c
    query = select(row.person_id, row.program, row.case_id).where(
        row.rule == rule, row.state == "open", row.person_id.is_not(None)
    )
    found: dict[str, dict[str, str]] = {}
    for one in connection.execute(query.order_by(row.due, row.person_id, row.program)):
        found.setdefault(one.person_id, {})[one.program] = one.case_id
    return [Shared(person_id, cases) for person_id, cases in found.items()]
