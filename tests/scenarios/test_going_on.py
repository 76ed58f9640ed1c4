"""Visits that are added one by one give the same flags as all of them looked at whole."""

from random import Random

import pytest
from sqlalchemy import text

from fieldsync import cases
from fieldsync.cases import Touched, keeping
from fieldsync.rulebook import book_of
from fieldsync.sync.looking import look
from tests.field import pregnancy, visit, woman
from tests.office import KAYU_AGUNG_DESA

STATE = (
    "rule, subject, episode, program, state, why, severity, opened_on, due, mark, evidence, handled_on, handled_mark"
)


@pytest.fixture
def continued(monkeypatch):
    """How often an episode went on from what stood, so that no test passes by looking at everything anyway."""
    seen = []
    live = keeping.live

    def spied(book, sheets, *rest):
        listed = list(sheets)
        seen.extend(one for one in listed if one.continued)
        return live(book, listed, *rest)

    monkeypatch.setattr(keeping, "live", spied)
    return seen


def flags(office):
    with office.store.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(text(f"SELECT {STATE} FROM flag"))), key=repr)  # ours


def looks(office):
    with office.store.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(text("SELECT id, record, look_on FROM watch"))), key=repr)


def look_whole(office, *persons):
    now = office.clock()
    office.store.transact(
        lambda c: cases.follow(
            c, office.store.sealer, book_of(c, cases.day_of(now)), Touched(persons=frozenset(persons)), now
        )
    )


def wait(office, days):
    """Let days go by, with the timed look at those whose day has come."""
    office.clock.forward(days=days)
    look(office.store, office.clock())


def some(rng, **values):
    """Some of these fields, each with one of its values."""
    return {name: rng.choice(given) for name, given in values.items() if rng.random() < 0.6}


def antenatal(rng):
    data = some(
        rng,
        hb_g_dl=(6.8, 8.4, 10.2, 10.8, 11.9),
        muac_cm=(21.0, 23.4, 26.0),
        weight_kg=(48.0, 52.5, 55.0, 61.0),
        danger_signs=([], ["severe_headache"], ["vaginal_bleeding"], ["fever"]),
        urine_protein=("neg", "+", "+++"),
        fetus_count=(1, 1, 2),
        presentation=("cephalic", "breech"),
        by_doctor=(True, False),
        hiv_result=("nonreactive", "reactive"),
        syphilis_result=("nonreactive", "reactive"),
        iron_tablets_given=(0, 30, 90),
        fundal_height_cm=(20.0, 31.0),
    )
    if rng.random() < 0.8:
        data |= rng.choice(
            (
                {"systolic_mmhg": 112, "diastolic_mmhg": 72},
                {"systolic_mmhg": 142, "diastolic_mmhg": 92},
                {"systolic_mmhg": 172, "diastolic_mmhg": 112},
            )
        )
    return data


def close_one(tablet, rng):
    """Let a tablet deal with one of the flags that are open, now and then."""
    changes, _ = tablet.pull()
    open_ = [flag for one in changes if one["entity"] == "case" and one["data"] for flag in one["data"]["flags"]]
    if open_ and rng.random() < 0.4:
        done_on = tablet.office.clock().date().isoformat()
        flag = rng.choice(open_)
        data = {"flag_id": flag["id"], "done_on": done_on, "by": "Bidan Rina", "kind": "home_visit"}
        tablet.push(tablet.record("follow_up_action", {**data, "outcome": "solved"}))


@pytest.mark.parametrize("seed", range(6))
def test_a_pregnancy_goes_on_as_if_looked_at_whole(tablet, office, continued, seed):
    rng = Random(seed)
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    for _ in range(7):
        wait(office, rng.randint(1, 24))
        today = office.clock().date().isoformat()
        seen = [visit(tablet, hers["id"], visit_date=today, **antenatal(rng)) for _ in range(rng.choice((1, 1, 1, 2)))]
        assert [one.get("errors") for one in tablet.push(*seen)] == [None] * len(seen)
        before = flags(office), looks(office)
        look_whole(office, she["id"])
        assert (flags(office), looks(office)) == before
        close_one(tablet, rng)
    assert len(continued) > 3


@pytest.mark.parametrize("seed", range(4))
def test_a_child_grows_on_as_if_looked_at_whole(tablet, office, continued, seed):
    rng = Random(seed)
    child = tablet.record(
        "person",
        {
            "full_name": "Bintang Pratama",
            "sex": "male",
            "birth_date": "2025-06-10",
            "birth_date_precision": "day",
            "village_code": KAYU_AGUNG_DESA,
        },
    )
    tablet.push(child)
    for _ in range(7):
        wait(office, rng.randint(1, 40))
        seen = tablet.record(
            "child_visit",
            {
                "person_id": child["id"],
                "visit_date": office.clock().date().isoformat(),
                "weight_kg": rng.choice((5.1, 7.9, 9.3, 12.8)),
                "oedema": rng.random() < 0.2,
                **some(rng, weight_gain_status=("N", "T", "O"), muac_cm=(11.2, 12.1, 14.0)),
                **some(rng, danger_signs=([], ["convulsions"])),
                "length_height_cm": rng.choice((66.0, 72.5, 78.0)),
                "measured": "lying",
            },
        )
        assert tablet.push(seen)[0].get("errors") is None
        before = flags(office)
        look_whole(office, child["id"])
        assert flags(office) == before
        close_one(tablet, rng)
    assert len(continued) > 2


def test_an_earlier_visit_that_comes_late_is_looked_at_in_its_place(tablet, office, continued):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    tablet.push(visit(tablet, hers["id"], hb_g_dl=11.8))
    assert not continued
    early = visit(tablet, hers["id"], hb_g_dl=8.1, visit_date="2026-02-10")
    tablet.push(early)
    assert not continued
    before = flags(office)
    look_whole(office, she["id"])
    assert flags(office) == before


def test_whoever_should_have_been_looked_at_is_looked_at_whole(tablet, office, continued):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers, visit(tablet, hers["id"], hb_g_dl=11.8))
    with office.store.engine.begin() as connection:
        connection.execute(text("UPDATE watch SET look_on = '2026-01-01'"))
    tablet.push(visit(tablet, hers["id"], hb_g_dl=11.8))
    assert not continued
