"""The kept counts of open cases are those of the cases themselves, whatever happened, for whoever looks."""

import threading
from datetime import date
from functools import partial
from itertools import cycle, product
from random import Random

import orjson
import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner
from sqlalchemy import insert, select, text, update

from fieldsync import sync
from fieldsync.access import Scope
from fieldsync.cases import counts
from fieldsync.cases.counts import count_cases, count_due, count_open_cases
from fieldsync.cases.listing import CasesAsked, Sight, count_due_live, count_live
from fieldsync.cases.tables import CaseRow, CaseTallyChangeRow, CaseTallyRow
from fieldsync.cases.tallying import EVERYBODY, THE_FEW, THE_OTHERS
from fieldsync.cli import cli
from fieldsync.db import open_store, upgrading
from fieldsync.programs import PROGRAMS
from tests.conftest import keep_tested_keys, settings_for
from tests.field import SEVERE, pregnancy, stranger, visit
from tests.identity.people import MOTHER, told
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN, Office

REACTIVE = {"hiv_result": "reactive"}
REVIEWS = "/api/v1/identity/reviews"
PLACES = (("16",), ("16.02",), ("16.02.05",), ("16.02.11", "16.02.05"), ("16.01", "16.03", "16.04", "16.05", "16.02"))
ASKED = (
    CasesAsked(),
    CasesAsked(severities=[0, 1]),
    CasesAsked(programs=["civil"]),
    CasesAsked(area="16.02.11"),
    CasesAsked(area="11"),
)
GROUPED = ((), ("severity",), ("district", "severity"), ("program", "regency"), ("province",))


@pytest.fixture
def office(settings, store):
    """On both databases: what is kept is added up by them."""
    return Office(settings, store, alone=False)


@pytest.fixture
def told_by_what_is_kept(monkeypatch):
    """No number may come from the cases themselves but that which it is compared with."""
    monkeypatch.setattr(counts, "count_live", None)
    monkeypatch.setattr(counts, "count_due_live", None)


EVERYWHERE = ("16",)
QUESTIONS = [
    (Sight(Scope(0, places, programs), restricted), asked, by)
    for places, programs, restricted in product(PLACES, (PROGRAMS, ("maternal",)), (True, False))
    for asked, by in product(ASKED, GROUPED)
]
FINEST = [
    (Sight(Scope(0, EVERYWHERE, PROGRAMS), restricted), CasesAsked(), ("district", "program", "severity"))
    for restricted in (True, False)
]


def compare(office, questions=FINEST):
    """Compare kept numbers with a count of the cases themselves; return how many there were."""
    today = office.clock().date()
    until, seen = today.replace(year=today.year + 1), 0
    with office.store.reading() as connection:
        for sight, asked, by in questions:
            kept = count_cases(connection, sight, asked, by)
            assert kept == count_live(connection, sight, asked, by), (sight, asked, by)
            due = count_due(connection, sight, today, until)
            assert due == count_due_live(connection, sight, today, until), sight
            seen += len(kept) + len(due)
    return seen


def recounted(office):
    done = sync.recount(office.store, office.clock())
    return done.wrong, done.cases


