"""Today: whom to call first, what is late and what comes, what came in, who keeps silent."""

import re
from datetime import timedelta

import pytest

from tests.field import woman
from tests.identity.people import BABY, told
from tests.office import KAYU_AGUNG, TULUNG_SELAPAN
from tests.pages.desk import SEVERE, case_of, cases_on, mother, reader, words


def test_nothing_waits_in_an_empty_office(coordinator):
    said = words(coordinator.page("/today"))
    assert "Tidak ada darurat yang menunggu." in said
    assert "Tidak ada yang terlambat, dan tidak ada yang jatuh tempo sampai 8 Maret 2026." in said
    assert "Semua mobil sudah menyinkronkan data dalam 24 jam terakhir." in said
    assert "Senin, 2 Maret 2026" in said


def test_an_emergency_says_whom_to_call_where_and_how_long_it_waits(office, coordinator, she, her_case):
    office.clock.forward(hours=3)
    page = coordinator.page("/today")
    alarm = words(page).partition("Yang harus diselesaikan")[0]
    for one in (she["data"]["full_name"], "27 tahun, perempuan", "menunggu 3 jam", "Kayu Agung", "Hipertensi berat"):
        assert one in alarm
    assert 'href="tel:081234567890"' in page
    assert cases_on(page)[0] == her_case
    live = coordinator.page("/today/live")
    assert "<html" not in live
    assert live.strip() in page


def test_who_waits_longest_stands_first(office, tablet, coordinator):
    first = mother(tablet, name="Bunga Utami", **SEVERE)
    office.clock.forward(minutes=40)
    later = mother(tablet, name="Wulan Damanik", **SEVERE)
    page = coordinator.page("/today")
    assert cases_on(page)[:2] == [case_of(coordinator.clerk, first), case_of(coordinator.clerk, later)]
    assert "menunggu 40 menit" in words(page)


def test_an_emergency_taken_by_one_press_waits_no_more(coordinator, her_case):
    assert her_case in cases_on(coordinator.page("/today"))
    pressed = coordinator.press(f"/cases/{her_case}/events", event="acknowledge", next="/today")
    assert (pressed.status_code, pressed.location) == (303, "/today")
    page = coordinator.page("/today")
    assert "Kasus diterima." in words(page)
    assert f'id="case-{her_case}"' not in page
    assert "Kasus diterima." not in words(coordinator.page("/today"))


def test_a_viewer_sees_no_button(office, she, her_case):
    page = reader(office, "viewer").page("/today")
    assert her_case in cases_on(page)
    assert 'value="acknowledge"' not in page


def test_every_number_is_that_of_the_list_that_it_leads_to(office, tablet):
    for number, area in enumerate((KAYU_AGUNG, TULUNG_SELAPAN, TULUNG_SELAPAN)):
        mother(tablet, name=f"Wulan {('Utami', 'Damanik', 'Ginting')[number]}", area=area, **SEVERE)
        office.clock.forward(hours=1)
    office.clock.forward(days=9)
    coordinator = reader(office)
    page = coordinator.page("/today")
    links = re.findall(r'<a href="(/cases\?program=[^"]+)">([0-9.]+)</a>', page)
    assert len(links) >= 6
    for address, number in links:
        listed = coordinator.page(address.replace("&amp;", "&"))
        assert f"{number} kasus" in words(listed), address
        assert len(cases_on(listed)) == int(number)
    assert "Tulung Selapan" in words(page)


def test_what_came_in_is_counted_by_outcome(office, tablet, coordinator):
    she = woman(tablet)
    bad = {**woman(tablet), "area": "nowhere"}
    tablet.push(she, she, bad)
    tablet.push(tablet.edited(she, 1, full_name="Siti Aminah Sari"))
    said = words(coordinator.page("/today"))
    for one in ("1 mobil mengirim", "2 kiriman", "2 rekaman diterapkan", "1 ditolak", "0 ditahan", "0 bertentangan"):
        assert one in said
    elsewhere = words(reader(office, programs=("civil",), areas=("16.02.11",)).page("/today"))
    assert "1 mobil mengirim" in elsewhere  # the van serves all of the regency
    office.clock.forward(days=2)
    assert "0 mobil mengirim" in words(reader(office).page("/today"))


def test_vans_that_keep_silent_are_named_the_longest_first(office, coordinator):
    office.tablet(office.van("Mobil Utara"))
    office.clock.forward(hours=2)
    came = office.tablet(office.van("Mobil Timur"))
    came.push(woman(came))
    office.tablet(office.van("Mobil Jauh", areas=("16.02.11",)))
    office.clock.forward(hours=25)
    here = reader(office, areas=("16.02.05",))
    said = words(here.page("/today")).partition("Mobil yang belum menyinkronkan data")[2]
    assert said.index("Mobil Utara 1 belum pernah") < said.index("Mobil Timur 1 2 Mar 2026 14.00")
    assert "Mobil Jauh" not in said
    came.push(woman(came, "Bunga Utami"))
    said = words(here.page("/today")).partition("Mobil yang belum menyinkronkan data")[2]
    assert "Mobil Timur" not in said


def test_pairs_that_wait_for_a_human_are_counted_in_the_own_area(office, tablet, coordinator):
    office.clock.forward(days=-1)
    tablet.push(told(tablet, BABY, nik="1602052011250001"))
    office.clock.forward(days=1)
    assert tablet.push(told(tablet, BABY, nik="1602052011250002"))[0]["identity"] == "review"
    waiting = "{} kemungkinan orang yang sama"
    assert waiting.format(1) in words(coordinator.page("/today"))
    assert waiting.format(0) in words(reader(office, areas=("16.02.11",)).page("/today"))


@pytest.mark.parametrize("passed", [timedelta(minutes=5), timedelta(hours=50), timedelta(days=9)], ids=str)
def test_how_long_it_waits_is_said_in_fit_units(office, her_case, passed):
    office.clock.at += passed
    said = words(reader(office).page("/today"))
    assert {5: "menunggu 5 menit", 50 * 60: "menunggu 2 hari"}.get(
        passed.total_seconds() // 60, "menunggu 9 hari"
    ) in said


def test_more_than_fit_are_led_to(office, tablet, coordinator, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.today.MOST_EMERGENCIES", 1)
    for name in ("Bunga Utami", "Wulan Damanik"):
        mother(tablet, name=name, **SEVERE)
    page = coordinator.page("/today")
    assert "1+" in words(page)
    assert 'href="/cases?severity=emergency&amp;status=open"' in page
