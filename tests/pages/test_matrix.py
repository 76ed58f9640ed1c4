"""Who may open what: every page for every role, in and out of the area, in and out of the program.

A page of lists holds nothing from elsewhere; a page of one thing is not there, whether it is foreign or absent.
"""

import re

import pytest

from fieldsync.access import PERMISSIONS, ROLES
from fieldsync.web import gate
from tests.field import pregnancy
from tests.office import new_id
from tests.pages.desk import words

# Address, and whether it is about one thing that must not be there for others.
PAGES = {
    "/today": False,
    "/today/live": False,
    "/cases": False,
    "/cases/print": False,
    "/cases/export.csv": False,
    "/cases/filters": False,
    "/map": False,
    "/map/areas": False,
    "/cases/{case}": True,
    "/trends": False,
    "/trends/export.csv": False,
    "/pregnancies": False,
    "/registrations": False,
    "/conflicts": False,
    "/persons": False,
    "/persons/{person}": True,
    "/devices": False,
    "/dictionary": False,
}
# A form until something is asked for, tablets, words, numbers only, births and deaths, and one's own filters.
NAMELESS = {
    *("/persons", "/devices", "/map", "/map/areas", "/trends", "/trends/export.csv", "/dictionary", "/registrations"),
    "/cases/filters",
}
OF_ALL_PROGRAMS = {"/persons/{person}"}  # who somebody is, is every program's in the area

POSTS = {
    "/cases/{case}/events": "cases.act",
    "/cases/events": "cases.act",
    "/conflicts/{number}": "records.quarantine",
    "/persons": "persons.read",
    "/persons/{person}/split": "identity.split",
    "/logout": "office",
}
# Whose matrix stands in test_saved_filters: what is one's own is nobody else's.
OWN = ("/cases/filters/{filter}",)
# Whose matrix stands in test_duplicates.
PAIRS = ("/duplicates", "/duplicates/{pair}", "/duplicates/undo")
# Whose matrix stands in test_quarantine.
REFUSED = ("/quarantine", "/quarantine/{number}")
SCOPES = {
    "here": ({"areas": ("16.02",)}, True),
    "in her village": ({"areas": ("16.02.05.2012",)}, True),
    "in her program": ({"programs": ("maternal",)}, True),
    "elsewhere": ({"areas": ("16.02.11",)}, False),
    "in another program": ({"programs": ("service",)}, False),
}


@pytest.fixture
def contradicted(tablet, other, she):
    """A pregnancy of hers whose height two tablets changed apart; the number of the contradiction."""
    hers = pregnancy(tablet, she["id"])
    tablet.push(hers)
    tablet.push(tablet.edited(hers, 1, height_cm=150))
    assert other.push(other.edited(hers, 1, height_cm=160))[0]["status"] == "conflict"
    return 1


@pytest.mark.parametrize("role", ROLES)
def test_every_page_for_every_role_and_scope(office, she, her_case, contradicted, role):
    name = she["data"]["full_name"]
    for where, (scope, within) in SCOPES.items():
        client = office.clerk(role, **scope).client
        for path, is_one in PAGES.items():
            answer = client.get(path.format(case=her_case, person=she["id"]))
            there = within or (path in OF_ALL_PROGRAMS and "areas" not in scope)
            shown = there and path not in NAMELESS
            assert answer.status_code == (404 if is_one and not there else 200), (where, path)
            assert (name in answer.text) == shown, (where, path)
            if is_one and not there:
                absent = client.get(path.format(case=new_id(), person=new_id()))
                assert (absent.status_code, words(absent.text)) == (404, words(answer.text))


@pytest.mark.parametrize("role", ROLES)
def test_every_post_for_every_role_and_scope(office, her_case, contradicted, role):
    for where, (scope, within) in SCOPES.items():
        clerk = office.clerk(role, **scope)
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', clerk.client.get("/today").text)[1]
        given = {"csrf": token, "event": "note", "note": "ya"}
        allowed = role != "viewer"
        one = clerk.client.post(f"/cases/{her_case}/events", data=given, headers={"Origin": "http://localhost"})
        assert one.status_code == (403 if not allowed else 303 if within else 404), where
        many = clerk.client.post(
            "/cases/events",
            data={"csrf": token, "event": "assign", "assignee": role, "case": [her_case, new_id()]},
            headers={"Origin": "http://localhost"},
        )
        assert many.status_code == (303 if allowed else 403)
        told = clerk.client.get("/today").text
        if allowed:
            assert ("1 kasus ditugaskan; 1 tidak" if within else "0 kasus ditugaskan; 2 tidak") in told
        settles = "records.quarantine" in PERMISSIONS[role]
        for number, there in ((contradicted, within), (contradicted + 1, False), (2**70, False)):
            one = clerk.client.post(f"/conflicts/{number}", data=given, headers={"Origin": "http://localhost"})
            assert one.status_code == (403 if not settles else 422 if there else 404), (where, number)


def test_the_matrix_holds_every_page(office):
    seen = set()
    for rule in office.app.url_map.iter_rules():
        if rule.rule.startswith("/api/") or gate.declared(office.app, rule.endpoint) == "public":
            continue
        seen.add(
            rule.rule.replace("<uuid:case_id>", "{case}")
            .replace("<uuid:person_id>", "{person}")
            .replace("<uuid:review_id>", "{pair}")
            .replace("<int:entry_id>", "{number}")
            .replace("<int:conflict_id>", "{number}")
            .replace("<uuid:filter_id>", "{filter}")
            .replace("<form>", "csv")
        )
    assert seen == {*PAGES, *POSTS, *PAIRS, *REFUSED, *OWN}
