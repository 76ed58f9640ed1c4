"""Push: one transaction for the batch, each stage over all its records at once.

Known content answers at once; the rest is validated, ordered by what it names,
given its person, and takes effect; then the ledger keeps what was received and the
feed publishes what changed, last before the commit. A record that the database
itself refuses is found by halving and quarantined; its neighbours go through.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    StatementError,
)

from fieldsync import identity, registry
from fieldsync.access import AreaBook, Device, note_push
from fieldsync.db import Lost, Sealer, Store
from fieldsync.ledger import feed, quarantine, receipts, waiting
from fieldsync.sync.answering import IN_EFFECT, answer_of, outcome_of
from fieldsync.sync.arrival import Arrival, freeze
from fieldsync.sync.batch import Batch
from fieldsync.sync.effect import settle
from fieldsync.sync.intake import Intake, Origin, take_in
from fieldsync.sync.messages import finding
from fieldsync.sync.pool import Pool, fill, fill_versions, pool_of
from fieldsync.sync.refusing import refused

Note: TypeAlias = Callable[[Connection, Intake, Sequence[Arrival], Sequence[receipts.Outcome]], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push answers: the contract's body, and how many records had which outcome."""

    body: dict[str, Any]
    outcomes: Counter[str]


class Poison(Exception):  # noqa: N818 # what it is
    """The database refused some record of the batch; a careful run will find which."""


@dataclass(slots=True)
class _Run:
    """What the stages of one transaction share: the connection, and what is to be published and quarantined."""

    connection: Connection
    sealer: Sealer
    now: datetime
    careful: bool
    changes: list[feed.Change] = field(default_factory=list)
    refused: dict[tuple[str, int], quarantine.Refused] = field(default_factory=dict)
    in_effect: set[str] = field(default_factory=set)
    counted: Counter[int] = field(default_factory=Counter)

    def publish(self) -> None:
        """Do what comes last before the commit: everybody writes these rows."""
        identity.count_words(self.connection, self.counted)
        feed.publish(self.connection, self.changes)

    def refuse(self, position: int, one: Arrival, origin: Origin) -> None:
        """Note a refused record for the quarantine, once by its place in a batch."""
        self.refused[origin.receipt, position] = refused(position, one, origin)


def push(  # noqa: D417 # the store and the areas are wiring
    store: Store, areas: AreaBook, batch: Batch, device: Device, now: datetime, language: str = "id"
) -> Answer:
    """Take a batch: store everything durably, let take effect what can, and tell what became of each record.

    Args:
        batch: as `read_batch` gave it.
        device: the tablet that sent it, authenticated.
        now: the time of receipt.
        language: of the messages, ``id`` or ``en``.

    Returns:
        the answer, after the commit; one result per record, in order.
    """
    skew_s = (batch.device_time - now).total_seconds()
    arrivals = take(store, areas, Intake(batch, device, now, skew_s, language), _note)
    outcomes = Counter([one.status for one in arrivals])
    body = {
        "batch_id": batch.batch_id,
        "server_time": now.isoformat(timespec="milliseconds"),
        "clock_skew_s": round(skew_s, 3),
        "results": [answer_of(one) for one in arrivals],
    }
    return Answer(body, outcomes)


def take(
    store: Store, areas: AreaBook, intake: Intake, note: Note, guard: Callable[[Connection], None] = lambda _: None
) -> list[Arrival]:
    """Let a batch take effect in one transaction; return what became of its records, after the commit.

    Args:
        store: the database.
        areas: the known regions.
        intake: the batch at the door.
        note: called in the transaction, behind all effects and before they are told; what it raises undoes everything.
        guard: called first in the transaction; what it raises ends it.
    """

    def work(connection: Connection, *, careful: bool = False) -> list[Arrival]:
        guard(connection)
        return _push(connection, store.sealer, areas, intake, note, careful=careful)

    try:
        return store.transact(work)
    except Poison:
        # Savepoints cost two more trips for every batch: only one that needs them pays.
        return store.transact(lambda connection: work(connection, careful=True))


def _push(
    connection: Connection, sealer: Sealer, areas: AreaBook, intake: Intake, note: Note, *, careful: bool
) -> list[Arrival]:
    run = _Run(connection, sealer, intake.now, careful)
    registry.share_persons(connection)
    arrivals, known = take_in(connection, sealer, areas, intake)
    pool = fill(connection, sealer, intake.origin, arrivals, known)
    _drop(run, pool)
    if pool.members:
        _isolate(run, pool)
    _hold_for_upgrade(run, intake, arrivals)
    _answer_twins(arrivals)
    outcomes = [outcome_of(one) for one in arrivals]
    _keep(run, intake, arrivals, outcomes)
    note(connection, intake, arrivals, outcomes)
    run.publish()
    return arrivals


