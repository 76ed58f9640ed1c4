"""In which order the rules of a context are asked: behind what must be so for any of several, which is quickly seen.

Nearly every value of nearly every sheet is an ordinary one. So rules that can't hold unless one fact reaches a limit,
or is one of some codes, are grouped by that fact, and a group is asked only where it does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from fieldsync.rules.facts import Context
from fieldsync.rules.rule import Rule
from fieldsync.rules.tree import NUMERIC, All, AnyOf, Leaf, Node, Not, Test, leaves, needs, opposite

_STEPS = {"days": 1, "down": -1}  # by clock, how much a fact moves a day at most
# By which a leaf keeps out most values, and the group of gates that it belongs to.
_GATES = {
    **dict.fromkeys(("at_least", "over"), "floors"),
    **dict.fromkeys(("at_most", "under"), "ceilings"),
    **dict.fromkeys(("is", "in"), "codes"),
    "has_any": "lists",
}
Asked = Sequence[tuple[Test, Rule]]


class Plan(NamedTuple):
    """The rules of a context behind their gates.

    Each gate has the fact that must be known, what lets its value pass, and the rules behind it: `ranges` the least and
    the greatest number, `codes` what it must be one of, `lists` whether a set has none of what it must have one of.
    Behind `known` it is enough that the fact is known; `free` need nothing. `order` has the place of each rule in what
    is found.
    """

    ranges: Sequence[tuple[str, float, float, Asked]]
    codes: Sequence[tuple[str, frozenset[Any], Asked]]
    lists: Sequence[tuple[str, Callable[[Any], bool], Asked]]
    known: Sequence[tuple[str, Asked]]
    free: Asked
    order: Mapping[str, int]

    def holding(self, facts: Mapping[str, Any]) -> list[Rule]:
        """Return the rules that surely hold."""
        found = [rule for rules in self._open_to(facts) for holds, rule in rules if holds(facts)]
        if len(found) > 1:
            found.sort(key=lambda rule: self.order[rule.id])
        return found

    def _open_to(self, facts: Mapping[str, Any]) -> list[Asked]:
        """Return the groups of rules whose gates let these facts pass."""
        get, found = facts.get, [self.free]
        for fact, least, most, rules in self.ranges:
            if (value := get(fact)) is not None and least <= value <= most:
                found.append(rules)
        for fact, codes, rules in self.codes:
            if get(fact) in codes:
                found.append(rules)
        for fact, has_none, rules in self.lists:
            if (value := get(fact)) is not None and not has_none(value):
                found.append(rules)
        found += [rules for fact, rules in self.known if fact in facts]
        return found


def planned(rules: Iterable[tuple[Test, Rule]]) -> Plan:
    """Put rules behind gates; each is given with the function that tells whether it holds.

    Of the facts without which a rule can't hold that counts which fewest rules need: it is seldom there.
    """
    given = list(rules)
    needed = {rule.id: needs(rule.condition) for _, rule in given}
    often = Counter(fact for facts in needed.values() for fact in facts)
    groups: dict[tuple[str, str], list[tuple[Test, Rule, Any]]] = defaultdict(list)
    guards: dict[str, list[str]] = defaultdict(list)
    for holds, rule in given:
        guard = min(needed[rule.id], key=lambda fact: (often[fact], fact), default="")
        guards[guard].append(rule.id)
        gate = _gate(rule.condition, often)
        kind, fact, limit = gate or ("known" if guard else "free", guard, None)
        groups[kind, fact].append((holds, rule, limit))
    order = {rule: at for at, rule in enumerate(rule for ids in guards.values() for rule in ids)}
    return Plan(
        [
            *((fact, min(limits), inf, asked) for fact, limits, asked in _of(groups, "floors")),
            *((fact, -inf, max(limits), asked) for fact, limits, asked in _of(groups, "ceilings")),
        ],
        [(fact, frozenset().union(*limits), asked) for fact, limits, asked in _of(groups, "codes")],
        [(fact, frozenset().union(*limits).isdisjoint, asked) for fact, limits, asked in _of(groups, "lists")],
        [(fact, asked) for fact, _, asked in _of(groups, "known")],
        [pair for _, _, asked in _of(groups, "free") for pair in asked],
        order,
    )


def _of(
    groups: Mapping[tuple[str, str], Sequence[tuple[Test, Rule, Any]]], wanted: str
) -> Iterator[tuple[str, list[Any], list[tuple[Test, Rule]]]]:
    for (kind, fact), group in groups.items():
        if kind == wanted:
            yield fact, [limit for _, _, limit in group], [(holds, rule) for holds, rule, _ in group]


def _gate(condition: Node, often: Mapping[str, int]) -> tuple[str, str, Any] | None:
    """Return the best gate of a condition: its group, the fact, and what the value must reach; None if it has none."""
    found = [leaf for leaf in _musts(condition, wanted=True) if leaf.op in _GATES]
    if not found:
        return None
    leaf = min(found, key=lambda leaf: (often[leaf.fact], leaf.fact, leaf.op))
    return _GATES[leaf.op], leaf.fact, frozenset({leaf.operand}) if leaf.op == "is" else leaf.operand


def _musts(node: Node, *, wanted: bool) -> list[Leaf]:
    """Return leaves that hold wherever a condition holds (or, `wanted` false, fails)."""
    match node:
        case Leaf():
            return [node if wanted else opposite(node)]
        case Not(part):
            return _musts(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            together = isinstance(node, All) == wanted or len(parts) == 1
            return [leaf for part in parts for leaf in _musts(part, wanted=wanted)] if together else []


class Moving(NamedTuple):
    """A fact that moves with the days: by how much a day at most, and the values at which something may change.

    `limits` is None where something may change every day.
    """

    fact: str
    step: int
    limits: tuple[float, ...] | None


def moving_facts(rules: Iterable[Rule], context: Context) -> list[Moving]:
    """Return the facts of a context that move with the days, but for those whose days their sheets tell.

    A fact passes a limit on its day or the day after, and no sooner than if it went by a whole step every day.
    """
    limits: dict[str, set[float] | None] = {}
    for rule in rules:
        for leaf in leaves(rule.condition):
            step = _STEPS.get(context.facts[leaf.fact].clock)
            if step is None:
                continue
            if leaf.op not in NUMERIC:
                limits[leaf.fact] = None
            elif (known := limits.setdefault(leaf.fact, set())) is not None:
                known |= {leaf.operand, leaf.operand + step}
    return [
        Moving(fact, _STEPS[context.facts[fact].clock], None if known is None else tuple(sorted(known)))
        for fact, known in limits.items()
    ]
