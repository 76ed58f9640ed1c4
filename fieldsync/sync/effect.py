"""What of a pool takes effect, in which order, for which person, and what is published of it.

One call settles a whole pool with few statements. After a rollback it may run again on parts of the pool, made by
`pool_of`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from fieldsync import identity, registry
from fieldsync.db import Sealer
from fieldsync.ledger import waiting
from fieldsync.ledger.feed import Change
from fieldsync.programs import subject_of
from fieldsync.registry import Incoming, Known
from fieldsync.sync.arrival import freeze
from fieldsync.sync.following import follow_edits
from fieldsync.sync.messages import finding
from fieldsync.sync.ordering import Node, order
from fieldsync.sync.persons import followed, publish_persons
from fieldsync.sync.pool import GROUP, Member, Pool, check_names

GENERATIONS = 12


@dataclass(slots=True)
class Effect:
    """What one pool did: changes to publish, what to hold and to release, what came before, words of names met."""

    changes: list[Change] = field(default_factory=list)
    held: list[waiting.Held] = field(default_factory=list)
    released: list[waiting.Key] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    in_effect: set[str] = field(default_factory=set)
    refused: list[Member] = field(default_factory=list)
    counted: dict[int, int] = field(default_factory=dict)
    merges: Mapping[str, str] = field(default_factory=dict)


def settle(connection: Connection, sealer: Sealer, pool: Pool, now: datetime) -> Effect:
    """Let take effect what can of a pool; set the status of every member's arrival.

    Raises:
        Lost: another writer was first; the transaction must run again.
    """
    effect = Effect(released=[member.held.key for member in pool.members if member.held])
    _refuse_by_registry(connection, pool)
    sound = [member for member in pool.members if not member.arrival.errors]
    ready = _ordered(connection, pool, sound, effect)
    for member in pool.members:
        if member.arrival.errors:
            member.arrival.status = "rejected"
            effect.refused.append(member)
    if ready:
        _apply(connection, sealer, pool.known, ready, effect)
        _follow(connection, sealer, ready, effect, now)
    return effect


def _refuse_by_registry(connection: Connection, pool: Pool) -> None:
    """Refuse what contradicts what is there: another type, another area, impossible names, circles of parents."""
    brought = {member.edit.record_id: member.edit.kind.name for member in pool.members}
    for member in pool.members:
        there = pool.known.get(member.edit.record_id)
        errors, language = member.arrival.errors, member.origin.language
        if there is not None and there.rev > 0:
            if not member.origin.scope.covers_area(there.area):
                errors.append(finding("/id", "out_of_scope", language))
            elif there.type != member.edit.kind.name:
                errors.append(finding("/type", "type_changed", language))
        check_names(member, pool.known, brought)
    edited = [member for member in pool.members if _is_known_person(member, pool.known) and member.names]
    if edited:
        _refuse_circles_of_parents(connection, edited)
    _hold_back_mates(pool)


def _is_known_person(member: Member, known: Mapping[str, Known]) -> bool:
    there = known.get(member.edit.record_id)
    return there is not None and there.rev > 0 and member.edit.kind.name == "person" and not member.arrival.errors


def _refuse_circles_of_parents(connection: Connection, edited: Sequence[Member]) -> None:
    """Refuse an edit by which a person becomes the ancestor of its own parents, generation by generation."""
    parents = {member.edit.record_id: {name.id for name in member.names if name.awaited} for member in edited}
    wanted = set().union(*parents.values()) - parents.keys()
    for _ in range(GENERATIONS):
        if not wanted:
            break
        found = registry.mothers_of(connection, sorted(wanted))
        parents.update(found)
        wanted = set().union(*found.values()) - parents.keys() if found else set()
    for member in edited:
        if _leads_to(member.edit.record_id, parents):
            member.arrival.errors.append(finding("/data/mother_id", "circular_reference", member.origin.language))


def _leads_to(start: str, parents: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    stack = list(parents.get(start, ()))
    while stack:
        one = stack.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            stack.extend(parents.get(one, ()))
    return False


def _hold_back_mates(pool: Pool) -> None:
    refused: dict[str, set[str]] = {}
    for member in pool.members:
        if member.arrival.group and member.arrival.errors:
            refused.setdefault(member.arrival.group, set()).add(member.edit.record_id)
    for member in pool.members:
        if member.arrival.group in refused and not member.arrival.errors:
            member.mates |= refused[member.arrival.group] - {member.edit.record_id}


def _ordered(connection: Connection, pool: Pool, sound: list[Member], effect: Effect) -> list[Member]:
    """Return the members that can take effect now, the named first; hold the others, refuse circles."""
    present = {record_id for record_id, there in pool.known.items() if there.rev > 0}
    if all(_needs_nothing(member, present) for member in sound):
        return sound
    nodes = [
        Node(
            member.edit.record_id,
            frozenset(name.id for name in member.names if name.awaited),
            member.arrival.group,
            frozenset(member.mates),
        )
        for member in sound
    ]
    ordered = order(nodes, present)
    for position in ordered.circular:
        _refuse_circle(sound[position])
    missing: set[str] = set()
    heard_of: set[str] = set()
    for position, awaited in ordered.waiting.items():
        member = sound[position]
        member.arrival.status = "held"
        awaits = {awaited_id: "group" if awaited_id in member.mates else "record" for awaited_id in awaited}
        effect.held.append(_as_held(member, awaits))
        missing |= awaited - member.mates - present
        heard_of |= {one for one in (*member.mates, member.edit.record_id) if not one.startswith(GROUP)}
    ready = [sound[position] for position in ordered.ready]
    # What takes effect now needs no mark, though an edit of it waits or it is the mate of one that does.
    brought = {member.edit.record_id for member in ready}
    registry.await_records(connection, missing - brought)
    registry.mark(connection, heard_of - brought - pool.known.keys())
    return ready


def _needs_nothing(member: Member, present: set[str]) -> bool:
    return not member.arrival.group and all(name.id in present or not name.awaited for name in member.names)


def _refuse_circle(member: Member) -> None:
    pointer = next((name.pointer for name in member.names if name.awaited), "")
    member.arrival.errors.append(finding(pointer, "circular_reference", member.origin.language))


def _as_held(member: Member, awaits: Mapping[str, str]) -> waiting.Held:
    edit, origin = member.edit, member.origin
    kept = freeze({"raw": member.arrival.raw, "at": edit.at, "skew": origin.skew_s})
    return waiting.Held(
        *(edit.record_id, edit.content_hash, origin.device_id, member.arrival.group, origin.received_at),
        *(origin.receipt, member.position, kept, awaits),
    )


def _apply(
    connection: Connection, sealer: Sealer, known: Mapping[str, Known], ready: list[Member], effect: Effect
) -> None:
    edits = [member.edit for member in ready]
    resolved = _give_persons(connection, sealer, known, edits)
    found, merges, effect.counted = resolved.found, resolved.merges, resolved.counted
    registry.take_effect(connection, sealer, edits, known)
    taken = [edit for edit in edits if edit.status != "duplicate"]
    registry.note_conflicts(connection, taken)
    corrected = [edit for edit in taken if edit.kind.name == "person" and edit.record_id not in found]
    if corrected:
        merges = [*merges, *identity.learn(connection, sealer, corrected).merges]
    aliases = dict(merges)
    merges = [(loser, str(followed(winner, aliases))) for loser, winner in merges]
    effect.changes += [change for edit in taken for change in _changes_of(edit)]
    effect.changes += publish_persons(connection, sealer, taken, merges)
    effect.merges = aliases
    for member in ready:
        arrival, edit = member.arrival, member.edit
        effect.in_effect.add(edit.record_id)
        if arrival.heard_of or member.held:
            effect.settled.append(edit.record_id)
        arrival.status, arrival.rev, arrival.conflicts = edit.status, edit.told, edit.conflicts
        arrival.person_id = followed(edit.person_id, aliases)
        if edit.kind.name == "person":
            arrival.identity = found.get(edit.record_id, "matched")


def _follow(connection: Connection, sealer: Sealer, ready: Sequence[Member], effect: Effect, now: datetime) -> None:
    """Bring cases up to date for what took effect, and say with each record which flags rest on it."""
    taken = [member for member in ready if member.edit.status != "duplicate"]
    followed = follow_edits(connection, sealer, [member.edit for member in taken], effect.merges, now)
    effect.changes += followed.changes
    for member in taken:
        scope, language = member.origin.scope, member.origin.language
        member.arrival.flags = [
            one.said(language)
            for one in followed.raised.get(member.edit.record_id, ())
            if any(map(scope.covers_program, one.rule.programs))
        ]


def _give_persons(
    connection: Connection, sealer: Sealer, known: Mapping[str, Known], edits: Sequence[Incoming]
) -> identity.Resolved:
    """Set on every edit who it is about: person records by identity, the others by the record that they name."""
    persons = [edit for edit in edits if edit.kind.name == "person"]
    for edit in persons:
        there = known.get(edit.record_id)
        edit.person_id = there.person_id if there is not None and there.rev > 0 else None
    newcomers = [edit for edit in persons if edit.person_id is None]
    edited = [edit for edit in persons if edit.person_id is not None]
    resolved = identity.resolve(connection, sealer, newcomers, edited) if newcomers else identity.Resolved()
    about = {edit.record_id: edit.person_id for edit in persons}
    for edit in edits:
        if edit.kind.name != "person":
            there = known.get(edit.record_id)
            subject = subject_of(edit.kind, edit.data)
            if subject is not None:
                named = known.get(subject)
                edit.person_id = about.get(subject) or (named.person_id if named is not None else None)
            elif there is not None and there.rev > 0:
                edit.person_id = there.person_id
            about[edit.record_id] = edit.person_id
    return resolved


def _changes_of(edit: Incoming) -> list[Change]:
    changes = []
    program, area = edit.kind.program, edit.area_now
    if edit.area_before is not None and edit.area_before != area:
        changes.append(Change("record", edit.record_id, edit.rev, edit.area_before, program, "out_of_scope"))
    changes.append(Change("record", edit.record_id, edit.rev, area, program, "deleted" if edit.deleted else None))
    return changes
