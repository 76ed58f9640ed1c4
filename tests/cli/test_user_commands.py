"""Office users on the command line: made with a password from standard input, listed, shut out, let in again."""

import io
import json
import os
import shutil
import sys
import uuid

import pytest

from fieldsync import cli
from fieldsync.config import load
from fieldsync.db import open_store
from tests.conftest import keep_tested_keys
from tests.office import PASSWORD, Clerk, Office, new_id

WHERE = ("--area", "16.02", "--program", "maternal", "--program", "civil")
SITI = ("user", "create", "Siti", "--role", "coordinator", *WHERE, "--password-stdin")


class Terminal(io.TextIOWrapper):
    """A standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def bare(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command with something on standard input: (exit code, output, errors)."""
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(tmp_path))

    def run(*arguments: str, given: bytes = b"", stdin=io.TextIOWrapper) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fieldsync", *arguments])
        monkeypatch.setattr(sys, "stdin", stdin(io.BytesIO(given)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def run(bare, tmp_path, migrated_sqlite):
    """The same on a database with the regions of OKI."""
    shutil.copy(migrated_sqlite, tmp_path / "fieldsync.sqlite3")
    keep_tested_keys(tmp_path)
    assert bare("regions", "load", "--regency", "16.02")[0] == 0
    return bare


@pytest.fixture
def browser(run):
    """Return a function that tries to log in over HTTP and gives the status."""
    store = open_store(load())
    office = Office(load(), store)

    def enter(username: str, password: str = PASSWORD) -> int:
        return Clerk(office, office.app.test_client(), username, password).log_in().status_code

    yield enter
    store.close()


def answer(result: tuple[int, str, str]):
    code, out, errors = result
    assert (code, errors) == (0, ""), result
    return json.loads(out)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_user_is_made_and_may_log_in(run, browser, ending):
    made = answer(run(*SITI, "--json", given=PASSWORD.encode() + ending))
    assert uuid.UUID(made["id"])
    assert (made["username"], made["role"]) == ("Siti", "coordinator")
    assert (made["areas"], made["programs"], made["disabled_at"]) == (["16.02"], ["civil", "maternal"], None)
    assert made.keys() == {"id", "username", "role", "areas", "programs", "created_at", "disabled_at", "by_issuer"}
    assert browser("siti") == 200
    assert browser("siti", PASSWORD + "x") == 401


def test_people_are_told_in_a_line(run):
    code, out, errors = run(*SITI, given=PASSWORD.encode())
    assert (code, out, errors) == (0, "User Siti is a coordinator in 16.02.\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        *(("user",), ("user", "create"), ("user", "create", "Siti"), ("user", "disable"), ("user", "password")),
        ("user", "create", "Siti", "--role", "root", *WHERE, "--password-stdin"),
        ("user", "create", "Siti", "--role", "viewer", "--area", "16.02", "--password-stdin"),
        ("user", "create", "Siti", "--role", "viewer", "--program", "civil", "--password-stdin"),
        ("user", "create", "Siti", "--role", "viewer", *WHERE, "--password", PASSWORD),
        ("user", "create", "Siti", "--role", "viewer", *WHERE),
        ("user", "password", "Siti"),
        (*SITI, "--by-issuer"),
        ("user", "by-issuer"),
    ],
    ids=" ".join,
)
def test_bad_usage_is_2(bare, tmp_path, arguments):
    code, out, errors = bare(*arguments, given=PASSWORD.encode())
    assert (code, out) == (2, "")
    assert "Usage: " in errors
    assert not (tmp_path / "fieldsync.sqlite3").exists()


def test_a_password_that_is_no_text_is_bad_usage(run):
    code, out, errors = run(*SITI, given=b"\xff" * 12)
    assert (code, out) == (2, "")
    assert "UTF-8" in errors


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (SITI, b"", "10 to 200"),
        (SITI, b"short", "10 to 200"),
        (SITI, b"two lines\nof text\n", "can be seen"),
        (("user", "create", PASSWORD, *SITI[3:]), PASSWORD.encode(), "the user's name"),
        (("user", "create", "", *SITI[3:]), PASSWORD.encode(), "1 to 80"),
        ((*SITI, "--area", "99"), PASSWORD.encode(), "99"),
        ((*SITI, "--program", "dental"), PASSWORD.encode(), "dental"),
        (("user", "create", "ADI", *SITI[3:]), PASSWORD.encode(), "ADI"),
        (("user", "disable", "nobody"), b"", "nobody"),
        (("user", "enable", "nobody"), b"", "nobody"),
        (("user", "by-issuer", "nobody"), b"", "nobody"),
        (("user", "password", "nobody", "--password-stdin"), PASSWORD.encode(), "nobody"),
        (("user", "password", "adi", "--password-stdin"), b"short", "10 to 200"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_can_not_be_is_1_and_says_why_without_the_password(run, arguments, given, said):
    assert run("user", "create", "adi", *SITI[3:], given=PASSWORD.encode())[0] == 0
    code, out, errors = run(*arguments, given=given)
    assert (code, out) == (1, "")
    assert errors.startswith("fieldsync: ")
    assert said in errors
    assert errors.count("\n") == 1
    assert not given or given.decode() not in errors


def test_users_are_listed(run):
    assert run("user", "list", "--json") == (0, "", "")
    for name in ("Siti", "adi"):
        run("user", "create", name, *SITI[3:], given=PASSWORD.encode())
    run("user", "disable", "ADI")
    code, out, errors = run("user", "list", "--json")
    listed = [json.loads(line) for line in out.splitlines()]
    assert (code, errors) == (0, "")
    assert [(one["username"], one["disabled_at"] is None) for one in listed] == [("adi", False), ("Siti", True)]
    assert "argon2" not in out
    lines = run("user", "list")[1].splitlines()
    assert [line.endswith("disabled") for line in lines] == [True, False]


def test_a_user_is_shut_out_and_let_in_again(run, browser):
    run(*SITI, given=PASSWORD.encode())
    assert answer(run("user", "disable", "siti", "--json"))["disabled_at"]
    assert browser("siti") == 401
    assert answer(run("user", "enable", "siti", "--json"))["disabled_at"] is None
    assert browser("siti") == 200


def test_a_user_gets_another_password(run, browser):
    run(*SITI, given=PASSWORD.encode())
    changed = run("user", "password", "siti", "--password-stdin", "--json", given=b"sungai musi 16 02\n")
    assert answer(changed)["username"] == "Siti"
    assert browser("siti") == 401
    assert browser("siti", "sungai musi 16 02") == 200


def test_without_a_flag_the_password_is_asked_for_and_not_shown(run, browser, monkeypatch):
    asked = []

    def prompt(text, **how):
        asked.append(how)
        return PASSWORD

    monkeypatch.setattr("fieldsync.user_commands.click.prompt", prompt)
    code, out, _ = run(*SITI[:-1], stdin=Terminal)
    assert (code, PASSWORD in out) == (0, False)
    assert asked == [{"hide_input": True, "confirmation_prompt": True, "err": True}]
    assert browser("siti") == 200


@pytest.mark.parametrize("command", [("user", "list"), SITI, ("user", "disable", "x")], ids=" ".join)
def test_without_an_upgrade_every_command_says_so(bare, command):
    code, out, errors = bare(*command, given=PASSWORD.encode())
    assert (code, out) == (1, "")
    assert "fieldsync db upgrade" in errors


def test_the_commands_work_on_postgresql_too(bare, monkeypatch, postgresql_url):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", postgresql_url)
    name = f"Siti {new_id()}"
    assert bare("regions", "load", "--regency", "16.02")[0] == 0
    assert answer(bare("user", "create", name, *SITI[3:], "--json", given=PASSWORD.encode()))["username"] == name
    assert bare("user", "create", name.upper(), *SITI[3:], given=PASSWORD.encode())[0] == 1
    assert answer(bare("user", "disable", name, "--json"))["disabled_at"]


def test_a_user_may_come_in_by_the_issuer_only(run, browser):
    made = answer(run(*SITI[:-1], "--by-issuer", "--json"))
    assert made["by_issuer"] is True
    assert (browser("siti"), browser("siti", "none")) == (401, 401)
    assert run("user", "list")[1].splitlines()[0].endswith("  by issuer")
    answer(run("user", "password", "siti", "--password-stdin", "--json", given=PASSWORD.encode()))
    assert browser("siti") == 200
    assert run("user", "by-issuer", "siti")[1] == "User Siti logs in by the issuer only; their sessions are ended.\n"
    assert browser("siti") == 401
