"""The commands about follow-up: the timed jobs once, as the scheduler does them.

What is printed are numbers; no name and no value leaves by here.
"""

from datetime import datetime, time

import click

from fieldsync import notices, reporting, sync
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
    """Do once what the clock does: whose day has come, what is wrong in the data, surveys, emergencies, notices.

    Any number of times; trends are counted anew once a day. As of another day, notices are queued for that day and
    nothing is sent.
    """
    at = datetime.combine(day, MORNING, JAKARTA) if day is not None else now()
    settings, sent = load(), notices.Sent()
    with ready_store(settings) as store:
        looked = sync.look(store, at)
        wrong = sync.mind(store, at)
        units = sync.survey(store, settings.survey_months, at)
        escalated = sync.escalate(store, at)
        sync.fold_counts(store)
        trends = reporting.count_daily(store, at)
        if day is None:
            notices.queue_reminders(store, at)
            notices.queue_summaries(store, at)
            sent = notices.send_due(store, settings.outgoing, now)
    told = {"looked_at": looked.subjects, "changes": looked.changes, "escalated": escalated, "notices": sent.sent}
    show(
        as_json,
        {"now": at.isoformat(timespec="seconds"), **told, "quality": wrong, "units": units, "trends": trends["rows"]},
        _words(told, wrong, units, trends["rows"]),
    )


@followup.command("recount")
@JSON
def followup_recount(*, as_json: bool) -> None:
    """Count all open cases anew, keep that, and say how many of the kept counts were wrong: 0, as it should be."""
    with ready_store(load()) as store:
        done = sync.recount(store, now())
    show(
        as_json,
        done._asdict(),
        f"angka kasus / counts of cases: {done.counts:,}; salah / wrong: {done.wrong:,}\n"
        f"kasus yang tampak salah / cases shown wrongly: {done.cases:,}",
    )


def _words(told: dict[str, int], wrong: dict[str, int], units: int, trends: int) -> str:
    opened = wrong["refused"] + wrong["held"] + wrong["alike"]
    return "\n".join(
        (
            f"dilihat / looked at: {told['looked_at']:,}; perubahan kasus / changes of cases: {told['changes']:,}",
            f"mutu data / data quality: {opened:,} baru / new, {wrong['closed']:,} selesai / closed",
            f"unit survei dinilai / surveyed units judged: {units:,}",
            f"angka tren / numbers of trends: {trends:,}",
            f"dinaikkan ke atasan / handed up: {told['escalated']:,}; pemberitahuan / notices: {told['notices']:,}",
        )
    )
