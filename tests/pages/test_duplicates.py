"""Duplicates: one pair after the other, answered once; what was made one can be parted again, what is two stays two."""

import re
from html import unescape

import pytest

from fieldsync.access import PERMISSIONS, ROLES
from fieldsync.web.pages import duplicates
from tests.field import stranger
from tests.identity.people import BABY, groups, partition, told
from tests.office import TULUNG_SELAPAN, new_id
from tests.pages.desk import SITE, reader, words

ONE, TWO = "1602052011250001", "1602052011250002"
ELSEWHERE = ("16.02.11",)


@pytest.fixture
def twins(office, tablet):
    """Two records that the machine dares not join: their NIKs differ in the serial."""
    office.clock.forward(days=-1)
    one = told(tablet, BABY, nik=ONE)
    tablet.push(one)
    office.clock.forward(days=1)
    two = told(tablet, BABY, nik=TWO)
    assert tablet.push(two)[0]["identity"] == "review"
    return one, two


@pytest.fixture
def three_pairs(tablet):
    for number in range(3):
        child = stranger(tablet, number)["data"] | {
            "kk_number": f"160205120315000{number}",
            "mother_name": ("Sumarsih", "Kasiyem", "Painah")[number],
            "birth_date": f"{2014 + 4 * number}-03-0{number + 1}",
        }
        day = child["birth_date"].replace("-", "")
        tablet.push(*(told(tablet, child, nik=f"160205{day[6:]}{day[4:6]}{day[2:4]}000{one}") for one in (1, 2)))


def actions(page):
    """Where the forms of a page's content post to."""
    body = page.partition("<main")[2]
    return [unescape(one) for one in re.findall(r'<form method="post" action="([^"]+)"', body)]


def decide(manager, page, decision, **fields):
    return manager.press(actions(page)[-1], decision=decision, **fields)


def queue(manager, status="open"):
    return manager.clerk.get("/api/v1/identity/reviews", status=status).json["reviews"]


def skip(page):
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def test_an_empty_queue_says_so_and_the_head_counts_nothing(manager):
    page = manager.page("/duplicates")
    assert "Tidak ada pasangan yang menunggu keputusan." in words(page)
    assert actions(page) == []
    assert re.search(r'href="/duplicates"[^\n]*Data ganda</a>', page)


def test_both_stand_side_by_side_with_the_weight_of_each_field_in_words(manager, twins):
    page = manager.page("/duplicates")
    said = words(page)
    assert "1 pasangan menunggu keputusan" in said
    for name in ("Bagas Pratama", "20 November 2025", "laki-laki", "Qomariyah Handayani", "Wiryo Baharudin"):
        assert said.count(name) >= 2, name
    for one in (ONE, TWO, "081277665544", "1602051203150007"):
        assert one in said
    assert "Kayu Agung" in said
    for one in queue(manager)[0]["weights"]:
        assert not one["text"] or f"{one['text']} ({one['shown']})" in said
    assert "NIK beda di nomor urut (kembar?)" in said
    assert re.search(r'Data ganda <span class="count">1<span class="seen-by-ear"> menunggu', page)
    assert 'accesskey="s"' in page
    assert "/assets/duplicates.js" in page


def test_all_of_it_is_said_in_english_to_who_chose_it(manager, twins):
    manager.speak("en")
    said = words(manager.page("/duplicates"))
    for one in (
        "1 pairs to be decided",
        "Is this the same person?",
        "same name (+",
        "Birth date",
        "20 November 2025",
        "male",
        "Undo",
    ):
        assert (one in said) == (one != "Undo"), one
    assert "menunggu" not in said
    page = manager.page(decide(manager, manager.page("/duplicates"), "same").location)
    assert "Decided: the same person." in words(page)
    assert "Undo the last merge" in words(page)


