"""The office looks at its tablets: which came, which did not, and what is missing of them."""

import pytest

from fieldsync import access
from tests.field import visit, woman
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN, new_id

DEVICES = "/api/v1/devices"
EAST, WEST = "16.02.11", "16.02.05"


def listed(clerk, **query):
    answer = clerk.get(DEVICES, **query)
    assert answer.status_code == 200, answer.data
    return answer.json["devices"]


def ids(clerk, **query):
    return [one["id"] for one in listed(clerk, **query)]


@pytest.fixture
def clerk(office):
    return office.clerk()


def test_a_tablet_that_never_came_is_told_as_such(office, clerk):
    tablet = office.tablet("Van 1" if office.van("Van 1") else None)
    assert listed(clerk) == [
        {
            "id": tablet.device_id,
            "name": "Tablet",
            "van": "Van 1",
            "app_version": "1.4.0",
            "enrolled_at": "2026-03-02T05:00:00+00:00",
            "revoked_at": None,
            "last_push_at": None,
            "last_pull_at": None,
            "clock_skew_s": None,
            "applied": 0,
            "held": 0,
            "rejected": 0,
            "last_seq": None,
            "gaps": [],
            "gaps_since": None,
            "missing": 0,
            "waiting": 0,
            "backlog_age_s": None,
        }
    ]


def test_what_a_tablet_brought_and_what_is_amiss_is_told(office, clerk, tablet):
    tablet.skew -= tablet.skew
    waits = visit(tablet, new_id())
    bad = {**woman(tablet), "area": "nowhere"}
    tablet.push(woman(tablet), waits, bad, app_version="1.5.0")
    office.clock.forward(hours=2)
    tablet.seq += 5  # made, and never sent
    tablet.push(woman(tablet), app_version="1.6.0")
    office.clock.forward(minutes=1)
    tablet.pull()
    office.clock.forward(hours=3)
    [one] = listed(clerk)
    assert (one["applied"], one["held"], one["rejected"]) == (2, 1, 1)
    assert (one["last_push_at"], one["last_pull_at"]) == ("2026-03-02T07:00:00+00:00", "2026-03-02T07:01:00+00:00")
    assert (one["app_version"], one["clock_skew_s"]) == ("1.6.0", 0)
    assert (one["last_seq"], one["gaps_since"], one["gaps"], one["missing"]) == (9, 1, [[4, 8]], 5)
    assert (one["waiting"], one["backlog_age_s"]) == (1, 5 * 3600 + 60)


def test_a_gap_that_is_filled_later_is_none(office, clerk, tablet):
    late = woman(tablet)
    tablet.push(woman(tablet))
    tablet.push(woman(tablet))
    tablet.push(late)
    [one] = listed(clerk)
    assert (one["gaps"], one["missing"], one["gaps_since"]) == ([], 0, 1)


def test_what_waited_and_took_effect_is_no_backlog(office, clerk, tablet):
    from tests.field import pregnancy

    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(hers)
    assert listed(clerk)[0]["waiting"] == 1
    tablet.push(she)
    assert (listed(clerk)[0]["waiting"], listed(clerk)[0]["backlog_age_s"]) == (0, None)


SEEN = {
    "the regency": (("16.02",), {"all", "east", "west", "both"}),
    "a district": ((EAST,), {"all", "east", "both"}),
    "a village": ((KAYU_AGUNG_DESA,), {"all", "west", "both"}),
    "two districts": ((EAST, WEST), {"all", "east", "west", "both"}),
    "a district that only the large van serves": (("16.02.18",), {"all"}),
    "the province": (("16",), {"all", "east", "west", "both"}),
}


@pytest.fixture
def fleet(office):
    areas = {"all": ("16.02",), "east": (EAST,), "west": (WEST,), "both": (EAST, WEST)}
    return {name: office.tablet(office.van(name, areas=given)).device_id for name, given in areas.items()}


@pytest.mark.parametrize(("areas", "names"), SEEN.values(), ids=SEEN)
def test_only_tablets_that_work_in_the_user_s_areas_are_shown(office, fleet, areas, names):
    assert set(ids(office.clerk(areas=areas))) == {fleet[name] for name in names}


ASKED = {
    "16.02": {"all", "east", "west", "both"},
    EAST: {"all", "east", "both"},
    TULUNG_SELAPAN: {"all", "east", "both"},
    "16.02.18": {"all"},
    "": {"all", "east", "west", "both"},
}


@pytest.mark.parametrize(("area", "names"), ASKED.items(), ids=ASKED)
def test_a_list_may_be_narrowed_to_an_area(office, fleet, area, names):
    assert set(ids(office.clerk(), area=area)) == {fleet[name] for name in names}


def test_an_area_beyond_the_user_s_own_shows_nothing(office, fleet):
    east = office.clerk(areas=(EAST,))
    assert ids(east, area=WEST) == []
    assert set(ids(east, area="16.02")) == {fleet[name] for name in ("all", "east", "both")}


def test_only_tablets_for_the_user_s_programs_are_shown(office):
    civil = office.tablet(programs=("civil",)).device_id
    health = office.tablet(programs=("maternal", "child")).device_id
    assert ids(office.clerk(programs=("civil",))) == [civil]
    assert ids(office.clerk(programs=("child",))) == [health]
    assert ids(office.clerk(programs=("service",))) == []


