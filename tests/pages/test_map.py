"""The map: by area and worst severity the numbers of the list, on outlines of the office; nobody's home, nothing foreign."""

import gzip
import re
from html import unescape
from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import update

from fieldsync.access import import_places, read_places
from fieldsync.cases.tables import CaseRow
from tests.access.test_area_places import collection, feature, square
from tests.field import pregnancy, visit, woman
from tests.office import KAYU_AGUNG, KAYU_AGUNG_DESA, TULUNG_SELAPAN
from tests.pages.desk import REACTIVE, SEVERE, case_of, mother, reader, words
from tests.pages.test_case_list import listed

DISTRICT, ELSEWHERE = "16.02.05", "16.02.11"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST_ON_THE_WIRE = 150_000


@pytest.fixture
def women(tablet):
    """Four women, three of them in danger, in three villages of two districts."""
    mother(tablet, name="Bunga Utami", area=KAYU_AGUNG_DESA, **SEVERE)
    mother(tablet, name="Wulan Damanik", area=KAYU_AGUNG, **SEVERE)
    mother(tablet, name="Puspa Ginting", area=TULUNG_SELAPAN, **SEVERE)
    return mother(tablet, name="Endang Sagala", area=KAYU_AGUNG_DESA, **REACTIVE)


def outlines(office, *features):
    read = read_places(collection(*features), "code")
    office.store.transact(lambda connection: import_places(connection, read))


def shown(someone, **query):
    """What the map is drawn from: areas by name."""
    answer = someone.open("/map/areas", **query)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return {one["name"]: one for one in answer.json["areas"]}


