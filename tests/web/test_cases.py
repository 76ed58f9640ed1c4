"""Follow-up cases as the office has them: what is told of one, the steps, and who may see what."""

from collections import Counter
from itertools import product

import pytest

from fieldsync.access import audit_of
from tests.field import pregnancy, stranger, visit, woman
from tests.office import Office, new_id

SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}
REACTIVE = {"hiv_result": "reactive"}


@pytest.fixture
def office(settings, store):
    """On both databases: what is told of cases is mostly their statements."""
    return Office(settings, store, alone=False)


@pytest.fixture
def expecting(tablet):
    """A woman whose pregnancy is known; without a NIK, so that she has a case in two programs."""
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    return she, hers


@pytest.fixture
def in_danger(tablet, expecting):
    """The id of the case of a woman with severe hypertension."""
    she, hers = expecting
    tablet.push(visit(tablet, hers["id"], **SEVERE))
    return case_of(tablet, she)


@pytest.fixture
def in_danger_and_reactive(tablet, expecting):
    """The id of the case of a woman with severe hypertension whose HIV test was reactive as well."""
    she, hers = expecting
    tablet.push(visit(tablet, hers["id"], **SEVERE, **REACTIVE))
    return case_of(tablet, she)


def case_of(tablet, she, program="maternal"):
    changes, _ = tablet.pull()
    cases = [one["data"] for one in changes if one["entity"] == "case" and not one["deleted"]]
    return next(one["id"] for one in cases if one["person_id"] == she["id"] and one["program"] == program)


def told(clerk, case_id):
    answer = clerk.get(f"/api/v1/cases/{case_id}")
    assert answer.status_code == 200, answer.data
    return answer.json


def act(clerk, case_id, event, **given):
    path = f"/api/v1/cases/{case_id}/events"
    return clerk.client.post(path, json={"event": event, **given}, headers=clerk.headers)


def rules_of(case, state="open"):
    return {flag["rule"] for flag in case["flags"] if flag["state"] == state}


def test_a_case_tells_the_rule_its_source_and_the_values_that_fired_it(office, expecting, in_danger):
    she, _ = expecting
    case = told(office.clerk(), in_danger)
    assert (case["status"], case["severity"], case["program"]) == ("open", "emergency", "maternal")
    assert case["person"]["full_name"] == she["data"]["full_name"]
    flag = next(one for one in case["flags"] if one["rule"] == "ANC-BP-01")
    assert flag["version"] >= 1
    assert flag["source"]
    assert 172 in [one["value"] for one in flag["values"]]
    assert "flag_opened" in [one["event"] for one in case["history"]]


@pytest.mark.parametrize("scope", [{"areas": ("16.02.11",)}, {"programs": ("civil",)}], ids=str)
def test_a_case_elsewhere_is_not_there(office, in_danger, scope):
    clerk, boss = office.clerk(**scope), office.clerk("coordinator", **scope)
    absent = clerk.get(f"/api/v1/cases/{new_id()}")
    foreign = clerk.get(f"/api/v1/cases/{in_danger}")
    assert (foreign.status_code, foreign.json) == (absent.status_code, absent.json)
    assert foreign.status_code == 404
    assert act(boss, in_danger, "acknowledge").status_code == 404
    assert act(boss, new_id(), "acknowledge").status_code == 404


def test_a_viewer_may_look_and_not_act(office, in_danger):
    viewer = office.clerk("viewer")
    assert act(viewer, in_danger, "acknowledge").status_code == 403
    assert told(viewer, in_danger)["status"] == "open"


STEPS = [
    (["acknowledge"], "acknowledged"),
    (["acknowledge", "visit"], "in_progress"),
    (["refer"], "referred"),
    (["refer", "reopen"], "open"),
    (["acknowledge", "note"], "acknowledged"),
    (["resolve"], "resolved"),
    (["resolve", "reopen"], "open"),
]


