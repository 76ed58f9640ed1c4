"""One tablet and its line: envelopes, wrong clocks, answers, and an HTTP line that bears and makes trouble."""

import time
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import orjson
import pytest
from fake_server import Fake, mark_of, serving
from sim_plans import ENROLMENTS, NOW, START, calm

from fieldsync.simulator.courier import Courier, RefusedError
from fieldsync.simulator.diary import Change, Draft
from fieldsync.simulator.held import Held
from fieldsync.simulator.places import Village
from fieldsync.simulator.plan import CALM
from fieldsync.simulator.story import write_script
from fieldsync.simulator.tablet import Tablet
from fieldsync.simulator.transport import Line, UnreachableError, compressed

JAKARTA = timezone(timedelta(hours=7))
MIDNIGHT = datetime(2026, 10, 24, tzinfo=JAKARTA)
EIGHT = int(datetime(2026, 10, 24, 8, tzinfo=JAKARTA).timestamp() * 1000)
SURVEY = {"unit": "Van", "service": "kk", "answered_on": "2026-10-24"} | {f"u{number}": 3 for number in range(1, 10)}
AREA = "16.02.05.2001"


def tablet(error: timedelta = timedelta(), keep=()) -> Tablet:
    return Tablet(0, ENROLMENTS[0], MIDNIGHT, 30, error, Held(keep))


def survey(record_id="01a00000-0000-7000-8000-000000000001", **changes) -> Draft:
    given = {"location": None, "consent": "given", "data": dict(SURVEY)}
    return Draft(record_id, "survey_response", 0, 0, EIGHT, AREA, **(given | changes))


def sent(one: Tablet, number: int) -> dict:
    return orjson.loads(one.edits[number].body)


def test_an_envelope_is_the_contract_s():
    one = tablet()
    one.work(0, [survey(group="g", location={"lat": -3.4, "lon": 104.8, "accuracy_m": 12})])
    assert sent(one, 0) == {
        "id": "01a00000-0000-7000-8000-000000000001",
        "type": "survey_response",
        "base_rev": 0,
        "device_seq": 1,
        "recorded_at": "2026-10-24T08:00:00.000+07:00",
        "officer": "petugas-01",
        "area": AREA,
        "location": {"lat": -3.4, "lon": 104.8, "accuracy_m": 12},
        "form_version": "2026.1",
        "consent": "given",
        "deleted": False,
        "group": "g",
        "data": SURVEY,
    }


def test_a_wrong_clock_is_wrong_everywhere_but_in_the_dates():
    one = tablet(timedelta(days=-2, hours=3))
    one.work(0, [survey()])
    assert sent(one, 0)["recorded_at"] == "2026-10-22T11:00:00.000+07:00"
    assert sent(one, 0)["data"]["answered_on"] == "2026-10-24"
    assert one.clock(NOW) == "2026-11-22T13:00:00.000+07:00"


def test_what_was_refused_is_corrected_next_day_under_the_same_id():
    one = tablet()
    one.work(0, [survey(wrong=SURVEY | {"u3": 5})])
    one.settle(one.edits[:], [{"id": one.edits[0].record_id, "status": "rejected", "errors": []}])
    assert not one.finished
    one.work(1, [])
    wrong, right = sent(one, 0), sent(one, 1)
    assert (wrong["data"]["u3"], right["data"]["u3"]) == (5, 3)
    assert wrong["id"] == right["id"]
    assert right["device_seq"] == 2
    assert right["recorded_at"].startswith("2026-10-24T16:30")
    one.settle(one.edits[1:], [{"id": right["id"], "status": "applied", "rev": 1}])
    assert one.finished
    assert one.problems == []


def test_an_edit_builds_on_what_was_pulled():
    record_id = survey().id
    one = tablet(keep={record_id})
    envelope = {"id": record_id, "type": "survey_response", "area": AREA, "consent": "given", "person_id": None}
    data = envelope | {"data": SURVEY, "recorded_at_corrected": "2026-10-24T08:00:00+07:00", "rev": 4}
    change = {"entity": "record", "id": record_id, "rev": 4, "deleted": False, "data": data}
    assert one.held.apply(change) is None
    one.work(1, [Change(record_id, 0, 1, EIGHT, {"u1": 4}), Change(record_id, 0, 1, EIGHT, None)])
    edited, deleted = sent(one, 0), sent(one, 1)
    assert edited["base_rev"] == 4
    assert edited["data"] == SURVEY | {"u1": 4}
    assert edited.keys().isdisjoint({"person_id", "recorded_at_corrected", "rev"})
    assert (edited["deleted"], deleted["deleted"]) == (False, True)
    assert [edit.deletes for edit in one.edits] == [False, True]


def test_an_edit_of_an_unknown_record_is_a_problem():
    one = tablet()
    one.work(0, [Change("nowhere", 0, 0, EIGHT, {})])
    assert one.problems == ["tablet 0: record nowhere to edit was never pulled"]