def _isolate(run: _Run, pool: Pool) -> None:
    """Let a pool take effect; when the database refuses something, halve, each half in a savepoint, until it is found.

    Raises:
        Poison: something was refused, and the run is not a careful one.
    """
    try:
        with run.connection.begin_nested() if run.careful else nullcontext():
            effect = settle(run.connection, run.sealer, pool, run.now)
    except (DataError, IntegrityError, StatementError, ValueError) as error:
        _raise_lost(error)
        if not run.careful:
            raise Poison from error
        parts = pool.halves()
        if parts is None:
            _refuse_poison(run, pool)
            return
        for part in parts:
            _isolate(run, pool_of(run.connection, part))
        return
    run.changes.extend(effect.changes)
    run.counted.update(effect.counted)
    for member in effect.refused:
        run.refuse(member.position, member.arrival, member.origin)
    waiting.release(run.connection, effect.released)
    waiting.hold(run.connection, run.sealer, effect.held)
    quarantine.settle(run.connection, effect.settled, run.now)
    run.in_effect |= effect.in_effect


def _raise_lost(error: Exception) -> None:
    """Tell a lost race from poison: a key that another writer brought in this instant makes the whole batch run again.

    A deadlock or a broken connection is no fault of a record either.
    """
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        raise error
    if isinstance(error, IntegrityError) and ("pk_" in str(error.orig) or "UNIQUE constraint" in str(error.orig)):
        raise Lost from error


def _refuse_poison(run: _Run, pool: Pool) -> None:
    for member in pool.members:
        member.arrival.status = "rejected"
        member.arrival.errors = [finding("", "not_storable", member.origin.language)]
        run.refuse(member.position, member.arrival, member.origin)
    waiting.release(run.connection, [member.held.key for member in pool.members if member.held])


def _drop(run: _Run, pool: Pool) -> None:
    """Quarantine what waited and is refused now, after an upgrade or a change of the tablet's areas."""
    for held, one, origin in pool.dropped:
        gone = Arrival(held.position, one.raw, held.record_id, content_hash=held.content_hash, errors=one.errors)
        run.refuse(held.position, gone, origin)
    waiting.release(run.connection, [held.key for held, *_ in pool.dropped])


def _hold_for_upgrade(run: _Run, intake: Intake, arrivals: Sequence[Arrival]) -> None:
    held = [
        waiting.Held(
            *(one.record_id or "", one.content_hash, intake.device.id, one.group, intake.now, intake.origin.receipt),
            *(one.position, freeze({"raw": one.raw, "at": one.at, "skew": intake.skew_s}), one.awaits),
        )
        for one in arrivals
        if one.awaits and one.edit is None
    ]
    waiting.hold(run.connection, run.sealer, held)


def _answer_twins(arrivals: Sequence[Arrival]) -> None:
    """A record that stands twice in one batch: the second is a duplicate of the first, whatever became of that."""
    for one in arrivals:
        if one.twin is not None:
            first = one.twin
            one.status = "duplicate" if first.status in IN_EFFECT else first.status
            one.errors, one.rev, one.person_id = first.errors, first.rev, first.person_id


def _keep(run: _Run, intake: Intake, arrivals: Sequence[Arrival], outcomes: Sequence[receipts.Outcome]) -> None:
    origin = intake.origin
    receipt = receipts.Receipt(
        *(origin.receipt, intake.batch.batch_id, intake.device.id, run.now, intake.batch.device_time, intake.skew_s),
        *(intake.batch.app_version, intake.body_to_keep(arrivals)),
    )
    refused = {one.record_id for one in arrivals if one.status in ("held", "rejected") and not one.heard_of}
    registry.mark(run.connection, [record_id for record_id in refused if record_id])
    receipts.keep(run.connection, run.sealer, receipt, outcomes)
    for one in arrivals:
        if one.status == "rejected" and one.twin is None and one.edit is None:
            run.refuse(one.position, one, origin)
    # What its own correction followed in this very batch needs nobody any more.
    left = [one for one in run.refused.values() if one.record_id not in run.in_effect]
    quarantine.keep(run.connection, left, run.now)


def _note(
    connection: Connection, intake: Intake, arrivals: Sequence[Arrival], outcomes: Sequence[receipts.Outcome]
) -> None:
    counts = Counter([one.status for one in arrivals])
    sequences = [seq or 0 for one, (*_, seq) in zip(arrivals, outcomes, strict=True) if not one.errors]
    note_push(
        connection,
        intake.device.id,
        at=intake.now,
        skew_s=intake.skew_s,
        last_seq=max(sequences, default=0),
        applied=sum(counts[word] for word in IN_EFFECT if word != "duplicate"),
        held=counts["held"],
        rejected=counts["rejected"],
        app_version=intake.batch.app_version,
    )


def wake_versions(store: Store, now: datetime) -> int:
    """Let records take effect that waited for a form version which this server knows by now; return how many.

    Run it after an upgrade. It may run any number of times.
    """

    def work(connection: Connection) -> int:
        run = _Run(connection, store.sealer, now, careful=True)
        registry.share_persons(connection)
        pool = fill_versions(connection, store.sealer, waiting.versions_awaited(connection))
        _drop(run, pool)
        if pool.members:
            _isolate(run, pool)
        quarantine.keep(connection, list(run.refused.values()), now)
        run.publish()
        return sum(member.arrival.status in IN_EFFECT for member in pool.members)

    return store.transact(work)
