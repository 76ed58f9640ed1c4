"""A first sync walks person by person while others push and the office changes the scope: nothing lost, nothing kept."""

import random

import pytest
from sqlalchemy import text

from tests.field import nik_of, pregnancy, stranger, visit, woman
from tests.office import KAYU_AGUNG, KAYU_AGUNG_DESA, TULUNG_SELAPAN, Office
from tests.scenarios.test_pull import Shelf

VILLAGES = (KAYU_AGUNG, KAYU_AGUNG_DESA, TULUNG_SELAPAN)
SCOPES = (("16.02",), ("16.02.05",), ("16.02.11",), (KAYU_AGUNG_DESA,), (KAYU_AGUNG, "16.02.11"), ("16.02", "16.02.05"))
EARLY, LATE = "00000000-0000-4000-8000-000000000001", "ffffffff-ffff-4fff-bfff-ffffffffffff"
NIK = "1602055205980001"


def complaint(tablet, **envelope):
    data = {"received_on": "2026-02-27", "channel": "van", "anonymous": False, "confidential": False}
    data |= {"class": "aspiration", "category": "medicine", "text": "Obat habis", "place": KAYU_AGUNG_DESA}
    return tablet.record("complaint", data | {"subject_unit": "Puskesmas", "status": "received"}, **envelope)


def page(shelf: Shelf, limit: int) -> list[dict]:
    """One page, applied as `Shelf.sync` does."""
    whole, shelf.tablet.pull = shelf.tablet.pull, lambda cursor, size: one_page(shelf.tablet, cursor, size)
    try:
        return shelf.sync(limit)
    finally:
        shelf.tablet.pull = whole


def one_page(tablet, cursor, limit):
    found = tablet.page(cursor, limit)
    assert len(found["changes"]) <= limit
    return found["changes"], found["cursor"]


def taken(results):
    assert {one["status"] for one in results} <= {"applied", "merged", "conflict"}, results
    return results


@pytest.fixture
def shelf(other):
    return Shelf(other)


@pytest.fixture
def families(tablet):
    """In each village three women; each pregnant, and seen twice; her records arrive far from each other."""
    women = [stranger(tablet, n, area=VILLAGES[n % 3]) for n in range(9)]
    expecting = [pregnancy(tablet, she["id"], area=she["area"]) for she in women]
    visits = [visit(tablet, hers["id"], {"area": hers["area"]}, weight_kg=kg) for kg in (51, 52) for hers in expecting]
    taken(tablet.push(*women))
    taken(tablet.push(*expecting, *visits))
    return [women, expecting, visits]


def about(change):
    return change["id"] if change["entity"] == "person" else change["data"]["person_id"]


