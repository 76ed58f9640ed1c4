"""The pool of a batch: its own edits, and those that waited for them, with what each names.

The pool is what `effect.settle` lets take effect. It can be cut in halves, at the
seams between groups, to find a record that the database refuses.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from fieldsync.access import device_scopes
from fieldsync.db import Sealer
from fieldsync.ledger import waiting
from fieldsync.programs import Reference, references
from fieldsync.registry import Incoming, Known, lock_marks, look_up
from fieldsync.sync.arrival import Arrival, read_envelope, thaw
from fieldsync.sync.intake import Origin, check_content, today_of
from fieldsync.sync.messages import finding

GROUP = "group "


@dataclass(slots=True)
class Member:
    """One edit in the pool. `held` is set when it waited before; `mates` are refused records of its group."""

    arrival: Arrival
    edit: Incoming
    origin: Origin
    position: int
    names: list[Reference] = field(default_factory=list)
    held: waiting.Held | None = None
    mates: AbstractSet[str] = frozenset()


Dropped = tuple[waiting.Held, Arrival, Origin]


class _Woken(NamedTuple):
    """Held records that are in the pool again, and those that have no edit still: refused now, or of a newer form."""

    members: list[Member]
    left: list[Arrival]


@dataclass(slots=True)
class Pool:
    """The members, what is known under all their ids and all ids they name, and what waited in vain.

    `dropped` waited and is refused now, with the errors in its arrival.
    """

    members: list[Member]
    known: Mapping[str, Known]
    dropped: list[Dropped] = field(default_factory=list)

    def halves(self) -> tuple[list[Member], list[Member]] | None:
        """Cut the pool in two, never through a group; None when nothing is left to cut."""
        units: dict[str, list[Member]] = {}
        for number, member in enumerate(self.members):
            units.setdefault(member.arrival.group or f"#{number}", []).append(member)
        cut = list(units.values())
        if len(cut) < 2:  # noqa: PLR2004 # halves
            return None
        middle = len(cut) // 2
        return [m for unit in cut[:middle] for m in unit], [m for unit in cut[middle:] for m in unit]


def fill(
    connection: Connection,
    sealer: Sealer,
    origin: Origin,
    arrivals: Sequence[Arrival],
    looked_up: Mapping[str, Known],
) -> Pool:
    """Make the pool of a batch: its arrivals that have an edit, and the held records that they may wake.

    Args:
        connection: a writing connection.
        sealer: opens the held edits.
        origin: where the batch comes from.
        arrivals: all of the batch; those refused or waiting for an upgrade hold back their group.
        looked_up: what is known under the ids of the arrivals.
    """
    members = [
        Member(one, one.edit, origin, one.position, references(one.edit.kind, one.edit.data))
        for one in arrivals
        if one.edit is not None
    ]
    if not members:
        return Pool([], {})
    known = {**looked_up, **_look_up_named(connection, members, looked_up)}
    groups = {member.arrival.group for member in members if member.arrival.group}
    marked = [member.edit.record_id for member in members if member.edit.record_id in known]
    dropped: list[Dropped] = []
    if marked or groups:
        held = waiting.awaiting(connection, sealer, marked, groups, partial(lock_marks, connection))
        woken = _revive(connection, held, arrivals, dropped)
        members += woken.members
        known.update(_look_up(connection, woken.members, known))
        arrivals = [*arrivals, *woken.left]
    _hold_back(members, arrivals)
    return Pool(members, known, dropped)


def _look_up_named(
    connection: Connection, members: Sequence[Member], looked_up: Mapping[str, Known]
) -> dict[str, Known]:
    """Look up what members name, where their own ids were asked about before."""
    own = {member.edit.record_id for member in members}
    named = {reference.id for member in members for reference in member.names}
    return look_up(connection, sorted(named - own - looked_up.keys()))


def _look_up(connection: Connection, members: Sequence[Member], known: Mapping[str, Known]) -> dict[str, Known]:
    ids = {member.edit.record_id for member in members}
    ids.update(reference.id for member in members for reference in member.names)
    return look_up(connection, sorted(ids - known.keys()))


def _revive(
    connection: Connection, held: Sequence[waiting.Held], arrivals: Iterable[Arrival], dropped: list[Dropped]
) -> _Woken:
    """Bring held records into the pool, checked anew: the server may know more by now."""
    answered = {(one.record_id, one.content_hash): one for one in arrivals if one.status == "held"}
    scopes = device_scopes(connection, sorted({one.device_id for one in held}))
    woken = _Woken([], [])
    for one in held:
        arrival = answered.get(one.key) or Arrival(one.position, None)
        kept = thaw(one.edit)
        origin = Origin(
            *(one.device_id, scopes[one.device_id], kept["skew"], one.receipt, one.received_at, "id"),
            today_of(one.received_at),
        )
        _examine_again(arrival, one, origin, kept)
        if arrival.edit is not None:
            names = references(arrival.edit.kind, arrival.edit.data)
            mates = {awaited for awaited, why in one.awaits.items() if why == "group"}
            woken.members.append(Member(arrival, arrival.edit, origin, one.position, names, one, mates))
            continue
        woken.left.append(arrival)
        if arrival.errors:
            arrival.status = "rejected"
            dropped.append((one, arrival, origin))
    return woken


def _examine_again(arrival: Arrival, held: waiting.Held, origin: Origin, kept: dict[str, Any]) -> None:
    arrival.raw, arrival.content_hash = kept["raw"], held.content_hash
    read_envelope(arrival, origin.language)
    arrival.group = held.group_id
    check_content(arrival, origin, kept["at"])


def _hold_back(members: Sequence[Member], arrivals: Sequence[Arrival]) -> None:
    """Let the members of a group wait for their mates that were refused, until these come again corrected.

    A mate that was refused for its very id comes under another one: then any new sound mate will do.
    """
    corrected = {member.edit.record_id for member in members}
    corrected |= {GROUP + member.arrival.group for member in members if member.arrival.group and not member.held}
    missing: dict[str, set[str]] = {}
    for one in arrivals:
        if not one.group or one.edit is not None or not (one.errors or one.awaits):
            continue
        if one.record_id is None:
            missing.setdefault(one.group, set()).add(GROUP + one.group)
        elif one.record_id not in corrected:
            missing.setdefault(one.group, set()).add(one.record_id)
    for member in members:
        if member.mates:
            member.mates -= corrected
        if member.arrival.group in missing:
            member.mates |= missing[member.arrival.group] - {member.edit.record_id}


def fill_versions(connection: Connection, sealer: Sealer, awaited: Sequence[str]) -> Pool:
    """Make a pool of the held records that wait for these form versions, and of all that waits for them in turn."""
    dropped: list[Dropped] = []
    held = waiting.awaiting(connection, sealer, awaited, (), partial(lock_marks, connection))
    woken = _revive(connection, held, (), dropped)
    _hold_back(woken.members, woken.left)
    return Pool(woken.members, _look_up(connection, woken.members, {}), dropped)


def pool_of(connection: Connection, members: list[Member]) -> Pool:
    """Make a pool of some members of another, with what is known now: a part may have taken effect meanwhile.

    What the attempt with that other pool had set on them was rolled back, and is forgotten.
    """
    for member in members:
        member.edit.begin()
        member.arrival.errors = []
    return Pool(members, _look_up(connection, members, {}))


def check_names(member: Member, known: Mapping[str, Known], brought: Mapping[str, str]) -> None:
    """Refuse what names itself, a record of another type, or one outside the tablet's areas.

    Args:
        member: its arrival gets the errors.
        known: what is in the registry.
        brought: record id to type of what the pool brings.
    """
    language = member.origin.language
    for name in member.names:
        there = known.get(name.id)
        kind = there.type if there is not None and there.rev > 0 else brought.get(name.id)
        code = None
        if name.id == member.edit.record_id:
            code = "circular_reference"
        elif there is not None and there.rev > 0 and not member.origin.scope.covers_area(there.area):
            code = "unknown_reference"
        elif kind is not None and kind not in name.names:
            code = "wrong_reference_type"
        if code:
            member.arrival.errors.append(finding(name.pointer, code, language))
