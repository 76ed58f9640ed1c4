"""Cases as files: exactly the filter's rows, safe for sheets, nobody's home on a map, and noted."""

import csv
import io

import orjson
import pytest

from fieldsync.access import audit_of
from tests.office import TULUNG_SELAPAN
from tests.pages.desk import REACTIVE, SEVERE, case_of, mother, reader


def rows_of(answer):
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def two(tablet):
    one = mother(tablet, name="Bunga Utami", phone="081234567890", **SEVERE)
    return one, mother(tablet, name="Wulan Damanik", area=TULUNG_SELAPAN, **SEVERE)


def test_a_file_holds_exactly_the_list(coordinator, two, monkeypatch):
    monkeypatch.setattr("fieldsync.web.case_export.AT_ONCE", 2)
    for query in ({}, {"area": "16.02.11"}, {"program": "maternal", "severity": "emergency"}, {"status": "resolved"}):
        listed = coordinator.clerk.get("/api/v1/cases", limit=200, **query).json["cases"]
        page = rows_of(coordinator.open("/cases/export.csv", **query))
        assert [one["id"] for one in page] == [one["id"] for one in listed]
        api = coordinator.client.get("/api/v1/cases", query_string=query, headers={"Accept": "text/csv"})
        assert rows_of(api) == page
    row = rows_of(coordinator.open("/cases/export.csv", q="bunga", program="maternal"))[0]
    assert (row["full_name"], row["phone"], row["severity"]) == ("Bunga Utami", "081234567890", "emergency")
    assert (row["district"], row["area"]) == ("Kayu Agung", "16.02.05.2012")
    assert "ANC-BP-01" in row["rules"]


@pytest.mark.parametrize("name", ["=1+1", "+62", "-2", "@SUM"])
def test_a_sheet_takes_nothing_for_a_formula(tablet, coordinator, name):
    she = mother(tablet, **SEVERE)
    case_id = case_of(coordinator.clerk, she)
    coordinator.press(f"/cases/{case_id}/events", event="assign", assignee=name)
    assert name in {
        one["assignee"][1:] for one in rows_of(coordinator.open("/cases/export.csv")) if one["assignee"][:1] == "'"
    }


def test_a_map_shows_districts_and_nothing_personal(coordinator, two):
    answer = coordinator.client.get("/api/v1/cases", headers={"Accept": "application/geo+json"})
    assert answer.content_type == "application/geo+json"
    told = orjson.loads(answer.data)
    assert told["type"] == "FeatureCollection"
    assert len(told["features"]) == len(rows_of(coordinator.open("/cases/export.csv")))
    for one in told["features"]:
        lon, lat = one["geometry"]["coordinates"]
        assert 104 < lon < 107
        assert -5 < lat < -2
    assert b"Bunga" not in answer.data
    assert b"0812" not in answer.data
    assert orjson.loads(coordinator.open("/cases/export.geojson", area="16.02.03").data)["features"] == []


def test_it_is_noted_and_hides_what_the_list_hides(office, tablet, coordinator):
    mother(tablet, **REACTIVE, **SEVERE)
    hidden = {one["rules"] for one in rows_of(coordinator.open("/cases/export.csv", program="maternal"))}
    shown = {one["rules"] for one in rows_of(reader(office, "viewer").open("/cases/export.csv", program="maternal"))}
    assert len(next(iter(shown)).split()) < len(next(iter(hidden)).split())
    with office.store.reading() as connection:
        noted = [one for one in audit_of(connection, "cases") if one.action == "cases.export"]
    assert [one.detail["restricted"] for one in noted] == [True, False]
    assert noted[0].detail["program"] == ["maternal"]


def test_there_are_no_other_forms(coordinator):
    assert coordinator.open("/cases/export.exe").status_code == 404
    assert coordinator.open("/cases/export.csv", severity="dire").status_code == 422
