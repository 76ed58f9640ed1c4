"""Pregnancies that are followed, and births and deaths to be registered: who is on the list, and what it says of them."""

import re
from html import unescape

import pytest

from tests.field import pregnancy, stranger, woman
from tests.office import TULUNG_SELAPAN
from tests.pages.desk import SEVERE, case_of, mother, reader, words

ELSEWHERE = ("16.02.11",)


def rows(page):
    """What each row of the register says."""
    return [words("<main" + one) for one in re.findall(r"<tr>.*?</tr>", page.partition("<tbody")[2], re.DOTALL)]


def next_page(page):
    return next((unescape(one) for one in re.findall(r'rel="next" href="([^"]+)"', page)), None)


def born(tablet, hers, on="2026-02-01", **envelope):
    """A live birth at the end of a pregnancy: the child and the delivery."""
    child = tablet.record(
        "person",
        {
            "full_name": "Bayi Pratama",
            "sex": "male",
            "birth_date": on,
            "birth_date_precision": "day",
            "village_code": "16.02.05.2012",
        },
        **envelope,
    )
    baby = {"outcome": "live_birth", "sex": "male", "birth_order": 1, "birth_weight_g": 2900}
    data = {"pregnancy_id": hers["id"], "delivered_on": on, "delivered_time": "04:10", "place": "puskesmas"}
    how = {"attendant": "midwife", "mode": "vaginal", "mother_outcome": "alive"}
    named = {**baby, "person_id": child["id"]}
    return child, tablet.record("delivery", {**data, **how, "babies": [named]}, **envelope)


def dead(tablet, she, on="2026-02-10"):
    place = {"place": "home", "cause": "illness", "recorded_by": "health"}
    return tablet.record("death_event", {"person_id": she["id"], "date_of_death": on, **place})


def test_a_pregnancy_is_told_by_its_dates_visits_score_and_case(tablet, coordinator):
    she = mother(tablet, **SEVERE)
    [said] = rows(coordinator.page("/pregnancies"))
    # counted from 21 October 2025, on 2 March 2026
    for one in (
        "Siti Aminah",
        "Kayu Agung",
        "18 minggu 6 hari",
        "28 Jul 2026",
        "148 hari lagi",
        "1, terakhir 1 Mar 2026",
    ):
        assert one in said, one
    assert said.endswith("Darurat kasus Siti Aminah")
    page = coordinator.page("/pregnancies")
    assert f'href="/persons/{she["id"]}"' in page
    assert f'href="/cases/{case_of(coordinator.clerk, she)}"' in page
    coordinator.speak("en")
    assert "18 weeks 6 days" in words(coordinator.page("/pregnancies"))


def test_no_ended_delivered_or_dead_one_is_followed(tablet, coordinator):
    ids = []
    for number in range(4):
        she = stranger(tablet, number)
        hers = pregnancy(tablet, she["id"])
        tablet.push(she, hers)
        ids.append((she, hers))
    assert len(rows(coordinator.page("/pregnancies"))) == 4
    (_, ended), (_, delivered), (gone, _), (stays, _) = ids
    tablet.push(tablet.edited(ended, 1, status="moved"), *born(tablet, delivered, "2026-02-27"), dead(tablet, gone))
    [said] = rows(coordinator.page("/pregnancies"))
    assert stays["data"]["full_name"] in said


def test_a_delivery_under_another_record_of_hers_counts_too(office, tablet, other, coordinator):
    nik = "1602055205980001"
    one, two = woman(tablet, nik=nik), woman(other, nik=nik)
    hers = pregnancy(tablet, one["id"])
    tablet.push(one, hers)
    assert other.push(two)[0]["identity"] == "matched"
    child, delivery = born(other, {"id": hers["id"].upper()}, "2026-02-27")
    other.push(child, delivery)
    assert rows(coordinator.page("/pregnancies")) == []


