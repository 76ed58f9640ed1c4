"""What is let go of after a time, and that no tablet misses anything by it: it is told to start over, or needs none."""

import pytest
from sqlalchemy import func, select, text

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.access.tables import AuditRow
from fieldsync.clock import Deposed
from fieldsync.ledger.tables import BatchRow, ChangeRow, FeedMarkRow, HeldRow, QuarantineRow
from fieldsync.registry.tables import RecordRow, RevisionRow
from tests.field import pregnancy, stranger, visit
from tests.office import TULUNG_SELAPAN

KEEPING = sync.Keeping(feed=30, bodies=60, audit=365)


@pytest.fixture(autouse=True)
def no_horizon(store):
    """The row of the epoch outlives a test's database."""
    store.transact(lambda c: c.execute(text("UPDATE feed_epoch SET horizon = '{}'")))
    yield
    store.transact(lambda c: c.execute(text("UPDATE feed_epoch SET horizon = '{}'")))


def purged(office, **options):
    return sync.purge(office.store, KEEPING, office.clock(), **options)


def nights(office, *days: int) -> dict[str, int]:
    """So many days go by, with a run after each of these stretches; what they deleted in all."""
    total: dict[str, int] = {}
    for some in days:
        office.clock.forward(days=some)
        for name, number in purged(office).items():
            total[name] = total.get(name, 0) + number
    return total


def count(office, table) -> int:
    with office.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def held(tablet, cursor=None, known=None, limit=1000):
    """What a tablet holds when it goes on from a cursor; and the new one."""
    there = dict(known or {})
    changes, cursor = tablet.pull(cursor, limit)
    for one in changes:
        there.pop((one["entity"], one["id"]), None)
        if not one["deleted"]:
            there[one["entity"], one["id"]] = one["rev"]
    return there, cursor


def proves(tablet, there) -> bool:
    digest = tablet.digest()
    return {name: sum(entity == name for entity, _ in there) for name in digest} == {
        name: one["count"] for name, one in digest.items()
    }


@pytest.fixture
def history(office, tablet):
    """Women with pregnancies and visits, edited, moved and deleted; returns the records."""
    women = [stranger(tablet, number) for number in range(6)]
    theirs = [pregnancy(tablet, one["id"]) for one in women]
    seen = [visit(tablet, one["id"]) for one in theirs]
    tablet.push(*women, *theirs, *seen)
    for rev in (1, 2, 3):
        office.clock.forward(hours=1)
        seen = [tablet.edited(one, rev, weight_kg=55.0 + rev) for one in seen]
        tablet.push(*seen)
    moved = tablet.edited(seen[0], 4, area=TULUNG_SELAPAN)
    tablet.push(moved, {**tablet.edited(seen[1], 4), "deleted": True, "data": None})
    return [*women, *theirs, *seen]


def test_nothing_goes_before_its_time_and_then_only_what_nobody_needs(office, tablet, history):
    office.store.transact(lambda c: note_audit(c, None, "tests.act", "x", office.clock()))
    changes, records, revisions = (count(office, one) for one in (ChangeRow, RecordRow, RevisionRow))
    assert nights(office, 1, 14, 15) == {"changes": 0, "bodies": 0, "audit": 0}
    gone = nights(office, 1, 1, 1)
    assert gone["changes"] > 0
    assert count(office, ChangeRow) == changes - gone["changes"]
    assert nights(office, 1, 1)["changes"] == 0
    assert (count(office, RecordRow), count(office, RevisionRow)) == (records, revisions)
    with office.store.reading() as connection:
        key = (ChangeRow.entity, ChangeRow.id, ChangeRow.area, ChangeRow.program)
        twice = select(func.count()).select_from(select(*key).group_by(*key).having(func.count() > 1).subquery())
        assert connection.execute(twice).scalar_one() == 0
    assert count(office, FeedMarkRow) <= 8


def test_a_cursor_from_before_answers_410_and_a_later_one_misses_nothing(office, tablet, other, history):
    _, old = other.pull()
    office.clock.forward(days=1)
    tablet.push(*(tablet.edited(one, 1, living_children=0) for one in history[6:12]))
    purged(office)
    there, later = held(tablet)
    nights(office, 1, 30, 1, 1)
    answer = other.client.get("/api/v1/sync/pull", query_string={"cursor": old}, headers=other.headers)
    assert answer.status_code == 410
    there, later = held(tablet, later, there)
    assert proves(tablet, there)
    fresh, _ = held(other)
    assert fresh == there


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_a_scope_that_widens_after_the_purge_is_filled_without_starting_over(office, history, limit):
    narrow = office.tablet(areas=(TULUNG_SELAPAN,))
    there, cursor = held(narrow)
    nights(office, 1, 30, 1, 1)
    office.rescope(narrow.van, areas=("16.02",))
    there, cursor = held(narrow, cursor, there, limit)
    assert proves(narrow, there)
    office.rescope(narrow.van, areas=(TULUNG_SELAPAN,))
    there, _ = held(narrow, cursor, there, limit)
    assert proves(narrow, there)


def test_bodies_go_and_what_became_of_the_records_stays_but_for_what_is_refused_or_held(office, tablet):
    tablet.push(stranger(tablet, 1))
    tablet.push(visit(tablet, "0b6f2f0e-6d6e-4a7e-9d53-2d7d0a5f1a01", hb_g_dl=90.5))
    tablet.push(visit(tablet, "0b6f2f0e-6d6e-4a7e-9d53-2d7d0a5f1a02"))
    office.clock.forward(days=59)
    assert purged(office)["bodies"] == 0
    office.clock.forward(days=2)
    assert purged(office)["bodies"] == 1
    assert purged(office)["bodies"] == 0
    with office.store.reading() as connection:
        kept = set(connection.execute(select(BatchRow.id).where(BatchRow.body.is_not(None))).scalars())
        needed = {*connection.execute(select(QuarantineRow.receipt)).scalars()}
        needed |= {*connection.execute(select(HeldRow.receipt)).scalars()}
    assert kept == needed
    assert (len(kept), count(office, BatchRow)) == (2, 3)


def test_old_entries_of_the_audit_trail_go_in_their_order(office):
    for _ in range(3):
        office.store.transact(lambda c: note_audit(c, None, "tests.act", "x", office.clock()))
        office.clock.forward(days=200)
    assert purged(office)["audit"] == 2
    assert count(office, AuditRow) == 1


def test_a_deposed_leader_deletes_nothing(office, tablet, history):
    nights(office, 1, 30)
    changes, marks = count(office, ChangeRow), count(office, FeedMarkRow)

    def deposed(_connection):
        raise Deposed

    office.clock.forward(days=2)
    with pytest.raises(Deposed):
        purged(office, guard=deposed)
    assert (count(office, ChangeRow), count(office, FeedMarkRow)) == (changes, marks)