def text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def table(page):
    """The numbers of the table by the names of the areas, and to which lists they lead."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page.partition("<table")[2], re.DOTALL):
        name, *cells = row.split("<td")
        numbers = [int(text("<td" + one).rpartition(" ")[2].replace(".", "")) for one in cells]
        links = [unescape(one) for one in re.findall(r'href="/cases\?([^"]*)"', row)]
        found[text(name)] = (numbers, [dict(parse_qsl(one)) for one in links])
    return found


FILTERS = [
    *({}, {"area": DISTRICT, "program": "maternal"}, {"area": KAYU_AGUNG}),
    *({"status": "acknowledged,resolved"}, {"rule": "ANC-BP-01", "severity": "emergency"}, {"q": "bunga"}),
]


def test_its_numbers_are_those_of_the_list_and_lead_there(coordinator, women):
    for query in FILTERS:
        page = coordinator.page("/map", **query)
        number = len(listed(coordinator, **query))
        assert f"{number} kasus" in words(page), query
        *areas, (_, (sums, _)) = table(page).items()
        assert sums[-1] == sum(sums[:-1]) == number, query
        assert sums == [sum(numbers[at] for _, (numbers, _) in areas) for at in range(len(sums))], query
        for _, (numbers, links) in areas if "q" not in query else ():
            found = [len(listed(coordinator, **one)) for one in links]
            assert found == [one for one in numbers if one], (query, links)
        drawn = shown(coordinator, **query)
        assert {name: one["total"] for name, one in drawn.items()} == {name: one[0][-1] for name, one in areas}
    assert shown(coordinator)["Kayu Agung"]["worst"] == "emergency"
    assert shown(coordinator)["Mesuji"]["worst"] is None


@SQLITE
def test_outlines_are_the_offices_own_or_points_or_none(office, coordinator, women):
    plain = shown(coordinator)
    assert {one["outline"] for one in plain.values()} == {None}
    assert plain["Kayu Agung"]["at"] == [10489100, -338500]
    inner = coordinator.open("/map/areas", area=DISTRICT).json
    assert inner["middle"] == [10489100, -338500]
    assert {one["at"] for one in inner["areas"]} == {None}
    outlines(office, feature(), feature(KAYU_AGUNG_DESA, [square(side=0.01)]))
    drawn = shown(coordinator)
    assert drawn["Kayu Agung"]["outline"] == [[[10480000, -340000, 10000, 0, 0, 10000, -10000, 0]]]
    inner = shown(coordinator, area=DISTRICT)
    assert [one["total"] > 0 for one in inner.values() if one["outline"]] == [True]
    assert sum(one["total"] > 0 for one in inner.values()) == 2
    assert next(one for one in inner.values() if one["outline"])["inner"] is None
    follow = coordinator.client.get(drawn["Kayu Agung"]["inner"]).json
    assert [one["name"] for one in follow["areas"]] == list(inner)


@SQLITE
def test_what_did_not_change_is_not_sent_again(office, coordinator, women, tablet):
    first = coordinator.open("/map/areas")
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    again = coordinator.client.get("/map/areas", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    outlines(office, feature())
    assert coordinator.client.get("/map/areas", headers=known).status_code == 200


@SQLITE
def test_nothing_outside_the_own_areas_is_on_it(office, women):
    mine = reader(office, areas=(DISTRICT,))
    assert mine.open("/map/areas").json["level"] == "village"
    for path in ("/map", "/map/areas"):
        assert mine.open(path, area=ELSEWHERE).status_code == 404
        assert mine.open(path, area=TULUNG_SELAPAN).status_code == 404
        assert mine.open(path, area="18.01").status_code == 422  # in no list here
        assert mine.open(path, area="16").status_code == 200
    outlines(office, feature(), feature(ELSEWHERE, [square(105)]), feature(KAYU_AGUNG_DESA, [square(side=0.01)]))
    for areas, level, names in [
        ((KAYU_AGUNG_DESA,), "village", 1),
        ((KAYU_AGUNG_DESA, TULUNG_SELAPAN), "village", 2),
        ((DISTRICT, TULUNG_SELAPAN), "district", 2),
        (("16.02", DISTRICT), "district", 18),
        (("16",), "regency", 1),
    ]:
        someone = reader(office, areas=areas)
        found = someone.open("/map/areas").json
        assert (found["level"], len(found["areas"])) == (level, names), areas
        assert f"{sum(one['total'] for one in found['areas'])} kasus" in words(someone.page("/map"))
    partly = shown(reader(office, areas=(DISTRICT, TULUNG_SELAPAN)))
    assert partly["Kayu Agung"]["outline"]
    assert partly["Tulung Selapan"]["total"] > 0
    assert (partly["Tulung Selapan"]["outline"], partly["Tulung Selapan"]["at"]) == (None, None)
    alone = reader(office, areas=(KAYU_AGUNG,))
    assert alone.open("/map/areas").json["middle"] is None  # the district is not theirs
    assert "tidak ada peta" in words(alone.page("/map"))


@SQLITE
def test_no_role_sees_a_home_on_it_and_a_viewer_none_at_all(office, tablet, coordinator):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    place = {"location": {"lat": -3.4012, "lon": 104.8123, "accuracy_m": 12}}
    tablet.push(she, hers, visit(tablet, hers["id"], place, **SEVERE))
    case_id = case_of(coordinator.clerk, she)
    for role in ("viewer", "coordinator", "data_manager", "admin"):
        someone = reader(office, role)
        for path in ("/map?area=16.02.05", "/map/areas?area=16.02.05"):
            told = someone.open(path).text
            assert not re.search(r"3\.?4012|104\.?8123", told), (role, path)
            assert she["data"]["full_name"] not in told
            assert case_id not in told
        assert ("geo:-3.4012,104.8123" in someone.page(f"/cases/{case_id}")) == (role != "viewer")


@SQLITE
def test_a_restricted_flag_counts_for_nothing_to_who_may_not_see_it(office, coordinator, women):
    rule = next(
        flag["rule"]
        for one in coordinator.clerk.get("/api/v1/cases", limit=200).json["cases"]
        for flag in one["flags"]
        if flag["restricted"]
    )
    assert sum(one["total"] for one in shown(coordinator, rule=rule).values()) == 1
    assert sum(one["total"] for one in shown(reader(office, "viewer"), rule=rule).values()) == 0


@SQLITE
def test_a_case_of_a_whole_district_counts_beside_its_villages(office, coordinator, women):
    case = next(one["id"] for one in coordinator.clerk.get("/api/v1/cases", area=KAYU_AGUNG).json["cases"])
    office.store.transact(lambda c: c.execute(update(CaseRow).where(CaseRow.id == case).values(area=DISTRICT)))
    page = coordinator.page("/map", area=DISTRICT)
    numbers, links = table(page)["Kayu Agung (tanpa desa)"]
    assert (numbers[-1], links) == (1, [])
    assert table(page)["Jumlah"][0][-1] == len(listed(coordinator, area=DISTRICT))
    assert len(shown(coordinator, area=DISTRICT)) == 25


@SQLITE
def test_the_way_up_the_filters_and_english(coordinator, women):
    page = coordinator.page("/map", area=DISTRICT, severity="emergency")
    assert 'href="/map?severity=emergency">Semua wilayah saya' in page
    assert "area=16.02" in page.partition("crumbs")[2].partition("</nav>")[0]
    assert re.search(r'<option value="emergency" selected>', page)
    assert "<details open>" in page
    assert "<details open>" not in coordinator.page("/map", area=DISTRICT)
    assert 'href="/map?severity=emergency"' in coordinator.page("/cases", severity="emergency")
    coordinator.speak("en")
    assert "Cases by village, by their worst severity" in words(coordinator.page("/map", area=DISTRICT))
    assert shown(coordinator)["Kayu Agung"]["said"].startswith("Kayu Agung: 6 cases (2 Emergency, 4 Urgent)")


@SQLITE
def test_the_first_map_is_light_with_outlines_of_a_whole_regency(office, coordinator, women):
    codes = [f"16.02.{one}" for one in re.findall(r"area=16\.02\.(\d\d)[\"&]", coordinator.page("/map"))]
    assert len(set(codes)) == 18
    outlines(office, *(feature(code, [ragged(at)]) for at, code in enumerate(dict.fromkeys(codes))))
    weight = 0
    page = coordinator.client.get("/map", headers={"Accept-Encoding": "gzip"})
    parts = re.findall(r'(?:src|href)="(/assets/[^"]+)"', gzip.decompress(page.data).decode())
    for address in {*parts, "/map", "/map/areas"}:
        answer = coordinator.client.get(address.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        weight += len(answer.data)
    drawn = shown(coordinator)
    assert sum(len(one["outline"][0][0]) // 2 for one in drawn.values()) > 9000
    assert weight < MOST_ON_THE_WIRE


def ragged(number):
    """A square with more corners than can be kept, as a coast has."""
    ring = square(104.5 + 0.08 * number, -3.4)
    points = []
    for (x0, y0), (x1, y1) in pairwise(ring):
        for step in range(220):
            off = ((step * 7919 + number) % 101 - 50) * 4e-5
            points.append([x0 + (x1 - x0) * step / 220 + off, y0 + (y1 - y0) * step / 220 - off])
    return [*points, points[0]]


def test_a_filter_that_can_not_be_is_said_so(coordinator):
    for query in ({"severity": "bad"}, {"due_before": "soon"}, {"area": "1"}):
        assert coordinator.open("/map", **query).status_code == 422
        assert coordinator.open("/map/areas", **query).status_code == 422
