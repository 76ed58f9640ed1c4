"""What the ledger and the identity room know to be wrong, put before the office as flags of data quality.

Refused records that did not come again, records that wait for too long, pairs that await a human. None of them is a
person: each is a case of its own. It goes by what is due, in chunks with a transaction each; run again, it changes
nothing. What a person closed stays closed until the same thing goes wrong anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from fieldsync import access, cases, identity
from fieldsync.access import Scope
from fieldsync.db import Lost, Sealer, Store
from fieldsync.ledger import feed, quarantine, receipts, waiting
from fieldsync.programs import TYPES
from fieldsync.rulebook import book_of
from fieldsync.rules import Sheet
from fieldsync.sync.arrival import AREA, KNOWN, thaw
from fieldsync.sync.looking import Guard, anybody

AT_ONCE = 200  # subjects of a transaction; of each refused one the batch is opened
TOO_LONG = timedelta(days=5)  # contract: the office sees what stays held over 5 days
# A record may be the person of the same id, or have a case as it stands: what was sent of it is another subject.
_SENDING = "sending "
_NO_ID = "/"  # in the subject of a refused record without an id: where it lies in which receipt
_WHOLE = "record"

# Takes a place; returns how much was done, the place behind it, and whether there may be more.
Step = Callable[[Connection, Any], tuple[int, Any, bool]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: where reading goes on behind it, who it is, since when, and its sheet when asked for."""

    place: Any
    subject: str
    since: datetime
    sheet: Callable[[], Sheet]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is wrong.

    Attributes:
        name: for the log.
        rule: whose flag it gets.
        about: the context of that rule.
        read: some that are wrong now, behind a place, in order.
        still: those of these subjects that are wrong now.
    """

    name: str
    rule: str
    about: str
    read: Callable[[Connection, Sealer, datetime, Any, int], list[Wrong]]
    still: Callable[[Connection, Sequence[str], datetime], set[str]]


def mind(store: Store, now: datetime, guard: Guard = anybody, at_once: int = AT_ONCE) -> dict[str, int]:
    """Open a flag for whatever is wrong and has none, and close those of what is wrong no more.

    Args:
        store: the database.
        now: the moment.
        guard: called first in each transaction; what it raises ends the run.
        at_once: subjects of a transaction.

    Returns:
        how many subjects were given a flag, by kind, and of how many one was closed.
    """
    run = _Run(store, now, guard, at_once)
    opened = {kind.name: run.through(partial(run.open, kind), None) for kind in KINDS}
    return {**opened, "closed": sum(run.through(partial(run.close, kind), "") for kind in KINDS)}


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over everything."""

    store: Store
    now: datetime
    guard: Guard
    at_once: int

    def through(self, step: Step, place: Any) -> int:
        """Take steps behind one another until one says that it was the last; return what they came to."""
        total, more = 0, True
        while more:
            done, place, more = self.store.transact(_placed(step, place))
            total += done
        return total

    def open(self, kind: Kind, connection: Connection, place: Any) -> tuple[int, Any, bool]:
        self.guard(connection)
        found = kind.read(connection, self.store.sealer, self.now, place, self.at_once)
        if not found:
            return 0, place, False
        closed = cases.closed_since(connection, kind.rule, [one.subject for one in found])
        due = {one.subject: one for one in found if one.subject not in closed or _again(one, closed[one.subject])}
        self._judge(connection, [one.sheet() for one in due.values()])
        return len(due), found[-1].place, True

    def close(self, kind: Kind, connection: Connection, place: Any) -> tuple[int, Any, bool]:
        self.guard(connection)
        subjects = cases.open_subjects(connection, kind.rule, place, self.at_once)
        if not subjects:
            return 0, place, False
        over = sorted(set(subjects) - kind.still(connection, subjects, self.now))
        self._judge(connection, [Sheet(about=kind.about, subject=one, episode=one, facts={}) for one in over])
        return len(over), subjects[-1], True

    def _judge(self, connection: Connection, sheets: Sequence[Sheet]) -> None:
        if not sheets:
            return
        try:
            changes = cases.judge_apart(connection, book_of(connection, cases.day_of(self.now)), sheets, self.now)
        except IntegrityError as error:
            raise Lost from error  # another run opened the same flag in this instant
        feed.publish(connection, changes)


def _placed(step: Step, place: Any) -> Callable[[Connection], tuple[int, Any, bool]]:
    return lambda connection: step(connection, place)


def _again(one: Wrong, closed: datetime | None) -> bool:
    return closed is not None and closed < one.since


def _read_refused(connection: Connection, sealer: Sealer, _now: datetime, after: Any, limit: int) -> list[Wrong]:
    found = quarantine.open_after(connection, after or 0, limit)
    places = _Places(connection, [one.device_id for one in found])
    return [
        Wrong(one.id, _subject(one), one.received_at, partial(_refused_sheet, connection, sealer, places, one))
        for one in found
    ]


def _subject(one: quarantine.Waiting) -> str:
    return _SENDING + (one.record_id or f"{one.receipt}{_NO_ID}{one.position}")


