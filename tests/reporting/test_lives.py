"""How long cases waited: each life by itself, what is not done counts as longest, times by the edge they belong to."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldsync.reporting import LONGER, NOT_YET, quantile
from fieldsync.reporting.lives import EDGES, Step, edge_of, lives

BEGIN = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
DAY = 24 * 60


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def step(hours: float, event: str, before: str, after: str) -> Step:
    return Step(at(hours), event, before, after)


def emergency(hours: float, status: str = "open") -> Step:
    return Step(at(hours), "flag_opened", status, status, True)


TAKEN = step(1, "acknowledge", "open", "acknowledged")
CLOSED = step(24, "resolve", "acknowledged", "resolved")


@pytest.mark.parametrize(
    ("closed", "steps", "expected"),
    [
        ("nothing happened", [], [{"acknowledged": NOT_YET, "closed": NOT_YET}]),
        ("taken on", [TAKEN], [{"acknowledged": 60, "closed": NOT_YET}]),
        ("taken on, closed", [TAKEN, CLOSED], [{"acknowledged": 60, "closed": DAY}]),
        ("closed by data", [step(30, "closed_by_data", "open", "resolved")], [{"closed": 2 * DAY}]),
        (
            "an emergency counts from its own beginning",
            [emergency(3), step(5, "acknowledge", "open", "acknowledged")],
            [{"emergency_acknowledged": 120, "emergency_closed": NOT_YET}],
        ),
        (
            "opened anew it lives again",
            [TAKEN, CLOSED, step(48, "reopen", "resolved", "open"), step(49, "visit", "open", "in_progress")],
            [{"acknowledged": 60, "closed": DAY}, {"acknowledged": 60, "closed": NOT_YET}],
        ),
        (
            "a new emergency while somebody was at work",
            [TAKEN, emergency(8, "acknowledged"), step(8, "reopened", "acknowledged", "open")],
            [{"acknowledged": 60}, {"emergency_acknowledged": NOT_YET, "emergency_closed": NOT_YET}],
        ),
        (
            "an emergency that comes up a second time",
            [
                emergency(0),
                step(1, "acknowledge", "open", "acknowledged"),
                CLOSED,
                emergency(48, "resolved"),
                step(48, "reopened", "resolved", "open"),
            ],
            [
                {"emergency_acknowledged": 60, "emergency_closed": DAY},
                {"emergency_acknowledged": NOT_YET, "emergency_closed": NOT_YET},
            ],
        ),
        (
            "closed by a tablet, which leaves no step of closing",
            [
                step(2, "follow_up_action", "open", "in_progress"),
                emergency(50, "resolved"),
                step(50, "reopened", "resolved", "open"),
            ],
            [
                {"acknowledged": 120, "closed": 120},
                {"emergency_acknowledged": NOT_YET, "emergency_closed": NOT_YET},
            ],
        ),
    ],
)
def test_each_life_of_a_case(closed, steps, expected):
    assert [dict(one.waited()) for one in lives(BEGIN, None, steps)] == expected, closed


def test_what_a_tablet_closed_last_is_known_by_the_case():
    steps = [step(2, "follow_up_action", "open", "in_progress")]
    assert [dict(one.waited()) for one in lives(BEGIN, at(2), steps)] == [{"acknowledged": 120, "closed": 120}]


@pytest.mark.parametrize(
    ("waited", "edge"),
    [
        (timedelta(0), 5),
        (timedelta(minutes=5), 5),
        (timedelta(minutes=5, seconds=1), 10),
        (timedelta(hours=2), 120),
        (timedelta(hours=2, microseconds=1), 180),
        (timedelta(days=365), 365 * DAY),
        (timedelta(days=365, seconds=1), LONGER),
    ],
)
def test_a_time_belongs_to_the_first_edge_it_does_not_exceed(waited, edge):
    assert edge_of(waited) == edge


@pytest.mark.parametrize(
    ("counts", "half", "most"),
    [
        ([], None, None),
        ([(5, 1)], 5, 5),
        ([(5, 5), (60, 5)], 5, 60),
        ([(5, 4), (60, 5), (120, 1)], 60, 60),
        ([(5, 9), (NOT_YET, 1)], 5, 5),
        ([(5, 8), (NOT_YET, 2)], 5, None),
        ([(5, 4), (NOT_YET, 6)], None, None),
        ([(LONGER, 1)], LONGER, LONGER),
    ],
)
def test_what_is_not_done_is_longer_than_all_that_is(counts, half, most):
    assert (quantile(counts, 0.5), quantile(counts, 0.9)) == (half, most)


def test_edges_rise():
    assert list(EDGES) == sorted(set(EDGES))
    assert EDGES[-1] < LONGER < NOT_YET
