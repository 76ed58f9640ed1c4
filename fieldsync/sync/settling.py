"""Fields that two edits contradicted, decided by the office: the other value chosen, or the one that holds confirmed.

The choice is an edit of the record as it stands, by the user, on the way of every push: a new revision that tablets
pull and rules look at. It keeps the officer and the time of the record, which tell of the visit, not of the decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.access import AreaBook, Device, OfficeUser, Scope, note_audit
from fieldsync.db import Sealer, Store
from fieldsync.ledger import receipts
from fieldsync.programs import TYPES, references
from fieldsync.registry import Past, Standing
from fieldsync.sync.answering import IN_EFFECT
from fieldsync.sync.arrival import Arrival
from fieldsync.sync.batch import batch_of_one
from fieldsync.sync.intake import Intake
from fieldsync.sync.messages import finding
from fieldsync.sync.pointing import ABSENT
from fieldsync.sync.push import take
from fieldsync.sync.repairing import Overtaken, StillRefused

_NOT_OF_AN_EDIT = frozenset({"group", "recorded_at_corrected"})


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A contradicted field: its number, the record's id, its name, the edits of the value that holds and the other."""

    id: int
    record_id: str
    field: str
    kept_rev: int
    other_rev: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values (`ABSENT`: the edit left the field out), and the edit that brought it."""

    value: Any
    by: Past


@dataclass(frozen=True, slots=True)
class Both:
    """The value that holds now, and the other one."""

    kept: Side
    other: Side


def both_sides(connection: Connection, sealer: Sealer, wanted: Sequence[Contradicted]) -> dict[int, Both]:
    """Return the two values of each contradicted field, by its number; two statements."""
    found = registry.standing(connection, sealer, [one.record_id for one in wanted])
    return {one.id: _both(found[one.record_id], one) for one in wanted}


def _both(record: Standing, one: Contradicted) -> Both:
    kept, other = record.edits[one.kept_rev], record.edits[one.other_rev]
    now = _value(record, one.field)
    if _value(kept, one.field) != now:
        # An edit made apart from both wins by now; it is on the list, too.
        kept = next((past for past in _latest_first(record) if _value(past, one.field) == now), kept)
    return Both(Side(now, kept), Side(_value(other, one.field), other))


def _latest_first(record: Standing) -> list[Past]:
    return sorted(record.edits.values(), key=lambda past: (past.recorded_at, past.rev), reverse=True)


def _value(of: Past | Standing, field: str) -> Any:
    if field == "deleted":
        return of.deleted
    return of.area if field == "area" else of.fields.get(field, ABSENT)


def confirm(store: Store, user: OfficeUser, one: Contradicted, now: datetime) -> None:
    """Take a contradicted field off the list: the value that holds is right.

    Raises:
        Overtaken: somebody decided it before.
    """

    def work(connection: Connection) -> None:
        if not registry.settle_conflict(connection, one.id, now):
            raise Overtaken
        note_audit(connection, user, "records.confirm", one.record_id, now, _detail(one))

    store.transact(work)


def choose_other(
    store: Store, areas: AreaBook, user: OfficeUser, one: Contradicted, now: datetime, language: str
) -> None:
    """Let the other value of a contradicted field hold, as an edit by this user.

    Args:
        store: the database.
        areas: the known regions.
        user: who decides, in whose scope it was found.
        one: the contradicted field.
        now: the present moment.
        language: of the errors.

    Raises:
        StillRefused: the record can't be so.
        Overtaken: somebody decided it before.
    """
    with store.reading() as connection:
        record = registry.standing(connection, store.sealer, [one.record_id])[one.record_id]
        scope = _scope_of(connection, user, record)
    made = _edited(record, one, now)
    if not user.scope.covers_area(made["area"]):
        raise StillRefused([finding("/area", "beyond_user", language)])
    device = Device(user.id, "", "", user.username, scope)
    intake = Intake(batch_of_one(made, now), device, now, 0.0, language)

    def guard(connection: Connection) -> None:
        if not registry.settle_conflict(connection, one.id, now):
            raise Overtaken

    def note(
        connection: Connection, _intake: Intake, arrivals: Sequence[Arrival], _outcomes: Sequence[receipts.Outcome]
    ) -> None:
        [arrival] = arrivals
        if arrival.status not in IN_EFFECT:
            raise StillRefused(arrival.errors)
        note_audit(connection, user, "records.choose", one.record_id, now, {**_detail(one), "rev": arrival.rev})

    take(store, areas, intake, note, guard)


def _scope_of(connection: Connection, user: OfficeUser, record: Standing) -> Scope:
    """Return where the edit may name others: what the record names already may lie outside the user's areas."""
    edits = [record.fields, *(past.fields for past in record.edits.values())]
    named = {name.id for fields in edits for name in references(TYPES[record.type], fields)}
    known = registry.look_up(connection, sorted(named))
    return Scope(0, (*user.scope.areas, *(there.area for there in known.values() if there.area)), user.scope.programs)


def _edited(record: Standing, one: Contradicted, now: datetime) -> dict[str, Any]:
    made = {name: value for name, value in record.head.items() if name not in _NOT_OF_AN_EDIT}
    recorded_at = record.head.get("recorded_at_corrected", record.head["recorded_at"])
    made |= {"recorded_at": recorded_at, "base_rev": record.rev, "data": record.fields}
    made["device_seq"] = int(now.timestamp() * 1_000_000)  # each decision of a user is later than their earlier ones
    value = _value(record.edits[one.other_rev], one.field)
    if one.field in ("deleted", "area"):
        return {**made, one.field: value}
    fields = {name: each for name, each in record.fields.items() if name != one.field}
    return {**made, "data": fields if value is ABSENT else {**fields, one.field: value}}


def _detail(one: Contradicted) -> Mapping[str, Any]:
    return {"conflict": one.id, "field": one.field, "kept_rev": one.kept_rev, "other_rev": one.other_rev}
