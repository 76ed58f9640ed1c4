"""A danger sign on its way: named in the answer to its push, in the hands of the next van, closed by what was done."""

from datetime import timedelta

import pytest

from tests.field import pregnancy, stranger, visit, woman
from tests.office import new_id

SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}
NORMAL = {"systolic_mmhg": 112, "diastolic_mmhg": 72}


def open_cases(tablet):
    changes, _ = tablet.pull()
    return {one["id"]: one["data"] for one in changes if one["entity"] == "case" and not one["deleted"]}


def rules_of(case):
    return {flag["rule"] for flag in case["flags"]}


def action(tablet, flag_id, **changes):
    data = {"flag_id": flag_id, "done_on": tablet.office.clock().date().isoformat(), "by": "Bidan Rina"}
    return tablet.record("follow_up_action", {**data, "kind": "referral", "outcome": "referred_arrived", **changes})


@pytest.fixture
def expecting(tablet):
    """A woman whose pregnancy is known."""
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    return she, hers


@pytest.fixture
def in_danger(tablet, expecting):
    """A woman with severe hypertension at her visit of today; returns her, her pregnancy and the visit."""
    she, hers = expecting
    seen = visit(tablet, hers["id"], **SEVERE)
    tablet.push(seen)
    return she, hers, seen


def test_the_answer_to_the_push_names_the_danger_sign(tablet, expecting):
    _, hers = expecting
    result = tablet.push(visit(tablet, hers["id"], **SEVERE))[0]
    flag = next(one for one in result["flags"] if one["rule"] == "ANC-BP-01")
    assert flag["severity"] == "emergency"
    assert flag["action"].startswith("Rujuk segera")
    assert set(flag) == {"rule", "severity", "due", "action"}


