"""The page of trends: numbers by month and area against a target, the same as a file, for one's own areas and programs."""

import csv
import io
import re
from datetime import date

import orjson
import pytest

from fieldsync import reporting
from fieldsync.reporting import NOT_YET, Target, Waited
from fieldsync.web.pages import trend_lines
from fieldsync.web.pages.speech import Speech
from tests.field import SEVERE, birth, pregnancy, pushed, visit, woman
from tests.office import NOON, TULUNG_SELAPAN
from tests.pages.desk import reader, words

SKILLED = {"indicator": "skilled_birth", "from": "2026-01", "to": "2026-03"}


@pytest.fixture
def births(office, tablet):
    """Two months of births in two districts, counted."""
    pushed(tablet, *birth(tablet, 1), *birth(tablet, 2, attendant="traditional"))
    pushed(tablet, *birth(tablet, 3, TULUNG_SELAPAN), *birth(tablet, 4, born=date(2026, 1, 31)))
    pushed(tablet, *birth(tablet, 5, born=date(2026, 3, 1), attendant="alone"))
    reporting.count_anew(office.store, office.clock())


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def row(page: str, head: str) -> str:
    """What the page says in the row of a month, an area or an indicator."""
    found = [words("<main" + one) for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    (said,) = {one for one in found if one.startswith(head)}
    return said


def test_each_month_and_area_is_held_against_its_target(coordinator, births):
    page = coordinator.page("/trends", **SKILLED)
    assert row(page, "Jan 2026") == "Jan 2026 1 1 100% tercapai"
    assert row(page, "Feb 2026") == "Feb 2026 3 2 66,7% belum tercapai"
    assert row(page, "Mar 2026") == "Mar 2026 1 0 0% belum lengkap"
    assert row(page, "Kayu Agung") == "Kayu Agung 3 2 66,7% belum tercapai"  # of the months that are whole
    assert row(page, "Tulung Selapan") == "Tulung Selapan 1 1 100% tercapai"
    assert row(page, "Persalinan oleh") == "Persalinan oleh tenaga kesehatan 4 3 75% 100% belum tercapai"
    assert row(page, "Kelahiran dicatat") == "Kelahiran dicatat dalam 60 hari 5 0 0% 100% belum lengkap"
    plot = orjson.loads(re.search(r'data-curve="([^"]+)"', page)[1].replace("&#34;", '"'))
    assert [one["values"] for one in plot["series"]] == [[100.0, 66.7, None], [None, None, 0.0], [100, 100, 100]]
    assert "Dihitung hari ini 12.00." in words(page)
    coordinator.speak("en")
    assert "Feb 2026 3 2 66.7% not met" in words(coordinator.page("/trends", **SKILLED))


def test_the_file_holds_exactly_the_page_s_numbers(coordinator, births):
    rows = rows_of(coordinator.open("/trends/export.csv", **SKILLED))
    told = {(one["by"], one["key"]): (one["counted"], one["reached"], one["percent"]) for one in rows}
    assert told["month", "2026-02"] == ("3", "2", "66.7")
    assert told["area", "16.02.11"] == ("1", "1", "100.0")
    assert [one["target_met"] for one in rows if one["by"] == "month"] == ["True", "False", ""]
    assert {one["name"] for one in rows if one["by"] == "area"} == {"Kayu Agung", "Tulung Selapan"}
    page = coordinator.page("/trends", **SKILLED)
    assert len(re.findall(r'<th scope="row">', page)) == len(rows)
    negotiated = coordinator.client.get("/trends", query_string=SKILLED, headers={"Accept": "text/csv"})
    assert rows_of(negotiated) == rows
    link = re.search(r'href="(/trends/export\.csv[^"]+)"', page)[1].replace("&amp;", "&")
    assert rows_of(coordinator.client.get(link)) == rows


def test_one_sees_the_numbers_of_her_own_areas_and_programs(office, births):
    hers = reader(office, "coordinator", areas=("16.02.11",))
    for place in ({}, {"area": "16.02.11"}, {"area": "16.02"}):
        page = hers.page("/trends", **SKILLED, **place)
        assert row(page, "Feb 2026") == "Feb 2026 1 1 100% tercapai"
        assert "Kayu Agung" not in page
    rows = rows_of(hers.open("/trends/export.csv", **SKILLED))
    assert [one["key"] for one in rows if one["by"] == "area"] == [TULUNG_SELAPAN]  # her one district, by village
    assert "Tidak ada data dalam saringan ini." in words(hers.page("/trends", **SKILLED, area="16.02.05"))
    civil = reader(office, "viewer", programs=("civil",))
    page = civil.page("/trends", **SKILLED)
    assert "Persalinan oleh tenaga kesehatan" not in page
    assert "Kelahiran dicatat dalam 60 hari" in words(page)
    everything = reader(office, "viewer").page("/trends", program="child")
    assert "K1 murni" not in everything
    assert "Imunisasi dasar lengkap" in everything


def test_times_and_flags_are_told(office, tablet, coordinator):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    pushed(tablet, she, hers, visit(tablet, hers["id"], visit_date="2026-02-28", hiv_result="reactive", **SEVERE))
    reporting.count_anew(office.store, office.clock())
    page = coordinator.page("/trends", indicator="emergency_closed")
    assert row(page, "Mar 2026") == "Mar 2026 1 0 0% belum belum 1 belum lengkap"
    rows = rows_of(coordinator.open("/trends/export.csv", indicator="emergency_closed"))
    (month,) = [one for one in rows if one["by"] == "month"]
    assert (month["half_within_minutes"], month["not_yet"], month["target"]) == ("not yet", "1", "24")
    page = coordinator.page("/trends", indicator="flags")
    assert row(page, "ANC-TE-01").endswith(" 1")
    assert row(page, "Feb 2026").startswith("Feb 2026 ")
    few = reader(office, "viewer").page("/trends", indicator="flags")
    assert "ANC-TE-01" not in few
    assert row(few, "ANC-BP-01").endswith(" 1")
    assert "Gambar muncul mulai dua bulan" in words(coordinator.page("/trends", indicator="emergency_closed"))


def test_without_a_count_the_page_says_so(coordinator):
    page = words(coordinator.page("/trends"))
    assert "Belum pernah dihitung." in page
    assert "Tidak ada data dalam saringan ini." in page


def test_the_office_s_own_targets_count_and_what_is_wrong_with_them_is_said(office, coordinator, births):
    path = office.settings.targets
    path.write_text("targets: {skilled_birth: {percent: 50, source: SK Bupati 12/2026}}")
    page = coordinator.page("/trends", **SKILLED)
    assert row(page, "Feb 2026") == "Feb 2026 3 2 66,7% tercapai"
    assert "Sumber target: SK Bupati 12/2026." in words(page)
    path.write_text("targets: {skilled_birth: {percent: 500, source: SK}}")
    page = coordinator.page("/trends", **SKILLED)
    assert row(page, "Feb 2026") == "Feb 2026 3 2 66,7% belum tercapai"
    assert "targets/skilled_birth/percent: takes a number over 0 up to 100" in words(page)


@pytest.mark.parametrize(
    "query",
    [
        {"indicator": "k9"},
        {"program": "school"},
        {"area": "16.2"},
        {"area": "99"},
        {"from": "2026-13"},
        {"to": "march"},
        {"from": "0001-01"},
        {"from": "2026-03", "to": "2026-02"},
        {"from": "2021-01", "to": "2026-01"},
    ],
)
def test_a_wrong_filter_is_refused(coordinator, query):
    assert coordinator.open("/trends", **query).status_code == 422
    assert coordinator.open("/trends/export.csv", **query).status_code == 422


@pytest.mark.parametrize(("minutes", "said"), [(90, "≤ 90 menit"), (120, "≤ 2 jam"), (1440, "≤ 24 jam")])
def test_times_are_said_in_their_unit(minutes, said):
    assert trend_lines.waited(Speech("id", NOON), minutes) == said


def test_times_beyond_all_steps_and_those_in_days_are_said_and_drawn():
    say, target = Speech("en", NOON), Target(336, "policy")
    rows = [Waited("closed", "2026-01", 4320, 1), Waited("closed", "2026-02", reporting.LONGER, 1)]
    lines = trend_lines.by_month(rows, ["2026-01", "2026-02"], lambda k, some: trend_lines.wait(k, some, target), bool)
    assert [trend_lines.waited(say, one.most) for one in lines] == ["≤ 3 days", "> 365 days"]
    assert [one.meets for one in lines] == [True, False]
    plot = trend_lines.picture(say, "closed", lines, target)
    assert [one["values"] for one in plot["series"]] == [[3.0, None], [3.0, None], [14.0, 14.0]]
    late = trend_lines.wait("2026-01", [Waited("closed", "2026-01", 20160, 9), rows[1]], target)
    assert late.meets is True  # nine of ten, exactly on the limit
    assert trend_lines.wait("2026-01", [Waited("closed", "2026-01", NOT_YET, 1)], target).meets is False
    assert trend_lines.file_row("closed", "month", lines[1], None, target)["half_within_minutes"] == "longer"
    assert trend_lines.aim(say, "flags", None) == "–"


def test_a_month_of_times_is_whole_once_its_target_could_be_met():
    target = Target(336, "policy")
    assert not trend_lines.is_whole("closed", target, "2026-01", date(2026, 2, 14))
    assert trend_lines.is_whole("closed", target, "2026-01", date(2026, 2, 15))
    assert not trend_lines.is_whole("flags", None, "2026-01", date(2026, 1, 31))
