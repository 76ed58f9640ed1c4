"""The first page of the day: whom to call first, what is late and what comes, what came in, and who keeps silent.

It asks for itself again while somebody looks at it. Every number leads to the list that it counts.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from flask import Response

from fieldsync import reporting, sync
from fieldsync.access import place_names
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import note_restricted_cases, page_blueprint, render, speech
from fieldsync.web.pages.speech import JAKARTA

MOST_EMERGENCIES = 50
A_WEEK = timedelta(days=6)  # today and the six days after it
SILENCE = timedelta(hours=24)

blueprint = page_blueprint("today")


@blueprint.get("/today")
@permission("cases.read")
def show() -> Response:
    """Show the whole page."""
    return render("today.html", **_seen())


@blueprint.get("/today/live")
@permission("cases.read")
def live() -> Response:
    """Give the part of the page that changes, for the page that asks for itself again."""
    return render("today_live.html", **_seen())


def _seen() -> dict[str, Any]:
    store, now, today = house().store, house().clock(), speech().today
    until, yesterday = today + A_WEEK, today - timedelta(days=1)
    waiting = sync.CasesAsked(statuses=("open",), severities=(0,))
    with store.reading() as connection:
        urgent, more = sync.case_list(connection, store.sealer, user(), waiting, MOST_EMERGENCIES, None)
        due = sync.due_counts(connection, user(), today, until)
        since = datetime.combine(yesterday, time(), JAKARTA)
        arrived = reporting.arrived_since(connection, user().scope, since)
        silent = reporting.silent_vans(connection, user().scope, now - SILENCE)
        codes = [*(one["area"] for one in urgent), *(one.district for one in due)]
        names = place_names(connection, codes)
    note_restricted_cases(urgent)
    return {
        "emergencies": sorted(urgent, key=lambda one: one["emergency_at"] or now),
        "more_emergencies": more is not None,
        "due": _by_program(due),
        "arrived": arrived,
        "silent": silent,
        "names": names,
        "yesterday": yesterday,
        "until": until,
    }


def _by_program(due: Iterable[sync.DueCount]) -> dict[str, list[sync.DueCount]]:
    found: dict[str, list[sync.DueCount]] = defaultdict(list)
    for one in due:
        found[one.program].append(one)
    return {name: found[name] for name in user().scope.programs if name in found}
