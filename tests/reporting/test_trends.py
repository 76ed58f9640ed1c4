"""The kept numbers of trends: what they are for a story told by hand, and that they equal a count from nothing."""

from datetime import UTC, date, datetime

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from fieldsync import reporting
from fieldsync.cases.tables import CaseRow
from fieldsync.cli import cli
from fieldsync.clock import Deposed
from fieldsync.programs import PROGRAMS
from fieldsync.reporting import NOT_YET, By, Covered, Span, counting
from fieldsync.reporting.tables import TrendCountRow, TrendCoverageRow, TrendFlagsRow, TrendTimesRow
from tests.conftest import keep_tested_keys
from tests.field import SEVERE, birth, pregnancy, pushed, visit, woman
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN

TABLES = (TrendCoverageRow, TrendFlagsRow, TrendTimesRow)
REGENCY = Span(("16.02",), PROGRAMS, "2025-03", "2026-03")


def count(office, **options):
    return reporting.count_anew(office.store, office.clock(), **options)


def kept(store) -> list[list[tuple]]:
    with store.reading() as connection:
        return [sorted(map(tuple, connection.execute(select(table.__table__)))) for table in TABLES]


def covered(office, *indicators: str, span: Span = REGENCY, by: By = "month") -> set[Covered]:
    with office.store.reading() as connection:
        return set(reporting.covered(connection, span, indicators, by))


def waited(office, indicator: str, span: Span = REGENCY) -> dict[int, int]:
    with office.store.reading() as connection:
        rows = reporting.waited(connection, span, [indicator], "month")
    assert {one.indicator for one in rows} <= {indicator}
    return {one.edge: one.cases for one in rows}


def test_coverage_is_summed_within_areas_by_month(office, tablet):
    pushed(tablet, *birth(tablet, 1, contacts=(80, 150, 200, 250)))
    pushed(tablet, *birth(tablet, 2, attendant="traditional"))
    pushed(tablet, *birth(tablet, 3, TULUNG_SELAPAN, contacts=(120,)))
    pushed(tablet, *birth(tablet, 4, born=date(2026, 1, 31), contacts=(80,)))
    unknown = birth(tablet, 5, TULUNG_SELAPAN, known=False)[-1]  # of a woman whom no record tells of
    pushed(tablet, unknown)
    assert count(office)["persons"] == 4
    assert covered(office, "k1", "k4") == {
        Covered("k1", "2026-01", 1, 1),
        Covered("k1", "2026-02", 3, 1),
        Covered("k4", "2026-01", 1, 0),
        Covered("k4", "2026-02", 3, 1),
    }
    assert covered(office, "skilled_birth", by="area") == {
        Covered("skilled_birth", "16.02.05", 3, 2),
        Covered("skilled_birth", "16.02.11", 2, 2),
    }
    village = Span((TULUNG_SELAPAN,), PROGRAMS, "2026-02", "2026-02")
    assert covered(office, "kn1", span=village, by="area") == {Covered("kn1", TULUNG_SELAPAN, 2, 0)}
    two = Span(("16.02.05", "16.02.11"), PROGRAMS, "2026-02", "2026-02")
    assert {one.key for one in covered(office, "k1", span=two, by="area")} == {"16.02.05", "16.02.11"}
    inside = Span(("16.02.05",), PROGRAMS, "2026-02", "2026-02")
    assert {one.key for one in covered(office, "k1", span=inside, by="area")} == {KAYU_AGUNG_DESA}
    twice = Span(("16.02", "16.02.05"), PROGRAMS, "2026-02", "2026-02")  # the one lies in the other
    assert covered(office, "k1", span=twice) == {Covered("k1", "2026-02", 3, 1)}
    province = Span(("16",), PROGRAMS, "2026-02", "2026-02")
    assert covered(office, "k1", span=province, by="area") == {Covered("k1", "16.02", 3, 1)}
    nowhere = Span((), PROGRAMS, "2026-02", "2026-02")
    assert covered(office, "k1", span=nowhere, by="area") == set()


def test_kept_numbers_equal_a_count_from_nothing(office, tablet, monkeypatch):
    pushed(tablet, *birth(tablet, 1, contacts=(80, 150, 200, 250)))
    three = birth(tablet, 3, TULUNG_SELAPAN, contacts=(80,))
    pushed(tablet, *three)
    count(office)
    first = kept(office.store)
    office.clock.forward(days=1)
    assert count(office)["rows"] == sum(map(len, first))
    assert kept(office.store) == first
    # One moves, a visit of hers is corrected, another goes, a third comes.
    she, _, seen, _ = three
    pushed(tablet, tablet.edited(she, village_code=KAYU_AGUNG_DESA), tablet.edited(seen, visit_date="2025-09-20"))
    pushed(tablet, *birth(tablet, 2, contacts=(80,)))
    pushed(tablet, {**tablet.edited(birth(tablet, 6)[0]), "deleted": False})
    monkeypatch.setattr(counting, "AT_ONCE", 1)
    count(office)
    renewed = kept(office.store)
    assert renewed != first
    for table in (*TABLES, TrendCountRow):
        office.store.transact(lambda connection, table=table: connection.execute(delete(table)))
    monkeypatch.setattr(counting, "AT_ONCE", 500)
    count(office)
    assert kept(office.store) == renewed
    assert covered(office, "k1", by="area") == {Covered("k1", "16.02.05", 3, 2)}


