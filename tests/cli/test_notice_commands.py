"""Notices as an operator keeps them: who is told of what, a test, another secret, and sending once."""

from datetime import UTC, datetime

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from fieldsync import cli as command_edge
from fieldsync.access import audit_of
from fieldsync.cli import cli
from fieldsync.notices.tables import NoticeRow, TargetRow
from tests.conftest import keep_tested_keys
from tests.field import pregnancy, visit, woman
from tests.notices.receivers import web_server

WHERE = ("--area", "16.02", "--program", "maternal", "--program", "child")
ADD = ("notice", "add", "Dinas", "--kind", "webhook", "--event", "emergency", "--event", "summary", *WHERE)


@pytest.fixture(autouse=True)
def environment(settings, office, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FIELDSYNC_NOTICE_INSIDE", "127.0.0.1")
    keep_tested_keys(settings.data_dir)


@pytest.fixture
def receiver():
    with web_server() as made:
        yield made


def run(*arguments: str, given: str = "", code: int = 0) -> list[dict]:
    done = CliRunner().invoke(cli, [*arguments, "--json"], input=given)
    assert done.exit_code == code, done.output
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def add(address: str, *arguments: str) -> dict:
    return run(*(arguments or ADD), "--address-stdin", given=address + "\n")[0]


def refused(monkeypatch, capsys, *arguments: str, given: str = "") -> str:
    """What a command says that fails, as it does for an operator."""
    import io
    import sys

    monkeypatch.setattr(sys, "argv", ["fieldsync", *arguments])
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    with pytest.raises(SystemExit) as ended:
        command_edge.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_a_webhook_is_added_listed_and_removed(office, receiver):
    made = add(receiver.url + "/token-1")
    assert made["secret"].startswith("whsec_")
    assert (made["events"], made["programs"], made["areas"]) == (
        ["emergency", "summary"],
        ["child", "maternal"],
        ["16.02"],
    )
    assert "token-1" not in str(made)
    (listed,) = run("notice", "list")
    assert "secret" not in listed
    assert {name: made[name] for name in listed} == listed
    with office.store.reading() as connection:
        assert [one.action for one in audit_of(connection, made["id"])] == ["notice.add"]
    run("notice", "remove", "Dinas")
    assert run("notice", "list") == []


def test_an_email_address_is_shown_by_its_first_letter():
    add("kepala@dinkes.example.go.id", "notice", "add", "Kepala", "--kind", "email", "--event", "head", *WHERE)
    (listed,) = run("notice", "list")
    assert listed["shown"] == "k…@dinkes.example.go.id"
    done = CliRunner().invoke(cli, ["notice", "list"])
    assert done.output == (
        "Kepala  email  k…@dinkes.example.go.id  head  16.02  child, maternal  ok  0 wait, 0 failed\n"
    )


def test_a_chat_is_shown_by_its_service():
    add("tgram://123456789:abcdefg_hijklmnop/1/", "notice", "add", "T", "--kind", "apprise", "--event", "head", *WHERE)
    assert run("notice", "list")[0]["shown"] == "tgram://…"


@pytest.mark.parametrize(
    ("kind", "address", "said"),
    [
        ("webhook", "https://localhost/x", "inside the network"),
        ("webhook", "http://hooks.example.com/x", "https"),
        ("webhook", "https://there-is-none.invalid/", "can't be found"),
        ("email", "kepala", "e-mail address"),
        ("apprise", "json://hooks.example.com/", "any host"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(monkeypatch, capsys, kind, address, said):
    command = ("notice", "add", "X", "--kind", kind, "--event", "head", *WHERE, "--address-stdin")
    assert said in refused(monkeypatch, capsys, *command, given=address)
    assert run("notice", "list") == []


def test_names_areas_and_targets_that_can_not_be(monkeypatch, capsys, receiver):
    add(receiver.url)
    assert "already" in refused(monkeypatch, capsys, *ADD, "--address-stdin", given=receiver.url)
    nameless = ("notice", "add", " ", *ADD[3:], "--address-stdin")
    assert "1 to 80" in refused(monkeypatch, capsys, *nameless, given=receiver.url)
    nowhere = ("notice", "add", "Y", *ADD[3:9], "--area", "99", "--program", "child", "--address-stdin")
    assert "no such area" in refused(monkeypatch, capsys, *nowhere, given=receiver.url)
    for command in ("remove", "enable", "secret", "test"):
        assert "no target Z" in refused(monkeypatch, capsys, "notice", command, "Z")


def test_without_a_terminal_the_address_comes_by_standard_input_only():
    assert CliRunner().invoke(cli, list(ADD)).exit_code == 2


def test_at_a_terminal_the_address_is_asked_for_and_not_shown(monkeypatch, receiver):
    monkeypatch.setattr("fieldsync.notice_commands._at_terminal", lambda: True)
    done = CliRunner().invoke(cli, list(ADD), input=receiver.url + "\n")
    assert done.exit_code == 0, done.output
    assert "/hook" not in done.output
    assert "Its secret, shown this once: whsec_" in done.output


def test_a_test_tells_whether_it_came_through(receiver):
    add(receiver.url)
    assert run("notice", "test", "Dinas") == [{"name": "Dinas", "error": None}]
    assert orjson.loads(receiver.posts[0][2])["type"] == "notice.test"
    receiver.answers = [(404, {})]
    assert run("notice", "test", "Dinas", code=1) == [{"name": "Dinas", "error": "http_404"}]
    assert CliRunner().invoke(cli, ["notice", "test", "Dinas"]).output == "It came through.\n"


def signatures(receiver) -> int:
    return len(receiver.posts[-1][1]["webhook-signature"].split(" "))


def test_another_secret_signs_beside_the_old_one_until_that_is_dropped(receiver, monkeypatch, capsys):
    from standardwebhooks.webhooks import Webhook

    old = add(receiver.url)["secret"]
    new = run("notice", "secret", "Dinas")[0]["secret"]
    run("notice", "test", "Dinas")
    _, headers, body = receiver.posts[-1]
    assert [Webhook(one).verify(body, headers)["type"] for one in (old, new)] == ["notice.test"] * 2
    newest = run("notice", "secret", "Dinas", "--drop-old")[0]["secret"]
    assert len({old, new, newest}) == 3
    run("notice", "test", "Dinas")
    assert signatures(receiver) == 1
    add("k@dinkes.example.go.id", "notice", "add", "K", "--kind", "email", "--event", "head", *WHERE)
    assert "no webhook" in refused(monkeypatch, capsys, "notice", "secret", "K")


def test_a_disabled_target_is_enabled(office, receiver):
    add(receiver.url)
    store = office.store
    store.transact(lambda c: c.execute(update(TargetRow).values(disabled_at=office.clock(), disabled_why="gone")))
    assert "disabled (gone)" in CliRunner().invoke(cli, ["notice", "list"]).output
    run("notice", "enable", "Dinas")
    with store.reading() as connection:
        assert connection.execute(select(TargetRow.disabled_at)).scalar_one() is None


@pytest.fixture
def emergency(office, tablet, receiver):
    add(receiver.url)
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers, visit(tablet, hers["id"], systolic_mmhg=172, diastolic_mmhg=112))


def test_what_is_due_is_sent_once(emergency, receiver):
    assert run("notice", "list")[0]["queued"] == 1
    assert run("notice", "send") == [{"sent": 1, "retried": 0, "failed": 0}]
    assert CliRunner().invoke(cli, ["notice", "send"]).output == ("0 notices sent, 0 to be tried again, 0 given up.\n")


def test_follow_up_reminds_too(office, tablet, receiver, monkeypatch):
    add(receiver.url, "notice", "add", "Bidan", "--kind", "webhook", "--event", "reminder", *WHERE)
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers, visit(tablet, hers["id"], systolic_mmhg=172, diastolic_mmhg=112))
    office.clock.forward(hours=23)
    for edge in ("followup_commands", "scheduler_commands"):
        monkeypatch.setattr(f"fieldsync.{edge}.now", office.clock)
    assert [run("followup", "run")[0]["notices"] for _ in range(2)] == [1, 0]
    told = orjson.loads(receiver.posts[0][2])
    assert (told["type"], told["data"]["program"], told["data"]["late"]) == ("cases.reminder", "maternal", 1)


def test_follow_up_sends_too_but_not_as_of_another_day(office, emergency, receiver):
    # The command reads the real clock; the office's stands still in March, long ago enough to be tidied away.
    office.store.transact(lambda c: c.execute(update(NoticeRow).values(queued_at=datetime.now(UTC))))
    assert run("followup", "run", "--now", "2026-03-02")[0]["notices"] == 0
    assert receiver.posts == []
    assert run("followup", "run")[0]["notices"] >= 1
    assert "case.emergency" in {orjson.loads(body)["type"] for _, _, body in receiver.posts}
