"""Who is who, decided inside the push: found in spite of errors, kept apart in spite of likeness, whatever the batches."""

import gc
import random
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select, update

from fieldsync.db import Lost
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.weights import shipped
from fieldsync.identity.shelving import name_keys, open_desk, put_back
from fieldsync.identity.tables import LinkRow, MergeRow, ProfileRow, ReviewRow
from tests.field import nik_of, pregnancy, stranger
from tests.identity.people import BABY, FATHER, MOTHER, alike, groups, memory, partition, told
from tests.office import Office


def pushed(tablet, *records):
    """Push; tell for each record how it was found and whom it is about."""
    results = tablet.push(*records)
    assert {one["status"] for one in results} <= {"applied", "duplicate"}, results
    return [(one["identity"], one["person_id"]) for one in results]


def counted(store, row) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(row)).scalar_one()


def test_one_woman_under_two_spellings_without_a_nik_is_one(tablet, other):
    first = told(tablet, MOTHER)
    second = told(other, MOTHER, "nik", "civil_documents_checked", full_name="Ny. Komariah Handayani")
    assert pushed(tablet, first) == [("new", first["id"])]
    assert pushed(other, second) == [("matched", first["id"])]


def test_whoever_gives_a_relatives_nik_is_not_that_relative(tablet, other):
    husband = told(tablet, FATHER)
    wife = told(other, MOTHER, nik=FATHER["nik"])
    assert pushed(tablet, husband) == [("new", husband["id"])]
    assert pushed(other, wife)[0][1] == wife["id"]


def test_a_baby_whose_record_bears_its_mothers_nik_is_not_the_mother(tablet):
    mother, baby = told(tablet, MOTHER), told(tablet, BABY, nik=MOTHER["nik"])
    assert pushed(tablet, mother)[0] == ("new", mother["id"])
    assert pushed(tablet, baby)[0][1] == baby["id"]


def test_twins_with_neighbouring_niks_stay_two(tablet):
    one = told(tablet, BABY, nik="1602052011250001")
    two = told(tablet, BABY, nik="1602052011250002", full_name="Bagus Pratama")
    assert pushed(tablet, one)[0] == ("new", one["id"])
    assert pushed(tablet, two)[0][1] == two["id"]
    assert len(groups(tablet.office.store)) == 2


def test_a_doubt_counts_as_new_until_it_is_decided(tablet):
    one = told(tablet, BABY, nik="1602052011250001")
    two = told(tablet, BABY, nik="1602052011250002")
    pushed(tablet, one)
    [result] = tablet.push(two)
    assert (result["identity"], result["person_id"]) == ("review", two["id"])
    assert counted(tablet.office.store, ReviewRow) == 1


def test_a_slip_in_the_serial_of_a_grown_womans_number_is_a_slip_of_the_pen(tablet):
    one, two = told(tablet, MOTHER), told(tablet, MOTHER, nik="1602055708940004")
    assert pushed(tablet, one, two) == [("new", one["id"]), ("matched", one["id"])]


def test_grown_twins_with_neighbouring_niks_stay_two(tablet):
    one, two = told(tablet, MOTHER), told(tablet, MOTHER, nik="1602055708940004", full_name="Qomariyanti Handayani")
    pushed(tablet, one)
    assert pushed(tablet, two)[0][1] == two["id"]


def test_a_child_of_one_number_and_name_is_one_whatever_year_was_typed(tablet):
    one = told(tablet, BABY, nik="1602052011150001", birth_date="2015-11-20")
    two = told(tablet, BABY, nik="1602052011150001", birth_date="2019-06-03")
    assert pushed(tablet, one, two) == [("new", one["id"]), ("matched", one["id"])]


def test_a_guessed_birth_date_does_not_hide_that_another_childs_date_is_far_off(tablet):
    elder = told(tablet, BABY, birth_date="2019-04-02")
    guessed = told(tablet, BABY, birth_date="2020-01-01", birth_date_precision="estimated")
    younger = told(tablet, BABY, birth_date="2021-09-14")
    assert pushed(tablet, elder, guessed)[1] == ("matched", elder["id"])
    assert pushed(tablet, younger)[0][1] == younger["id"]