@pytest.mark.parametrize(("steps", "after"), STEPS, ids=lambda one: "-".join(one) if isinstance(one, list) else one)
def test_steps_lead_from_status_to_status(office, in_danger, steps, after):
    clerk = office.clerk("coordinator")
    before = told(clerk, in_danger)
    for step in steps:
        office.clock.forward(minutes=5)
        answer = act(clerk, in_danger, step, note="sudah ditelepon")
        assert answer.status_code == 200, answer.data
    case = told(clerk, in_danger)
    assert case["status"] == after
    taken = [one for one in case["history"] if one["by_name"] == clerk.username]
    assert [one["event"] for one in taken] == steps
    assert taken[-1]["after"] == after
    assert taken[-1]["note"] == "sudah ditelepon"
    assert (rules_of(case) == rules_of(before)) == (after != "resolved")
    assert (case["closed_at"] is None) == (after != "resolved")


WRONG = [([], "reopen"), (["acknowledge"], "acknowledge"), (["resolve"], "visit"), (["resolve"], "resolve")]


@pytest.mark.parametrize(("steps", "wrong"), WRONG)
def test_a_step_that_the_status_does_not_allow_changes_nothing(office, in_danger, steps, wrong):
    clerk = office.clerk("data_manager")
    for step in steps:
        assert act(clerk, in_danger, step, note="ya").status_code == 200
    before = told(clerk, in_danger)
    answer = act(clerk, in_danger, wrong, note="ya")
    assert answer.status_code == 409
    assert answer.json["type"].endswith("/wrong-status")
    assert answer.json["case"] == before == told(clerk, in_danger)


def test_an_emergency_is_closed_by_saying_what_was_done_only(office, in_danger):
    clerk = office.clerk("coordinator")
    answer = act(clerk, in_danger, "resolve")
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [("/outcome", "outcome_required")]
    assert told(clerk, in_danger)["status"] == "open"
    assert act(clerk, in_danger, "resolve", outcome="referred_arrived").json["status"] == "resolved"


def test_who_takes_a_case_is_kept(office, in_danger):
    clerk = office.clerk("coordinator")
    assert act(clerk, in_danger, "assign", assignee="Bidan Rina").json["assignee"] == "Bidan Rina"
    assert act(clerk, in_danger, "assign", assignee=None).json["assignee"] is None


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({}, "/event", "required"),
        ({"event": "close"}, "/event", "bad_format"),
        ({"event": "assign"}, "/assignee", "required"),
        ({"event": "note", "assignee": "Rina"}, "/assignee", "unknown_field"),
        ({"event": "assign", "assignee": ""}, "/assignee", "bad_format"),
        ({"event": "note", "outcome": "ok"}, "/outcome", "bad_format"),
        ({"event": "note", "by": "somebody else"}, "/by", "unknown_field"),
    ],
)
def test_a_wrong_step_is_refused_with_its_place(office, in_danger, given, pointer, code):
    clerk = office.clerk("coordinator")
    answer = clerk.client.post(f"/api/v1/cases/{in_danger}/events", json=given, headers=clerk.headers)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [(pointer, code)]


def test_a_step_is_told_to_tablets_and_noted(office, tablet, store, in_danger):
    clerk = office.clerk("coordinator")
    _, cursor = tablet.pull()
    act(clerk, in_danger, "acknowledge")
    changes, cursor = tablet.pull(cursor)
    assert [(one["id"], one["data"]["status"]) for one in changes] == [(in_danger, "acknowledged")]
    act(clerk, in_danger, "resolve", outcome="solved")
    changes, _ = tablet.pull(cursor)
    assert [(one["id"], one["deleted"]) for one in changes] == [(in_danger, True)]
    with store.reading() as connection:
        noted = [(one.username, one.action, one.detail["event"]) for one in audit_of(connection, in_danger)]
    assert noted == [(clerk.username, "cases.act", "acknowledge"), (clerk.username, "cases.act", "resolve")]


