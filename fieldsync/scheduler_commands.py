"""The process of the timed jobs: follow-up by the clock, notices, the night run, and what is let go of after a time.

Any number may run, on as many machines as the servers; one leads. Its log is like the server's.
"""

import dataclasses
import logging
import os
import signal
import socket
import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click
import structlog

from fieldsync import notices, reporting, sync
from fieldsync.clock import Job, Pace, Term, forget_runs, run
from fieldsync.config import Outgoing, Settings, load
from fieldsync.console import now, ready_store
from fieldsync.identity import prepare
from fieldsync.identity.matching.weights import Weights

DAY = timedelta(days=1)
# In UTC, as slots are counted; Asia/Jakarta is seven hours ahead.
AT_ONE, AT_TWO, AT_FOUR, AT_FIVE = (timedelta(hours=one) for one in (18, 19, 21, 22))
AT_HALF_PAST_FOUR = timedelta(hours=21, minutes=30)
QUIET = timedelta(hours=3)  # a night run that could not begin by five o'clock waits for the next night
NO_EXTRA = "pip install 'fieldsync[bulk]'"


def look(term: Term, at: datetime) -> dict[str, Any]:
    """Look at everybody whose day has come."""
    done = sync.look(term.store, at, guard=term.guard)
    return {"looked_at": done.subjects, "changes": done.changes}


def escalate(term: Term, at: datetime) -> dict[str, Any]:
    """Hand up emergencies that nobody took on."""
    return {"escalated": sync.escalate(term.store, at, guard=term.guard)}


def remind(term: Term, at: datetime) -> dict[str, int]:
    """Queue the reminders of the day."""
    return {"queued": notices.queue_reminders(term.store, at, term.guard)}


def summarise(term: Term, at: datetime) -> dict[str, int]:
    """Queue the summaries of the day."""
    return {"queued": notices.queue_summaries(term.store, at, term.guard)}


def send(out: Outgoing, term: Term, _at: datetime) -> dict[str, int]:
    """Send the notices that are due."""
    return dataclasses.asdict(notices.send_due(term.store, out, now, term.guard))


def mind(term: Term, at: datetime) -> dict[str, Any]:
    """Put before the office what was refused, waits for too long, or may be one person."""
    return dict(sync.mind(term.store, at, guard=term.guard))


def survey(settings: Settings, term: Term, at: datetime) -> dict[str, Any]:
    """Judge the newest survey period that is over."""
    return {"units": sync.survey(term.store, settings.survey_months, at, guard=term.guard)}


def relink(weights: Weights, term: Term, at: datetime) -> dict[str, Any]:
    """Look at all person records again; without the extra that it needs, tell so."""
    try:
        from fieldsync.sync import relinking  # noqa: PLC0415 # it needs an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("fieldsync"):
            raise
        return {"skipped": NO_EXTRA}
    done = relinking.relink(term.store, weights, "duckdb", at, lambda *_: None, guard=term.guard)
    told = {"merges": len(done.merges_made), "remade": done.remade, "questions": done.questions}
    return {"records": done.records, **told, "overtaken": done.overtaken}


def fold(term: Term, _at: datetime) -> dict[str, int]:
    """Add what was noted of open cases to their kept counts."""
    return {"notes": sync.fold_counts(term.store, term.guard)}


def recount(term: Term, at: datetime) -> dict[str, int]:
    """Count open cases anew; `wrong` and `cases` are 0, or something wrote past the rooms."""
    return sync.recount(term.store, at, term.guard)._asdict()


def trends(term: Term, at: datetime) -> dict[str, int]:
    """Count anew what trends are told by."""
    return reporting.count_anew(term.store, at, term.guard)


def purge(settings: Settings, term: Term, at: datetime) -> dict[str, Any]:
    """Let go of what is older than the settings keep it."""
    done = sync.purge(term.store, keeping(settings), at, guard=term.guard)
    return {**done, "runs": forget_runs(term, at - timedelta(days=settings.keep_runs_days))}


def keeping(settings: Settings) -> sync.Keeping:
    """Return for how long things are kept."""
    return sync.Keeping(feed=settings.keep_feed_days, bodies=settings.keep_bodies_days, audit=settings.keep_audit_days)


def jobs_of(settings: Settings, weights: Weights) -> tuple[Job, ...]:
    """Return the timed jobs."""
    return (
        Job("followup", timedelta(minutes=10), look),
        Job("escalation", timedelta(minutes=5), escalate),
        Job("quality", timedelta(minutes=30), mind),
        Job("surveys", DAY, partial(survey, settings), begins=AT_ONE),
        Job("relink", DAY, partial(relink, weights), begins=AT_TWO, within=QUIET),
        Job("retention", DAY, partial(purge, settings), begins=AT_FOUR),
        Job("recount", DAY, recount, begins=AT_HALF_PAST_FOUR),
        Job("trends", DAY, trends, begins=AT_FIVE),
        Job("reminders", timedelta(minutes=10), remind),
        Job("summary", timedelta(minutes=10), summarise),
        Job("notices", timedelta(seconds=15), partial(send, settings.outgoing), kept=DAY),
        Job("counts", timedelta(seconds=15), fold, kept=DAY),
    )


@click.command()
def scheduler() -> None:
    """Run the timed jobs until it is told to stop; any number may run, one leads."""
    from fieldsync.web import log  # noqa: PLC0415 # the other commands need no web

    settings = load()
    log.configure(settings.log_level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    holder = f"{socket.gethostname()[:60]}:{os.getpid()}"
    jobs = jobs_of(settings, prepare(settings))
    with ready_store(settings) as store:
        run(store, jobs, holder, now, stop, structlog.get_logger("fieldsync.clock").info, Pace())
