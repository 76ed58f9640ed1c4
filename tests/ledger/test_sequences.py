"""Gaps in a tablet's counting: found among its newest batches, whatever the order they came in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from fieldsync.ledger import receipts
from fieldsync.ledger.sequences import BATCHES, MOST_RANGES, NONE, Gaps, gaps_in, gaps_of
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
NUMBERS = st.lists(st.integers(0, 60))


@pytest.mark.parametrize(
    ("numbers", "since", "found"),
    [
        ((), None, NONE),
        ((), 7, Gaps(7, 0, ())),
        ((5,), None, Gaps(5, 0, ())),
        ((0,), None, Gaps(0, 0, ())),
        ((5, 6, 7), None, Gaps(5, 0, ())),
        ((7, 5), None, Gaps(5, 1, ((6, 6),))),
        ((1, 2, 5, 5, 9), None, Gaps(1, 5, ((3, 4), (6, 8)))),
        ((1, 2, 5, 9), 4, Gaps(4, 3, ((6, 8),))),
        ((1, 9), 4, Gaps(4, 4, ((5, 8),))),
        ((1, 2), 4, Gaps(4, 0, ())),
        ((0, 2**63 - 1), None, Gaps(0, 2**63 - 2, ((1, 2**63 - 2),))),
    ],
)
def test_gaps(numbers, since, found):
    assert gaps_in(numbers, since) == found


@given(NUMBERS, st.none() | st.integers(0, 60))
def test_gaps_are_the_numbers_between_that_did_not_come(numbers, since):
    found = gaps_in(numbers, since)
    low = since if since is not None else min(numbers, default=None)
    expected = set() if low is None else set(range(low + 1, max([*numbers, low]))) - set(numbers)
    assert found.missing == len(expected)
    assert found.since == low
    shown = {number for first, last in found.ranges for number in range(first, last + 1)}
    assert shown <= expected
    assert len(found.ranges) <= MOST_RANGES
    assert shown == expected or len(found.ranges) == MOST_RANGES


def test_of_many_gaps_the_newest_are_shown_and_all_counted():
    found = gaps_in(range(0, 200, 2))
    assert found.missing == 99
    assert found.ranges == tuple((number, number) for number in range(159, 199, 2))


def kept(store, *batches):
    """A tablet whose batches brought these numbers, in order of arrival."""
    device = new_id()

    def work(connection):
        for place, numbers in enumerate(batches):
            at = NOON + timedelta(minutes=place)
            one = receipts.Receipt(receipts.new_id(at), new_id(), device, at, at, 0.0, "1.4.0", None)
            receipts.keep(connection, store.sealer, one, [(new_id(), "applied", 1, number) for number in numbers])

    store.transact(work)
    return device


def told(store, device):
    with store.reading() as connection:
        return gaps_of(connection, [device]).get(device, NONE)


def test_a_tablet_of_which_nothing_came_has_no_gaps(store):
    assert told(store, new_id()) == NONE
    assert told(store, kept(store, [None, None], [])) == NONE


def test_gaps_are_looked_for_over_all_batches_of_a_young_tablet(store):
    assert told(store, kept(store, [3, 4], [8, None], [6])) == Gaps(3, 2, ((5, 5), (7, 7)))


def test_only_the_newest_batches_of_an_old_tablet_are_looked_at(store):
    old = [[number] for number in range(1, 21, 2)]
    new = [[number] for number in range(100, 100 + 2 * BATCHES, 2)]
    found = told(store, kept(store, *old, [50], *new))
    # The batch before them tells up to where the tablet had come.
    assert found.since == 50
    assert found.missing == 49 + BATCHES - 1


def test_of_large_batches_about_a_thousand_records_are_looked_at(store):
    step = 500
    large = [range(start, start + step) for start in range(0, 20 * step, step)]
    found = told(store, kept(store, *large, [20 * step + 7]))
    assert 16 * step < found.since < 20 * step
    assert (found.missing, found.ranges) == (7, ((20 * step, 20 * step + 6),))


def test_a_single_batch_beyond_all_bounds_is_looked_at(store):
    assert told(store, kept(store, [1, *range(3, 2000)])) == Gaps(1, 1, ((2, 2),))


def test_a_late_comer_among_the_newest_batches_makes_no_gap_of_what_came_before(store):
    old = [list(range(10 * number, 10 * number + 10)) for number in range(1, BATCHES + 5)]
    newest = 10 * (BATCHES + 5)
    assert told(store, kept(store, *old, [2], [newest])) == Gaps(69, 0, ())


def test_batches_without_numbers_do_not_hide_where_a_tablet_stands(store):
    batches = [[1], [None], *([[]] * (BATCHES - 1)), [7, 9]]
    assert told(store, kept(store, *batches)) == Gaps(7, 1, ((8, 8),))


def test_a_tablet_that_counts_from_0_is_no_exception(store):
    assert told(store, kept(store, [0], *([[None]] * BATCHES), [3])).missing == 0
    assert told(store, kept(store, [9], [0], *([[None]] * (BATCHES - 1)), [3])) == Gaps(0, 2, ((1, 2),))


def test_a_tablet_s_gaps_are_its_own(store):
    kept(store, [2, 4])
    assert told(store, kept(store, [1, 5])) == Gaps(1, 3, ((2, 4),))


def test_the_gaps_of_many_tablets_take_one_statement_and_are_those_of_each(store):
    step = 500
    large = [range(start, start + step) for start in range(0, 20 * step, step)]
    histories = [
        *([[2, 4]], [[1, 5]], [[]], [*large, [20 * step + 7]], [[number] for number in range(0, 200, 2)]),
        *([[number], [number + 2]] for number in range(40)),
    ]
    devices = [kept(store, *batches) for batches in histories]
    alone = {device: told(store, device) for device in devices}
    kept(store, [1, 9])
    silent, seen = new_id(), []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.reading() as connection:
            found = gaps_of(connection, [*devices, silent])
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert found == alone
    assert [alone[device].missing for device in devices[:3]] == [1, 3, 0]
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) == 1


def test_the_newest_batches_are_found_by_the_index(store):
    kept(store, [1])
    with store.reading() as connection:
        wanted = {"most": 31, "characters": 1}
        if store.is_postgresql:
            connection.execute(text("SET enable_seqscan = off"))  # of so few rows it would read all
            rows = connection.execute(text(f"EXPLAIN {receipts.NEWEST_POSTGRESQL}"), {**wanted, "devices": [new_id()]})
            connection.execute(text("RESET enable_seqscan"))
        else:
            rows = connection.execute(
                text(f"EXPLAIN QUERY PLAN {receipts.NEWEST_SQLITE}"), {**wanted, "devices": f'["{new_id()}"]'}
            )
        plan = " ".join(str(row) for row in rows)
    assert "ix_batch_device" in plan
    assert "SCAN batch" not in plan
    assert "Seq Scan" not in plan
