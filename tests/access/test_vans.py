"""Vans and the history of what they serve."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fieldsync.access import (
    AccessError,
    Scope,
    authenticate,
    change_scope,
    create_van,
    device_scopes,
    enroll,
    invite,
    load_regions,
    revoke,
    scope_by_id,
    van_by_name,
)
from fieldsync.access import vans as vans_module
from fieldsync.access.tables import VanScopeRow

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PROGRAMS = frozenset({"civil", "maternal", "child", "service"})


@pytest.fixture
def office(store):
    store.transact(lambda connection: load_regions(connection, "16.02"))
    return store


def make(store, name="Van 1", areas=("16.02.05",), programs=("maternal",)):
    return store.transact(lambda connection: create_van(connection, name, areas, programs, PROGRAMS, NOW))


def change(store, areas, programs, name="Van 1"):
    later = NOW + timedelta(days=1)
    return store.transact(lambda connection: change_scope(connection, name, areas, programs, PROGRAMS, later))


def tablet(store, van="Van 1"):
    def work(connection):
        code = invite(connection, store.sealer, van, NOW).enrollment_code
        return enroll(connection, store.sealer, code, "Tablet", "1.0.0", "10.0.0.1", NOW)

    return store.transact(work)


def find(store, name):
    with store.reading() as connection:
        return van_by_name(connection, name)


def test_a_van_is_found_by_its_name_with_its_scope_in_order(office):
    made = make(office, " Van 1 ", ("16.02.11", "16.02.05", "16.02.05"), ("maternal", "civil", "civil"))
    assert (made.name, made.areas, made.programs) == ("Van 1", ("16.02.05", "16.02.11"), ("civil", "maternal"))
    assert find(office, "Van 1 ") == made
    assert find(office, "Van 2") is None


@pytest.mark.parametrize(
    ("name", "areas", "programs", "code"),
    [
        ("Van 1", ["16.02"], ["civil"], "name_taken"),
        ("  Van 1  ", ["16.02"], ["civil"], "name_taken"),
        ("", ["16.02"], ["civil"], "bad_name"),
        ("   ", ["16.02"], ["civil"], "bad_name"),
        ("V" * 81, ["16.02"], ["civil"], "bad_name"),
        ("Van\x00", ["16.02"], ["civil"], "bad_name"),
        ("Van\n2", ["16.02"], ["civil"], "bad_name"),
        ("Van 2", [], ["civil"], "no_area"),
        ("Van 2", ["16.02", "16.99"], ["civil"], "unknown_area"),
        ("Van 2", ["16.02", ""], ["civil"], "unknown_area"),
        ("Van 2", ["16.02"], [], "no_program"),
        ("Van 2", ["16.02"], ["civil", "taxes"], "unknown_program"),
    ],
)
def test_a_van_that_can_not_be_is_refused_by_name(office, name, areas, programs, code):
    make(office)
    with pytest.raises(AccessError) as caught:
        make(office, name, areas, programs)
    assert caught.value.code == code
    assert find(office, "Van 2") is None


def test_a_longest_name_fits(office):
    assert make(office, "V" * 80).name == "V" * 80


def test_the_message_names_what_is_unknown(office):
    with pytest.raises(AccessError, match=r"16\.98, 16\.99"):
        make(office, areas=["16.99", "16.02", "16.98"])


def test_the_database_is_the_last_judge_of_a_name(office, monkeypatch):
    make(office)
    monkeypatch.setattr(vans_module, "_van_id", lambda *_: None)  # as seen by an office user an instant behind
    with pytest.raises(AccessError) as caught:
        make(office)
    assert caught.value.code == "name_taken"


@pytest.mark.parametrize(
    ("name", "areas", "programs", "code"),
    [
        ("Van 9", ["16.02"], ["civil"], "unknown_van"),
        ("Van 1", [], ["civil"], "no_area"),
        ("Van 1", ["16.99"], ["civil"], "unknown_area"),
        ("Van 1", ["16.02"], [], "no_program"),
        ("Van 1", ["16.02"], ["taxes"], "unknown_program"),
    ],
)
def test_a_refused_change_leaves_the_scope(office, name, areas, programs, code):
    made = make(office)
    with pytest.raises(AccessError) as caught:
        change(office, areas, programs, name)
    assert caught.value.code == code
    assert find(office, "Van 1") == made


def test_a_changed_scope_is_a_new_one_and_the_old_one_stays(office):
    make(office)
    enrolled = tablet(office)
    changed = change(office, ["16.02.11", "16.02.12"], ["child"], " Van 1 ")
    assert changed == find(office, "Van 1")
    with office.reading() as connection:
        device = authenticate(connection, enrolled.access_token)
        before = scope_by_id(connection, enrolled.scope.id)
        now = scope_by_id(connection, device.scope.id)
        rows = connection.execute(select(func.count()).select_from(VanScopeRow)).scalar_one()
    assert before == enrolled.scope == Scope(enrolled.scope.id, ("16.02.05",), ("maternal",))
    assert now == device.scope == Scope(device.scope.id, ("16.02.11", "16.02.12"), ("child",))
    assert device.scope.id > enrolled.scope.id
    assert rows == 2


def test_there_is_no_scope_of_an_unknown_number(office):
    with office.reading() as connection:
        assert scope_by_id(connection, 4711) is None


def test_each_tablet_has_the_present_scope_of_its_own_van(office):
    make(office, "Van 1", ["16.02.05"], ["maternal"])
    make(office, "Van 2", ["16.02.11"], ["civil"])
    first, second, third = tablet(office), tablet(office, "Van 2"), tablet(office, "Van 2")
    change(office, ["16.02.12"], ["child"])
    office.transact(lambda connection: revoke(connection, third.device_id, NOW, wipe=True))
    unknown = "00000000-0000-4000-8000-000000000000"
    with office.reading() as connection:
        scopes = device_scopes(connection, [first.device_id, second.device_id, third.device_id, unknown])
        assert device_scopes(connection, []) == {}
    assert scopes.keys() == {first.device_id, second.device_id, third.device_id}
    assert scopes[first.device_id].areas == ("16.02.12",)
    assert scopes[second.device_id] == scopes[third.device_id] == second.scope


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("16.02.05", True),
        ("16.02.05.2011", True),
        ("16.02.11.2001", True),
        ("16.02.11.2002", False),
        ("16.02", False),
        ("16.02.051", False),
        ("", False),
    ],
)
def test_a_scope_covers_what_its_areas_cover_also_when_asked_again(area, expected):
    scope = Scope(1, ("16.02.05", "16.02.11.2001"), ("maternal",))
    assert scope.covers_area(area) is expected
    assert scope.covers_area(area) is expected


@pytest.mark.parametrize(("program", "expected"), [("maternal", True), ("common", True), ("civil", False), ("", False)])
def test_a_scope_covers_its_programs_and_the_common_one(program, expected):
    assert Scope(1, ("16.02",), ("maternal",)).covers_program(program) is expected


def test_scopes_are_alike_whatever_they_were_asked():
    asked, fresh = Scope(1, ("16.02",), ("maternal",)), Scope(1, ("16.02",), ("maternal",))
    asked.covers_area("16.02.05")
    assert asked == fresh
    assert hash(asked) == hash(fresh)
    assert "16.02.05" not in repr(asked)
