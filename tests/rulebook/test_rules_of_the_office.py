"""Rules and proposals as the office's pages read them, and the second person's answer: who may, where, and when."""

import pytest

from fieldsync.access import audit_of
from tests.field import pregnancy, visit, woman
from tests.office import new_id
from tests.rulebook.conftest import bp_01

SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112, "hiv_result": "reactive"}
REACTIVE = {
    "id": "ANC-LAB-HIV",
    "version": 1,
    "restricted": True,
    "severity": "urgent",
    "parameters": {},
    "condition": {"fact": "hiv_result", "is": "reactive"},
}


def post(clerk, proposal, step):
    return clerk.client.post(f"/api/v1/rules/proposals/{proposal['id']}/{step}", headers=clerk.headers)


def kind(answer):
    return answer.status_code, answer.json["type"].rsplit("/", 1)[-1]


def told(clerk, proposal):
    answer = clerk.get(f"/api/v1/rules/proposals/{proposal['id']}")
    assert answer.status_code == 200, answer.data
    return answer.json


@pytest.fixture
def she(tablet):
    """A woman with severe hypertension whose HIV test was reactive."""
    her = woman(tablet)
    hers = pregnancy(tablet, her["id"])
    assert {one["status"] for one in tablet.push(her, hers, visit(tablet, hers["id"], **SEVERE))} == {"applied"}
    return her


@pytest.fixture
def proposal(desk, head, she):
    """A limit of 180 mmHg and a rule on a restricted value, proposed by a coordinator."""
    desk.write(bp_01(), bp_01(**REACTIVE))
    return desk.propose(head)


def test_the_rules_in_force_are_told_with_version_source_and_origin(office, second, proposal):
    reader = office.clerk()
    before = reader.get("/api/v1/rules").json
    rules = {one["id"]: one for one in before["rules"]}
    assert before["set"] is None
    assert len(rules) > 100
    assert (rules["ANC-BP-01"]["version"], rules["ANC-BP-01"]["source"]) == (1, "S1: DT.17")
    assert rules["ANC-BP-01"]["origin"] == "maternal/blood_pressure.yaml"
    assert rules["ANC-BP-01"]["parameters"]["systolic"] == {"value": 160, "unit": "mmHg"}
    assert set(rules["ANC-BP-01"]["condition"]) == {"id", "en"}
    assert post(second, proposal, "approve").status_code == 200
    after = reader.get("/api/v1/rules").json
    (rule,) = (one for one in after["rules"] if one["id"] == "ANC-BP-01")
    assert (after["set"], rule["version"], rule["origin"]) == (proposal["id"], 2, "office/ours.yaml")


def test_a_proposal_is_told_with_its_files_its_steps_and_its_dry_run(office, proposal, head, she):
    reader = office.clerk("coordinator")
    (listed,) = reader.get("/api/v1/rules/proposals", state="proposed").json["proposals"]
    assert listed["proposed"]["by_name"] == head.username
    assert (listed["approved"], listed["ended"]) == (None, None)
    assert {"rule": "ANC-BP-01", "change": "changed"} in listed["changes"]
    assert listed["dry_run"]["persons"] == 1
    assert "rules" not in listed["dry_run"]
    assert reader.get("/api/v1/rules/proposals", state="in_force,withdrawn").json == {"proposals": []}
    assert kind(reader.get("/api/v1/rules/proposals", state="burnt")) == (422, "invalid")
    whole = told(reader, proposal)
    assert "ANC-BP-01" in whole["files"]["ours.yaml"]
    (rule,) = (one for one in whole["dry_run"]["rules"] if one["rule"] == "ANC-BP-01")
    assert [flag["subject"] for flag in rule["gone_flags"]] == [she["id"]]


# The graver rule superseded the third, which shows where the first would not hold any more.
TOUCHED = {"ANC-BP-01", "ANC-BP-03", "ANC-LAB-HIV"}