def test_a_whole_family_in_one_batch_is_followed_up_too(tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    result = tablet.push(visit(tablet, hers["id"], **SEVERE), hers, she)[0]
    assert "ANC-BP-01" in {one["rule"] for one in result["flags"]}


def test_the_next_van_is_given_the_case_with_what_finds_her(tablet, other, in_danger):
    she, _, _ = in_danger
    case = next(
        one for one in open_cases(other).values() if one["person_id"] == she["id"] and one["program"] == "maternal"
    )
    assert case["status"] == "open"
    assert case["severity"] == "emergency"
    assert case["person"]["full_name"] == she["data"]["full_name"]
    assert case["person"]["village_code"] == she["data"]["village_code"]
    why = next(flag for flag in case["flags"] if flag["rule"] == "ANC-BP-01")["said"]["id"]
    assert "172" in why
    assert "160 mmHg" in why


def test_a_first_sync_brings_open_cases_before_everything_else(other, in_danger):
    changes, _ = other.pull()
    entities = [one["entity"] for one in changes]
    assert entities[0] == "case"
    assert entities == sorted(entities, key=lambda one: one != "case")


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_the_digest_proves_that_no_case_is_missed(tablet, other, in_danger, limit):
    held, cursor = {}, None
    while True:
        page = other.page(cursor, limit)
        for one in page["changes"]:
            held.pop((one["entity"], one["id"]), None)
            if not one["deleted"]:
                held[one["entity"], one["id"]] = one["rev"]
        cursor = page["cursor"]
        if not page["has_more"]:
            break
    assert sum(entity == "case" for entity, _ in held) == other.digest()["case"]["count"] > 0


def test_a_later_normal_value_alone_does_not_close_an_emergency(tablet, office, in_danger):
    _, hers, _ = in_danger
    office.clock.forward(days=1)
    tablet.push(visit(tablet, hers["id"], **NORMAL))
    assert any("ANC-BP-01" in rules_of(one) for one in open_cases(tablet).values())


def test_an_action_of_a_tablet_closes_it(tablet, other, in_danger):
    case_id, case = next((key, one) for key, one in open_cases(other).items() if "ANC-BP-01" in rules_of(one))
    flag = next(one for one in case["flags"] if one["rule"] == "ANC-BP-01")
    assert other.push(action(other, flag["id"]))[0]["status"] == "applied"
    left = open_cases(tablet).get(case_id)
    assert left is None or "ANC-BP-01" not in rules_of(left)


def test_a_woman_who_was_not_found_stays_in_the_list(tablet, other, in_danger):
    case_id, case = next((key, one) for key, one in open_cases(other).items() if "ANC-BP-01" in rules_of(one))
    flag = next(one for one in case["flags"] if one["rule"] == "ANC-BP-01")
    other.push(action(other, flag["id"], kind="home_visit", outcome="not_found"))
    assert open_cases(tablet)[case_id]["status"] == "in_progress"


def test_what_was_closed_opens_again_at_a_later_visit(tablet, office, in_danger):
    _, hers, _ = in_danger
    case = next(one for one in open_cases(tablet).values() if "ANC-BP-01" in rules_of(one))
    flag = next(one for one in case["flags"] if one["rule"] == "ANC-BP-01")
    tablet.push(action(tablet, flag["id"]))
    office.clock.forward(days=2)
    later = office.clock().date().isoformat()
    tablet.push(visit(tablet, hers["id"], visit_date=later, **SEVERE))
    assert any("ANC-BP-01" in rules_of(one) for one in open_cases(tablet).values())


def test_a_correction_of_the_visit_closes_what_was_never_true(tablet, in_danger):
    _, _, seen = in_danger
    tablet.push(tablet.edited(seen, 1, **NORMAL))
    assert not any("ANC-BP-01" in rules_of(one) for one in open_cases(tablet).values())


def test_a_case_that_nobody_needs_any_more_is_taken_back(tablet, in_danger):
    _, _, seen = in_danger
    _, cursor = tablet.pull()
    before = set(open_cases(tablet))
    tablet.push({**tablet.edited(seen, 1), "deleted": True, "data": None})
    changes, _ = tablet.pull(cursor)
    after = set(open_cases(tablet))
    gone = {one["id"] for one in changes if one["entity"] == "case" and one["deleted"]}
    assert gone == before - after


def test_a_van_of_another_program_is_not_given_the_case(office, in_danger):
    civil = office.tablet(programs=("civil",))
    assert all(one["program"] == "civil" for one in open_cases(civil).values())


def test_a_pregnancy_without_nik_is_on_the_list_of_both_offices(tablet, expecting):
    she, _ = expecting
    programs = {
        one["program"]
        for one in open_cases(tablet).values()
        if one["person_id"] == she["id"] and "XS-NIK-01" in rules_of(one)
    }
    assert programs == {"civil", "maternal"}


def test_an_unusual_value_is_asked_about_by_the_office_that_it_was_recorded_for(tablet, expecting):
    _, hers = expecting
    odd = visit(tablet, hers["id"], weight_kg=32.5)
    raised = {flag["rule"] for flag in tablet.push(odd)[0]["flags"]}
    asked = {one["program"] for one in open_cases(tablet).values() if "DQ-02" in rules_of(one)}
    assert ("DQ-02" in raised, asked) == (True, {"maternal"})


def test_the_same_records_in_any_order_give_the_same_flags(office):
    def state(order, number):
        tablet = office.tablet(areas=("16.02",))
        she = stranger(tablet, number)
        hers = pregnancy(tablet, she["id"])
        first = visit(tablet, hers["id"], **SEVERE)
        second = visit(tablet, hers["id"], **NORMAL)
        today = office.clock().date()
        first["data"]["visit_date"] = (today - timedelta(days=3)).isoformat()
        records = [she, hers, first, second]
        for at in order:
            tablet.push(records[at])
        mine = [one for one in open_cases(tablet).values() if one["person_id"] == she["id"]]
        return {(one["program"], flag["rule"], flag["due"]) for one in mine for flag in one["flags"]}

    orders = ((0, 1, 2, 3), (3, 2, 1, 0), (0, 1, 3, 2))
    states = [state(order, number) for number, order in enumerate(orders)]
    assert states[0] == states[1] == states[2]
    assert any(rule == "ANC-BP-01" for _, rule, _ in states[0])


def test_an_action_for_a_flag_that_nobody_knows_is_kept(tablet):
    assert tablet.push(action(tablet, new_id()))[0]["status"] == "applied"
