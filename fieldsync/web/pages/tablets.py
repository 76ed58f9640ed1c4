"""The tablets of the vans: when each came last, what it brought, what is missing, and which keep silent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response

from fieldsync import sync
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import page_blueprint, render
from fieldsync.web.queries import choice, read_cursor, write_cursor

A_PAGE = 50
SILENCE = timedelta(hours=24)
# Beyond this, days and hours on the tablet's records may be wrong.
MUCH_SKEW_S = 120

blueprint = page_blueprint("tablets")


@blueprint.get("/devices")
@permission("devices.read")
def show() -> Response:
    """Show a page of tablets, by van and name; ``?show=silent`` only those that keep silent."""
    about, now = f"tablet page {user().id}", house().clock()
    which, after = choice("show", ("all", "silent"), "all"), read_cursor(about)
    place = None if after is None else (after[0], after[1], after[2])
    asked = sync.Asked(None, SILENCE if which == "silent" else None, place, A_PAGE)
    with house().store.reading() as connection:
        tablets, more = sync.health_page(connection, user().scope, asked, now)
    return render(
        "devices.html",
        tablets=[{**one, "state": _state(one, now), "more_gaps": _has_more_gaps(one)} for one in tablets],
        which=which,
        next_cursor=write_cursor(about, more),
        first_page=after is None,
        silence_h=int(SILENCE.total_seconds() // 3600),
        much_skew_s=MUCH_SKEW_S,
    )


def _state(one: Mapping[str, Any], now: datetime) -> str:
    if one["revoked_at"] is not None:
        return "revoked"
    came = [datetime.fromisoformat(at) for name in ("enrolled_at", "last_push_at", "last_pull_at") if (at := one[name])]
    return "silent" if max(came) < now - SILENCE else "in_touch"


def _has_more_gaps(one: Mapping[str, Any]) -> bool:
    """Tell whether more numbers are missing than the ranges hold; only the newest are told."""
    listed: int = sum(last - first + 1 for first, last in one["gaps"])
    missing: int = one["missing"]
    return listed < missing
