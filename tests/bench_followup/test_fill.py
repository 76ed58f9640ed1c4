"""What the measurement of a night stands on: plausible records, written as a push would have written them."""

from datetime import datetime

from sqlalchemy import func, select

from bench.followup import _AT, edits_of, fill, people
from bench.rules import NOW
from fieldsync import sync
from fieldsync.cases.tables import FlagRow, WatchRow
from fieldsync.registry.tables import PersonRow, RecordRow


def count(store, table, *where) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def test_so_many_people_the_same_ones_each_time_three_of_ten_in_care():
    households = list(people(1000))
    persons = [one for made in households for one in made if one["type"] == "person"]
    assert 1000 <= len(persons) <= 1001
    assert households == list(people(1000))
    in_care = sum(one["type"] == "person" for made in households if len(made) > 1 for one in made)
    assert 0.2 < in_care / len(persons) < 0.4


def test_every_record_is_about_whom_it_names():
    for made in people(60):
        edits = edits_of(made)
        known = {one.record_id for one in edits}
        named = {one.person_id for one in edits if one.kind.name != "complaint"}
        assert named <= {one.record_id for one in edits if one.kind.name == "person"}
        leads = (one.data.get(name) for one in edits for name in ("woman_id", "pregnancy_id", "person_id", "mother_id"))
        assert {one for one in leads if one} <= known


def test_the_first_night_looks_at_everybody_and_the_second_time_at_nobody(store):
    records = fill(store, 60)
    persons = count(store, PersonRow)
    assert count(store, RecordRow) == records
    assert count(store, WatchRow) == persons >= 60
    assert datetime.fromisoformat(_AT.isoformat()).date() == NOW
    assert sync.look(store, _AT).subjects == persons
    assert count(store, FlagRow, FlagRow.state == "open") > 60
    assert sync.look(store, _AT).subjects == 0
