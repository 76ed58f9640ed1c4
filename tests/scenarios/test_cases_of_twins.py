"""Cases of two persons that a human takes for one, and tells apart again: they follow the records there and back."""

from datetime import timedelta

import pytest

from fieldsync import sync
from tests.field import pregnancy, visit
from tests.identity.people import MOTHER, told
from tests.identity.test_deciding import clerk, decide, queue  # noqa: F401 # a fixture and two steps

SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}


@pytest.fixture
def alike(tablet, office):
    """Two women whom a human must tell apart, each with a pregnancy and the same danger sign; on one day, then the next."""
    office.clock.forward(days=-1)
    one = told(tablet, MOTHER)
    hers = pregnancy(tablet, one["id"])
    tablet.push(one, hers, visit(tablet, hers["id"], visit_date="2026-02-20", **SEVERE))
    office.clock.forward(days=1)
    two = told(tablet, MOTHER, nik="1602055708940004", full_name="Qomariyah Rahayu")
    other = pregnancy(tablet, two["id"])
    assert tablet.push(two, other, visit(tablet, other["id"], **SEVERE))[0]["identity"] == "review"
    return one, two


def listed(boss):
    cases = boss.get("/api/v1/cases", limit=200).json["cases"]
    return {(one["person_id"], one["program"]): one["id"] for one in cases}


def test_cases_follow_a_merge_and_its_undoing(office, clerk, alike, tablet):  # noqa: F811
    boss = office.clerk("admin")
    before = listed(boss)
    assert {person for person, _ in before} == {one["id"] for one in alike}
    assert decide(clerk, queue(clerk)[0], "same").status_code == 200
    (keeper,) = {person for person, _ in listed(boss)}
    gone = next(one["id"] for one in alike if one["id"] != keeper)
    merged_away = before[gone, "maternal"]
    assert boss.get(f"/api/v1/cases/{merged_away}").json["person_id"] == keeper
    answer = boss.client.post(f"/api/v1/persons/{keeper}/split", json={"records": [gone]}, headers=boss.headers)
    assert answer.status_code == 200, answer.data
    assert listed(boss) == before


def test_an_emergency_is_handed_up_in_the_case_that_it_passed_to(office, clerk, tablet):  # noqa: F811
    one = told(tablet, MOTHER)
    hers = pregnancy(tablet, one["id"])
    assert tablet.push(one, hers)[0]["identity"] == "new"
    two = told(tablet, MOTHER, nik="1602055708940004", full_name="Qomariyah Rahayu")
    other = pregnancy(tablet, two["id"])
    assert tablet.push(two, other, visit(tablet, other["id"], **SEVERE))[0]["identity"] == "review"
    assert decide(clerk, queue(clerk)[0], "same").status_code == 200
    assert sync.escalate(office.store, office.clock() + timedelta(hours=3)) == 1


def test_what_comes_up_after_a_split_has_an_id_of_its_own(office, clerk, tablet):  # noqa: F811
    """A flag that closed before the merge stays with whom it passed to; it may come up again in whom it was taken from."""
    office.clock.forward(days=-1)
    one = told(tablet, MOTHER)
    tablet.push(one, pregnancy(tablet, one["id"]))
    office.clock.forward(days=1)
    two = told(tablet, MOTHER, nik="1602055708940004", full_name="Qomariyah Rahayu")
    other = pregnancy(tablet, two["id"])
    tablet.push(two, other, visit(tablet, other["id"], visit_date="2026-02-10", hb_g_dl=9.0))
    tablet.push(visit(tablet, other["id"], visit_date="2026-02-20", hb_g_dl=12.5))
    assert decide(clerk, queue(clerk)[0], "same").status_code == 200
    boss = office.clerk("admin")
    answer = boss.client.post(f"/api/v1/persons/{one['id']}/split", json={"records": [two["id"]]}, headers=boss.headers)
    assert answer.status_code == 200, answer.data
    [result] = tablet.push(visit(tablet, other["id"], visit_date="2026-03-02", hb_g_dl=9.0))
    assert "ANC-HB-02" in {flag["rule"] for flag in result["flags"]}
