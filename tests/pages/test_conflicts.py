"""Fields that two edits contradicted: both values with who said them, and the office's decision about which holds."""

import re
from html import unescape

import pytest

from fieldsync.access import audit_of
from tests.field import pregnancy, visit, woman
from tests.office import KAYU_AGUNG, TULUNG_SELAPAN
from tests.pages.desk import SEVERE, case_of, reader, words


@pytest.fixture
def hers(tablet):
    """A visit of a woman that both tablets know."""
    she = woman(tablet)
    record = pregnancy(tablet, she["id"])
    seen = visit(tablet, record["id"])
    tablet.push(she, record, seen)
    return {**seen, "she": she}


def apart(tablet, other, record, one, another):
    """Two edits of a record that did not know of each other; the other tablet's is the later."""
    record = {name: value for name, value in record.items() if name != "she"}
    tablet.push(tablet.edited(record, 1, **one))
    tablet.office.clock.forward(minutes=5)
    [result] = other.push(other.edited(record, 1, officer="petugas-11", **another))
    assert result["status"] == "conflict"
    return result


def numbers(page):
    return [int(one) for one in re.findall(r'action="/conflicts/(\d+)', page)]


def decide(manager, choice):
    [number] = numbers(manager.page("/conflicts"))
    return manager.press(f"/conflicts/{number}", choice=choice)


def now(tablet, record):
    changes, _ = tablet.pull()
    return next(one for one in changes if one["entity"] == "record" and one["id"] == record["id"])


def pulled(tablet, record):
    """A record as a tablet holds it after a pull, and the revision to build on."""
    current = now(tablet, record)
    kept = {name: value for name, value in current["data"].items() if name != "person_id"}
    return kept, current["rev"]


def test_both_values_are_told_with_who_said_them(tablet, other, manager, hers):
    apart(tablet, other, hers, {"weight_kg": 61.5}, {"weight_kg": 62})
    page = manager.page("/conflicts")
    said = words(page)
    [row] = re.findall(r"<tr>.*?</tr>", page.partition("<tbody")[2], re.DOTALL)
    assert [value.strip() for value in re.findall(r'class="said">([^<]*)<', row)] == ["62 kg", "61,5 kg"]
    assert row.index(other.van) < row.index("61,5 kg") < row.index(tablet.van)
    for one in ("Siti Aminah", "berat badan", "petugas-07", "petugas-11", "Kayu Agung"):
        assert one in said, one
    assert f'href="/persons/{hers["she"]["id"]}"' in page
    manager.speak("en")
    assert "Take the other value" in words(manager.page("/conflicts"))


def test_the_other_value_is_chosen_by_an_edit_that_travels_and_is_looked_at(office, tablet, other, manager, hers):
    apart(tablet, other, hers, SEVERE, {"systolic_mmhg": 121, "diastolic_mmhg": 112})
    _, cursor = tablet.pull()
    before = now(tablet, hers)
    answer = decide(manager, "other")
    assert (answer.status_code, answer.location) == (303, "/conflicts")
    said = words(manager.page("/conflicts"))
    assert "Nilai lain berlaku sekarang" in said
    assert "Tidak ada isian yang bertentangan." in said
    [told] = [one for one in tablet.pull(cursor)[0] if one["entity"] == "record"]
    assert (told["id"], told["rev"]) == (hers["id"], before["rev"] + 1)
    assert told["data"]["data"]["systolic_mmhg"] == 172
    kept = ("officer", "recorded_at", "area")
    assert {name: told["data"][name] for name in kept} == {name: before["data"][name] for name in kept}
    case = manager.clerk.get(f"/api/v1/cases/{case_of(manager.clerk, hers['she'])}").json
    assert case["severity"] == "emergency"
    with office.store.reading() as connection:
        [entry] = audit_of(connection, hers["id"])
    assert (entry.username, entry.action) == (manager.clerk.username, "records.choose")
    assert entry.detail["field"] == "systolic_mmhg"
    [result] = tablet.push(tablet.edited({**hers, "data": told["data"]["data"]}, told["rev"], systolic_mmhg=130))
    assert result["status"] == "applied"


def test_the_value_that_holds_is_confirmed_and_nothing_travels(office, tablet, other, manager, hers):
    apart(tablet, other, hers, {"weight_kg": 61.5}, {"weight_kg": 62})
    _, cursor = tablet.pull()
    page = manager.page("/conflicts")
    assert "dibenarkan" in words(manager.page(decide(manager, "kept").location))
    assert numbers(manager.page("/conflicts")) == []
    assert tablet.pull(cursor)[0] == []
    with office.store.reading() as connection:
        assert [one.action for one in audit_of(connection, hers["id"])] == ["records.confirm"]
    assert manager.press(f"/conflicts/{numbers(page)[0]}", choice="kept").status_code == 404


