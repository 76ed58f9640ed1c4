"""The state of a record is a function of the set of its edits: shown by tables, and by permuting arrivals."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.registry.merging import Conflict, Edit, merge

DECLARED = frozenset("abc")


def edit(rev, device="one", seq=None, base=0, at=None, deleted=False, **fields):
    return Edit(
        rev, device, rev if seq is None else seq, base, rev if at is None else at, deleted, fields, bytes([rev])
    )


def test_a_single_edit_is_the_state():
    merged = merge([edit(1, a=1, b=2)], DECLARED)
    assert (merged.fields, merged.status, merged.deleted) == ({"a": 1, "b": 2}, "applied", False)


def test_other_fields_are_merged():
    merged = merge([edit(1, a=1, b=1), edit(2, base=1, a=2, b=1), edit(3, "two", base=1, a=1, b=2)], DECLARED)
    assert (merged.fields, merged.status, merged.conflicts) == ({"a": 2, "b": 2}, "merged", ())


@pytest.mark.parametrize(("at", "holds"), [(1, 2), (9, 3)])
def test_the_same_field_conflicts_and_the_later_edit_holds(at, holds):
    edits = [edit(1, a=1), edit(2, base=1, at=5, a=2), edit(3, "two", base=1, at=at, a=3)]
    merged = merge(edits, DECLARED)
    other = {2: 3, 3: 2}[holds]
    assert (merged.fields, merged.status) == ({"a": holds}, "conflict")
    assert merged.conflicts == (Conflict("a", holds, other),)


def test_an_edit_is_later_than_what_its_tablet_had_seen_whatever_its_clock():
    merged = merge([edit(1, at=100, a=1), edit(2, "two", base=1, at=1, a=2)], DECLARED)
    assert (merged.fields, merged.status, merged.stamp) == ({"a": 2}, "applied", 101)


def test_the_same_change_made_twice_is_no_conflict():
    merged = merge([edit(1, a=1), edit(2, base=1, a=2), edit(3, "two", base=1, a=2)], DECLARED)
    assert (merged.fields, merged.status) == ({"a": 2}, "merged")


def test_a_later_edit_of_the_same_tablet_takes_back_its_own_earlier_one():
    edits = [edit(1, seq=1, a=1), edit(2, seq=2, base=0, a=2), edit(3, seq=3, base=0, a=1)]
    assert merge(edits, DECLARED).fields == {"a": 1}


def test_true_is_not_one():
    merged = merge([edit(1, a=1), edit(2, base=1, a=True)], DECLARED)
    assert merged.fields["a"] is True


def test_a_field_left_out_is_removed_if_the_type_knows_it():
    merged = merge([edit(1, a=1, new=7), edit(2, base=1, b=2)], DECLARED)
    assert merged.fields == {"b": 2, "new": 7}


def test_a_deletion_and_an_edit_apart_conflict_on_living():
    merged = merge([edit(1, a=1), edit(2, base=1, at=5, deleted=True), edit(3, "two", base=1, at=9, a=2)], DECLARED)
    assert (merged.deleted, merged.status) == (False, "conflict")
    assert Conflict("deleted", False, True) in merged.conflicts
    merged = merge([edit(1, a=1), edit(2, base=1, at=9, deleted=True), edit(3, "two", base=1, at=5, a=2)], DECLARED)
    assert merged.deleted is True


def test_tablets_that_claim_to_have_seen_the_future_do_not_loop():
    merged = merge([edit(1, seq=5, a=1), edit(2, seq=4, base=1, a=2)], DECLARED)
    assert merged.fields == {"a": 2}


@st.composite
def worlds(draw):
    """Edits of three tablets; each builds on its own edits, and perhaps on all edits of the first phase (a pull)."""
    number = count()
    first = draw(st.lists(_change(), min_size=1, max_size=3))
    made = [(f"t{device}", next(number), 0, at, deleted, fields) for device, at, deleted, fields in first]
    later = draw(st.lists(st.tuples(_change(), st.booleans()), max_size=4))
    for (device, at, deleted, fields), pulled in later:
        made.append((f"t{device}", next(number), len(first) if pulled else 0, at, deleted, fields))
    return len(first), made


def _change():
    fields = st.dictionaries(st.sampled_from("abcn"), st.integers(0, 2), max_size=3)
    return st.tuples(st.integers(1, 3), st.integers(1, 20), st.booleans(), fields)


@given(worlds(), st.randoms())
def test_any_order_of_arrival_gives_the_same_state(world, random):
    first, made = world
    # What was pulled arrived first, in one order for all; only what came after may arrive in any order.
    states = []
    for _ in range(3):
        rest = made[first:]
        random.shuffle(rest)
        order = made[:first] + rest
        edits = [
            Edit(rev, device, seq, base, at, deleted, {} if deleted else fields, bytes([seq]))
            for rev, (device, seq, base, at, deleted, fields) in enumerate(order, 1)
        ]
        merged = merge(edits, DECLARED)
        states.append((merged.fields, merged.deleted, merged.latest.seq, merged.stamp))
        assert merged == merge(edits[::-1], DECLARED)
    assert states[0] == states[1] == states[2]


@given(worlds())
def test_an_edit_that_saw_everything_is_the_state(world):
    _, made = world
    edits = [
        Edit(rev, device, seq, base, at, deleted, {} if deleted else fields, bytes([seq]))
        for rev, (device, seq, base, at, deleted, fields) in enumerate(made, 1)
    ]
    last = Edit(len(edits) + 1, "t9", 99, len(edits), 0, False, {"a": 1, "b": 2, "c": 3}, b"x")
    merged = merge([*edits, last], DECLARED)
    assert {name: merged.fields[name] for name in "abc"} == last.fields
    assert (merged.status, merged.latest, merged.conflicts) == ("applied", last, ())
    assert merged.stamp > max(e.at for e in edits)
