"""Conditions against an interpreter that is written to be read, not to be fast: three values, one case after another."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.rules.reaching import can_hold
from fieldsync.rules.tree import All, AnyOf, Leaf, Node, Not, fails, grounds, holds, leaves, needs, opposite
from tests.rules.strategies import UNHURRIED, catalogues, conditions, known
from tests.rules.strategies import leaves as leaf_of

UNKNOWN = None


PLAINLY = {
    "at_least": lambda value, operand: value >= operand,
    "over": lambda value, operand: value > operand,
    "at_most": lambda value, operand: value <= operand,
    "under": lambda value, operand: value < operand,
    "is": lambda value, operand: value == operand,
    "is_not": lambda value, operand: value != operand,
    "in": lambda value, operand: value in operand,
    "not_in": lambda value, operand: value not in operand,
    "has_any": lambda value, operand: any(one in operand for one in value),
    "has_none": lambda value, operand: not any(one in operand for one in value),
}


def meaning(leaf: Leaf, facts: Mapping[str, Any]) -> bool | None:
    if leaf.op == "known":
        return (leaf.fact in facts) is leaf.operand
    return PLAINLY[leaf.op](facts[leaf.fact], leaf.operand) if leaf.fact in facts else UNKNOWN


def truth(node: Node, facts: Mapping[str, Any]) -> bool | None:
    match node:
        case Leaf():
            return meaning(node, facts)
        case Not(part):
            inner = truth(part, facts)
            return UNKNOWN if inner is UNKNOWN else not inner
        case All(parts):
            each = [truth(part, facts) for part in parts]
            return False if False in each else UNKNOWN if UNKNOWN in each else True
        case AnyOf(parts):
            each = [truth(part, facts) for part in parts]
            return True if True in each else UNKNOWN if UNKNOWN in each else False


@st.composite
def judged(draw):
    catalogue = draw(catalogues())
    return catalogue, draw(conditions(catalogue)), draw(known(catalogue))


@UNHURRIED
@given(judged())
def test_compiled_conditions_mean_what_the_plain_reading_says(case):
    _, condition, facts = case
    expected = truth(condition, facts)
    assert holds(condition)(facts) is (expected is True)
    assert fails(condition)(facts) is (expected is False)


@UNHURRIED
@given(judged())
def test_what_a_condition_needs_it_can_not_hold_without(case):
    _, condition, facts = case
    if truth(condition, facts) is True:
        assert needs(condition) <= facts.keys()
    if truth(condition, facts) is False:
        assert needs(condition, wanted=False) <= facts.keys()


@UNHURRIED
@given(judged())
def test_what_holds_can_hold(case):
    catalogue, condition, facts = case
    if truth(condition, facts) is True:
        assert can_hold(condition, catalogue)
    if truth(condition, facts) is False:
        assert can_hold(Not(condition), catalogue)


@UNHURRIED
@given(judged())
def test_its_grounds_hold_and_are_enough(case):
    """Whatever else is forgotten, the condition still holds by its grounds alone."""
    _, condition, facts = case
    if truth(condition, facts) is not True:
        return
    found = list(grounds(condition)(facts))
    assert found
    assert all(meaning(leaf, facts) is True for leaf in found)
    assert {leaf.fact for leaf in found} <= {leaf.fact for leaf in leaves(condition)}
    told = {leaf.fact: facts[leaf.fact] for leaf in found if leaf.fact in facts}
    assert truth(condition, told) is True


@UNHURRIED
@given(catalogues().flatmap(lambda one: st.tuples(leaf_of(one), known(one))))
def test_the_opposite_of_a_leaf_holds_when_it_fails(case):
    leaf, facts = case
    inner, outer = meaning(leaf, facts), meaning(opposite(leaf), facts)
    assert outer is (UNKNOWN if inner is UNKNOWN else not inner)
    assert opposite(opposite(leaf)) == leaf


def known_pulse(*, wanted: bool) -> Leaf:
    return Leaf("pulse", "known", wanted)


@pytest.mark.parametrize(
    ("condition", "holding", "failing"),
    [
        (Leaf("pulse", "at_least", 100), {"pulse": 100}, {"pulse": 99}),
        (Leaf("pulse", "over", 100), {"pulse": 101}, {"pulse": 100}),
        (Leaf("pulse", "at_most", 60), {"pulse": 60}, {"pulse": 61}),
        (Leaf("pulse", "under", 60), {"pulse": 59}, {"pulse": 60}),
        (known_pulse(wanted=True), {"pulse": 0}, {}),
        (known_pulse(wanted=False), {}, {"pulse": 0}),
        (Leaf("signs", "has_any", frozenset({"fits"})), {"signs": ["fits", "fever"]}, {"signs": []}),
        (Leaf("signs", "has_none", frozenset({"fits"})), {"signs": []}, {"signs": ["fits"]}),
        (Leaf("heart", "is", operand=False), {"heart": False}, {"heart": True}),
        (Leaf("status", "not_in", frozenset({"lost"})), {"status": "active"}, {"status": "lost"}),
    ],
)
def test_every_operator_on_both_sides(condition, holding, failing):
    assert (holds(condition)(holding), fails(condition)(holding)) == (True, False)
    assert (holds(condition)(failing), fails(condition)(failing)) == (False, True)


def test_what_is_missing_neither_holds_nor_fails():
    for op, operand in (("at_least", 1), ("is_not", 1), ("not_in", frozenset({"a"})), ("has_none", frozenset({"a"}))):
        leaf = Leaf("pulse", op, operand)
        for node in (leaf, Not(leaf), All((leaf,)), AnyOf((leaf, leaf, leaf))):
            assert not holds(node)({})
            assert not fails(node)({})
