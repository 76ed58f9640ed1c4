"""Whether a condition can hold at all, whatever is known of a subject.

Goes through its cases one after the other, keeping for each fact what it can still be; numbers are taken as real, so
nothing that can hold is ever said to be impossible. Not for judging a sheet.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fieldsync.rules.facts import Fact
from fieldsync.rules.tree import All, AnyOf, Leaf, Node, Not, opposite

# Cases beyond these are not tried: no rule that a human can read has so many.
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class _Room:
    """What a fact can still be: whether known; a number's interval; values allowed or barred; sets of codes to meet."""

    known: bool | None = None
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    among: frozenset[Any] | None = None
    barred: frozenset[Any] = frozenset()
    some: tuple[frozenset[Any], ...] = ()

    def takes(self, value: float) -> bool:
        """Tell whether a number lies in the interval."""
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))

    def empty(self) -> bool:
        """Tell whether no value is left."""
        if any(not codes - self.barred for codes in self.some):
            return True
        if self.among is not None:
            left = self.among - self.barred
            return not any(self.takes(one) if isinstance(one, int | float) else True for one in left)
        if self.low == self.high:
            return not self.takes(self.low) or self.low in self.barred
        return self.low > self.high


def can_hold(condition: Node, facts: Mapping[str, Fact]) -> bool:
    """Tell whether a condition over these facts, each within its range and its codes, can hold.

    Of a condition with very many cases it may say yes wrongly, never no.
    """
    return _fits(((condition, True),), {}, facts, iter(range(MOST_STEPS)))


def _fits(
    pending: tuple[tuple[Node, bool], ...],
    rooms: Mapping[str, _Room],
    facts: Mapping[str, Fact],
    steps: Iterator[int],
) -> bool:
    """Tell whether all that is pending, each part holding or failing as wanted, can be so at once."""
    if not pending or next(steps, None) is None:
        return True
    (node, wanted), *rest = pending
    match node:
        case Leaf(fact):
            room = _narrowed(rooms.get(fact) or _whole(facts[fact]), node if wanted else opposite(node))
            return room is not None and _fits((*rest,), {**rooms, fact: room}, facts, steps)
        case Not(part):
            return _fits(((part, not wanted), *rest), rooms, facts, steps)
        case All(parts) | AnyOf(parts):
            if isinstance(node, All) == wanted:
                # Leaves first: what contradicts is then seen before any branch is taken.
                ordered = sorted(parts, key=lambda part: not isinstance(part, Leaf))
                return _fits((*((part, wanted) for part in ordered), *rest), rooms, facts, steps)
            return any(_fits(((part, wanted), *rest), rooms, facts, steps) for part in parts)


def _whole(fact: Fact) -> _Room:
    if fact.kind == "number" and fact.limits is not None:
        return _Room(low=fact.limits[0], high=fact.limits[1])
    if fact.kind == "bool":
        return _Room(among=frozenset({True, False}))
    if fact.kind == "code" and fact.codes is not None:
        return _Room(among=frozenset(fact.codes))
    return _Room()


def _narrowed(room: _Room, leaf: Leaf) -> _Room | None:
    """Return what is left of a room where a leaf holds; None when nothing is."""
    wants = leaf.operand if leaf.op == "known" else True
    if room.known is not None and room.known != wants:
        return None
    left = replace(room, known=wants) if leaf.op == "known" else _held(replace(room, known=True), leaf)
    return None if left.empty() else left


def _held(room: _Room, leaf: Leaf) -> _Room:
    op, operand = leaf.op, leaf.operand
    match op:
        case "at_least" | "over":
            tighter = operand > room.low or (operand == room.low and op == "over")
            return replace(room, low=operand, low_open=op == "over") if tighter else room
        case "at_most" | "under":
            tighter = operand < room.high or (operand == room.high and op == "under")
            return replace(room, high=operand, high_open=op == "under") if tighter else room
        case "is" | "in":
            values = frozenset({operand}) if op == "is" else operand
            return replace(room, among=values if room.among is None else room.among & values)
        case "is_not" | "not_in" | "has_none":
            return replace(room, barred=room.barred | (frozenset({operand}) if op == "is_not" else operand))
        case _:
            return replace(room, some=(*room.some, operand))
