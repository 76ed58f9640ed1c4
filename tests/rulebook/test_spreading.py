"""A change of rules reaches everybody: in parts, from where it broke off, once, and past pushes under way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select

from fieldsync import access, registry, rulebook, sync
from fieldsync.cases import day_of
from fieldsync.cases.tables import WatchRow
from fieldsync.rulebook.tables import SpreadRow
from tests.field import pregnancy, stranger, visit
from tests.rulebook.conftest import bp_01
from tests.rulebook.test_change_of_rules import BETWEEN, flags


class StoppedError(Exception):
    """As when the process is killed."""


def stopping_after(number):
    """Return a guard that ends the run in its transaction after so many."""
    left = iter(range(number))

    def guard(_connection):
        if next(left, None) is None:
            raise StoppedError

    return guard


@pytest.fixture
def seven(tablet):
    """Seven women with 172 mmHg."""
    women = [stranger(tablet, one) for one in range(7)]
    theirs = [pregnancy(tablet, she["id"]) for she in women]
    seen = [visit(tablet, hers["id"], **BETWEEN) for hers in theirs]
    assert {one["status"] for one in tablet.push(*women, *theirs, *seen)} == {"applied"}
    return women


@pytest.fixture
def changed(desk, seven, head, second):
    """The limit of 180 mmHg, approved; nobody was judged anew so far."""
    desk.write(bp_01())
    return desk.approve(desk.propose(head), second)


def places(store):
    with store.reading() as connection:
        return connection.execute(select(SpreadRow.place)).scalars().all()


def looks(connection):
    return {one.id: one.look_on for one in connection.execute(select(WatchRow.id, WatchRow.look_on))}


def standing(office):
    return sum(state == "open" for _, state, _ in flags(office))


@pytest.mark.parametrize("at_once", [1, 3, 7, 500])
def test_everybody_is_judged_anew_in_parts_of_any_size(office, changed, at_once):
    assert standing(office) == 7
    sync.look(office.store, office.clock(), at_once=at_once)
    assert standing(office) == 0
    assert places(office.store) == [None]


@pytest.mark.parametrize("steps", range(8))
def test_a_run_that_broke_off_goes_on_where_it_was(office, changed, steps):
    with pytest.raises(StoppedError):
        sync.look(office.store, office.clock(), stopping_after(steps), at_once=3)
    sync.look(office.store, office.clock(), at_once=3)
    assert standing(office) == 0
    assert places(office.store) == [None]


def test_what_is_spread_once_is_not_spread_again(office, changed):
    today = day_of(office.clock())
    anybody = stopping_after(1000)
    assert rulebook.spread(office.store, today, anybody, 3) == 7
    assert rulebook.spread(office.store, today, anybody, 3) == 0
    assert rulebook.spread(office.store, today + timedelta(days=30), anybody, 3) == 0


def test_a_first_run_takes_everybody_as_judged(office, seven):
    """So a database that was never looked at costs no night more."""
    today = day_of(office.clock())
    assert rulebook.spread(office.store, today, stopping_after(9), 3) == 0
    assert places(office.store) == [None]


def test_who_was_to_be_looked_at_sooner_still_is(office, changed, seven):
    today = day_of(office.clock())
    with office.store.reading() as connection:
        before = looks(connection)
    rulebook.spread(office.store, today, stopping_after(99), 500)
    with office.store.reading() as connection:
        after = looks(connection)
    assert {one["id"] for one in seven} <= after.keys()
    assert after == {one: min(today, before.get(one, today)) for one in after}


def test_an_approval_and_a_spread_wait_for_pushes_under_way(office, desk, seven, head, second):
    """Else such a push, judged by the old rules, could set anew when to look at whom the spread put on the watch."""
    store = office.store
    begun, go_on, done = Event(), Event(), []

    def push(connection):
        registry.share_persons(connection)
        begun.set()
        assert go_on.wait(20)
        done.append("push")

    def after(name, work, *given):
        work(*given)
        done.append(name)

    desk.write(bp_01())
    made = desk.propose(head)
    with store.reading() as connection:
        step = rulebook.Step(access.named_user(connection, second.username), office.clock(), "web")
    today, anybody = day_of(office.clock()), stopping_after(99)
    for name, work, given in (
        ("approved", rulebook.approve, (store, made["id"], step)),
        ("spread", rulebook.spread, (store, today, anybody, 500)),
    ):
        begun.clear()
        go_on.clear()
        done.clear()
        first = Thread(target=store.transact, args=(push,))
        first.start()
        assert begun.wait(20)
        other = Thread(target=after, args=(name, work, *given))
        other.start()
        other.join(0.3)
        assert done == []
        go_on.set()
        first.join(20)
        other.join(20)
        assert done == ["push", name]


def test_of_two_approvals_at_once_one_is_stale(office, desk, seven, head, second):
    proposals = []
    for limit in (180, 190):
        desk.write(bp_01(limit))
        proposals.append(desk.propose(head)["id"])
    with office.store.reading() as connection:
        step = rulebook.Step(access.named_user(connection, second.username), office.clock(), "web")

    def approve(proposal):
        try:
            return rulebook.approve(office.store, proposal, step).state
        except rulebook.ProposalError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, proposals)) == ["in_force", "stale"]
