"""Undoing a merge: everything is as if it never had been, ids stay good, and everybody hears of it."""

import shutil

import pytest
from sqlalchemy import select

from fieldsync.access import audit_of
from fieldsync.db import open_store
from fieldsync.identity.tables import LinkRow, MergeRow, SplitRow
from tests.conftest import settings_for
from tests.field import nik_of, pregnancy, stranger, visit
from tests.identity.people import BABY, MOTHER, alike, groups, memory, partition, told
from tests.identity.test_deciding import ONE, REVIEWS, TWO, decide, queue, rows
from tests.office import TULUNG_SELAPAN, Office, new_id
from tests.scenarios.test_pull import Shelf

PERSONS = "/api/v1/persons"


@pytest.fixture
def clerk(office):
    return office.clerk("data_manager")


def split(clerk, person_id, *records, **more):
    given = {"records": [one if isinstance(one, str) else one["id"] for one in records], **more}
    return clerk.client.post(f"{PERSONS}/{person_id}/split", json=given, headers=clerk.headers)


@pytest.fixture
def merged(tablet, clerk):
    """Twins whom somebody took for one child."""
    return made_one(tablet, clerk)


def made_one(tablet, clerk):
    tablet.office.clock.forward(days=-1)
    one = told(tablet, BABY, nik=ONE)
    tablet.push(one)
    tablet.office.clock.forward(days=1)
    two = told(tablet, BABY, nik=TWO, full_name="Bagus Pratama")
    tablet.push(two)
    [review] = queue(clerk)
    assert decide(clerk, review, "same").json["a"]["person_id"] == one["id"]
    return one, two


def test_a_split_gives_both_their_ids_records_and_followers_again(merged, clerk, tablet, other):
    one, two = merged
    hers = [tablet.record("child_visit", CHILD_VISIT | {"person_id": child["id"]}) for child in (one, two)]
    results = tablet.push(*hers)
    assert [result["person_id"] for result in results] == [one["id"]] * 2
    shelf = Shelf(other)
    shelf.sync()
    answer = split(clerk, one["id"], two, note="Kembar, kata Bidan Hardiyanti")
    assert answer.status_code == 200, answer.data
    assert answer.json == {
        "person_id": one["id"],
        "new_person_id": two["id"],
        "records": {one["id"]: one["id"], two["id"]: two["id"]},
    }
    told_now = shelf.sync()
    assert {(one["entity"], one["id"]) for one in told_now if one["entity"] != "case"} == {
        *(("person", child["id"]) for child in (one, two)),
        *(("record", moved["id"]) for moved in (two, hers[1])),
    }
    assert shelf.held["record", hers[1]["id"]]["data"]["person_id"] == two["id"]
    assert shelf.held["record", hers[0]["id"]]["data"]["person_id"] == one["id"]
    assert shelf.held["person", two["id"]]["data"]["nik"] == TWO
    assert shelf.held["person", one["id"]]["data"]["records"] == [one["id"]]
    assert shelf.proves_complete()
    [later] = tablet.push(tablet.record("child_visit", CHILD_VISIT | {"person_id": two["id"]}))
    assert later["person_id"] == two["id"]
    fresh = Shelf(tablet.office.tablet())
    fresh.sync()
    assert fresh.proves_complete()


CHILD_VISIT = {
    "visit_date": "2026-03-01",
    "weight_kg": 6.1,
    "length_height_cm": 62.0,
    "measured": "lying",
    "oedema": False,
}


def later_records(tablet, one, two):
    """A hundred records: some of either twin, some of neither."""
    found = []
    for number in range(100):
        if number % 5 == 0:
            found.append(told(tablet, BABY, nik=ONE, phone=f"0812776{number:05d}"))
        elif number % 5 == 1:
            found.append(told(tablet, BABY, nik=TWO, full_name="Bagus Pratama", phone=f"0812776{number:05d}"))
        else:
            she = stranger(tablet, number % 40)
            she["data"]["nik"] = nik_of(she)
            found.append(she)
    return found


