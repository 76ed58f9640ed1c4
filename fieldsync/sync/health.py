"""How the sync of the office's tablets goes: what each left behind at its last push and pull, and what is amiss.

Put together from the tablets' rows and the ledger, a page at a time; it changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldsync.access import DeviceHealth, Scope, devices_within
from fieldsync.access.fleet import Place
from fieldsync.ledger import sequences, waiting


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tablets: of an area, silent for as long, after the `place` of the last one seen; at most `limit`."""

    area: str | None
    silent_for: timedelta | None
    after: Place | None
    limit: int


def health_page(
    connection: Connection, scope: Scope, asked: Asked, now: datetime
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return the tablets of a page as they go into an answer, and where the next page begins, None after the last.

    Args:
        connection: for reading.
        scope: what the asker may see: tablets whose van works somewhere in it.
        asked: which of these.
        now: the present moment; ages are counted from it, in seconds.
    """
    since = None if asked.silent_for is None else now - asked.silent_for
    wanted = {"area": asked.area, "silent_since": since, "after": asked.after}
    found = devices_within(connection, scope, **wanted, limit=asked.limit + 1)  # type: ignore[arg-type] # by name
    page = found[: asked.limit]
    if not page:
        return [], None
    ids = [one.id for one in page]
    held, gaps = waiting.by_device(connection, ids), sequences.gaps_of(connection, ids)
    told = [_told(one, held.get(one.id), gaps.get(one.id, sequences.NONE), now) for one in page]
    return told, page[-1].place if len(found) > asked.limit else None


def _told(one: DeviceHealth, held: tuple[int, datetime] | None, gaps: sequences.Gaps, now: datetime) -> dict[str, Any]:
    number, oldest = held or (0, None)
    return {
        **{name: getattr(one, name) for name in ("id", "name", "van", "app_version")},
        "enrolled_at": _time(one.enrolled_at),
        "revoked_at": _time(one.revoked_at),
        "last_push_at": _time(one.last_push_at),
        "last_pull_at": _time(one.last_pull_at),
        "clock_skew_s": None if one.skew_s is None else round(one.skew_s, 3),
        **{name: getattr(one, name) for name in ("applied", "held", "rejected")},
        "last_seq": None if gaps.since is None else one.last_seq,
        "gaps": gaps.ranges,
        "gaps_since": gaps.since,
        "missing": gaps.missing,
        "waiting": number,
        "backlog_age_s": None if oldest is None else max(0, int((now - oldest).total_seconds())),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