def test_a_note_lies_sealed_in_the_database(office, store, in_danger):
    act(office.clerk("coordinator"), in_danger, "note", note="suaminya Pangestu pergi")
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT detail, sealed FROM case_event").all()
    assert any(row.sealed for row in rows)
    assert "Pangestu" not in str([(row.detail, bytes(row.sealed or b"")) for row in rows])


def test_restricted_flags_are_seen_by_who_may_and_every_look_is_noted(office, store, in_danger_and_reactive):
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")
    seen, unseen = told(coordinator, in_danger_and_reactive), told(manager, in_danger_and_reactive)
    assert rules_of(seen) - rules_of(unseen) == {"ANC-TE-01"}
    assert "ANC-BP-01" in rules_of(unseen)
    assert "ANC-TE-01" in str(seen["history"])
    assert "ANC-TE-01" not in str(unseen)
    with store.reading() as connection:
        noted = [(one.username, one.action) for one in audit_of(connection, in_danger_and_reactive)]
    assert noted == [(coordinator.username, "restricted.read")]


def test_what_others_noted_beside_hidden_flags_is_hidden_too(office, in_danger_and_reactive):
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")
    act(coordinator, in_danger_and_reactive, "note", note="ARV dimulai")
    act(manager, in_danger_and_reactive, "note", note="sudah ditelepon")
    notes = [one["note"] for one in told(manager, in_danger_and_reactive)["history"] if one["event"] == "note"]
    assert notes == [None, "sudah ditelepon"]


def test_who_may_not_see_a_flag_does_not_close_it(office, in_danger_and_reactive):
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")
    answer = act(manager, in_danger_and_reactive, "resolve", outcome="solved")
    assert answer.status_code == 200
    assert (rules_of(answer.json), answer.json["severity"], answer.json["due"]) == (set(), None, None)
    left = told(coordinator, in_danger_and_reactive)
    assert rules_of(left) == {"ANC-TE-01"}
    assert (left["status"], left["severity"]) == ("open", "urgent")
    assert act(manager, in_danger_and_reactive, "resolve", outcome="solved").status_code == 409


@pytest.fixture
def villages(tablet):
    """Three women by what their visit found: a danger sign, nothing, a reactive HIV test."""
    made = {}
    for number, (name, values) in enumerate({"severe": SEVERE, "calm": {}, "reactive": REACTIVE}.items()):
        she = stranger(tablet, number)
        hers = pregnancy(tablet, she["id"])
        tablet.push(she, hers, visit(tablet, hers["id"], **values))
        made[name] = she["id"]
    return made


def listed(clerk, **query):
    answer = clerk.get("/api/v1/cases", **query)
    assert answer.status_code == 200, answer.data
    return answer.json["cases"]


def paged(clerk, limit, **query):
    found, cursor = [], None
    while True:
        page = clerk.get("/api/v1/cases", limit=limit, **query, **({"cursor": cursor} if cursor else {})).json
        found += page["cases"]
        cursor = page["cursor"]
        assert (cursor is not None) == page["has_more"]
        if cursor is None:
            return found


RANK = ("emergency", "urgent", "routine")


def place(case):
    return RANK.index(case["severity"]), case["due"], case["id"]


def test_open_cases_come_worst_first_then_earliest_due(office, villages):
    cases = listed(office.clerk("coordinator"))
    assert cases == sorted(cases, key=place)
    assert {one["person_id"] for one in cases} == set(villages.values())
    assert len({one["severity"] for one in cases}) > 1
    for one in cases:
        assert one["severity"] == min((flag["severity"] for flag in one["flags"]), key=RANK.index)
        assert one["due"] == min(flag["due"] for flag in one["flags"])


@pytest.mark.parametrize("limit", [1, 2, 200])
@pytest.mark.parametrize("role", ["coordinator", "data_manager"])
def test_pages_meet_every_case_once(office, villages, limit, role):
    clerk = office.clerk(role)
    act(clerk, listed(clerk)[0]["id"], "resolve", outcome="solved")
    query = {"status": "open,resolved"}
    whole = listed(clerk, **query)
    assert any(one["severity"] is None for one in whole)
    assert paged(clerk, limit, **query) == whole


