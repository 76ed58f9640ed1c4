"""The keys of the keyed hashes: made with the database, and kept in it, sealed under the encryption ring.

So a dump alone can't test a guess, and no setting besides the ring is needed to go on with a database. The keys of
contents and of look-ups stay for its life; only identity keys, whose hashes can be made anew, rotate.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, String, delete, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db.base import Base, Instant, Sealed
from fieldsync.db.bulk import add_missing_rows
from fieldsync.db.ring import KeyRing, SealError
from fieldsync.db.sealing import HashKeys
from fieldsync.keyfile import new_key

ABOUT = "hash key {purpose} {id}"
PURPOSES = ("content", "lookup", "identity")
_COLUMNS = ("id", "purpose", "sealed", "created_at")


class HashKeyRow(Base):
    """A key of keyed hashes. `retired_at`: nothing is hashed with it any more, and what was is being removed."""

    __tablename__ = "hash_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes] = mapped_column(Sealed(ABOUT))
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("purpose IN ('content', 'lookup', 'identity')", name="purpose"),)


@dataclass(frozen=True, slots=True)
class HashKey:
    """A key as it is listed; never its bytes."""

    id: str
    purpose: str
    created_at: datetime
    retired_at: datetime | None


def make_hash_keys(connection: Connection, ring: KeyRing) -> None:
    """Make the first key of each purpose that has none; of several that try at once, one makes it."""
    there = {one.purpose for one in list_hash_keys(connection)}
    for purpose in PURPOSES:
        if purpose not in there:
            _add(connection, ring, purpose, 1)


def find_hash_keys(connection: Connection, ring: KeyRing) -> HashKeys:
    """Return the live keys, opened.

    Raises:
        SealError: there are none yet, or this ring does not open them.
    """
    row = HashKeyRow
    query = select(row.id, row.purpose, row.sealed).where(row.retired_at.is_(None))
    live: dict[str, list[bytes]] = {purpose: [] for purpose in PURPOSES}
    for one in connection.execute(query.order_by(row.created_at, row.id)):
        live[one.purpose].append(ring.open(one.sealed, ABOUT.format(purpose=one.purpose, id=one.id)))
    if not all(live.values()):
        raise SealError("the keys of the hashes are not made yet: fieldsync db upgrade")
    return HashKeys(live["content"][0], live["lookup"][0], tuple(live["identity"]))


def list_hash_keys(connection: Connection) -> list[HashKey]:
    """Return all keys, by purpose, the oldest first."""
    row = HashKeyRow
    query = select(row.id, row.purpose, row.created_at, row.retired_at).order_by(row.purpose, row.created_at, row.id)
    return [HashKey(*one) for one in connection.execute(query)]


def add_identity_key(connection: Connection, ring: KeyRing) -> str:
    """Make a further identity key, live from now on beside the others; return its id."""
    numbers = [int(one.id.removeprefix("identity")) for one in list_hash_keys(connection) if one.purpose == "identity"]
    return _add(connection, ring, "identity", max(numbers) + 1)


def retire_identity_key(connection: Connection, key_id: str) -> None:
    """Let nothing be hashed with this key any more."""
    row = HashKeyRow
    connection.execute(update(row).where(row.id == key_id).values(retired_at=database_now(connection)))


def forget_identity_key(connection: Connection, key_id: str) -> None:
    """Delete a retired key."""
    row = HashKeyRow
    connection.execute(delete(row).where(row.id == key_id, row.retired_at.is_not(None)))


def database_now(connection: Connection) -> datetime:
    """Return the present moment by the database's clock, the one that all processes share."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    now = connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")).scalar_one()
    return datetime.fromisoformat(now)


def _add(connection: Connection, ring: KeyRing, purpose: str, number: int) -> str:
    key_id = f"{purpose}{number}"
    sealed = ring.seal(new_key(), ABOUT.format(purpose=purpose, id=key_id))
    add_missing_rows(connection, HashKeyRow, _COLUMNS, [(key_id, purpose, sealed, database_now(connection))])
    return key_id
