"""The list of cases: filters in the address, a number that is the list's, page after page, many at once, on paper."""

import re

import pytest

from fieldsync.access import create_van
from fieldsync.programs import PROGRAMS
from fieldsync.sync import look
from tests.field import stranger
from tests.office import KAYU_AGUNG, TULUNG_SELAPAN, new_id
from tests.pages.desk import REACTIVE, SEVERE, case_of, cases_on, mother, reader, words
from tests.scenarios.test_secrets import COMPLAINT

NAMES = ("Bunga Utami", "Wulan Damanik", "Puspa Ginting")


@pytest.fixture
def three(tablet):
    """Three women in danger, in three villages of two districts."""
    areas = ("16.02.05.2012", KAYU_AGUNG, TULUNG_SELAPAN)
    return [mother(tablet, name=name, area=area, **SEVERE) for name, area in zip(NAMES, areas, strict=True)]


@pytest.fixture
def their_cases(three, coordinator):
    return [case_of(coordinator.clerk, one) for one in three]


def listed(someone, **query):
    """The cases of all pages of a filter, and the number that they say."""
    page = someone.page("/cases", **query)
    number = int(re.search(r'id="number">([0-9.]+) kasus', page)[1])
    found = cases_on(page)
    while 'rel="next"' in page:
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        page = someone.page(address)
        assert f"{number} kasus" in words(page)
        found += cases_on(page)
    assert len(found) == len(set(found)) == number
    return found


FILTERS = [
    ({}, {0, 1, 2}),
    ({"severity": "emergency", "program": "maternal"}, {0, 1, 2}),
    ({"severity": "routine", "program": "maternal"}, set()),
    ({"area": "16.02.05"}, {0, 1}),
    ({"area": "16.02.05.2012"}, {0}),
    ({"area": "16.02.11"}, {2}),
    ({"status": "open"}, {0, 1, 2}),
    ({"status": "acknowledged,resolved"}, set()),
    ({"rule": "ANC-BP-01"}, {0, 1, 2}),
    ({"rule": "ANC-XX-99"}, set()),
    ({"assignee": "Rina"}, set()),
    ({"due_before": "2026-03-01"}, {0, 1, 2}),
    ({"due_after": "2030-01-01"}, set()),
    ({"q": "bunga"}, {0}),
    ({"q": "utami bunga"}, {0}),
    ({"q": "bunga damanik"}, set()),
    ({"q": "..."}, set()),
    ({"van": "Mobil Jauh"}, {2}),
    ({"van": "no such van"}, set()),
    ({"van": "Mobil Jauh", "area": "16.02.05"}, set()),
    ({"updated_after": "2026-03-02T04:00:00Z", "q": "puspa"}, {2}),
]


def test_filters_narrow_the_list_and_its_number(office, coordinator, their_cases):
    scope = (("16.02.11",), ("maternal",))
    office.store.transact(lambda c: create_van(c, "Mobil Jauh", *scope, PROGRAMS, office.clock()))
    for query, wanted in FILTERS:
        found = set(listed(coordinator, **query)) & set(their_cases)
        assert found == {their_cases[one] for one in wanted}, query
        api = coordinator.clerk.get("/api/v1/cases", limit=200, **query).json["cases"]
        assert [one["id"] for one in api] == listed(coordinator, **query)


def test_a_nik_finds_its_person(tablet, coordinator):
    nik = "1602055205980001"
    mother(tablet, nik=nik, **SEVERE)
    found = listed(coordinator, q=nik)
    assert found == listed(coordinator, q=f"{nik[:6]} {nik[6:]}")
    assert found
    assert listed(coordinator, q="1602055205980009") == []


@pytest.mark.parametrize(
    "query",
    [
        {"severity": "dire"},
        {"status": "gone"},
        {"program": "army"},
        {"area": "16.99"},
        {"due_before": "soon"},
        {"due_after": "2026-02-30"},
        {"q": "x" * 101},
        {"van": "x" * 81},
        {"rule": "A B"},
    ],
    ids=str,
)
def test_a_filter_that_can_not_be_is_said_so(coordinator, query):
    assert "(422)" in words(coordinator.page("/cases", 422, **query))
    assert coordinator.page("/cases/print", 422, **query)


