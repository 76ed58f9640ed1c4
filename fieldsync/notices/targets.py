"""Who is told of what: an e-mail address, a webhook or a chat, for some events, areas and programs.

They are the operator's to keep. Their addresses are sealed and never printed whole again.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from fieldsync.access import Scope, check_scope, note_audit
from fieldsync.cases import Sight
from fieldsync.db import Sealer
from fieldsync.notices.addresses import check_addresses, look_up, read_url
from fieldsync.notices.chat import check_service
from fieldsync.notices.mail import check_mailbox
from fieldsync.notices.signing import make_secret
from fieldsync.notices.tables import NoticeRow, TargetRow

EMERGENCY, COORDINATOR, HEAD, TEST = "emergency", "coordinator", "head", "test"
REMINDER, SUMMARY = "reminder", "summary"
EVENTS = (EMERGENCY, COORDINATOR, HEAD, REMINDER, SUMMARY)
KINDS = ("email", "webhook", "apprise")
LANGUAGES = ("id", "en")
LONGEST_NAME = 80
_OPEN = ("id", "name", "kind", "language", "restricted", "created_at", "failing_since", "disabled_at", "disabled_why")


class NoticeError(Exception):
    """What the operator asked of notices can't be; `code` names it, the message tells what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A target as the operator wants it; `restricted`: it is told of restricted flags' cases, too."""

    name: str
    kind: str
    address: str
    areas: Sequence[str]
    programs: Sequence[str]
    events: Sequence[str]
    language: str = "id"
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target as it is kept; `shown` is as much of its address as may be read again."""

    id: str
    name: str
    kind: str
    shown: str
    areas: tuple[str, ...]
    programs: tuple[str, ...]
    events: tuple[str, ...]
    language: str
    restricted: bool
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    queued: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Listener:
    """A target that is not disabled: what it is told of, and which cases."""

    id: str
    events: tuple[str, ...]
    sight: Sight


def listeners(connection: Connection) -> list[Listener]:
    """Return the targets that are not disabled; one statement."""
    return [
        Listener(one.id, tuple(orjson.loads(one.events)), Sight(_scope(one.areas, one.programs), one.restricted))
        for one in connection.execute(_LISTENING)
    ]


def _scope(areas: str, programs: str) -> Scope:
    return Scope(0, tuple(orjson.loads(areas)), tuple(orjson.loads(programs)))


_LISTENING = select(TargetRow.id, TargetRow.areas, TargetRow.programs, TargetRow.events, TargetRow.restricted).where(
    TargetRow.disabled_at.is_(None)
)


def check_address(kind: str, address: str, inside: frozenset[str]) -> None:
    """Refuse an address that notices don't go to; a webhook's host is looked up.

    Raises:
        AddressError: with the reason.
    """
    if kind == "email":
        check_mailbox(address)
    elif kind == "apprise":
        check_service(address)
    else:
        place = read_url(address, inside)
        check_addresses(place.host, look_up(place.host, place.port), inside)


def add_target(  # noqa: D417 # the connection and the sealer are wiring
    connection: Connection, sealer: Sealer, wanted: Wanted, known_programs: Sequence[str], now: datetime
) -> tuple[Target, str | None]:
    """Make a target whose address was checked.

    Args:
        wanted: what it is to be.
        known_programs: all there are.
        now: the moment.

    Returns:
        it, and for a webhook the secret that signs, which is told this once.

    Raises:
        AccessError: areas or programs that nobody can have.
        NoticeError: ``no_name``, ``taken``.
    """
    check_scope(connection, "a target", wanted.areas, wanted.programs, known_programs)
    name = wanted.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise NoticeError("no_name", f"a target has a name of 1 to {LONGEST_NAME} characters")
    if connection.execute(select(TargetRow.id).where(TargetRow.name == name)).one_or_none():
        raise NoticeError("taken", f"there is a target {name} already")
    made, secret = str(uuid4()), make_secret() if wanted.kind == "webhook" else None
    values = {
        **{column: orjson.dumps(sorted(set(getattr(wanted, column)))).decode() for column in ("areas", "programs")},
        "events": orjson.dumps([one for one in EVENTS if one in wanted.events]).decode(),
        "address": sealer.seal(wanted.address.encode(), f"notice address {made}"),
        "secrets": None if secret is None else _sealed_secrets(sealer, made, [secret]),
        "language": wanted.language,
        "restricted": wanted.restricted,
    }
    connection.execute(insert(TargetRow).values(id=made, name=name, kind=wanted.kind, created_at=now, **values))
    note_audit(connection, None, "notice.add", made, now, {"kind": wanted.kind, "areas": sorted(set(wanted.areas))})
    return find_target(connection, sealer, name), secret


