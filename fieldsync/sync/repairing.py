"""Refused records repaired by the office: read as they were sent, and sent again in the tablet's name.

A repaired record takes the way of every push, with its tablet's scope, clock and `device_seq`. So it takes effect as if
the tablet had sent it right, and what the tablet sends of it later supersedes it. The audit trail says who repaired it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.access import AreaBook, Device, OfficeUser, Scope, device_scopes, is_code, note_audit
from fieldsync.access.audit import Detail
from fieldsync.db import Sealer, Store
from fieldsync.ledger import quarantine, receipts
from fieldsync.programs import NewerVersion, UnknownVersion, examine, translate
from fieldsync.sync.answering import IN_EFFECT
from fieldsync.sync.arrival import AREA, Arrival, read_envelope, thaw
from fieldsync.sync.batch import batch_of_one
from fieldsync.sync.intake import Intake, today_of
from fieldsync.sync.messages import finding, said_again
from fieldsync.sync.pointing import put, value_at
from fieldsync.sync.push import take

Errors = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A refused record of the quarantine: its number, the record's id, who sent it, and where its text lies."""

    id: int
    record_id: str
    device_id: str
    receipt: str
    position: int


class StillRefused(Exception):  # noqa: N818 # the contract's word
    """The record is not right yet; nothing changed. `errors` say why, in the user's language."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("rejected")
        self.errors = errors


class Overtaken(Exception):  # noqa: N818 # what it is
    """Meanwhile it came again, or somebody repaired it; nothing changed."""


def as_sent(connection: Connection, sealer: Sealer, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Return records as they were sent, by receipt and position; None of a batch whose text is not kept any more."""
    found: dict[tuple[str, int], Any] = {}
    bodies: dict[str, Any] = {}
    for receipt, position in places:
        if receipt not in bodies:
            body = receipts.body_of(connection, sealer, receipt)
            bodies[receipt] = None if body is None else thaw(body)["records"]
        records = bodies[receipt]
        found[receipt, position] = None if records is None else records[position]
    return found


def explained(
    raw: Any, errors: Iterable[Mapping[str, str]], at: datetime, language: str, *, further: bool = False
) -> Errors:
    """Return the errors of a refused record in a reader's language, as far as the record itself tells them.

    Args:
        raw: the record.
        errors: as they were answered.
        at: dates may not lie after its day.
        language: ``id`` or ``en``.
        further: whether to tell, behind them, what else is wrong: of a wrong envelope the rest was not looked at.
    """
    known = {(one["pointer"], one["code"]): one for one in _told_by_itself(raw, today_of(at), language)}
    told = {(one["pointer"], one["code"]): said_again(one, language) for one in errors}
    return [known.get(key, one) for key, one in told.items()] + [
        one for key, one in known.items() if further and key not in told
    ]


def _told_by_itself(raw: Any, today: str, language: str) -> Errors:
    arrival = Arrival(0, raw)
    read_envelope(arrival, language)
    kind, errors = arrival.kind, arrival.errors
    if kind is None or _is_withheld(raw) or not isinstance(raw.get("data"), dict):
        return errors
    try:
        found, _ = examine(kind, translate(kind, raw.get("form_version"), raw["data"]), today, language)
    except (NewerVersion, UnknownVersion):
        return errors
    return [*errors, *({"pointer": one.pointer, "code": one.code, "message": one.message} for one in found)]


def _is_withheld(raw: Mapping[str, Any]) -> bool:
    """Tell whether she refused that her health data be kept, so that nothing of it was."""
    return raw.get("consent") == "refused" and not raw.get("data")


def changed(raw: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with other values at some pointers; `ABSENT` takes one out."""
    made: Any = {**raw, "data": {}} if _is_withheld(raw) else {**raw}
    for pointer, value in changes.items():
        made = put(made, pointer, value)
    return dict(made)


def repair(
    store: Store,
    areas: AreaBook,
    user: OfficeUser,
    entry: Entry,
    changes: Mapping[str, Any],
    now: datetime,
    language: str,
) -> str:
    """Send a refused record again with some values changed; return what became of it, a word of the contract.

    Args:
        store: the database.
        areas: the known regions.
        user: who repairs it, in whose scope it was found.
        entry: the refused record.
        changes: values by pointer.
        now: the present moment.
        language: of the errors.

    Raises:
        StillRefused: it is not right yet.
        Overtaken: it does not wait any more.
    """
    raw, scope, skew_s = _opened(store, entry)
    made = changed(raw, changes)
    _refuse_beyond(store, user.scope, entry, made, language)
    device = Device(entry.device_id, "", "", "", scope)
    intake = Intake(batch_of_one(made, now + timedelta(seconds=skew_s)), device, now, skew_s, language)
    fields = _named(pointer for pointer in changes if value_at(raw, pointer) != value_at(made, pointer))

    def guard(connection: Connection) -> None:
        if not quarantine.lock_newest(connection, entry.id):
            raise Overtaken

    def note(
        connection: Connection, _intake: Intake, arrivals: Sequence[Arrival], _outcomes: Sequence[receipts.Outcome]
    ) -> None:
        [one] = arrivals
        if one.status == "rejected":
            raise StillRefused(one.errors)
        if one.status in IN_EFFECT:
            quarantine.settle(connection, [entry.record_id], now)
        detail: dict[str, Detail] = {"entry": entry.id, "fields": fields, "status": one.status, "rev": one.rev}
        note_audit(connection, user, "records.repair", entry.record_id, now, detail)

    [repaired], _ = take(store, areas, intake, note, guard)
    return repaired.status


def _opened(store: Store, entry: Entry) -> tuple[dict[str, Any], Scope, float]:
    """Return a record as it was sent, what its tablet may write now, and how far that one's clock was ahead."""
    place = (entry.receipt, entry.position)
    with store.reading() as connection:
        raw = as_sent(connection, store.sealer, [place])[place]
        scope = device_scopes(connection, [entry.device_id]).get(entry.device_id)
        if not isinstance(raw, dict) or scope is None:
            raise Overtaken
        return raw, scope, receipts.skew_of(connection, entry.receipt)


def _refuse_beyond(store: Store, scope: Scope, entry: Entry, made: Mapping[str, Any], language: str) -> None:
    """Refuse to write where the user does not work, though the tablet may."""
    area = made.get("area")
    if isinstance(area, str) and AREA.fullmatch(area) and not scope.covers_area(area):
        raise StillRefused([finding("/area", "beyond_user", language)])
    with store.reading() as connection:
        known = registry.look_up(connection, [entry.record_id]).get(entry.record_id)
    if known is not None and known.rev > 0 and not scope.covers_area(known.area):
        raise StillRefused([finding("/id", "beyond_user", language)])


def _named(pointers: Iterable[str]) -> list[str]:
    """Return pointers as the audit trail takes them; a name that is no code may be anybody's."""
    names = (pointer.lstrip("/").replace("/", ".") for pointer in pointers)
    return sorted({name if is_code(name) else "undeclared" for name in names})