@pytest.mark.parametrize("batch", [1, 100])
def test_after_a_split_all_is_as_if_the_two_never_had_been_one(settings, store, tmp_path, migrated_sqlite, batch):
    """Beside it the same records, once with a human who said at once that they are two, once with nobody who said it."""
    twins = []
    for name in ("told", "open"):
        shutil.copy(migrated_sqlite, tmp_path / f"{name}.sqlite3")
        twin_settings = settings_for(f"sqlite:///{tmp_path / name}.sqlite3", tmp_path)
        twins.append((twin_settings, open_store(twin_settings)))
    found, records = [], []
    for (given, opened), mistaken in zip(((settings, store), *twins), (True, False, None), strict=True):
        office = Office(given, opened)
        tablet, clerk = office.tablet(), office.clerk("data_manager")
        if not records:
            records = [told(tablet, BABY, nik=ONE), told(tablet, BABY, nik=TWO, full_name="Bagus Pratama")]
            records += later_records(tablet, *records)
        tablet.push(records[0])
        tablet.push(records[1])
        [review] = queue(clerk)
        if mistaken is not None:
            assert decide(clerk, review, "same" if mistaken else "different").status_code == 200
        for start in range(2, len(records), batch):
            tablet.push(*records[start : start + batch])
        if mistaken:
            assert len({partition(opened)[one["id"]] for one in records[:2]}) == 1
            winner = partition(opened)[records[0]["id"]]
            assert split(clerk, winner, records[1]).status_code == 200
        profiles, keys = memory(opened)
        found.append((partition(opened), profiles, alike(keys)))
    for _, opened in twins:
        opened.close()
    assert found[0] == found[1]
    # Who never asked a human has nothing in mind that was told apart; all else is the same.
    links, profiles, keys = found[2]
    assert (found[0][0], found[0][2]) == (links, keys)
    assert {one: known[:2] for one, known in found[0][1].items()} == {one: known[:2] for one, known in profiles.items()}
    sizes = [list(links.values()).count(links[one["id"]]) for one in records[:2]]
    assert min(sizes) > 10
    assert links[records[0]["id"]] != links[records[1]["id"]]


def test_a_split_of_what_a_bridging_record_joined(tablet, clerk, store):
    tablet.office.clock.forward(days=-1)
    one = told(tablet, MOTHER, "kk_number", "phone", "mother_name", "spouse_name", "nik")
    tablet.push(one)
    tablet.office.clock.forward(days=1)
    two = stranger(tablet, 3)
    tablet.push(two)
    tablet.push({**tablet.edited(two, 1), "data": MOTHER})
    assert len(groups(store)) == 1
    assert split(clerk, two["id"], two).status_code == 200
    assert partition(store) == {one["id"]: one["id"], two["id"]: two["id"]}
    assert {row["undone_at"] is None for row in rows(store, MergeRow)} == {False}
    third = told(tablet, MOTHER)
    tablet.push(third)
    homes = partition(store)
    assert homes[one["id"]] != homes[two["id"]]


def test_a_wrong_automatic_match_is_undone_and_not_made_again(tablet, clerk, store):
    first, second = told(tablet, MOTHER), told(tablet, MOTHER)
    tablet.push(first, second)
    assert len(groups(store)) == 1
    answer = split(clerk, first["id"], second)
    assert answer.json["new_person_id"] == second["id"]
    assert partition(store) == {first["id"]: first["id"], second["id"]: second["id"]}
    tablet.push(tablet.edited(second, 1, phone="081300001111"))
    assert partition(store) == {first["id"]: first["id"], second["id"]: second["id"]}


def test_the_record_whose_id_the_person_bears_can_be_parted_too(tablet, clerk, store):
    first, second, third = told(tablet, MOTHER), told(tablet, MOTHER), told(tablet, MOTHER)
    for one in (first, second, third):
        tablet.push(one)
    assert split(clerk, first["id"], first).status_code == 200
    homes = partition(store)
    assert homes[first["id"]] == first["id"]
    assert homes[second["id"]] == second["id"]


def test_a_split_of_a_split_and_an_alias_of_an_alias(tablet, clerk, office, store):
    records = [told(tablet, MOTHER) for _ in range(4)]
    for one in records:
        tablet.push(one)
    person = records[0]["id"]
    assert split(clerk, person, records[2], records[3]).json["new_person_id"] == records[2]["id"]
    assert split(clerk, records[2]["id"], records[3]).json["new_person_id"] == records[3]["id"]
    assert partition(store) == {
        **dict.fromkeys((records[0]["id"], records[1]["id"]), person),
        records[2]["id"]: records[2]["id"],
        records[3]["id"]: records[3]["id"],
    }
    for number, one in enumerate(records):
        expected = person if number < 2 else one["id"]
        assert clerk.get(f"{PERSONS}/{one['id']}").json["id"] == expected
        [result] = tablet.push(pregnancy(tablet, one["id"]))
        assert result["person_id"] == expected
    shelf = Shelf(office.tablet())
    shelf.sync()
    assert shelf.proves_complete()
    assert shelf.ids("person") == {person, records[2]["id"], records[3]["id"]}


def test_what_is_not_the_persons_or_leaves_nothing_is_refused(merged, clerk, tablet, office):
    one, two = merged
    hers = told(tablet, MOTHER)
    tablet.push(hers)
    before = partition(office.store)
    cases = [
        ((two, hers), [("/records/1", "unknown_record")]),
        ((new_id(),), [("/records/0", "unknown_record")]),
        ((one, two), [("/records", "nothing_left")]),
        ((), [("/records", "bad_format")]),
        (("no-uuid",), [("/records/0", "bad_format")]),
    ]
    for records, errors in cases:
        answer = split(clerk, one["id"], *records)
        assert answer.status_code == 422
        assert [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]] == errors
    assert split(clerk, new_id(), two).status_code == 404
    assert partition(office.store) == before


