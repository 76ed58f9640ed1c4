"""From persons to groups: what has to change, and who keeps which id."""

from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.bulk.plans import steps

IDS = [f"r{number}" for number in range(12)]


def plan(persons, groups):
    return steps(persons, groups, IDS)


def test_what_is_the_same_needs_no_step():
    assert plan({"r0": (0, 1), "r2": (2,)}, [(0, 1), (2,)]) == []


def test_persons_that_became_one_are_merged_into_who_had_more():
    (step,) = plan({"r0": (0,), "r1": (1, 2)}, [(0, 1, 2)])
    assert step.after == {"r1": (0, 1, 2)}
    assert step.merges == [("r0", "r1")]
    assert step.moved == 1


def test_a_person_that_falls_apart_keeps_its_id_where_its_first_record_is():
    (step,) = plan({"r0": (0, 1, 2)}, [(0,), (1, 2)])
    assert step.after == {"r0": (0,), "r1": (1, 2)}
    assert step.merges == []
    assert step.moved == 2


def test_records_that_change_places_change_their_persons_in_one_step():
    (step,) = plan({"r0": (0, 3), "r1": (1, 2)}, [(0, 2), (1, 3)])
    assert step.after == {"r0": (0, 2), "r1": (1, 3)}
    assert step.moved == 2


def test_an_id_whose_record_was_deleted_goes_with_most_of_the_rest():
    (step,) = plan({"gone": (0, 1, 2)}, [(0,), (1, 2)])
    assert step.after == {"gone": (1, 2), "r0": (0,)}


@st.composite
def partitions(draw):
    homes = draw(st.lists(st.integers(0, 5), min_size=12, max_size=12))
    found = {}
    for record, home in enumerate(homes):
        found.setdefault(home, []).append(record)
    return [tuple(group) for group in found.values()]


@given(partitions(), partitions())
def test_steps_turn_any_persons_into_any_groups_and_a_second_plan_is_empty(before, after):
    persons = {IDS[group[0]]: group for group in before}
    changed = dict(persons)
    for step in plan(persons, after):
        assert sorted(sum(step.before.values(), ())) == sorted(sum(step.after.values(), ()))
        for person_id in step.before:
            del changed[person_id]
        assert not changed.keys() & step.after.keys()
        changed.update(step.after)
        for person_id, group in step.after.items():
            assert IDS.index(person_id) in group  # an id names a record that its person has
    assert sorted(changed.values()) == sorted(after)
    assert plan(changed, after) == []