def test_the_same_makes_them_one_person_and_keeps_the_note(office, manager, twins):
    answer = decide(manager, manager.page("/duplicates"), "same", note=" Bidan mengenal\r\nanak ini ")
    assert answer.status_code == 303
    assert groups(office.store) == {frozenset(one["id"] for one in twins)}
    [review] = queue(manager, "same")
    assert review["note"] == "Bidan mengenal\nanak ini"
    said = words(manager.page(answer.location))
    assert "Diputuskan: orang yang sama." in said
    assert "Tidak ada pasangan yang menunggu keputusan." in said


def test_a_merge_is_undone_at_once_and_only_once(office, manager, twins):
    page = manager.page(decide(manager, manager.page("/duplicates"), "same").location)
    [undo] = actions(page)
    assert undo.startswith("/duplicates/undo?undo=")
    answer = manager.press(undo)
    assert (answer.status_code, answer.location) == (303, "/duplicates")
    assert groups(office.store) == {frozenset([one["id"]]) for one in twins}
    page = manager.page("/duplicates")
    assert "Penggabungan dibatalkan" in words(page)
    assert queue(manager) == []
    again = manager.press(undo)
    assert again.status_code == 409
    assert "tidak dapat dibatalkan lagi" in words(again.text)


def test_what_is_undone_between_two_areas_is_the_own_side(office, tablet):
    home = told(tablet, BABY, nik=ONE)
    away = told(tablet, BABY, nik=TWO, envelope={"area": TULUNG_SELAPAN})
    tablet.push(home)
    tablet.push(away)
    for areas in (ELSEWHERE, ("16.02.05",)):
        manager = reader(office, "data_manager", areas=areas)
        page = manager.page("/duplicates")
        if areas == ELSEWHERE:
            page = manager.page(decide(manager, page, "same").location)
            assert len(groups(office.store)) == 1
            assert manager.press(actions(page)[-1]).status_code == 303
    assert groups(office.store) == {frozenset([home["id"]]), frozenset([away["id"]])}


def test_somebody_else_is_gone_and_stays_gone(office, manager, twins, other):
    one, two = twins
    page = manager.page(decide(manager, manager.page("/duplicates"), "different").location)
    assert "Diputuskan: orang lain." in words(page)
    assert actions(page) == []
    other.push(other.edited(two, 1, nik=ONE))
    homes = partition(office.store)
    assert homes[one["id"]] != homes[two["id"]]
    assert "Tidak ada pasangan yang menunggu keputusan." in words(manager.page("/duplicates"))


def test_pair_follows_pair_the_greatest_gain_first(manager, three_pairs):
    wanted = [one["id"] for one in queue(manager)]
    assert len(wanted) == 3
    seen, address = [], "/duplicates"
    while address:
        page = manager.page(address)
        assert "3 pasangan menunggu keputusan" in words(page)
        seen += [re.search(r"/duplicates/([0-9a-f-]{36})", one)[1] for one in actions(page)]
        last, address = address, skip(page)
    assert seen == wanted
    answer = decide(manager, page, "different")
    assert answer.location == last
    page = manager.page(last)
    assert "Tidak ada lagi pasangan setelah ini." in words(page)
    page = manager.page("/duplicates")
    assert wanted[0] in actions(page)[0]
    page = manager.page(decide(manager, page, "same").location)
    assert wanted[1] in actions(page)[-1]
    assert "1 pasangan menunggu keputusan" in words(page)


def test_what_was_decided_meanwhile_is_told_and_the_next_is_shown(office, manager, twins):
    page = manager.page("/duplicates")
    assert decide(reader(office, "admin"), page, "different").status_code == 303
    answer = decide(manager, page, "same")
    assert answer.status_code == 409
    assert "Pasangan itu sudah diputuskan." in words(answer.text)
    assert len(groups(office.store)) == 2


