"""A unit of work: all of it or nothing, once, and again from the start when another writer was first."""

import shutil
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from fieldsync.access.tables import VanRow
from fieldsync.db import Lost, add_rows, open_store, upgrade
from fieldsync.db import engine as engine_module
from tests.conftest import settings_for
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def add_van(connection, name="van"):
    add_rows(connection, VanRow, ("id", "name", "created_at"), [(new_id(), name, NOON)])


def names(store):
    with store.reading() as connection:
        return sorted(connection.execute(select(VanRow.name)).scalars())


@pytest.fixture
def hurried(monkeypatch):
    """No waiting between attempts; returns how long each wait would have been."""
    waits: list[float] = []
    monkeypatch.setattr(engine_module.time, "sleep", waits.append)
    return waits


def test_the_work_is_committed_once_and_its_answer_returned(store):
    calls = []

    def work(connection):
        calls.append(1)
        add_van(connection)
        return "answer"

    assert store.transact(work) == "answer"
    assert calls == [1]
    assert names(store) == ["van"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("no"), KeyboardInterrupt()])
def test_an_error_rolls_all_back_and_is_not_tried_again(store, hurried, error):
    calls = []

    def work(connection):
        calls.append(1)
        add_van(connection)
        raise error

    with pytest.raises(type(error)):
        store.transact(work)
    assert calls == [1]
    assert names(store) == []
    assert hurried == []


def test_a_lost_race_runs_the_whole_work_again(store, hurried):
    calls = []

    def work(connection):
        calls.append(len(names_in(connection)))
        add_van(connection)
        if len(calls) < 4:
            raise Lost
        return len(calls)

    assert store.transact(work) == 4
    assert calls == [0, 0, 0, 0]
    assert names(store) == ["van"]
    assert len(hurried) == 3


def names_in(connection):
    return connection.execute(select(VanRow.name)).scalars().all()


def test_a_race_that_is_always_lost_is_given_up_and_leaves_nothing(store, hurried):
    calls = []

    def work(connection):
        calls.append(1)
        add_van(connection)
        raise Lost

    with pytest.raises(Lost):
        store.transact(work)
    assert len(calls) == engine_module.ATTEMPTS
    assert len(hurried) == engine_module.ATTEMPTS - 1
    assert max(hurried) < 2
    assert names(store) == []


def test_a_unique_violation_is_no_lost_race(store, hurried):
    calls = []

    def work(connection):
        calls.append(1)
        add_van(connection)
        add_van(connection)

    with pytest.raises(IntegrityError):
        store.transact(work)
    assert calls == [1]
    assert names(store) == []


def test_a_savepoint_rolls_back_alone(store):
    def work(connection):
        add_van(connection, "kept")
        with suppress(RuntimeError), connection.begin_nested():
            add_van(connection, "dropped")
            raise RuntimeError
        add_van(connection, "kept too")

    store.transact(work)
    assert names(store) == ["kept", "kept too"]


def test_two_writers_of_one_row_lose_no_step(store):
    store.transact(lambda connection: add_van(connection, "0"))

    def step(_number):
        def work(connection):
            now = connection.execute(select(VanRow.name).with_for_update()).scalar_one()
            connection.execute(update(VanRow).values(name=str(int(now) + 1)))

        store.transact(work)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(step, range(40)))
    assert names(store) == ["40"]


class Overlap:
    """Two writers of different rows, the second begun while the first is inside."""

    def __init__(self, store):
        self.store = store
        self.inside, self.go_on = threading.Event(), threading.Event()
        self.seen = None

    def first(self, connection):
        add_van(connection, "first")
        self.inside.set()
        assert self.go_on.wait(10)

    def second(self, connection):
        self.seen = names_in(connection)
        add_van(connection, "second")

    def run(self):
        """Tell whether the second could finish before the first."""
        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(self.store.transact, self.first)
            assert self.inside.wait(10)
            other = threads.submit(self.store.transact, self.second)
            wait([other], timeout=0.5)
            overtook = other.done()
            self.go_on.set()
            one.result(10)
            other.result(10)
        return overtook


@on_sqlite
def test_on_sqlite_a_writer_waits_for_the_other_from_its_first_statement(store):
    overlap = Overlap(store)
    assert overlap.run() is False
    assert overlap.seen == ["first"]
    assert names(store) == ["first", "second"]


@on_postgresql
def test_on_postgresql_writers_of_different_rows_run_side_by_side(store):
    overlap = Overlap(store)
    assert overlap.run() is True
    assert overlap.seen == []
    assert names(store) == ["first", "second"]