def test_three_records_of_one_batch_of_which_the_last_joins_the_others(tablet):
    one = told(tablet, MOTHER, "kk_number", "phone", "mother_name", "spouse_name", "nik")
    two = told(tablet, MOTHER, "phone", "spouse_name", full_name="Komariah", birth_date="1994-01-01")
    two["data"]["birth_date_precision"] = "year"
    three = told(tablet, MOTHER)
    answers = pushed(tablet, one, two, three)
    assert len(groups(tablet.office.store)) == 1
    assert len({person for _, person in answers}) == 1
    [hers] = tablet.push(pregnancy(tablet, two["id"]))
    assert hers["person_id"] == answers[0][1]
    assert {one["id"] for one in tablet.pull()[0] if one["entity"] == "person"} == {answers[0][1]}


def test_an_edit_that_tells_who_she_is_joins_two_persons(tablet, other):
    first = told(tablet, MOTHER)
    pushed(tablet, first)
    tablet.office.clock.forward(days=1)
    second = stranger(other, 3)
    assert pushed(other, second) == [("new", second["id"])]
    [result] = other.push({**other.edited(second, 1), "data": MOTHER})
    assert result["person_id"] == first["id"]
    assert counted(tablet.office.store, MergeRow) == 1
    assert set(memory(tablet.office.store)[0]) == {first["id"]}


def test_a_deleted_record_leaves_what_is_known_of_its_person(tablet, other):
    first, second = told(tablet, MOTHER), told(other, MOTHER, phone="081399998888")
    pushed(tablet, first)
    pushed(other, second)
    [profile] = memory(tablet.office.store)[0].values()
    assert profile[0]["phone"] == ["81277665544", "81399998888"] or len(profile[0]["phone"]) == 2
    other.push(other.edited(second, 1, deleted=True))
    [profile] = memory(tablet.office.store)[0].values()
    assert len(profile[0]["phone"]) == 1
    tablet.push(tablet.edited(first, 1, deleted=True))
    assert memory(tablet.office.store) == ({}, set())
    tablet.push(tablet.edited(first, 2))
    assert set(memory(tablet.office.store)[0]) == {first["id"]}


def test_a_record_that_came_deleted_is_found_once_it_is_there_again(tablet, other):
    first = told(tablet, MOTHER)
    tablet.push({**first, "deleted": True})
    assert memory(tablet.office.store) == ({}, set())
    tablet.push(tablet.edited(first, 1))
    assert pushed(other, told(other, MOTHER)) == [("matched", first["id"])]


