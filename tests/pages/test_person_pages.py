"""Finding a person and reading one: own areas only, no NIK in an address or a log, nothing restricted for others."""

import io
import json
import re
import sys

import pytest

from fieldsync.access import audit_of
from fieldsync.web import log
from tests.field import stranger
from tests.identity.people import BABY, FATHER, MOTHER, told
from tests.identity.test_deciding import ONE, TWO, decide, queue
from tests.identity.test_parting import made_one
from tests.office import TULUNG_SELAPAN, new_id
from tests.pages.desk import REACTIVE, SEVERE, case_of, mother, reader, words

NIK = MOTHER["nik"]
LINK = re.compile(r'href="/persons/([0-9a-f-]{36})"')


@pytest.fixture
def komariah(tablet):
    """A woman with a name of two spellings, and papers."""
    she = told(tablet, MOTHER, religion="islam")
    tablet.push(she)
    return she


def search(somebody, _path="/persons", **fields):
    answer = somebody.press(_path, **fields)
    assert answer.content_type == "text/html; charset=utf-8"
    return answer


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"name": "Qomariyah"}, True),
        ({"name": " handayani KOMARIAH "}, True),
        ({"nik": NIK}, True),
        ({"nik": f"{NIK[:6]} {NIK[6:12]} {NIK[12:]}"}, True),
        ({"name": "Handayani", "nik": NIK}, True),
        ({"phone": "+62 812-7766-5544"}, True),
        ({"phone": "0812 7766 5544", "name": "Handayani"}, True),
        ({"phone": "081277665545"}, False),
        ({"phone": "081277665544", "nik": "1602055708940004"}, False),
        ({"name": "Wiryo", "nik": NIK}, False),
        ({"name": "Handa"}, False),
        ({"name": "%"}, False),
        ({"nik": "1602055708940004"}, False),
    ],
)
def test_a_person_is_found_by_whole_words_and_by_nik(coordinator, komariah, fields, found):
    answer = search(coordinator, **fields)
    assert answer.status_code == 200
    assert LINK.findall(answer.text) == ([komariah["id"]] if found else [])
    assert ("Tidak ada orang yang cocok" in words(answer.text)) is not found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Isi nama, NIK, atau nomor telepon dulu."),
        ({"name": "  ", "nik": " "}, "Isi nama, NIK, atau nomor telepon dulu."),
        ({"phone": "0812"}, "Nomor telepon ini tidak lengkap."),
        ({"phone": "08" + "1" * 99}, "Nama paling panjang 100 huruf"),
        ({"nik": "123"}, "NIK terdiri dari 16 angka."),
        ({"nik": "16020557089400o3"}, "NIK terdiri dari 16 angka."),
        ({"name": "a" * 101}, "Nama paling panjang 100 huruf"),
        ({"name": "a\x00b"}, "Nama paling panjang 100 huruf"),
    ],
)
def test_what_can_not_be_looked_for_is_said_beside_the_form(coordinator, komariah, fields, said):
    answer = search(coordinator, **fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert not LINK.findall(answer.text)


@pytest.mark.parametrize("fields", [{"name": "Handayani"}, {"nik": NIK}])
def test_nobody_is_found_outside_the_user_s_areas(office, komariah, fields):
    answers = [search(reader(office, areas=(area,)), **fields).text for area in ("16.02.11", "16.02.05")]
    assert [LINK.findall(one) for one in answers] == [[], [komariah["id"]]]
    assert NIK not in words(answers[0])


def test_a_search_needs_the_session_s_token(office, coordinator, komariah):
    post = coordinator.client.post
    for given in ({}, {"csrf": "0" * 64}, {"csrf": reader(office).token()}):
        answer = post("/persons", data={"nik": NIK, **given}, headers={"Origin": "http://localhost"})
        assert answer.status_code == 403
        assert komariah["id"] not in answer.text
    answer = post("/persons", data={"nik": NIK, "csrf": coordinator.token()}, headers={"Origin": "http://evil"})
    assert answer.status_code == 403


def test_an_address_looks_for_nobody(coordinator, komariah):
    page = coordinator.page("/persons", nik=NIK, name="Handayani")
    assert 'method="post" action="/persons"' in page
    assert komariah["id"] not in page
    assert NIK not in words(page)


def test_many_come_page_after_page_with_no_nik_and_no_name_in_an_address(coordinator, tablet, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.person_search.A_PAGE", 3)
    records = [stranger(tablet, number) for number in range(7)]
    for one in records:
        one["data"]["full_name"] += " Handayani"
    tablet.push(*records)
    seen, path, pages = [], "/persons", 0
    while path:
        page = search(coordinator, path, name="Handayani").text
        seen += LINK.findall(page)
        assert ("Halaman pertama" in words(page)) == (pages > 0)
        pages += 1
        addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page)
        assert not [one for one in addresses if "handayani" in one.lower()]
        path = next((one for one in addresses if one.startswith("/persons?cursor=")), None)
    assert pages == 3
    assert sorted(seen) == sorted(one["id"] for one in records)
    assert coordinator.press("/persons?cursor=x", name="Handayani").status_code == 400


def test_a_search_is_noted_without_whom_it_was_for(office, coordinator, komariah):
    search(coordinator, name="Handayani", nik=NIK)
    with office.store.reading() as connection:
        [entry] = [one for one in audit_of(connection, "persons") if one.action == "persons.search"]
    assert (entry.username, entry.detail) == (coordinator.clerk.username, {"by": ["name", "nik"]})


def test_searches_of_the_api_and_of_cases_are_noted_too_but_not_their_further_pages(office, coordinator, komariah):
    clerk = coordinator.clerk
    for path, query in (
        ("/api/v1/persons", {"nik": NIK}),
        ("/api/v1/persons", {"area": "16.02"}),
        ("/api/v1/cases", {"q": NIK}),
        ("/cases", {"q": "Handayani"}),
    ):
        assert clerk.get(path, **query).status_code == 200
    with office.store.reading() as connection:
        noted = {where: [one.detail for one in audit_of(connection, where)] for where in ("persons", "cases")}
    assert noted == {"persons": [{"by": ["nik"]}], "cases": [{"by": ["nik"]}, {"by": ["name"]}]}


def test_who_tries_number_after_number_is_stopped_for_a_while(office, coordinator, komariah, monkeypatch):
    monkeypatch.setattr("fieldsync.web.person_query.MOST_SEARCHES", 3)
    clerk, other = coordinator.clerk, reader(office)
    for serial in range(3):
        assert clerk.get("/api/v1/persons", nik=f"16020557089410{serial:02}").status_code == 200
        office.clock.forward(seconds=10)
    for path, query in (("/api/v1/persons", {"nik": NIK}), ("/api/v1/cases", {"q": NIK})):
        answer = clerk.get(path, **query)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
        assert komariah["id"] not in answer.text
    assert search(coordinator, nik=NIK).status_code == 429
    assert search(other, nik=NIK).status_code == 200
    office.clock.forward(seconds=30)
    assert LINK.findall(search(coordinator, nik=NIK).text) == [komariah["id"]]


def test_no_nik_and_no_name_is_logged(coordinator, komariah, monkeypatch):
    import logging

    import structlog

    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    monkeypatch.setattr(sys, "stderr", out)
    log.configure("INFO")
    try:
        search(coordinator, name="Handayani", nik=NIK)
        search(coordinator, nik=NIK[:15])
        coordinator.page(f"/persons/{komariah['id']}")
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    routes = [json.loads(line)["route"] for line in out.getvalue().splitlines()]
    assert routes.count("/persons") == 2
    assert "/persons/<uuid:person_id>" in routes
    told_of = [one for one in (NIK[:15], "handayani", komariah["id"]) if one in out.getvalue().lower()]
    assert told_of == []


def test_each_value_is_told_with_the_record_that_it_comes_from(tablet, other, coordinator, komariah):
    tablet.office.clock.forward(hours=2)
    spoken = told(other, MOTHER, "nik", "civil_documents_checked", phone="081311112222")
    other.push(spoken)
    page = coordinator.page(f"/persons/{komariah['id']}")
    rows = {words("<main" + one) for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)}
    [phone] = [one for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "081311112222" in one]
    [number] = [one for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if NIK in one]
    assert f'href="#r-{spoken["id"]}"' in phone
    assert f'href="#r-{komariah["id"]}"' in number
    assert f'id="r-{spoken["id"]}"' in page
    assert any("desa domisili" in one and "16.02" not in one for one in rows)
    coordinator.speak("en")
    assert "Comes from" in words(coordinator.page(f"/persons/{spoken['id']}"))


