"""Flags of what is no person, asked for by rule: which stand open, and when those that do not were closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

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
