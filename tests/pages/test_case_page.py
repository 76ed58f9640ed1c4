"""A case page: why, who, what was recorded and done, and the next step by one click."""

import re

import pytest
from sqlalchemy import update

from fieldsync.cases.tables import FlagRow
from fieldsync.programs.codes import OUTCOME
from tests.field import visit
from tests.office import new_id
from tests.pages.desk import REACTIVE, SEVERE, case_of, mother, reader, words


def act(coordinator, case_id, event, **given):
    return coordinator.press(f"/cases/{case_id}/events", event=event, **given)


def test_it_says_why_by_value_rule_and_source_and_what_to_do(coordinator, she, her_case):
    flag = next(
        one for one in coordinator.clerk.get(f"/api/v1/cases/{her_case}").json["flags"] if one["rule"] == "ANC-BP-01"
    )
    said = words(coordinator.page(f"/cases/{her_case}"))
    for one in (flag["title"]["id"], flag["said"]["id"], flag["action"]["id"], "Aturan ANC-BP-01, versi 1"):
        assert one in said
    assert flag["source"] == "S1: DT.17"
    assert "Sumber: WHO digital adaptation kit for antenatal care: DT.17" in said
    coordinator.speak("en")
    said = words(coordinator.page(f"/cases/{her_case}"))
    for one in (flag["title"]["en"], flag["said"]["en"], flag["action"]["en"], "Rule ANC-BP-01, version 1"):
        assert one in said


def test_a_flag_whose_values_are_not_known_any_more_is_told_without_them(office, coordinator, her_case):
    """As when a later version of the program no longer has what the rule was about."""
    office.store.transact(lambda connection: connection.execute(update(FlagRow).values(evidence="[]")))
    said = words(coordinator.page(f"/cases/{her_case}"))
    assert "Aturan ANC-BP-01, versi 1" in said
    assert "Nilai yang mendasarinya tidak diketahui lagi." in said


def test_it_says_how_to_reach_her(coordinator, she, her_case):
    page = coordinator.page(f"/cases/{her_case}")
    assert 'href="tel:081234567890"' in page
    assert she["data"]["full_name"] in words(page)
    assert "27 tahun" in words(page)
    assert "geo:" not in page


def test_where_it_was_recorded_opens_in_a_map(tablet, coordinator):
    from tests.field import pregnancy, woman

    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    seen = visit(tablet, hers["id"], {"location": {"lat": -3.4012, "lon": 104.8123, "accuracy_m": 12}}, **SEVERE)
    tablet.push(she, hers, seen)
    assert 'href="geo:-3.4012,104.8123"' in coordinator.page(f"/cases/{case_of(coordinator.clerk, she)}")


STEPS = [
    ("acknowledge", {}, "Diterima", "Kasus diterima."),
    ("visit", {}, "Ditangani", "Dicatat: sedang ditangani."),
    ("refer", {}, "Dirujuk", "Dicatat: dirujuk."),
    ("assign", {"assignee": "Bidan Rina"}, "Belum diterima", "Kasus ditugaskan."),
    ("note", {"note": "sudah ditelepon\r\ntidak diangkat"}, "Belum diterima", "Catatan disimpan."),
    ("resolve", {"outcome": "referred_arrived"}, "Selesai", "Kasus ditutup."),
    ("resolve", {"note": "sudah di RSUD"}, "Selesai", "Kasus ditutup."),
]


@pytest.mark.parametrize(("event", "given", "status", "notice"), STEPS, ids=lambda one: str(one)[:20])
def test_each_step_is_one_press(coordinator, her_case, event, given, status, notice):
    pressed = act(coordinator, her_case, event, **given)
    assert (pressed.status_code, pressed.location) == (303, f"/cases/{her_case}")
    said = words(coordinator.page(f"/cases/{her_case}"))
    assert notice in said
    assert f"Darurat {status}" in said or status == "Selesai"
    assert status in said
    history = said.partition("Langkah yang sudah diambil")[2]
    assert f"oleh {coordinator.clerk.username}" in history
    for value in given.values():
        shown = {"referred_arrived": OUTCOME.labels["referred_arrived"]["id"]}.get(value, " ".join(value.split()))
        assert shown in history


def test_a_closed_case_can_be_reopened_and_only_that(coordinator, her_case):
    act(coordinator, her_case, "resolve", outcome="solved")
    page = coordinator.page(f"/cases/{her_case}")
    offered = set(re.findall(r'name="event" value="(\w+)"', page))
    assert offered == {"reopen", "assign", "note"}
    assert "Tidak ada tanda yang terbuka." in words(page)
    assert "sudah ditangani" in words(page)
    act(coordinator, her_case, "reopen")
    assert "Belum diterima" in words(coordinator.page(f"/cases/{her_case}"))