@pytest.mark.parametrize(
    ("answers", "status", "problems"),
    [
        ([("applied", 1), ("duplicate", 1)], "applied", 0),
        ([("duplicate", 1)], "duplicate", 0),
        ([("applied", 1), ("applied", 1)], "applied", 0),
        ([("applied", 1), ("merged", 2)], "applied", 1),
        ([("held", None), ("applied", 1), ("duplicate", 1)], "held", 0),
        ([("rejected", None)], "rejected", 1),
        ([("stored", 1)], "", 1),
    ],
)
def test_the_first_answer_counts(answers, status, problems):
    one = tablet()
    one.work(0, [survey()])
    for word, rev in answers:
        one.settle(one.edits, [{"id": one.edits[0].record_id, "status": word, "rev": rev}])
    assert one.edits[0].status == status
    assert len(one.problems) == problems
    assert one.counts["duplicates"] == sum(word == "duplicate" for word, _ in answers)


def test_a_digest_is_of_ids_and_revisions():
    held = Held()
    for number, rev in ((1, 3), (2, 1), (2, 2), (3, 1)):
        held.apply({"entity": "record", "id": f"r{number}", "rev": rev, "deleted": False, "data": {}})
    held.apply({"entity": "record", "id": "r3", "rev": 2, "deleted": True, "reason": "deleted"})
    assert held.digest("record") == (2, mark_of({"r1": 3, "r2": 2}))
    assert held.digest("person") == (0, "0" * 16)
    assert held.apply({"entity": "record", "id": "r2", "rev": 1, "deleted": False, "data": {}})


def test_a_merged_person_is_followed():
    held = Held({"r"})
    held.apply({"entity": "record", "id": "r", "rev": 1, "deleted": False, "data": {"person_id": "a"}})
    for loser, winner in (("a", "b"), ("b", "c")):
        gone = {"deleted": True, "reason": "merged", "merged_into": winner}
        held.apply({"entity": "person", "id": loser, "rev": 2} | gone)
    assert held.person_of("r") == "c"
    assert held.person_of("unknown") is None


@pytest.fixture
def fake():
    return Fake({ENROLMENTS[0].access_token: ENROLMENTS[0]})


@pytest.fixture
def line(fake):
    with serving(fake) as url:
        opened = Line(url, ENROLMENTS[0].access_token, Random(1), attempts=4, sleep=lambda _: None)
        yield opened
        opened.close()


def courier(line: Line) -> Courier:
    return Courier(tablet(), line, CALM, Random(1), lambda: NOW)


def test_trouble_is_borne_and_the_answer_comes(fake, line):
    waits = []
    line.sleep = waits.append
    fake.trouble = [503, 429, 0]
    assert line.get("/api/v1/sync/digest").status == 200
    assert len(waits) == 3
    assert waits[:2] == [1.0, 1.0]
    assert not line.failures


def test_patience_ends(fake, line):
    fake.trouble = [500] * 4
    with pytest.raises(UnreachableError, match="GET /api/v1/sync/digest: status 500, 4 attempts"):
        line.get("/api/v1/sync/digest")
    assert line.failures == {500: 4}


def test_a_lost_answer_left_the_records_there(fake, line):
    one = courier(line)
    one.tablet.work(0, [survey()])
    body = one._body(one.tablet.edits)  # noqa: SLF001 # the bytes as they would go out
    line.post_and_hang_up("/api/v1/sync/push", body)
    for _ in range(100):
        if fake.records:
            break
        time.sleep(0.02)
    assert list(fake.records) == [survey().id]
    answer = line.post("/api/v1/sync/push", body)
    assert answer.payload["results"][0]["status"] == "duplicate"


def test_half_an_upload_leaves_nothing(fake, line):
    one = courier(line)
    one.tablet.work(0, [survey()])
    line.post_half("/api/v1/sync/push", one._body(one.tablet.edits))  # noqa: SLF001 # the bytes as they would go out
    assert not fake.records
    one.sync()
    assert fake.records.keys() == one.tablet.held.revs["record"].keys() == {survey().id}
    assert one.differences() == []


def test_a_refusal_as_a_whole_is_told_without_the_body(line):
    one = courier(line)
    line.token = "gone"
    with pytest.raises(RefusedError, match="pull: status 401 tablet tidak dikenal"):
        one.pull()


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "identity"])
def test_bodies_are_packed(encoding):
    packed = compressed(b"x" * 1000, encoding)
    assert len(packed) == 1000 if encoding == "identity" else len(packed) < 60


def test_old_forms_come_from_an_old_app():
    script = write_script(calm("", records=900))
    one = Tablet(5, ENROLMENTS[5], MIDNIGHT, 30, timedelta(), Held())
    seen = set()
    for day in range(30):
        before = len(one.edits)
        one.work(day, script.work[5][day])
        old = any(b'"2025.2"' in edit.body for edit in one.edits[before:])
        seen.add((old, one.app_version))
    assert seen == {(True, "1.2.0"), (False, "1.4.0")}


def test_villages_give_the_region_of_a_number():
    assert Village("16.02.05.2011", "Desa").nik_region == "160205"
    assert datetime.fromtimestamp(EIGHT / 1000, UTC).date() == START
