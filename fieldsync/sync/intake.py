"""Intake: from raw records to edits that may take effect, or to reasons why not.

What is known already is recognised by its content and answered without being looked
at again. The rest is checked: envelope, scope, clock, form version, content. A
record in an older form version is translated; one in a newer version waits for the
upgrade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from fieldsync.access import AreaBook, Device, Scope
from fieldsync.db import Sealer
from fieldsync.ledger import receipts, waiting
from fieldsync.programs import TYPES, NewerVersion, RecordType, UnknownVersion, accepts, examine, translate
from fieldsync.registry import Incoming, Known, look_up
from fieldsync.registry.incoming import microseconds
from fieldsync.sync.arrival import UUID, Arrival, canonical, doubt_place, freeze, read_envelope
from fieldsync.sync.batch import Batch
from fieldsync.sync.messages import finding

JAKARTA = ZoneInfo("Asia/Jakarta")
HEALTH = frozenset({"maternal", "child"})
# What the records of one person share stands together, what differs behind it, the id last: so a pull packs best.
HEAD = ("type", "form_version", "consent", "deleted", "officer", "area", "location", "recorded_at", "device_seq")
NOT_BEFORE_ID = frozenset({*HEAD, "id", "data", "base_rev"})
NOTABLE_SKEW_S = 1.0
MILLION = 1_000_000
FUTURE_US = 24 * 3600 * MILLION


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from: the tablet, what it may see, its clock's error, and the receipt that keeps it.

    `latest_us`: recorded after it (microseconds, corrected) no record is believed.
    """

    device_id: str
    scope: Scope
    skew_s: float
    receipt: str
    received_at: datetime
    language: str
    today: str
    skew_us: int = 0
    latest_us: int = 0


class Intake:
    """A batch at the door, with its origin."""

    def __init__(self, batch: Batch, device: Device, now: datetime, skew_s: float, language: str) -> None:
        self.batch = batch
        self.device = device
        self.now = now
        self.skew_s = skew_s
        self.language = language
        receipt = receipts.new_id(now)
        latest_us = microseconds(now) + FUTURE_US
        today, skew_us = today_of(now), int(skew_s * MILLION)
        self.origin = Origin(device.id, device.scope, skew_s, receipt, now, language, today, skew_us, latest_us)

    def body_to_keep(self, arrivals: Sequence[Arrival]) -> bytes | None:
        """Return the body for the ledger: as sent, unless someone refused that her health data be kept."""
        if all(one.status == "duplicate" for one in arrivals):
            return None
        if not any(_refuses(one.raw) for one in arrivals):
            return self.batch.body
        kept = [{**one.raw, "data": None} if _refuses(one.raw) else one.raw for one in arrivals]
        batch = self.batch
        envelope = {"batch_id": batch.batch_id, "device_time": batch.device_time.isoformat()}
        return freeze({**envelope, "app_version": batch.app_version, "records": kept})


class Taken(NamedTuple):
    """The arrivals of a batch, and what the registry knows under their ids."""

    arrivals: list[Arrival]
    known: dict[str, Known]


def today_of(now: datetime) -> str:
    """Return the calendar date in the vans' time zone (Asia/Jakarta)."""
    return now.astimezone(JAKARTA).date().isoformat()


def take_in(connection: Connection, sealer: Sealer, areas: AreaBook, intake: Intake) -> Taken:
    """Turn the raw records of a batch into arrivals, in order: known, refused, waiting, or with an edit."""
    arrivals = [_arrive(position, raw, sealer) for position, raw in enumerate(intake.batch.records)]
    single = _without_twins(arrivals)
    known = look_up(connection, [one.record_id for one in single if one.record_id])
    fresh = _recognise(connection, single, known)
    for one in fresh:
        read_envelope(one, intake.language)
    named = {one.raw["area"] for one in fresh if not one.errors}
    unknown = areas.missing(connection, named) if named else set()
    for one in fresh:
        if not one.errors and one.raw["area"] in unknown:
            one.errors.append(finding("/area", "unknown_area", intake.language))
        if not one.errors:
            check_content(one, intake.origin)
        if one.errors:
            one.status = "rejected"
    return Taken(arrivals, known)


def _arrive(position: int, raw: Any, sealer: Sealer) -> Arrival:
    given = raw.get("id") if isinstance(raw, dict) else None
    record_id = given.lower() if isinstance(given, str) and UUID.fullmatch(given) else None
    return Arrival(position, raw, record_id, sealer.content_hash(canonical(raw)))


def _without_twins(arrivals: Sequence[Arrival]) -> list[Arrival]:
    first: dict[tuple[str | None, bytes], Arrival] = {}
    single = []
    for one in arrivals:
        key = (one.record_id, one.content_hash)
        if key in first:
            one.twin = first[key]
        else:
            first[key] = one
            single.append(one)
    return single