class Field:
    """Women, what happens to them and what people do, by chance; some bring results that few may see."""

    def __init__(self, office, seed):
        self.office, self.rng = office, Random(seed)
        self.tablet = office.tablet()
        self.boss, self.midwife = office.clerk("data_manager"), office.clerk("coordinator")
        self.women, self.visits = [], []
        self.done = set()
        self.findings = cycle((SEVERE, {**SEVERE, **REACTIVE}, {}, REACTIVE))

    def begin(self):
        for number in range(2):
            area = self.rng.choice((KAYU_AGUNG_DESA, TULUNG_SELAPAN))
            she = stranger(self.tablet, number, area=area)
            she["data"]["village_code"] = area
            self.known(she, area)
        self.twice()

    def known(self, she, area):
        hers = pregnancy(self.tablet, she["id"], area=area)
        self.tablet.push(she, hers)
        self.women.append((she, hers["id"]))

    def twice(self):
        """A woman who is told twice, so that somebody must say whether she is one."""
        self.known(told(self.tablet, MOTHER), KAYU_AGUNG_DESA)
        again = told(self.tablet, MOTHER, nik="1602055708940004", full_name="Qomariyah Rahayu")
        self.known(again, KAYU_AGUNG_DESA)

    def come(self):
        (_, hers), found = self.rng.choice(self.women), next(self.findings)
        made = visit(self.tablet, hers, visit_date=self.office.clock().date().isoformat(), **found)
        self.tablet.push(made)
        self.visits.append(made)

    def correct(self):
        if self.visits:
            wrong = self.visits.pop(self.rng.randrange(len(self.visits)))
            self.tablet.push(self.tablet.edited(wrong, 1, systolic_mmhg=118, diastolic_mmhg=76))

    def move(self):
        at = self.rng.randrange(len(self.women))
        she, hers = self.women[at]
        there = self.rng.choice((KAYU_AGUNG_DESA, TULUNG_SELAPAN))
        moved = self.tablet.edited(she, 1, village_code=there, area=there)
        self.tablet.push(moved)
        self.women[at] = moved, hers

    def act(self):
        clerk = self.rng.choice((self.midwife, self.boss))
        found = clerk.get("/api/v1/cases", status=self.rng.choice(("", "resolved,referred")) or None).json["cases"]
        if found:
            event = self.rng.choice(("acknowledge", "refer", "resolve", "reopen", "assign", "visit"))
            given = {"assignee": "Bidan Rina"} if event == "assign" else {"note": "ya"}
            path = f"/api/v1/cases/{self.rng.choice(found)['id']}/events"
            clerk.client.post(path, json={"event": event, **given}, headers=clerk.headers)

    def close(self):
        """Close what those may see who may not see all: what few may see goes on standing."""
        for one in self.boss.get("/api/v1/cases", program="maternal").json["cases"][:2]:
            path = f"/api/v1/cases/{one['id']}/events"
            self.boss.client.post(path, json={"event": "resolve", "outcome": "solved"}, headers=self.boss.headers)

    def answer(self):
        found = [flag["id"] for one in self.midwife.get("/api/v1/cases").json["cases"] for flag in one["flags"]]
        if found:
            day = self.office.clock().date().isoformat()
            data = {"flag_id": self.rng.choice(found), "done_on": day, "by": "Bidan Rina", "kind": "referral"}
            outcome = self.rng.choice(("referred_arrived", "not_found", "moved", "solved"))
            self.tablet.push(self.tablet.record("follow_up_action", {**data, "outcome": outcome}))

    def decide(self):
        for one in self.boss.get(REVIEWS).json["reviews"][:1]:
            body = {"decision": "same"}
            answer = self.boss.client.post(f"{REVIEWS}/{one['id']}", json=body, headers=self.boss.headers)
            self.done |= {"decide"} if answer.status_code == 200 else set()

    def part(self):
        for she, _ in self.women:
            person = self.boss.get(f"/api/v1/persons/{she['id']}").json.get("id")
            if person not in (None, she["id"]):
                path = f"/api/v1/persons/{person}/split"
                answer = self.boss.client.post(path, json={"records": [she["id"]]}, headers=self.boss.headers)
                self.done |= {"part"} if answer.status_code == 200 else set()

    def wait(self):
        self.office.clock.forward(days=self.rng.choice((1, 3, 12)))
        for one in (self.boss, self.midwife):
            one.log_in()
        sync.look(self.office.store, self.office.clock())
        sync.escalate(self.office.store, self.office.clock())

    def fold(self):
        sync.fold_counts(self.office.store)

    def recount(self):
        assert recounted(self.office) == (0, 0)


STEPS = (
    *("come", "come", "come", "act", "close", "come", "wait", "fold", "correct", "answer", "move", "decide", "come"),
    *("act", "recount", "part", "come", "close", "act", "fold", "answer", "move", "come", "wait", "act", "decide"),
)


