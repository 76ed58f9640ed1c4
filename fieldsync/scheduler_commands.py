"""The process of the timed jobs: follow-up by the clock, and emergencies that nobody took on.

Any number may run, on as many machines as the servers; one leads. Its log is like the server's.
"""

import logging
import os
import signal
import socket
import threading
from datetime import datetime, timedelta

import click
import structlog

from fieldsync import sync
from fieldsync.clock import Job, Pace, Term, run
from fieldsync.config import load
from fieldsync.console import now, ready_store


def look(term: Term, at: datetime) -> dict[str, int]:
    """Look at everybody whose day has come."""
    done = sync.look(term.store, at, guard=term.guard)
    return {"looked_at": done.subjects, "changes": done.changes}


def escalate(term: Term, at: datetime) -> dict[str, int]:
    """Hand up emergencies that nobody took on."""
    return {"escalated": sync.escalate(term.store, at, guard=term.guard)}


JOBS = (Job("followup", timedelta(minutes=10), look), Job("escalation", timedelta(minutes=5), escalate))


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
    with ready_store(settings) as store:
        run(store, JOBS, holder, now, stop, structlog.get_logger("fieldsync.clock").info, Pace())
