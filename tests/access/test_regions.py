"""The shipped region files against their own description, and the loading of them."""

import csv
import io
import lzma
import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select, update

from fieldsync.access import AreaBook, covers, district_points, known_areas, load_regions, regions, villages_under
from fieldsync.access.tables import RegionRow

SHARED = ("code", "level", "name", "parent", "kind")
LEVELS = ("province", "regency", "district", "village")


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def oki():
    return read((regions.FILES / "oki.csv").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def indonesia():
    return read(lzma.decompress((regions.FILES / "indonesia.csv.xz").read_bytes()).decode())


def test_the_regency_has_the_counts_of_its_description(oki):
    assert Counter(row["level"] for row in oki) == {"province": 1, "regency": 1, "district": 18, "village": 327}
    assert Counter(row["kind"] for row in oki if row["level"] == "village") == {"desa": 314, "kelurahan": 13}


def test_every_district_has_its_number_of_villages(oki):
    in_district = Counter(row["parent"] for row in oki if row["level"] == "village")
    assert in_district["16.02.05"] == 25
    assert in_district["16.02.24"] == 7
    assert in_district.keys() == {row["code"] for row in oki if row["level"] == "district"}


def test_the_country_has_the_counts_that_its_source_page_tells(indonesia):
    page = (regions.FILES / "SOURCE.md").read_text(encoding="utf-8")
    told = re.search(r"([\d,]+) provinces, ([\d,]+) regencies, ([\d,]+) districts, ([\d,]+) villages", page)
    expected = [int(number.replace(",", "")) for number in told.groups()]
    counted = Counter(row["level"] for row in indonesia)
    assert [counted[level] for level in LEVELS] == expected


def test_codes_are_unique_and_every_parent_exists(indonesia):
    codes = {row["code"] for row in indonesia}
    assert len(codes) == len(indonesia)
    assert {row["parent"] for row in indonesia} - {""} <= codes
    assert all(row["parent"] == row["code"].rpartition(".")[0] for row in indonesia)


def test_a_code_tells_its_level_and_a_village_its_kind(indonesia):
    kinds = {"1": "kelurahan", "2": "desa", "3": "desa adat"}
    for row in indonesia:
        parts = row["code"].split(".")
        assert row["level"] == LEVELS[len(parts) - 1]
        assert row["kind"] == (kinds[parts[3][0]] if row["level"] == "village" else row["level"])


def test_the_regency_file_is_the_extract_of_the_country_file(oki, indonesia):
    wanted = [row for row in indonesia if row["code"] == "16" or covers("16.02", row["code"])]
    assert [{name: row[name] for name in SHARED} for row in oki] == wanted
    assert {(row["source"], row["source_version"]) for row in oki} == {("idn-area-data", "4.0.1")}


def test_the_centroids_of_all_districts_lie_in_the_regency(oki):
    points = {row["code"]: (float(row["lat"]), float(row["lon"])) for row in oki if row["lat"]}
    assert points.keys() == {row["code"] for row in oki if row["level"] == "district"}
    assert all(-4.3 <= lat <= -2.3 and 104.6 <= lon <= 106.2 for lat, lon in points.values())
    assert points["16.02.05"] == (-3.385, 104.891)


def test_the_files_are_small_and_bring_their_licence():
    sizes = {path.name: path.stat().st_size for path in regions.FILES.iterdir()}
    assert sizes["indonesia.csv.xz"] < 1_000_000
    assert (regions.FILES / "LICENSE-ODbL.md").read_text(encoding="utf-8").startswith("# Open Database License (ODbL)")


@pytest.mark.parametrize(
    ("scope", "area", "expected"),
    [
        ("16", "16", True),
        ("16", "16.02.05.2011", True),
        ("16.02", "16.02", True),
        ("16.02", "16.02.05", True),
        ("16.02", "16.02.05.2011", True),
        ("16.02", "16.021", False),
        ("16.02", "16.021.05", False),
        ("16.02", "16", False),
        ("16.02", "16.03", False),
        ("16.02.05", "16.02.06.2001", False),
        ("16.02.05.2011", "16.02.05.2011", True),
        ("16.02.05.2011", "16.02.05.2012", False),
        ("1", "16", False),
        ("16", "", False),
    ],
)
def test_a_region_covers_itself_and_what_lies_below(scope, area, expected):
    assert covers(scope, area) is expected


PARTS = st.lists(st.from_regex(r"[0-9]{1,4}", fullmatch=True), min_size=1, max_size=4)


@given(PARTS, PARTS)
def test_to_cover_is_to_be_a_beginning_of_the_parts(scope, area):
    assert covers(".".join(scope), ".".join(area)) is (area[: len(scope)] == scope)


def rows_of(store):
    with store.reading() as connection:
        query = select(RegionRow.level, func.count()).group_by(RegionRow.level)
        return dict(iter(connection.execute(query)))


def test_a_regency_is_loaded_with_its_province(store):
    assert store.transact(lambda connection: load_regions(connection, "16.02")) == 347
    assert rows_of(store) == {"province": 1, "regency": 1, "district": 18, "village": 327}
    with store.reading() as connection:
        points = district_points(connection)
    assert len(points) == 18
    assert points["16.02.05"] == (-3.385, 104.891)


def test_a_region_elsewhere_is_loaded_with_what_lies_above(store):
    loaded = store.transact(lambda connection: load_regions(connection, "11.01.01"))
    with store.reading() as connection:
        assert known_areas(connection, ["11", "11.01", "11.01.01", "11.01.02"]) == {"11", "11.01", "11.01.01"}
        assert len(villages_under(connection, "11")) == loaded - 3


def test_the_whole_country_is_loaded_in_a_few_seconds(store):
    began = time.perf_counter()
    loaded = store.transact(lambda connection: load_regions(connection, None))
    assert time.perf_counter() - began < 20
    assert loaded == 91_599
    assert rows_of(store) == {"province": 38, "regency": 514, "district": 7285, "village": 83_762}
    with store.reading() as connection:
        assert len(district_points(connection)) == 18


def test_loading_again_renews_what_differs_and_deletes_nothing(store):
    store.transact(lambda connection: load_regions(connection, "16.02.05"))

    def spoil(connection):
        connection.execute(update(RegionRow).where(RegionRow.code == "16.02.05").values(name="Kota Lama", lat=None))
        connection.execute(
            RegionRow.__table__.insert().values(
                code="16.02.05.2999", level="village", name="Desa Hilang", parent="16.02.05", kind="desa"
            )
        )

    store.transact(spoil)
    assert store.transact(lambda connection: load_regions(connection, "16.02")) == 347
    with store.reading() as connection:
        one = connection.execute(select(RegionRow.name, RegionRow.lat).where(RegionRow.code == "16.02.05")).one()
        assert known_areas(connection, ["16.02.05.2999"]) == {"16.02.05.2999"}
    assert tuple(one) == ("Kayu Agung", -3.385)
    assert rows_of(store)["village"] == 328


def test_villages_come_by_code_from_one_region_only(store):
    store.transact(lambda connection: load_regions(connection, "16.02"))
    with store.reading() as connection:
        found = villages_under(connection, "16.02.05")
        assert len(villages_under(connection, "16.02")) == 327
        assert [one.code for one in villages_under(connection, found[0].code)] == [found[0].code]
        assert villages_under(connection, "16.02.0") == []
        assert villages_under(connection, "16_02") == []
    assert [one.code for one in found] == sorted(one.code for one in found)
    assert Counter(one.kind for one in found) == {"desa": 14, "kelurahan": 11}
    assert {(one.level, one.parent, one.lat) for one in found} == {("village", "16.02.05", None)}


@pytest.fixture
def statements(store):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def test_the_area_book_asks_once_for_what_is_there(store, statements):
    store.transact(lambda connection: load_regions(connection, "16.02"))
    book = AreaBook()
    with store.reading() as connection:
        assert book.missing(connection, {"16.02", "16.02.05", "99.99"}) == {"99.99"}
        statements.clear()
        assert book.missing(connection, {"16.02", "16.02.05"}) == set()
        assert book.missing(connection, set()) == set()
        assert statements == []


def test_the_area_book_forgets_what_is_not_there_yet(store):
    book = AreaBook()
    with store.reading() as connection:
        assert book.missing(connection, {"16.02"}) == {"16.02"}
    store.transact(lambda connection: load_regions(connection, "16.02"))
    with store.reading() as connection:
        assert book.missing(connection, {"16.02"}) == set()