def test_page_follows_page_without_a_gap(coordinator, their_cases, tablet, monkeypatch):
    for number in range(5):
        tablet.push(stranger(tablet, number))
    whole = listed(coordinator)
    monkeypatch.setattr("fieldsync.web.pages.case_list.A_PAGE", 2)
    assert listed(coordinator) == whole
    assert len(whole) > 4
    some = listed(coordinator, status="open,resolved")
    assert set(some) >= set(whole)
    assert "Halaman pertama" not in coordinator.page("/cases")
    other = reader(coordinator.clerk.office)
    address = coordinator.page("/cases").partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Halaman pertama" in coordinator.page(address)
    assert other.open(address).status_code == 400


def test_the_filters_stand_in_the_form_again(coordinator, their_cases):
    page = coordinator.page("/cases", severity="emergency", area="16.02.05.2012", q="bunga", due_before="2026-04-01")
    for one in (
        '<option value="emergency" selected>',
        '<option value="16.02.05.2012" selected>',
        'value="bunga"',
        'value="2026-04-01"',
    ):
        assert one in page
    assert page.count(" selected>") == 2
    assert "/cases/print?severity=emergency" in page
    several = coordinator.page("/cases", severity="emergency,urgent")
    assert '<option value="emergency,urgent" selected>' in several


def test_areas_to_choose_from_are_the_users_own(office, coordinator):
    villager = reader(office, areas=("16.02.05.2012", "16.02.11"))
    page = villager.page("/cases", area="16.02.11")
    assert '<option value="16.02.05.2012">' in page
    assert '<option value="16.02.11" selected>' in page
    assert '<option value="16.02.11.2001">' in page
    assert '"16.02.05.1001"' not in page
    assert '"16.02.03"' not in page
    outside = villager.page("/cases", area="16.02.03")
    assert "0 kasus" in words(outside)
    whole = coordinator.page("/cases", area="16.02.05.2012")
    assert {'"16.02.05.1001"', '"16.02.03"'} <= set(re.findall(r'"16[0-9.]+"', whole))


def test_many_are_acknowledged_at_once(coordinator, their_cases):
    token = coordinator.token()
    coordinator.press(f"/cases/{their_cases[2]}/events", event="acknowledge")
    pressed = coordinator.client.post(
        "/cases/events",
        data={"csrf": token, "event": "acknowledge", "case": [*their_cases, new_id()], "next": "/cases?area=16.02"},
        headers={"Origin": "http://localhost"},
    )
    assert (pressed.status_code, pressed.location) == (303, "/cases?area=16.02")
    assert "2 kasus diterima; 2 tidak dapat diubah lagi." in words(coordinator.page("/cases"))
    assert set(listed(coordinator, status="acknowledged")) == set(their_cases)
    case = coordinator.clerk.get(f"/api/v1/cases/{their_cases[0]}").json
    assert [one["by_name"] for one in case["history"] if one["event"] == "acknowledge"] == [coordinator.clerk.username]


def test_many_are_assigned_at_once_and_to_nobody_again(coordinator, their_cases):
    given = {"csrf": coordinator.token(), "case": their_cases[:2], "event": "assign"}
    origin = {"Origin": "http://localhost"}
    coordinator.client.post("/cases/events", data={**given, "assignee": "Bidan Rina"}, headers=origin)
    assert "2 kasus ditugaskan." in words(coordinator.page("/today"))
    assert set(listed(coordinator, assignee="Bidan Rina")) == set(their_cases[:2])
    coordinator.client.post("/cases/events", data={**given, "assignee": " "}, headers=origin)
    assert listed(coordinator, assignee="Bidan Rina") == []


