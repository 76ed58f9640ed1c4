"""Tokens of tablets, their revocation, and the notes on their sync."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from fieldsync.access import (
    Device,
    Revoked,
    authenticate,
    create_van,
    enroll,
    invite,
    list_devices,
    load_regions,
    note_pull,
    note_push,
    revoke,
)
from fieldsync.access.tables import DeviceRow

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def office(store):
    def work(connection):
        load_regions(connection, "16.02.05")
        for name in ("Van 2", "Van 1"):
            create_van(connection, name, ["16.02.05"], ["maternal"], {"maternal"}, NOW)

    store.transact(work)
    return store


def tablet(store, van="Van 1", name="Tablet 1"):
    def work(connection):
        code = invite(connection, store.sealer, van, NOW).enrollment_code
        return enroll(connection, store.sealer, code, name, "1.4.0", "10.0.0.1", NOW)

    return store.transact(work)


def who(store, token):
    with store.reading() as connection:
        return authenticate(connection, token)


def health(store, van=None):
    with store.reading() as connection:
        return list_devices(connection, van)


def revoked(store, device_id, wipe, now=NOW):
    return store.transact(lambda connection: revoke(connection, device_id, now, wipe=wipe))


def pushed(store, device_id, **given):
    usual = {"at": NOW, "skew_s": 0.0, "last_seq": 0, "applied": 0, "held": 0, "rejected": 0, "app_version": None}
    store.transact(lambda connection: note_push(connection, device_id, **(usual | given)))


def test_only_the_hash_of_a_token_is_kept(office):
    enrolled = tablet(office)
    with office.reading() as connection:
        kept = bytes(connection.execute(select(DeviceRow.token_hash)).scalar_one())
    assert kept == hashlib.sha256(enrolled.access_token.encode()).digest()


@pytest.mark.parametrize(
    "change", [lambda _: "", lambda token: token + "x", lambda token: token[4:], str.swapcase, lambda _: "fs1_é\x00"]
)
def test_no_other_token_lets_in(office, change):
    assert who(office, change(tablet(office).access_token)) is None


def test_each_token_names_its_own_tablet(office):
    enrolled = [tablet(office, van, f"Tablet {van}") for van in ("Van 1", "Van 2", "Van 1")]
    found = [who(office, one.access_token) for one in enrolled]
    assert [one.id for one in found] == [one.device_id for one in enrolled]
    assert [one.van for one in found] == ["Van 1", "Van 2", "Van 1"]
    assert found[0].van_id == found[2].van_id != found[1].van_id


def test_to_authenticate_takes_one_statement(office):
    token = tablet(office).access_token
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    try:
        assert isinstance(who(office, token), Device)
    finally:
        event.remove(office.engine, "before_cursor_execute", note)
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) == 1


@pytest.mark.parametrize("wipe", [True, False])
def test_a_revoked_tablet_is_told_so_and_whether_to_wipe(office, wipe):
    enrolled, other = tablet(office), tablet(office)
    assert revoked(office, enrolled.device_id, wipe) is True
    assert who(office, enrolled.access_token) == Revoked(wipe)
    assert isinstance(who(office, other.access_token), Device)


def test_a_tablet_revoked_again_keeps_its_moment_and_takes_the_new_wish(office):
    enrolled = tablet(office)
    revoked(office, enrolled.device_id, wipe=False)
    assert revoked(office, enrolled.device_id, wipe=True, now=NOW + timedelta(hours=1)) is True
    assert who(office, enrolled.access_token) == Revoked(wipe=True)
    assert health(office)[0].revoked_at == NOW


@pytest.mark.parametrize("device_id", [UNKNOWN, "", "tablet-1", "4711"])
def test_an_unknown_tablet_can_not_be_revoked(office, device_id):
    enrolled = tablet(office)
    assert revoked(office, device_id, wipe=True) is False
    assert isinstance(who(office, enrolled.access_token), Device)


def test_an_id_may_be_typed_in_capitals(office):
    assert revoked(office, tablet(office).device_id.upper(), wipe=False) is True


def test_a_new_tablet_has_no_sync_yet(office):
    enrolled = tablet(office)
    (one,) = health(office)
    assert (one.id, one.van, one.name, one.app_version) == (enrolled.device_id, "Van 1", "Tablet 1", "1.4.0")
    assert (one.revoked_at, one.last_push_at, one.last_pull_at, one.skew_s) == (None, None, None, None)
    assert (one.last_seq, one.applied, one.held, one.rejected) == (0, 0, 0, 0)


def test_pushes_add_up_and_the_greatest_number_stays(office):
    enrolled, other = tablet(office), tablet(office, name="Tablet 2")
    later = NOW + timedelta(minutes=5)
    pushed(office, enrolled.device_id, skew_s=-3.25, last_seq=40, applied=10, held=2, rejected=1, app_version="1.5.0")
    pushed(office, enrolled.device_id, at=later, skew_s=1.5, last_seq=2**40, applied=5)
    pushed(office, enrolled.device_id, at=later, skew_s=1.5, last_seq=39, rejected=1)
    store_health = {one.id: one for one in health(office)}
    one = store_health[enrolled.device_id]
    assert (one.last_push_at, one.skew_s, one.app_version) == (later, 1.5, "1.5.0")
    assert (one.last_seq, one.applied, one.held, one.rejected) == (2**40, 15, 2, 2)
    assert store_health[other.device_id].last_push_at is None


def test_a_pull_is_noted_for_its_tablet_only(office):
    enrolled, other = tablet(office), tablet(office, name="Tablet 2")
    office.transact(lambda connection: note_pull(connection, enrolled.device_id, NOW + timedelta(hours=7)))
    pulls = {one.id: one.last_pull_at for one in health(office)}
    assert pulls == {enrolled.device_id: NOW + timedelta(hours=7), other.device_id: None}


def test_tablets_are_listed_by_van_and_name_revoked_ones_too(office):
    for van, name in (("Van 2", "B"), ("Van 1", "D"), ("Van 2", "A"), ("Van 1", "C")):
        enrolled = tablet(office, van, name)
    revoked(office, enrolled.device_id, wipe=False)
    assert [(one.van, one.name) for one in health(office)] == [
        ("Van 1", "C"),
        ("Van 1", "D"),
        ("Van 2", "A"),
        ("Van 2", "B"),
    ]
    assert [one.name for one in health(office, "Van 2")] == ["A", "B"]
    assert health(office, "Van 9") == []
