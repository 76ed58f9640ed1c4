"""Which names are one person's, and which are look-alikes: by tables that must be right to the last line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal import Likeness, likeness, name_of, read_name, shared_words
from fieldsync.identity.normal.folding import fold, folded_word
from fieldsync.identity.normal.wordpairs import Pair, paired

HERE = Path(__file__).parent
WORDS = st.text("abcdehijklmnorstuwyz", min_size=1, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(name_of)


def table(file):
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" / ")) for line in lines if line and not line.startswith("#")]


def compared(one, other):
    return likeness(read_name(one).name, read_name(other).name)


VARIANTS, LOOK_ALIKES = table("variants.txt"), table("lookalikes.txt")


def test_the_tables_are_long_enough():
    assert len({frozenset(pair) for pair in VARIANTS}) >= 190
    assert len({frozenset(pair) for pair in LOOK_ALIKES}) >= 170


@pytest.mark.parametrize(("one", "other"), VARIANTS)
def test_one_name_written_two_ways_is_close(one, other):
    assert compared(one, other) >= Likeness.CLOSE


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_look_alikes_stay_apart(one, other):
    assert compared(one, other) < Likeness.CLOSE


STEPS = {
    ("Siti Aminah", "siti aminah"): Likeness.SAME,
    ("Siti Aminah", "Hj. Siti Aminah, S.Pd."): Likeness.SAME,
    ("Siti Aminah", "Aminah Siti"): Likeness.FOLDED,
    ("Nur Hayati", "Nurhayati"): Likeness.FOLDED,
    ("Siti Nur Hayati", "Siti Nurhayati"): Likeness.FOLDED,
    ("Nur Hayati", "Nurhayti"): Likeness.CLOSE,
    ("Siti Aminah", "Siti Amniah"): Likeness.CLOSE,
    ("Dewi Sartika Sari", "Dewi Sartika"): Likeness.PARTIAL,
    ("Muhammad Yusuf", "Yusuf"): Likeness.PARTIAL,
    ("I Wayan Sudarma", "Sudarma"): Likeness.PARTIAL,
    ("Siti Nur Hayati Lestari", "Nurhayati"): Likeness.PARTIAL,
    ("Ratna S.", "Ratna Sulastri"): Likeness.INITIAL,
    ("Ratna Lestari Yanti", "Ratna Lestari Haryanti"): Likeness.INITIAL,
    ("Ratna Lestari Wulandari", "Ratna Lestari Puspita"): Likeness.TWO_WORDS,
    ("Aminah", "Aminah Wulandari"): Likeness.SINGLE,
    ("Ratna Sumarti", "Ratna Suparti"): Likeness.NEAR,
    ("Ratna Yuliani", "Ratna Yulianti"): Likeness.ALIKE,
    ("Hasan", "Hasanah"): Likeness.ALIKE,
    ("Ratna", "R."): Likeness.ALIKE,
    ("Yanti", "Haryanti"): Likeness.CALLED,
    ("Wati", "Putri Rahmawati"): Likeness.CALLED,
    ("Risma", "Rismawati Lestari"): Likeness.CALLED,
    ("Yuliani", "Yulianti Sari"): Likeness.ELSE,
    ("Ratna Lestari", "Ratna Puspita"): Likeness.ONE_WORD,
    ("Siti Aminah", "Siti Rahayu"): Likeness.ELSE,
    ("Siti", "Siti Rahayu"): Likeness.ELSE,
    ("Siti Aminah", "Budi Santoso"): Likeness.ELSE,
}


@pytest.mark.parametrize(("pair", "step"), STEPS.items(), ids=[" / ".join(pair) for pair in STEPS])
def test_steps(pair, step):
    assert compared(*pair) is step


def test_every_step_has_an_example():
    assert set(STEPS.values()) == set(Likeness)


def test_shared_words_are_told_folded_and_light_ones_too():
    one, other = (read_name(text).name for text in ("Siti Fatimah Lestari", "Patimah Sitti Wulandari"))
    assert shared_words(one, other) == ("siti", "patima")
    assert shared_words(one, read_name("Budi").name) == ()


SPELLED = {"soetjipto": "sucipto", "njoman": "nioman", "qomariyah": "komaria", "sjafruddin": "saprudin", "h": "h"}


@pytest.mark.parametrize(("word", "folded"), SPELLED.items())
def test_folds(word, folded):
    assert fold(word) == folded


@given(NAMES, NAMES)
def test_likeness_is_the_same_either_way(one, other):
    assert likeness(one, other) is likeness(other, one)


@given(NAMES, NAMES)
def test_only_the_same_words_are_the_same(one, other):
    assert likeness(one, one) is Likeness.SAME
    assert (likeness(one, other) is Likeness.SAME) == (one.words == other.words)


@given(st.lists(WORDS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_words_hardly_matters(words, rng):
    shuffled = rng.sample(words, len(words))
    assert likeness(name_of(words), name_of(shuffled)) >= Likeness.FOLDED


@given(WORDS, WORDS)
def test_words_pair_the_same_either_way(one, other):
    assert paired(folded_word(one), folded_word(other)) is paired(folded_word(other), folded_word(one))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1))
def test_a_fold_has_letters_and_is_never_longer_than_the_word_in_clear_letters(word):
    folded = fold(word)
    assert folded
    assert len(folded) <= len(word.replace("x", "ks"))


SOUND = ("sumarno", "wulandari", "rahmatullah", "sulistyowati", "simanjuntak", "nainggolan", "iskandar", "trisnawati")


@pytest.mark.parametrize("word", SOUND)
def test_a_letter_lost_doubled_or_swapped_inside_is_a_slip(word):
    whole = folded_word(word)
    for at in range(len(word) - 4):
        lost = word[:at] + word[at + 1 :]
        doubled = word[:at] + word[at] + word[at:]
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for slipped in (lost, doubled, swapped):
            assert paired(whole, folded_word(slipped)) >= Pair.CLOSE, slipped


@pytest.mark.parametrize(("one", "other"), [("budi", "rudi"), ("ani", "ali"), ("tono", "toni"), ("yani", "yuni")])
def test_in_short_words_one_letter_makes_another_name(one, other):
    assert paired(folded_word(one), folded_word(other)) < Pair.CLOSE
