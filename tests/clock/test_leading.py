"""One leads: terms are taken once, held by every transaction of a job, and given up."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fieldsync.clock import Deposed, leading
from fieldsync.clock.leading import Seen, look_at, take
from tests.office import NOON

# SQLite has one writer at a time anyway.
POSTGRESQL_ONLY = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_the_first_one_leads_and_the_second_does_not(store):
    assert look_at(store) is None
    term = take(store, "one", None, NOON)
    assert term is not None
    store.transact(term.guard)
    assert take(store, "two", None, NOON) is None
    assert look_at(store) == Seen(1, 0, "one")


def test_a_sign_of_life_in_the_last_instant_counts(store):
    term = take(store, "one", None, NOON)
    seen = look_at(store)
    assert term.beat()
    assert take(store, "two", seen, NOON) is None
    store.transact(term.guard)


def test_a_leader_that_was_taken_for_gone_can_do_nothing(store):
    old = take(store, "one", None, NOON)
    new = take(store, "two", look_at(store), NOON)
    assert (new.number, look_at(store).holder) == (old.number + 1, "two")
    with pytest.raises(Deposed):
        store.transact(old.guard)
    assert not old.beat()
    assert not old.resign()
    assert look_at(store) == Seen(new.number, 0, "two")
    store.transact(new.guard)


def test_who_resigns_writes_nothing_more_and_is_followed_at_once(store):
    term = take(store, "one", None, NOON)
    assert term.resign()
    with pytest.raises(Deposed):
        store.transact(term.guard)
    assert look_at(store).holder is None
    assert take(store, "two", look_at(store), NOON).number == 2


def test_of_many_candidates_one_is_let_in(store):
    take(store, "gone", None, NOON)
    seen = look_at(store)
    with ThreadPoolExecutor(8) as pool:
        terms = list(pool.map(lambda number: take(store, f"candidate {number}", seen, NOON), range(8)))
    assert [one.number for one in terms if one is not None] == [2]


@POSTGRESQL_ONLY
def test_a_take_over_waits_for_the_transaction_that_holds_the_term_but_a_beat_does_not(store):
    term = take(store, "one", None, NOON)
    held, go_on, order = threading.Event(), threading.Event(), []

    def job(connection):
        term.guard(connection)
        held.set()
        assert go_on.wait(10)
        order.append("job")

    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(store.transact, job)
        assert held.wait(10)
        assert term.beat()
        taking = pool.submit(lambda: (take(store, "two", Seen(1, 1, "one"), NOON), order.append("taken")))
        with pytest.raises(TimeoutError):
            taking.result(timeout=0.3)
        go_on.set()
        working.result(10)
        assert taking.result(10)[0].number == 2
    assert order == ["job", "taken"]


@POSTGRESQL_ONLY
def test_a_leader_that_is_stopped_within_a_transaction_does_not_keep_its_locks(store, monkeypatch):
    monkeypatch.setattr(leading, "_NO_IDLING", text("SET LOCAL idle_in_transaction_session_timeout = '500ms'"))
    term = take(store, "one", None, NOON)
    held = threading.Event()

    def job(connection):
        term.guard(connection)
        held.set()
        time.sleep(2)
        connection.execute(text("SELECT 1"))

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(store.transact, job)
        assert held.wait(10)
        began = time.monotonic()
        assert take(store, "two", look_at(store), NOON).number == 2
        assert time.monotonic() - began < 1.8
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            working.result(20)
