"""The commands about follow-up: the timed evaluation once, as the scheduler does it.

What is printed are numbers; no name and no value leaves by here.
"""

from datetime import datetime, time

import click

from fieldsync import sync
from fieldsync.config import load
from fieldsync.console import JAKARTA, JSON, now, ready_store, show

# A day that is given is taken as its morning, before the vans leave.
MORNING = time(6)


@click.group()
def followup() -> None:
    """Follow-up: what the passing of time alone brings."""


@followup.command("run")
@click.option(
    "--now", "day", type=click.DateTime(["%Y-%m-%d"]), help="As if it were 06:00 on that day in Asia/Jakarta."
)
@JSON
def followup_run(*, day: datetime | None, as_json: bool) -> None:
    """Look at everybody whose day has come, then hand up emergencies that nobody took on. Any number of times."""
    at = datetime.combine(day, MORNING, JAKARTA) if day is not None else now()
    with ready_store(load()) as store:
        looked = sync.look(store, at)
        escalated = sync.escalate(store, at)
    answer = {"looked_at": looked.subjects, "changes": looked.changes, "escalated": escalated}
    show(
        as_json,
        {"now": at.isoformat(timespec="seconds"), **answer},
        f"{looked.subjects} were looked at, {looked.changes} changes of cases; {escalated} emergencies handed up.",
    )
