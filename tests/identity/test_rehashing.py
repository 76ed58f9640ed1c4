"""The keys of look-ups rotate while tablets push: whoever was found is found, and nothing is left under the old key."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select

from fieldsync import identity
from fieldsync.db import list_hash_keys, open_store, ring, rotate_identity_keys, upgrade
from fieldsync.db.hash_keys import add_identity_key
from fieldsync.identity import rehashing
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.shelf import counted_of
from fieldsync.identity.shelving import name_keys, profiles_of
from fieldsync.identity.tables import KeyRow, LinkRow
from tests.field import nik_of, stranger
from tests.identity.people import FATHER, MOTHER, alike, counts, groups, memory, partition, told
from tests.keys import own_database, settings_with_file
from tests.office import Office

WOMEN = 60
GONE = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    if request.param == "sqlite":
        yield settings_with_file(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path)
    else:
        with own_database(request.getfixturevalue("postgresql_url")) as url:
            yield settings_with_file(url, tmp_path)


@pytest.fixture
def store(settings, monkeypatch):
    monkeypatch.setattr(ring, "REREAD_S", 0.1)
    store = open_store(settings)
    upgrade(store)
    yield store
    store.close()


def right_rows(store) -> set[tuple[int, str]]:
    """The rows that the profiles call for, under the live keys."""
    lookups = LookUps(store.sealer)
    with store.reading() as connection:
        profiles = profiles_of(connection, store.sealer, set(partition(store).values()))
    keys = set()
    for person_id, profile in profiles.items():
        for one in profile.said():
            keys |= {(key, person_id) for key in keys_of(one, lookups.hashed)}
        keys |= {(key, person_id) for key in name_keys(lookups, profile)}
    return lookups.rows(keys)


def links(store) -> list[tuple]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(LinkRow.__table__).order_by(LinkRow.id))]


def crowd(tablet, number: int) -> None:
    tablet.push(*(stranger(tablet, one) for one in range(number)))
    tablet.push(told(tablet, MOTHER), told(tablet, MOTHER, "nik", full_name="Komariah Handayani"), told(tablet, FATHER))


@pytest.mark.parametrize("block", [7, 20_000])
def test_after_a_rotation_persons_links_profiles_and_counts_are_as_before(settings, store, monkeypatch, block):
    monkeypatch.setattr(rehashing, "BLOCK", block)
    crowd(Office(settings, store).tablet(), 30)
    (profiles, keys), words, linked, persons = memory(store), counts(store), links(store), groups(store)
    moves = []
    assert rotate_identity_keys(store, [identity.rehash], lambda *at: moves.append(at)) == "identity2"
    after, keys_after = memory(store)
    assert (after, links(store), groups(store)) == (profiles, linked, persons)
    assert keys_after == right_rows(store)
    assert keys_after.isdisjoint(keys)
    assert alike(keys_after) == alike(keys)
    now = counts(store)
    assert now.keys() & words.keys() == {0}
    assert now[0] == words[0] == 33
    assert sorted(now.values()) == sorted(words.values())
    assert moves[-1] == (len(profiles), len(profiles))


def known_women(tablet) -> list[dict]:
    """Many, since nobody has a hundred records: a person of too many is left to a human."""
    women = []
    for number in range(WOMEN):
        she = stranger(tablet, number)
        card = {"kk_number": f"16020512031501{number:02d}", "mother_name": "Sumarsih"}
        women.append({**she, "data": she["data"] | card | {"nik": nik_of(she)}})
    results = tablet.push(*women)
    assert [one["person_id"] for one in results] == [one["id"] for one in women]
    return women


def push_again(tablet, start: int, women: list[dict], stop: threading.Event, missed: list) -> int:
    number = 0
    while not stop.is_set():
        known = women[(start + number) % WOMEN]
        number += 1
        she = told(tablet, known["data"], *(["nik"] if number % 2 else ["kk_number"]))
        [new] = tablet.push(she)
        [again] = tablet.push(tablet.edited(she, 1, phone=f"08137766{number:04d}"))
        if {new["person_id"], again["person_id"]} != {known["id"]}:
            missed.append((number, new, again))
        time.sleep(0.02)
    return number


def search(one, women: list[dict], stop: threading.Event, missed: list) -> int:
    number = 0
    while not stop.is_set():
        known = women[number % WOMEN]
        number += 1
        keys = [identity.key_of_nik(one.sealer, known["data"]["nik"])]
        keys += identity.keys_of_name(one.sealer, known["data"]["full_name"])
        with one.reading() as connection:
            found = list(connection.execute(identity.persons_with(keys)).scalars())
            home = identity.household_of(connection, one.sealer, known["data"]["kk_number"])
        if (found, home) != ([known["id"]], [known["id"]]):
            missed.append((number, found, home))
    return number


def test_every_woman_stays_one_while_the_keys_rotate_under_pushes_and_searches(settings, store):
    stores = [open_store(settings), open_store(settings)]
    tablets = [Office(settings, store).tablet(), *(Office(settings, one).tablet() for one in stores)]
    women = known_women(tablets[0])
    stop, missed = threading.Event(), []
    given = (women, stop, missed)

    command = open_store(settings)
    with ThreadPoolExecutor(4) as pool:
        busy = [
            *(pool.submit(push_again, one, 20 * at, *given) for at, one in enumerate(tablets)),
            pool.submit(search, stores[0], *given),
        ]
        try:
            time.sleep(1.5)
            assert rotate_identity_keys(command, [identity.rehash]) == "identity2"
            time.sleep(1.5)
        finally:
            stop.set()
        done = [one.result() for one in busy]
    assert missed == []
    assert min(done) > 2
    homes = partition(store)
    assert len(homes) == WOMEN + sum(done[:3])
    assert set(homes.values()) == {one["id"] for one in women}
    assert command.sealer.keys64("a", "b") == store.sealer.keys64("a", "b")
    assert memory(store)[1] == right_rows(store)
    assert counts(store)[0] == len(homes)
    assert right_words(store) == counts(store).keys() - {0}
    with store.reading() as connection:
        live = [one.id for one in list_hash_keys(connection)]
    assert live == ["content1", "identity2", "lookup1"]
    for one in (*stores, command):
        one.close()


def right_words(store) -> set[int]:
    lookups = LookUps(store.sealer)
    with store.reading() as connection:
        profiles = profiles_of(connection, store.sealer, set(partition(store).values()))
    words = {word for profile in profiles.values() for one in profile.said() for word in counted_of(one)}
    return {key for word in words for key in lookups.live(lookups.hashed("counted", word))}


def two_live(store) -> None:
    store.transact(lambda connection: add_identity_key(connection, store.sealer.ring))
    store.sealer.reread()


def test_while_two_keys_are_live_rows_are_written_and_dropped_under_both(settings, store):
    tablet = Office(settings, store).tablet()
    two_live(store)
    she, same = told(tablet, MOTHER), told(tablet, MOTHER, "nik", full_name="Komariah Handayani")
    tablet.push(she, same)
    assert memory(store)[1] == right_rows(store)
    assert counts(store).keys() - {0} == right_words(store)
    tablet.push(tablet.edited(she, 1, phone="081377665544", full_name="Dahlia Handayani"))
    rows = memory(store)[1]
    assert rows == right_rows(store)
    assert len({key for key, _ in rows}) % 2 == 0


@pytest.mark.parametrize("kept", [0, 1])
def test_who_lies_under_one_of_two_live_keys_only_is_found(settings, store, kept):
    tablet = Office(settings, store).tablet()
    two_live(store)
    she = told(tablet, MOTHER)
    tablet.push(she)
    other = 1 - kept
    lookups = LookUps(store.sealer)
    with store.reading() as connection:
        [profile] = profiles_of(connection, store.sealer, [she["id"]]).values()
    keys = {key for one in profile.said() for key in keys_of(one, lookups.hashed)} | name_keys(lookups, profile)
    drop = [lookups.live(key)[other] for key in keys]
    store.transact(lambda connection: connection.execute(delete(KeyRow).where(KeyRow.key.in_(drop))))
    assert len(memory(store)[1]) == len(keys)
    [result] = tablet.push(told(tablet, MOTHER, "nik", full_name="Komariah Handayani"))
    assert (result["identity"], result["person_id"]) == ("matched", she["id"])
    with store.reading() as connection:
        nik = identity.key_of_nik(store.sealer, MOTHER["nik"])
        assert list(connection.execute(identity.persons_with([nik])).scalars()) == [she["id"]]
    identity.rehash(store, 3, None)
    assert memory(store)[1] == right_rows(store)


def test_rows_of_somebody_who_is_gone_hinder_nobody_and_are_removed(settings, store):
    """A process that knew one key merged her away, and left her rows under the other."""
    tablet = Office(settings, store).tablet()
    two_live(store)
    she = told(tablet, MOTHER)
    lookups = LookUps(store.sealer)
    key = lookups.hashed("nik", MOTHER["nik"])
    left = [{"key": lookups.live(key)[1], "person_id": GONE}]
    store.transact(lambda connection: connection.execute(KeyRow.__table__.insert(), left))
    [result] = tablet.push(she)
    assert (result["status"], result["person_id"]) == ("applied", she["id"])
    assert GONE in {person_id for _, person_id in memory(store)[1]}
    identity.rehash(store, 500, None)
    assert memory(store)[1] == right_rows(store)


def test_a_unit_of_work_keeps_to_the_keys_with_which_it_began(store):
    lookups = LookUps(store.sealer)
    before = lookups.hashed("nik", "1")
    two_live(store)
    assert lookups.live(lookups.hashed("nik", "1")) == (before,)
    fresh = LookUps(store.sealer)
    assert fresh.live(fresh.hashed("nik", "1"))[0] == before
    assert fresh.rotating
