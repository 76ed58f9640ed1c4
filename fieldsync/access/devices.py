"""Tablets: invited, enrolled by a code that works once, known by a token of which only a hash is kept, and revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import Connection, String, bindparam, case, func, insert, select, update

from fieldsync.access.scope import NEWEST_SCOPE, Scope, scope_of
from fieldsync.access.tables import DeviceRow, InvitationRow, VanRow, VanScopeRow
from fieldsync.access.tries import note_wrong, wait_of
from fieldsync.access.vans import require_van
from fieldsync.db import Sealer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
CODE_LENGTH = 12
CODE_LIFE = timedelta(hours=72)
_FOLD = str.maketrans("OIL", "011", "- ")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An enrolment code as the office hands it out; it can't be shown again."""

    enrollment_code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a tablet gets when it enrols; the token can't be shown again."""

    device_id: str
    access_token: str
    van: str
    scope: Scope

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas that the tablet may see and write, with all below them."""
        return self.scope.areas

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs that the tablet may see and write."""
        return self.scope.programs


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is unknown, used or expired; which of these is not told."""


@dataclass(frozen=True, slots=True)
class TooManyWrongCodes:
    """The address gave too many wrong codes; it may try again after so many seconds."""

    retry_after_s: int


EnrollOutcome: TypeAlias = Enrolment | WrongCode | TooManyWrongCodes


@dataclass(frozen=True, slots=True)
class Device:
    """An authenticated tablet with its van and present scope."""

    id: str
    van_id: str
    van: str
    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Revoked:
    """A tablet that may no longer come in; `wipe`: it shall delete what it holds."""

    wipe: bool


def invite(connection: Connection, sealer: Sealer, van: str, now: datetime) -> Invitation:
    """Make an enrolment code for a tablet of a van, good once within 72 hours.

    Raises:
        AccessError: ``unknown_van``.
    """
    van_id = require_van(connection, van)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = now + CODE_LIFE
    connection.execute(
        insert(InvitationRow).values(code_hash=sealer.lookup("code", code), van_id=van_id, expires_at=expires_at)
    )
    return Invitation("-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)), expires_at)


def enroll(
    connection: Connection,
    sealer: Sealer,
    code: str,
    name: str,
    app_version: str | None,
    address: str,
    now: datetime,
) -> EnrollOutcome:
    """Enrol a tablet by its code.

    A wrong code is noted under the address (its keyed hash); after 5 within a minute the address waits, also with a
    right code. Of two tablets with one code, one gets it. Returned, not raised, so that the note is committed.

    Args:
        connection: of a writing transaction.
        sealer: makes the keyed hashes of code and address.
        code: as typed; case, dashes and spaces do not count, and O, I and L are read as 0, 1 and 1.
        name: what the office calls the tablet, at most 80 characters.
        app_version: at most 40 characters.
        address: where the request comes from; only its keyed hash is kept, for a minute.
        now: the present moment.
    """
    place = sealer.lookup("address", address)
    wait = wait_of(connection, [place], now)
    if wait:
        return TooManyWrongCodes(wait)
    code_hash = sealer.lookup("code", code.upper().translate(_FOLD))
    device_id = str(uuid4())
    taken = connection.execute(
        update(InvitationRow)
        .where(InvitationRow.code_hash == code_hash, InvitationRow.used_at.is_(None), InvitationRow.expires_at > now)
        .values(used_at=now, device_id=device_id)
        .returning(InvitationRow.van_id)
    ).scalar_one_or_none()
    if taken is None:
        note_wrong(connection, [place], now)
        return WrongCode()
    token = "fs1_" + secrets.token_urlsafe(32)
    given = {"name": name, "app_version": app_version, "token_hash": _hash(token), "enrolled_at": now}
    none_yet = {"wipe": False, "last_seq": 0, "applied": 0, "held": 0, "rejected": 0}
    connection.execute(insert(DeviceRow).values(id=device_id, van_id=taken, **given, **none_yet))
    row = connection.execute(_KNOWN.where(DeviceRow.id == device_id)).one()
    return Enrolment(device_id, token, row.van, scope_of(row.scope, row.areas, row.programs))


def _hash(token: str) -> bytes:
    # The token is 256 random bits: a plain hash can't be guessed back, and is quick enough for every request.
    return hashlib.sha256(token.encode()).digest()


_KNOWN = (
    select(
        DeviceRow.id,
        DeviceRow.van_id,
        DeviceRow.name,
        DeviceRow.revoked_at,
        DeviceRow.wipe,
        VanRow.name.label("van"),
        VanScopeRow.id.label("scope"),
        VanScopeRow.areas,
        VanScopeRow.programs,
    )
    .join(VanRow, VanRow.id == DeviceRow.van_id)
    .join(VanScopeRow, VanScopeRow.id == NEWEST_SCOPE)
)


_BY_TOKEN = _KNOWN.where(DeviceRow.token_hash == bindparam("token"))


def authenticate(connection: Connection, token: str) -> Device | Revoked | None:
    """Return the tablet of a token, or that it was revoked, or None; one statement."""
    row = connection.execute(_BY_TOKEN, {"token": _hash(token)}).one_or_none()
    if row is None:
        return None
    if row.revoked_at is not None:
        return Revoked(row.wipe)
    return Device(row.id, row.van_id, row.van, row.name, scope_of(row.scope, row.areas, row.programs))


def revoke(connection: Connection, device_id: str, now: datetime, *, wipe: bool) -> bool:
    """Revoke a tablet from its next request on; False when there is none of this id."""
    try:
        known_as = str(UUID(device_id))
    except ValueError:
        return False
    done = connection.execute(
        update(DeviceRow)
        .where(DeviceRow.id == known_as)
        .values(revoked_at=func.coalesce(DeviceRow.revoked_at, now), wipe=wipe)
        .returning(DeviceRow.id)
    )
    return done.scalar_one_or_none() is not None


def note_push(
    connection: Connection,
    device_id: str,
    *,
    at: datetime,
    skew_s: float,
    last_seq: int,
    applied: int,
    held: int,
    rejected: int,
    app_version: str | None,
) -> None:
    """Note what a push brought; one statement."""
    counts = {"more_applied": applied, "more_held": held, "more_rejected": rejected}
    noted = {"at": at, "skew": skew_s, "seq": last_seq, "version": app_version}
    connection.execute(_NOTE_PUSH, {"device": device_id, **noted, **counts})


_NOTE_PUSH = (
    update(DeviceRow)
    .where(DeviceRow.id == bindparam("device"))
    .values(
        last_push_at=bindparam("at"),
        skew_s=bindparam("skew"),
        last_seq=case((DeviceRow.last_seq > bindparam("seq"), DeviceRow.last_seq), else_=bindparam("seq")),
        applied=DeviceRow.applied + bindparam("more_applied"),
        held=DeviceRow.held + bindparam("more_held"),
        rejected=DeviceRow.rejected + bindparam("more_rejected"),
        app_version=func.coalesce(bindparam("version", type_=String), DeviceRow.app_version),
    )
)


def note_pull(connection: Connection, device_id: str, at: datetime) -> None:
    """Note that a tablet has pulled to the end."""
    connection.execute(update(DeviceRow).where(DeviceRow.id == device_id).values(last_pull_at=at))