def stream(tablet, size: int, seed: int = 5) -> list[dict]:
    """Records of a third as many women, some without NIK, some loosely spelled, in any order."""
    chance = random.Random(seed)
    records = []
    for number in range(size):
        she = stranger(tablet, number % (size // 3))
        she["data"]["nik"] = nik_of(she)
        she["data"]["mother_name"] = f"Ibu {she['data']['full_name'].split()[1]}"
        if chance.random() < 0.4:
            del she["data"]["nik"]
        if chance.random() < 0.2:
            she["data"]["full_name"] = she["data"]["full_name"].replace("a", "aa", 1)
        records.append(she)
    chance.shuffle(records)
    return records


def test_the_persons_are_the_same_whatever_the_size_of_the_batches(settings, store, tmp_path, migrated_sqlite):
    import shutil

    from fieldsync.db import open_store
    from tests.conftest import settings_for

    found = []
    records = None
    for size in (1, 50, 500):
        path = tmp_path / f"batches-{size}.sqlite3"
        shutil.copy(migrated_sqlite, path)
        given = settings_for(f"sqlite:///{path}", tmp_path) if size != 50 else settings
        opened = open_store(given)
        tablet = Office(given, opened).tablet()
        records = records or stream(tablet, 210)
        for start in range(0, len(records), size):
            pushed(tablet, *records[start : start + size])
        found.append((groups(opened), memory(opened)))
        again = [one["status"] for one in tablet.push(*records)]
        assert set(again) == {"duplicate"}
        assert (groups(opened), memory(opened)) == found[-1]
        opened.close()
    shapes = [(persons, profiles, alike(keys)) for persons, (profiles, keys) in found]
    assert shapes[0] == shapes[1] == shapes[2]
    assert 60 <= len(found[0][0]) <= 80


def test_the_number_of_statements_does_not_grow_with_the_batch(office):
    tablet = office.tablet()
    records = stream(tablet, 1200)
    pushed(tablet, *records[:400])
    numbers = []

    def count(*_):
        numbers[-1] += 1

    event.listen(office.store.engine, "before_cursor_execute", count)
    # Batches in which persons turn out to be one and doubts arise: what is asked because of it is asked once.
    for batch in (records[400:500], records[500:700], records[700:1200]):
        numbers.append(0)
        pushed(tablet, *batch)
    event.remove(office.store.engine, "before_cursor_execute", count)
    assert min(numbers) > 10
    assert max(numbers) <= 44, numbers  # some of them are of follow-up, and of the rules in force
    assert max(numbers) - min(numbers) <= 12, numbers


def test_two_tablets_that_bring_one_new_person_in_the_same_instant_make_one_person(settings, store):
    office = Office(settings, store)
    tablets = [office.tablet(), office.tablet()]
    together = threading.Barrier(2)

    def push(tablet, records):
        together.wait(10)
        return pushed(tablet, *records)

    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            brought = [[stranger(tablet, number * 3 + one) for one in range(3)] for tablet in tablets]
            for records in brought:
                for she in records:
                    she["data"]["nik"] = nik_of(she)
            list(pool.map(push, tablets, brought))
    homes = partition(store)
    assert len(homes) == 120
    assert len(set(homes.values())) == 60
    assert counted(store, LinkRow) == 120
    assert len(memory(store)[0]) == 60


def test_two_tablets_that_meet_in_one_person_by_different_keys_both_count(settings, store):
    office = Office(settings, store)
    tablets = [office.tablet(), office.tablet()]
    together = threading.Barrier(2)

    def push(tablet, record):
        together.wait(10)
        return pushed(tablet, record)

    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            she = stranger(tablets[0], number)
            she["data"] |= {"nik": nik_of(she), "kk_number": f"16020512031500{number:02d}", "mother_name": "Sumarsih"}
            pushed(tablets[0], she)
            again = [told(tablet, she["data"], phone=f"0812776655{number}{at}") for at, tablet in enumerate(tablets)]
            list(pool.map(push, tablets, again))
    profiles, _ = memory(store)
    assert sorted(len(rows) for _, rows, _ in profiles.values()) == [3] * 10


def test_a_profile_that_another_writer_changed_is_not_overwritten(store, tablet):
    """Two may meet in one person by different keys, and then no lock keeps the second waiting."""
    first = told(tablet, MOTHER)
    pushed(tablet, first)

    def late(connection):
        opened = open_desk(connection, LookUps(store.sealer), shipped(), (), [first["id"]])
        said = next(opened.desk.shelf.person(first["id"]).said())
        connection.execute(update(ProfileRow).values(rev=ProfileRow.rev + 1))
        opened.desk.learn(said, first["id"])
        if store.is_postgresql:
            with pytest.raises(Lost):
                put_back(connection, opened)

    store.transact(late)


@pytest.mark.parametrize("fields", [MOTHER, FATHER, BABY, {"full_name": "By. Ny. Siti", "sex": "male"}])
def test_keys_are_the_same_of_a_record_and_of_what_its_profile_kept(fields, store):
    from datetime import date

    from fieldsync.identity.matching.traits import traits_of

    said = traits_of("00000000-0000-4000-8000-000000000001", fields, date(2026, 3, 1))
    [kept] = Profile.of(said.record_id, [said]).said()
    assert keys_of(kept, store.sealer.key64) == keys_of(said, store.sealer.key64)
    text = Profile.of(said.record_id, [said]).as_text()
    assert Profile.from_text(said.record_id, text).as_text() == text
    lookups = LookUps(store.sealer)
    assert name_keys(lookups, Profile.of(said.record_id, [kept])) == name_keys(
        lookups, Profile.from_text(said.record_id, text)
    )


def test_all_that_a_batch_was_placed_by_goes_with_it_and_needs_no_collector(tablet):
    first = told(tablet, MOTHER)
    pushed(tablet, first)
    store = tablet.office.store

    def place(connection):
        opened = open_desk(connection, LookUps(store.sealer), shipped(), (), [first["id"]])
        opened.desk.shelf.person(first["id"])
        return weakref.ref(opened.desk.shelf)

    gc.disable()
    try:
        assert store.transact(place)() is None
    finally:
        gc.enable()
