"""The office reads persons: found by whole words and numbers, told with sources, within the scope, nothing restricted."""

import pytest

from fieldsync.access import audit_of
from tests.field import pregnancy, stranger, visit
from tests.identity.people import BABY, FATHER, MOTHER, told
from tests.office import TULUNG_SELAPAN, new_id

PERSONS = "/api/v1/persons"


@pytest.fixture
def clerk(office):
    return office.clerk()


def found(clerk, **query):
    answer = clerk.get(PERSONS, **query)
    assert answer.status_code == 200, answer.data
    return [one["id"] for one in answer.json["persons"]]


def page(clerk, person_id):
    answer = clerk.get(f"{PERSONS}/{person_id}")
    assert answer.status_code == 200, answer.data
    return answer.json


@pytest.fixture
def family(tablet):
    mother, father, baby = told(tablet, MOTHER), told(tablet, FATHER), told(tablet, BABY)
    tablet.push(mother, father, baby)
    return mother, father, baby


def test_a_person_is_told_with_the_record_of_every_value(clerk, tablet, other, family):
    mother = family[0]
    tablet.office.clock.forward(hours=2)
    spoken = told(other, MOTHER, "nik", "civil_documents_checked", full_name="Komariah Handayani", phone="081311112222")
    [result] = other.push(spoken)
    assert result["person_id"] == mother["id"]
    seen = page(clerk, mother["id"])
    assert (seen["id"], seen["aliases"], seen["cases"]) == (mother["id"], [], [])
    assert seen["fields"]["full_name"] == {"value": "Qomariyah Handayani", "record": mother["id"]}
    assert seen["fields"]["phone"] == {"value": "081311112222", "record": spoken["id"]}
    assert seen["fields"]["nik"]["record"] == mother["id"]
    assert {one["id"] for one in seen["records"]} == {mother["id"], spoken["id"]}
    held = {one["id"]: one["data"] for one in tablet.pull()[0] if one["entity"] == "person"}[mother["id"]]
    assert {name: one["value"] for name, one in seen["fields"].items()} == {
        n: v for n, v in held.items() if n != "records"
    }
    assert page(clerk, spoken["id"])["id"] == mother["id"]


def test_episodes_hold_what_belongs_to_them(clerk, tablet, family):
    hers = pregnancy(tablet, family[0]["id"])
    visits = [visit(tablet, hers["id"]) for _ in range(2)]
    tablet.push(hers, *visits)
    [episode] = page(clerk, family[0]["id"])["episodes"]
    assert (episode["type"], episode["id"]) == ("pregnancy", hers["id"])
    assert set(episode["records"]) == {hers["id"], *(one["id"] for one in visits)}


def test_a_family_is_told_by_ids_and_else_by_names_within_one_card(clerk, tablet, family):
    mother, father, baby = family
    kin = {one["id"]: (one["relation"], one["by"]) for one in page(clerk, mother["id"])["family"]}
    assert kin == {father["id"]: ("husband", "name"), baby["id"]: ("child", "name")}
    kin = {one["id"]: (one["relation"], one["by"]) for one in page(clerk, baby["id"])["family"]}
    assert kin == {mother["id"]: ("mother", "name"), father["id"]: ("father", "name")}
    tablet.push(tablet.edited(baby, 1, mother_id=mother["id"]))
    kin = {one["id"]: (one["relation"], one["by"]) for one in page(clerk, baby["id"])["family"]}
    assert kin[mother["id"]] == ("mother", "id")
    kin = {one["id"]: (one["relation"], one["by"]) for one in page(clerk, mother["id"])["family"]}
    assert kin[baby["id"]] == ("child", "id")
    household = page(clerk, mother["id"])["household"]
    assert household["kk_number"] == MOTHER["kk_number"]
    assert {one["id"] for one in household["members"]} == {father["id"], baby["id"]}


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ({"q": "Qomariyah"}, {0}),
        ({"q": "handayani komariah"}, {0}),
        ({"q": "Ny. HANDAYANI"}, {0}),
        ({"q": "Handa"}, set()),
        ({"q": "%"}, set()),
        ({"q": "_____"}, set()),
        ({"q": "Handayani Bagas"}, set()),
        ({"q": "bagas"}, {2}),
        ({"nik": MOTHER["nik"]}, {0}),
        ({"nik": "1602055708940004"}, set()),
        ({"nik": MOTHER["nik"], "q": "Wiryo"}, set()),
        ({"born_after": "1991-01-01"}, {0, 2}),
        ({"born_before": "1994-08-17"}, {0, 1}),
        ({"born_after": "1994-08-17", "born_before": "1994-08-17"}, {0}),
        ({"born_after": "1991-01-01", "q": "wiryo"}, set()),
        ({"area": "16.02.05"}, {0, 1, 2}),
        ({"area": "16.02.11"}, set()),
        ({}, {0, 1, 2}),
        ({"q": ""}, {0, 1, 2}),
    ],
)
def test_persons_are_found_by_whole_words_and_numbers(clerk, family, query, who):
    assert set(found(clerk, **query)) == {family[at]["id"] for at in who}


