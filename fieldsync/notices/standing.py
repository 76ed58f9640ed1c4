"""How the outbox stands, in numbers without anybody's name: what waits, since when, what failed, who is not told."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from fieldsync.notices.tables import NoticeRow, TargetRow

NOTICE_STATES = ("waiting", "stopped", "failed")
TARGET_STATES = ("ok", "failing", "disabled")
_DISABLED = TargetRow.disabled_at.is_not(None)


class NoticeCount(NamedTuple):
    """Notices to targets of a kind: ``waiting``, ``stopped`` (their target is disabled) or ``failed``.

    `since` is when the oldest of them was queued.
    """

    kind: str
    state: str
    number: int
    since: datetime


class TargetCount(NamedTuple):
    """Targets of a kind that are ``ok``, ``failing`` or ``disabled``."""

    kind: str
    state: str
    number: int


def count_notices(connection: Connection) -> list[NoticeCount]:
    """Count the notices that were not sent; by an index, which leaves out the many that were."""
    state = case((NoticeRow.state == "failed", "failed"), (_DISABLED, "stopped"), else_="waiting").label("stands")
    query = select(TargetRow.kind, state, func.count(), func.min(NoticeRow.queued_at))
    query = query.join(TargetRow, TargetRow.id == NoticeRow.target_id).where(NoticeRow.state.in_(["queued", "failed"]))
    return [NoticeCount(*one) for one in connection.execute(query.group_by(TargetRow.kind, state))]


def count_targets(connection: Connection) -> list[TargetCount]:
    """Count the targets; there are a handful."""
    failing = TargetRow.failing_since.is_not(None)
    state = case((_DISABLED, "disabled"), (failing, "failing"), else_="ok").label("stands")
    query = select(TargetRow.kind, state, func.count()).group_by(TargetRow.kind, state)
    return [TargetCount(*one) for one in connection.execute(query)]