@on_postgresql
def test_a_deadlock_is_tried_again(store):
    store.transact(lambda connection: [add_van(connection, name) for name in "ab"])
    both = threading.Barrier(2)
    attempts = []

    def take(order):
        def work(connection):
            attempts.append(order)
            connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            for position, name in enumerate(order):
                connection.execute(update(VanRow).where(VanRow.name == name).values(created_at=NOON))
                if position == 0 and attempts.count(order) == 1:
                    both.wait(10)

        store.transact(work)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(take, "ab"), pool.submit(take, "ba")]:
            one.result(20)
    assert len(attempts) == 3


def test_a_database_that_stays_locked_is_an_operational_error(tmp_path, migrated_sqlite, monkeypatch, hurried):
    monkeypatch.setattr(engine_module, "SQLITE_WAIT_S", 0.05)
    path = tmp_path / "store.sqlite3"
    shutil.copy(migrated_sqlite, path)
    url = f"sqlite:///{path}"
    holder, other = open_store(settings_for(url, tmp_path)), open_store(settings_for(url, tmp_path))

    def work(connection):
        add_van(connection)
        with pytest.raises(OperationalError, match="locked"):
            other.transact(lambda inner: add_van(inner, "b"))

    holder.transact(work)
    assert len(hurried) == engine_module.ATTEMPTS - 1
    other.transact(lambda inner: add_van(inner, "b"))
    assert names(holder) == ["b", "van"]
    holder.close()
    other.close()


def test_a_snapshot_sees_one_moment_and_reading_sees_the_newest(store):
    with store.snapshot() as still, store.reading() as moving:
        assert names_in(still) == []
        if store.is_postgresql:
            assert names_in(moving) == []
        store.transact(add_van)
        assert names_in(still) == []
        assert names_in(moving) == ["van"]


def test_a_reader_does_not_hold_up_a_writer_nor_a_writer_a_reader(store):
    with store.snapshot() as still:
        assert names_in(still) == []
        store.transact(lambda connection: (add_van(connection), names(store)))
    assert names(store) == ["van"]


def test_sqlite_is_durable_and_checks_references(tmp_path, migrated_sqlite):
    store = open_store(settings_for(f"sqlite:///{migrated_sqlite}", tmp_path))
    with store.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    store.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgresql_sessions_are_in_utc_and_give_texts_for_uuids_and_json(postgresql_url, tmp_path):
    store = open_store(settings_for(postgresql_url, tmp_path))
    one = new_id()
    with store.reading() as connection:
        row = connection.execute(
            text(f"SELECT current_setting('timezone'), CAST('{one}' AS uuid), CAST('[1, 2]' AS json)")
        )
        assert tuple(row.one()) == ("UTC", one, "[1, 2]")
    store.close()


def test_a_new_file_of_sqlite_is_its_owner_s_alone(tmp_path, migrated_sqlite):
    path = tmp_path / "new.sqlite3"
    store = open_store(settings_for(f"sqlite:///{path}", tmp_path))
    upgrade(store)
    files = sorted(tmp_path.glob("new.sqlite3*"))
    store.close()
    assert len(files) > 1
    assert {stat.S_IMODE(one.stat().st_mode) for one in files if one.exists()} == {0o600}


class Contended:
    """A cursor on a new file that others open in the same instant: SQLite refuses at once, so many times."""

    def __init__(self, refusals):
        self.refusals = refusals

    def execute(self, _statement):
        if self.refusals:
            self.refusals -= 1
            raise sqlite3.OperationalError("database is locked")


def test_a_new_file_of_sqlite_may_be_opened_by_several_at_once(monkeypatch, hurried):
    engine_module.write_ahead(Contended(3))
    assert len(hurried) == 3
    monkeypatch.setattr(engine_module, "SQLITE_WAIT_S", 0)
    with pytest.raises(sqlite3.OperationalError):
        engine_module.write_ahead(Contended(1))


def test_an_unreachable_postgresql_is_an_error_at_its_first_use_only(tmp_path):
    gone = open_store(settings_for("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path))
    with pytest.raises(DBAPIError):
        gone.transact(names_in)
    gone.close()


def test_the_keys_of_the_hashes_can_be_read_while_every_connection_of_the_pool_is_held(database_url, tmp_path):
    """A transaction rereads them now and then: waiting for a connection that another such one holds would stop all."""
    store = open_store(settings_for(database_url, tmp_path, database_pool=1, threads=1))
    with store.engine.connect(), store.engine.connect():
        began = time.monotonic()
        assert store.sealer.reread().identity
        assert time.monotonic() - began < 20
    store.close()