@pytest.mark.parametrize(
    ("event", "given", "status", "said"),
    [
        ("resolve", {}, 422, "Darurat hanya ditutup dengan hasil atau catatan."),
        ("note", {}, 422, "Tulis catatannya dulu."),
        ("note", {"note": " \r\n"}, 422, "Tulis catatannya dulu."),
        ("reopen", {}, 409, "Kasus ini sudah berubah"),
    ],
)
def test_a_step_that_can_not_be_shows_the_case_as_it_is(coordinator, her_case, event, given, status, said):
    answer = act(coordinator, her_case, event, **given)
    assert answer.status_code == status
    assert said in words(answer.text)
    assert "Darurat Belum diterima" in words(answer.text)


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("", {}),
        ("dance", {}),
        ("resolve", {"outcome": "cured"}),
        ("note", {"note": "x" * 2001}),
        ("note", {"note": "a\x00b"}),
        ("assign", {"assignee": "x" * 81}),
        ("assign", {"assignee": "a\nb"}),
    ],
)
def test_what_is_no_step_is_refused(coordinator, her_case, event, given):
    assert act(coordinator, her_case, event, **given).status_code == 422
    assert "Belum diterima" in words(coordinator.page(f"/cases/{her_case}"))


def test_empty_fields_of_a_form_say_nothing(coordinator, her_case):
    assert act(coordinator, her_case, "acknowledge", note="", outcome="", assignee="Rina").status_code == 303
    case = coordinator.clerk.get(f"/api/v1/cases/{her_case}").json
    assert case["assignee"] is None


def test_a_viewer_reads_and_has_no_buttons(office, her_case):
    viewer = reader(office, "viewer")
    page = viewer.page(f"/cases/{her_case}")
    assert 'name="event"' not in page
    assert "ANC-BP-01" in page
    assert act(viewer, her_case, "acknowledge").status_code == 403


def test_what_is_restricted_is_not_there_for_others(office, tablet, coordinator):
    she = mother(tablet, **REACTIVE, **SEVERE)
    case_id = case_of(coordinator.clerk, she)
    hidden = [one for one in coordinator.clerk.get(f"/api/v1/cases/{case_id}").json["flags"] if one["restricted"]]
    assert hidden
    act(coordinator, case_id, "note", note="hasil lab HIV")
    seen = coordinator.page(f"/cases/{case_id}")
    blind = reader(office, "data_manager").page(f"/cases/{case_id}")
    for one in hidden:
        assert one["title"]["id"] in words(seen)
        assert "rahasia" in words(seen)
        assert one["title"]["id"] not in words(blind)
        assert one["rule"] not in blind
    assert "HIV" in words(seen)
    assert "HIV" not in words(blind)
    assert "ANC-BP-01" in blind


def test_records_of_programs_that_are_not_the_users_stay_out(office, tablet, coordinator, she, her_case):
    page = words(coordinator.page(f"/cases/{her_case}"))
    assert "Kunjungan antenatal" in page.partition("Riwayat layanan")[2]
    assert "Kunjungan antenatal" not in words(reader(office, programs=("civil",)).page("/cases"))
    civil = reader(office, programs=("civil",))
    found = civil.clerk.get("/api/v1/cases", limit=200).json["cases"]
    hers = [one["id"] for one in found if one["person_id"] == she["id"]]
    for one in hers:
        told = words(civil.page(f"/cases/{one}"))
        assert "Kunjungan antenatal" not in told
        assert "Tekanan darah (mmHg)" not in told


def test_pressures_of_several_visits_make_a_curve_with_its_numbers(tablet, coordinator):
    she = mother(tablet, visit_date="2026-02-01", systolic_mmhg=121, diastolic_mmhg=77, weight_kg=52.5)
    changes, _ = tablet.pull()
    hers = next(one["id"] for one in changes if one["entity"] == "record" and one["data"]["type"] == "pregnancy")
    tablet.push(visit(tablet, hers, **SEVERE))
    page = coordinator.page(f"/cases/{case_of(coordinator.clerk, she)}")
    said = words(page)
    assert "Tekanan darah (mmHg)" in said
    assert "1 Februari 2026 121 77" in said
    assert "1 Februari 2026 52,5" in said
    assert "uPlot.iife.min.js" in page
    assert page.count("data-curve=") == 2


def test_one_visit_makes_no_curve_and_loads_nothing_for_it(coordinator, her_case):
    page = coordinator.page(f"/cases/{her_case}")
    assert "data-curve" not in page
    assert "uPlot" not in page


def test_a_child_stands_between_the_lines(tablet, coordinator):
    from tests.field import woman

    child = woman(tablet, "Rafi Pratama")
    child["data"] |= {"sex": "male", "birth_date": "2025-09-01"}
    seen = tablet.record(
        "child_visit",
        {
            "person_id": child["id"],
            "visit_date": "2026-03-01",
            "weight_kg": 5.4,
            "length_height_cm": 61.0,
            "measured": "lying",
            "oedema": False,
        },
    )
    tablet.push(child, seen)
    page = coordinator.page(f"/cases/{case_of(coordinator.clerk, child, 'child')}")
    said = words(page)
    assert "Berat badan menurut umur (kg)" in said
    assert "Panjang/tinggi badan menurut umur (cm)" in said
    assert "1 Maret 2026 5,4" in said
    assert "\\u22123 SD" in page
    assert "6 bulan" in said


def test_what_is_not_there_is_not_there(coordinator):
    assert coordinator.open(f"/cases/{new_id()}").status_code == 404
    assert act(coordinator, new_id(), "note", note="ya").status_code == 404
    assert coordinator.open("/cases/none").status_code == 404
