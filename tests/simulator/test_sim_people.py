"""The people and their bodies: numbers with the right digits, names, courses that fit together."""

import re
import uuid
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_plans import START, VILLAGES

from fieldsync.simulator import courses, forms_child, mistakes, words
from fieldsync.simulator.places import EAST, NORTH, SOUTH, WEST, Village, circuit, covers, foreign_area, position
from fieldsync.simulator.population import Population, new_id

SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.integers(0, 2**47))
def test_an_id_is_a_uuid_7_of_its_moment(seed, moment):
    made = uuid.UUID(new_id(Random(seed), moment))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == moment


@given(SEEDS, st.dates(date(1930, 1, 1), START), st.sampled_from(["male", "female"]))
def test_a_nik_carries_region_date_and_sex(seed, born, sex):
    nik = Population(Random(seed), START).nik("160205", born, sex)
    assert re.fullmatch(r"[0-9]{16}", nik)
    assert nik[:6] == "160205"
    assert int(nik[6:8]) == born.day + (40 if sex == "female" else 0)
    assert nik[8:12] == f"{born:%m%y}"
    assert nik[12:] != "0000"


def test_no_number_is_given_twice():
    people = Population(Random(1), START)
    families = [people.family(VILLAGES[number % 3], 2) for number in range(400)]
    members = [one for home in families for one in (home.husband, home.wife, home.elder, *home.children) if one]
    niks = [one.nik for one in members if one.nik]
    cards = [home.kk_number for home in families if home.kk_number]
    assert len(niks) > 800
    assert len(set(niks)) == len(niks)
    assert len(set(cards)) == len(cards) > 300


def test_families_are_plausible():
    people = Population(Random(2), START)
    for home in (people.family(VILLAGES[number % 24], 2) for number in range(300)):
        assert 17 <= home.wife.age(START) <= 39
        assert home.husband.sex == "male"
        assert home.husband.spouse is home.wife
        assert all(child.mother is home.wife and child.age(START) < 5 for child in home.children)
        assert all(child.born > home.wife.born + timedelta(days=12 * 365) for child in home.children)
        assert home.elder is None or home.elder.age(START) >= 60


def test_names_follow_the_custom_of_the_place():
    people = Population(Random(3), START)
    javanese = Village("16.02.04.2001", "Desa")
    river = Village("16.02.05.2001", "Desa")
    share = {one: sum(people.family(one).custom == "javanese" for _ in range(300)) for one in (javanese, river)}
    assert share[javanese] > 180
    assert share[river] < 60


@pytest.mark.parametrize("custom", ["malay", "komering", "javanese", "balinese"])
@pytest.mark.parametrize("sex", ["male", "female"])
def test_every_name_is_fit_for_a_form(custom, sex):
    people = Population(Random(4), START)
    names = [people.name(custom, sex) for _ in range(300)]
    assert all(1 <= len(name) <= 60 and "_" not in name and name == name.strip() for name in names)
    assert len(set(names)) > (5 if custom == "balinese" else 60)


def test_some_hundred_words_of_names():
    listed = {word for table in (words.FIRST, words.LAST) for names, _ in table.values() for word in names}
    assert len(listed) > 250


@given(SEEDS)
def test_a_name_misheard_still_resembles_it(seed):
    rng = Random(seed)
    name = Population(rng, START).name(rng.choice(("malay", "javanese")), "male")
    assert abs(len(mistakes.misheard(name, rng)) - len(name)) <= 8


@given(SEEDS)
def test_a_pregnancy_develops(seed):
    rng = Random(seed)
    course = courses.pregnancy(rng, START, 27, "O")
    weeks = [START + timedelta(days=7 * week) for week in range(8, 38, 4)]
    weights = [course.weight(on, rng) for on in weeks]
    assert weights[-1] > weights[0] - 0.9
    assert all(25 <= weight <= 200 for weight in weights)
    heights = [course.fundal_height(on, rng) for on in weeks if course.weeks(on) >= 20]
    assert heights == sorted(heights)
    for on in weeks:
        systolic, diastolic = course.pressure(on, rng)
        assert 50 <= diastolic < systolic <= 260
        assert 6 <= course.haemoglobin_at(on, rng) <= 15.5
    assert 232 <= (course.due - course.lmp).days <= 296


@given(SEEDS, st.sampled_from(["male", "female"]))
def test_a_child_grows(seed, sex):
    rng = Random(seed)
    growth = courses.growth(rng, START, sex)
    months = [START + timedelta(days=round(30.44 * month)) for month in range(0, 60, 6)]
    lengths = [growth.length(on, rng) for on in months]
    assert lengths == sorted(lengths)
    assert 40 < lengths[0] < lengths[-1] < 125
    assert all(1.5 < growth.weight(on, rng) < 30 for on in months)
    assert all(5 <= growth.muac(on, rng) <= 30 and 20 <= growth.head(on, rng) <= 65 for on in months)


def test_doses_come_in_their_time():
    rng = Random(5)
    born = START - timedelta(days=300)
    taken = forms_child.doses_before(born, START, rng)
    assert {dose for dose, _ in taken} <= {dose for dose, months in forms_child.DOSES if months <= 10}
    assert all(born <= on < START for _, on in taken)
    due = forms_child.doses_due(born, START, {"BCG", "OPV1"})
    assert len(due) == 3
    assert not {"HB0", "RV1", "BCG", "MR2"} & set(due)


@pytest.mark.parametrize(
    ("areas", "code", "inside"),
    [
        (("16.02",), "16.02.05.2011", True),
        (("16.02.05.2011",), "16.02.05.2011", True),
        (("16.02.05",), "16.02.13.2011", False),
        (("16.02.0",), "16.02.05.2011", False),
        ((), "16.02.05.2011", False),
    ],
)
def test_an_area_covers_all_below_it(areas, code, inside):
    assert covers(areas, code) is inside


@given(SEEDS, st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_lies_in_the_regency(seed, lat, lon):
    place = position(Village("16.02.05.2001", "Desa", lat, lon), Random(seed))
    if place:
        assert SOUTH <= place["lat"] <= NORTH
        assert WEST <= place["lon"] <= EAST


def test_without_a_centre_there_is_no_position():
    assert position(Village("16.02.05.2001", "Desa"), Random(1)) is None


def test_a_round_visits_neighbours_again_and_again():
    assert len(circuit(VILLAGES, 30, Random(1))) == 6
    assert len(circuit(VILLAGES, 1, Random(1))) == 1
    assert foreign_area(VILLAGES, ("16.02.05", "16.02.02"), Random(1)).startswith("16.02.13")
    assert foreign_area(VILLAGES, ("16.02",), Random(1)).startswith("18.")
