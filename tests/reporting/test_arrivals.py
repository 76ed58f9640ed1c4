"""What came in, and who keeps silent: counted for who may see it, on both databases."""

from datetime import timedelta

import pytest

from fieldsync import access, reporting
from fieldsync.access import Scope
from tests.field import visit, woman
from tests.office import new_id

EVERYWHERE = Scope(0, ("16.02",), ("maternal", "civil"))


def arrived(office, scope=EVERYWHERE, **ago):
    with office.store.reading() as connection:
        return reporting.arrived_since(connection, scope, office.clock() - timedelta(**ago))


def silent(office, scope=EVERYWHERE, hours=24):
    with office.store.reading() as connection:
        found = reporting.silent_vans(connection, scope, office.clock() - timedelta(hours=hours))
    return [(one.name, one.tablets, one.last_at) for one in found]


@pytest.fixture
def two(office):
    """Two tablets of one van in the south, one of a van in the north."""
    south = office.van("Selatan", areas=("16.02.05",), programs=("maternal",))
    north = office.van("Utara", areas=("16.02.11",), programs=("civil",))
    return office.tablet(south), office.tablet(south), office.tablet(north)


def test_outcomes_are_counted_by_word_for_the_vans_of_the_scope(office, two):
    one, other, far = two
    she = woman(one)
    one.push(she)
    one.push(she)
    other.push({**visit(other, new_id()), "area": "16.02.05.2012"})
    far.push({**woman(far, "Bunga Utami"), "area": "16.02.11.2001"}, {**woman(far), "area": "nowhere"})
    everything = arrived(office, hours=1)
    assert (everything.vans, everything.batches) == (2, 4)
    assert everything.outcomes == {"applied": 2, "duplicate": 1, "held": 1, "rejected": 1}
    south = arrived(office, Scope(0, ("16.02.05.2012",), ("maternal", "civil")), hours=1)
    assert (south.vans, south.batches) == (1, 3)
    assert south.outcomes == {"applied": 1, "duplicate": 1, "held": 1}
    assert arrived(office, Scope(0, ("16.02",), ("child",)), hours=1).batches == 0
    office.clock.forward(hours=2)
    later = arrived(office, hours=1)
    assert (later.vans, later.batches, later.outcomes) == (0, 0, {})


def test_a_van_is_silent_when_none_of_its_tablets_came(office, two):
    one, other, far = two
    assert silent(office) == []
    office.clock.forward(hours=25)
    assert silent(office) == [("Selatan", 2, None), ("Utara", 1, None)]
    far.pull()
    came = office.clock()
    other.push(woman(other))
    office.clock.forward(hours=25)
    assert silent(office) == [("Selatan", 2, came), ("Utara", 1, came)]
    one.pull()
    assert silent(office) == [("Utara", 1, came)]
    assert silent(office, Scope(0, ("16.02.05",), ("maternal",))) == []


def test_a_tablet_that_was_shut_out_does_not_count(office, two):
    _, _, far = two
    office.clock.forward(hours=25)
    office.store.transact(lambda c: access.revoke(c, far.device_id, office.clock(), wipe=False))
    assert silent(office) == [("Selatan", 2, None)]