def find_target(connection: Connection, sealer: Sealer, name: str) -> Target:
    """Return a target by its name.

    Raises:
        NoticeError: ``unknown``.
    """
    row = connection.execute(select(TargetRow.__table__).where(TargetRow.name == name)).mappings().one_or_none()
    if row is None:
        raise NoticeError("unknown", f"there is no target {name} (see: fieldsync notice list)")
    return _target(sealer, row)


def list_targets(connection: Connection, sealer: Sealer) -> list[Target]:
    """Return all targets in order of their names, each with how many of its notices wait and how many failed."""
    counts = {(one.target_id, one.state): one.number for one in connection.execute(_COUNTS)}
    rows = connection.execute(select(TargetRow.__table__).order_by(TargetRow.name)).mappings()
    return [
        dataclasses.replace(
            _target(sealer, one),
            queued=counts.get((one["id"], "queued"), 0),
            failed=counts.get((one["id"], "failed"), 0),
        )
        for one in rows
    ]


_COUNTS = (
    select(NoticeRow.target_id, NoticeRow.state, func.count().label("number"))
    .where(NoticeRow.state != "sent")
    .group_by(NoticeRow.target_id, NoticeRow.state)
)


def remove_target(connection: Connection, sealer: Sealer, name: str, now: datetime) -> Target:
    """Remove a target with all that it is still to be told and was told.

    Raises:
        NoticeError: ``unknown``.
    """
    found = find_target(connection, sealer, name)
    connection.execute(delete(NoticeRow).where(NoticeRow.target_id == found.id))
    connection.execute(delete(TargetRow).where(TargetRow.id == found.id))
    note_audit(connection, None, "notice.remove", found.id, now)
    return found


def enable_target(connection: Connection, sealer: Sealer, name: str, now: datetime) -> Target:
    """Let a target be told again that was disabled; what still waited for it is sent.

    Raises:
        NoticeError: ``unknown``.
    """
    found = find_target(connection, sealer, name)
    change = update(TargetRow).where(TargetRow.id == found.id)
    connection.execute(change.values(failing_since=None, disabled_at=None, disabled_why=None))
    note_audit(connection, None, "notice.enable", found.id, now)
    return find_target(connection, sealer, name)


def renew_secret(connection: Connection, sealer: Sealer, name: str, now: datetime, *, keep_old: bool) -> str:
    """Give a webhook another secret; return it. With `keep_old`, the one before signs too, until the next call.

    Raises:
        NoticeError: ``unknown``, ``no_webhook``.
    """
    found = find_target(connection, sealer, name)
    if found.kind != "webhook":
        raise NoticeError("no_webhook", f"{name} is no webhook, so nothing is signed for it")
    query = select(TargetRow.secrets).where(TargetRow.id == found.id).with_for_update()
    given = secrets_of(sealer, found.id, connection.execute(query).scalar_one())
    made = make_secret()
    kept = [made, *given[:1]] if keep_old else [made]
    change = update(TargetRow).where(TargetRow.id == found.id)
    connection.execute(change.values(secrets=_sealed_secrets(sealer, found.id, kept)))
    note_audit(connection, None, "notice.secret", found.id, now, {"keep_old": keep_old})
    return made


def address_of(sealer: Sealer, target_id: str, sealed: bytes) -> str:
    """Open the address of a target."""
    return sealer.open(sealed, f"notice address {target_id}").decode()


def secrets_of(sealer: Sealer, target_id: str, sealed: bytes | None) -> list[str]:
    """Open the secrets of a target, the newest first; a target that is no webhook has none."""
    opened: list[str] = orjson.loads(sealer.open(sealed, f"notice secrets {target_id}")) if sealed else []
    return opened


def _sealed_secrets(sealer: Sealer, target_id: str, secrets: Sequence[str]) -> bytes:
    return sealer.seal(orjson.dumps(list(secrets)), f"notice secrets {target_id}")


def _target(sealer: Sealer, row: RowMapping) -> Target:
    listed: dict[str, Any] = {name: tuple(orjson.loads(row[name])) for name in ("areas", "programs", "events")}
    shown = _shown(row["kind"], address_of(sealer, row["id"], row["address"]))
    return Target(**{name: row[name] for name in _OPEN}, **listed, shown=shown)


def _shown(kind: str, address: str) -> str:
    """Return as much of an address as tells two apart, and neither a person nor a token."""
    if kind == "email":
        box, _, host = address.rpartition("@")
        return f"{box[:1]}…@{host}"
    head, _, rest = address.partition("://")
    return f"{head}://{rest.partition('/')[0]}/…" if kind == "webhook" else f"{head}://…"
