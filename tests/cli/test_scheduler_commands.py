"""The catalogue of timed jobs: each may run twice and changes nothing the second time; what is not installed is told."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fieldsync.clock.leading import take
from fieldsync.db import Base
from fieldsync.identity.matching.weights import shipped
from fieldsync.scheduler_commands import jobs_of
from tests.field import pregnancy, visit, woman

PASSED_OVER = ("feed_mark", "job_run")  # how far the feed reached when, and what was run


def counts(store):
    tables = [one for one in Base.metadata.sorted_tables if one.name not in PASSED_OVER]
    with store.reading() as connection:
        return {one.name: connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables}


@pytest.fixture
def term(office):
    return take(office.store, "one", None, office.clock())


@pytest.fixture
def jobs(settings):
    return {one.name: one for one in jobs_of(settings, shipped())}


def test_each_job_run_twice_leaves_the_same_rows(office, tablet, term, jobs):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers, visit(tablet, hers["id"], systolic_mmhg=172, diastolic_mmhg=112))
    tablet.push(visit(tablet, hers["id"], hb_g_dl=90.5))
    office.clock.forward(days=1000)
    for job in jobs.values():
        first = job.work(term, office.clock())
        before = counts(office.store)
        again = job.work(term, office.clock())
        assert counts(office.store) == before, job.name
        assert set(first) == set(again), job.name
    named = {"followup", "escalation", "quality", "surveys", "relink", "retention", "trends", "summary", "notices"}
    assert named | {"counts", "recount", "reminders"} == set(jobs)


def test_the_night_run_is_at_two_in_the_morning_of_jakarta_and_never_by_day(jobs):
    two = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    assert jobs["relink"].slot(two) == two
    assert [jobs["relink"].may_begin(two + timedelta(hours=hours)) for hours in (0, 2, 3, 12)] == [
        *(True, True),
        *(False, False),
    ]
    assert jobs["retention"].may_begin(two + timedelta(hours=12))


def test_without_the_extra_the_night_run_tells_that_it_was_skipped(term, jobs, monkeypatch, office):
    for name in [one for one in sys.modules if one.startswith(("fieldsync.identity.bulk", "fieldsync.sync.relinking"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("fieldsync.sync.relinking", raising=False)
    monkeypatch.setitem(sys.modules, "splink", None)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert jobs["relink"].work(term, office.clock()) == {"skipped": "pip install 'fieldsync[bulk]'"}
