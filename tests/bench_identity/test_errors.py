"""Each kind of name error by itself, and that errors come together in speech."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.identity import errors, wording
from bench.identity.customs import Child
from bench.identity.places import CUSTOMS

NAME = ("Muhammad", "Syarif", "Hidayatullah")
SEEDS = st.integers(0, 10_000)


def made(change, name=NAME):
    return {change(Random(seed), name) for seed in range(200)}


@pytest.mark.parametrize(
    ("change", "name", "wanted"),
    [
        (wording.shortened, NAME, ("Moh.", "Syarif", "Hidayatullah")),
        (wording.shortened, ("M", "Yusuf"), ("Muhammad", "Yusuf")),
        (wording.shortened, ("Siti", "Aminah"), ("St.", "Aminah")),
        (wording.old_spelling, ("Sukarno",), ("Soekarno",)),
        (wording.old_spelling, ("Joko",), ("Djoko",)),
        (wording.respelt, ("Zulkifli",), ("Julkifli",)),
        (wording.respelt, ("Fatimah",), ("Patimah",)),
        (wording.respelt, ("Fatimah",), ("Fatima",)),
        (wording.letters, ("Aminah",), ("Amminah",)),
        (wording.letters, ("Muhammad",), ("Muhamad",)),
        (wording.slip, ("Slamet",), ("Salmet",)),
        (wording.left_out, ("Siti", "Aminah"), ("Aminah",)),
        (wording.left_out, ("Siti", "Aminah"), ("Siti",)),
        (wording.reordered, ("Siti", "Aminah"), ("Aminah", "Siti")),
        (wording.joined, ("Nur", "Hayati"), ("Nurhayati",)),
        (wording.joined, ("Nurhayati",), ("Nur", "Hayati")),
        (wording.initial, ("Sofia", "Selan"), ("Sofia", "S.")),
    ],
)
def test_each_error_can_happen(change, name, wanted):
    assert wanted in made(change, name)


def test_people_are_named_by_others():
    assert made(lambda rng, name: wording.baby_of(rng, name, 0), ("Siti",)) >= {("By.", "Ny.", "Siti")}
    assert ("By.", "Ny.", "Siti", "II") in made(lambda rng, name: wording.baby_of(rng, name, 2), ("Siti",))
    assert ("Ny.", "Slamet") in made(wording.wife_of, ("Slamet",))
    assert wording.child_of(("Ali",), "m", ("Umar", "Said")) == ("Ali", "bin", "Umar")
    assert wording.child_of(("Siti",), "f", ("Umar",)) == ("Siti", "binti", "Umar")


@given(SEEDS, st.sampled_from(CUSTOMS), st.sampled_from("mf"), st.integers(1935, 2026), st.integers(1, 7))
def test_names_have_one_to_four_words_and_errors_never_empty_them(seed, custom, sex, year, order):
    rng = Random(seed)
    name = custom.draw(rng, Child(sex, year, order, ("Umar",), custom.clan(rng)))
    assert 1 <= len(name) <= 4
    for how in (errors.DOCUMENT, *errors.SPOKEN):
        assert errors.written_name(rng, how, name, sex, 30.0, called=("Iyem",)).strip()


@given(SEEDS, st.dates(date(1935, 1, 1), date(2026, 1, 1)), st.floats(0, 90))
def test_written_dates_are_dates(seed, born, age):
    for how in (errors.DOCUMENT, *errors.SPOKEN):
        written = errors.written_date(Random(seed), how, born.toordinal(), age)
        assert written is None or date.fromordinal(written)


@given(SEEDS, st.text("0123456789", min_size=10, max_size=16))
def test_a_mistyped_number_is_another(seed, number):
    written = errors.mistyped_number(Random(seed), number)
    assert written != number or len(set(number)) == 1
    assert len(written) in (len(number), len(number) - 1)


def test_documents_are_nearly_clean_and_speech_gets_looser_by_the_style():
    rng, clean = Random(1), {}
    for how in (errors.DOCUMENT, *errors.SPOKEN):
        written = [errors.written_name(rng, how, NAME, "m", 30.0, called=("Ayip",)) for _ in range(3000)]
        clean[how.name] = sum(one.lower() == " ".join(NAME).lower() for one in written) / 3000
    assert clean["document"] > 0.93
    assert clean["document"] > clean["careful"] > clean["loose"] > clean["looser"]
    assert clean["looser"] < 0.2
