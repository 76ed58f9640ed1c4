"""What is wrong in the ledger comes before the office by itself, once each, and goes when it is put right."""

import pytest
from sqlalchemy import select, update

from fieldsync import sync
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.clock import Deposed
from fieldsync.identity.tables import ReviewRow
from fieldsync.programs.following import CONTEXTS
from fieldsync.rules import Basis, explain, unpack
from tests.field import pregnancy, visit, woman
from tests.identity.people import BABY, told
from tests.office import KAYU_AGUNG_DESA, new_id

NOTHING = {"refused": 0, "held": 0, "alike": 0, "closed": 0}


def minded(office, **options):
    return sync.mind(office.store, office.clock(), **options)


def flags_of(office, rule):
    with office.store.reading() as connection:
        query = select(FlagRow.subject, FlagRow.program, FlagRow.state, FlagRow.evidence).where(FlagRow.rule == rule)
        return [tuple(row) for row in connection.execute(query.order_by(FlagRow.subject, FlagRow.program))]


def open_of(office, rule):
    return {(subject, program) for subject, program, state, _ in flags_of(office, rule) if state == "open"}


def in_the_list(tablet):
    return {
        (flag["rule"], one["data"]["program"])
        for one in tablet.pull()[0]
        if one["entity"] == "case" and not one["deleted"]
        for flag in one["data"]["flags"]
    }


@pytest.fixture
def refused(tablet):
    """A visit with a haemoglobin that nobody has; returns it."""
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    seen = visit(tablet, hers["id"], hb_g_dl=90.5)
    assert tablet.push(seen)[0]["status"] == "rejected"
    return seen


def test_a_refused_record_is_a_case_of_its_own_program_that_names_the_field(office, tablet, refused):
    assert minded(office)["refused"] == 1
    ((subject, program, state, evidence),) = flags_of(office, "DQ-01")
    assert (subject, program, state) == (f"sending {refused['id']}", "maternal", "open")
    assert "hb_g_dl" in explain(Basis(*unpack(evidence, CONTEXTS)))["id"]
    assert ("DQ-01", "maternal") in in_the_list(tablet)
    with office.store.reading() as connection:
        place = connection.execute(select(CaseRow.person_id, CaseRow.area).where(CaseRow.subject == subject)).one()
    assert tuple(place) == (None, KAYU_AGUNG_DESA)
    assert tablet.digest()["case"]["count"] == sum(one["entity"] == "case" for one in tablet.pull()[0])


def test_it_goes_when_the_record_comes_corrected_and_comes_back_when_it_is_refused_again(office, tablet, refused):
    minded(office)
    assert minded(office) == NOTHING
    right = tablet.edited(refused, hb_g_dl=11.5)
    assert tablet.push(right)[0]["status"] == "applied"
    assert open_of(office, "DQ-01") == {(f"sending {refused['id']}", "maternal")}  # a push does not look at it
    assert minded(office) == {**NOTHING, "closed": 1}
    assert open_of(office, "DQ-01") == set()
    assert ("DQ-01", "maternal") not in in_the_list(tablet)
    office.clock.forward(hours=2)
    assert tablet.push(tablet.edited(right, 1, hb_g_dl=91.0))[0]["status"] == "rejected"
    assert minded(office)["refused"] == 1
    assert open_of(office, "DQ-01") == {(f"sending {refused['id']}", "maternal")}


def test_what_a_person_closed_stays_closed(office, refused):
    minded(office)
    clerk = office.clerk("coordinator")
    with office.store.reading() as connection:
        case = connection.execute(select(CaseRow.id).where(CaseRow.subject == f"sending {refused['id']}")).scalar_one()
    office.clock.forward(hours=1)
    given = {"event": "resolve", "outcome": "solved", "note": "kertas dibaca ulang"}
    answer = clerk.client.post(f"/api/v1/cases/{case}/events", json=given, headers=clerk.headers)
    assert answer.status_code == 200, answer.data
    assert minded(office) == NOTHING
    assert open_of(office, "DQ-01") == set()


def test_the_same_record_as_a_complaint_keeps_its_other_flags(office, tablet):
    complaint = {"received_on": "2026-01-05", "channel": "van", "class": "non_supervisory", "status": "received"}
    complaint |= {"category": "other", "text": "antre lama", "subject_unit": "Mobil 1", "place": KAYU_AGUNG_DESA}
    complaint |= {"anonymous": False, "confidential": False}
    sent = tablet.record("complaint", complaint)
    assert tablet.push(sent)[0]["status"] == "applied", tablet.push(sent)
    before = {rule for rule, _ in in_the_list(tablet)}
    assert any(rule.startswith("CP-SLA") for rule in before)
    assert tablet.push(tablet.edited(sent, 1, received_on="1850-01-01"))[0]["status"] == "rejected"
    assert minded(office)["refused"] == 1
    assert {rule for rule, _ in in_the_list(tablet)} == before | {"DQ-01"}
    office.clock.forward(days=1)
    sync.look(office.store, office.clock())
    assert "DQ-01" in {rule for rule, _ in in_the_list(tablet)}


