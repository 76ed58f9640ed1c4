"""Invitations, enrolment by a code that works once, and the limit on wrong codes."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from fieldsync.access import (
    AccessError,
    Device,
    Enrolment,
    TooManyWrongCodes,
    WrongCode,
    authenticate,
    create_van,
    enroll,
    invite,
    list_devices,
    load_regions,
)
from fieldsync.access.tables import InvitationRow, WrongCodeRow

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOME, ELSEWHERE = "203.0.113.7", "203.0.113.8"
NOBODYS = "0000-0000-0000"


@pytest.fixture
def office(store):
    def work(connection):
        load_regions(connection, "16.02")
        create_van(connection, "Van 1", ["16.02.05"], ["maternal", "child"], {"maternal", "child"}, NOW)

    store.transact(work)
    return store


def invited(store, van="Van 1", now=NOW):
    return store.transact(lambda connection: invite(connection, store.sealer, van, now))


def entered(store, code, address=HOME, now=NOW, name="Tablet 1"):
    return store.transact(lambda connection: enroll(connection, store.sealer, code, name, "1.4.0", address, now))


def count(store, row):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(row)).scalar_one()


def test_a_code_reads_well_and_lasts_72_hours(office):
    invitation = invited(office)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", invitation.enrollment_code)
    assert invitation.expires_at == NOW + timedelta(hours=72)
    assert len({invited(office).enrollment_code for _ in range(20)}) == 20


def test_nobody_is_invited_to_an_unknown_van(office):
    with pytest.raises(AccessError) as caught:
        invited(office, "Van 9")
    assert caught.value.code == "unknown_van"


def test_a_tablet_enrols_and_is_known_by_its_token(office):
    enrolled = entered(office, invited(office).enrollment_code)
    assert isinstance(enrolled, Enrolment)
    assert (enrolled.van, enrolled.areas, enrolled.programs) == ("Van 1", ("16.02.05",), ("child", "maternal"))
    assert re.fullmatch(r"fs1_[A-Za-z0-9_-]{43}", enrolled.access_token)
    with office.reading() as connection:
        device = authenticate(connection, enrolled.access_token)
    assert isinstance(device, Device)
    assert (device.id, device.van, device.name) == (enrolled.device_id, "Van 1", "Tablet 1")
    assert device.scope == enrolled.scope


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f" {code} ",
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_a_code_is_taken_as_people_type_it(office, monkeypatch, typed):
    digits = iter("01K7QM2XHD01")
    monkeypatch.setattr("fieldsync.access.devices.secrets.choice", lambda _alphabet: next(digits))
    code = invited(office).enrollment_code
    assert code == "01K7-QM2X-HD01"
    assert isinstance(entered(office, typed(code)), Enrolment)


@pytest.mark.parametrize("code", ["", "-", "K7QM", "K7QM-2XHD-9PTVX", "😀", "K7QM\x00", "٠" * 12, "U" * 12])
def test_no_text_whatever_is_more_than_a_wrong_code(office, code):
    assert entered(office, code) == WrongCode()


def test_a_code_works_once(office):
    code = invited(office).enrollment_code
    first = entered(office, code)
    assert entered(office, code) == WrongCode()
    with office.reading() as connection:
        assert [device.id for device in list_devices(connection)] == [first.device_id]
        used = connection.execute(select(InvitationRow.used_at, InvitationRow.device_id)).one()
    assert tuple(used) == (NOW, first.device_id)


@pytest.mark.parametrize(
    ("after", "good"),
    [(timedelta(hours=72) - timedelta(seconds=1), True), (timedelta(hours=72), False), (timedelta(days=30), False)],
)
def test_a_code_dies_after_72_hours(office, after, good):
    code = invited(office).enrollment_code
    assert isinstance(entered(office, code, now=NOW + after), Enrolment) is good


def test_five_wrong_codes_make_an_address_wait_also_with_a_right_code(office):
    code = invited(office).enrollment_code
    for second in range(5):
        assert entered(office, NOBODYS, now=NOW + timedelta(seconds=second)) == WrongCode()
    wait = entered(office, code, now=NOW + timedelta(seconds=10))
    assert wait == TooManyWrongCodes(50)
    assert count(office, WrongCodeRow) == 5
    assert isinstance(entered(office, code, now=NOW + timedelta(seconds=10 + wait.retry_after_s)), Enrolment)


def test_the_wait_is_told_in_whole_seconds_upwards(office):
    for _ in range(5):
        entered(office, NOBODYS)
    assert entered(office, NOBODYS, now=NOW) == TooManyWrongCodes(60)
    assert entered(office, NOBODYS, now=NOW + timedelta(seconds=1.5)) == TooManyWrongCodes(59)
    assert entered(office, NOBODYS, now=NOW + timedelta(seconds=59.9)) == TooManyWrongCodes(1)
    assert entered(office, NOBODYS, now=NOW + timedelta(seconds=60)) == WrongCode()


def test_one_address_waits_and_another_does_not(office):
    for _ in range(5):
        entered(office, NOBODYS)
    assert isinstance(entered(office, NOBODYS), TooManyWrongCodes)
    assert isinstance(entered(office, invited(office).enrollment_code, ELSEWHERE), Enrolment)


def test_right_codes_do_not_count_against_an_address(office):
    for _ in range(6):
        assert isinstance(entered(office, invited(office).enrollment_code), Enrolment)


def test_old_wrong_codes_are_cleared_as_it_goes(office):
    for second in range(3):
        entered(office, NOBODYS, now=NOW + timedelta(seconds=second))
    entered(office, NOBODYS, ELSEWHERE, now=NOW + timedelta(seconds=61))
    assert count(office, WrongCodeRow) == 2


def test_of_tablets_with_one_code_at_one_instant_one_gets_it(office):
    tablets = 4
    for round_ in range(3):
        code = invited(office).enrollment_code
        barrier = Barrier(tablets)

        def enter(number, code=code, barrier=barrier, round_=round_):
            barrier.wait(timeout=30)
            return entered(office, code, f"203.0.113.{number}", name=f"Tablet {round_}-{number}")

        with ThreadPoolExecutor(tablets) as pool:
            outcomes = list(pool.map(enter, range(tablets)))
        assert sorted(type(one).__name__ for one in outcomes) == ["Enrolment"] + ["WrongCode"] * (tablets - 1)
    with office.reading() as connection:
        assert len(list_devices(connection)) == 3


def test_neither_code_nor_token_nor_address_is_kept(office):
    code = invited(office).enrollment_code
    unused = invited(office).enrollment_code
    enrolled = entered(office, code)
    entered(office, NOBODYS)
    with office.reading() as connection:
        kept = [
            value.encode() if isinstance(value, str) else bytes(value)
            for table in ("device", "invitation", "wrong_code")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
            if isinstance(value, str | bytes | memoryview)
        ]
    everything = b"\n".join(kept).upper()
    token = enrolled.access_token
    secrets = [token, token.removeprefix("fs1_"), code, unused, code.replace("-", ""), unused.replace("-", ""), HOME]
    assert enrolled.device_id.upper().encode() in everything
    assert not [secret for secret in secrets if secret.upper().encode() in everything]