def test_one_is_acknowledged_by_its_own_button_whatever_is_ticked(coordinator, their_cases):
    coordinator.press("/cases/events", only=their_cases[1], case=their_cases[0], event="")
    assert "1 kasus diterima." in words(coordinator.page("/cases"))
    assert listed(coordinator, status="acknowledged") == [their_cases[1]]


def test_without_a_tick_nothing_happens(coordinator, their_cases):
    assert coordinator.press("/cases/events", event="acknowledge").location == "/cases"
    assert "Belum ada kasus yang dipilih." in words(coordinator.page("/cases"))
    assert listed(coordinator, status="acknowledged") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"event": "resolve"},
        {"event": ""},
        {"event": "assign", "assignee": "x" * 81},
        {"event": "assign", "assignee": "a\x07"},
        {"event": "acknowledge", "case": "x"},
        {"event": "acknowledge", "case": "6F1B7C52-6A0E-5C0B-9A63-2F6F2C1D7A10"},
        {"only": "none"},
    ],
    ids=str,
)
def test_what_is_no_step_for_many_is_refused(coordinator, their_cases, fields):
    answer = coordinator.press("/cases/events", **{"case": their_cases[0]} | fields)
    assert answer.status_code == 422
    assert len(listed(coordinator, status="open")) >= 3


def test_too_many_at_once_are_refused(coordinator):
    given = {"csrf": coordinator.token(), "event": "acknowledge", "case": [new_id() for _ in range(201)]}
    answer = coordinator.client.post("/cases/events", data=given, headers={"Origin": "http://localhost"})
    assert answer.status_code == 422


def test_a_restricted_flag_counts_for_nothing_to_who_may_not_see_it(office, tablet, coordinator):
    she = mother(tablet, **REACTIVE, **SEVERE)
    case_id = case_of(coordinator.clerk, she)
    title = next(
        one["title"]["id"]
        for one in coordinator.clerk.get(f"/api/v1/cases/{case_id}").json["flags"]
        if one["restricted"]
    )
    rule = next(
        one["rule"] for one in coordinator.clerk.get(f"/api/v1/cases/{case_id}").json["flags"] if one["restricted"]
    )
    assert case_id in listed(coordinator, rule=rule)
    for role in ("viewer", "data_manager"):
        blind = reader(office, role)
        assert listed(blind, rule=rule) == []
        assert case_id in listed(blind)
        assert title not in words(blind.page("/cases/print"))


def test_the_visit_list_is_by_village_and_says_what_a_visitor_needs(coordinator, their_cases, tablet, monkeypatch):
    page = coordinator.page("/cases/print", severity="emergency")
    said = words(page)
    assert page.count("<section") == 3
    for name in NAMES:
        assert f"☐ {name}" in said
    assert "3 kasus" in said
    assert "Memuat data pribadi" in said
    assert 'href="/cases?severity=emergency"' in page
    monkeypatch.setattr("fieldsync.web.pages.case_list.MOST_PRINTED", 2)
    assert "Hanya 2 kasus pertama yang tercetak" in words(coordinator.page("/cases/print", severity="emergency"))
    assert "Tidak ada kasus" in words(coordinator.page("/cases/print", area="16.02.03"))


def test_in_english_too(coordinator, their_cases):
    coordinator.speak("en")
    said = words(coordinator.page("/cases"))
    assert "Not acknowledged" in said
    assert "Assign to" in said
    assert "Visit list" in words(coordinator.page("/cases/print"))


def test_a_case_of_nobody_can_be_opened(tablet, coordinator, office):
    tablet.push(tablet.record("complaint", COMPLAINT))
    office.clock.forward(days=30)
    look(office.store, office.clock())
    late = reader(office)
    [case_id] = listed(late, program="service")
    assert "Tanpa nama" in words(late.page("/cases", program="service"))
    said = words(late.page(f"/cases/{case_id}"))
    assert "Tidak ada rekaman yang boleh Anda lihat." in said