def test_a_refused_edit_of_a_person_and_one_that_waits_to_be_one_leave_her_own_cases_alone(office, tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers, visit(tablet, hers["id"], systolic_mmhg=172, diastolic_mmhg=112))
    before = in_the_list(tablet)
    assert tablet.push(tablet.edited(she, 1, birth_date="1850-01-01"))[0]["status"] == "rejected"
    child = woman(tablet, "Anisa Putri", mother_id=new_id())
    child["data"]["mother_id"] = child.pop("mother_id")
    mother = {**woman(tablet, "Rosmala Dewi"), "id": child["data"]["mother_id"]}
    assert tablet.push(child)[0]["status"] == "held"
    office.clock.forward(days=5, minutes=1)
    assert minded(office) == {**NOTHING, "refused": 1, "held": 1}
    tablet.push(mother, pregnancy(tablet, child["id"]))
    assert minded(office)["closed"] == 1
    assert before <= in_the_list(tablet)
    assert {subject for subject, _ in open_of(office, "DQ-01")} == {f"sending {she['id']}"}


def test_what_can_hardly_be_read_is_put_before_the_office_of_its_van(office, tablet):
    away = woman(tablet, area="11.01.01.2001")
    assert {one["status"] for one in tablet.push(away, "no record", {"id": 7, "type": [], "data": {"Siti": 1}})} == {
        "rejected"
    }
    assert minded(office)["refused"] == 3
    found = flags_of(office, "DQ-01")
    assert {program for _, program, _, _ in found} == {"civil", "maternal", "child", "service"}
    assert "Siti" not in str(found)
    assert len(open_of(office, "DQ-01")) == 12
    assert ("DQ-01", "civil") in in_the_list(tablet)
    assert minded(office) == NOTHING


def test_a_record_that_waits_for_over_five_days_is_seen_until_what_it_names_has_come(office, tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    assert tablet.push(hers)[0]["status"] == "held"
    office.clock.forward(days=5)
    assert minded(office) == NOTHING
    office.clock.forward(minutes=1)
    assert minded(office) == {**NOTHING, "held": 1}
    assert open_of(office, "DQ-HELD-01") == {(f"sending {hers['id']}", "maternal")}
    assert minded(office) == NOTHING
    tablet.push(she)
    assert minded(office) == {**NOTHING, "closed": 1}
    assert open_of(office, "DQ-HELD-01") == set()


@pytest.fixture
def twins(tablet):
    """Two records that the machine dares not join."""
    for serial in "12":
        [result] = tablet.push(told(tablet, BABY, nik=f"160205201125000{serial}"))
    assert result["identity"] == "review"


def test_a_pair_that_awaits_a_human_is_in_the_list_until_it_is_decided(office, twins):
    with office.store.reading() as connection:
        pair = connection.execute(select(ReviewRow.id, ReviewRow.record_a, ReviewRow.record_b)).one()
    assert minded(office) == {**NOTHING, "alike": 1}
    both = "+".join(sorted((pair.record_a, pair.record_b)))
    assert open_of(office, "DQ-05") == {(both, "civil"), (both, "maternal"), (both, "child")}
    assert minded(office) == NOTHING
    clerk = office.clerk("data_manager")
    answer = clerk.client.post(
        f"/api/v1/identity/reviews/{pair.id}",
        json={"decision": "different", "note": "beda orang"},
        headers=clerk.headers,
    )
    assert answer.status_code == 200, answer.data
    assert minded(office) == {**NOTHING, "closed": 1}
    assert open_of(office, "DQ-05") == set()


def test_a_split_that_is_asked_about_is_no_pair_that_looks_alike(office, twins):
    office.store.transact(lambda c: c.execute(update(ReviewRow).values(reason="split")))
    assert minded(office) == NOTHING


def test_it_goes_in_chunks_and_a_deposed_leader_writes_nothing(office, tablet):
    records = [visit(tablet, new_id(), hb_g_dl=90.5) for _ in range(7)]
    tablet.push(*records)

    def deposed(_connection):
        raise Deposed

    with pytest.raises(Deposed):
        minded(office, guard=deposed)
    assert flags_of(office, "DQ-01") == []
    asked = []
    assert minded(office, guard=asked.append, at_once=2)["refused"] == 7
    assert len(asked) >= 4
    office.clock.forward(days=1)
    tablet.push(*(tablet.edited(one, hb_g_dl=11.0) for one in records))  # they wait for their pregnancies now
    assert minded(office, at_once=3)["closed"] == 0
    office.clock.forward(days=6, hours=1)
    assert minded(office, at_once=3)["held"] == 7
