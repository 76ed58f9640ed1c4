"""What an operator types, what is printed for people and for machines, and how it ends."""

import json
import os
import re
import shutil
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from fieldsync import __version__, access, cli
from fieldsync.config import load
from fieldsync.db import newest, open_store
from fieldsync.ledger import feed
from tests.conftest import keep_tested_keys
from tests.field import visit, woman
from tests.office import KAYU_AGUNG_DESA, Office, new_id

VAN = ("van", "create", "Van 1", "--area", "16.02.05", "--program", "civil")
NOBODY = "00000000-0000-4000-8000-000000000000"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def fresh(data_dir, monkeypatch, capsys):
    """Return a function that runs a command on an empty data folder: (exit code, standard output, standard error)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["fieldsync", *arguments])
        capsys.readouterr()  # what the office of the test said
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def run(fresh, data_dir, migrated_sqlite):
    """The same on an upgraded database."""
    shutil.copy(migrated_sqlite, data_dir / "fieldsync.sqlite3")
    keep_tested_keys(data_dir)
    return fresh


@pytest.fixture
def at_home(run):
    """The same with the regions of the home regency."""
    assert run("regions", "load", "--regency", "16.02")[0] == 0
    return run


def answer(result: tuple[int, str, str]):
    code, out, errors = result
    assert (code, errors) == (0, ""), result
    assert out.count("\n") == 1
    return json.loads(out)


def failed(result: tuple[int, str, str]) -> str:
    code, out, errors = result
    assert (code, out) == (1, ""), result
    assert errors.startswith("fieldsync: ")
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    return errors


@pytest.fixture
def office(at_home):
    settings = load()
    store = open_store(settings)
    made = Office(settings, store)
    made.clock.at = datetime.now(UTC)
    yield made
    store.close()


def test_the_version(fresh):
    code, out, _ = fresh("--version")
    assert code == 0
    assert __version__ in out


@pytest.mark.parametrize(
    "arguments",
    [
        *((), ("db",), ("nothing",), ("db", "nothing"), ("db", "upgrade", "--nothing"), ("van", "create")),
        *(("van", "create", "Van 1"), ("van", "create", "Van 1", "--area", "16.02"), ("van", "scope", "Van 1")),
        *(("device", "invite"), ("device", "revoke"), ("device", "revoke", "no-uuid"), ("serve", "--port", "0")),
        *(("serve", "--port", "x"), ("serve", "--workers", "0"), ("records", "quarantine", "--limit", "0")),
        *(("demo", "--days", "1"), ("simulate",), ("van", "create", "Van 1", "--program", "civil")),
    ],
    ids=" ".join,
)
def test_bad_usage_is_2_and_explained_on_standard_error(fresh, data_dir, arguments):
    code, out, errors = fresh(*arguments)
    assert (code, out) == (2, "")
    assert "Usage: " in errors
    assert not (data_dir / "fieldsync.sqlite3").exists()


@pytest.mark.parametrize(
    "group",
    [(), ("db",), ("regions",), ("van",), ("device",), ("records",), ("serve",), ("simulate",), ("demo",)],
    ids=str,
)
def test_help_is_0_everywhere(fresh, group):
    code, out, _ = fresh(*group, "--help")
    assert code == 0
    assert out.startswith("Usage: ")


def test_upgrade_makes_the_database_and_says_where_it_is(fresh, data_dir):
    assert answer(fresh("db", "upgrade", "--json")) == {"revision": newest(), "woken": 0, "views": 0}
    assert (data_dir / "fieldsync.sqlite3").exists()
    code, out, errors = fresh("db", "upgrade")
    assert (code, errors) == (0, "")
    assert newest() in out


@pytest.mark.parametrize(
    "arguments",
    [
        *(("regions", "load"), ("db", "new-epoch"), ("device", "list"), ("records", "held"), ("records", "quarantine")),
        *(("device", "invite", "--van", "x"), ("device", "revoke", NOBODY), VAN),
    ],
    ids=" ".join,
)
def test_without_an_upgrade_every_command_says_so(fresh, arguments):
    assert "fieldsync db upgrade" in failed(fresh(*arguments))


@pytest.mark.parametrize("arguments", [("db", "upgrade"), ("device", "list"), VAN], ids=" ".join)
def test_a_database_that_is_not_there_is_said_without_its_password(fresh, monkeypatch, arguments):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:1/none")
    said = failed(fresh(*arguments))
    assert "hidden" not in said


def test_a_wrong_setting_is_said_by_its_name(fresh, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", "mysql://x")
    assert "FIELDSYNC_DATABASE_URL" in failed(fresh("db", "upgrade"))


def test_the_home_regency_is_loaded(run):
    assert answer(run("regions", "load", "--regency", "16.02", "--json")) == {"regions": 347}
    assert answer(run("regions", "load", "--regency", "16.02", "--json")) == {"regions": 347}
    code, out, _ = run("regions", "load", "--regency", "16.02")
    assert (code, "347" in out) == (0, True)


def test_all_of_indonesia_is_loaded(run):
    assert answer(run("regions", "load", "--json")) == {"regions": 38 + 514 + 7285 + 83762}


@pytest.mark.parametrize("regency", ["99.99", "16.021", "Ogan Komering Ilir", "%"])
def test_a_regency_that_does_not_exist_is_a_failure(run, regency):
    assert regency in failed(run("regions", "load", "--regency", regency, "--json"))


def test_a_van_is_made(at_home):
    made = answer(at_home(*VAN, "--area", "16.02.11", "--program", "maternal", "--json"))
    assert uuid.UUID(made.pop("id"))
    assert made == {"name": "Van 1", "areas": ["16.02.05", "16.02.11"], "programs": ["civil", "maternal"]}
    code, out, errors = at_home("van", "create", "Van 2", "--area", "16.02", "--program", "child")
    assert (code, errors) == (0, "")
    assert "Van 2" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("van", "create", "Van 9", "--area", "16.03", "--program", "civil"), "16.03"),
        (("van", "create", "Van 9", "--area", "nowhere", "--program", "civil"), "nowhere"),
        (("van", "create", "Van 9", "--area", "16.02", "--program", "dental"), "dental"),
        (("van", "create", "", "--area", "16.02", "--program", "civil"), "1 to 80"),
        (("van", "create", "x" * 81, "--area", "16.02", "--program", "civil"), "1 to 80"),
        (VAN, "Van 1"),
        (("van", "scope", "Van 9", "--area", "16.02", "--program", "civil"), "Van 9"),
        (("van", "scope", "Van 1", "--area", "99", "--program", "civil"), "99"),
        (("device", "invite", "--van", "Van 9"), "Van 9"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "",
)
def test_what_can_not_be_done_is_a_failure_that_says_why(at_home, arguments, said):
    assert at_home(*VAN)[0] == 0
    for json_too in ((), ("--json",)):
        assert said in failed(at_home(*arguments, *json_too))


def test_without_regions_a_van_says_how_to_load_them(run):
    assert "fieldsync regions load" in failed(run(*VAN))


def test_a_van_gets_another_scope(at_home):
    at_home(*VAN)
    changed = answer(at_home("van", "scope", "Van 1", "--area", "16.02.11", "--program", "child", "--json"))
    assert (changed["name"], changed["areas"], changed["programs"]) == ("Van 1", ["16.02.11"], ["child"])
    store = open_store(load())
    with store.reading() as connection:
        found = access.van_by_name(connection, "Van 1")
    store.close()
    assert (found.areas, found.programs) == (("16.02.11",), ("child",))


def test_an_invitation_has_the_contract_s_shape(at_home):
    at_home(*VAN)
    invited = answer(at_home("device", "invite", "--van", "Van 1", "--json"))
    assert invited.keys() == {"enrollment_code", "expires_at"}
    assert CODE.fullmatch(invited["enrollment_code"])
    life = datetime.fromisoformat(invited["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=71, minutes=58) < life <= timedelta(hours=72)
    code, out, errors = at_home("device", "invite", "--van", "Van 1")
    assert (code, errors) == (0, "")
    assert CODE.match(out)


def test_a_printed_code_lets_a_tablet_in(at_home, office):
    at_home(*VAN)
    code = answer(at_home("device", "invite", "--van", "Van 1", "--json"))["enrollment_code"]
    given = {"enrollment_code": code.lower().replace("-", ""), "name": "T", "app_version": "1.4.0"}
    enrolled = office.app.test_client().post("/api/v1/devices/enroll", json=given)
    assert (enrolled.status_code, enrolled.json["van"]) == (201, "Van 1")
    assert (enrolled.json["areas"], enrolled.json["programs"]) == (["16.02.05"], ["civil"])


def test_tablets_are_listed_with_their_sync_health(at_home, office):
    assert at_home("device", "list", "--json") == (0, "", "")
    tablet, quiet = office.tablet(), office.tablet()
    tablet.push(woman(tablet), visit(tablet, new_id()), {"id": "x"})
    code, out, errors = at_home("device", "list", "--json")
    assert (code, errors) == (0, "")
    listed = {one["id"]: one for one in map(json.loads, out.splitlines())}
    assert listed.keys() == {tablet.device_id, quiet.device_id}
    one = listed[tablet.device_id]
    assert (one["applied"], one["held"], one["rejected"], one["last_seq"]) == (1, 1, 1, 2)
    assert one["last_push_at"]
    assert one["app_version"] == "1.4.0"
    assert listed[quiet.device_id]["last_push_at"] is None
    assert "token" not in out
    code, out, _ = at_home("device", "list")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "never" in out


@pytest.mark.parametrize("wipe", [False, True])
def test_a_tablet_is_shut_out(at_home, office, wipe):
    tablet = office.tablet()
    given = ("device", "revoke", tablet.device_id, "--json", *(["--wipe"] if wipe else []))
    assert answer(at_home(*given)) == {"device_id": tablet.device_id, "revoked": True, "wipe": wipe}
    refused = tablet.client.get("/api/v1/sync/config", headers=tablet.headers)
    assert (refused.status_code, refused.json.get("wipe", False)) == (401, wipe)
    assert "revoked" in at_home("device", "list")[1]


def test_an_unknown_tablet_can_not_be_shut_out(run):
    failed(run("device", "revoke", NOBODY))


def test_what_is_held_is_counted(at_home, office):
    assert answer(at_home("records", "held", "--json")) == {"held": 0}
    tablet = office.tablet()
    tablet.push(visit(tablet, new_id()), visit(tablet, new_id()))
    assert answer(at_home("records", "held", "--json")) == {"held": 2}
    assert at_home("records", "held")[1].startswith("2 ")


def test_the_quarantine_is_listed_with_the_very_text(at_home, office):
    assert at_home("records", "quarantine") == (0, "", "")
    tablet = office.tablet()
    bad = [{**woman(tablet), "area": f"nowhere {n}"} for n in range(3)]
    tablet.push(*bad)
    code, out, errors = at_home("records", "quarantine")
    assert (code, errors) == (0, "")
    listed = [json.loads(line) for line in out.splitlines()]
    assert [json.loads(one["as_sent"]) for one in listed] == bad[::-1]
    assert {one["errors"][0]["code"] for one in listed} == {"bad_format"}
    assert {one["device_id"] for one in listed} == {tablet.device_id}
    assert len(at_home("records", "quarantine", "--limit", "2")[1].splitlines()) == 2


def test_a_new_epoch_makes_every_tablet_start_over(at_home, office):
    tablet = office.tablet()
    tablet.push(woman(tablet, area=KAYU_AGUNG_DESA))
    _, cursor = tablet.pull()
    begun = answer(at_home("db", "new-epoch", "--json"))
    with office.store.reading() as connection:
        assert begun == {"epoch": feed.epoch(connection).name}
    gone = tablet.client.get("/api/v1/sync/pull", query_string={"cursor": cursor}, headers=tablet.headers)
    assert gone.status_code == 410
    assert len(tablet.pull()[0]) == 2


def test_the_commands_work_on_postgresql_too(fresh, data_dir, monkeypatch, postgresql_url):
    keep_tested_keys(data_dir)
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", postgresql_url)
    name = f"Van {new_id()}"
    assert answer(fresh("db", "upgrade", "--json"))["revision"] == newest()
    assert answer(fresh("regions", "load", "--regency", "16.02", "--json")) == {"regions": 347}
    made = answer(fresh("van", "create", name, "--area", "16.02", "--program", "civil", "--json"))
    assert made["name"] == name
    failed(fresh("van", "create", name, "--area", "16.02", "--program", "civil"))
    assert CODE.match(fresh("device", "invite", "--van", name)[1])
