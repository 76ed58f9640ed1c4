"""Cases as files: exactly the filter's rows, safe for sheets, nobody's home on a map, and noted."""

import csv
import io
import zipfile

import orjson
import pytest

from fieldsync.access import audit_of
from fieldsync.web import exporting
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


def test_a_workbook_holds_the_same_and_no_formula(coordinator, two):
    case_id = case_of(coordinator.clerk, two[0])
    coordinator.press(f"/cases/{case_id}/events", event="assign", assignee="=1+1")
    answer = coordinator.open("/cases/export.xlsx")
    assert answer.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 1 + len(rows_of(coordinator.open("/cases/export.csv")))
    assert "Bunga Utami" in sheet
    assert "=1+1" in sheet
    assert "<f>" not in sheet
    empty = coordinator.open("/cases/export.xlsx", area="16.02.03").data
    with zipfile.ZipFile(io.BytesIO(empty)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 1


def test_a_sheet_holds_so_many_rows_and_another_the_rest(monkeypatch):
    monkeypatch.setattr(exporting, "ROWS_OF_A_SHEET", 2)
    row = dict.fromkeys(exporting.COLUMNS, "a")
    with zipfile.ZipFile(io.BytesIO(b"".join(exporting.as_xlsx([row] * 5)))) as book:
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").count(b"<row ") for number in (1, 2, 3)]
    assert sheets == [3, 3, 2]


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
