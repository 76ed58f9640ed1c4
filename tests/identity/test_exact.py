"""The same valid NIK is the same person, whoever brings it and whenever; anything else is another one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldsync.identity import exact
from fieldsync.identity.exact import _owners
from tests.field import pregnancy, woman
from tests.office import TULUNG_SELAPAN

NIK, TWIN, THIRD = "1602055205980001", "1602055205980002", "1602055205980003"


def identities(results):
    return [(one["identity"], one["person_id"]) for one in results]


def persons(tablet) -> dict[str, dict]:
    """The living golden records that a fresh tablet gets."""
    fresh = tablet.office.tablet()
    return {one["id"]: one["data"] for one in fresh.pull()[0] if one["entity"] == "person" and not one["deleted"]}


def test_the_same_nik_in_one_batch_is_one_person(tablet):
    first, second, third = (woman(tablet, name, nik=NIK) for name in ("Siti Aminah", "Siti Aminah", "St. Aminah"))
    assert identities(tablet.push(first, second, third)) == [
        ("new", first["id"]),
        ("matched", first["id"]),
        ("matched", first["id"]),
    ]
    assert set(persons(tablet)) == {first["id"]}


def test_the_same_nik_in_two_batches_and_from_two_tablets_is_one_person(tablet, other):
    first, second = woman(tablet, nik=NIK), woman(other, "Aminah", nik=NIK, area=TULUNG_SELAPAN)
    assert identities(tablet.push(first)) == [("new", first["id"])]
    assert identities(other.push(second)) == [("matched", first["id"])]
    assert sorted(persons(tablet)[first["id"]]["records"]) == sorted([first["id"], second["id"]])


def test_without_a_nik_everybody_is_somebody_else(tablet):
    pushed = [woman(tablet), woman(tablet)]
    assert identities(tablet.push(*pushed)) == [("new", one["id"]) for one in pushed]


@pytest.mark.parametrize("nik", ["1602055205980000", "1602050005980001", "9999999999999999", "0002055205980001"])
def test_a_nik_that_can_be_nobody_s_own_never_matches(tablet, other, nik):
    pushed = [woman(tablet, nik=nik), woman(tablet, nik=nik)]
    assert identities(tablet.push(*pushed)) == [("new", one["id"]) for one in pushed]
    late = woman(other, nik=nik)
    assert identities(other.push(late)) == [("new", late["id"])]
    assert len(persons(tablet)) == 3


def test_twins_one_digit_apart_stay_apart(tablet, other):
    one, two = woman(tablet, "Siti Aminah", nik=NIK), woman(tablet, "Siti Aminah", nik=TWIN)
    assert identities(tablet.push(one, two)) == [("new", one["id"]), ("new", two["id"])]
    again = [woman(other, nik=TWIN), woman(other, nik=NIK)]
    assert identities(other.push(*again)) == [("matched", two["id"]), ("matched", one["id"])]
    assert set(persons(tablet)) == {one["id"], two["id"]}


def merged(tablet, other):
    """Two persons that a corrected NIK shows to be one: (winner, loser) records."""
    winner, loser = woman(tablet, "Siti Aminah", nik=NIK), woman(other, "Aminah", nik=TWIN)
    tablet.push(winner)
    other.push(loser)
    [result] = other.push(other.edited(loser, 1, nik=NIK))
    assert (result["identity"], result["person_id"]) == ("matched", winner["id"])
    return winner, loser


def test_a_corrected_nik_merges_two_persons(tablet, other):
    winner, loser = merged(tablet, other)
    found = persons(tablet)
    assert set(found) == {winner["id"]}
    assert sorted(found[winner["id"]]["records"]) == sorted([winner["id"], loser["id"]])


def test_the_loser_s_id_stays_good_for_ever(tablet, other):
    winner, loser = merged(tablet, other)
    for sender in (tablet, other):
        [result] = sender.push(pregnancy(sender, loser["id"]))
        assert (result["status"], result["person_id"]) == ("applied", winner["id"])


def test_the_old_number_still_finds_the_person_that_it_was_given_for(tablet, other):
    winner, _ = merged(tablet, other)
    [result] = tablet.push(woman(tablet, nik=TWIN))
    assert (result["identity"], result["person_id"]) == ("matched", winner["id"])


def test_an_alias_of_an_alias_leads_to_the_last(tablet, other):
    second, first = merged(tablet, other)
    third = woman(tablet, "Siti A", nik=THIRD)
    tablet.push(third)
    [result] = tablet.push(tablet.edited(second, 1, nik=THIRD))
    assert result["person_id"] == third["id"]
    assert set(persons(tablet)) == {third["id"]}
    for old in (first, second, third):
        [result] = other.push(pregnancy(other, old["id"]))
        assert result["person_id"] == third["id"]
    for nik in (NIK, TWIN, THIRD):
        [result] = other.push(woman(other, nik=nik))
        assert (result["identity"], result["person_id"]) == ("matched", third["id"])
    gone = {one["id"]: one["merged_into"] for one in tablet.pull(None)[0] if one.get("reason") == "merged"}
    assert set(gone.values()) <= {third["id"]}


def test_the_tablets_are_told_where_each_alias_ends(tablet, other):
    second, first = merged(tablet, other)
    _, cursor = other.pull()
    third = woman(tablet, "Siti A", nik=THIRD)
    tablet.push(third)
    tablet.push(tablet.edited(second, 1, nik=THIRD))
    told = {one["id"]: one["merged_into"] for one in other.pull(cursor)[0] if one["deleted"]}
    assert told[second["id"]] == third["id"]
    assert told.get(first["id"], third["id"]) == third["id"]


def test_two_corrections_in_one_batch_make_one_person(tablet):
    first, second, third = (woman(tablet, nik=one) for one in (NIK, TWIN, THIRD))
    tablet.push(first, second, third)
    results = tablet.push(tablet.edited(second, 1, nik=NIK), tablet.edited(third, 1, nik=NIK))
    assert {one["person_id"] for one in results} == {first["id"]}
    assert set(persons(tablet)) == {first["id"]}


def test_a_chain_of_corrections_in_one_batch_makes_one_person_in_either_order(tablet):
    first, second, third = (woman(tablet, nik=one) for one in (NIK, TWIN, THIRD))
    tablet.push(first, second, third)
    tablet.push(tablet.edited(third, 1, nik=TWIN), tablet.edited(second, 1, nik=NIK))
    assert set(persons(tablet)) == {first["id"]}
    results = tablet.push(*(pregnancy(tablet, one["id"]) for one in (first, second, third)))
    assert {one["person_id"] for one in results} == {first["id"]}


def test_the_state_does_not_depend_on_which_came_first(office):
    """Whoever brings the NIK first names the person; all records are linked all the same."""
    one, two = office.tablet(), office.tablet()
    first, second = woman(one, nik=NIK), woman(two)
    two.push(second)
    one.push(first)
    two.push(two.edited(second, 1, nik=NIK))
    [golden] = persons(one).values()
    assert sorted(golden["records"]) == sorted([first["id"], second["id"]])


def test_a_deleted_record_claims_no_number(tablet, other):
    first = woman(tablet, nik=NIK)
    tablet.push(first)
    gone = woman(other, nik=None)
    other.push(gone)
    deleted = other.edited(gone, 1, nik=NIK, deleted=True)
    [result] = other.push(deleted)
    assert (result["status"], result["person_id"]) == ("applied", gone["id"])


@pytest.mark.parametrize("database_url", ["postgresql", "sqlite"], indirect=True)
def test_tablets_that_bring_the_same_people_in_the_same_instant_make_one_of_each(office):
    tablets = [office.tablet() for _ in range(6)]
    niks = [f"16020552059801{n:02d}" for n in range(1, 9)]
    batches = []
    for number, one in enumerate(tablets):
        order = niks[number:] + niks[:number]
        batches.append([woman(one, f"Siti {number}", nik=nik) for nik in order])
    together = threading.Barrier(len(tablets))

    def push(sender, batch):
        together.wait(10)
        return sender.push(*batch)

    with ThreadPoolExecutor(len(tablets)) as pool:
        answers = list(pool.map(push, tablets, batches))
    owners: dict[str, set[str]] = {}
    for batch, results in zip(batches, answers, strict=True):
        for record, result in zip(batch, results, strict=True):
            assert result["status"] == "applied"
            owners.setdefault(record["data"]["nik"], set()).add(result["person_id"])
    assert {nik: len(found) for nik, found in owners.items()} == dict.fromkeys(niks, 1)
    new = [one for results in answers for one in results if one["identity"] == "new"]
    assert len(new) == len(niks)
    found = persons(tablets[0])
    assert set(found) == {person_id for ids in owners.values() for person_id in ids}
    assert {len(one["records"]) for one in found.values()} == {len(tablets)}


def test_corrections_in_the_same_instant_merge_into_one(office):
    tablets = [office.tablet() for _ in range(4)]
    made = [woman(one, f"Siti {n}") for n, one in enumerate(tablets)]
    for one, record in zip(tablets, made, strict=True):
        one.push(record)
    together = threading.Barrier(len(tablets))

    def correct(sender, record):
        together.wait(10)
        return sender.push(sender.edited(record, 1, nik=NIK))

    with ThreadPoolExecutor(len(tablets)) as pool:
        answers = list(pool.map(correct, tablets, made))
    assert len({results[0]["person_id"] for results in answers}) == 1
    [golden] = persons(tablets[0]).values()
    assert sorted(golden["records"]) == sorted(one["id"] for one in made)


class Held:
    """A thread that has found whose the NIKs are, and may not go on before `go_on`: what others commit meanwhile counts."""

    def __init__(self, monkeypatch, work):
        self.found, self.go_on = threading.Event(), threading.Event()
        self.answers = []
        monkeypatch.setattr(exact, "_owners", self.slowly)
        self.thread = threading.Thread(target=lambda: self.answers.extend(work()))
        self.thread.start()
        assert self.found.wait(10)

    def slowly(self, connection, keys):
        owners = _owners(connection, keys)
        if threading.current_thread() is self.thread and not self.found.is_set():
            self.found.set()
            assert self.go_on.wait(10)
        return owners

    def finish(self):
        self.go_on.set()
        self.thread.join(20)
        return self.answers


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_record_that_arrives_while_its_person_is_merged_is_not_left_behind(office, monkeypatch):
    merging, arriving = office.tablet(), office.tablet()
    winner, loser = woman(merging, nik=NIK), woman(merging, nik=TWIN)
    merging.push(winner, loser)
    correction, news = merging.edited(loser, 1, nik=NIK), woman(arriving, nik=TWIN)
    held = Held(monkeypatch, lambda: arriving.push(news))
    assert merging.push(correction)[0]["person_id"] == winner["id"]
    [result] = held.finish()
    assert (result["status"], result["person_id"]) == ("applied", winner["id"])
    golden = persons(merging)
    assert set(golden) == {winner["id"]}
    assert sorted(golden[winner["id"]]["records"]) == sorted([winner["id"], loser["id"], news["id"]])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_merge_into_a_person_that_is_merged_meanwhile_ends_at_the_last(office, monkeypatch):
    one, two = office.tablet(), office.tablet()
    first, second, third = made = [woman(one, nik=nik) for nik in (TWIN, NIK, THIRD)]
    one.push(*made)
    into_second, into_third = one.edited(first, 1, nik=NIK), two.edited(second, 1, nik=THIRD)
    held = Held(monkeypatch, lambda: one.push(into_second))
    assert two.push(into_third)[0]["person_id"] == third["id"]
    assert held.finish()[0]["person_id"] == third["id"]
    [golden] = persons(one).values()
    assert sorted(golden["records"]) == sorted(each["id"] for each in made)
    results = two.push(*(pregnancy(two, each["id"]) for each in made))
    assert {each["person_id"] for each in results} == {third["id"]}