def test_what_is_about_one_person_comes_side_by_side_golden_record_first(shelf, families):
    changes = [one for one in shelf.sync() if one["entity"] != "case"]
    assert len(changes) == 9 * 5
    for at in range(0, len(changes), 5):
        assert len({about(one) for one in changes[at : at + 5]}) == 1
        kinds = [one["entity"] if one["entity"] == "person" else one["data"]["type"] for one in changes[at : at + 5]]
        assert kinds[:2] == ["person", "person"]
    assert [one["data"]["area"] for one in changes if one["entity"] == "record"] == sorted(
        one["data"]["area"] for one in changes if one["entity"] == "record"
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_tell_each_thing_once(shelf, families, limit):
    changes = page(shelf, limit)
    while found := page(shelf, limit):
        changes += found
    assert len(changes) == len({(one["entity"], one["id"]) for one in changes})
    assert sum(one["entity"] != "case" for one in changes) == 45
    assert shelf.proves_complete()


def test_what_is_about_nobody_comes_too(shelf, office, tablet, families):
    wishes = [complaint(tablet, area=area) for area in VILLAGES for _ in range(3)]
    taken(tablet.push(*wishes))
    refused = visit(tablet, families[1][0]["id"], {"consent": "refused"})
    taken(tablet.push(refused))
    shelf.sync(limit=2)
    assert {refused["id"], *(one["id"] for one in wishes)} <= shelf.ids()
    assert shelf.proves_complete()
    narrow = Shelf(office.tablet(areas=(KAYU_AGUNG,), programs=("service",)))
    narrow.sync(limit=2)
    assert {one["id"] for one in wishes} & narrow.ids() == {one["id"] for one in wishes[:3]}
    assert narrow.proves_complete()


def test_a_visit_of_a_woman_who_is_registered_elsewhere_comes_without_her(office, tablet):
    she = woman(tablet, area=KAYU_AGUNG)
    hers = pregnancy(tablet, she["id"], area=TULUNG_SELAPAN)
    taken(tablet.push(she, hers))
    there = Shelf(office.tablet(areas=("16.02.11",)))
    there.sync(limit=1)
    assert (there.ids(), there.ids("person")) == ({hers["id"]}, set())
    assert there.proves_complete()


def test_a_woman_who_is_registered_in_two_villages_comes_with_both_records(office, tablet):
    here, there = woman(tablet, nik=NIK, area=KAYU_AGUNG), woman(tablet, "Aminah", nik=NIK, area=TULUNG_SELAPAN)
    taken(tablet.push(here, there))
    for areas in (("16.02",), ("16.02.05",), ("16.02.11",)):
        shelf = Shelf(office.tablet(areas=areas))
        shelf.sync(limit=1)
        assert shelf.ids("person") == {here["id"]}
        assert shelf.proves_complete()


@pytest.mark.parametrize(("start", "goal"), [(TULUNG_SELAPAN, KAYU_AGUNG), (KAYU_AGUNG, TULUNG_SELAPAN)])
@pytest.mark.parametrize("walked", [1, 7, 16, 31, 44])
def test_a_record_that_moves_meanwhile_is_there_once(shelf, tablet, families, start, goal, walked):
    page(shelf, walked)
    for she in families[0]:
        if she["area"] == start:
            taken(tablet.push(tablet.edited(she, 1, area=goal)))
    shelf.sync(limit=3)
    assert shelf.proves_complete()
    assert {shelf.held["record", she["id"]]["data"]["area"] for she in families[0]} == set(VILLAGES) - {start}


@pytest.mark.parametrize("walked", [1, 2, 4, 5, 6])
@pytest.mark.parametrize("winner", [EARLY, LATE])
def test_the_records_of_a_person_that_turns_out_to_be_another_are_not_passed_over(shelf, tablet, winner, walked):
    """Her second record changes its place in the walk without an edit of its own."""
    loser = EARLY if winner == LATE else LATE
    first = stranger(tablet, 0, id=winner)
    first["data"]["nik"] = nik_of(first)
    again = tablet.record("person", first["data"])
    known = stranger(tablet, 1, id=loser)
    taken(tablet.push(first, again, known))
    page(shelf, walked)
    taken(tablet.push(tablet.edited(known, 1, **first["data"])))
    shelf.sync(limit=1)
    assert shelf.ids() == {winner, loser, again["id"]}
    assert {shelf.held["record", one["id"]]["data"]["person_id"] for one in (first, known, again)} == {winner}
    assert shelf.proves_complete()


@pytest.mark.parametrize("walked", [1, 9, 20, 40])
def test_deletions_meanwhile_are_told(shelf, tablet, families, walked):
    page(shelf, walked)
    for one in (*families[2], *families[0][::2]):
        taken(tablet.push(tablet.edited(one, 1, deleted=True)))
    shelf.sync(limit=4)
    assert shelf.proves_complete()


@pytest.mark.parametrize("areas", SCOPES)
@pytest.mark.parametrize("walked", [1, 2, 13, 27])
def test_a_scope_that_changes_in_the_middle(office, tablet, families, areas, walked):
    van = office.van("Van Rubah", areas=("16.02.05",))
    shelf = Shelf(office.tablet(van))
    page(shelf, walked)
    office.rescope(van, areas=areas, programs=("maternal",))
    page(shelf, 2)
    taken(tablet.push(tablet.edited(families[1][0], 1, gravida=3), woman(tablet, area=KAYU_AGUNG)))
    office.rescope(van, areas=(*areas, TULUNG_SELAPAN))
    shelf.sync(limit=5)
    assert shelf.proves_complete()


def test_what_was_edited_before_the_scope_narrowed_is_taken_back(office, tablet, families):
    van = office.van("Van Rubah", areas=("16.02",))
    shelf = Shelf(office.tablet(van))
    shelf.sync()
    she = next(one for one in families[0] if one["area"] == TULUNG_SELAPAN)
    taken(tablet.push(tablet.edited(she, 1, full_name="Siti Baru")))
    office.rescope(van, areas=("16.02.05",))
    shelf.sync()
    assert she["id"] not in shelf.ids() | shelf.ids("person")
    assert shelf.proves_complete()


@pytest.mark.parametrize("make", [woman, complaint])
def test_what_came_after_the_walk_began_is_taken_back_too(office, tablet, families, make):
    """It stands behind what the tablet has seen of the feed, and the walk has told of it."""
    van = office.van("Van Rubah", areas=("16.02",))
    shelf = Shelf(office.tablet(van))
    page(shelf, 3)
    new = make(tablet, area=TULUNG_SELAPAN)
    taken(tablet.push(new))
    while new["id"] not in shelf.ids():
        page(shelf, 3)
    office.rescope(van, areas=("16.02.05",))
    shelf.sync(limit=3)
    assert shelf.proves_complete()


def test_the_lowest_of_all_ids_is_not_passed_over(office, tablet):
    nobody = "00000000-0000-0000-0000-000000000000"
    taken(tablet.push(woman(tablet, id=nobody, area=KAYU_AGUNG)))
    shelf = Shelf(office.tablet(areas=(KAYU_AGUNG,)))
    shelf.sync()
    assert shelf.ids() == shelf.ids("person") == {nobody}


def test_a_restored_backup_ends_a_walk_as_well(shelf, office, families):
    page(shelf, 3)
    office.store.transact(lambda connection: connection.execute(text("UPDATE feed_counter SET n = n - 1")))
    query = {"cursor": shelf.cursor}
    answer = shelf.tablet.client.get("/api/v1/sync/pull", query_string=query, headers=shelf.tablet.headers)
    assert answer.status_code == 410


class History:
    """A random history: one tablet pushes, two pull page by page, one of them under a scope that changes."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office = office
        self.random = random.Random(seed)
        self.tablet = office.tablet()
        self.van = office.van("Van Rubah", areas=self.random.choice(SCOPES))
        self.shelves = [Shelf(office.tablet()), Shelf(office.tablet(self.van))]
        self.records: dict[str, tuple[dict, int]] = {}

    def run(self, steps: int) -> None:
        actions = [self.add, self.add, self.edit, self.edit, self.edit, self.pull, self.pull, self.pull, self.rescope]
        for _ in range(20):
            self.add()
        for _ in range(steps):
            self.random.choice(actions)()

    def push(self, record: dict) -> None:
        result = self.tablet.push(record)[0]
        if result["status"] != "rejected":
            self.records[record["id"]] = (record, result["rev"])

    def add(self) -> None:
        area = self.random.choice(VILLAGES)
        named = [one for one, _ in self.records.values() if one["type"] in ("person", "pregnancy")]
        if not named or self.random.random() < 0.4:
            nik = f"16020552059800{self.random.randint(1, 8):02d}" if self.random.random() < 0.6 else None
            self.push(woman(self.tablet, f"Siti {len(named)}", nik=nik, area=area))
        elif self.random.random() < 0.2:
            self.push(complaint(self.tablet, area=area))
        else:
            one = self.random.choice(named)
            if one["type"] == "person":
                self.push(pregnancy(self.tablet, one["id"], area=area))
            else:
                self.push(visit(self.tablet, one["id"], {"area": area}))

    def edit(self) -> None:
        record, rev = self.random.choice(list(self.records.values()))
        change = {"area": self.random.choice(VILLAGES)}
        if self.random.random() < 0.2:
            change = {"deleted": not record["deleted"]}
        elif record["type"] == "person" and self.random.random() < 0.6:
            change = {"nik": f"16020552059800{self.random.randint(1, 8):02d}"}
        self.push(self.tablet.edited(record, rev, **change))

    def pull(self) -> None:
        page(self.random.choice(self.shelves), self.random.randint(1, 12))

    def rescope(self) -> None:
        programs = self.random.choice([("maternal", "service"), ("maternal",), ("service", "civil")])
        self.office.rescope(self.van, areas=self.random.choice(SCOPES), programs=programs)


@pytest.mark.parametrize("seed", range(8))
def test_after_any_history_each_tablet_holds_what_the_digest_says(office, seed):
    history = History(office, seed)
    history.run(60)
    for shelf in history.shelves:
        shelf.sync(limit=3)
        assert shelf.proves_complete()
        fresh = Shelf(office.tablet(shelf.tablet.van))
        fresh.sync(limit=5)
        assert fresh.proves_complete()
        assert {key: one["rev"] for key, one in fresh.held.items()} == {k: one["rev"] for k, one in shelf.held.items()}
        assert {key: one["data"] for key, one in fresh.held.items() if key[0] == "person"} == {
            key: one["data"] for key, one in shelf.held.items() if key[0] == "person"
        }
