"""Office users: made within what exists, found without regard to case, shut out and let in again."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldsync.access import (
    PERMISSIONS,
    ROLES,
    AccessError,
    OfficeUser,
    Session,
    WrongPassword,
    audit_of,
    change_password,
    create_user,
    disable_user,
    enable_user,
    list_users,
    load_regions,
    log_in,
    office_user,
)
from fieldsync.access.roles import WORDS, may
from fieldsync.access.scope import Scope
from fieldsync.access.tables import OfficeUserRow

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "sungai komering 16"
KNOWN = ("civil", "maternal")


@pytest.fixture
def office(store):
    store.transact(lambda connection: load_regions(connection, "16.02"))
    return store


def made(store, username="Siti", password=PASSWORD, role="viewer", areas=("16.02",), programs=("maternal",)):
    return store.transact(lambda c: create_user(c, username, password, role, areas, programs, KNOWN, NOW))


def entered(store, username="Siti", password=PASSWORD, now=NOW):
    return log_in(store, username, password, "203.0.113.7", timedelta(hours=12), now)


def who(store, token, now=NOW):
    with store.reading() as connection:
        return office_user(connection, store.sealer, token, now)


def test_a_user_is_made_and_listed(office):
    account = made(office, " Siti Aminah ", role="coordinator", areas=("16.02.11", "16.02.05", "16.02.05"))
    assert (account.username, account.role) == ("Siti Aminah", "coordinator")
    assert (account.areas, account.programs) == (("16.02.05", "16.02.11"), ("maternal",))
    assert (account.created_at, account.disabled_at) == (NOW, None)
    made(office, "adi")
    with office.reading() as connection:
        assert [one.username for one in list_users(connection)] == ["adi", "Siti Aminah"]


@pytest.mark.parametrize("again", ["siti", "SITI", " Siti ", "\uff33iti"])
def test_a_name_is_taken_in_any_case_and_width(office, again):
    made(office, "Siti")
    with pytest.raises(AccessError) as caught:
        made(office, again)
    assert caught.value.code == "name_taken"
    assert isinstance(entered(office, again), Session)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": ""}, "bad_name"),
        ({"username": "   "}, "bad_name"),
        ({"username": "a" * 81}, "bad_name"),
        ({"username": "\ufdfa" * 10}, "bad_name"),
        ({"username": "a\nb"}, "bad_name"),
        ({"username": "a\x00"}, "bad_name"),
        ({"role": "root"}, "unknown_role"),
        ({"role": "Admin"}, "unknown_role"),
        ({"areas": ()}, "no_area"),
        ({"areas": ("16.02", "99")}, "unknown_area"),
        ({"programs": ()}, "no_program"),
        ({"programs": ("dental",)}, "unknown_program"),
        ({"password": ""}, "weak_password"),
        ({"password": "a" * 9}, "weak_password"),
        ({"password": "a" * 201}, "weak_password"),
        ({"password": " " * 12}, "weak_password"),
        ({"password": "sungai\nkomering"}, "weak_password"),
        ({"password": "sungai\x00komering"}, "weak_password"),
        ({"username": "Siti Aminah", "password": "SITI AMINAH"}, "weak_password"),
    ],
)
def test_what_can_not_be_is_refused_by_name(office, changes, code):
    with pytest.raises(AccessError) as caught:
        made(office, **changes)
    assert caught.value.code == code
    assert changes.get("password", "-" * 99) not in str(caught.value) or not changes["password"]
    with office.reading() as connection:
        assert list_users(connection) == []


@pytest.mark.parametrize(
    "password", ["a" * 10, "a" * 200, "kata sandi é", "пароль длинный", "😀" * 10, " mulai spasi "]
)
def test_any_long_enough_password_is_taken_as_typed(office, password):
    made(office, password=password)
    assert isinstance(entered(office, password=password), Session)
    assert entered(office, password=password + "x") == WrongPassword()
    assert entered(office, password=password[:-1]) == WrongPassword()


def test_a_password_is_the_same_from_every_keyboard(office):
    made(office, password="kata sandi e\u0301")
    assert isinstance(entered(office, password="kata sandi \u00e9"), Session)


def test_passwords_are_kept_as_argon2id_with_a_salt_of_their_own(office, shipped_hashing):
    for name in ("a", "b"):
        made(office, name)
    with office.reading() as connection:
        first, second = connection.execute(select(OfficeUserRow.password_hash)).scalars()
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_older_parameters_is_renewed_at_log_in(office, shipped_hashing):
    from argon2 import PasswordHasher

    made(office)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    office.transact(lambda c: c.execute(OfficeUserRow.__table__.update().values(password_hash=old)))
    assert entered(office, password="another password") == WrongPassword()
    assert isinstance(entered(office), Session)
    with office.reading() as connection:
        assert "m=19456,t=2" in connection.execute(select(OfficeUserRow.password_hash)).scalar_one()
    assert isinstance(entered(office), Session)


def test_a_disabled_user_is_out_at_once_and_comes_in_again_when_enabled(office):
    made(office)
    token = entered(office).access_token
    assert isinstance(who(office, token), OfficeUser)
    later = NOW + timedelta(hours=1)
    assert office.transact(lambda c: disable_user(c, "SITI", later)).disabled_at == later
    assert office.transact(lambda c: disable_user(c, "siti", later + timedelta(hours=1))).disabled_at == later
    assert who(office, token) is None
    assert entered(office) == WrongPassword()
    assert office.transact(lambda c: enable_user(c, "siti", later)).disabled_at is None
    assert who(office, token) is None  # the session was ended
    assert isinstance(entered(office), Session)


def test_another_password_ends_all_sessions_and_the_old_one_is_dead(office):
    made(office)
    made(office, "Adi")
    tokens = [entered(office).access_token for _ in range(2)]
    kept = entered(office, "adi").access_token
    office.transact(lambda c: change_password(c, "siti", "a quite other one", NOW))
    assert [who(office, one) for one in tokens] == [None, None]
    assert who(office, kept).username == "Adi"
    assert entered(office) == WrongPassword()
    assert isinstance(entered(office, password="a quite other one"), Session)


@pytest.mark.parametrize(
    "work",
    [
        lambda c: disable_user(c, "nobody", NOW),
        lambda c: enable_user(c, "nobody", NOW),
        lambda c: change_password(c, "nobody", PASSWORD, NOW),
    ],
)
def test_nothing_can_be_done_to_nobody(office, work):
    with pytest.raises(AccessError) as caught:
        office.transact(work)
    assert caught.value.code == "unknown_user"


def test_what_was_done_to_a_user_is_in_the_audit_trail(office):
    user_id = made(office, role="coordinator").id
    entered(office)
    office.transact(lambda c: disable_user(c, "siti", NOW))
    office.transact(lambda c: disable_user(c, "siti", NOW))
    office.transact(lambda c: enable_user(c, "siti", NOW))
    office.transact(lambda c: change_password(c, "siti", "a quite other one", NOW))
    with office.reading() as connection:
        trail = audit_of(connection, user_id)
    assert [(one.username, one.action) for one in trail] == [
        (None, "user.create"),
        ("Siti", "session.begin"),
        (None, "user.disable"),
        (None, "user.enable"),
        (None, "user.password"),
    ]
    assert trail[0].detail == {"role": "coordinator", "areas": ["16.02"]}


GRANTED = {
    "viewer": {"persons.read", "cases.read", "devices.read", "rules.read"},
    "coordinator": {
        *("persons.read", "cases.read", "devices.read", "cases.act", "restricted.read"),
        *("rules.read", "rules.propose"),
    },
    "data_manager": {
        *("persons.read", "cases.read", "devices.read", "cases.act"),
        *("identity.review", "identity.split", "records.quarantine"),
        *("rules.read", "rules.propose", "rules.approve"),
    },
    "admin": {
        *("persons.read", "cases.read", "devices.read", "cases.act", "restricted.read"),
        *("identity.review", "identity.split", "records.quarantine", "users.manage", "audit.read"),
        *("rules.read", "rules.propose", "rules.approve"),
    },
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", sorted(WORDS))
def test_a_role_may_what_the_table_says(role, permission):
    user = OfficeUser("id", "name", role, Scope(0, ("16.02",), ("civil",)))
    assert user.may(permission) is (permission in GRANTED[role])


def test_the_table_names_the_contract_s_roles_and_an_admin_may_all():
    assert ROLES == ("viewer", "coordinator", "data_manager", "admin")
    assert PERMISSIONS["admin"] == WORDS == set().union(*GRANTED.values())


@pytest.mark.parametrize("word", ["persons", "person.read", "", "office", "public"])
def test_a_permission_that_does_not_exist_is_an_error_and_not_a_no(word):
    with pytest.raises(ValueError, match=f"^{word}$"):
        may("admin", word)


@pytest.mark.parametrize(
    ("area", "found"),
    [
        (None, ("16.02.05", "16.02.11.2001")),
        ("16", ("16.02.05", "16.02.11.2001")),
        ("16.02", ("16.02.05", "16.02.11.2001")),
        ("16.02.05", ("16.02.05",)),
        ("16.02.05.2012", ("16.02.05.2012",)),
        ("16.02.11", ("16.02.11.2001",)),
        ("16.02.11.2002", ()),
        ("16.02.1", ()),
        ("17", ()),
    ],
)
def test_a_scope_gives_what_of_it_lies_in_an_area(area, found):
    assert Scope(0, ("16.02.05", "16.02.11.2001"), ()).areas_under(area) == found


def test_the_documented_table_is_the_one_that_holds():
    text = (Path(__file__).parents[2] / "docs" / "office-api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z.]+)` \|(.*?)\|(.*?)\|(.*?)\|(.*?)\| [a-z]", text, re.MULTILINE)
    told = {(role, row[0]) for row in rows for role, cell in zip(ROLES, row[1:], strict=True) if cell.strip() == "yes"}
    assert told == {(role, word) for role, words in PERMISSIONS.items() for word in words}
