"""What the commands share: options of the same name and meaning, the clock, one transaction, and how an answer looks.

Every command reads its settings through `within`, refuses a database that is not upgraded, and prints through `show`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
import orjson
from sqlalchemy import Connection

from fieldsync.config import Settings, load
from fieldsync.db import Store, open_store, readiness
from fieldsync.programs import PROGRAMS

T = TypeVar("T")
JAKARTA = ZoneInfo("Asia/Jakarta")
AREAS = click.option("--area", "areas", multiple=True, required=True, help="Area code, with all below it; repeatable.")
PROGRAM = click.option(
    "--program", "programs", multiple=True, required=True, help=f"One of {', '.join(PROGRAMS)}; repeatable."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


def show(as_json: bool, answer: dict[str, Any], text: str) -> None:  # noqa: FBT001 # an option's value
    """Print an answer for machines or for people."""
    click.echo(orjson.dumps(answer).decode() if as_json else text)


def within(work: Callable[[Store, Connection], T]) -> T:
    """Run work in one transaction on the database of the settings, which must be upgraded."""
    with ready_store(load()) as store:
        return store.transact(lambda connection: work(store, connection))


@contextmanager
def ready_store(settings: Settings) -> Iterator[Store]:
    """Open the database of the settings for a command; one that is not upgraded ends it."""
    store = open_store(settings)
    try:
        said = readiness(store)["migrations"]
        if said != "ok":
            click.echo(f"fieldsync: migrations {said}", err=True)
            sys.exit(1)
        yield store
    finally:
        store.close()


def now() -> datetime:
    """Read the clock; the edges do, the rooms never."""
    return datetime.now(UTC)


def today() -> date:
    """Read the calendar: the day in the office's time zone."""
    return now().astimezone(JAKARTA).date()
