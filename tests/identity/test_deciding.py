"""What a human says of a pair: taken once, kept for ever, told to everybody, and no secret of a note leaks."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from fieldsync.access import audit_of
from fieldsync.identity.tables import ApartRow, MergeRow, ReviewRow
from tests.field import pregnancy, stranger
from tests.identity.people import BABY, MOTHER, groups, memory, partition, told
from tests.office import TULUNG_SELAPAN, new_id
from tests.scenarios.test_pull import Shelf

REVIEWS = "/api/v1/identity/reviews"
ONE, TWO = "1602052011250001", "1602052011250002"


@pytest.fixture
def twins(tablet):
    """Two records that the machine dares not join: their NIKs differ in the serial."""
    tablet.office.clock.forward(days=-1)
    one = told(tablet, BABY, nik=ONE)
    tablet.push(one)
    tablet.office.clock.forward(days=1)
    two = told(tablet, BABY, nik=TWO)
    [result] = tablet.push(two)
    assert result["identity"] == "review"
    return one, two


@pytest.fixture
def clerk(office):
    return office.clerk("data_manager")


def queue(clerk, **query):
    answer = clerk.get(REVIEWS, **query)
    assert answer.status_code == 200, answer.data
    return answer.json["reviews"]


def decide(clerk, review, decision, **more):
    return clerk.client.post(f"{REVIEWS}/{review['id']}", json={"decision": decision, **more}, headers=clerk.headers)


def rows(store, row):
    with store.reading() as connection:
        return connection.execute(select(row.__table__)).mappings().all()


def test_a_pair_is_told_with_both_sides_and_the_weight_of_every_field_in_words(clerk, twins):
    [review] = queue(clerk)
    assert (review["status"], review["reason"], review["decided_by"]) == ("open", "serial_slip", None)
    assert {review["a"]["record_id"], review["b"]["record_id"]} == {one["id"] for one in twins}
    assert {review["a"]["fields"]["nik"], review["b"]["fields"]["nik"]} == {ONE, TWO}
    said = {one["feature"]: one["text"] for one in review["weights"]}
    assert said["name"] == "nama sama"
    assert said["nik"] == "NIK beda di nomor urut (kembar?)"
    assert said["home"] == "KK sama, telepon sama, desa sama"
    assert all(one["shown"][0] in "+\N{MINUS SIGN}" and "," in one["shown"] for one in review["weights"])
    weights = [abs(one["weight"]) for one in review["weights"]]
    assert weights == sorted(weights, reverse=True)
    english = clerk.client.get(REVIEWS, headers={**clerk.headers, "Accept-Language": "en"}).json["reviews"][0]
    assert {one["feature"]: one["text"] for one in english["weights"]}["name"] == "same name"
    assert "." in english["weights"][0]["shown"]


def test_the_same_makes_them_one_for_everybody(clerk, twins, tablet, other):
    one, two = twins
    hers = told(tablet, MOTHER)
    tablet.push(hers)
    shelf = Shelf(other)
    shelf.sync()
    answer = decide(clerk, queue(clerk)[0], "same", note="Bidan Sumarsih mengenal anak ini")
    assert answer.status_code == 200, answer.data
    assert (answer.json["status"], answer.json["note"]) == ("same", "Bidan Sumarsih mengenal anak ini")
    assert answer.json["a"]["person_id"] == answer.json["b"]["person_id"] == one["id"]
    shelf.sync()
    [gone] = shelf.gone
    assert (gone["id"], gone["reason"], gone["merged_into"]) == (two["id"], "merged", one["id"])
    assert shelf.held["person", one["id"]]["data"]["records"] == sorted([one["id"], two["id"]])
    assert shelf.proves_complete()
    assert queue(clerk) == []
    assert [one["id"] for one in queue(clerk, status="same")] == [answer.json["id"]]
    profiles, _ = memory(tablet.office.store)
    assert set(profiles) == {one["id"], hers["id"]}
    [result] = tablet.push(pregnancy(tablet, two["id"]))
    assert result["person_id"] == one["id"]


def test_different_is_kept_for_ever_and_no_later_record_brings_them_together(clerk, twins, tablet, other):
    one, two = twins
    answer = decide(clerk, queue(clerk)[0], "different")
    assert answer.json["status"] == "different"
    store = tablet.office.store
    [pair] = rows(store, ApartRow)
    assert (pair["a"], pair["b"]) == (min(one["id"], two["id"]), max(one["id"], two["id"]))
    profiles, _ = memory(store)
    assert profiles[one["id"]][2] == [two["id"]]
    assert profiles[two["id"]][2] == [one["id"]]
    for number in range(3):
        other.push(told(other, BABY, full_name="Bagas Pratama", phone=f"08127766554{number}"))
    homes = partition(store)
    assert homes[one["id"]] != homes[two["id"]]
    other.push(other.edited(two, 1, nik=ONE))
    homes = partition(store)
    assert homes[one["id"]] != homes[two["id"]]
    ids = {review["id"] for review in queue(clerk)}
    assert answer.json["id"] not in ids


def test_what_was_decided_is_not_decided_again(clerk, twins):
    [review] = queue(clerk)
    assert decide(clerk, review, "different").status_code == 200
    for decision in ("same", "different"):
        answer = decide(clerk, review, decision)
        assert answer.status_code == 409
        assert answer.json["type"].endswith("/decided")
        assert answer.json["review"]["status"] == "different"


def test_a_pair_that_became_one_meanwhile_is_settled(clerk, twins, tablet):
    [review] = queue(clerk)
    one, two = twins
    tablet.push(tablet.edited(two, 1, nik=ONE))
    if partition(tablet.office.store)[two["id"]] == one["id"]:
        answer = decide(clerk, review, "same")
        assert (answer.status_code, answer.json["review"]["status"]) == (409, "settled")
    assert queue(clerk) == []


def test_two_users_who_answer_at_once_get_one_decision(office, twins):
    clerks = [office.clerk("data_manager"), office.clerk("data_manager")]
    [review] = queue(clerks[0])
    together = threading.Barrier(2)

    def answer(clerk, decision):
        together.wait(10)
        return decide(clerk, review, decision).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, clerks, ("same", "different"))) == [200, 409]
    [status] = {one["status"] for one in rows(office.store, ReviewRow)}
    assert (len(groups(office.store)) == 1) == (status == "same")
    assert len(rows(office.store, MergeRow)) == (status == "same")


def test_who_decided_is_noted_and_the_note_is_sealed(clerk, twins, office):
    [review] = queue(clerk)
    note = "kata tetangga Suparlan ini bukan anaknya"
    decide(clerk, review, "different", note=note)
    with office.store.reading() as connection:
        [entry] = audit_of(connection, review["id"])
    assert (entry.username, entry.action) == (clerk.username, "identity.review")
    assert entry.detail == {"decision": "different", "status": "different", "merged": []}
    [row] = rows(office.store, ReviewRow)
    assert b"Suparlan" not in bytes(row["note"])


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_who_may_not_review_sees_no_queue(office, twins, role):
    clerk = office.clerk(role)
    assert clerk.get(REVIEWS).status_code == 403
    assert decide(clerk, {"id": new_id()}, "same").status_code == 403


def test_a_pair_of_elsewhere_is_not_there(office, twins):
    [review] = queue(office.clerk("data_manager"))
    clerk = office.clerk("data_manager", areas=("16.02.11",))
    assert queue(clerk) == []
    assert decide(clerk, review, "same").status_code == 404
    assert clerk.get(f"{REVIEWS}/{review['id']}").status_code == 404
    assert queue(office.clerk("data_manager"), area="16.02.11") == []


def test_a_pair_between_two_areas_is_seen_whole_from_both(office, tablet):
    tablet.push(told(tablet, BABY, nik=ONE))
    tablet.push(told(tablet, BABY, nik=TWO, envelope={"area": TULUNG_SELAPAN}))
    for area in ("16.02.11", "16.02.05"):
        [review] = queue(office.clerk("data_manager", areas=(area,)))
        assert {review["a"]["fields"]["nik"], review["b"]["fields"]["nik"]} == {ONE, TWO}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/decision", "required"),
        ({"decision": "maybe"}, "/decision", "bad_format"),
        ({"decision": "same", "note": "x" * 2001}, "/note", "bad_format"),
        ({"decision": "same", "note": "a\x00b"}, "/note", "bad_format"),
        ({"decision": "same", "status": "open"}, "/status", "unknown_field"),
        ([], "", "wrong_type"),
    ],
)
def test_a_wrong_answer_is_told_by_pointer(clerk, twins, body, pointer, code):
    [review] = queue(clerk)
    answer = clerk.client.post(f"{REVIEWS}/{review['id']}", json=body, headers=clerk.headers)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"status": "closed"}, "/status"),
        ({"area": "16.99"}, "/area"),
        ({"limit": "0"}, "/limit"),
        ({"limit": "x"}, "/limit"),
    ],
)
def test_a_wrong_parameter_is_told_by_pointer(clerk, query, pointer):
    answer = clerk.get(REVIEWS, **query)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_the_queue_comes_in_pages_the_greatest_gain_first(clerk, tablet):
    for number in range(3):
        child = stranger(tablet, number)["data"] | {
            "kk_number": f"160205120315000{number}",
            "mother_name": ("Sumarsih", "Kasiyem", "Painah")[number],
        }
        child["birth_date"] = f"{2014 + 4 * number}-03-0{number + 1}"
        day = child["birth_date"].replace("-", "")
        tablet.push(*(told(tablet, child, nik=f"160205{day[6:]}{day[4:6]}{day[2:4]}000{one}") for one in (1, 2)))
    whole = queue(clerk)
    assert len(whole) == 3
    gains = [one["gain"] for one in whole]
    assert gains == sorted(gains, reverse=True)
    seen, cursor = [], None
    while True:
        page = clerk.get(REVIEWS, limit=2, **({"cursor": cursor} if cursor else {})).json
        seen += [one["id"] for one in page["reviews"]]
        cursor = page["cursor"]
        if not page["has_more"]:
            break
    assert seen == [one["id"] for one in whole]
    assert clerk.get(REVIEWS, cursor="abc").status_code == 400