def test_what_a_merge_or_an_edit_took_away_is_not_found_any_more(clerk, tablet, family):
    mother = family[0]
    tablet.push(tablet.edited(mother, 1, full_name="Rukmini Zulaikha"))
    assert found(clerk, q="Qomariyah") == []
    assert found(clerk, q="zulaikha") == [mother["id"]]
    tablet.push(tablet.edited(mother, 2, deleted=True))
    assert found(clerk, q="zulaikha") == []
    assert clerk.get(f"{PERSONS}/{mother['id']}").status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"nik": "123"}, "/nik"),
        ({"nik": "16020557089400o3"}, "/nik"),
        ({"q": "a" * 101}, "/q"),
        ({"q": "a\x00b"}, "/q"),
        ({"born_after": "17-08-1994"}, "/born_after"),
        ({"born_before": "1994-02-30"}, "/born_before"),
        ({"area": "nowhere"}, "/area"),
        ({"area": "16.99"}, "/area"),
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"q": ["a", "b"]}, "/q"),
    ],
)
def test_a_wrong_parameter_is_told_by_pointer(clerk, query, pointer):
    answer = clerk.get(PERSONS, **query)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("query", [{}, {"q": "Handayani"}])
def test_a_list_comes_in_pages(clerk, tablet, query):
    records = [stranger(tablet, number) for number in range(7)]
    for one in records:
        one["data"]["full_name"] += " Handayani"
    tablet.push(*records)
    seen, cursor = [], None
    while True:
        answer = clerk.get(PERSONS, limit=3, **query, **({"cursor": cursor} if cursor else {})).json
        seen += [one["id"] for one in answer["persons"]]
        cursor = answer["cursor"]
        if not answer["has_more"]:
            break
    assert seen == sorted(one["id"] for one in records)
    assert cursor is None


def test_a_cursor_of_another_user_or_list_is_refused(office, clerk, tablet):
    tablet.push(*(stranger(tablet, number) for number in range(3)))
    cursor = clerk.get(PERSONS, limit=1).json["cursor"]
    assert clerk.get(PERSONS, limit=1, cursor=cursor).status_code == 200
    assert office.clerk().get(PERSONS, limit=1, cursor=cursor).status_code == 400


def test_who_is_elsewhere_is_not_there(office, tablet, family):
    away = office.clerk(areas=("16.02.11",))
    assert found(away) == found(away, q="handayani") == found(away, nik=MOTHER["nik"]) == []
    for path in ("", "/history"):
        assert away.get(f"{PERSONS}/{family[0]['id']}{path}").status_code == 404
    assert away.get(f"{PERSONS}/{new_id()}").status_code == 404
    assert away.get(f"{PERSONS}/no-uuid").status_code == 404


def test_of_a_person_of_two_areas_each_sees_the_records_of_its_own(office, tablet, family):
    mother = family[0]
    elsewhere = told(tablet, MOTHER, envelope={"area": TULUNG_SELAPAN})
    [result] = tablet.push(elsewhere)
    assert result["person_id"] == mother["id"]
    east = page(office.clerk(areas=("16.02.11",)), mother["id"])
    assert [one["id"] for one in east["records"]] == [elsewhere["id"]]
    assert east["family"] == east["household"]["members"] == []


def test_records_of_a_program_that_is_not_the_users_stay_away(office, tablet, family):
    hers = pregnancy(tablet, family[0]["id"])
    tablet.push(hers)
    civil = page(office.clerk(programs=("civil",)), family[0]["id"])
    assert [one["type"] for one in civil["records"]] == ["person"]
    assert civil["episodes"] == []


def test_restricted_fields_are_for_who_may_and_each_look_is_noted(office, tablet):
    she = told(tablet, MOTHER, religion="islam", mood="tetap")
    tablet.push(she)
    for role, seen in (("viewer", False), ("data_manager", False), ("coordinator", True), ("admin", True)):
        clerk = office.clerk(role)
        told_of = page(clerk, she["id"])
        assert ("religion" in told_of["fields"]) is seen
        assert ("religion" in told_of["records"][0]["data"]) is seen
        assert ("mood" in told_of["fields"]) is seen
    with office.store.reading() as connection:
        assert [entry.action for entry in audit_of(connection, she["id"])] == ["restricted.read"] * 2


def test_a_tablet_has_no_business_here(tablet, family):
    for path in ("", f"/{family[0]['id']}", f"/{family[0]['id']}/history"):
        assert tablet.client.get(f"{PERSONS}{path}", headers=tablet.headers).status_code == 404


def test_the_history_tells_why(clerk, tablet, family):
    again = told(tablet, MOTHER)
    tablet.push(again)
    history = clerk.get(f"{PERSONS}/{again['id']}/history").json["history"]
    assert [(one["event"], one["record"], one["by"]) for one in history] == [
        ("link", family[0]["id"], "auto"),
        ("link", again["id"], "auto"),
    ]
    assert history[1]["p"] > 0.9
    assert {one["feature"]: one["text"] for one in history[1]["weights"]}["nik"] == "NIK sama"
