"""Cases as files: exactly the filter's rows, safe for sheets, nobody's home on a map, and noted."""

import csv
import io
import threading
import zipfile

import orjson
import pytest

from fieldsync.access import audit_of
from fieldsync.sync import look
from fieldsync.web import exporting
from tests.office import TULUNG_SELAPAN
from tests.pages.desk import REACTIVE, SEVERE, case_of, mother, reader
from tests.scenarios.test_secrets import COMPLAINT


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


def as_line(row):
    """What a file tells of a case that a list tells."""
    person, flags = row["person"], row["flags"]
    told = {name: row[name] for name in ("id", "severity", "status", "program", "area", "due", "assignee", "opened_at")}
    told |= {name: person.get(name) for name in ("full_name", "sex", "birth_date", "phone")}
    told |= {"rules": " ".join(one["rule"] for one in flags), "titles": "; ".join(one["title"]["id"] for one in flags)}
    told |= {"escalation": str(row["escalation"]), "updated_at": row["updated_at"][:19] + "+00:00"}
    return {name: value or "" for name, value in told.items()}


def test_a_file_tells_of_each_case_what_the_list_tells(office, tablet, two):
    mother(tablet, **REACTIVE, **SEVERE)
    mother(tablet, **REACTIVE)
    tablet.push(tablet.record("complaint", COMPLAINT))
    office.clock.forward(days=30)
    look(office.store, office.clock())
    coordinator = reader(office)
    closed = case_of(coordinator.clerk, two[1])
    coordinator.press(f"/cases/{closed}/events", event="assign", assignee="Bidan “Rina”, S.Keb")
    coordinator.press(f"/cases/{closed}/events", event="resolve", outcome="solved")
    query = {"status": "open,acknowledged,in_progress,resolved"}
    for role in ("coordinator", "viewer"):
        seen = reader(office, role)
        listed = seen.clerk.get("/api/v1/cases", limit=200, **query).json["cases"]
        lines = rows_of(seen.open("/cases/export.csv", **query))
        assert [as_line(one) for one in listed] == [
            {name: value for name, value in one.items() if name not in ("village", "district")} for one in lines
        ]
        assert any(one["person_id"] is None for one in listed)
        assert [one["severity"] for one in lines if one["id"] == closed] == [""]


def test_who_leaves_in_the_middle_holds_nothing(office, coordinator, two, monkeypatch):
    monkeypatch.setattr("fieldsync.web.case_export.AT_ONCE", 1)
    there = set(threading.enumerate())  # other tests may have left some
    answer = coordinator.client.get("/cases/export.csv", buffered=False)
    pieces = answer.iter_encoded()
    assert len([next(pieces) for _ in range(3)]) == 3
    answer.close()
    assert office.store.engine.pool.checkedout() == 0
    assert set(threading.enumerate()) <= there


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
    line = ("a",) * len(exporting.COLUMNS)
    with zipfile.ZipFile(io.BytesIO(b"".join(exporting.as_xlsx([[line] * 4, [], [line]])))) as book:
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
