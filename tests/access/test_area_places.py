"""Places of areas from GeoJSON: read feature by feature, each fault told with its pointer, kept whole or not at all."""

import json

import pytest

from fieldsync.access import PlacesError, import_places, load_regions, places_of, read_places
from fieldsync.access.geojson import dotted

DISTRICT, VILLAGE = "16.02.05", "16.02.05.2011"


def square(west=104.8, south=-3.4, side=0.1):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code=DISTRICT, coordinates=None, kind="Polygon", **changes):
    given = [square()] if coordinates is None else coordinates
    geometry = {"type": kind, "coordinates": given}
    return {"type": "Feature", "properties": {"code": code, "name": "Kayu Agung"}, "geometry": geometry, **changes}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def test_polygons_points_and_codes_of_every_kind_are_read():
    shapes = [
        feature(160205),
        feature("1602", [[square()], [square(105.3)]], "MultiPolygon"),
        feature(" 16.02.05.2011 ", [104.891, -3.385, 20], "Point"),
        feature("16", [square(), square(104.82, -3.38, 0.02)]),
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    for members in ({}, {"name": "batas", "crs": crs, "bbox": [1, 2, 3, 4]}):
        read = read_places(collection(*shapes, **members), "code")
        assert read.faults == []
        assert [one.code for one in read.places] == [DISTRICT, "16.02", VILLAGE, "16"]
        assert read.points == 5 + 10 + 1 + 10
    assert read.places[0].place.box == (10480000, -340000, 10490000, -330000)
    assert read.places[0].place.points == 4
    assert read.places[2].place == (10489100, -338500)
    assert [len(polygon) for polygon in read.places[3].place.polygons] == [2]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("16", "16"), (16, "16"), ("1602", "16.02"), ("160205", DISTRICT), (1602052011, VILLAGE), (VILLAGE, VILLAGE)),
        *(("1", None), ("16020", None), ("16.2", None), ("16.02.05.", None), (16.02, None), (True, None), (None, None)),
        *(("१६", None), ("16.02.052011", None), ([], None), ("16020520111", None), (-16, None)),
    ],
)
def test_a_code_has_dots_or_not(value, code):
    assert dotted(value) == code


RING = "/geometry/coordinates/0"
FAULTS = [
    (feature(DISTRICT, [square()[:3]]), RING, "short_ring"),
    (feature(DISTRICT, [square()[:4]]), RING, "open_ring"),
    (feature(DISTRICT, [[*square()[:4], [104.8]]]), f"{RING}/4", "bad_position"),
    (feature(DISTRICT, [[["104.8", -3.4], *square()[1:]]]), f"{RING}/0", "bad_position"),
    (feature(DISTRICT, [[[True, -3.4], *square()[1:]]]), f"{RING}/0", "bad_position"),
    (feature(DISTRICT, [[[lat, lon] for lon, lat in square()]]), RING, "swapped"),
    (feature(DISTRICT, [[[x * 5000, y * 110_000] for x, y in square()]]), RING, "wrong_crs"),
    (feature(DISTRICT, [[[1e999, -3.4], *square()[1:]]]), RING, "wrong_crs"),
    (feature(DISTRICT, [square(4.9, 52.3)]), RING, "elsewhere"),
    (feature(DISTRICT, [square(), square(-104.8)]), "/geometry/coordinates/1", "elsewhere"),
    (feature(DISTRICT, [[[104.8, -3.4], [104.9, -3.4], [105, -3.4], [104.8, -3.4]]]), RING[:-2], "no_surface"),
    (feature(DISTRICT, []), "/geometry/coordinates", "no_rings"),
    (feature(DISTRICT, {}), "/geometry/coordinates", "no_rings"),
    (feature(DISTRICT, [7]), RING, "short_ring"),
    (feature(DISTRICT, [[square()], []], "MultiPolygon"), "/geometry/coordinates/1", "no_rings"),
    (feature(DISTRICT, None, "MultiPolygon") | {"geometry": {"type": "MultiPolygon"}}, RING[:-2], "no_rings"),
    (feature(DISTRICT, [104.8], "Point"), "/geometry/coordinates", "bad_position"),
    (feature(DISTRICT, [-3.4, 104.8], "Point"), "/geometry/coordinates", "swapped"),
    (feature(DISTRICT, square(), "LineString"), "/geometry", "wrong_geometry"),
    (feature(DISTRICT, square(), ["Polygon"]), "/geometry", "wrong_geometry"),
    (feature(geometry=None), "/geometry", "wrong_geometry"),
    (feature("16.2"), "/properties/code", "bad_code"),
    (feature(properties={"kode": DISTRICT, "nama": "x"}), "/properties", "no_code"),
    (feature(properties=None), "/properties", "no_code"),
    (feature(type="Shape"), "", "not_geojson"),
    (7, "", "not_geojson"),
]


