"""Keys rotate: every sealed value of every room is found, sealed anew and still opens; a break loses nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import LargeBinary, text

from fieldsync import keyfile
from fieldsync.access import named_user, save_filter
from fieldsync.config import Settings
from fieldsync.db import (
    Base,
    KeyRing,
    KeysError,
    SealError,
    Store,
    list_hash_keys,
    open_store,
    readiness,
    reseal,
    resealing,
    retire_key,
    ring,
    rotate_identity_keys,
    rotate_key,
    rotating,
    sealed_columns,
    undeclared_columns,
    upgrade,
)
from fieldsync.keyfile import Kept
from fieldsync.notices import EVENTS, Wanted, add_target
from fieldsync.programs import PROGRAMS
from tests.conftest import TESTED_RING
from tests.field import woman
from tests.identity.people import BABY, partition, told
from tests.identity.test_deciding import decide, queue
from tests.identity.test_parting import split
from tests.keys import counted, opens_all, own_database, settings_with_file
from tests.scenarios.test_secrets import everything_opened, family


@pytest.fixture
def quick(monkeypatch):
    """Let processes learn at once, so that nobody needs to be waited for."""
    monkeypatch.setattr(ring, "REREAD_S", 0.05)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield settings_with_file(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path)
    else:
        with own_database(request.getfixturevalue("postgresql_url")) as url:
            yield settings_with_file(url, tmp_path)


@pytest.fixture
def store(settings) -> Iterator[Store]:
    opened = open_store(settings)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def filled(tablet):
    """A tablet whose family is in every table that has sealed values."""
    records = family(tablet)
    tablet.push(*records)
    tablet.push(tablet.edited(records[1], 1, full_name="Rukmini Zulaikha Sastro"))
    one, two = (told(tablet, BABY, nik=f"160205201125000{number}") for number in (1, 2))
    tablet.push(one, two)
    clerk = tablet.office.clerk("data_manager")
    case = clerk.get("/api/v1/cases", limit=1).json["cases"][0]
    path, said = f"/api/v1/cases/{case['id']}/events", {"event": "note", "note": "Rumah di ujung jalan"}
    assert clerk.client.post(path, json=said, headers=clerk.headers).status_code < 300
    [review] = queue(clerk)
    assert decide(clerk, review, "same", note="Bagas").status_code == 200
    assert split(clerk, partition(tablet.office.store)[one["id"]], two, note="Bagus").status_code == 200
    store = tablet.office.store
    hook = Wanted(
        name="Posko",
        kind="webhook",
        address="https://posko.example.org/kait",
        areas=("16.02",),
        programs=("maternal",),
        events=EVENTS,
    )
    store.transact(lambda c: add_target(c, store.sealer, hook, PROGRAMS, tablet.office.clock()))
    with store.reading() as connection:
        keeper = named_user(connection, clerk.username)
    store.transact(
        lambda c: save_filter(c, store.sealer, keeper, "Bu Sumini", "severity=urgent", tablet.office.clock())
    )
    with store.reading() as connection:
        for one in sealed_columns():
            assert connection.execute(text(f"SELECT count({one.column.name}) FROM {one.table.name}")).scalar_one(), one
    return tablet


def test_every_binary_column_is_declared_sealed_or_named_a_hash(store):
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, LargeBinary):
                assert column.name.endswith("_hash"), f"{table.name}.{column.name}: declare it Sealed(about what)"
    with store.reading() as connection:
        assert undeclared_columns(connection) == []
    assert {one.name for one in sealed_columns()} >= {
        *("batch.body", "hash_key.sealed", "held.edit", "person.sealed", "record.sealed", "revision.sealed")
    }
    assert sealed_columns()[0].name == "hash_key.sealed"


def test_what_each_room_declares_is_what_it_seals_about(settings, filled):
    assert opens_all(settings) == 28


def test_a_rotation_seals_everything_anew_and_the_old_key_is_not_needed(settings, store, filled, quick):
    before = everything_opened(store)
    values = counted(store, "t1")["t1"]
    key_id, done = rotate_key(store)
    assert (key_id, done) == ("k1", values)
    assert counted(store, "t1", "k1") == {"t1": 0, "k1": values, None: 0}
    assert [one for one, _ in keyfile.read(settings.key_file).ring] == ["k1", "t1"]
    assert keyfile.read(settings.key_file).rotating is None
    assert retire_key(store, "t1") is True
    assert [one for one, _ in keyfile.read(settings.key_file).ring] == ["k1"]
    opens_all(settings)
    assert filled.pull()[0]
    assert everything_opened(store).count(b"Sumarsih") == before.count(b"Sumarsih") > 0
    assert filled.push(woman(filled))[0]["status"] == "applied"
    assert rotate_key(store)[0] == "k2"


def test_a_copy_that_stands_still_needs_the_old_key_and_says_so(settings, store, filled, quick):
    rotate_key(store)
    retire_key(store, "t1")
    wrong = open_store(replace(settings, key_file=None))
    assert readiness(wrong)["keys"] == "a value is sealed under key k1, which is not in FIELDSYNC_ENCRYPTION_KEYS"
    with pytest.raises(SealError, match="key k1"):
        wrong.sealer.content_hash(b"{}")
    wrong.close()


def test_after_a_break_the_same_command_goes_on_with_the_same_key(settings, store, filled, quick, monkeypatch):
    monkeypatch.setattr(resealing, "CHUNK_ROWS", 2)
    told = []

    def breaks(done, whole):
        told.append((done, whole))
        if len(told) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_key(store, breaks)
    assert keyfile.read(settings.key_file).rotating == "k1"
    part = counted(store, "t1", "k1")
    assert part["t1"] > 0
    assert part["k1"] > 0
    opens_all(settings)
    with pytest.raises(KeysError, match="values are sealed under key t1"):
        retire_key(store, "t1")
    key_id, done = rotate_key(store, lambda _done, _whole: None)
    assert (key_id, done) == ("k1", part["t1"])
    assert reseal(store) == 0
    retire_key(store, "t1")
    opens_all(settings)


def test_a_break_before_the_new_key_seals_goes_on_too(settings, store, quick, monkeypatch):
    def gone(_store):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "settle", gone)
        with pytest.raises(KeyboardInterrupt):
            rotate_key(store)
    assert [one for one, _ in keyfile.read(settings.key_file).ring] == ["t1", "k1"]
    assert store.sealer.seal(b"x").startswith(b"\x02t1")
    assert rotate_key(store)[0] == "k1"
    assert [one for one, _ in keyfile.read(settings.key_file).ring] == ["k1", "t1"]


@pytest.mark.parametrize(("key_id", "said"), [("t1", "the one that seals"), ("k9", "there is no key k9")])
def test_a_key_in_use_or_unknown_is_not_retired(store, key_id, said):
    with pytest.raises(KeysError, match=said):
        retire_key(store, key_id)


def test_a_value_that_is_copied_while_a_key_retires_keeps_it(store, filled, quick, monkeypatch):
    """A push that began before the last count may still hold an old value, and write it after it."""
    with store.reading() as connection:
        [old] = connection.execute(text("SELECT sealed FROM record WHERE type = 'household'")).scalars()
        [one] = connection.execute(text("SELECT id FROM record WHERE type = 'household'")).scalars()
    rotate_key(store)

    def writes_late(_store):
        store.transact(
            lambda c: c.execute(text("UPDATE record SET sealed = :old WHERE id = :id"), {"old": bytes(old), "id": one})
        )

    monkeypatch.setattr(rotating, "settle", writes_late)
    with pytest.raises(KeysError, match="1 values are sealed under key t1"):
        retire_key(store, "t1")
    assert store.sealer.ring.ids == ("k1", "t1")


def test_when_values_are_sealed_anew_every_process_seals_with_the_new_key(settings, store, monkeypatch):
    monkeypatch.setattr(ring, "REREAD_S", 0.6)
    other = KeyRing(TESTED_RING, settings.key_file)
    sealed = []

    def just_before_the_switch(_done, _whole):
        sealed.append(other.seal(b"x")[:3])

    rotate_key(store, just_before_the_switch)
    assert sealed[0] == b"\x02t1"
    assert set(sealed[1:]) == {b"\x02k1"}
    assert len(sealed) > 1


def test_settling_waits_for_what_began_before(store, quick):
    begun, ended, order = threading.Event(), threading.Event(), []

    def work(connection):
        connection.execute(text("UPDATE feed_epoch SET horizon = '{}'"))
        begun.set()
        ended.wait(10)
        order.append("work")

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(store.transact, work)
        begun.wait(10)
        settled = pool.submit(lambda: (rotating.settle(store), order.append("settled")))
        threading.Event().wait(0.5)
        ended.set()
        slow.result()
        settled.result()
    assert order == ["work", "settled"]


def test_a_row_that_a_writer_has_locked_is_sealed_when_it_is_free(settings, store, filled, quick):
    begun, ended = threading.Event(), threading.Event()

    def edits(connection):
        connection.execute(text("UPDATE record SET device_seq = device_seq + 1 WHERE type = 'household'"))
        begun.set()
        ended.wait(10)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(store.transact, edits)
        begun.wait(10)
        keyfile.replace(settings.key_file, Kept("x" * 32, (("k1", bytes(32)), *TESTED_RING)))
        resealed = pool.submit(reseal, store)
        threading.Event().wait(0.5)
        assert not resealed.done()
        ended.set()
        slow.result()
        assert resealed.result() > 0
    assert counted(store, "t1")["t1"] == 0


def test_what_another_writer_writes_meanwhile_is_never_overwritten(settings, store, filled, quick, monkeypatch):
    """The edit comes in the very moment between reading the old value and writing it anew."""
    with store.reading() as connection:
        [one] = connection.execute(text("SELECT id FROM record WHERE type = 'household'")).scalars()
    other = open_store(settings)
    opens, edits = store.sealer.open, []

    def edit(connection):
        newer = {"newer": other.sealer.seal(b"newer", one), "id": one}
        connection.execute(text("UPDATE record SET sealed = :newer WHERE id = :id"), newer)

    with ThreadPoolExecutor(1) as pool:

        def interrupted(sealed, about):
            if about == one and not edits:
                edits.append(pool.submit(other.transact, edit))
                threading.Event().wait(0.5)
            return opens(sealed, about)

        monkeypatch.setattr(store.sealer, "open", interrupted)
        rotate_key(store)
        edits[0].result()
    other.close()
    with store.reading() as connection:
        [sealed] = connection.execute(text("SELECT sealed FROM record WHERE id = :id"), {"id": one}).scalars()
    assert opens(sealed, one) == b"newer"


def test_a_value_that_can_not_be_opened_is_named_and_costs_no_other(settings, store, filled, quick):
    spoil = "UPDATE person SET sealed = :bad WHERE id = (SELECT min(CAST(id AS varchar)) FROM person WHERE sealed IS NOT NULL)"
    if store.is_postgresql:
        spoil = spoil.replace("id = (", "CAST(id AS varchar) = (")
    store.transact(lambda c: c.execute(text(spoil), {"bad": b"\x02t1" + bytes(40)}))
    with pytest.raises(
        SealError, match=r"1 sealed values can't be opened and stay as they are: person\.sealed of [0-9a-f-]{36}$"
    ):
        rotate_key(store)
    assert counted(store, "t1")["t1"] == 1
    with pytest.raises(KeysError, match="1 values are sealed under key t1"):
        retire_key(store, "t1")


def test_a_database_with_columns_of_a_newer_version_is_left_alone(store, quick):
    store.transact(
        lambda c: c.execute(text(f"CREATE TABLE newer (secret {'bytea' if store.is_postgresql else 'blob'})"))
    )
    with pytest.raises(KeysError, match=r"newer\.secret"):
        rotate_key(store)
    with pytest.raises(KeysError, match="there is no key t0"):
        retire_key(store, "t0")
    assert store.sealer.ring.ids == ("t1",)


def test_large_values_go_in_chunks_of_bytes(store, filled, quick, monkeypatch):
    monkeypatch.setattr(resealing, "CHUNK_BYTES", 700)
    told: list[tuple[int, int]] = []
    _, done = rotate_key(store, lambda *at: told.append(at))
    assert told[0] == (0, 1)
    assert told[-1] == (done, done)
    assert len(told) > 8
    assert [one for one, _ in told] == sorted(one for one, _ in told)


def test_a_given_ring_is_resealed_but_changed_by_nobody(settings, store, filled, quick):
    store.close()
    given = replace(settings, key_file=None, encryption_keys=(("k2", bytes(32)), *TESTED_RING))
    opened = open_store(given)
    with pytest.raises(KeysError, match="FIELDSYNC_ENCRYPTION_KEYS"):
        rotate_key(opened)
    assert reseal(opened) > 0
    assert retire_key(opened, "t1") is False
    opened.close()
    opens_all(settings, (("k2", bytes(32)),))


def test_two_commands_at_once_are_refused(settings, store, quick):
    with keyfile.alone(settings.key_file), pytest.raises(KeysError, match="another command"):
        rotate_key(store)


class Shelf:
    """A room that keeps rows under identity keys: of each thing, by its name."""

    def __init__(self, store, things) -> None:
        self.things = things
        store.transact(
            lambda c: c.execute(text("CREATE TABLE shelf (key bigint, thing varchar(20), PRIMARY KEY (key, thing))"))
        )

    def put(self, connection, sealer, thing) -> None:
        for key in sealer.keys64("thing", thing):
            connection.execute(
                text("INSERT INTO shelf VALUES (:key, :thing) ON CONFLICT DO NOTHING"), {"key": key, "thing": thing}
            )

    def find(self, connection, sealer, thing) -> set[str]:
        found = set()
        for key in sealer.keys64("thing", thing):
            found |= set(connection.execute(text("SELECT thing FROM shelf WHERE key = :key"), {"key": key}).scalars())
        return found

    def rehash(self, store, chunk, progress) -> int:
        for number, thing in enumerate(self.things):

            def anew(connection, thing=thing):
                connection.execute(text("DELETE FROM shelf WHERE thing = :thing"), {"thing": thing})
                self.put(connection, store.sealer, thing)

            store.transact(anew)
            if progress is not None:
                progress(number + 1, len(self.things))
        return len(self.things)


def test_identity_keys_rotate_and_nothing_is_lost_to_processes_that_have_not_learned_yet(settings, store, quick):
    things = [f"thing {number}" for number in range(20)]
    shelf = Shelf(store, things)
    for thing in things:
        store.transact(lambda c, thing=thing: shelf.put(c, store.sealer, thing))
    other = open_store(settings)
    stop, missed = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            for thing in things:
                with other.reading() as connection:
                    if shelf.find(connection, other.sealer, thing) != {thing}:
                        missed.append(thing)

    before = store.sealer.key64("thing", "thing 1")
    with ThreadPoolExecutor(1) as pool:
        searching = pool.submit(search)
        assert rotate_identity_keys(store, [shelf.rehash]) == "identity2"
        stop.set()
        searching.result()
    other.close()
    assert missed == []
    assert store.sealer.key64("thing", "thing 1") != before
    with store.reading() as connection:
        assert [one.id for one in list_hash_keys(connection)] == ["content1", "identity2", "lookup1"]
        assert connection.execute(text("SELECT count(*) FROM shelf")).scalar_one() == len(things)
        assert shelf.find(connection, store.sealer, "thing 1") == {"thing 1"}


@pytest.mark.parametrize("at", [1, 2])
def test_a_rotation_of_identity_keys_that_breaks_off_goes_on(store, quick, at):
    calls = []

    def room(_store, _chunk, _progress) -> int:
        calls.append(len(store.sealer.keys64("x", "y")))
        if len(calls) == at:
            raise KeyboardInterrupt
        return 0

    with pytest.raises(KeyboardInterrupt):
        rotate_identity_keys(store, [room])
    assert rotate_identity_keys(store, [room]) == "identity2"
    assert calls == {1: [2, 2, 1], 2: [2, 1, 1]}[at]
    assert rotate_identity_keys(store, []) == "identity3"
