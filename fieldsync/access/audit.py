"""The audit trail: who did what about which thing, and when. Without a personal value in it.

Details are codes, numbers and ids, never free text: what a person wrote belongs, sealed, to the thing it is about.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

import orjson
from sqlalchemy import Connection, delete, insert, select

from fieldsync.access.tables import AuditRow, OfficeUserRow
from fieldsync.db import member_of

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}", re.ASCII)
Detail: TypeAlias = str | int | float | bool | Sequence[str] | None


class Principal(Protocol):
    """Whoever acts: anybody with an id among the office users."""

    @property
    def id(self) -> str:
        """Of the office user."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing done; `username` is None for the operator at the server's command line."""

    at: datetime
    username: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]


def note_audit(
    connection: Connection,
    principal: Principal | None,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Detail] | None = None,
) -> None:
    """Note what was done, in the transaction that does it.

    Args:
        connection: of a writing transaction.
        principal: the office user; None for the operator at the server's command line.
        action: a word like a permission, as ``identity.split``; at most 40 characters.
        subject: the id of what it is about.
        now: the present moment.
        detail: codes, numbers, ids and lists of ids by their names.

    Raises:
        ValueError: a text that is no code or id, so that it might be somebody's name.
    """
    given = dict(detail or {})
    texts = [one for value in given.values() for one in _texts(value)]
    if not all(is_code(one) for one in (action, subject, *given, *texts)):
        raise ValueError("the audit trail takes codes, numbers and ids only")
    user_id = None if principal is None else principal.id
    about = {"at": now, "user_id": user_id, "action": action, "subject": subject}
    connection.execute(insert(AuditRow).values(**about, detail=orjson.dumps(given).decode()))


def is_code(text: str) -> bool:
    """Tell whether a text is one that the audit trail takes: a code, a number or an id, and nobody's name."""
    return _CODE.fullmatch(text) is not None


def _texts(value: Detail) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return () if value is None or isinstance(value, int | float) else value


def wait_after(
    connection: Connection, principal: Principal, actions: Collection[str], most: int, within: timedelta, now: datetime
) -> int:
    """Return how many seconds somebody must wait who may do any of these things at most so often; 0 when not at all.

    Args:
        connection: for reading.
        principal: the office user.
        actions: what counts, as it was noted.
        most: how often, at least 1.
        within: in which time.
        now: the present moment.
    """
    row = AuditRow.__table__.c
    mine = select(row.at).where(row.user_id == principal.id, row.action.in_(sorted(actions)))
    last = connection.execute(mine.order_by(row.id.desc()).offset(most - 1).limit(1)).scalar()
    return 0 if last is None else max(0, math.ceil((last + within - now).total_seconds()))


def purge_audit(connection: Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` of the oldest entries, those from before a moment; return how many."""
    row = AuditRow.__table__.c
    oldest = connection.execute(select(row.id, row.at).order_by(row.id).limit(limit))
    old = [one.id for one in oldest if one.at < before]
    connection.execute(delete(AuditRow).where(member_of(connection, row.id, old)))
    return len(old)


def audit_of(connection: Connection, subject: str) -> list[AuditEntry]:
    """Return what was done about a thing, in order."""
    row = AuditRow
    query = (
        select(row.at, OfficeUserRow.username, row.action, row.subject, row.detail)
        .outerjoin(OfficeUserRow, OfficeUserRow.id == row.user_id)
        .where(row.subject == subject)
        .order_by(row.id)
    )
    return [
        AuditEntry(one.at, one.username, one.action, one.subject, orjson.loads(one.detail))
        for one in connection.execute(query)
    ]
