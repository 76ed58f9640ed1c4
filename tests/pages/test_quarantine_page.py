"""Refused records: told to whom they belong, with why and what was sent; repaired and sent again by the office."""

import json
import re
from html import unescape

import pytest

from fieldsync.access import PERMISSIONS, ROLES, audit_of
from tests.field import pregnancy, visit, woman
from tests.office import KAYU_AGUNG, TULUNG_SELAPAN, new_id
from tests.pages.desk import SITE, case_of, reader, words

ELSEWHERE = ("16.02.11",)


@pytest.fixture
def hers(tablet):
    """A pregnancy that took effect."""
    she = woman(tablet)
    record = pregnancy(tablet, she["id"])
    tablet.push(she, record)
    return {**record, "she": she}


@pytest.fixture
def refused(tablet, hers):
    """A visit with an impossible pressure."""
    record = visit(tablet, hers["id"], systolic_mmhg=1720, diastolic_mmhg=112)
    assert tablet.push(record)[0]["status"] == "rejected"
    return record


def entries(page):
    return [int(one) for one in re.findall(r'href="/quarantine/(\d+)"', page)]


def inputs(page):
    """What a browser would send of the form that repairs: (name, value) of all inputs that count."""
    body = page.partition('action="/quarantine/')[2].partition("</form>")[0]
    found = []
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
        if 'type="checkbox"' not in tag or " checked" in tag:
            found.append((unescape(name[1]), unescape(value[1])))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.append((unescape(name), unescape(chosen[1]) if chosen else ""))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL):
        found.append((unescape(name), unescape(value)))
    return [(name, value) for name, value in found if name != "csrf"]


def fill(page, **values):
    """The form as filled in; values by the last part of their pointer."""
    sent = {}
    for name, value in inputs(page):
        sent.setdefault(name, []).append(values.get(name.rpartition("/")[2], value) if name != "shown" else value)
    return sent


def repair(manager, **values):
    [number] = entries(manager.page("/quarantine"))
    page = manager.page(f"/quarantine/{number}")
    return manager.press(f"/quarantine/{number}", **fill(page, **values))


def record_of(tablet, record_id):
    changes, _ = tablet.pull()
    return next(one for one in changes if one["entity"] == "record" and one["id"] == record_id)


def test_a_refused_record_is_told_with_its_sender_and_why(tablet, manager, refused):
    said = words(manager.page("/quarantine"))
    assert "1 menunggu" in said
    for one in (
        tablet.van,
        "petugas petugas-07",
        "hari ini",
        "Kunjungan antenatal",
        "/data/systolic_mmhg",
        "out_of_range",
    ):
        assert one in said, one
    assert "di luar batas" in said
    assert "terkirim: 1720" in said
    assert re.search(r'Ditolak <span class="count">1<', manager.page("/today"))
    manager.speak("en")
    said = words(manager.page("/quarantine"))
    assert "outside the limits" in said
    assert "as sent: 1720" in said


def test_a_repaired_record_takes_effect_as_if_the_tablet_had_sent_it_right(office, tablet, manager, hers, refused):
    answer = repair(manager, systolic_mmhg="172")
    assert (answer.status_code, answer.location) == (303, "/quarantine")
    said = words(manager.page("/quarantine"))
    assert "Rekaman diperbaiki dan berlaku." in said
    assert "Tidak ada rekaman ditolak" in said
    now = record_of(tablet, refused["id"])
    assert (now["rev"], now["data"]["officer"], now["data"]["device_seq"]) == (1, "petugas-07", refused["device_seq"])
    assert now["data"]["data"] == {**refused["data"], "systolic_mmhg": 172}
    case = manager.clerk.get(f"/api/v1/cases/{case_of(manager.clerk, hers['she'])}").json
    assert case["severity"] == "emergency"
    with office.store.reading() as connection:
        [entry] = audit_of(connection, refused["id"])
    assert (entry.username, entry.action) == (manager.clerk.username, "records.repair")
    assert entry.detail["fields"] == ["data.systolic_mmhg"]
    assert (entry.detail["status"], entry.detail["rev"]) == ("applied", 1)