def test_a_value_from_elsewhere_is_told_without_its_record(office, tablet, other, coordinator, komariah):
    tablet.office.clock.forward(hours=2)
    spoken = told(other, MOTHER, phone="081311112222", envelope={"area": TULUNG_SELAPAN})
    [result] = other.push(spoken)
    assert result["person_id"] == komariah["id"]
    near = reader(office, areas=("16.02.05",)).page(f"/persons/{komariah['id']}")
    assert spoken["id"] not in near
    assert "rekaman di luar wilayah atau program Anda" in words(near)
    assert "rekaman di luar" not in words(coordinator.page(f"/persons/{komariah['id']}"))


def test_home_and_family_lead_to_their_pages(tablet, coordinator, komariah):
    husband = told(tablet, FATHER, spouse_name=MOTHER["full_name"])
    tablet.push(husband)
    said = words(page := coordinator.page(f"/persons/{komariah['id']}"))
    assert f'href="/persons/{husband["id"]}"' in page
    assert "Wiryo Baharudin suami" in said
    assert "Tidak ada anggota keluarga" not in said


def test_a_record_about_somebody_else_is_parted_by_who_may(office, tablet, coordinator):
    one, two = made_one(tablet, office.clerk("data_manager"))
    assert "/split" not in coordinator.page(f"/persons/{one['id']}")
    manager, path = reader(office, "data_manager"), f"/persons/{one['id']}/split"
    assert path in manager.page(f"/persons/{one['id']}")
    for fields, said in (
        ({}, "Centang rekaman"),
        ({"record": [one["id"], two["id"]]}, "Paling sedikit satu rekaman harus tetap."),
        ({"record": [new_id()]}, "tidak ada yang berubah"),
        ({"record": ["x"]}, "Centang rekaman"),
    ):
        answer = manager.press(path, **fields)
        assert (answer.status_code, said in words(answer.text)) == (422, True), fields
    assert coordinator.press(path, record=two["id"]).status_code == 403
    assert reader(office, "data_manager", areas=("16.02.11",)).press(path, record=two["id"]).status_code == 404
    answer = manager.press(path, record=two["id"], note="Kembar")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/persons/{one['id']}")
    page = manager.page(f"/persons/{one['id']}")
    assert "1 rekaman dipisahkan." in words(page)
    assert path not in page
    assert "Kembar" in words(manager.page(f"/persons/{two['id']}"))


