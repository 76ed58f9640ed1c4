"""What tablets get back: nothing missed, nothing foreign, and proof of it."""

import hashlib

import pytest

from fieldsync.ledger import feed
from tests.field import pregnancy, stranger, visit, woman
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN, Tablet


class Shelf:
    """What a tablet holds, by applying pages as the contract says."""

    def __init__(self, tablet: Tablet) -> None:
        self.tablet = tablet
        self.cursor: str | None = None
        self.held: dict[tuple[str, str], dict] = {}
        self.gone: list[dict] = []

    def sync(self, limit: int = 1000) -> list[dict]:
        changes, self.cursor = self.tablet.pull(self.cursor, limit)
        for one in changes:
            key = (one["entity"], one["id"])
            if one["deleted"]:
                self.gone.append(one)
                self.held.pop(key, None)
            else:
                self.held[key] = one
        return changes

    def ids(self, entity="record"):
        return {one for kind, one in self.held if kind == entity}

    def proves_complete(self) -> bool:
        theirs = self.tablet.digest()
        for entity, said in theirs.items():
            mark = count = 0
            for (kind, one), change in self.held.items():
                if kind == entity:
                    count += 1
                    mark ^= int.from_bytes(hashlib.sha256(f"{one}:{change['rev']}".encode()).digest()[:8])
            assert (said["count"], said["digest"]) == (count, f"{mark:016x}"), entity
            assert said["cursor"] == self.cursor
        return True


@pytest.fixture
def shelf(other):
    return Shelf(other)


@pytest.fixture
def families(tablet):
    """Seven women with a pregnancy each, in two districts."""
    records = []
    for number in range(7):
        area = TULUNG_SELAPAN if number % 2 else KAYU_AGUNG_DESA
        she = stranger(tablet, number, area=area)
        records += [she, pregnancy(tablet, she["id"], area=area)]
    assert {one["status"] for one in tablet.push(*records)} == {"applied"}
    return records


def test_a_first_sync_in_small_pages_gives_all_and_proves_it(shelf, families):
    changes = shelf.sync(limit=3)
    assert sum(one["entity"] != "case" for one in changes) == 21
    assert shelf.ids() == {one["id"] for one in families}
    assert shelf.ids("person") == {one["id"] for one in families if one["type"] == "person"}
    assert shelf.proves_complete()
    assert shelf.sync() == []


def test_a_page_can_be_asked_for_again(other, families):
    first = other.page(limit=5)
    again = other.page(limit=5)
    assert first == again
    assert other.page(first["cursor"], 5) == other.page(first["cursor"], 5)


def test_the_golden_record_and_the_record_come_as_sent(shelf, tablet, families):
    shelf.sync()
    she = families[0]
    record = shelf.held["record", she["id"]]["data"]
    assert {name: record[name] for name in she if name != "base_rev"} == {
        n: v for n, v in she.items() if n != "base_rev"
    }
    assert record["person_id"] == she["id"]
    person = shelf.held["person", she["id"]]["data"]
    assert person == {**she["data"], "records": [she["id"]]}


def test_an_edit_comes_as_the_latest_revision_only(shelf, tablet, families):
    shelf.sync()
    she = families[0]
    tablet.push(tablet.edited(she, 1, full_name="Siti Baru"))
    tablet.push(tablet.edited(she, 2, full_name="Siti Lebih Baru"))
    changes = shelf.sync()
    assert sorted((one["entity"], one["rev"]) for one in changes) == [("person", 3), ("record", 3)]
    assert shelf.held["person", she["id"]]["data"]["full_name"] == "Siti Lebih Baru"
    assert shelf.proves_complete()


def test_a_deletion_comes_once_and_is_no_part_of_a_first_sync(shelf, tablet, office, families):
    shelf.sync()
    she, hers = families[0], families[1]
    tablet.push(tablet.edited(hers, 1, deleted=True), tablet.edited(she, 1, deleted=True))
    changes = shelf.sync()
    assert {(one["entity"], one["id"], one["reason"]) for one in changes} == {
        ("record", hers["id"], "deleted"),
        ("record", she["id"], "deleted"),
        ("person", she["id"], "deleted"),
    }
    assert shelf.sync() == []
    assert shelf.proves_complete()
    fresh = Shelf(office.tablet())
    assert not any(one["deleted"] for one in fresh.sync(limit=2))
    assert fresh.proves_complete()


def test_a_deletion_in_the_middle_of_a_first_sync_is_told(shelf, tablet, other, families):
    records = []
    while not records:
        page = other.page(shelf.cursor, limit=3)
        shelf.cursor = page["cursor"]
        for one in page["changes"]:
            shelf.held[one["entity"], one["id"]] = one
        records = [one["id"] for one in page["changes"] if one["entity"] == "record"]
    first = records[0]
    record = next(one for one in families if one["id"] == first)
    tablet.push(tablet.edited(record, 1, deleted=True))
    shelf.sync(limit=2)
    assert shelf.proves_complete()


