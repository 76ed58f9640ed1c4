"""Merging edits that were made apart: a pure function from the set of edits of a record to its state.

An edit knows which edits its tablet had seen (its *past*). What it changed against
that past is its patch; per field the patch of the latest edit wins, and an edit is
always later than its past, whatever the tablets' clocks said. So the state depends
on which edits there are, never on the order in which they arrived. The tests hold
this by permuting arrivals. This module knows no database, clock or wire.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any

ABSENT = object()
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of one record.

    Attributes:
        rev: its number in the order of arrival, from 1.
        device: who made it; `seq` orders the edits of one device.
        base_rev: the revision that the tablet had before it: it had seen every edit up to there.
        at: when it was recorded, corrected by the clock skew, in microseconds since 1970.
        fields: the whole content as the tablet saved it; empty when the edit deletes.
        tie: the content's hash; decides between edits that nothing else orders.
    """

    rev: int
    device: str
    seq: int
    base_rev: int
    at: int
    deleted: bool
    fields: Mapping[str, Any]
    tie: bytes


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two tablets changed apart: the value that holds, and the one kept in history only.

    `revs` are the numbers of the edits that brought the one and the other.
    """

    field: str
    kept: Any
    other: Any
    revs: tuple[int, int] = member(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Merged:
    """The state after all edits, and what became of the newest arrival.

    `stamp` orders the latest edit (microseconds); `latest` is the edit whose envelope stands.
    `seen` is the revision up to which the asked tablet knows every edit, by its own and what they built on:
    a further edit that names it as its base overwrites nothing unseen. `changed` names what the newest arrival changed
    against what its tablet had seen.
    """

    fields: dict[str, Any]
    deleted: bool
    latest: Edit
    stamp: int
    status: str
    conflicts: tuple[Conflict, ...]
    seen: int
    changed: frozenset[str]


def merge(edits: Sequence[Edit], declared: frozenset[str], device: str | None = None) -> Merged:
    """Merge all edits of a record; the one with the highest `rev` is the newest arrival.

    Args:
        edits: every distinct edit, in any order, at least one.
        declared: the fields that the record type knows. An absent field that it does not
            know is no removal: an older app may have dropped what a newer one had sent.
        device: whose `seen` is asked for; by default that of the newest arrival.
    """
    history = _History(edits, declared)
    values = history.values_of(edits)
    deleted = bool(values.pop(DELETED, False))
    newest = max(edits, key=lambda edit: edit.rev)
    latest = max(edits, key=history.key)
    apart = [edit for edit in edits if history.apart(newest, edit)]
    conflicts = tuple(history.conflicts(newest, apart, {**values, DELETED: deleted}))
    status = "conflict" if conflicts else "merged" if apart else "applied"
    seen = history.seen_through(device or newest.device)
    changed = history.changed_by(newest)
    return Merged(values, deleted, latest, history.stamp[latest.rev], status, conflicts, seen, changed)


class _History:
    """The edits of one record with what each had seen, when it counts, and what it changed."""

    def __init__(self, edits: Sequence[Edit], declared: frozenset[str]) -> None:
        self.edits = {edit.rev: edit for edit in edits}
        self.declared = declared
        self.past: dict[int, frozenset[int]] = {}
        for edit in edits:
            self._see(edit)
        self.stamp: dict[int, int] = {}
        self.patch: dict[int, dict[str, Any]] = {}
        # An edit's past is smaller than its own by at least itself, so this order puts causes first.
        for edit in sorted(edits, key=lambda one: len(self.past[one.rev])):
            past = [self.edits[rev] for rev in self.past[edit.rev]]
            self.stamp[edit.rev] = max([edit.at, *(self.stamp[seen.rev] + 1 for seen in past)])
            self.patch[edit.rev] = self._changed(edit, self.values_of(past))

    def _see(self, edit: Edit) -> frozenset[int]:
        if edit.rev not in self.past:
            seen: set[int] = set()
            for other in self.edits.values():
                if other.rev != edit.rev and _directly_seen(edit, other):
                    seen.add(other.rev)
                    seen |= self._see(other)
            self.past[edit.rev] = frozenset(seen)
        return self.past[edit.rev]

    def seen_through(self, device: str) -> int:
        """Return the highest revision up to which the tablet had seen, or made, all."""
        own = [edit.rev for edit in self.edits.values() if edit.device == device]
        known = {*own, *(rev for one in own for rev in self.past[one])}
        rev = 0
        while rev + 1 in known:
            rev += 1
        return rev

    def key(self, edit: Edit) -> tuple[int, str, int, bytes]:
        return (self.stamp[edit.rev], edit.device, edit.seq, edit.tie)

    def values_of(self, edits: Iterable[Edit]) -> dict[str, Any]:
        """Return the state made by these edits, `deleted` among the fields."""
        values: dict[str, Any] = {}
        for edit in sorted(edits, key=self.key):
            values.update(self.patch[edit.rev])
        return {name: value for name, value in values.items() if value is not ABSENT}

    def _changed(self, edit: Edit, seen: dict[str, Any]) -> dict[str, Any]:
        # Every edit says whether the record lives: an edit made apart from a deletion contradicts it.
        changed: dict[str, Any] = {DELETED: edit.deleted}
        if edit.deleted:
            return changed
        fresh = {name: value for name, value in edit.fields.items() if name not in seen or not _same(seen[name], value)}
        changed.update(fresh)
        changed.update({name: ABSENT for name in seen if name not in edit.fields and name in self.declared})
        return changed

    def changed_by(self, edit: Edit) -> frozenset[str]:
        """Return the names of what an edit changed; `deleted` only if it was otherwise before."""
        before = self.values_of(self.edits[rev] for rev in self.past[edit.rev])
        same = {DELETED} if bool(before.get(DELETED)) == edit.deleted else set()
        return frozenset(self.patch[edit.rev].keys() - same)

    def apart(self, one: Edit, other: Edit) -> bool:
        """Tell whether neither had seen the other."""
        return one.rev != other.rev and other.rev not in self.past[one.rev] and one.rev not in self.past[other.rev]

    def conflicts(self, newest: Edit, apart: list[Edit], values: dict[str, Any]) -> Iterable[Conflict]:
        mine = self.patch[newest.rev]
        for name, value in mine.items():
            against = [
                edit
                for edit in sorted(apart, key=self.key)
                if name in self.patch[edit.rev] and not _same(self.patch[edit.rev][name], value)
            ]
            if against:
                kept = values.get(name, ABSENT)
                other = against[-1] if _same(kept, value) else newest
                shown = _shown(self.patch[other.rev][name])
                yield Conflict(name, _shown(kept), shown, (self._who_says(name).rev, other.rev))

    def _who_says(self, name: str) -> Edit:
        """Return the edit whose value of a field holds."""
        return max((edit for edit in self.edits.values() if name in self.patch[edit.rev]), key=self.key)


def _directly_seen(edit: Edit, other: Edit) -> bool:
    if other.rev <= edit.base_rev:
        return True
    earlier_of_same_device = other.device == edit.device and other.seq < edit.seq
    # A tablet that claims to have built on its own later edit is taken at its word, once: no circle.
    return earlier_of_same_device and edit.rev > other.base_rev


def _same(one: Any, other: Any) -> bool:
    # JSON's true is not its 1, though Python's are equal.
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Any) -> Any:
    return None if value is ABSENT else value
