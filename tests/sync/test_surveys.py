"""Satisfaction by survey period: judged when it is over, late answers too, and closed when the next one is better."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from fieldsync import sync
from fieldsync.cases.tables import FlagRow
from fieldsync.sync.surveys import last_period


def answer(tablet, mark, on="2026-01-20", unit="Loket 1", **envelope):
    marks = {f"u{number}": mark for number in range(1, 10)}
    return tablet.record("survey_response", {"unit": unit, "service": "KTP", "answered_on": on, **marks}, **envelope)


def judged(office, months=1):
    units = sync.survey(office.store, months, office.clock())
    with office.store.reading() as connection:
        query = select(FlagRow.subject, FlagRow.rule, FlagRow.due).where(FlagRow.state == "open")
        found = {(subject, rule, f"{due}") for subject, rule, due in connection.execute(query) if rule[:3] == "SKM"}
    return units, found


@pytest.mark.parametrize(
    ("today", "months", "period"),
    [
        ("2026-03-02", 1, ("2026-02-01", "2026-02-28")),
        ("2026-03-31", 3, ("2025-10-01", "2025-12-31")),
        ("2026-04-01", 3, ("2026-01-01", "2026-03-31")),
        ("2026-06-30", 6, ("2025-07-01", "2025-12-31")),
        ("2026-07-01", 6, ("2026-01-01", "2026-06-30")),
        ("2026-12-31", 12, ("2025-01-01", "2025-12-31")),
        ("2024-03-01", 1, ("2024-02-01", "2024-02-29")),
    ],
)
def test_the_newest_period_that_is_over(today, months, period):
    assert last_period(date.fromisoformat(today), months) == tuple(map(date.fromisoformat, period))


@pytest.fixture
def february(office):
    office.clock.at = datetime(2026, 2, 10, 5, 0, tzinfo=UTC)
    return office


def test_a_period_is_judged_when_it_is_over_and_only_by_its_own_answers(february):
    tablet = february.tablet()
    tablet.push(answer(tablet, 2), answer(tablet, 2), answer(tablet, 4, on="2026-02-01"), answer(tablet, 1, unit="B"))
    february.clock.at = datetime(2026, 1, 31, 16, 59, tzinfo=UTC)
    assert judged(february) == (0, set())  # it is still January in Jakarta
    february.clock.at = datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
    flags = {("SKM-01", "2026-03-02"), ("SKM-03", "2026-05-01")}
    found = {(f"16.02 {unit}", *flag) for unit in ("Loket 1", "B") for flag in flags}
    assert judged(february) == (2, found)
    assert judged(february) == (2, found)


def test_answers_that_come_late_count_and_a_better_period_closes_the_flag(february):
    tablet = february.tablet()
    tablet.push(answer(tablet, 2))
    assert len(judged(february)[1]) == 2
    tablet.push(*(answer(tablet, 4) for _ in range(9)))
    assert judged(february) == (1, set())
    tablet.push(*(answer(tablet, 1) for _ in range(20)))
    assert len(judged(february)[1]) == 2
    february.clock.at = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert len(judged(february)[1]) == 2  # nobody answered in February: what was found before stays
    tablet.push(answer(tablet, 4, on="2026-02-20"))
    assert judged(february) == (1, set())


def test_a_deleted_answer_does_not_count(february):
    tablet = february.tablet()
    bad = answer(tablet, 1)
    tablet.push(bad, answer(tablet, 4))
    assert judged(february)[1]
    tablet.push({**tablet.edited(bad, 1), "deleted": True, "data": None})
    assert judged(february) == (1, set())
