"""What waits is found again by what it waits for, directly, through others and with its group."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fieldsync.ledger import waiting
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
EDIT = b'{"raw":{"full_name":"Siti Aminah"}}'


def held(
    *awaits: str, group=None, why="record", record_id=None, content=b"\x00" * 16, at=NOON, edit=EDIT
) -> waiting.Held:
    return waiting.Held(
        record_id or new_id(), content, new_id(), group, at, new_id(), 3, edit, dict.fromkeys(awaits, why)
    )


def hold(store, *those: waiting.Held) -> None:
    store.transact(lambda connection: waiting.hold(connection, store.sealer, those))


def awaiting(store, ids=(), groups=()):
    with store.reading() as connection:
        return waiting.awaiting(connection, store.sealer, ids, groups, lambda _wanted: None)


def test_a_held_edit_comes_back_as_it_was(store):
    one = held(new_id(), new_id(), group=new_id())
    hold(store, one)
    assert awaiting(store, [next(iter(one.awaits))]) == [one]


def test_nothing_is_found_by_what_nothing_waits_for(store):
    one = held(new_id())
    hold(store, one)
    assert awaiting(store, [new_id()], [new_id()]) == []
    assert awaiting(store, [one.record_id]) == []
    assert awaiting(store) == []
    hold(store)


def test_a_chain_is_found_from_its_beginning(store):
    first = held(new_id())
    second = held(first.record_id, at=NOON + timedelta(seconds=1))
    third = held(second.record_id, at=NOON + timedelta(seconds=2))
    stranger = held(new_id())
    hold(store, third, stranger, first, second)
    assert awaiting(store, first.awaits) == [first, second, third]
    assert awaiting(store, [second.record_id]) == [third]


def test_a_group_is_found_whole_and_through_any_of_it(store):
    group, other_group = new_id(), new_id()
    waits = held(new_id(), group=group)
    mate = held(group=group, at=NOON + timedelta(seconds=1))
    of_mate = held(mate.record_id, group=other_group, at=NOON + timedelta(seconds=2))
    mate_of_that = held(group=other_group, at=NOON + timedelta(seconds=3))
    hold(store, waits, mate, of_mate, mate_of_that)
    everything = [waits, mate, of_mate, mate_of_that]
    assert awaiting(store, waits.awaits) == everything
    assert awaiting(store, groups=[group]) == everything
    assert awaiting(store, groups=[other_group]) == [of_mate, mate_of_that]
    assert awaiting(store, groups=[None]) == []


def test_a_circle_of_waiting_ends(store):
    first_id, second_id = new_id(), new_id()
    hold(store, held(second_id, record_id=first_id), held(first_id, record_id=second_id))
    assert {one.record_id for one in awaiting(store, [first_id])} == {first_id, second_id}


def test_two_contents_of_one_record_wait_side_by_side(store):
    one = held(new_id(), content=b"a" * 16)
    other = held(*one.awaits, record_id=one.record_id, content=b"b" * 16, at=NOON + timedelta(seconds=1))
    hold(store, one, other)
    assert awaiting(store, one.awaits) == [one, other]
    with store.reading() as connection:
        assert waiting.known(connection, [one.record_id, new_id()]) == {one.key, other.key}
    store.transact(lambda connection: waiting.release(connection, [one.key]))
    assert awaiting(store, one.awaits) == [other]


def test_the_same_content_can_not_wait_twice(store):
    one = held(new_id())
    hold(store, one)
    with pytest.raises(IntegrityError):
        hold(store, one)


def test_what_is_released_is_gone_with_all_it_waited_for(store):
    one, other = held(new_id(), new_id()), held(new_id())
    hold(store, one, other)
    store.transact(lambda connection: waiting.release(connection, [one.key, (new_id(), b"none")]))
    assert awaiting(store, one.awaits) == []
    assert awaiting(store, other.awaits) == [other]
    with store.reading() as connection:
        assert waiting.count(connection) == 1
        assert connection.execute(text("SELECT count(*) FROM held_for")).scalar_one() == 1


def test_what_waits_is_counted_all_or_by_age(store):
    hold(store, held(new_id(), at=NOON - timedelta(days=6)), held(new_id(), at=NOON), held(at=NOON - timedelta(days=5)))
    with store.reading() as connection:
        assert waiting.count(connection) == 3
        assert waiting.count(connection, NOON - timedelta(days=5)) == 1
        assert waiting.count(connection, NOON + timedelta(seconds=1)) == 3


def test_awaited_versions_are_told_once_each(store):
    hold(
        store,
        held("version anc_visit 2026.2", why="version"),
        held("version anc_visit 2026.2", why="version"),
        held("version person 2027.1", why="version"),
        held(new_id()),
    )
    with store.reading() as connection:
        assert sorted(waiting.versions_awaited(connection)) == ["version anc_visit 2026.2", "version person 2027.1"]


def test_what_waits_is_kept_sealed(store):
    hold(store, held(new_id()))
    with store.reading() as connection:
        kept = bytes(connection.execute(text("SELECT edit FROM held")).scalar_one())
    assert b"Siti" not in kept


def test_who_waits_is_asked_only_after_the_lock(store):
    """Level by level: first the lock on what is awaited, then the question; only records are locked."""
    first = held(new_id())
    second = held(first.record_id)
    hold(store, first, second)
    locked = []
    with store.reading() as connection:
        ids = [*first.awaits, "version anc_visit 2099.1"]
        waiting.awaiting(connection, store.sealer, ids, (), lambda wanted: locked.append(sorted(wanted)))
    assert locked == [sorted(first.awaits), [first.record_id], [second.record_id]]