def test_filters_narrow_as_they_say(office, villages):
    clerk = office.clerk("coordinator")
    first = listed(clerk)[0]
    office.clock.forward(hours=1)
    act(clerk, first["id"], "assign", assignee="Bidan Rina")
    act(clerk, first["id"], "acknowledge")
    every = listed(clerk)
    holds = {
        ("status", "acknowledged"): lambda one: one["status"] == "acknowledged",
        ("severity", "emergency,urgent"): lambda one: one["severity"] in ("emergency", "urgent"),
        ("program", "civil"): lambda one: one["program"] == "civil",
        ("rule", "ANC-BP-01"): lambda one: "ANC-BP-01" in [flag["rule"] for flag in one["flags"]],
        ("area", "16.02.05"): lambda one: one["area"].startswith("16.02.05"),
        ("assignee", "Bidan Rina"): lambda one: one["assignee"] == "Bidan Rina",
        ("due_before", first["due"]): lambda one: one["due"] <= first["due"],
        ("updated_after", office.clock().isoformat()): lambda one: one["id"] == first["id"],
    }
    for (name, value), fits in holds.items():
        expected = [one for one in every if fits(one)]
        assert expected, name
        assert listed(clerk, **{name: value}) == expected, name
    assert listed(clerk, area="16.02.11") == listed(clerk, rule="NONE-1") == listed(clerk, status="resolved") == []


@pytest.mark.parametrize("scope", [{"areas": ("16.02.11",)}, {"programs": ("child",)}], ids=str)
def test_cases_elsewhere_are_not_listed(office, villages, scope):
    assert listed(office.clerk(**scope)) == []


def test_cases_of_a_program_are_listed_for_its_office_only(office, villages):
    assert {one["program"] for one in listed(office.clerk(programs=("civil",)))} == {"civil"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"status": "closed"}, "unknown_code"),
        ({"severity": "emergency,"}, "unknown_code"),
        ({"program": "fishery"}, "unknown_code"),
        ({"rule": "a'b"}, "bad_format"),
        ({"area": "99"}, "unknown_area"),
        ({"due_before": "tomorrow"}, "bad_format"),
        ({"updated_after": "2026-03-01"}, "bad_date"),
        ({"updated_after": "0001-01-01T00:00:00+14:00"}, "bad_date"),
        ({"limit": "0"}, "out_of_range"),
        ({"status": ["open", "open"]}, "too_many"),
    ],
    ids=str,
)
def test_a_wrong_filter_is_refused(office, query, code):
    answer = office.clerk().get("/api/v1/cases", **query)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [(f"/{next(iter(query))}", code)]


def test_the_cursor_of_another_user_is_none(office, villages):
    cursor = office.clerk().get("/api/v1/cases", limit=1).json["cursor"]
    assert office.clerk().get("/api/v1/cases", cursor=cursor).status_code == 400


def test_hidden_flags_count_for_nothing_in_the_list(office, store, villages):
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")
    mine = {"program": "maternal", "rule": "ANC-TE-01"}
    assert [one["person_id"] for one in listed(coordinator, **mine)] == [villages["reactive"]]
    assert listed(manager, **mine) == []
    case = listed(coordinator, **mine)[0]
    unrestricted = [flag for flag in case["flags"] if not flag["restricted"]]
    seen = next(one for one in listed(manager) if one["id"] == case["id"])
    assert seen["flags"] == unrestricted
    assert seen["severity"] == unrestricted[0]["severity"]
    with store.reading() as connection:
        noted = [(one.username, one.detail["cases"]) for one in audit_of(connection, "cases")]
    assert noted == [(coordinator.username, [case["id"]])] * 2