def test_a_pair_that_became_one_by_itself_is_told(manager, twins, monkeypatch):
    from fieldsync import sync
    from fieldsync.identity import Decision

    monkeypatch.setattr(sync, "decide_review", lambda *_: Decision("settled"))
    assert decide(manager, manager.page("/duplicates"), "same").status_code == 409


def test_what_contradicts_another_answer_is_refused(office, manager, twins, tablet):
    third = told(tablet, BABY, nik="1602052011250003")
    tablet.push(third)
    one, two = (record["id"] for record in twins)
    pairs = {frozenset([each["a"]["record_id"], each["b"]["record_id"]]): each["id"] for each in queue(manager)}
    address = "/duplicates/{}".format
    assert manager.press(address(pairs[frozenset([one, two])]), decision="different").status_code == 303
    assert manager.press(address(pairs[frozenset([one, third["id"]])]), decision="same").status_code == 303
    answer = manager.press(address(pairs[frozenset([two, third["id"]])]), decision="same")
    assert answer.status_code == 409
    assert "Sudah dinyatakan dua orang" in words(answer.text)
    assert len(groups(office.store)) == 2


def test_of_many_records_no_undo_is_offered(manager, twins, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_TAKEN_BACK", 1)
    answer = decide(manager, manager.page("/duplicates"), "same")
    assert answer.location == "/duplicates"


@pytest.mark.parametrize("fields", [{}, {"decision": "maybe"}, {"decision": "same", "note": "a\x00b"}], ids=str)
def test_a_wrong_answer_decides_nothing(manager, twins, fields):
    assert manager.press(actions(manager.page("/duplicates"))[0], **fields).status_code == 422
    assert len(queue(manager)) == 1


def test_without_the_token_or_from_elsewhere_nothing_is_decided(office, manager, twins):
    [address] = actions(manager.page("/duplicates"))
    given = {"decision": "same"}
    assert manager.client.post(address, data=given, headers={"Origin": SITE}).status_code == 403
    assert manager.press(address, _origin="http://evil.example", **given).status_code == 403
    stranger_token = reader(office, "data_manager").token()
    forged = manager.client.post(address, data={**given, "csrf": stranger_token}, headers={"Origin": SITE})
    assert forged.status_code == 403
    assert len(queue(manager)) == 1


def test_a_place_or_an_undo_of_somebody_else_is_none(office, manager, three_pairs):
    address = skip(manager.page("/duplicates"))
    undo = decide(manager, manager.page("/duplicates"), "same").location
    colleague = reader(office, "data_manager")
    for one in (address, undo, "/duplicates?cursor=abc", "/duplicates?undo=abc"):
        assert colleague.open(one).status_code == 400
    assert colleague.press(undo.replace("/duplicates", "/duplicates/undo")).status_code == 400
    assert colleague.press("/duplicates/undo").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_and_answer_what(office, twins, role):
    [review] = queue(reader(office, "data_manager"))
    for areas, within in ((("16.02",), True), (("16.02.05.2012",), True), (ELSEWHERE, False)):
        one = reader(office, role, areas=areas)
        allowed = "identity.review" in PERMISSIONS[role]
        assert one.open("/duplicates").status_code == (200 if allowed else 403)
        assert (ONE in one.open("/duplicates").text) == (allowed and within)
        today = one.page("/today")
        assert ('href="/duplicates"' in today) == allowed
        assert ("> menunggu</span>" in today) == (allowed and within)
        foreign, absent = (
            one.press(f"/duplicates/{which}", decision="maybe" if within else "same")
            for which in (review["id"], new_id())
        )
        assert foreign.status_code == absent.status_code == (403 if not allowed else 422 if within else 404)
        assert one.press("/duplicates/undo").status_code == (404 if allowed else 403)
    assert len(queue(reader(office, "data_manager"))) == 1


def test_who_is_not_logged_in_is_led_to_the_log_in(office):
    answer = office.app.test_client().get("/duplicates")
    assert (answer.status_code, answer.location) == (303, "/login?next=%2Fduplicates")