def _refused_sheet(connection: Connection, sealer: Sealer, places: "_Places", one: quarantine.Waiting) -> Sheet:
    body = receipts.body_of(connection, sealer, one.receipt)
    raw = None if body is None else thaw(receipts.record_as_sent(body, one.position).encode())
    raw = raw if isinstance(raw, dict) else {}
    fields = tuple(dict.fromkeys(_field(raw, each["pointer"]) for each in one.errors))
    facts = {"refused_fields": fields, "refused_values": len(fields)}
    return places.sheet(raw, one.device_id, _subject(one), one.received_at, facts)


def _field(raw: dict[str, Any], pointer: str) -> str:
    """Return the name of the field that an error points at; what is no field of the type may be anybody's name."""
    kind = TYPES.get(str(raw.get("type")))
    at, _, rest = pointer.lstrip("/").partition("/")
    name, _, inner = rest.partition("/")
    declared = next((one for one in kind.fields if one.name == name), None) if kind is not None else None
    if at != "data" or declared is None:
        return at if at in KNOWN else _WHOLE
    part = inner.rpartition("/")[2]
    return f"{name}.{part}" if any(one.name == part for one in declared.fields) else name


def _read_held(connection: Connection, sealer: Sealer, now: datetime, after: Any, limit: int) -> list[Wrong]:
    found = waiting.held_before(connection, sealer, now - TOO_LONG, after, limit)
    places = _Places(connection, [one.device_id for one in found])
    return [
        Wrong(
            (one.received_at, one.record_id),
            _SENDING + one.record_id,
            one.received_at,
            partial(_held_sheet, places, now, one),
        )
        for one in found
    ]


def _held_sheet(places: "_Places", now: datetime, one: waiting.Long) -> Sheet:
    raw, facts = thaw(one.edit)["raw"], {"held_days": (now - one.received_at).days}
    return places.sheet(raw, one.device_id, _SENDING + one.record_id, one.received_at + TOO_LONG, facts)


def _read_alike(connection: Connection, _sealer: Sealer, _now: datetime, after: Any, limit: int) -> list[Wrong]:
    return [
        Wrong(one.id, f"{one.record_a}+{one.record_b}", one.opened_at, partial(_alike_sheet, one))
        for one in identity.alike_after(connection, after or "00000000-0000-0000-0000-000000000000", limit)
    ]


def _alike_sheet(one: identity.Pair) -> Sheet:
    both = f"{one.record_a}+{one.record_b}"
    on = cases.day_of(one.opened_at)
    return Sheet(about="pair", subject=both, episode=both, area=one.area, on=on, facts={"awaits_decision": True})


def _still_refused(connection: Connection, subjects: Sequence[str], _now: datetime) -> set[str]:
    nameless = {one for one in subjects if _NO_ID in one}
    return nameless | _sent(quarantine.still_open(connection, _ids(sorted(set(subjects) - nameless))))


def _still_held(connection: Connection, subjects: Sequence[str], now: datetime) -> set[str]:
    return _sent(waiting.still_held(connection, _ids(subjects), now - TOO_LONG))


def _ids(subjects: Sequence[str]) -> list[str]:
    return [one.removeprefix(_SENDING) for one in subjects]


def _sent(ids: set[str]) -> set[str]:
    return {_SENDING + one for one in ids}


def _still_alike(connection: Connection, subjects: Sequence[str], _now: datetime) -> set[str]:
    pairs = [(one, other) for one, _, other in (subject.partition("+") for subject in subjects)]
    return {"+".join(pair) for pair in identity.still_alike(connection, pairs)}


KINDS = (
    Kind("refused", "DQ-01", "sending", _read_refused, _still_refused),
    Kind("held", "DQ-HELD-01", "sending", _read_held, _still_held),
    Kind("alike", "DQ-05", "pair", _read_alike, _still_alike),
)


class _Places:
    """Where a record without effect belongs: to its own village and program, as far as its van serves them."""

    def __init__(self, connection: Connection, device_ids: Sequence[str]) -> None:
        self.connection = connection
        self.scopes = access.device_scopes(connection, sorted(set(device_ids)))

    def sheet(self, raw: dict[str, Any], device_id: str, subject: str, since: datetime, facts: dict[str, Any]) -> Sheet:
        scope = self.scopes.get(device_id)
        return Sheet(
            about="sending",
            subject=subject,
            episode=subject,
            area=self._village(raw.get("area"), scope),
            programs=_programs(raw.get("type"), scope),
            on=cases.day_of(since),
            facts=facts,
        )

    def _village(self, told: Any, scope: Scope | None) -> str | None:
        """Return the village of a record; of one that names none of its van's, the first that the van serves."""
        village = told if isinstance(told, str) and AREA.fullmatch(told) else None
        if scope is None or (village is not None and scope.covers_area(village)):
            return village
        under = access.villages_under(self.connection, scope.areas[0])
        return under[0].code if under else village


def _programs(told: Any, scope: Scope | None) -> frozenset[str] | None:
    kind = TYPES.get(told) if isinstance(told, str) else None
    served = frozenset(scope.programs) if scope is not None else None
    if kind is None or kind.program == "common" or (served is not None and kind.program not in served):
        return served
    return frozenset({kind.program})