def test_only_the_tablets_areas_and_programs_come(office, families, tablet):
    narrow = Shelf(office.tablet(areas=("16.02.11",), programs=("maternal",)))
    narrow.sync()
    assert narrow.ids() == {one["id"] for one in families if one["area"] == TULUNG_SELAPAN}
    civil = Shelf(office.tablet(programs=("civil",)))
    civil.sync()
    assert civil.ids() == {one["id"] for one in families if one["type"] == "person"}
    village = Shelf(office.tablet(areas=(KAYU_AGUNG_DESA,)))
    village.sync(limit=1)
    assert village.ids() == {one["id"] for one in families if one["area"] == KAYU_AGUNG_DESA}
    assert narrow.proves_complete()
    assert civil.proves_complete()
    assert village.proves_complete()


def test_a_record_that_moves_out_of_the_area_is_taken_back(office, tablet, families):
    narrow = Shelf(office.tablet(areas=("16.02.05",)))
    narrow.sync()
    whole = Shelf(office.tablet())
    whole.sync()
    she = families[0]
    tablet.push(tablet.edited(she, 1, area=TULUNG_SELAPAN))
    changes = narrow.sync()
    assert {(one["entity"], one.get("reason")) for one in changes} == {
        ("record", "out_of_scope"),
        ("person", "out_of_scope"),
    }
    assert not any(one["deleted"] for one in whole.sync())
    assert narrow.proves_complete()
    assert whole.proves_complete()


def test_a_widened_scope_is_filled_and_a_narrowed_one_taken_back(office, tablet, families):
    van = office.van("Van Rubah", areas=("16.02.05",), programs=("maternal",))
    shelf = Shelf(office.tablet(van))
    shelf.sync()
    here = {one["id"] for one in families if one["area"] == KAYU_AGUNG_DESA}
    assert shelf.ids() == here
    office.rescope(van, areas=("16.02",), programs=("maternal",))
    changes = shelf.sync(limit=2)
    assert not {one["id"] for one in changes} & here
    assert shelf.ids() == {one["id"] for one in families}
    assert shelf.proves_complete()
    office.rescope(van, areas=("16.02.11",), programs=("civil",))
    changes = shelf.sync(limit=2)
    assert {one["reason"] for one in changes} == {"out_of_scope"}
    assert shelf.ids() == {one["id"] for one in families if one["area"] == TULUNG_SELAPAN and one["type"] == "person"}
    assert shelf.proves_complete()
    office.rescope(van, areas=("16.02",), programs=("civil", "maternal"))
    tablet.push(tablet.edited(families[0], 1, full_name="Siti Baru"))
    shelf.sync(limit=1)
    assert shelf.ids() == {one["id"] for one in families}
    assert shelf.proves_complete()


def test_a_scope_that_changes_twice_between_two_pages_leaves_nothing_foreign(office, families):
    van = office.van("Van Rubah", areas=("16.02.05",))
    shelf = Shelf(office.tablet(van))
    shelf.sync()
    office.rescope(van, areas=("16.02",))
    page = shelf.tablet.page(shelf.cursor, 1)
    shelf.cursor = page["cursor"]
    shelf.held |= {(one["entity"], one["id"]): one for one in page["changes"]}
    office.rescope(van, areas=("16.02.11",))
    shelf.sync(limit=1)
    assert shelf.proves_complete()


def test_a_cursor_of_before_a_restore_is_gone(office, shelf, families):
    shelf.sync()
    office.store.transact(feed.begin_epoch)
    answer = shelf.tablet.client.get(
        "/api/v1/sync/pull", query_string={"cursor": shelf.cursor}, headers=shelf.tablet.headers
    )
    assert (answer.status_code, answer.content_type) == (410, "application/problem+json")


def test_a_cursor_ahead_of_the_feed_is_gone(office, shelf, families):
    from sqlalchemy import text

    shelf.sync()
    office.store.transact(lambda connection: connection.execute(text("UPDATE feed_counter SET n = n - 1")))
    answer = shelf.tablet.client.get(
        "/api/v1/sync/pull", query_string={"cursor": shelf.cursor}, headers=shelf.tablet.headers
    )
    assert answer.status_code == 410


def test_another_tablets_cursor_and_any_altered_one_are_refused(tablet, shelf, families):
    shelf.sync()
    for cursor in [shelf.cursor, *_altered(tablet.pull()[1])]:
        answer = tablet.client.get("/api/v1/sync/pull", query_string={"cursor": cursor}, headers=tablet.headers)
        assert answer.status_code == 400, cursor


def _altered(cursor: str) -> list[str]:
    middle = len(cursor) // 2
    flipped = [cursor[:at] + chr(ord(cursor[at]) ^ 1) + cursor[at + 1 :] for at in (0, middle, len(cursor) - 1)]
    return ["", "x", cursor + "A", cursor[:-1], *flipped]


def test_config_tells_limits_versions_and_scope(tablet):
    told = tablet.client.get("/api/v1/sync/config", headers=tablet.headers).json
    assert told["limits"]["records"] == 500
    assert told["form_versions"]["anc_visit"] == {"current": "2026.1", "accepted": ["2025.2", "2026.1"]}
    assert told["areas"] == ["16.02"]


def test_a_revoked_tablet_is_out_from_the_next_request_on(office, tablet):
    from fieldsync import access

    tablet.push(visit(tablet, woman(tablet)["id"]))
    office.store.transact(lambda c: access.revoke(c, tablet.device_id, office.clock(), wipe=True))
    answer = tablet.client.get("/api/v1/sync/pull", headers=tablet.headers)
    assert answer.status_code == 401
    assert answer.json["type"].endswith("/device-revoked")
    assert answer.json["wipe"] is True
