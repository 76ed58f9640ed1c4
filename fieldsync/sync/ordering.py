"""In which order a pool of records can take effect: the named before those that name them, groups as one.

A pure function: it sees which records name which, and which are there already; it
tells which can take effect now, in order, which must wait and for what, and which
can never, since they name each other in a circle.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """One record that wants to take effect.

    Attributes:
        record_id: what others name.
        needs: ids that must be there before it.
        group: records of one group take effect together; None stands alone.
        blocked_by: ids of group mates that were refused; it waits for them to be sent again.
    """

    record_id: str
    needs: frozenset[str] = frozenset()
    group: str | None = None
    blocked_by: frozenset[str] = frozenset()


@dataclass(slots=True)
class Order:
    """`ready` in the order in which they can take effect; `waiting` with the ids that each waits for; `circular`.

    All hold positions in the given sequence.
    """

    ready: list[int] = field(default_factory=list)
    waiting: dict[int, frozenset[str]] = field(default_factory=dict)
    circular: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Unit:
    members: list[int]
    ids: set[str]
    needs: set[str]
    blocked_by: set[str]


def order(nodes: Sequence[Node], present: Iterable[str]) -> Order:
    """Order `nodes`, where the records `present` are there already. Linear in nodes and names."""
    available = set(present)
    units = _units(nodes)
    done = _release(units, available)
    result = Order()
    for unit in done:
        result.ready.extend(unit.members)
    finished = {id(unit) for unit in done}
    rest = [unit for unit in units if id(unit) not in finished]
    if not rest:
        return result
    circles = _circles(rest, available)
    for unit in rest:
        if id(unit) in circles:
            result.circular.extend(unit.members)
        else:
            awaited = frozenset((unit.needs - available) | unit.blocked_by)
            result.waiting.update(dict.fromkeys(unit.members, awaited))
    return result


def _units(nodes: Sequence[Node]) -> list[_Unit]:
    units: list[_Unit] = []
    by_group: dict[str, _Unit] = {}
    for position, node in enumerate(nodes):
        unit = by_group.get(node.group) if node.group else None
        if unit is None:
            unit = _Unit([], set(), set(), set())
            units.append(unit)
            if node.group:
                by_group[node.group] = unit
        unit.members.append(position)
        unit.ids.add(node.record_id)
        unit.needs |= node.needs
        unit.blocked_by |= node.blocked_by
    for unit in units:
        if len(unit.members) > 1:
            # Mates may name each other; a record that names itself stands alone here and is a circle.
            selfish = {
                nodes[member].record_id for member in unit.members if nodes[member].record_id in nodes[member].needs
            }
            unit.needs -= unit.ids - selfish
    return units


def _release(units: list[_Unit], available: set[str]) -> list[_Unit]:
    """Take the units whose needs are met, and by them meet the needs of others; `available` grows."""
    missing = {id(unit): len(unit.needs - available) for unit in units}
    wanting: dict[str, list[_Unit]] = defaultdict(list)
    for unit in units:
        for need in unit.needs - available:
            wanting[need].append(unit)
    queue = deque(unit for unit in units if not missing[id(unit)] and not unit.blocked_by)
    done = []
    while queue:
        unit = queue.popleft()
        done.append(unit)
        for arrived in unit.ids - available:
            available.add(arrived)
            for waiter in wanting.pop(arrived, ()):
                missing[id(waiter)] -= 1
                if not missing[id(waiter)] and not waiter.blocked_by:
                    queue.append(waiter)
    return done


def _circles(rest: list[_Unit], available: set[str]) -> set[int]:
    """Return the units that wait for each other in a circle and for nothing outside."""
    providers: dict[str, set[int]] = defaultdict(set)
    for unit in rest:
        for one in unit.ids:
            providers[one].add(id(unit))
    stuck = {id(unit): unit for unit in rest}
    _drop_all_that_wait_for_others(stuck, providers, available)
    # What nobody in the remainder needs only hangs on a circle; it can wait.
    while True:
        needed = {key for unit in stuck.values() for need in unit.needs - available for key in providers[need]}
        hanging = stuck.keys() - needed
        if not hanging:
            return set(stuck)
        for key in hanging:
            del stuck[key]


def _drop_all_that_wait_for_others(
    stuck: dict[int, _Unit], providers: dict[str, set[int]], available: set[str]
) -> None:
    while True:
        waiting = [
            key
            for key, unit in stuck.items()
            if unit.blocked_by or any(not providers[need] & stuck.keys() for need in unit.needs - available)
        ]
        if not waiting:
            return
        for key in waiting:
            del stuck[key]
