"""Log-ins of office users: a password for a token of which only a keyed hash is kept, until it expires or is ended.

Wrong passwords are counted by address and by user. Which of name and password was wrong is not told, nor shown by
the time that the answer takes. Passwords are checked outside any transaction: that is slow by design.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from fieldsync.access.audit import note_audit
from fieldsync.access.passwords import NOBODYS, matches, renewed
from fieldsync.access.scope import scope_of
from fieldsync.access.tables import OfficeSessionRow, OfficeUserRow
from fieldsync.access.tries import forgive, note_wrong, wait_of
from fieldsync.access.users import OfficeUser, end_sessions, fold
from fieldsync.db import Sealer, Store


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in; the token can't be shown again. `lasts_s` is in seconds."""

    access_token: str
    lasts_s: int
    user: OfficeUser


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No such user, another password, or the user is disabled; which of these is not told."""


@dataclass(frozen=True, slots=True)
class TooManyWrongPasswords:
    """The address or the user had too many wrong tries; the next may come after so many seconds."""

    retry_after_s: int


LogIn: TypeAlias = Session | WrongPassword | TooManyWrongPasswords


def log_in(store: Store, username: str, password: str, address: str, life: timedelta, now: datetime) -> LogIn:
    """Begin a session by name and password.

    A try is noted before the password is looked at and taken back when it was right: tries at one instant, on any
    number of servers, are at most five. Then both the address and the user wait, also with the right password.

    Args:
        store: where users and tries are kept; runs two short transactions.
        username: as typed; case does not count.
        password: as typed.
        address: where the request comes from; only its keyed hash is kept, for a minute.
        life: how long the session lasts.
        now: the present moment.
    """
    places = [store.sealer.lookup("log-in from", address), store.sealer.lookup("log-in as", fold(username))]

    def begin(connection: Connection) -> tuple[int, list[int]]:
        wait = wait_of(connection, places, now)
        return wait, [] if wait else note_wrong(connection, places, now)

    wait, notes = store.transact(begin)
    if wait:
        return TooManyWrongPasswords(wait)
    with store.reading() as connection:
        row = connection.execute(_BY_NAME, {"folded": fold(username)}).one_or_none()
    right = matches(NOBODYS if row is None else row.password_hash, password)
    if row is None or not right:
        return WrongPassword()
    fresh = renewed(row.password_hash, password)
    token = "fo1_" + secrets.token_urlsafe(32)

    def enter(connection: Connection) -> LogIn:
        # Only if neither the password nor the user was changed while it was looked at.
        same = (OfficeUserRow.id == row.id, OfficeUserRow.password_hash == row.password_hash)
        kept = update(OfficeUserRow).where(*same, OfficeUserRow.disabled_at.is_(None)).values(password_hash=fresh)
        if connection.execute(kept.returning(OfficeUserRow.id)).one_or_none() is None:
            return WrongPassword()
        forgive(connection, notes)
        user = _user_of(row)
        _keep(connection, store.sealer.lookup("session", token), user, now, now + life)
        return Session(token, int(life.total_seconds()), user)

    return store.transact(enter)


def _keep(connection: Connection, token_hash: str, user: OfficeUser, now: datetime, until: datetime) -> None:
    row = OfficeSessionRow
    connection.execute(delete(row).where(row.user_id == user.id, row.expires_at <= now))
    connection.execute(insert(row).values(token_hash=token_hash, user_id=user.id, issued_at=now, expires_at=until))
    note_audit(connection, user, "session.begin", user.id, now)


_USER = OfficeUserRow.__table__.c
_SEEN = (_USER.id, _USER.username, _USER.role, _USER.areas, _USER.programs)
_BY_NAME = select(*_SEEN, _USER.password_hash).where(_USER.folded == bindparam("folded"))
_BY_TOKEN = (
    select(*_SEEN)
    .join(OfficeSessionRow, OfficeSessionRow.user_id == _USER.id)
    .where(
        OfficeSessionRow.token_hash == bindparam("token"),
        OfficeSessionRow.revoked_at.is_(None),
        OfficeSessionRow.expires_at > bindparam("now", type_=OfficeSessionRow.expires_at.type),
        _USER.disabled_at.is_(None),
    )
)


def office_user(connection: Connection, sealer: Sealer, token: str, now: datetime) -> OfficeUser | None:
    """Return whose session a token is, or None when it is none, ended, or its user is disabled; one statement."""
    row = connection.execute(_BY_TOKEN, {"token": sealer.lookup("session", token), "now": now}).one_or_none()
    return None if row is None else _user_of(row)


def log_out(connection: Connection, sealer: Sealer, token: str, now: datetime) -> None:
    """End the session of a token, if it is one."""
    row = OfficeSessionRow
    mine = row.token_hash == sealer.lookup("session", token)
    connection.execute(update(row).where(mine, row.revoked_at.is_(None)).values(revoked_at=now))


def log_out_everywhere(connection: Connection, user: OfficeUser, now: datetime) -> None:
    """End all sessions of a user, at their own wish."""
    end_sessions(connection, user.id, now)
    note_audit(connection, user, "session.end_all", user.id, now)


def _user_of(row: Row[*tuple[Any, ...]]) -> OfficeUser:
    return OfficeUser(row.id, row.username, row.role, scope_of(0, row.areas, row.programs))