def test_who_may_not_split_and_who_is_elsewhere_changes_nothing(merged, office):
    one, two = merged
    for clerk, status in (
        (office.clerk("viewer"), 403),
        (office.clerk("coordinator"), 403),
        (office.clerk("data_manager", areas=("16.02.11",)), 404),
    ):
        assert split(clerk, one["id"], two).status_code == status
    assert len(groups(office.store)) == 1


def test_a_record_of_another_area_is_not_the_users_to_move(office, tablet):
    first = told(tablet, MOTHER)
    second = told(tablet, MOTHER, envelope={"area": TULUNG_SELAPAN})
    tablet.push(first)
    tablet.push(second)
    here = office.clerk("data_manager", areas=("16.02.05",))
    assert split(here, first["id"], second).status_code == 422
    assert split(here, first["id"], first).status_code == 200
    assert partition(office.store) == {first["id"]: first["id"], second["id"]: second["id"]}


def test_a_person_who_is_no_more_in_an_area_is_taken_back_there(office, tablet, clerk):
    first = told(tablet, MOTHER)
    second = told(tablet, MOTHER, envelope={"area": TULUNG_SELAPAN})
    east = Shelf(office.tablet(areas=("16.02.11",)))
    tablet.push(first)
    tablet.push(second)
    east.sync()
    assert east.ids("person") == {first["id"]}
    assert split(clerk, first["id"], second).status_code == 200
    east.sync()
    assert east.ids("person") == {second["id"]}
    assert [(one["id"], one["reason"]) for one in east.gone] == [(first["id"], "out_of_scope")]
    assert east.proves_complete()


def test_who_split_and_why_is_kept_and_told(merged, clerk, office):
    one, two = merged
    split(clerk, one["id"], two, note="Kembar, kata Bidan Hardiyanti")
    with office.store.reading() as connection:
        [entry] = audit_of(connection, one["id"])
    assert (entry.username, entry.action) == (clerk.username, "identity.split")
    assert entry.detail == {"new_person": two["id"], "records": [two["id"]]}
    [row] = rows(office.store, SplitRow)
    assert b"Hardiyanti" not in bytes(row["note"])
    history = clerk.get(f"{PERSONS}/{one['id']}/history").json["history"]
    assert [event["event"] for event in history].count("split") == 1
    [parted] = [event for event in history if event["event"] == "split"]
    assert (parted["note"], parted["by_name"]) == ("Kembar, kata Bidan Hardiyanti", clerk.username)
    [joined] = [event for event in history if event["event"] == "merge"]
    assert joined["undone_at"] is not None
    [answered] = [event for event in history if event["event"] == "review"]
    assert answered["decision"] == "same"


def test_links_are_ended_never_rewritten(tablet, clerk, store):
    first, second = told(tablet, MOTHER), told(tablet, MOTHER)
    tablet.push(first, second)
    before = {row["id"]: dict(row) for row in rows(store, LinkRow)}
    split(clerk, first["id"], second)
    with store.reading() as connection:
        after = {row["id"]: dict(row) for row in connection.execute(select(LinkRow.__table__)).mappings()}
    for number, row in before.items():
        assert {**after[number], "undone_at": None} == row
    assert len(after) == 3


def test_a_split_while_visits_arrive_leaves_none_with_the_wrong_child(settings, store):
    import threading
    from concurrent.futures import ThreadPoolExecutor

    office = Office(settings, store)
    tablet, clerk = office.tablet(), office.clerk("data_manager")
    together = threading.Barrier(2)

    def push(record):
        together.wait(10)
        return tablet.push(record)[0]

    def part(first, second):
        together.wait(10)
        return split(clerk, first["id"], second)

    with ThreadPoolExecutor(2) as pool:
        for number in range(8):
            she = stranger(tablet, number)
            she["data"] |= {"nik": nik_of(she), "mother_name": "Sumarsih"}
            first, second = told(tablet, she["data"]), told(tablet, she["data"])
            tablet.push(first, second)
            hers = pregnancy(tablet, second["id"])
            parting = pool.submit(part, first, second)
            pool.submit(push, hers).result()
            assert parting.result().status_code == 200
            [seen] = tablet.push(visit(tablet, hers["id"]))
            assert seen["person_id"] == second["id"]


def test_the_routes_of_reviews_and_splits_are_there(clerk):
    assert clerk.get(f"{REVIEWS}/{new_id()}").status_code == 404
    assert clerk.get(f"{PERSONS}/{new_id()}").status_code == 404
    assert clerk.get(f"{PERSONS}/{new_id()}/history").status_code == 404