def test_where_exactly_a_record_was_made_is_for_those_who_may_go_there(office, tablet):
    she = told(tablet, MOTHER, envelope={"location": {"lat": -3.41, "lon": 104.83, "accuracy_m": 8}})
    tablet.push(she)
    for role, shown in (("viewer", False), ("coordinator", True), ("data_manager", True)):
        [record] = office.clerk(role).get(f"/api/v1/persons/{she['id']}").json["records"]
        assert ("location" in record) is shown, role


def test_what_was_recorded_and_her_cases_are_listed(coordinator, tablet):
    she = mother(tablet, **SEVERE)
    page = coordinator.page(f"/persons/{she['id']}")
    said = words(page)
    assert "Kunjungan antenatal" in said
    assert "3 rekaman" in said
    assert f'href="/cases/{case_of(coordinator.clerk, she)}"' in page
    assert "Tidak pernah digabung" in said


def test_records_of_other_programs_stay_out(office, coordinator, tablet):
    she = mother(tablet, **SEVERE)
    page = reader(office, programs=("civil",)).page(f"/persons/{she['id']}")
    assert "Kunjungan antenatal" not in words(page)
    assert case_of(coordinator.clerk, she) not in page


def test_what_is_restricted_is_not_there_for_others_and_a_look_is_noted(office, tablet, coordinator, komariah):
    seen = words(coordinator.page(f"/persons/{komariah['id']}"))
    assert "agama Islam" in seen
    for role in ("viewer", "data_manager"):
        assert "agama" not in words(reader(office, role).page(f"/persons/{komariah['id']}"))
    with office.store.reading() as connection:
        noted = [(one.action, one.username) for one in audit_of(connection, komariah["id"])]
    assert noted == [("restricted.read", coordinator.clerk.username)]


def test_a_restricted_case_is_not_there_for_others(office, tablet, coordinator):
    she = mother(tablet, **REACTIVE)
    shown = coordinator.page(f"/persons/{she['id']}")
    api = reader(office, "viewer")
    hidden = api.clerk.get(f"/api/v1/persons/{she['id']}").json["cases"]
    page = api.page(f"/persons/{she['id']}")
    assert [one["id"] for one in hidden] == list(dict.fromkeys(re.findall(r"/cases/([0-9a-f-]{36})", page)))
    assert "HIV" not in words(page)
    assert shown.count('href="/cases/') >= page.count('href="/cases/')


def test_a_merge_is_told_and_both_ids_lead_to_the_one(office, tablet, coordinator):
    one, two = made_one(tablet, office.clerk("data_manager"))
    page = coordinator.page(f"/persons/{two['id']}")
    assert page.count(two["id"]) >= 1
    said = words(page)
    assert "Nomor lama yang kini berarti orang ini: 1" in said
    assert "Digabung dengan orang lain" in said
    assert "dijawab: sama oleh data_manager" in said
    assert words(coordinator.page(f"/persons/{one['id']}")) == said


def test_an_answer_that_they_are_two_is_told_with_its_note(office, tablet, coordinator):
    tablet.office.clock.forward(days=-1)
    one = told(tablet, BABY, nik=ONE)
    tablet.push(one)
    tablet.office.clock.forward(days=1)
    tablet.push(told(tablet, BABY, nik=TWO, full_name="Bagus Pratama"))
    clerk = office.clerk("data_manager")
    [review] = queue(clerk)
    assert decide(clerk, review, "different", note="kembar").status_code == 200
    said = words(coordinator.page(f"/persons/{one['id']}"))
    assert "dijawab: bukan" in said
    assert "kembar" in said


def test_foreign_and_absent_are_the_same(office, tablet, coordinator, komariah):
    foreign = reader(office, areas=("16.02.11",))
    answer, absent = (foreign.open(f"/persons/{one}") for one in (komariah["id"], new_id()))
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert words(answer.text) == words(absent.text)
    assert coordinator.open("/persons/none").status_code == 404


def test_who_died_is_said_to_have(tablet, coordinator, komariah):
    tablet.push(tablet.edited(komariah, 1, death_date="2026-02-01"))
    assert "meninggal 1 Feb 2026" in words(search(coordinator, nik=NIK).text)
