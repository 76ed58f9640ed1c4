"""The days lived again: only days that matter are judged, and no other day would have told anything else."""

import random
from datetime import timedelta

import pytest
import yaml

from fieldsync import cases
from fieldsync.cases import Touched, replaying
from fieldsync.programs.following import book_on, rules_with
from fieldsync.rules import RuleFile
from tests.field import pregnancy, stranger, visit
from tests.rulebook.conftest import bp_01

SIGNS = ([], [], ["vaginal_bleeding"], ["severe_headache"])


@pytest.fixture
def crowd(office, tablet):
    """Women whose pregnancies and visits were written on any days of the last half year; returns their ids."""
    chance, today, records = random.Random(16), office.clock().date(), []
    women = []
    for number in range(12):
        begun = today - timedelta(days=chance.randint(20, 180))
        at = {"recorded_at": f"{begun}T02:00:00+00:00"}
        she = stranger(tablet, number, **at)
        hers = pregnancy(tablet, she["id"], **at)
        hers["data"] |= {
            "registered_on": begun.isoformat(),
            "lmp_date": (begun - timedelta(days=chance.randint(30, 120))).isoformat(),
        }
        women.append(she["id"])
        records += [she, hers]
        for _ in range(chance.randint(0, 4)):
            day = begun + timedelta(days=chance.randint(0, (today - begun).days))
            given = {"systolic_mmhg": chance.randint(90, 190), "danger_signs": chance.choice(SIGNS)}
            written = {"recorded_at": f"{day}T03:00:00+00:00"}
            records.append(visit(tablet, hers["id"], written, visit_date=day.isoformat(), **given))
    assert {one["status"] for one in tablet.push(*records)} == {"applied"}
    return women


def every_day(run):
    """Let everybody be judged on every day."""
    for ordinal in range(run.first.toordinal(), run.last.toordinal() + 1):
        run.agenda[run.first.fromordinal(ordinal)] |= set(run.gathered.persons)


def part(files, *begins):
    """Of these rules those whose ids begin so: a book of few rules leaves more days out."""
    return RuleFile([one for one in files.rules if one.id.startswith(begins)], files.tables)


@pytest.mark.parametrize(
    ("begins", "saved"), [("ANC-BP", 5), ("ANC-SCH-01", 5), ("ANC-SCH", 1), ("", 1)], ids=["bp", "k1", "sch", "all"]
)
def test_days_that_are_left_out_would_tell_nothing_else(office, crowd, monkeypatch, begins, saved):
    today = office.clock().date()
    first = today - timedelta(days=59)
    own = rules_with({"ours.yaml": yaml.safe_dump({"rules": [bp_01()]})})
    books = [book_on(today, part(one, begins)) for one in (rules_with({}), own)]
    with office.store.snapshot() as connection:
        past = cases.gather_past(connection, office.store.sealer, Touched(frozenset(crowd)))
    judged = []
    begin, judge = replaying._Run.__init__, replaying._Run.judge  # noqa: SLF001 # counted, not changed
    monkeypatch.setattr(replaying._Run, "judge", lambda run, day, due: (judged.extend(due), judge(run, day, due)))  # noqa: SLF001
    quick = cases.replay(*past, books, first, today)
    few = len(judged)

    def begun(run, *given):
        begin(run, *given)
        every_day(run)

    monkeypatch.setattr(replaying._Run, "__init__", begun)  # noqa: SLF001 # every day, to compare with
    slow = cases.replay(*past, books, first, today)
    assert [(one.raised.keys(), one.standing) for one in quick] == [(one.raised.keys(), one.standing) for one in slow]
    assert len(quick[0].raised) > 0
    assert (quick[0].raised.keys() != quick[1].raised.keys()) is (begins in ("ANC-BP", ""))
    assert few * saved <= len(judged) - few


def test_of_a_day_before_she_was_known_nothing_is_told(office, crowd):
    today = office.clock().date()
    book = book_on(today)
    with office.store.snapshot() as connection:
        gathered, first_seen = cases.gather_past(connection, office.store.sealer, Touched(frozenset(crowd)))
    assert set(first_seen) == set(crowd)
    early = min(first_seen.values()) - timedelta(days=1)
    (found,) = cases.replay(gathered, first_seen, [book], early - timedelta(days=30), early)
    assert (found.raised, found.standing) == ({}, set())
