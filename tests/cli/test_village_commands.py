"""The file of changed village codes, as an operator meets it: refused at the start where it is wrong, else followed."""

import json
import os
import shutil

import pytest

from fieldsync import cli
from fieldsync.config import ConfigError, load
from fieldsync.db import open_store
from fieldsync.identity.normal import VillageChanges, use_changes
from tests.conftest import keep_tested_keys
from tests.identity.people import MOTHER, memory, told
from tests.office import Office

OLD, NEW = "16.02.11.2001", MOTHER["village_code"]
CHANGE = f"old,new,valid_from\n{OLD},{NEW},2020-01-31\n"


@pytest.fixture(autouse=True)
def _afterwards():
    yield
    use_changes(VillageChanges())


@pytest.fixture
def data_dir(tmp_path, monkeypatch, migrated_sqlite):
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(folder))
    keep_tested_keys(folder)
    shutil.copy(migrated_sqlite, folder / "fieldsync.sqlite3")
    return folder


@pytest.fixture
def run(data_dir, monkeypatch, capsys):
    """Return a function that runs a command: (exit code, standard output, standard error)."""

    def act(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["fieldsync", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return act


DECIDING = [
    *(("serve",), ("db", "upgrade"), ("keys", "rotate", "--lookups")),
    *(("identity", "rehash"), ("identity", "relink"), ("identity", "train", "--output", "weights.json")),
]


@pytest.mark.parametrize("command", DECIDING, ids=" ".join)
def test_what_decides_who_is_who_ends_where_the_file_is_wrong(run, data_dir, command):
    (data_dir / "village_changes.csv").write_text(f"{CHANGE}{OLD},{NEW},31-01-2020\n")
    code, out, errors = run(*command)
    assert (code, out) == (1, "")
    assert errors.startswith("fieldsync: ")
    assert f"{data_dir / 'village_changes.csv'}, line 3: valid_from takes a day" in errors


def test_a_server_of_another_kind_does_not_start_either(data_dir):
    from fieldsync.app import build

    (data_dir / "village_changes.csv").write_text("old;new\n")
    with pytest.raises(ConfigError, match="line 1: the columns are"):
        build()


def test_what_decides_nothing_goes_on(run, data_dir):
    (data_dir / "village_changes.csv").write_text("nothing")
    assert run("device", "list")[0] == 0


def test_persons_are_found_by_the_new_code_after_rehash(run, data_dir):
    settings = load()
    store = open_store(settings)
    try:
        tablet = Office(settings, store).tablet()
        tablet.push(told(tablet, MOTHER, village_code=OLD), told(tablet, MOTHER, "nik", village_code=NEW))
        before = memory(store)
        (data_dir / "village_changes.csv").write_text(CHANGE)
        code, out, errors = run("identity", "rehash", "--json")
        assert (code, json.loads(out), errors) == (0, {"persons": len(before[0])}, "")
        after = memory(store)
        assert after[0] == before[0]
        assert after[1] != before[1]
        assert "persons" in run("identity", "rehash")[1]
        assert memory(store) == after
        (data_dir / "village_changes.csv").unlink()
        run("identity", "rehash")
        assert memory(store) == before
    finally:
        store.close()
