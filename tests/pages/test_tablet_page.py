"""Vans and tablets: when each came, what it brought, what is missing; who keeps silent is said in words."""

import re
from datetime import timedelta

import pytest

from tests.field import pregnancy, stranger, woman
from tests.office import new_id
from tests.pages.desk import reader, words


def row(page, van):
    """What the page says of a van's tablet."""
    found = [words("<main" + one) for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if van in one]
    assert len(found) == 1
    return found[0]


def test_a_tablet_is_told_by_what_it_left_behind(office, tablet, coordinator):
    assert "Terhubung belum pernah belum pernah 0 diterapkan tidak ada belum diketahui 1.4.0" in row(
        coordinator.page("/devices"), tablet.van
    )
    tablet.push(stranger(tablet, 1))
    tablet.seq += 3
    waits = tablet.record("pregnancy", pregnancy(tablet, new_id())["data"])
    tablet.push(stranger(tablet, 2), {**stranger(tablet, 3), "area": "nowhere"}, waits)
    tablet.pull()
    api = next(one for one in coordinator.clerk.get("/api/v1/devices").json["devices"] if one["van"] == tablet.van)
    said = row(coordinator.page("/devices"), tablet.van)
    assert said.count("hari ini 12.00") == 2 or said.count("hari ini") == 2
    assert f"{api['applied']} diterapkan" in said
    assert f"{api['rejected']} ditolak" in said
    assert api["rejected"] == 1
    assert api["waiting"] == api["held"] == 1
    assert "1 ditahan 1 masih menunggu" in said
    assert api["missing"] >= 3
    assert f" {api['missing']} (2–" in said
    assert "tepat" in said
    coordinator.speak("en")
    assert "In touch today" in row(coordinator.page("/devices"), tablet.van)


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (timedelta(seconds=50), "50 detik lebih cepat 1.4.0"),
        (timedelta(seconds=-40), "40 detik lebih lambat 1.4.0"),
        (timedelta(hours=2), "7.200 detik lebih cepat perlu disetel"),
    ],
)
def test_a_wrong_clock_is_said(tablet, coordinator, skew, said):
    tablet.skew = skew
    tablet.push(woman(tablet))
    assert said in row(coordinator.page("/devices"), tablet.van)


def test_who_keeps_silent_is_said_in_words_and_can_be_asked_for(office, tablet, other):
    office.clock.forward(hours=30)
    tablet.pull()
    somebody = reader(office, "viewer")
    page = somebody.page("/devices")
    assert "Terhubung" in row(page, tablet.van)
    assert "Diam" in row(page, other.van)
    only = somebody.page("/devices", show="silent")
    assert "Diam" in row(only, other.van)
    assert tablet.van not in only
    other.pull()
    assert "Tidak ada tablet yang diam." in words(somebody.page("/devices", show="silent"))
    assert somebody.open("/devices", show="loud").status_code == 422


def test_a_revoked_tablet_is_said_to_be(office, tablet, coordinator):
    from fieldsync.access import revoke

    office.store.transact(lambda c: revoke(c, tablet.device_id, office.clock(), wipe=False))
    assert "Dicabut hari ini" in row(coordinator.page("/devices"), tablet.van)


def test_the_van_s_own_areas_and_programs_count(office, tablet):
    far = office.tablet(areas=("16.02.11",))
    page = reader(office, areas=("16.02.11",)).page("/devices")
    assert far.van in page
    assert tablet.van in page  # it serves the whole regency
    page = reader(office, areas=("16.02.05",)).page("/devices")
    assert far.van not in page
    nobody = office.tablet(programs=("service",))
    assert nobody.van not in reader(office, programs=("civil",)).page("/devices")


def test_no_tablet_at_all_is_said(office):
    assert "Tidak ada tablet." in words(reader(office).page("/devices"))


def test_many_come_page_after_page(office, coordinator, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.tablets.A_PAGE", 2)
    vans = {office.tablet().van for _ in range(5)}
    seen, path = [], "/devices"
    while path:
        page = coordinator.page(path)
        seen += re.findall(r"<strong>(Van [0-9a-f]{8})</strong>", page)
        assert ("Halaman pertama" in words(page)) == (path != "/devices")
        path = next((one.replace("&amp;", "&") for one in re.findall(r'rel="next" href="([^"]+)"', page)), None)
    assert len(seen) == 5
    assert set(seen) == vans


def test_more_gaps_than_are_listed_are_said(tablet, coordinator):
    records = []
    for number in range(25):
        records.append(stranger(tablet, number))
        tablet.seq += 1
    tablet.push(*records)
    assert "dan yang lebih awal" in row(coordinator.page("/devices"), tablet.van)