@pytest.mark.parametrize(("broken", "where", "code"), FAULTS, ids=[f"{one[2]} {at}" for at, one in enumerate(FAULTS)])
def test_what_is_wrong_is_told_with_its_place_and_the_rest_is_read(broken, where, code):
    read = read_places(collection(feature("16.02"), broken, feature("16")).replace("Infinity", "1e999"), "code")
    assert [(one.feature, one.pointer, one.code) for one in read.faults] == [(1, f"/features/1{where}", code)]
    assert [one.code for one in read.places] == ["16.02", "16"]


GOOD = collection(feature())
DOCUMENTS = [
    *(("", "", "not_json"), ("[]", "", "not_json"), (GOOD[:-1], "", "not_json"), (GOOD[:-2], "", "not_json")),
    *((GOOD + "x", "", "not_json"), (GOOD[: len(GOOD) // 2], "", "not_json"), (GOOD[:-2] + ",]}", "", "not_json")),
    *((GOOD.replace("104.8,", "NaN,"), "", "not_json"), ("[" * 100_000, "", "not_json")),
    ('{"type": "FeatureCollection", "features": [' + "[" * 100_000, "", "not_json"),
    ('{"features": [' + "9" * 5000 + "]}", "", "not_json"),
    *(("{}", "/type", "not_geojson"), ('{"type": "FeatureCollection"}', "/type", "not_geojson")),
    ('{"features": [], "type": "Topology"}', "/type", "not_geojson"),
    (json.dumps(feature()), "/type", "not_geojson"),
    (collection(), "/features", "empty"),
    (collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:32748"}}), "/crs", "wrong_crs"),
    (collection(feature(), crs={"type": "link"}), "/crs", "wrong_crs"),
]


@pytest.mark.parametrize(("text", "where", "code"), DOCUMENTS, ids=lambda one: one[:12] if isinstance(one, str) else "")
def test_a_file_that_is_no_collection_is_told(text, where, code):
    faults = read_places(text, "code").faults
    assert [(one.feature, one.pointer, one.code) for one in faults] == [(-1, where, code)]


def test_one_area_twice_is_told():
    fault = read_places(collection(feature(), feature("16"), feature(160205)), "code").faults[0]
    assert str(fault) == "/features/2/properties/code: 16.02.05 is also feature 0; join them into one (duplicate)"


def place(store, code):
    with store.reading() as connection:
        return places_of(connection, [code, "16.02.05.2012"]).get(code)


def take(store, *features):
    return store.transact(lambda connection: import_places(connection, read_places(collection(*features), "code")))


def test_places_are_kept_replaced_and_never_half_taken(store):
    store.transact(lambda connection: load_regions(connection, "16.02"))
    assert (place(store, DISTRICT).x, place(store, DISTRICT).outline) == (10489100, None)  # the shipped centroid
    done = take(store, feature(), feature(VILLAGE, [104.85, -3.35], "Point"))
    assert (done.areas, done.levels, done.replaced) == (2, {"district": 1, "village": 1}, 0)
    assert (done.points_read, done.points_kept, done.tolerance_m) == (6, 5, 33)
    kept = place(store, DISTRICT)
    assert json.loads(kept.outline) == [[[10480000, -340000, 10000, 0, 0, 10000, -10000, 0]]]
    assert (kept.box, kept.x) == ((10480000, -340000, 10490000, -330000), 10485000)
    assert place(store, VILLAGE).box == (10485000, -335000, 10485000, -335000)
    with pytest.raises(PlacesError) as refused:
        take(store, feature(DISTRICT, [square(105)]), feature("99.99"), feature("16.02.05.2012", [square()[:4]]))
    assert [(one.feature, one.code) for one in refused.value.faults] == [(1, "unknown_area"), (2, "open_ring")]
    assert place(store, DISTRICT) == kept
    assert take(store, feature(DISTRICT, [square(105)])).replaced == 1
    assert place(store, DISTRICT).box[0] == 10500000
    assert place(store, VILLAGE).outline is None
