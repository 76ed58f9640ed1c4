"""The timed evaluation as an operator runs it: what a day raises and ends, and emergencies that nobody took on."""

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from fieldsync import sync
from fieldsync.cases.tables import CaseEventRow, CaseRow, FlagRow, WatchRow
from fieldsync.cli import cli
from tests.conftest import keep_tested_keys
from tests.field import pregnancy, stranger, visit, woman
from tests.office import new_id

# She is 13 weeks and 0 days on 20 January (LMP 21 October 2025).
BEFORE, LATE, VERY_LATE = "2026-01-19", "2026-01-25", "2026-02-10"


@pytest.fixture(autouse=True)
def environment(settings, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(settings.data_dir))
    keep_tested_keys(settings.data_dir)


@pytest.fixture
def january(office):
    """The office on 12 January: too early for the first contact to be late."""
    office.clock.at = datetime(2026, 1, 12, 5, 0, tzinfo=UTC)
    return office


def run(*options: str) -> dict:
    done = CliRunner().invoke(cli, ["followup", "run", "--json", *options])
    assert done.exit_code == 0, done.output
    return orjson.loads(done.output)


def read(store, query) -> list[tuple]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def flags(store, rule: str) -> list[tuple]:
    return read(store, select(FlagRow.state, FlagRow.due).where(FlagRow.rule == rule))


def everything(store) -> list:
    return [read(store, select(table.__table__)) for table in (CaseRow, FlagRow, CaseEventRow)]


def expecting(tablet):
    she = woman(tablet)
    episode = pregnancy(tablet, she["id"])
    assert [one["status"] for one in tablet.push(she, episode)] == ["applied"] * 2
    return she, episode


def test_a_late_first_contact_opens_once_and_closes_when_she_came(january, tablet):
    _, episode = expecting(tablet)
    assert flags(january.store, "ANC-SCH-01") == []
    _, cursor = tablet.pull()
    run("--now", BEFORE)
    assert flags(january.store, "ANC-SCH-01") == []
    assert run("--now", LATE)["looked_at"] >= 1
    assert flags(january.store, "ANC-SCH-01") == [("open", date(2026, 1, 27))]
    told = [one for one in tablet.pull(cursor)[0] if one["entity"] == "case"]
    assert "ANC-SCH-01" in {flag["rule"] for one in told for flag in one["data"]["flags"]}
    kept = everything(january.store)
    again = run("--now", LATE)
    assert (again["looked_at"], again["changes"], everything(january.store)) == (0, 0, kept)
    january.clock.at = datetime(2026, 1, 26, 5, 0, tzinfo=UTC)
    tablet.push(visit(tablet, episode["id"], visit_date="2026-01-26"))
    assert flags(january.store, "ANC-SCH-01")[0][0] == "resolved"


def test_days_in_between_may_be_left_out(january, tablet):
    expecting(tablet)
    run("--now", VERY_LATE)
    assert flags(january.store, "ANC-SCH-01") == [("open", date(2026, 1, 27))]


def test_a_run_ends_in_chunks_and_leaves_nothing_due(january, tablet):
    number = 7
    women = [stranger(tablet, one) for one in range(number)]
    tablet.push(*women, *(pregnancy(tablet, she["id"]) for she in women))
    gone, gone_record = new_id(), new_id()
    rows = [{"id": gone, "record": False, "look_on": date(2026, 1, 2)}]
    rows += [{"id": gone_record, "record": True, "look_on": date(2026, 1, 2)}]
    january.store.transact(lambda connection: connection.execute(insert(WatchRow), rows))
    done = sync.look(january.store, datetime(2026, 1, 25, 5, 0, tzinfo=UTC), at_once=3)
    assert done.subjects == number + 2
    left = read(january.store, select(WatchRow.id, WatchRow.look_on))
    assert {gone, gone_record}.isdisjoint(one for one, _ in left)
    assert all(on > date(2026, 1, 25) for _, on in left)
    assert [state for state, _ in flags(january.store, "ANC-SCH-01")] == ["open"] * number


def bleeding(tablet):
    """An emergency: a woman who bleeds at her visit."""
    _, episode = expecting(tablet)
    day = tablet.office.clock().date().isoformat()
    tablet.push(visit(tablet, episode["id"], visit_date=day, danger_signs=["vaginal_bleeding"]))