def test_whatever_happened_what_is_kept_is_what_there_is(office, told_by_what_is_kept):
    field, noted = Field(office, 3), set()
    field.begin()
    for step in STEPS:
        getattr(field, step)()
        assert compare(office)
        with office.store.reading() as connection:
            noted |= set(connection.execute(select(CaseTallyChangeRow.seen_by)).scalars())
    assert field.done == {"decide", "part"}
    assert noted == {EVERYBODY, THE_FEW, THE_OTHERS}
    assert compare(office, field.rng.sample(QUESTIONS, 40)) > 40
    assert recounted(office) == (0, 0)
    with office.store.reading() as connection:
        by_program = count_live(connection, FINEST[0][0], CasesAsked(), ("program",))
        told = count_open_cases(connection)
    assert [(name, sum(numbers.values())) for name, numbers in told.items()] == by_program


def test_what_is_kept_wrongly_is_told_and_mended(office, settings, monkeypatch):
    field = Field(office, 3)
    field.begin()
    field.come()
    sync.fold_counts(office.store)

    def spoil(connection):
        connection.execute(update(CaseTallyRow).where(CaseTallyRow.level == 5).values(cases=CaseTallyRow.cases + 1))
        connection.execute(update(CaseRow).where(CaseRow.program == "maternal").values(shown_severity=3))

    office.store.transact(spoil)
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(settings.data_dir))
    keep_tested_keys(settings.data_dir)
    first, second = (orjson.loads(CliRunner().invoke(cli, ["followup", "recount", "--json"]).output) for _ in range(2))
    assert first["counts"] > first["wrong"] > 0
    assert first["cases"] > 0
    assert second == {"counts": first["counts"], "wrong": 0, "cases": 0}
    with office.store.reading() as connection:
        for sight, asked, by in QUESTIONS[:60]:
            assert count_cases(connection, sight, asked, by) == count_live(connection, sight, asked, by)


def test_what_was_due_long_ago_is_kept_as_one_and_goes_on_changing(office, told_by_what_is_kept):
    field = Field(office, 4)
    field.begin()
    field.come()
    office.clock.forward(days=200)
    sync.look(office.store, office.clock())
    before = compare(office)
    assert recounted(office) == (0, 0)
    assert compare(office) == before
    for one in (field.boss, field.midwife):
        one.log_in()
    field.close()
    field.correct()
    assert compare(office)
    assert recounted(office) == (0, 0)
    assert compare(office)


def test_a_database_with_cases_gets_their_counts(office):
    field = Field(office, 5)
    field.begin()
    for step in ("come", "come", "close", "come"):
        getattr(field, step)()
    configuration = Config()
    configuration.set_main_option("script_location", str(upgrading.FOLDER))
    with office.store.engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, "0016_keep_filters_and_subjects")
    upgrading.upgrade(office.store)
    assert compare(office)
    assert recounted(office) == (0, 0)


def test_folding_loses_no_note_that_another_is_about_to_commit(postgresql_url, tmp_path):
    """On PostgreSQL alone: SQLite has one writer at a time."""
    store = open_store(settings_for(postgresql_url, tmp_path))
    key = {"area": "16.02.05", "program": "maternal", "severity": 0, "due": date(2026, 3, 2), "seen_by": EVERYBODY}

    def note(connection, inner=None):
        connection.execute(insert(CaseTallyChangeRow).values(**key, cases=1))
        if inner is not None:
            inner()

    def counted():
        with store.reading() as connection:
            return count_open_cases(connection)

    try:
        store.transact(lambda c: c.execute(text("TRUNCATE case_tally, case_due_tally, case_tally_change")))
        store.transact(note)
        store.transact(partial(note, inner=partial(sync.fold_counts, store)))
        assert counted() == {"maternal": {"emergency": 2}}
        folding = [threading.Thread(target=sync.fold_counts, args=(store,)) for _ in range(4)]
        for one in folding:
            one.start()
            store.transact(note)
        for one in folding:
            one.join()
        assert counted() == {"maternal": {"emergency": 6}}
        sync.fold_counts(store)
        assert counted() == {"maternal": {"emergency": 6}}
    finally:
        store.transact(lambda c: c.execute(text("TRUNCATE case_tally, case_due_tally, case_tally_change")))
        store.close()