def test_the_tablet_is_not_taken_to_have_come_in(office, tablet, manager, refused):
    office.clock.forward(hours=3)
    before = manager.clerk.get("/api/v1/devices").json["devices"][0]
    assert repair(manager, systolic_mmhg="120").status_code == 303
    assert manager.clerk.get("/api/v1/devices").json["devices"][0] == before


def test_a_later_correction_by_the_tablet_supersedes_the_repair(tablet, manager, refused):
    repair(manager, systolic_mmhg="172")
    [result] = tablet.push(tablet.edited(refused, 0, systolic_mmhg=127))
    assert (result["status"], result["rev"]) == ("applied", 2)
    assert record_of(tablet, refused["id"])["data"]["data"]["systolic_mmhg"] == 127
    assert "Tidak ada isian" in words(manager.page("/conflicts"))
    [again] = tablet.push(refused)  # the answer to the very first push was lost
    assert again["status"] == "rejected"
    assert record_of(tablet, refused["id"])["data"]["data"]["systolic_mmhg"] == 127


def test_what_is_still_wrong_stands_in_the_form_again_and_nothing_is_kept(office, tablet, manager, refused):
    answer = repair(manager, systolic_mmhg="9999", diastolic_mmhg="12")
    assert answer.status_code == 422
    said = words(answer.text)
    assert "Masih ada yang salah" in said
    assert 'value="9999"' in answer.text
    assert said.count("di luar batas") >= 2  # what it was refused for, and now
    [number] = entries(manager.page("/quarantine"))
    assert "terkirim: 1720" in words(manager.page(f"/quarantine/{number}"))
    assert not [one for one in tablet.pull()[0] if one["id"] == refused["id"]]
    with office.store.reading() as connection:
        assert audit_of(connection, refused["id"]) == []
    assert repair(manager, systolic_mmhg="117,5").status_code == 422
    assert repair(manager, systolic_mmhg="117").status_code == 303


def test_a_field_that_must_agree_with_a_wrong_one_can_be_mended_too(tablet, manager, hers):
    tablet.push(visit(tablet, hers["id"], systolic_mmhg=80, diastolic_mmhg=118))
    [number] = entries(manager.page("/quarantine"))
    names = [name for name, _ in inputs(manager.page(f"/quarantine/{number}"))]
    assert {"v/data/systolic_mmhg", "v/data/diastolic_mmhg"} <= {*names}
    assert repair(manager, systolic_mmhg="118", diastolic_mmhg="80").status_code == 303


def test_each_kind_of_field_has_an_input_that_is_read_back(tablet, manager, hers):
    wrong = {"visit_date": "2026-02-31", "place": "moon", "by_doctor": "yes", "danger_signs": ["headache?"]}
    record = visit(tablet, hers["id"], {"area": "somewhere", "location": {"lat": 95, "lon": 104.8}}, **wrong)
    tablet.push(record)
    right = {"visit_date": "2026-02-28", "place": "van", "by_doctor": "true", "danger_signs": [], "lat": "-3.4"}
    answer = repair(manager, **right)  # the envelope is wrong still
    assert answer.status_code == 422
    page = answer.text
    assert "v/data/danger_signs" not in fill(page)  # none of the known ones is ticked
    done = manager.press(re.search(r'action="(/quarantine/\d+)"', page)[1], **fill(page, area=KAYU_AGUNG))
    assert done.status_code == 303, words(done.text)
    now = record_of(tablet, record["id"])["data"]
    assert (now["location"]["lat"], now["area"]) == (-3.4, KAYU_AGUNG)
    assert {name: now["data"][name] for name in wrong} == {
        "visit_date": "2026-02-28",
        "place": "van",
        "by_doctor": True,
        "danger_signs": [],
    }


def test_a_record_that_names_one_not_there_yet_waits_and_leaves_the_list(tablet, manager):
    hers = pregnancy(tablet, new_id())
    late = visit(tablet, hers["id"], systolic_mmhg=1720)
    tablet.push(late)
    answer = repair(manager, systolic_mmhg="172")
    assert "ia menunggu rekaman lain" in words(manager.page(answer.location))
    assert entries(manager.page("/quarantine")) == []
    she = woman(tablet)
    tablet.push(she, {**hers, "data": {**hers["data"], "woman_id": she["id"]}})
    assert record_of(tablet, late["id"])["rev"] == 1