def test_a_van_s_present_scope_counts(office):
    tablet = office.tablet(office.van("Van 1", areas=(EAST,)))
    west = office.clerk(areas=(WEST,))
    assert ids(west) == []
    office.rescope("Van 1", areas=(WEST,))
    assert ids(west) == [tablet.device_id]


def test_silent_tablets_are_found(office, clerk):
    pushed, pulled, silent, revoked = (office.tablet() for _ in range(4))
    office.store.transact(lambda c: access.revoke(c, revoked.device_id, office.clock(), wipe=False))
    office.clock.forward(hours=30)
    clerk.log_in()
    assert set(ids(clerk, stale="true")) == {pushed.device_id, pulled.device_id, silent.device_id}
    pushed.push(woman(pushed))
    pulled.pull()
    fresh = office.tablet()
    office.clock.forward(hours=10)
    clerk.log_in()
    assert set(ids(clerk, stale="true")) == {silent.device_id}
    assert set(ids(clerk, stale="24")) == {silent.device_id}
    assert set(ids(clerk, stale="9")) == {one.device_id for one in (pushed, pulled, silent, fresh)}
    assert ids(clerk, stale="41") == []
    assert len(ids(clerk, stale="false")) == len(ids(clerk, stale="")) == len(ids(clerk)) == 5


def test_pages_follow_each_other_and_miss_nobody(office, clerk):
    for van in ("b", "a"):
        office.van(van)
    made = [office.tablet(van).device_id for van in ("b", "a") for _ in range(3)]
    seen, cursor = [], None
    for expected in (2, 2, 2):
        page = clerk.get(DEVICES, limit=2, **({"cursor": cursor} if cursor else {})).json
        seen += page["devices"]
        cursor = page["cursor"]
        assert len(page["devices"]) == expected
        assert page["has_more"] is (cursor is not None) is (len(seen) < 6)
    assert [one["van"] for one in seen] == ["a"] * 3 + ["b"] * 3
    assert {one["id"] for one in seen} == set(made)
    assert len(seen) == 6


def test_a_page_goes_on_though_tablets_came_and_went(office, clerk):
    office.van("a")
    [office.tablet("a") for _ in range(3)]
    page = clerk.get(DEVICES, limit=2).json
    last = listed(clerk)[-1]["id"]
    office.store.transact(lambda c: access.revoke(c, page["devices"][1]["id"], office.clock(), wipe=False))
    office.van("b")
    later = office.tablet("b").device_id
    assert ids(clerk, cursor=page["cursor"]) == [last, later]


WRONG = {
    "limit=0": ("/limit", "out_of_range"),
    "limit=-1": ("/limit", "out_of_range"),
    "limit=101": ("/limit", "out_of_range"),
    "limit=x": ("/limit", "out_of_range"),
    "limit=": ("/limit", "out_of_range"),
    "limit=%D9%A5": ("/limit", "out_of_range"),
    "limit=5&limit=5": ("/limit", "too_many"),
    "stale=0": ("/stale", "out_of_range"),
    "stale=8761": ("/stale", "out_of_range"),
    "stale=99999": ("/stale", "out_of_range"),
    "stale=-1": ("/stale", "out_of_range"),
    "stale=yes": ("/stale", "out_of_range"),
    "stale=%D9%A5": ("/stale", "out_of_range"),
    "stale=1&stale=2": ("/stale", "too_many"),
    "area=x": ("/area", "bad_format"),
    "area=%00": ("/area", "bad_format"),
    "area=%25": ("/area", "bad_format"),
    "area=16.02.": ("/area", "bad_format"),
    "area=16.02%0a": ("/area", "bad_format"),
    "area=' OR 1=1 --": ("/area", "bad_format"),
    "area=99": ("/area", "unknown_area"),
    "area=16.02.99": ("/area", "unknown_area"),
    "area=16.02&area=16.02": ("/area", "too_many"),
    "cursor=a&cursor=b": ("/cursor", "too_many"),
}


@pytest.mark.parametrize(("query", "fault"), WRONG.items(), ids=WRONG)
def test_a_query_that_makes_no_sense_is_refused_by_pointer(clerk, query, fault):
    answer = clerk.client.get(f"{DEVICES}?{query}", headers=clerk.headers)
    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (422, "invalid")
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [fault]


def test_a_cursor_that_is_none_or_another_s_is_400(office, clerk):
    office.van("a")
    [office.tablet("a") for _ in range(2)]
    good = clerk.get(DEVICES, limit=1).json["cursor"]
    other = office.clerk().get(DEVICES, limit=1).json["cursor"]
    flipped = ("A" if good[0] != "A" else "B") + good[1:]
    for bad in ("", "x", "%00", "é", good[:-2], good + "A", good + "=", flipped, other, "A" * 3000):
        answer = clerk.get(DEVICES, cursor=bad)
        assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (400, "malformed"), bad
    assert len(ids(clerk, cursor=good)) == 1


def test_names_that_look_like_patterns_are_only_names(office, clerk):
    for name in ("100%", "_", "'; DROP TABLE device; --", "é", "Z"):
        office.van(name)
        office.tablet(name)
    seen, cursor = [], None
    while True:
        page = clerk.get(DEVICES, limit=1, **({"cursor": cursor} if cursor else {})).json
        seen += [one["van"] for one in page["devices"]]
        cursor = page["cursor"]
        if not page["has_more"]:
            break
    assert sorted(seen) == sorted(["100%", "_", "'; DROP TABLE device; --", "é", "Z"])
