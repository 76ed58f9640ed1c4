"""What every request needs: the opened database, the settings, the areas, and the clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock

from flask import Flask, current_app

from fieldsync.access import AreaBook
from fieldsync.config import Settings
from fieldsync.db import Store
from fieldsync.issuer import Issuer, open_issuer


def read_clock() -> datetime:
    """Return the present time; here, at the edge, is where it is read."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """One per process."""

    settings: Settings
    store: Store
    areas: AreaBook = field(default_factory=AreaBook)
    clock: Callable[[], datetime] = read_clock

    @cached_property
    def issuer(self) -> Issuer | None:
        """By which office users may log in, if one is configured."""
        return open_issuer(self.settings)


def take_turns(application: Flask) -> None:
    """Let pushes take effect one after the other in this process.

    Batches that take turns are through as soon as batches side by side, since they share one interpreter; but beside
    them a page of the office waits for one thread, not for as many as there are tablets.
    """
    application.extensions["fieldsync turns"] = Lock()


def turns() -> AbstractContextManager[object]:
    """Return what a push holds while it takes effect: nothing, where none are to take turns."""
    found: AbstractContextManager[object] = current_app.extensions.get("fieldsync turns", nullcontext())
    return found


def house() -> House:
    """Return the house of the present application."""
    found: House = current_app.extensions["fieldsync"]
    return found
