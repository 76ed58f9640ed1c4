"""Every level of agreement has its words, in both languages, and no two levels of a feature the same."""

import re

import pytest

from fieldsync.identity.explaining import weights_in_words
from fieldsync.identity.matching import vetoes
from fieldsync.identity.matching.compare import FEATURES
from fieldsync.identity.matching.weights import shipped
from fieldsync.identity.wording import MINUS, per_cent, phrase, reason, signed

LEVELS = [(feature, level) for feature, levels in FEATURES.items() for level in levels]
# What a level leaves unsaid, because one of the two says nothing there, is not told from another such level.
SAYS_NOTHING = re.compile(r"\bunknown\b|\bno\b")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("feature", FEATURES)
def test_every_level_has_words_of_its_own(feature, language):
    said = {level: phrase(feature, level, language) for level in FEATURES[feature]}
    assert all(words and words == words.strip() and len(words) <= 120 for words in said.values())
    telling = [words for level, words in said.items() if not SAYS_NOTHING.search(level)]
    assert len(telling) == len(set(telling))


def test_the_two_languages_are_two():
    same = [
        (feature, level) for feature, level in LEVELS if phrase(feature, level, "id") == phrase(feature, level, "en")
    ]
    assert same == []


@pytest.mark.parametrize(
    ("feature", "level", "indonesian", "english"),
    [
        ("home", "same/unknown/unknown", "KK sama", "same KK"),
        ("birth_date", "no/swapped", "tanggal lahir tertukar", "birth date swapped"),
        ("birth_date", "yes/year", "anak, tanggal lahir selisih setahun", "a child, birth date a year apart"),
        ("home", "unknown/unknown/unknown", "rumah tidak diketahui", "home not known"),
        ("strays", "no/no/no", "catatan yang menyimpang tidak ada", "records that stray none"),
        ("shared_words", "very_rare", "kata nama: kata yang sangat langka", "words of the name: a very rare word"),
    ],
)
def test_some_words(feature, level, indonesian, english):
    assert (phrase(feature, level, "id"), phrase(feature, level, "en")) == (indonesian, english)


@pytest.mark.parametrize(
    ("weight", "indonesian", "english"),
    [(6.14, "+6,1", "+6.1"), (-0.84, f"{MINUS}0,8", f"{MINUS}0.8"), (0, "+0,0", "+0.0"), (-0.02, "+0,0", "+0.0")],
)
def test_numbers_are_written_as_in_the_language(weight, indonesian, english):
    assert (signed(weight, "id"), signed(weight, "en")) == (indonesian, english)


def test_per_cent():
    assert (per_cent(0.9971, "id"), per_cent(0.9971, "en")) == ("99,7 %", "99.7%")


def test_every_veto_is_said_in_words():
    from pathlib import Path

    codes = set(re.findall(r'return "([a-z_]+)"', Path(vetoes.__file__).read_text(encoding="utf-8")))
    codes |= {"two_niks", "told_apart", "unsure", "two_fit"}
    assert len(codes) >= 8
    for code in codes:
        assert reason(code, "id") != code
        assert reason(code, "en") != reason(code, "id")
    assert reason("of_an_older_model", "id") == "of_an_older_model"


def test_weights_of_another_model_say_nothing():
    levels = [0] * len(FEATURES)
    assert len(weights_in_words(levels, "id")) == len(FEATURES)
    assert weights_in_words(levels[:-1], "id") == []
    assert weights_in_words([999, *levels[1:]], "id") == []
    weights = {one["feature"]: one["weight"] for one in weights_in_words(levels, "en")}
    assert weights == {name: round(table[0], 2) for name, table in zip(FEATURES, shipped().tables, strict=True)}
