"""Whatever names whatever: what can take effect does so after what it names, groups as one, and nothing is lost."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.sync.ordering import Node, order

CASES = {
    "nothing": ([], (), [], {}, []),
    "alone": ([Node("a")], (), [0], {}, []),
    "two_strangers": ([Node("a"), Node("b")], (), [0, 1], {}, []),
    "named_is_there": ([Node("a", frozenset("p"))], "p", [0], {}, []),
    "named_is_not_there": ([Node("a", frozenset("p"))], (), [], {0: {"p"}}, []),
    "only_what_is_missing_is_awaited": ([Node("a", frozenset("pq"))], "p", [], {0: {"q"}}, []),
    "the_named_comes_first": ([Node("a", frozenset("b")), Node("b")], (), [1, 0], {}, []),
    "a_chain_backwards": ([Node("a", frozenset("b")), Node("b", frozenset("c")), Node("c")], (), [2, 1, 0], {}, []),
    "a_chain_that_hangs": ([Node("a", frozenset("b")), Node("b", frozenset("p"))], (), [], {0: {"b"}, 1: {"p"}}, []),
    "names_itself": ([Node("a", frozenset("a"))], (), [], {}, [0]),
    "names_itself_and_is_there": ([Node("a", frozenset("a"))], "a", [0], {}, []),
    "a_circle": ([Node("a", frozenset("b")), Node("b", frozenset("a"))], (), [], {}, [0, 1]),
    "a_circle_that_hangs_on_another": (
        [Node("a", frozenset("b")), Node("b", frozenset("ap"))],
        (),
        [],
        {0: {"b"}, 1: {"a", "p"}},
        [],
    ),
    "hangs_on_a_circle": (
        [Node("x", frozenset("a")), Node("a", frozenset("b")), Node("b", frozenset("a"))],
        (),
        [],
        {0: {"a"}},
        [1, 2],
    ),
    "a_circle_broken_by_what_is_there": (
        [Node("a", frozenset("b")), Node("b", frozenset("a"))],
        "a",
        [1, 0],
        {},
        [],
    ),
    "a_group": ([Node("a", group="g"), Node("x"), Node("b", group="g")], (), [0, 2, 1], {}, []),
    "a_group_waits_as_one": (
        [Node("a", frozenset("p"), "g"), Node("b", group="g"), Node("x")],
        (),
        [2],
        {0: {"p"}, 1: {"p"}},
        [],
    ),
    "mates_may_name_each_other": (
        [Node("a", frozenset("b"), "g"), Node("b", frozenset("a"), "g")],
        (),
        {0, 1},
        {},
        [],
    ),
    "two_groups_in_a_circle": (
        [Node("a", frozenset("b"), "g"), Node("b", frozenset("a"), "h"), Node("c", group="h")],
        (),
        [],
        {},
        [0, 1, 2],
    ),
    "blocked_by_a_refused_mate": (
        [Node("a", group="g", blocked_by=frozenset("z")), Node("b", group="g"), Node("c", frozenset("a"))],
        (),
        [],
        {0: {"z"}, 1: {"z"}, 2: {"a"}},
        [],
    ),
    "blocked_though_the_refused_one_is_there": (
        [Node("a", group="g", blocked_by=frozenset("z"))],
        "z",
        [],
        {0: {"z"}},
        [],
    ),
    "two_edits_of_one_record": ([Node("b", frozenset("a")), Node("a"), Node("a")], (), [1, 2, 0], {}, []),
}


@pytest.mark.parametrize(("nodes", "present", "ready", "waiting", "circular"), CASES.values(), ids=CASES)
def test_cases(nodes, present, ready, waiting, circular):
    found = order(nodes, present)
    if isinstance(ready, set):
        assert set(found.ready) == ready
    else:
        assert found.ready == ready
    assert found.waiting == {position: frozenset(ids) for position, ids in waiting.items()}
    assert found.circular == circular


IDS = st.sampled_from("abcdefgh")
NODES = st.lists(
    st.builds(
        Node,
        record_id=IDS,
        needs=st.frozensets(st.sampled_from("abcdefghpq"), max_size=3),
        group=st.sampled_from([None, None, None, "g", "h"]),
        blocked_by=st.sampled_from([frozenset()] * 9 + [frozenset("z")]),
    ),
    max_size=8,
)
PRESENT = st.frozensets(st.sampled_from("abpq"), max_size=3)


def units_of(nodes):
    units = {}
    for position, node in enumerate(nodes):
        units.setdefault(node.group or position, []).append(position)
    return list(units.values())


@given(NODES, PRESENT)
def test_every_record_is_in_exactly_one_place(nodes, present):
    found = order(nodes, present)
    assert sorted([*found.ready, *found.waiting, *found.circular]) == list(range(len(nodes)))


@given(NODES, PRESENT)
def test_what_is_ready_comes_after_all_it_names_and_is_not_blocked(nodes, present):
    there = set(present)
    ready = order(nodes, present).ready
    for unit in grouped(nodes, ready):
        together = {nodes[position].record_id for position in unit}
        for position in unit:
            node = nodes[position]
            assert not node.blocked_by
            assert node.needs <= there | (together if len(unit) > 1 else set())
        there |= together


def grouped(nodes, positions):
    """The units in the order of their positions; fails if one was torn apart."""
    rest = list(positions)
    while rest:
        group = nodes[rest[0]].group
        size = sum(node.group == group for node in nodes) if group else 1
        unit, rest = rest[:size], rest[size:]
        assert len({nodes[position].group for position in unit}) == 1
        yield unit


@given(NODES, PRESENT)
def test_groups_are_never_split(nodes, present):
    found = order(nodes, present)
    for unit in units_of(nodes):
        for place in (found.ready, found.waiting, found.circular):
            assert len(set(unit) & set(place)) in (0, len(unit))
        assert len({found.waiting.get(position) for position in unit}) == 1


@given(NODES, PRESENT)
def test_nothing_waits_or_is_refused_that_could_take_effect(nodes, present):
    found = order(nodes, present)
    there = set(present) | {nodes[position].record_id for position in found.ready}
    for unit in units_of(nodes):
        if unit[0] not in found.ready:
            mates = {nodes[position].record_id for position in unit} if len(unit) > 1 else set()
            selfish = {nodes[p].record_id for p in unit if nodes[p].record_id in nodes[p].needs}
            lacking = set().union(*(nodes[position].needs for position in unit)) - there - (mates - selfish)
            assert lacking or any(nodes[position].blocked_by for position in unit)
            if unit[0] in found.waiting:
                awaited = found.waiting[unit[0]]
                assert awaited
                assert awaited == lacking | set().union(*(nodes[position].blocked_by for position in unit))
            else:
                # A circle: all that it lacks is brought by circular ones.
                assert lacking <= {nodes[position].record_id for position in found.circular}


@given(NODES, PRESENT, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(nodes, present, disorder: random.Random):
    shuffled = list(range(len(nodes)))
    disorder.shuffle(shuffled)
    found, other = order(nodes, present), order([nodes[position] for position in shuffled], present)
    assert set(found.ready) == {shuffled[position] for position in other.ready}
    assert set(found.circular) == {shuffled[position] for position in other.circular}
    assert found.waiting == {shuffled[position]: awaited for position, awaited in other.waiting.items()}


@given(NODES, PRESENT)
def test_nothing_given_is_changed(nodes, present):
    kept = set(present)
    order(nodes, kept)
    assert kept == present


def test_a_long_chain_in_the_worst_order_is_quick_and_needs_no_depth():
    many = 20_000
    nodes = [Node(str(n), frozenset([str(n + 1)])) for n in range(many)]
    found = order([*nodes, Node(str(many))], ())
    assert found.ready == list(range(many, -1, -1))
    assert len(order(nodes[:500], ()).waiting) == 500
    circle = [*nodes[:500], Node("500", frozenset("0"))]
    assert len(order(circle, ()).circular) == 501