def test_an_edit_that_knew_of_both_decides_too_and_one_that_did_not_adds_another(tablet, other, manager, hers):
    apart(tablet, other, hers, {"weight_kg": 61.5, "muac_cm": 25}, {"weight_kg": 62, "muac_cm": 27})
    assert len(numbers(manager.page("/conflicts"))) == 2
    third = tablet.office.tablet()
    tablet.office.clock.forward(minutes=1)
    third.push(third.edited({**hers, "data": hers["data"]}, 1, weight_kg=63))
    assert len(numbers(manager.page("/conflicts"))) == 3
    base, rev = pulled(tablet, hers)
    assert tablet.push(tablet.edited(base, rev, muac_cm=26))[0]["status"] == "applied"
    page = manager.page("/conflicts")
    assert len(numbers(page)) == 2
    assert "lingkar lengan" not in words(page)
    assert words(page).count("63 kg") == 2  # what holds now, also beside the two that it came after
    assert manager.press(f"/conflicts/{min(numbers(page))}", choice="other").status_code == 303
    assert numbers(manager.page("/conflicts")) == []
    assert now(tablet, hers)["data"]["data"]["weight_kg"] == 61.5


def test_a_field_left_out_a_village_and_a_deletion_are_decided_alike(office, tablet, other, manager, hers):
    apart(tablet, other, hers, {"muac_cm": ...}, {"muac_cm": 27})
    assert "kosong" in words(manager.page("/conflicts"))
    decide(manager, "other")
    base, rev = pulled(tablet, hers)
    assert "muac_cm" not in base["data"]
    tablet.push(tablet.edited(base, rev, area=TULUNG_SELAPAN))
    office.clock.forward(minutes=1)
    assert other.push(other.edited(base, rev, area=KAYU_AGUNG))[0]["status"] == "conflict"
    near = reader(office, "data_manager", areas=("16.02.05",))
    assert "di luar wilayah" in words(decide(near, "other").text)
    assert decide(manager, "other").status_code == 303
    base, rev = pulled(tablet, hers)
    assert base["area"] == TULUNG_SELAPAN
    tablet.push({**tablet.edited(base, rev), "deleted": True, "data": None})
    office.clock.forward(minutes=1)
    other.push(other.edited(base, rev, weight_kg=70))
    _, cursor = tablet.pull()
    assert decide(manager, "other").status_code == 303
    [gone] = [one for one in tablet.pull(cursor)[0] if one["entity"] == "record"]
    assert (gone["id"], gone["deleted"]) == (hers["id"], True)


def test_a_restricted_field_is_on_the_list_of_who_may_see_it_only(office, tablet, other, manager, hers):
    apart(tablet, other, hers, {"hiv_result": "reactive"}, {"hiv_result": "nonreactive"})
    assert numbers(manager.page("/conflicts")) == []
    assert manager.press("/conflicts/1", choice="other").status_code == 404
    admin = reader(office, "admin")
    assert "nonreaktif" in words(admin.page("/conflicts"))
    with office.store.reading() as connection:
        assert [one.action for one in audit_of(connection, "conflicts")] == ["restricted.read"]
    assert decide(admin, "other").status_code == 303
    assert now(tablet, hers)["data"]["data"]["hiv_result"] == "reactive"


def test_who_comes_second_is_told_and_a_value_that_can_not_be_is_refused(
    office, tablet, other, manager, hers, monkeypatch
):
    from fieldsync import sync

    apart(tablet, other, hers, {"weight_kg": 61.5}, {"weight_kg": 62})
    [number] = numbers(manager.page("/conflicts"))
    monkeypatch.setattr(sync, "confirm", taken(sync.Overtaken()))
    assert "sudah diputuskan" in words(manager.page(decide(manager, "kept").location))
    monkeypatch.setattr("fieldsync.sync.settling.registry.settle_conflict", lambda *_: False)
    assert "sudah diputuskan" in words(manager.page(decide(manager, "other").location))
    assert manager.press(f"/conflicts/{number}", choice="both").status_code == 422


def taken(error):
    def fail(*_):
        raise error

    return fail


def test_many_come_page_after_page_the_newest_first(tablet, other, manager, hers, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.conflicts.A_PAGE", 2)
    one = {"weight_kg": 61, "muac_cm": 24, "systolic_mmhg": 121, "diastolic_mmhg": 81, "iron_tablets_given": 10}
    apart(tablet, other, hers, one, {name: value + 1 for name, value in one.items()})
    seen, path = [], "/conflicts"
    while path:
        page = manager.page(path)
        seen += numbers(page)
        assert ("Halaman pertama" in words(page)) == (path != "/conflicts")
        path = next((unescape(each) for each in re.findall(r'rel="next" href="([^"]+)"', page)), None)
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
