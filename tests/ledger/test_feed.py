"""The feed's numbers: contiguous per district, in the order of the commits, so that no reader skips any."""

import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from fieldsync.ledger import feed
from fieldsync.ledger.feed import Change
from tests.office import new_id

EVERY = ("common", "civil", "maternal", "child", "service")
HOME, OTHER, FAR = "16.02.05", "16.02.11", "17.01.01"


def change(district=HOME, village="2011", program="civil", entity="record", rev=1, gone=None) -> Change:
    return Change(entity, new_id(), rev, f"{district}.{village}", program, gone)


def publish(store, *changes: Change) -> None:
    store.transact(lambda connection: feed.publish(connection, changes))


def after(store, district=HOME, n=0, limit=1000, programs=EVERY, areas=None):
    with store.reading() as connection:
        return feed.after(connection, district, n, limit, programs, areas)


def heads(store, *areas):
    with store.reading() as connection:
        return feed.heads(connection, areas)


def test_nothing_published_is_nothing_read(store):
    publish(store)
    assert after(store) == []
    assert heads(store, "16", "16.02.05") == {}


def test_changes_come_back_as_published_in_their_order(store):
    changes = [
        change(entity="person", program="common"),
        change(rev=2**31 - 1),
        change(gone="deleted"),
        change(entity="person", gone="out_of_scope", program="maternal"),
    ]
    publish(store, *changes)
    assert [one.change for one in after(store)] == changes
    assert [one.n for one in after(store)] == [1, 2, 3, 4]


def test_every_district_has_its_own_numbers_without_gaps(store):
    published = defaultdict(list)
    disorder = random.Random(1)
    for _ in range(12):
        batch = [change(disorder.choice([HOME, OTHER, FAR])) for _ in range(disorder.randint(1, 9))]
        publish(store, *batch)
        for one in batch:
            published[one.area[:8]].append(one)
    for district, changes in published.items():
        found = after(store, district)
        assert [one.change for one in found] == changes
        assert [one.n for one in found] == list(range(1, len(changes) + 1))
    assert heads(store, "16", "17") == {district: len(changes) for district, changes in published.items()}


def test_a_walk_in_pages_sees_each_once(store):
    changes = [change() for _ in range(23)]
    publish(store, *changes)
    seen, n = [], 0
    while page := after(store, n=n, limit=5):
        seen += [one.change for one in page]
        n = page[-1].n
    assert seen == changes


def test_only_the_programs_and_villages_asked_for_are_read(store):
    civil, child, elsewhere = change(), change(program="child"), change(village="1001")
    publish(store, civil, child, elsewhere)
    assert [one.change for one in after(store, programs=("child",))] == [child]
    assert [one.change for one in after(store, areas=[f"{HOME}.1001"])] == [elsewhere]
    assert [one.n for one in after(store, areas=[f"{HOME}.1001"])] == [3]
    assert after(store, areas=[]) == []


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        (("16",), {HOME, OTHER}),
        (("16.02",), {HOME, OTHER}),
        (("16.02.05",), {HOME}),
        (("16.02.05.2011",), {HOME}),
        (("16.02.05.2011", "16.02.11"), {HOME, OTHER}),
        (("16.02", "17"), {HOME, OTHER, FAR}),
        (("1",), set()),
        (("16.0",), set()),
        (("16.02.1",), set()),
        (("%",), set()),
        (("16_02",), set()),
    ],
)
def test_the_heads_of_areas_are_those_of_the_districts_they_touch(store, areas, expected):
    publish(store, change(HOME), change(OTHER), change(FAR), change(HOME))
    found = heads(store, *areas)
    assert set(found) == expected
    assert all(found[district] == (2 if district == HOME else 1) for district in found)


def test_heads_are_in_the_order_of_the_districts(store):
    publish(store, change(FAR), change(OTHER), change(HOME))
    assert list(heads(store, "17", "16")) == [HOME, OTHER, FAR]


def test_what_is_rolled_back_leaves_no_gap(store):
    publish(store, change())

    def work(connection):
        feed.publish(connection, [change(), change()])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.transact(work)
    kept = change()
    publish(store, kept)
    assert [(one.n, one.change) for one in after(store, n=1)] == [(2, kept)]


class Hazard:
    """Writers whose commits come in another order than their changes were made, and a reader that only goes forward."""

    def __init__(self, store):
        self.store = store
        self.done = threading.Event()
        self.published: dict[str, list[str]] = defaultdict(list)
        self.seen: dict[str, list[str]] = defaultdict(list)

    def write(self, number: int) -> None:
        disorder = random.Random(number)
        for _ in range(12):
            districts = disorder.sample([HOME, OTHER, FAR], disorder.randint(1, 3))
            batch = [change(one) for one in districts for _ in range(disorder.randint(1, 4))]
            self.store.transact(partial(self.publish_slowly, batch, disorder.random() * 0.01))
            for one in batch:
                self.published[one.area[:8]].append(one.id)

    def publish_slowly(self, batch, pause, connection) -> None:
        feed.publish(connection, batch)
        self.done.wait(pause)  # a slow commit

    def poll(self) -> None:
        at = dict.fromkeys((HOME, OTHER, FAR), 0)
        last = more = False
        while not last or more:
            last = self.done.is_set()
            found = [self.look(district, at) for district in at]
            more = any(found)

    def look(self, district: str, at: dict[str, int]) -> bool:
        found = after(self.store, district, at[district], 7)
        assert [one.n for one in found] == list(range(at[district] + 1, at[district] + 1 + len(found)))
        self.seen[district] += [one.change.id for one in found]
        at[district] += len(found)
        return bool(found)


def test_a_reader_that_only_goes_forward_misses_nothing_of_many_writers(store):
    """The hazard of sequences and time stamps: a lower number that becomes visible after a higher one."""
    hazard = Hazard(store)
    with ThreadPoolExecutor(5) as pool:
        polling = pool.submit(hazard.poll)
        try:
            for one in [pool.submit(hazard.write, number) for number in range(4)]:
                one.result(60)
        finally:
            hazard.done.set()
        polling.result(60)
    seen, published = hazard.seen, hazard.published
    assert {d: sorted(ids) for d, ids in seen.items()} == {d: sorted(ids) for d, ids in published.items()}
    assert heads(store, "16", "17") == {district: len(ids) for district, ids in published.items()}


def test_an_epoch_is_there_from_the_start_and_a_new_one_has_another_name(store):
    with store.reading() as connection:
        first = feed.epoch(connection)
    name = store.transact(feed.begin_epoch)
    with store.reading() as connection:
        second = feed.epoch(connection)
    assert second.name == name != first.name
    assert second.horizon == first.horizon == {}
    assert len(name) == 8


def test_an_epoch_begins_also_where_its_row_is_missing(store):
    from sqlalchemy import delete

    from fieldsync.ledger.tables import EpochRow

    def work(connection):
        connection.execute(delete(EpochRow))
        return feed.begin_epoch(connection), feed.epoch(connection)

    name, found = store.transact(work)
    assert (found.name, found.horizon) == (name, {})
