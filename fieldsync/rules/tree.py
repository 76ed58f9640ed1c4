"""Conditions: a tree of fixed operators over facts, three-valued, compiled to plain functions.

A leaf on a missing fact is unknown, neither true nor false. So each tree compiles to two functions, one that tells
whether it surely holds and one whether it surely fails; a rule fires on the first alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]
Why = Callable[[Facts], "Iterable[Leaf]"]
Op = Literal["at_least", "over", "at_most", "under", "is", "is_not", "in", "not_in", "has_any", "has_none", "known"]

# Each operator is a function of its own: a call of a general one for each comparison costs as much as the comparison.
_ORDERS: Mapping[str, Callable[[str, Any], Test]] = {
    "at_least": lambda name, limit: lambda facts: (value := facts.get(name)) is not None and value >= limit,
    "over": lambda name, limit: lambda facts: (value := facts.get(name)) is not None and value > limit,
    "at_most": lambda name, limit: lambda facts: (value := facts.get(name)) is not None and value <= limit,
    "under": lambda name, limit: lambda facts: (value := facts.get(name)) is not None and value < limit,
    "is": lambda name, code: lambda facts: (value := facts.get(name)) is not None and value == code,
    "is_not": lambda name, code: lambda facts: (value := facts.get(name)) is not None and value != code,
}
NUMERIC = frozenset({"at_least", "over", "at_most", "under"})
OPS: frozenset[str] = frozenset({*_ORDERS, "in", "not_in", "has_any", "has_none", "known"})
_PAIRS = (("at_least", "under"), ("over", "at_most"), ("is", "is_not"), ("in", "not_in"), ("has_any", "has_none"))
_OPPOSITES: Mapping[str, str] = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One operator on one fact; `operand` is a number, a bool, a code or a frozenset of codes."""

    fact: str
    op: str
    operand: Any
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; fails when any part fails."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when any part holds; fails when every part fails."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part fails, and the other way round."""

    part: "Node"


Node = Leaf | All | AnyOf | Not


def holds(node: Node) -> Test:
    """Compile: whether the condition surely holds."""
    return _compiled(node, wanted=True)


def fails(node: Node) -> Test:
    """Compile: whether the condition surely fails; false when it holds or can't be told."""
    return _compiled(node, wanted=False)


def _compiled(node: Node, *, wanted: bool) -> Test:
    match node:
        case Leaf():
            return _leaf(node, wanted=wanted)
        case Not(part):
            return _compiled(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            tests = tuple(_compiled(part, wanted=wanted) for part in parts)
            return _every(tests) if isinstance(node, All) == wanted else _some(tests)


def _every(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:  # noqa: PLR2004 # the usual length, worth a function of its own
        one, other = tests
        return lambda facts: one(facts) and other(facts)

    def every(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110 # a generator for each sheet costs more than the tests
            if not test(facts):
                return False
        return True

    return every


def _some(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:  # noqa: PLR2004 # as above
        one, other = tests
        return lambda facts: one(facts) or other(facts)

    def some(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110 # as above
            if test(facts):
                return True
        return False

    return some


def _leaf(leaf: Leaf, *, wanted: bool) -> Test:
    name, operand = leaf.fact, leaf.operand
    if leaf.op == "known":
        present = operand == wanted
        return (lambda facts: name in facts) if present else (lambda facts: name not in facts)
    if leaf.op in _ORDERS:
        return _ORDERS[leaf.op if wanted else _OPPOSITES[leaf.op]](name, operand)
    if (leaf.op in ("in", "has_any")) == wanted:
        return _meets(name, operand, several=leaf.op.startswith("has"))
    return _misses(name, operand, several=leaf.op.startswith("has"))


def _meets(name: str, operand: frozenset[str], *, several: bool) -> Test:
    if several:
        apart = operand.isdisjoint
        return lambda facts: (value := facts.get(name)) is not None and not apart(value)
    return lambda facts: facts.get(name) in operand


def _misses(name: str, operand: frozenset[str], *, several: bool) -> Test:
    if several:
        apart = operand.isdisjoint
        return lambda facts: (value := facts.get(name)) is not None and apart(value)
    return lambda facts: (value := facts.get(name)) is not None and value not in operand


def opposite(leaf: Leaf) -> Leaf:
    """Return the leaf that holds exactly when this one fails."""
    if leaf.op == "known":
        return Leaf(leaf.fact, leaf.op, not leaf.operand)
    return Leaf(leaf.fact, _OPPOSITES[leaf.op], leaf.operand, leaf.parameter)


def grounds(node: Node, *, wanted: bool = True) -> Why:
    """Compile: the leaves because of which a condition holds (or, `wanted` false, fails), each once, as one that holds.

    Of facts on which it does not hold (or fail) the answer means nothing.
    """
    fixed = _always(node, wanted=wanted)
    if fixed is not None:
        told = tuple(dict.fromkeys(fixed))
        return lambda _facts: told
    why = _grounds(node, wanted=wanted)
    return lambda facts: dict.fromkeys(why(facts))


def _always(node: Node, *, wanted: bool) -> tuple[Leaf, ...] | None:
    """Return the leaves because of which a condition holds whenever it does; None where they differ."""
    match node:
        case Leaf():
            return (node if wanted else opposite(node),)
        case Not(part):
            return _always(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            each = [_always(part, wanted=wanted) for part in parts]
            together = isinstance(node, All) == wanted or len(parts) == 1
            known = [one for one in each if one is not None]
            return tuple(leaf for some in known for leaf in some) if together and len(known) == len(each) else None


def _grounds(node: Node, *, wanted: bool) -> Why:
    match node:
        case Leaf():
            leaf = node if wanted else opposite(node)
            return lambda _facts: (leaf,)
        case Not(part):
            return _grounds(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            each = [(_compiled(part, wanted=wanted), _grounds(part, wanted=wanted)) for part in parts]
            return lambda facts: [leaf for test, why in each if test(facts) for leaf in why(facts)]


def needs(node: Node, *, wanted: bool = True) -> frozenset[str]:
    """Return the facts without which a condition can't hold (or, `wanted` false, can't fail)."""
    match node:
        case Leaf(fact, "known", operand):
            return frozenset({fact}) if operand == wanted else frozenset()
        case Leaf(fact):
            return frozenset({fact})
        case Not(part):
            return needs(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            each = [needs(part, wanted=wanted) for part in parts]
            together = isinstance(node, All) == wanted
            return frozenset().union(*each) if together else frozenset.intersection(*each)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield every leaf of a condition."""
    match node:
        case Leaf():
            yield node
        case Not(part):
            yield from leaves(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
