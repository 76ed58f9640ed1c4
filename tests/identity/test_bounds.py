"""Comparisons broken off early: never one that could have come to anything; and profiles, parsed only as asked."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from fieldsync.identity.matching.bounds import likely_levels
from fieldsync.identity.matching.compare import Scene, levels_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import traits_of
from fieldsync.identity.matching.weights import log_odds, shipped

DAY = date(2026, 5, 1)
NAMES = (
    "Siti Aminah",
    "Siti Aminah Lestari",
    "Aminah",
    "St Aminh",
    "Bambang Hartono",
    "Bambang H",
    "Ny. Bambang Hartono",
)
PARENTS = ("Sri Wahyuni", "Sri Wahyuningsih", "Dewi Lestari", "Eko Nugroho", None, None)
SAID = {
    "full_name": (*NAMES, None),
    "sex": ("male", "female", None),
    "birth_date": (
        "1994-08-17",
        "1994-08-18",
        "1994-01-01",
        "1993-08-17",
        "2025-03-04",
        "2025-03-05",
        "1960-02-03",
        None,
    ),
    "birth_date_precision": ("day", "day", "estimated"),
    "village_code": ("16.02.05.2012", "16.02.05.1001", "16.02.11.2001", None),
    "nik": ("1602055708940003", "1602055708940004", "1602055708950003", "1602051703250001", None, None),
    "kk_number": ("1602051203150007", "1602051203150017", "1602051203990007", None),
    "phone": ("081277665544", "081277660000", None),
    "mother_name": PARENTS,
    "father_name": PARENTS,
    "spouse_name": ("Bambang Hartono", "Siti Aminah", None),
    "death_date": (None, None, None, "2026-04-01"),
}


def said(rng: Random, number: int):
    fields = {name: rng.choice(values) for name, values in SAID.items()}
    told = {name: value for name, value in fields.items() if value is not None}
    return traits_of(f"record-{number:03}", told, DAY - timedelta(days=rng.randrange(300)))


def persons(rng: Random, count: int) -> list[Profile]:
    return [
        Profile.of(f"person-{at}", [said(rng, 10 * at + one) for one in range(rng.choice((1, 1, 2, 3)))])
        for at in range(count)
    ]


def weighed_otherwise(seed: int):
    """The shipped model with other weights, of any sizes."""
    rng, model = Random(seed), shipped()
    tables = tuple(tuple(round(rng.gauss(0, 1.5), 3) for _ in table) for table in model.tables)
    return replace(model, tables=tables, bias=-6.0, review=rng.choice((0.1, 0.5, 0.9)))


@pytest.mark.parametrize("model", [shipped(), *map(weighed_otherwise, (1, 2, 3))], ids=["shipped", "1", "2", "3"])
def test_only_comparisons_that_would_come_to_nothing_are_broken_off(model):
    rng = Random(4)
    records, known = [said(rng, at) for at in range(60)], persons(rng, 60)
    scene = Scene({"siti": 2.5, "aminah": 6.0, "bambang": 13.0}, village=300)
    whole = broken_off = 0
    for one in records:
        for person in known:
            levels, likely = levels_of(one, person, scene), likely_levels(one, person, scene, model.bounds)
            if likely is None:
                broken_off += 1
                assert model.odds(levels) < log_odds(model.review)
            else:
                whole += 1
                assert likely == levels
    assert whole > 20
    assert broken_off > 200


FLAT = ((-3.0, -2.0), (0.0, -2.0), (2.0, 1.0), (4.0, 1.0))
BENDS = {
    "none": ((), 0.7),
    "between": (FLAT, 0.7),
    "before the first": (((-3.0, -2.0), (0.0, 1.0)), 0.05),
    "beyond the last": (((-3.0, -2.0), (0.0, 1.0)), 0.95),
    "from a flat beginning": (FLAT, 0.1),
    "never": (FLAT, 0.95),
}


@pytest.mark.parametrize(("bends", "review"), BENDS.values(), ids=BENDS)
def test_below_the_least_sum_nobody_is_asked(bends, review):
    model = replace(shipped(), bends=bends, review=review)
    least = model.least(log_odds(review))
    for below in (1e-6, 0.01, 1.0, 30.0):
        assert least == float("-inf") or model.calibrated(least - below) < log_odds(review)


@pytest.mark.parametrize("seed", range(8))
def test_a_profile_is_the_same_one_by_one_all_at_once_and_out_of_its_text(seed):
    rng = Random(seed)
    records = [said(rng, at) for at in range(6)]
    whole = Profile.of("p", records, ["other"])
    grown = Profile.of("p", [], ["other"])
    for one in rng.sample(records, len(records)):
        grown = grown.joined("p", said=[one])
    read = Profile.from_text("p", whole.as_text())
    for each in (grown, read, Profile.of("p", [records[0]], ["other"]).joined("p", said=records)):
        assert each.as_text() == whole.as_text()
        assert (each.size, each.records, list(each.said())) == (6, whole.records, list(whole.said()))
        assert (each.names, each.niks, each.born, each.districts) == (
            *(whole.names, whole.niks, whole.born, whole.districts),
        )


def test_a_profile_that_grows_leaves_the_one_before_as_it_was():
    rng = Random(5)
    before = Profile.of("p", [said(rng, 1)])
    text = before.as_text()
    for at in range(2, 8):
        before.joined("p", said=[said(rng, at)])
    assert before.as_text() == text


@pytest.mark.parametrize("apart", [[], ["record-9", "record-8"]])
def test_what_a_record_said_may_look_like_the_end_of_all_values(apart):
    [one] = [said(Random(6), 1)]
    odd = Profile.of("p", [replace(one, village_code='"]},["')], apart)
    read = Profile.from_text("p", odd.as_text())
    assert (read.values, read.rows, read.size, list(read.apart)) == (odd.values, odd.rows, 1, sorted(apart))


def test_a_profile_has_nothing_else():
    with pytest.raises(AttributeError, match="surname"):
        _ = Profile.of("p", []).surname