def test_a_case_with_nothing_but_hidden_flags_is_not_listed(office, in_danger_and_reactive):
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")
    act(manager, in_danger_and_reactive, "resolve", outcome="solved")
    assert in_danger_and_reactive in [one["id"] for one in listed(coordinator)]
    assert in_danger_and_reactive not in [one["id"] for one in listed(manager)]
    assert in_danger_and_reactive not in [one["id"] for one in listed(manager, status="open")]


def summed(clerk, **query):
    answer = clerk.get("/api/v1/cases/summary", **query)
    assert answer.status_code == 200, answer.data
    return answer.json


VALUES = {
    "severity": lambda case: [case["severity"]],
    "district": lambda case: [case["area"][:8]],
    "program": lambda case: [case["program"]],
    "rule": lambda case: sorted({flag["rule"] for flag in case["flags"]}),
}
FILTERS = [{}, {"program": "maternal"}, {"rule": "ANC-BP-01"}, {"area": "16.02.11"}]


@pytest.mark.parametrize("role", ["coordinator", "data_manager"])
@pytest.mark.parametrize("by", [*VALUES, "district,severity", "severity,district,program,rule"])
def test_a_summary_counts_what_the_list_lists(office, villages, role, by):
    clerk = office.clerk(role)
    for query in FILTERS:
        cases, told_ = listed(clerk, limit=200, **query), summed(clerk, group_by=by, **query)
        names = by.split(",")
        counted = Counter(values for case in cases for values in product(*(VALUES[name](case) for name in names)))
        assert told_["cases"] == len(cases)
        assert told_["group_by"] == names
        assert {tuple(one[name] for name in names): one["cases"] for one in told_["groups"]} == counted


def test_a_summary_is_by_severity_the_worst_first(office, villages):
    told_ = summed(office.clerk("coordinator"))
    assert told_["group_by"] == ["severity"]
    ranks = [RANK.index(one["severity"]) for one in told_["groups"]]
    assert ranks == sorted(ranks)
    assert 0 in ranks


def test_a_summary_of_closed_cases_has_no_severity(office, in_danger):
    clerk = office.clerk("coordinator")
    act(clerk, in_danger, "resolve", outcome="solved")
    told_ = summed(clerk, status="resolved", group_by="severity,rule")
    assert told_["cases"] == 1
    assert {(one["severity"], one["cases"]) for one in told_["groups"]} == {(None, 1)}
    assert "ANC-BP-01" in {one["rule"] for one in told_["groups"]}


def test_a_summary_by_something_else_is_refused(office):
    assert office.clerk().get("/api/v1/cases/summary", group_by="person").status_code == 422


def test_a_person_comes_with_the_cases_that_the_user_may_see(office, expecting, in_danger_and_reactive):
    she, _ = expecting
    coordinator, manager = office.clerk("coordinator"), office.clerk("data_manager")

    def cases(clerk):
        return {one["id"]: one for one in clerk.get(f"/api/v1/persons/{she['id']}").json["cases"]}

    assert cases(coordinator) == {one["id"]: one for one in listed(coordinator)}
    assert cases(manager) == {one["id"]: one for one in listed(manager)}
    assert "ANC-TE-01" not in str(cases(manager)[in_danger_and_reactive])
    act(manager, in_danger_and_reactive, "resolve", outcome="solved")
    assert cases(manager)[in_danger_and_reactive]["flags"] == []
    assert in_danger_and_reactive not in cases(office.clerk(programs=("civil",)))


def test_an_area_outside_the_own_holds_nothing(office, in_danger):
    """It held everything: the condition of no area at all was left out of the statement."""
    clerk = office.clerk("coordinator", areas=("16.02.11",))
    for path in ("/api/v1/cases", "/api/v1/cases/summary"):
        answer = clerk.get(path, area="16.02.05")
        assert answer.status_code == 200
        assert answer.json["cases"] in ([], 0)
    persons = clerk.get("/api/v1/persons", area="16.02.05")
    assert persons.json["persons"] == []
    reviews = office.clerk("data_manager", areas=("16.02.11",)).get("/api/v1/identity/reviews", area="16.02.05")
    assert reviews.json["reviews"] == []