def test_only_the_newest_of_a_record_is_told_and_an_older_one_can_not_be_repaired(tablet, manager, refused):
    [old] = entries(manager.page("/quarantine"))
    tablet.push(tablet.edited(refused, 0, systolic_mmhg=1721))
    [new] = entries(manager.page("/quarantine"))
    assert new != old
    assert manager.open(f"/quarantine/{old}").status_code == 404
    page = manager.page(f"/quarantine/{new}")
    tablet.push(tablet.edited(refused, 0, systolic_mmhg=121))
    assert manager.press(f"/quarantine/{new}", **fill(page)).status_code == 404


def test_who_comes_second_is_told(manager, refused, monkeypatch):
    from fieldsync.ledger import quarantine

    monkeypatch.setattr(quarantine, "lock_newest", lambda *_: False)
    answer = repair(manager, systolic_mmhg="121")
    assert "tidak menunggu lagi" in words(manager.page(answer.location))


def test_a_restricted_value_is_shown_and_mended_by_who_may_see_it_only(office, tablet, manager, hers):
    tablet.push(visit(tablet, hers["id"], hiv_result="reaktif!"))
    page = manager.page("/quarantine")
    assert "isian terbatas" in words(page)
    assert "reaktif!" not in page
    assert "hiv_result" not in page
    [number] = entries(page)
    assert "hiv" not in manager.page(f"/quarantine/{number}")
    forged = {"shown": "/data/hiv_result", "v/data/hiv_result": "reactive"}
    assert manager.press(f"/quarantine/{number}", **forged).status_code == 422
    admin = reader(office, "admin")
    assert "terkirim: reaktif!" in words(admin.page("/quarantine"))
    with office.store.reading() as connection:
        [entry] = audit_of(connection, "quarantine")
    assert (entry.action, entry.detail) == ("restricted.read", {"entries": [str(number)]})
    assert repair(admin, hiv_result="reactive").status_code == 303


def test_nobody_repairs_a_record_into_another_area(office, tablet, hers):
    record = visit(tablet, hers["id"], {"area": "16.02.05.9999"}, systolic_mmhg=1720)
    tablet.push(record)
    near = reader(office, "data_manager", areas=("16.02.05",))
    answer = repair(near, systolic_mmhg="172")
    assert answer.status_code == 422
    assert "kode wilayah tidak ada" in words(answer.text)
    given = {**fill(answer.text), "v/area": TULUNG_SELAPAN}
    [number] = entries(near.page("/quarantine"))
    answer = near.press(f"/quarantine/{number}", **given)
    assert answer.status_code == 422
    assert "di luar wilayah atau program Anda" in words(answer.text)
    assert near.press(f"/quarantine/{number}", **{**given, "v/area": KAYU_AGUNG}).status_code == 303


def test_an_edit_of_a_record_that_lies_elsewhere_is_not_theirs_to_mend(office, tablet, hers):
    far = visit(tablet, hers["id"], {"area": TULUNG_SELAPAN})
    tablet.push(far)
    tablet.push(tablet.edited(far, 1, area=KAYU_AGUNG, systolic_mmhg=1720))
    near = reader(office, "data_manager", areas=("16.02.05",))
    answer = repair(near, systolic_mmhg="172")
    assert answer.status_code == 422
    assert "/id beyond_user" in words(answer.text)
    assert repair(reader(office, "data_manager"), systolic_mmhg="172").status_code == 303


def test_a_record_whose_text_is_gone_is_told_and_not_repaired(office, tablet, manager, refused):
    from fieldsync.ledger import purging

    with office.store.reading() as connection:
        [receipt] = {one.receipt for one in quarantined(connection)}
    office.store.transact(lambda c: purging.drop_bodies(c, [receipt]))
    assert "isian terbatas" in words(manager.page("/quarantine"))  # of which type it was is gone, too
    assert "out_of_range" in words(reader(office, "admin").page("/quarantine"))
    assert entries(manager.page("/quarantine")) == []
    assert "Tidak dapat diperbaiki" in words(manager.page("/quarantine/1"))
    assert manager.press("/quarantine/1").status_code == 422


