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
    """Do once what the clock does: whose day has come, what is wrong in the data, surveys, then hand emergencies up."""
    at = datetime.combine(day, MORNING, JAKARTA) if day is not None else now()
    settings = load()
    with ready_store(settings) as store:
        looked = sync.look(store, at)
        wrong = sync.mind(store, at)
        units = sync.survey(store, settings.survey_months, at)
        escalated = sync.escalate(store, at)
    told = {"looked_at": looked.subjects, "changes": looked.changes, "escalated": escalated}
    show(
        as_json,
        {"now": at.isoformat(timespec="seconds"), **told, "quality": wrong, "units": units},
        _words(told, wrong, units),
    )


def _words(told: dict[str, int], wrong: dict[str, int], units: int) -> str:
    opened = wrong["refused"] + wrong["held"] + wrong["alike"]
    return "\n".join(
        (
            f"dilihat / looked at: {told['looked_at']:,}; perubahan kasus / changes of cases: {told['changes']:,}",
            f"mutu data / data quality: {opened:,} baru / new, {wrong['closed']:,} selesai / closed",
            f"unit survei dinilai / surveyed units judged: {units:,}",
            f"dinaikkan ke atasan / handed up: {told['escalated']:,}",
        )
    )
