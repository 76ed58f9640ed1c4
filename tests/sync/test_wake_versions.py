"""A record of a newer form waits for the upgrade of the server, and takes effect by it, with all that waits for it."""

import dataclasses
import sys
from types import MappingProxyType

import pytest

from fieldsync import programs, sync
from fieldsync.ledger import quarantine, waiting
from fieldsync.programs.older import Translation
from tests.field import pregnancy, visit, woman
from tests.office import Office, new_id

NEWER = "2026.2"


@pytest.fixture
def upgraded(monkeypatch):
    """Return a function that makes the server know a newer form version of some types."""

    def upgrade(*names: str, version: str = NEWER) -> None:
        before = programs.TYPES
        types = dict(before)
        for name in names:
            kind = types[name]
            known = (*kind.translations, Translation(kind.version, ()))
            types[name] = dataclasses.replace(kind, version=version, translations=known)
        after = MappingProxyType(types)
        for name in [one for one in sys.modules if one.startswith("fieldsync.")]:
            if getattr(sys.modules[name], "TYPES", None) is before:
                monkeypatch.setattr(sys.modules[name], "TYPES", after)

    return upgrade


@pytest.fixture
def tablet(settings, store):
    return Office(settings, store).tablet()


@pytest.fixture
def expecting(tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    assert statuses(tablet.push(she, hers)) == ["applied"] * 2
    return hers


def statuses(results):
    return [one["status"] for one in results]


def wake(tablet) -> int:
    return sync.wake_versions(tablet.office.store, tablet.office.clock())


def held(tablet) -> int:
    with tablet.office.store.reading() as connection:
        return waiting.count(connection)


def now_of(tablet, record_id):
    found = [one for one in tablet.pull()[0] if one["entity"] == "record" and one["id"] == record_id]
    return found[-1] if found else None


def test_nothing_waits_nothing_wakes(tablet):
    assert wake(tablet) == 0


def test_before_the_upgrade_nothing_wakes_and_nothing_is_lost(tablet, expecting):
    seen = visit(tablet, expecting["id"], {"form_version": NEWER})
    assert statuses(tablet.push(seen)) == ["held"]
    assert wake(tablet) == 0
    assert held(tablet) == 1
    assert statuses(tablet.push(seen)) == ["held"]
    assert held(tablet) == 1


def test_by_the_upgrade_it_takes_effect_once(tablet, expecting, upgraded):
    seen = visit(tablet, expecting["id"], {"form_version": NEWER})
    tablet.push(seen)
    upgraded("anc_visit")
    assert wake(tablet) == 1
    assert wake(tablet) == 0
    assert held(tablet) == 0
    found = now_of(tablet, seen["id"])
    assert (found["rev"], found["data"]["form_version"]) == (1, NEWER)
    assert found["data"]["data"] == seen["data"]
    assert [(one["status"], one["rev"]) for one in tablet.push(seen)] == [("duplicate", 1)]


def test_the_pull_of_another_tablet_brings_what_woke(tablet, expecting, upgraded):
    other = tablet.office.tablet()
    seen = visit(tablet, expecting["id"], {"form_version": NEWER})
    tablet.push(seen)
    _, cursor = other.pull()
    upgraded("anc_visit")
    wake(tablet)
    assert [one["id"] for one in other.pull(cursor)[0] if one["entity"] == "record"] == [seen["id"]]


def test_an_even_newer_one_goes_on_waiting(tablet, expecting, upgraded):
    near = visit(tablet, expecting["id"], {"form_version": NEWER})
    far = visit(tablet, expecting["id"], {"form_version": "2099.1"}, visit_date="2026-02-01")
    assert statuses(tablet.push(near, far)) == ["held", "held"]
    upgraded("anc_visit")
    assert wake(tablet) == 1
    assert held(tablet) == 1
    assert now_of(tablet, far["id"]) is None


def test_what_waits_for_it_takes_effect_with_it(tablet, upgraded):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"], form_version=NEWER)
    seen = visit(tablet, hers["id"])
    assert statuses(tablet.push(seen, hers, she)) == ["held", "held", "applied"]
    upgraded("pregnancy")
    assert wake(tablet) == 2
    assert held(tablet) == 0
    assert now_of(tablet, seen["id"])["data"]["person_id"] == she["id"]


def test_it_may_still_wait_for_what_it_names(tablet, upgraded):
    hers = pregnancy(tablet, new_id())
    seen = visit(tablet, hers["id"], {"form_version": NEWER})
    assert statuses(tablet.push(seen)) == ["held"]
    upgraded("anc_visit")
    assert wake(tablet) == 0
    assert held(tablet) == 1
    she = woman(tablet)
    hers["data"]["woman_id"] = she["id"]
    assert statuses(tablet.push(hers, she)) == ["applied", "applied"]
    assert now_of(tablet, seen["id"])["rev"] == 1


def test_a_group_wakes_as_one(tablet, expecting, upgraded):
    group = new_id()
    newer = visit(tablet, expecting["id"], {"form_version": NEWER, "group": group})
    mate = visit(tablet, expecting["id"], {"group": group}, visit_date="2026-02-01")
    assert statuses(tablet.push(newer, mate)) == ["held", "held"]
    assert now_of(tablet, mate["id"]) is None
    upgraded("anc_visit")
    assert wake(tablet) == 2
    assert held(tablet) == 0
    assert {now_of(tablet, one["id"])["rev"] for one in (newer, mate)} == {1}
    assert statuses(tablet.push(mate, newer)) == ["duplicate", "duplicate"]


def test_a_group_with_one_even_newer_goes_on_waiting_as_one(tablet, expecting, upgraded):
    group = new_id()
    newer = visit(tablet, expecting["id"], {"form_version": NEWER, "group": group})
    newest = visit(tablet, expecting["id"], {"form_version": "2099.1", "group": group}, visit_date="2026-02-01")
    assert statuses(tablet.push(newer, newest)) == ["held", "held"]
    upgraded("anc_visit")
    assert wake(tablet) == 0
    assert held(tablet) == 2
    assert now_of(tablet, newer["id"]) is None
    upgraded("anc_visit", version="2099.1")
    assert wake(tablet) == 2
    assert held(tablet) == 0


def test_what_turns_out_wrong_by_the_upgrade_is_quarantined_with_its_text(tablet, expecting, upgraded):
    bad = visit(tablet, expecting["id"], {"form_version": NEWER}, systolic_mmhg=900)
    good = visit(tablet, expecting["id"], {"form_version": NEWER}, visit_date="2026-02-01")
    assert statuses(tablet.push(bad, good)) == ["held", "held"]
    upgraded("anc_visit")
    assert wake(tablet) == 1
    assert held(tablet) == 0
    store = tablet.office.store
    with store.reading() as connection:
        [kept] = quarantine.open_records(connection, store.sealer)
    assert (kept["record_id"], kept["errors"][0]["code"]) == (bad["id"], "out_of_range")
    assert '"systolic_mmhg":900' in kept["as_sent"]
    corrected = tablet.edited(bad, systolic_mmhg=120)
    assert statuses(tablet.push(corrected)) == ["applied"]
    with store.reading() as connection:
        assert quarantine.open_records(connection, store.sealer) == []


def test_sent_again_after_the_upgrade_it_needs_no_waking(tablet, expecting, upgraded):
    seen = visit(tablet, expecting["id"], {"form_version": NEWER})
    assert statuses(tablet.push(seen)) == ["held"]
    upgraded("anc_visit")
    later = tablet.edited(seen, weight_kg=60.5)
    assert statuses(tablet.push(later)) == ["applied"]
    wake(tablet)
    assert held(tablet) == 0
    found = now_of(tablet, seen["id"])
    assert (found["rev"], found["data"]["data"]["weight_kg"]) == (2, 60.5)