def test_they_come_by_due_date_page_after_page_in_an_area_and_a_month(tablet, coordinator, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.pregnancies.A_PAGE", 2)
    days = {"lmp_date": "2025-10-01", "edd_stated": "2026-07-20", "edd_ultrasound": "2026-08-20"}
    due = {"lmp_date": "8 Jul 2026", "edd_stated": "20 Jul 2026", "edd_ultrasound": "20 Agu 2026"}
    for number, (name, day) in enumerate([*days.items(), ("lmp_date", "2025-11-01")]):
        area = {"area": TULUNG_SELAPAN} if name == "edd_stated" else {}
        she = stranger(tablet, number, **area)
        hers = pregnancy(tablet, she["id"], **area)
        given = {**hers["data"], name: day}
        if name == "edd_stated":
            del given["lmp_date"]
        tablet.push(she, {**hers, "data": given})
    seen, path = [], "/pregnancies"
    while path:
        page = coordinator.page(path)
        seen += [re.search(r"(\d+ \w+ 2026) \d+ hari lagi", one)[1] for one in rows(page)]
        assert ("Halaman pertama" in words(page)) == (path != "/pregnancies")
        path = next_page(page)
    assert seen == [due["lmp_date"], due["edd_stated"], "8 Agu 2026", due["edd_ultrasound"]]
    assert len(rows(coordinator.page("/pregnancies", month="2026-07"))) == 2
    [said] = rows(coordinator.page("/pregnancies", month="2026-07", area="16.02.11"))
    assert due["edd_stated"] in said
    page = coordinator.page("/pregnancies", month="2027-01")
    assert "Tidak ada kehamilan yang cocok." in words(page)
    assert 'value="2027-01"' in page
    for wrong in ({"month": "2026-13"}, {"month": "juli"}, {"area": "99"}, {"month": ["2026-07", "2026-08"]}):
        assert coordinator.open("/pregnancies", **wrong).status_code == 422
    assert coordinator.open("/pregnancies?cursor=x").status_code == 400


@pytest.fixture
def events(tablet):
    """A birth 29 days ago and one 70 days ago, and a death 20 days ago."""
    made = {}
    for number, (name, on) in enumerate((("young", "2026-02-01"), ("late", "2025-12-22"))):
        she = stranger(tablet, number)
        hers = pregnancy(tablet, she["id"])
        hers["data"] |= {"lmp_date": "2025-04-01", "registered_on": "2025-06-01"}
        child, delivery = born(tablet, hers, on)
        child["data"]["full_name"] = f"Bayi {name.capitalize()} Pratama"
        tablet.push(she, hers, child, delivery)
        made[name] = child
    gone = stranger(tablet, 5)
    tablet.push(gone, dead(tablet, gone))
    return {**made, "gone": gone}


def test_births_and_deaths_are_told_with_their_days_and_agree_with_the_cases(coordinator, events):
    page = coordinator.page("/registrations")
    told = {name: next(one for one in rows(page) if events[name]["data"]["full_name"] in one) for name in events}
    assert len(rows(page)) == 3
    assert "Lahir 1 Feb 2026 hari ke-29 dari 60 sisa 31 hari" in told["young"]
    assert "hari ke-70 dari 60 lewat 10 hari" in told["late"]
    assert "Meninggal 10 Feb 2026 hari ke-20 dari 30 sisa 10 hari" in told["gone"]
    for name, rule in (("young", "XS-BIRTH-01"), ("late", "CR-BR-02"), ("gone", "XS-DEATH-01")):
        [case] = coordinator.clerk.get("/api/v1/cases", program="civil", rule=rule).json["cases"]
        assert case["person_id"] == events[name]["id"]
        assert f'href="/cases/{case["id"]}"' in page
        assert f'href="/persons/{events[name]["id"]}"' in page
    assert len(rows(coordinator.page("/registrations", kind="birth"))) == 2
    assert len(rows(coordinator.page("/registrations", kind="death"))) == 1
    assert rows(coordinator.page("/registrations", area="16.02.11")) == []
    assert "Tidak ada yang menunggu" in words(coordinator.page("/registrations", area="16.02.11"))
    assert coordinator.open("/registrations", kind="wedding").status_code == 422
    coordinator.speak("en")
    assert "day 29 of 60 31 days left" in words(coordinator.page("/registrations"))


def test_what_was_registered_or_is_elsewhere_is_not_on_the_list(office, tablet, events):
    assert rows(reader(office, areas=ELSEWHERE).page("/registrations")) == []
    assert rows(reader(office, programs=("child",)).page("/registrations")) == []
    # What the civil programme shares with the maternal one, and no more.
    shared = rows(reader(office, programs=("maternal",)).page("/registrations"))
    assert sorted(re.search(r"hari ke-(\d+)", one)[1] for one in shared) == ["20", "29"]
    tablet.push(tablet.edited(events["young"], 1, birth_certificate_no="AL.1602.0001"))
    assert len(rows(reader(office).page("/registrations"))) == 2


def test_a_baby_that_is_no_person_yet_is_told_by_its_mother(tablet, coordinator):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    hers["data"] |= {"lmp_date": "2025-04-01", "registered_on": "2025-06-01"}
    _, delivery = born(tablet, hers)
    del delivery["data"]["babies"][0]["person_id"]
    tablet.push(she, hers, delivery)
    [said] = rows(coordinator.page("/registrations", kind="birth"))
    assert said.startswith("bayi dari Siti Aminah Lahir 1 Feb 2026")


def test_registrations_come_page_after_page(coordinator, events, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.registrations.A_PAGE", 1)
    seen, path = [], "/registrations?kind=all"
    while path:
        page = coordinator.page(path)
        seen += rows(page)
        path = next_page(page)
    assert len({*seen}) == len(seen) == 3