@pytest.mark.parametrize(
    ("role", "scope", "named"),
    [
        ("coordinator", {}, TOUCHED),
        ("data_manager", {}, TOUCHED - {"ANC-LAB-HIV"}),  # may not read restricted values
        ("admin", {}, TOUCHED),
        ("admin", {"areas": ("16.02.11",)}, set()),
        ("admin", {"programs": ("civil",)}, set()),
    ],
    ids=["coordinator", "data_manager", "admin", "elsewhere", "other_program"],
)
def test_flags_are_named_where_the_reader_may_see_them_and_counted_everywhere(office, proposal, role, scope, named):
    rules = told(office.clerk(role, **scope), proposal)["dry_run"]["rules"]
    assert {one["rule"] for one in rules if one["new_flags"] or one["gone_flags"]} == named
    assert {one["rule"] for one in rules if one["new"] or one["gone"]} == TOUCHED
    with office.store.reading() as connection:
        looks = [one.action for one in audit_of(connection, proposal["id"]) if one.action == "restricted.read"]
    assert len(looks) == ("ANC-LAB-HIV" in named)


READS = ("/api/v1/rules", "/api/v1/rules/proposals", "/api/v1/rules/proposals/{id}")


def test_who_may_do_what(office, desk, proposal, tablet):
    roles = {role: office.clerk(role) for role in ("viewer", "coordinator", "data_manager", "admin")}
    for path in (one.format(**proposal) for one in READS):
        assert {one.get(path).status_code for one in roles.values()} == {200}
        assert office.app.test_client().get(path).status_code == 401
        assert tablet.client.get(path, headers=tablet.headers).status_code == 404
    for step in ("approve", "withdraw"):
        assert kind(post(roles["viewer"], proposal, step)) == (403, "forbidden")
        assert kind(post(roles["coordinator"], proposal, step)) == (403, "forbidden")
        assert post(tablet, proposal, step).status_code == 404
        answer = office.app.test_client().post(f"/api/v1/rules/proposals/{proposal['id']}/{step}")
        assert answer.status_code == 401
        for one in (roles["data_manager"], roles["admin"]):
            assert kind(post(one, {"id": new_id()}, step)) == (404, "not-found")
    assert kind(roles["admin"].get(f"/api/v1/rules/proposals/{new_id()}")) == (404, "not-found")
    assert told(roles["viewer"], proposal)["state"] == "proposed"


def test_who_does_not_work_in_all_its_programs_can_not_approve(office, proposal):
    clerk = office.clerk("admin", programs=("civil", "child"))
    assert kind(post(clerk, proposal, "approve")) == (403, "outside-programs")


def test_the_second_person_approves_once(office, desk, second, proposal):
    admin = office.clerk("admin")
    done = post(second, proposal, "approve")
    assert (done.status_code, done.json["state"]) == (200, "in_force")
    assert done.json["approved"]["by_name"] == second.username
    for step in ("approve", "withdraw"):
        assert kind(post(admin, proposal, step)) == (409, "not-proposed")
    desk.write(bp_01(190))
    mine = desk.propose(second)
    answer = post(second, mine, "approve")
    assert kind(answer) == (403, "own-proposal")
    assert answer.json["title"] == "Usulan harus disetujui orang kedua, bukan pengusulnya"
    assert post(admin, mine, "approve").status_code == 200
    assert told(admin, proposal)["state"] == "superseded"


def test_who_proposed_may_withdraw_and_so_may_who_approves(desk, head, second, proposal):
    done = post(head, proposal, "withdraw")
    assert (done.status_code, done.json["state"], done.json["ended"]["by_name"]) == (200, "withdrawn", head.username)
    again = desk.propose(head)
    assert post(second, again, "withdraw").json["state"] == "withdrawn"


def test_what_was_tried_against_other_rules_or_can_not_be_taken_is_not_approved(office, desk, head, second, proposal):
    desk.write(bp_01(200))
    other = desk.propose(head)
    assert post(second, other, "approve").status_code == 200
    assert kind(post(second, proposal, "approve")) == (409, "stale-proposal")
    desk.write(bp_01(210))
    broken = desk.propose(head)
    with pytest.MonkeyPatch.context() as patched:
        # As if a newer program shipped rules that clash with it.
        patched.setattr("fieldsync.rulebook.texts.problems_of", lambda _files: ["x: y: clashes"])
        assert kind(post(second, broken, "approve")) == (409, "broken-proposal")
    assert post(second, broken, "approve").status_code == 200
