"""How often somebody may be wrong: at most five times a minute from one place, counted in the database.

A place is the keyed hash of an address or of a user's name, so that it can be counted by any number of servers and
read by nobody. Who counts holds the place until the commit: of tries at one instant none slips through.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select

from fieldsync.access.tables import WrongCodeRow
from fieldsync.db import member_of

MOST_WRONG = 5
WITHIN = timedelta(minutes=1)


def wait_of(connection: Connection, places: Sequence[str], now: datetime) -> int:
    """Return how many seconds the most tried of these places must wait, 0 when none must."""
    _hold(connection, places)
    row = WrongCodeRow
    connection.execute(delete(row).where(row.at <= now - WITHIN))
    query = (
        select(func.min(row.at).label("first"))
        .where(member_of(connection, row.address_hash, list(places)))
        .group_by(row.address_hash)
        .having(func.count() >= MOST_WRONG)
    )
    waits = [(one.first + WITHIN - now).total_seconds() for one in connection.execute(query)]
    return max((max(1, math.ceil(seconds)) for seconds in waits), default=0)


def _hold(connection: Connection, places: Sequence[str]) -> None:
    # SQLite has one writer at a time; PostgreSQL would count before it sees what another try is about to note.
    if connection.dialect.name == "postgresql":
        for place in sorted(places):
            number = int.from_bytes(UUID(place).bytes[:8], signed=True)
            connection.execute(select(func.pg_advisory_xact_lock(number)))


def note_wrong(connection: Connection, places: Sequence[str], now: datetime) -> list[int]:
    """Note a wrong try at these places; return the notes' numbers, for `forgive`."""
    notes = [insert(WrongCodeRow).values(address_hash=place, at=now).returning(WrongCodeRow.id) for place in places]
    return [connection.execute(note).scalar_one() for note in notes]


def forgive(connection: Connection, notes: Sequence[int]) -> None:
    """Take notes back: the try was right after all."""
    connection.execute(delete(WrongCodeRow).where(WrongCodeRow.id.in_(notes)))