def test_what_is_older_than_it_is_kept_is_not_counted(office, tablet):
    pushed(tablet, *birth(tablet, 1, born=date(2022, 4, 1)), *birth(tablet, 2, born=date(2022, 3, 31)))
    count(office)
    ever = Span(("16.02",), PROGRAMS, "2000-01", "2026-03")
    assert {one.key for one in covered(office, "k1", span=ever)} == {"2022-04"}


def test_flags_are_counted_by_rule_month_and_village_and_restricted_ones_for_few(office, tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    pushed(tablet, she, hers, visit(tablet, hers["id"], visit_date="2026-02-28", hiv_result="reactive", **SEVERE))
    count(office)
    february = Span(("16.02",), PROGRAMS, "2026-02", "2026-02")
    with office.store.reading() as connection:
        seen = {
            few: {tuple(one) for one in reporting.raised(connection, february, "rule", restricted=few)}
            for few in (True, False)
        }
        civil = Span(("16.02",), ("civil",), "2025-03", "2026-03")
        assert {one.key for one in reporting.raised(connection, civil, "rule", restricted=True)}.isdisjoint(
            {"ANC-BP-01"}
        )
    assert ("ANC-BP-01", 1) in seen[False]
    assert {one for one in seen[True] - seen[False] if one[0].startswith("ANC")} == {("ANC-TE-01", 1)}


def test_times_are_those_of_each_life_of_a_case(office, tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    pushed(tablet, she, hers, visit(tablet, hers["id"], **SEVERE))
    clerk = office.clerk("coordinator")
    (case,) = clerk.get("/api/v1/cases", program="maternal").json["cases"]
    count(office)
    assert waited(office, "emergency_acknowledged") == waited(office, "emergency_closed") == {NOT_YET: 1}
    assert sum(waited(office, "acknowledged").values()) >= 1  # nobody did anything about the civil case either

    def act(hours, event, **what):
        office.clock.forward(hours=hours)
        url = f"/api/v1/cases/{case['id']}/events"
        assert clerk.client.post(url, json={"event": event, **what}, headers=clerk.headers).status_code == 200

    act(2, "acknowledge")
    clerk.log_in()
    act(1, "resolve", outcome="solved", note="dirujuk")
    count(office)
    assert waited(office, "emergency_acknowledged") == {120: 1}
    assert waited(office, "emergency_closed") == {180: 1}
    office.clock.forward(days=2)
    later = office.clock().date().isoformat()
    pushed(tablet, visit(tablet, hers["id"], visit_date=later, **SEVERE))  # the case opens anew
    count(office)
    assert waited(office, "emergency_acknowledged") == {120: 1, NOT_YET: 1}
    assert waited(office, "emergency_closed") == {180: 1, NOT_YET: 1}
    other = Span(("16.02",), ("child",), "2025-03", "2026-03")
    assert waited(office, "emergency_closed", other) == {}
    office.store.transact(lambda c: c.execute(update(CaseRow).values(merged_into=case["id"])))
    count(office)
    assert waited(office, "emergency_closed") == {}  # whose cases passed on wait no more


def test_a_leader_whose_term_is_over_keeps_no_numbers(office, tablet):
    def over(_connection):
        raise Deposed

    pushed(tablet, *birth(tablet, 1))
    with pytest.raises(Deposed):
        count(office, guard=over)
    assert kept(office.store) == [[], [], []]
    with office.store.reading() as connection:
        assert reporting.counted_at(connection) is None


def test_followup_run_counts_once_a_day(office, tablet, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(office.settings.data_dir))
    keep_tested_keys(office.settings.data_dir)
    pushed(tablet, *birth(tablet, 1))

    def run(day):
        done = CliRunner().invoke(cli, ["followup", "run", "--json", "--now", day])
        assert done.exit_code == 0, done.output
        return orjson.loads(done.output)["trends"]

    assert run("2026-03-02") > 0
    assert run("2026-03-02") == 0
    assert run("2026-03-03") > 0
    with office.store.reading() as connection:
        assert reporting.counted_at(connection) == datetime(2026, 3, 2, 23, tzinfo=UTC)
