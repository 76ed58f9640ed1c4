"""Log-ins of office users: a password, or what the issuer vouches for, for a token of which only a keyed hash is kept.

Wrong passwords are counted by address and by user. Which of name and password was wrong is not told, nor shown by
the time that the answer takes. Passwords are checked outside any transaction: that is slow by design.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from fieldsync.access.audit import note_audit
from fieldsync.access.passwords import NO_PASSWORD, NOBODYS, matches, renewed
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


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom an issuer vouches for: `subject` is their account there, for good, `name` what it calls them now."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class NotLetIn:
    """The issuer vouches for nobody who may come in this way; why is not told."""


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
    if row is not None and row.password_hash == NO_PASSWORD:
        row = None  # they come in by the issuer: here they are nobody
    right = matches(NOBODYS if row is None else row.password_hash, password)
    if row is None or not right:
        return WrongPassword()
    fresh = renewed(row.password_hash, password)

    def enter(connection: Connection) -> LogIn:
        # Only if neither the password nor the user was changed while it was looked at.
        same = (OfficeUserRow.id == row.id, OfficeUserRow.password_hash == row.password_hash)
        kept = update(OfficeUserRow).where(*same, OfficeUserRow.disabled_at.is_(None)).values(password_hash=fresh)
        if connection.execute(kept.returning(OfficeUserRow.id)).one_or_none() is None:
            return WrongPassword()
        forgive(connection, notes)
        return _begin(connection, store.sealer, _user_of(row), life, now)

    return store.transact(enter)


def log_in_by_issuer(
    store: Store, ask: Callable[[], Vouched | None], address: str, life: timedelta, now: datetime
) -> Session | NotLetIn | TooManyWrongPasswords:
    """Begin a session of the user whom the issuer vouches for; nobody is made by it.

    They must be known, enabled, and without a password here: so nobody who picks a name at the issuer gets into an
    account that has one. The first log-in keeps by which account of the issuer it was; another account that bears the
    same name later is somebody else. Refusals count as wrong passwords do, and who waits for these waits here, too.

    Args:
        store: where users and tries are kept; runs short transactions, none while the issuer is asked.
        ask: asks the issuer; None when it vouches for nobody. What it raises goes through and counts for nothing.
        address: where the request comes from.
        life: how long the session lasts.
        now: the present moment.
    """
    place = store.sealer.lookup("log-in from", address)
    wait = store.transact(lambda connection: wait_of(connection, [place], now))
    if wait:
        return TooManyWrongPasswords(wait)
    vouched = ask()

    def enter(connection: Connection) -> Session | NotLetIn | TooManyWrongPasswords:
        if vouched is not None:
            waits = wait_of(connection, [store.sealer.lookup("log-in as", fold(vouched.name))], now)
            if waits:
                return TooManyWrongPasswords(waits)
        user = None if vouched is None else _vouched_user(connection, store.sealer, vouched)
        if user is None:
            note_wrong(connection, [place], now)
            return NotLetIn()
        return _begin(connection, store.sealer, user, life, now, by_issuer=True)

    return store.transact(enter)


def _vouched_user(connection: Connection, sealer: Sealer, vouched: Vouched) -> OfficeUser | None:
    """Return the user whom the issuer means, and keep by which of its accounts; None when there is no such user."""
    row, subject = OfficeUserRow, sealer.lookup("issuer subject", f"{vouched.issuer}\n{vouched.subject}")
    theirs = (row.folded == fold(vouched.name), row.password_hash == NO_PASSWORD, row.disabled_at.is_(None))
    same = or_(row.issuer_subject.is_(None), row.issuer_subject == subject)
    kept = update(row).where(*theirs, same).values(issuer_subject=subject).returning(*_SEEN)
    found = connection.execute(kept).one_or_none()
    return None if found is None else _user_of(found)


def _begin(
    connection: Connection, sealer: Sealer, user: OfficeUser, life: timedelta, now: datetime, *, by_issuer: bool = False
) -> Session:
    row, token = OfficeSessionRow, "fo1_" + secrets.token_urlsafe(32)
    connection.execute(delete(row).where(row.user_id == user.id, row.expires_at <= now))
    kept = {"token_hash": sealer.lookup("session", token), "user_id": user.id}
    connection.execute(insert(row).values(**kept, issued_at=now, expires_at=now + life))
    note_audit(connection, user, "session.begin", user.id, now, {"by": "issuer"} if by_issuer else None)
    return Session(token, int(life.total_seconds()), user)


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
