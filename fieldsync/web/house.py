"""What every request needs: the opened database, the settings, the areas, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from flask import current_app

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


def house() -> House:
    """Return the house of the present application."""
    found: House = current_app.extensions["fieldsync"]
    return found
