"""What an operator sees of the keys: which there are, that they rotate, and what to do when they are given."""

import base64
import json
import os
import re
import shutil
import stat

import pytest

from fieldsync import cli, key_commands, keyfile
from fieldsync.config import load
from fieldsync.db import open_store, ring
from tests.conftest import TESTED_RING, keep_tested_keys
from tests.keys import opens_all
from tests.office import Office
from tests.scenarios.test_secrets import family

KEY = base64.b64encode(bytes(32)).decode()
TESTED = f"t1:{base64.b64encode(TESTED_RING[0][1]).decode()}"
SINCE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


@pytest.fixture
def data_dir(tmp_path, monkeypatch, migrated_sqlite):
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(folder))
    monkeypatch.setattr(ring, "REREAD_S", 0.02)
    keep_tested_keys(folder)
    shutil.copy(migrated_sqlite, folder / "fieldsync.sqlite3")
    return folder


@pytest.fixture
def run(data_dir, monkeypatch, capsys):
    """Return a function that runs a command: (exit code, standard output, standard error)."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["fieldsync", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return command


@pytest.fixture
def filled(data_dir):
    """A database with sealed values."""
    settings = load()
    store = open_store(settings)
    tablet = Office(settings, store).tablet()
    tablet.push(*family(tablet))
    yield settings
    store.close()


def listed(run) -> list[dict]:
    code, out, errors = run("keys", "list", "--json")
    assert (code, errors) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_keys_are_listed_without_the_keys(run, filled):
    first, *hashes = listed(run)
    values = first.pop("values")
    assert values > 8
    assert first == {"id": "t1", "purpose": "encryption", "seals": True}
    assert [(one["id"], one["purpose"], one["retired_at"]) for one in hashes] == [
        *(("content1", "content", None), ("identity1", "identity", None), ("lookup1", "lookup", None))
    ]
    assert all(SINCE.fullmatch(one["created_at"]) for one in hashes)
    code, out, errors = run("keys", "list")
    assert (code, errors) == (0, "")
    assert len(out.splitlines()) == 4
    assert TESTED[3:12] not in out


def test_a_rotation_from_end_to_end(run, filled, data_dir):
    values = listed(run)[0]["values"]
    code, out, errors = run("keys", "rotate", "--json")
    assert (code, errors, json.loads(out)) == (0, "", {"key": "k1", "resealed": values, "old": ["t1"]})
    assert stat.S_IMODE((data_dir / "keys.json").stat().st_mode) == 0o600
    assert [(one["id"], one["seals"], one["values"]) for one in listed(run)[:2]] == [
        ("k1", True, values),
        ("t1", False, 0),
    ]
    code, out, errors = run("keys", "retire", "t1", "--json")
    assert (code, errors, json.loads(out)) == (0, "", {"key": "t1", "needed": False, "removed": True})
    code, out, errors = run("keys", "reseal", "--json")
    assert (code, errors, json.loads(out)) == (0, "", {"key": "k1", "resealed": 0, "old": []})
    assert opens_all(load()) == values
    assert [one.name for one in data_dir.iterdir() if "keys" in one.name] == ["keys.json"]
    assert TESTED[3:] not in (data_dir / "keys.json").read_text()


def test_people_are_told_what_comes_next(run, filled):
    assert "fieldsync keys retire t1" in run("keys", "rotate")[1]
    assert "0 values" in run("keys", "reseal")[1]
    assert "retired" in run("keys", "retire", "t1")[1]


def test_identity_keys_rotate(run, filled):
    code, out, errors = run("keys", "rotate", "--lookups", "--json")
    assert (code, errors, json.loads(out)) == (0, "", {"key": "identity2"})
    assert [one["id"] for one in listed(run)[1:]] == ["content1", "identity2", "lookup1"]
    assert "identity3" in run("keys", "rotate", "--lookups")[1]


def test_given_keys_are_not_changed_but_the_steps_are_told(run, filled, monkeypatch, data_dir):
    monkeypatch.setenv("FIELDSYNC_ENCRYPTION_KEYS", TESTED)
    before = (data_dir / "keys.json").read_text()
    code, out, errors = run("keys", "rotate")
    assert (code, out) == (1, "")
    assert "FIELDSYNC_ENCRYPTION_KEYS" in errors
    assert "fieldsync keys retire t1" in errors
    values = listed(run)[0]["values"]
    monkeypatch.setenv("FIELDSYNC_ENCRYPTION_KEYS", f"k2:{KEY},{TESTED}")
    assert run("keys", "retire", "t1")[::2] == (
        1,
        f"fieldsync: {values} values are sealed under key t1: fieldsync keys reseal\n",
    )
    assert json.loads(run("keys", "reseal", "--json")[1])["resealed"] == values
    code, out, errors = run("keys", "retire", "t1", "--json")
    assert (code, errors, json.loads(out)) == (0, "", {"key": "t1", "needed": False, "removed": False})
    monkeypatch.setenv("FIELDSYNC_ENCRYPTION_KEYS", f"k2:{KEY}")
    assert opens_all(load()) == values
    assert (data_dir / "keys.json").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("keys", "retire", "t1"), "key t1 is the one that seals: fieldsync keys rotate"),
        (("keys", "retire", "k9"), "there is no key k9; there are t1"),
    ],
)
def test_what_can_not_be_done_says_why(run, arguments, said):
    code, out, errors = run(*arguments)
    assert (code, out) == (1, "")
    assert said in errors


def test_a_wrong_ring_is_said(run, filled, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_ENCRYPTION_KEYS", f"k9:{KEY}")
    assert listed(run)[1] == {"id": None, "purpose": "encryption", "seals": False, "values": listed(run)[1]["values"]}
    code, out, errors = run("keys", "reseal")
    assert (code, out) == (1, "")
    assert "can't be opened and stay as they are" in errors
    assert errors.count("\n") == 1


def test_a_folder_that_can_not_be_written_is_said(run, filled, data_dir, monkeypatch):
    def refuses(*_given):
        raise PermissionError

    monkeypatch.setattr(keyfile, "replace", refuses)
    code, out, errors = run("keys", "rotate")
    assert (code, out, errors) == (1, "", f"fieldsync: {data_dir / 'keys.json'} can't be changed (PermissionError)\n")


@pytest.mark.parametrize(
    "arguments", [("keys", "rotate"), ("keys", "reseal"), ("keys", "retire", "x"), ("keys", "list")]
)
def test_without_an_upgrade_every_command_says_so(run, data_dir, arguments):
    (data_dir / "fieldsync.sqlite3").unlink()
    code, out, errors = run(*arguments)
    assert (code, out) == (1, "")
    assert "fieldsync db upgrade" in errors


@pytest.mark.parametrize(("passed_s", "shown"), [(0.5, False), (3.0, True)])
def test_a_bar_is_shown_when_it_takes_longer_than_a_moment(monkeypatch, capsys, passed_s, shown):
    clock = [0.0]
    monkeypatch.setattr(key_commands.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with key_commands.progress_bar() as progress:
        clock[0] = passed_s
        progress(1, 2)
        progress(2, 2)
    assert ("100%" in capsys.readouterr().err) == shown


def test_no_bar_is_shown_to_a_machine():
    with key_commands.progress_bar() as progress:
        assert progress is None