def levels(store) -> list[int]:
    return [level for (level,) in read(store, select(CaseRow.escalation).where(CaseRow.severity == 0))]


def steps(store) -> list[int]:
    events = select(CaseEventRow.detail).where(CaseEventRow.event == "escalated").order_by(CaseEventRow.id)
    return [orjson.loads(detail)["level"] for (detail,) in read(store, events)]


@pytest.mark.parametrize(
    ("status", "waited", "expected"),
    [
        ("open", timedelta(hours=2), []),
        ("open", timedelta(hours=2, seconds=1), [1]),
        ("open", timedelta(hours=24), [1]),
        ("open", timedelta(hours=24, seconds=1), [1, 2]),
        ("acknowledged", timedelta(hours=24), []),
        ("in_progress", timedelta(hours=24, seconds=1), [2]),
        ("resolved", timedelta(hours=48), []),
        ("lost_to_followup", timedelta(hours=48), []),
    ],
)
def test_an_emergency_is_handed_up_by_what_is_due(office, tablet, status, waited, expected):
    bleeding(tablet)
    store = office.store
    store.transact(lambda c: c.execute(CaseRow.__table__.update().values(status=status)))
    assert sync.escalate(store, office.clock() + waited) == bool(expected)
    assert (levels(store), steps(store)) == ([max(expected, default=0)], expected)
    kept = everything(store)
    assert sync.escalate(store, office.clock() + waited) == 0
    assert everything(store) == kept


def test_escalation_step_by_step_is_told_to_the_van(office, tablet):
    bleeding(tablet)
    _, cursor = tablet.pull()
    day = office.clock().date()
    assert run("--now", (day + timedelta(days=1)).isoformat())["escalated"] == 1
    (told,) = (one for one in tablet.pull(cursor)[0] if one["entity"] == "case")
    assert told["data"]["escalation"] == 1
    assert run("--now", (day + timedelta(days=2)).isoformat())["escalated"] == 1
    assert run("--now", (day + timedelta(days=9)).isoformat())["escalated"] == 0
    assert steps(office.store) == [1, 2]


def test_another_emergency_is_handed_up_from_the_first_step_on(office, tablet):
    _, episode = expecting(tablet)
    for number, signs in enumerate((["vaginal_bleeding"], ["convulsions"])):
        day = office.clock().date().isoformat()
        tablet.push(visit(tablet, episode["id"], visit_date=day, danger_signs=signs))
        assert sync.escalate(office.store, office.clock() + timedelta(hours=3)) == 1
        assert steps(office.store) == [1] * (number + 1)
        office.clock.forward(days=1)


def test_what_is_not_an_emergency_is_not_handed_up(january, tablet):
    expecting(tablet)
    assert run("--now", VERY_LATE)["escalated"] == 0
    assert read(january.store, select(CaseRow.escalation).distinct()) == [(0,)]


def test_it_puts_before_the_office_what_the_ledger_knows_to_be_wrong(january, tablet):
    assert tablet.push(visit(tablet, new_id(), hb_g_dl=90.5))[0]["status"] == "rejected"
    assert tablet.push(visit(tablet, new_id(), visit_date="2026-01-11"))[0]["status"] == "held"
    later = january.clock() + timedelta(days=6)
    told = run("--now", later.date().isoformat())
    assert told["quality"] == {"refused": 1, "held": 1, "alike": 0, "closed": 0}
    assert told["units"] == 0
    assert run("--now", later.date().isoformat())["quality"] == {"refused": 0, "held": 0, "alike": 0, "closed": 0}


def test_words_for_people_and_a_day_that_is_none(settings):
    done = CliRunner().invoke(cli, ["followup", "run", "--now", LATE])
    assert (done.exit_code, done.output.splitlines()) == (
        0,
        [
            "dilihat / looked at: 0; perubahan kasus / changes of cases: 0",
            "mutu data / data quality: 0 baru / new, 0 selesai / closed",
            "unit survei dinilai / surveyed units judged: 0",
            "angka tren / numbers of trends: 0",
            "dinaikkan ke atasan / handed up: 0; pemberitahuan / notices: 0",
        ],
    )
    assert CliRunner().invoke(cli, ["followup", "run", "--now", "2026-02-30"]).exit_code == 2
