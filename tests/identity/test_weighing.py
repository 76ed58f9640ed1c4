"""What the shipped weights make of pairs of whom anybody would say at once that they are one, or are two."""

from datetime import date

import pytest

from fieldsync.identity.matching.compare import FEATURES, Scene, levels_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import traits_of
from fieldsync.identity.matching.vetoes import veto_of
from fieldsync.identity.matching.weights import log_odds, probability, shipped

DAY = date(2026, 5, 1)
BOY = {
    "full_name": "Rizky Maulana",
    "sex": "male",
    "birth_date": "2025-03-04",
    "village_code": "33.09.01.2004",
    "mother_name": "Sri Wahyuni",
    "father_name": "Bambang Hartono",
}
NEIGHBOUR = {**BOY, "full_name": "Galih Prakoso", "mother_name": "Dewi Lestari", "father_name": "Eko Nugroho"}
NIK = "3309010403250001"


def levels(one, other, village=300):
    first, second = traits_of("1", one, DAY), traits_of("2", other, DAY)
    return levels_of(first, Profile.of("2", [second]), Scene(village=village))


def p(one, other, village=300):
    return probability(shipped().odds(levels(one, other, village)))


def veto(one, other, sure=0.99):
    first, second = traits_of("1", one, DAY), traits_of("2", other, DAY)
    return veto_of(first, Profile.of("2", [second]), levels(one, other), log_odds(sure), shipped().lifted)


@pytest.mark.parametrize("village", [50, 300, 1_000, 5_000])
@pytest.mark.parametrize("number", [{}, {"nik": NIK}])
def test_two_boys_of_one_day_and_village_whose_names_and_parents_all_differ_are_not_asked_about(number, village):
    assert p({**BOY, **number}, NEIGHBOUR, village) < shipped().review


def test_the_date_inside_a_nik_says_little_where_the_birth_dates_agree_anyway():
    alone = p({**BOY, "full_name": "Rizki"}, {**BOY, "mother_name": "Sri"})
    assert p({**BOY, "full_name": "Rizki", "nik": NIK}, {**BOY, "mother_name": "Sri"}) == pytest.approx(alone, abs=0.05)
    at = list(FEATURES).index("nik_date")
    other_day = {**BOY, "birth_date": "2025-01-01"}
    guessed = {**other_day, "birth_date_precision": "estimated"}
    told = [FEATURES["nik_date"][levels({**BOY, "nik": NIK}, one)[at]] for one in (BOY, other_day, guessed)]
    assert told == ["same/agrees", "year_placeholder/near", "year_placeholder/unknown"]


def test_what_somebody_may_be_called_is_told_from_another_name():
    at = list(FEATURES).index("name")
    told = [FEATURES["name"][levels({**BOY, "full_name": name}, BOY)[at]] for name in ("Lana", "Galih")]
    assert told == ["called", "other"]


def test_a_father_tells_as_much_as_a_mother_where_no_mother_is_named():
    without = {name: value for name, value in BOY.items() if name != "mother_name"}
    unlike = {**without, "full_name": "Galih", "father_name": "Eko Nugroho"}
    assert p(without, unlike) < p({**without, "father_name": ""}, unlike) - 0.1
    assert p(without, {**without, "full_name": "Rizki M."}) > 0.9


def test_in_a_populous_village_a_shared_day_says_less():
    stranger = {**BOY, "full_name": "Galih Prakoso"}
    bare = [{k: v for k, v in one.items() if not k.endswith("r_name")} for one in (BOY, stranger)]
    found = [p(*bare, village) for village in (300, 5_000)]
    assert found[1] < found[0]


def test_twins_of_one_home_and_mother_under_two_names_go_to_a_human_unless_one_number_vouches():
    home = {**BOY, "kk_number": "3309011203150007"}
    twin = {**home, "full_name": "Galih Prakoso"}
    assert veto(home, twin) == "twin"
    assert veto({**home, "nik": NIK}, {**twin, "nik": NIK}) is None
    assert veto(home, {**home, "full_name": "Rizki Maulana"}) is None


def test_who_had_died_before_is_less_likely_met_again():
    dead = {**BOY, "death_date": "2025-09-01"}
    at = list(FEATURES).index("died_before")
    assert [levels(*pair)[at] for pair in ((BOY, BOY), (BOY, dead))] == [0, 1]
    assert p(BOY, dead) < p(BOY, BOY)
    assert veto(BOY, dead) == "died_before"
