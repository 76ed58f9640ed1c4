"""Log-ins: tokens that expire and end, five wrong passwords a minute, and nothing told about who exists."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, text

from fieldsync.access import (
    Session,
    TooManyWrongPasswords,
    WrongPassword,
    change_password,
    create_user,
    disable_user,
    load_regions,
    log_in,
    log_out,
    office_user,
    passwords,
    sessions,
)
from fieldsync.access.tables import OfficeSessionRow, WrongCodeRow

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD, WRONG = "sungai komering 16", "sungai komering 17"
HOME, ELSEWHERE = "203.0.113.7", "203.0.113.8"
LIFE = timedelta(hours=12)


@pytest.fixture
def office(store):
    def work(connection):
        load_regions(connection, "16.02.05")
        for name in ("siti", "adi"):
            create_user(connection, name, PASSWORD, "viewer", ["16.02.05"], ["civil"], {"civil"}, NOW)
        create_user(connection, "by issuer", None, "viewer", ["16.02.05"], ["civil"], {"civil"}, NOW)

    store.transact(work)
    return store


def entered(store, username="siti", password=PASSWORD, address=HOME, now=NOW):
    return log_in(store, username, password, address, LIFE, now)


def who(store, token, now=NOW):
    with store.reading() as connection:
        return office_user(connection, store.sealer, token, now)


def count(store, row):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(row)).scalar_one()


def test_a_session_has_a_long_random_token_and_its_user(office):
    session = entered(office)
    assert re.fullmatch(r"fo1_[A-Za-z0-9_-]{43}", session.access_token)
    assert session.lasts_s == 12 * 3600
    user = who(office, session.access_token)
    assert user == session.user
    assert (user.username, user.role, user.scope.areas, user.scope.programs) == (
        *("siti", "viewer"),
        *(("16.02.05",), ("civil",)),
    )
    assert len({entered(office).access_token for _ in range(5)}) == 5


@pytest.mark.parametrize("change", [lambda _: "", lambda t: t + "x", lambda t: t[4:], str.swapcase, lambda t: t[:-1]])
def test_no_other_token_is_a_session(office, change):
    assert who(office, change(entered(office).access_token)) is None


@pytest.mark.parametrize(
    ("after", "lives"),
    [(timedelta(0), True), (LIFE - timedelta(seconds=1), True), (LIFE, False), (timedelta(days=400), False)],
)
def test_a_session_expires(office, after, lives):
    token = entered(office).access_token
    assert (who(office, token, NOW + after) is not None) is lives


def test_a_session_that_was_ended_is_dead_and_others_live(office):
    first, second = entered(office).access_token, entered(office).access_token
    office.transact(lambda c: log_out(c, office.sealer, first, NOW))
    office.transact(lambda c: log_out(c, office.sealer, "fo1_nonsense", NOW))
    assert who(office, first) is None
    assert who(office, second).username == "siti"


def test_dead_sessions_are_cleared_at_the_next_log_in(office):
    for _ in range(3):
        entered(office)
    entered(office, "adi")
    entered(office, now=NOW + LIFE)
    assert count(office, OfficeSessionRow) == 2


def test_to_find_a_session_takes_one_statement(office):
    token = entered(office).access_token
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    try:
        assert who(office, token).username == "siti"
    finally:
        event.remove(office.engine, "before_cursor_execute", note)
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) == 1


@pytest.mark.parametrize("username", ["siti", "by issuer", "nobody", "", "' OR 1=1 --", "%", "s" * 300])
def test_who_exists_is_neither_told_nor_shown_by_the_work_done(shipped_hashing, office, monkeypatch, username):
    checked = []

    def matches(password_hash, password):
        checked.append(password_hash)
        return passwords.matches(password_hash, password)

    monkeypatch.setattr(sessions, "matches", matches)
    assert entered(office, username, WRONG) == WrongPassword()
    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_hash_of_nobody_is_one_and_costs_as_much(shipped_hashing):
    from argon2 import extract_parameters

    mine = extract_parameters(passwords.hash_password(PASSWORD, "siti"))
    assert extract_parameters(passwords.NOBODYS) == mine
    assert passwords.matches(passwords.NOBODYS, PASSWORD) is False


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_matches_nothing(kept):
    assert passwords.matches(kept, "") is False


@pytest.mark.parametrize(
    ("address", "username"), [(HOME, "siti"), (HOME, "adi"), (ELSEWHERE, "siti")], ids=["both", "address", "user"]
)
def test_after_five_wrong_tries_address_and_user_wait_also_with_the_right_password(office, address, username):
    for second in range(5):
        assert entered(office, password=WRONG, now=NOW + timedelta(seconds=second)) == WrongPassword()
    wait = entered(office, username, address=address, now=NOW + timedelta(seconds=10))
    assert wait == TooManyWrongPasswords(50)
    assert isinstance(entered(office, username, address=address, now=NOW + timedelta(seconds=60)), Session)


def test_another_user_at_another_address_does_not_wait(office):
    for _ in range(5):
        entered(office, password=WRONG)
    assert isinstance(entered(office, "adi", address=ELSEWHERE), Session)


def test_a_name_that_nobody_has_waits_like_one_that_somebody_has(office):
    for number in range(5):
        assert entered(office, "nobody", address=f"192.0.2.{number}") == WrongPassword()
    assert entered(office, "NOBODY ", address=ELSEWHERE) == TooManyWrongPasswords(60)


def test_right_passwords_do_not_count(office):
    for _ in range(7):
        assert isinstance(entered(office), Session)
    assert count(office, WrongCodeRow) == 0


def test_wrong_codes_and_wrong_passwords_of_an_address_are_counted_apart(office):
    from fieldsync.access import TooManyWrongCodes, WrongCode, enroll

    def enrolled():
        return office.transact(lambda c: enroll(c, office.sealer, "AAAA-AAAA-AAAA", "T", "1", HOME, NOW))

    for _ in range(5):
        assert enrolled() == WrongCode()
    assert enrolled() == TooManyWrongCodes(60)
    assert isinstance(entered(office), Session)


def test_of_many_tries_at_one_instant_five_are_looked_at(office):
    tries = 12
    barrier = Barrier(tries)

    def one(number):
        barrier.wait(timeout=30)
        return entered(office, password=WRONG, address=f"192.0.2.{number}")

    with ThreadPoolExecutor(tries) as pool:
        outcomes = list(pool.map(one, range(tries)))
    assert sorted(type(one).__name__ for one in outcomes) == ["TooManyWrongPasswords"] * 7 + ["WrongPassword"] * 5


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda c: disable_user(c, "siti", NOW),
        lambda c: change_password(c, "siti", "a quite other one", NOW),
    ],
    ids=["disabled", "password"],
)
def test_what_changes_while_a_password_is_looked_at_counts(office, monkeypatch, meanwhile):
    def matches(password_hash, password):
        office.transact(meanwhile)
        return passwords.matches(password_hash, password)

    monkeypatch.setattr(sessions, "matches", matches)
    assert entered(office) == WrongPassword()
    assert count(office, OfficeSessionRow) == 0


def test_neither_password_nor_token_nor_address_is_kept(office):
    token = entered(office).access_token
    entered(office, password=WRONG)
    entered(office, "wrong-name-entirely")
    with office.reading() as connection:
        kept = "\n".join(
            str(bytes(value) if isinstance(value, memoryview) else value)
            for table in ("office_user", "office_session", "audit_entry", "wrong_code")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ).lower()
    assert "siti" in kept
    secrets = (token, token[4:], PASSWORD, WRONG, HOME, "wrong-name-entirely")
    assert [one for one in secrets if one.lower() in kept] == []