def quarantined(connection):
    from fieldsync.ledger import quarantine

    return quarantine.open_after(connection, 0, 10)


def test_health_data_that_she_withheld_stays_withheld(tablet, manager, hers):
    record = visit(tablet, hers["id"], {"consent": "refused", "area": "nowhere"})
    tablet.push(record)
    assert repair(manager, area=KAYU_AGUNG).status_code == 303
    assert record_of(tablet, record["id"])["data"]["data"] == {}


def test_what_has_no_id_or_no_form_is_told_and_not_repaired(tablet, manager):
    odd = {**woman(tablet), "type": "ufo", "officer": "\ud800", "data": {"a\ud800": "b"}}
    body = tablet.envelope([17, {**woman(tablet), "id": "x"}, odd])
    assert tablet.send(json.dumps(body).encode()).status_code == 200
    page = manager.page("/quarantine")
    assert words(page).count("Tidak dapat diperbaiki di sini") == 2
    [number] = entries(page)
    assert manager.press(f"/quarantine/{number}", **fill(manager.page(f"/quarantine/{number}"))).status_code == 422


def test_many_come_page_after_page_the_newest_first(tablet, manager, hers, monkeypatch):
    monkeypatch.setattr("fieldsync.web.pages.quarantine.A_PAGE", 2)
    for _ in range(5):
        tablet.push(visit(tablet, hers["id"], systolic_mmhg=1720))
    seen, path = [], "/quarantine"
    while path:
        page = manager.page(path)
        assert "5 menunggu" in words(page)
        seen += entries(page)
        path = next((unescape(one) for one in re.findall(r'rel="next" href="([^"]+)"', page)), None)
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_and_repair_what(office, tablet, refused, role):
    [number] = entries(reader(office, "data_manager").page("/quarantine"))
    allowed = "records.quarantine" in PERMISSIONS[role]
    scopes = [
        ({"areas": ("16.02.05.2012",)}, True),
        ({"programs": ("maternal",)}, True),
        ({"areas": ELSEWHERE}, False),
        ({"programs": ("civil", "child", "service")}, False),
    ]
    for scope, within in scopes:
        one = reader(office, role, **scope)
        assert one.open("/quarantine").status_code == (200 if allowed else 403)
        assert (f'href="/quarantine/{number}"' in one.open("/quarantine").text) == (allowed and within)
        wanted = 403 if not allowed else 200 if within else 404
        assert one.open(f"/quarantine/{number}").status_code == wanted
        for absent in (number + 1, 2**70):
            assert one.open(f"/quarantine/{absent}").status_code == (404 if allowed else 403)
        pressed = one.press(f"/quarantine/{number}", shown="/id")
        assert pressed.status_code == (422 if wanted == 200 else wanted)
    assert manager_sees(office, number)


def manager_sees(office, number):
    return entries(reader(office, "data_manager").page("/quarantine")) == [number]


def test_what_can_not_be_told_is_for_who_works_everywhere_there(office, tablet):
    far = office.tablet(areas=("16.02.05",), programs=("civil",))
    far.push({**woman(far), "type": "ufo", "area": TULUNG_SELAPAN})
    tablet.push({**woman(tablet), "type": "ufo", "area": "?"})
    for scope, number in (
        ({}, 2),
        ({"areas": ("16.02.05",)}, 1),
        ({"areas": ELSEWHERE}, 0),
        ({"programs": ("civil",)}, 1),
        ({"programs": ("maternal",)}, 0),
    ):
        assert len(entries(reader(office, "data_manager", **scope).page("/quarantine"))) == number, scope


def test_a_post_needs_the_session_s_token(manager, refused):
    [number] = entries(manager.page("/quarantine"))
    given = fill(manager.page(f"/quarantine/{number}"), systolic_mmhg="120")
    assert manager.client.post(f"/quarantine/{number}", data=given, headers={"Origin": SITE}).status_code == 403
    assert manager.press(f"/quarantine/{number}", _origin="http://evil.example", **given).status_code == 403
    assert entries(manager.page("/quarantine")) == [number]
