"""Many tablets at once, with lost answers, repeats and disorder: nothing lost, nothing doubled, nothing skipped."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldsync.ledger import waiting
from tests.field import nik_of, pregnancy, stranger, visit, woman
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN, Office
from tests.scenarios.test_pull import Shelf

WRITERS = 16
FINAL = {"applied", "duplicate", "merged", "conflict"}


class Writer:
    """A tablet that makes families and sends them badly."""

    def __init__(self, office: Office, number: int) -> None:
        self.tablet = office.tablet()
        self.random = random.Random(number)
        self.made: list[dict] = []
        for one in range(6):
            area = self.random.choice([KAYU_AGUNG_DESA, TULUNG_SELAPAN])
            # The same five women at every tablet, and one who is at no other.
            she = stranger(self.tablet, one or 100 + number % 100, area=area)
            if one:
                she["data"]["nik"] = nik_of(she)
            hers = pregnancy(self.tablet, she["id"], area=area)
            visits = [visit(self.tablet, hers["id"], {"area": area}, weight_kg=50 + n) for n in range(4)]
            edited = [self.tablet.edited(visits[0], weight_kg=61.5), self.tablet.edited(visits[0], muac_cm=24.5)]
            self.made += [she, hers, *visits, *edited]

    def run(self) -> None:
        pending = list(self.made)
        self.random.shuffle(pending)
        while pending:
            batch = [pending.pop() for _ in range(min(len(pending), self.random.randint(1, 12)))]
            results = self.tablet.push(*batch)
            assert {one["status"] for one in results} <= FINAL | {"held"}
            if self.random.random() < 0.5:
                lost = self.random.sample(batch, len(batch) // 2) + self.random.sample(self.made, 3)
                self.tablet.push(*lost)


@pytest.mark.parametrize("seed", [1])
def test_sixteen_tablets_at_once_and_three_that_pull_meanwhile(settings, store, seed):
    office = Office(settings, store)
    writers = [Writer(office, seed * 100 + number) for number in range(WRITERS)]
    readers = [Shelf(office.tablet()), Shelf(office.tablet(areas=("16.02.11",)))]
    newcomer, begun = office.tablet(), []
    stop = threading.Event()

    def keep_beginning() -> None:
        while not stop.is_set():
            begun.append(Shelf(newcomer))
            begun[-1].sync(limit=7)

    def keep_pulling(shelf: Shelf) -> None:
        while not stop.is_set():
            shelf.sync(limit=7)

    with ThreadPoolExecutor(WRITERS + 3) as pool:
        pulls = [pool.submit(keep_pulling, shelf) for shelf in readers] + [pool.submit(keep_beginning)]
        pushes = [pool.submit(writer.run) for writer in writers]
        try:
            for one in pushes:
                one.result()
        finally:
            stop.set()
        for one in pulls:
            one.result()
    fresh = Shelf(office.tablet())
    for shelf in (*readers, *begun, fresh):
        shelf.sync()
        assert shelf.proves_complete()
    _nothing_lost_or_doubled(writers, fresh)


def _nothing_lost_or_doubled(writers: list[Writer], fresh: Shelf) -> None:
    sent: dict[str, list[dict]] = {}
    for writer in writers:
        for one in writer.made:
            sent.setdefault(one["id"], []).append(one)
    assert fresh.ids() == sent.keys()
    for record_id, edits in sent.items():
        change = fresh.held["record", record_id]
        assert change["rev"] == len(edits)
        latest = max(edits, key=lambda one: one["device_seq"])
        assert change["data"]["data"] == latest["data"]
    # five women are known to all tablets by their NIK, one of each tablet has none
    assert len(fresh.ids("person")) == 5 + WRITERS


def test_a_visit_that_begins_to_wait_in_the_instant_its_pregnancy_wakes_is_not_forgotten(settings, store):
    office = Office(settings, store)
    one, two = office.tablet(), office.tablet()
    together = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        for number in range(40):
            she = woman(two, f"Siti {number}")
            hers = pregnancy(one, she["id"])
            seen = visit(one, hers["id"])
            assert one.push(hers)[0]["status"] == "held"

            def push(tablet, record):
                together.wait(10)
                return tablet.push(record)[0]["status"]

            waits, brings = pool.submit(push, one, seen), pool.submit(push, two, she)
            assert (waits.result() in {"held", "applied"}, brings.result()) == (True, "applied")
    with store.reading() as connection:
        assert waiting.count(connection) == 0
