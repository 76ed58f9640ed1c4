"""Office users: made, listed, disabled, enabled, given another password; never deleted, as what was done has an author.

`OfficeUser` is the principal of a request; a scope for the office can only be had from one.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from fieldsync.access.audit import note_audit
from fieldsync.access.passwords import NO_PASSWORD, hash_password
from fieldsync.access.roles import ROLES, may
from fieldsync.access.scope import AccessError, Scope, check_scope, scope_of, scope_values
from fieldsync.access.tables import OfficeSessionRow, OfficeUserRow
from fieldsync.db import member_of

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class OfficeUser:
    """A person at an office who is logged in: what their role may do, within their scope."""

    id: str
    username: str
    role: str
    scope: Scope

    def may(self, permission: str) -> bool:
        """Tell whether the user's role has a permission; a word that is none raises ValueError."""
        return may(self.role, permission)


@dataclass(frozen=True, slots=True)
class Account:
    """An office user as an operator sees them; `disabled_at` is None while they may log in.

    `by_issuer`: they have no password and come in by the issuer only.
    """

    id: str
    username: str
    role: str
    areas: tuple[str, ...]
    programs: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    by_issuer: bool = False


def fold(username: str) -> str:
    """Return a name without regard to case, width and space around it: by this it is unique and found."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def create_user(
    connection: Connection,
    username: str,
    password: str | None,
    role: str,
    areas: Sequence[str],
    programs: Sequence[str],
    known_programs: Iterable[str],
    now: datetime,
) -> Account:
    """Make an office user; one without a password logs in by the issuer only.

    Raises:
        AccessError: ``bad_name``, ``name_taken``, ``unknown_role``, ``weak_password``, ``no_area``, ``unknown_area``,
            ``no_program``, ``unknown_program``.
    """
    username = username.strip()
    if not 1 <= len(username) <= LONGEST_NAME or not username.isprintable() or len(fold(username)) > LONGEST_NAME:
        raise AccessError("bad_name", f"a user's name takes 1 to {LONGEST_NAME} printable characters")
    if role not in ROLES:
        raise AccessError("unknown_role", f"no such role: takes {', '.join(ROLES)}")
    check_scope(connection, "a user", areas, programs, known_programs)
    if connection.execute(_BY_NAME.where(OfficeUserRow.folded == fold(username))).first():
        raise _name_taken(username)
    user_id = str(uuid4())
    named = {"id": user_id, "username": username, "folded": fold(username), "role": role, "created_at": now}
    secret = {"password_hash": NO_PASSWORD if password is None else hash_password(password, username)}
    try:
        connection.execute(insert(OfficeUserRow).values(**named, **secret, **scope_values(areas, programs)))
    except IntegrityError as error:
        raise _name_taken(username) from error  # another operator was first
    note_audit(connection, None, "user.create", user_id, now, {"role": role, "areas": sorted(set(areas))})
    return _account(connection, username)


_USER = OfficeUserRow.__table__.c
_BY_NAME = select(
    *(_USER.id, _USER.username, _USER.role, _USER.areas, _USER.programs, _USER.created_at, _USER.disabled_at),
    (_USER.password_hash == NO_PASSWORD).label("by_issuer"),
)


def _name_taken(username: str) -> AccessError:
    return AccessError("name_taken", f"there is a user named {username!r} already")


def list_users(connection: Connection) -> list[Account]:
    """Return all office users, the disabled ones too, by name."""
    return [_account_of(row) for row in connection.execute(_BY_NAME.order_by(OfficeUserRow.folded))]


def usernames(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those of these ids that are office users'; the disabled ones too."""
    wanted = sorted({one for one in ids if _is_uuid(one)})
    if not wanted:
        return {}
    query = select(_USER.id, _USER.username).where(member_of(connection, _USER.id, wanted))
    return {row.id: row.username for row in connection.execute(query)}


def comes_by_issuer(connection: Connection, user: OfficeUser) -> bool:
    """Tell whether a user has no password and comes in by the issuer only."""
    query = select(_USER.password_hash == NO_PASSWORD).where(_USER.id == user.id)
    return bool(connection.execute(query).scalar_one_or_none())


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def named_user(connection: Connection, username: str) -> OfficeUser:
    """Return the office user of this name, for whom an operator acts at the command line.

    Raises:
        AccessError: ``unknown_user``, ``user_disabled``.
    """
    found = _account(connection, username)
    if found.disabled_at is not None:
        raise AccessError("user_disabled", f"the user {found.username!r} is disabled")
    return OfficeUser(found.id, found.username, found.role, Scope(0, found.areas, found.programs))


def disable_user(connection: Connection, username: str, now: datetime) -> Account:
    """Shut a user out, from the next request on; disabled again, the first moment stays.

    Raises:
        AccessError: ``unknown_user``.
    """
    found = _account(connection, username)
    if found.disabled_at is None:
        connection.execute(update(OfficeUserRow).where(OfficeUserRow.id == found.id).values(disabled_at=now))
        end_sessions(connection, found.id, now)
        note_audit(connection, None, "user.disable", found.id, now)
    return _account(connection, username)


def enable_user(connection: Connection, username: str, now: datetime) -> Account:
    """Let a disabled user log in again, with the password they had.

    Raises:
        AccessError: ``unknown_user``.
    """
    found = _account(connection, username)
    if found.disabled_at is not None:
        connection.execute(update(OfficeUserRow).where(OfficeUserRow.id == found.id).values(disabled_at=None))
        note_audit(connection, None, "user.enable", found.id, now)
    return _account(connection, username)


def change_password(connection: Connection, username: str, password: str, now: datetime) -> Account:
    """Give a user another password, and end all their sessions; they come in by the issuer no more.

    Raises:
        AccessError: ``unknown_user``, ``weak_password``.
    """
    found = _account(connection, username)
    _change_way_in(connection, found, hash_password(password, found.username), "user.password", now)
    return _account(connection, username)


def send_to_issuer(connection: Connection, username: str, now: datetime) -> Account:
    """Take a user's password and end all their sessions: they come in by the issuer only.

    By which account there is forgotten, if one was known: the next that bears the name is theirs.

    Raises:
        AccessError: ``unknown_user``.
    """
    _change_way_in(connection, _account(connection, username), NO_PASSWORD, "user.by_issuer", now)
    return _account(connection, username)


def _change_way_in(connection: Connection, found: Account, secret: str, action: str, now: datetime) -> None:
    changed = update(OfficeUserRow).where(OfficeUserRow.id == found.id)
    connection.execute(changed.values(password_hash=secret, issuer_subject=None))
    end_sessions(connection, found.id, now)
    note_audit(connection, None, action, found.id, now)


def end_sessions(connection: Connection, user_id: str, now: datetime) -> None:
    """End all sessions of a user."""
    row = OfficeSessionRow
    connection.execute(update(row).where(row.user_id == user_id, row.revoked_at.is_(None)).values(revoked_at=now))


def _account(connection: Connection, username: str) -> Account:
    row = connection.execute(_BY_NAME.where(OfficeUserRow.folded == fold(username))).one_or_none()
    if row is None:
        raise AccessError("unknown_user", f"there is no user named {username.strip()!r}")
    return _account_of(row)


def _account_of(row: Row[*tuple[Any, ...]]) -> Account:
    scope = scope_of(0, row.areas, row.programs)
    seen = (row.id, row.username, row.role, scope.areas, scope.programs, row.created_at, row.disabled_at)
    return Account(*seen, by_issuer=bool(row.by_issuer))