def _recognise(connection: Connection, arrivals: Sequence[Arrival], known: Mapping[str, Known]) -> list[Arrival]:
    """Answer what is known by its very content; return the rest."""
    fresh = []
    for one in arrivals:
        there = known.get(one.record_id or "")
        # An edited record's history decides below: which edit this was, and what its tablet has seen since.
        if there is not None and there.rev == 1 and there.content_hash == one.content_hash:
            one.status, one.rev, one.person_id = "duplicate", there.rev, there.person_id
        else:
            one.heard_of = there is not None
            fresh.append(one)
    # What is held left a mark, or edits what is there: a record never heard of can't be held.
    heard_of = [one.record_id for one in fresh if one.record_id and one.heard_of]
    held = waiting.known(connection, heard_of) if heard_of else set()
    if not held:
        return fresh
    for one in fresh:
        if (one.record_id, one.content_hash) in held:
            one.status = "held"
    return [one for one in fresh if one.status != "held"]


def check_content(one: Arrival, origin: Origin, at: int | None = None) -> None:
    """Check a record whose envelope is right against its tablet's scope, the clock and its declaration.

    Args:
        one: gets an `edit`, or `errors`, or what it `awaits` (a newer form version).
        origin: where it comes from.
        at: the corrected time of recording if that was settled before (a record that waited).
    """
    raw, kind = one.raw, one.kind
    if kind is None or one.recorded is None or one.record_id is None:
        raise ValueError("the envelope was not read")
    if at is None:
        at = microseconds(one.recorded) - origin.skew_us
        if at > origin.latest_us:
            one.errors.append(finding("/recorded_at", "clock_implausible", origin.language))
            return
    one.at, one.awaits = at, {}
    if not origin.scope.covers_area(raw["area"]):
        one.errors.append(finding("/area", "out_of_scope", origin.language))
    if not origin.scope.covers_program(kind.program):
        one.errors.append(finding("/type", "out_of_scope", origin.language))
    if not one.errors:
        refused = raw["consent"] == "refused" and kind.program in HEALTH
        data = _content(one, kind, origin, refused=refused)
        if refused:
            # From here on nobody sees the values, wherever the record is kept.
            one.raw = {**raw, "data": {}}
        if data is not None:
            one.edit = _edit(one, one.record_id, kind, data, origin, at)
            one.edit.withheld = refused


def _content(one: Arrival, kind: RecordType, origin: Origin, *, refused: bool) -> dict[str, Any] | None:
    if one.raw.get("deleted") is True:
        return {}
    version = one.raw.get("form_version")
    if refused and not one.raw["data"]:
        return {}
    try:
        data = translate(kind, version, one.raw["data"])
    except NewerVersion:
        one.awaits = {f"version {kind.name} {version}": "version"}
        one.status = "held"
        return None
    except UnknownVersion:
        code = "required" if version is None else "unknown_form_version"
        one.errors.append(finding("/form_version", code, origin.language))
        return None
    if not accepts(kind, data, origin.today):
        errors, warnings = examine(kind, data, origin.today, origin.language)
        one.errors = [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors]
        one.warnings = [{"pointer": w.pointer, "code": w.code, "message": w.message} for w in warnings]
        if errors:
            return None
    odd = doubt_place(one.raw)
    if odd:
        one.warnings.append(finding("/location", odd, origin.language, "OKI"))
    return {} if refused else data


def _refuses(raw: Any) -> bool:
    """Tell whether she let health data be used for her own care on the spot only (UU 27/2022 art. 20: consent)."""
    if not isinstance(raw, dict) or raw.get("consent") != "refused":
        return False
    kind = TYPES.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    return kind is not None and kind.program in HEALTH


def _edit(one: Arrival, record_id: str, kind: RecordType, data: dict[str, Any], origin: Origin, at: int) -> Incoming:
    raw = one.raw
    head = {name: raw[name] for name in HEAD if name in raw}
    head |= {name: value for name, value in raw.items() if name not in NOT_BEFORE_ID}
    head["form_version"] = kind.version
    deleted = head["deleted"] = raw.get("deleted", False)
    if abs(origin.skew_s) >= NOTABLE_SKEW_S and one.recorded is not None:
        head["recorded_at_corrected"] = (one.recorded - timedelta(seconds=origin.skew_s)).isoformat(timespec="seconds")
    head["id"] = record_id
    base, area = raw.get("base_rev", 0) or 0, raw["area"]
    device, sequence, received, mark = origin.device_id, raw["device_seq"], origin.received_at, one.content_hash
    return Incoming(record_id, kind, area, head, data, deleted, device, sequence, base, at, received, mark)
