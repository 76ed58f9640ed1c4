"""What the digits of a NIK, a family card and a telephone say, and how two of them compare."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal import (
    Nik,
    NumberLikeness,
    date_in_nik,
    is_valid_nik,
    kk_likeness,
    national,
    nik_likeness,
    read_kk,
    read_nik,
)

NIK = "1602055205980001"
NIKS = st.builds(
    "{:02d}0205{:02d}{:02d}{:02d}{:04d}".format,
    st.integers(1, 99),
    st.sampled_from([*range(1, 32), *range(41, 72)]),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1, 9999),
)


def test_a_nik_taken_apart():
    assert read_nik(NIK) == Nik(NIK, "160205", female=True, day=12, month=5, year=98, serial="0001")
    man = read_nik("1602051205980001")
    assert (man.female, man.day) == (False, 12)


@given(NIKS | st.text() | st.none())
def test_a_nik_can_be_read_if_it_is_valid(text):
    assert (read_nik(text) is not None) == is_valid_nik(text)


DATES = {
    ("1602055205980001", 2024): date(1998, 5, 12),
    ("1602055205240001", 2024): date(2024, 5, 12),
    ("1602055205250001", 2024): date(1925, 5, 12),
    ("1602052902000001", 2024): date(2000, 2, 29),
    ("1602053002980001", 2024): None,
}


@pytest.mark.parametrize(("given_", "day"), DATES.items())
def test_the_date_inside_is_the_last_one_not_after_the_event(given_, day):
    nik, year = given_
    assert date_in_nik(read_nik(nik), year) == day


LIKE = {
    "the same": (NIK, NumberLikeness.SAME),
    "one digit of the region": ("1603055205980001", NumberLikeness.SLIP),
    "one digit of the year": ("1602055205880001", NumberLikeness.SLIP),
    "two neighbours swapped": ("1602505205980001", NumberLikeness.SLIP),
    "the next serial": ("1602055205980002", NumberLikeness.TWIN),
    "a digit of the serial": ("1602055205980401", NumberLikeness.TWIN),
    "a boy of the same day": ("1602051205980001", NumberLikeness.TWIN),
    "a boy of the same day, the next serial": ("1602051205980002", NumberLikeness.TWIN),
    "a boy of the same day, later": ("1602051205980113", NumberLikeness.NEAR),
    "the same day and region": ("1602055205980234", NumberLikeness.NEAR),
    "serial digits swapped": ("1602055205980010", NumberLikeness.NEAR),
    "two slips": ("1603055205880001", NumberLikeness.NEAR),
    "a slip and another serial": ("1603055205980002", NumberLikeness.NEAR),
    "three slips": ("1703055205880001", NumberLikeness.ELSE),
    "another": ("1671011708550007", NumberLikeness.ELSE),
}


@pytest.mark.parametrize(("other", "step"), LIKE.values(), ids=LIKE)
def test_niks_compare(other, step):
    assert nik_likeness(read_nik(NIK), read_nik(other)) is step


def test_a_serial_that_carries_over_is_a_neighbour():
    assert nik_likeness(read_nik(f"{NIK[:12]}0009"), read_nik(f"{NIK[:12]}0010")) is NumberLikeness.TWIN


@given(NIKS, NIKS)
def test_comparing_niks_is_the_same_either_way(one, other):
    one, other = read_nik(one), read_nik(other)
    assert nik_likeness(one, other) is nik_likeness(other, one)
    assert nik_likeness(one, one) is NumberLikeness.SAME


@given(NIKS, st.integers(0, 11), st.integers(1, 9))
def test_one_digit_before_the_serial_is_a_slip_unless_it_is_the_sex(digits, at, more):
    nik, slipped = read_nik(digits), read_nik(f"{digits[:at]}{(int(digits[at]) + more) % 10}{digits[at + 1 :]}")
    if slipped:
        only_sex = nik.female != slipped.female and nik.day == slipped.day
        assert nik_likeness(nik, slipped) is (NumberLikeness.TWIN if only_sex else NumberLikeness.SLIP)


KK = "1602051203150004"


@pytest.mark.parametrize("text", [KK, "1602052902160004", "9971053112080001"])
def test_family_cards_that_can_be(text):
    assert read_kk(text) == text


@pytest.mark.parametrize(
    "text", ["", None, KK[:-1], f"{KK}1", "1602055203150004", "1602053102150004", "1602051203150000", "0" * 16]
)
def test_family_cards_that_can_not_be(text):
    assert read_kk(text) is None


def test_family_cards_compare():
    assert kk_likeness(KK, KK) is NumberLikeness.SAME
    assert kk_likeness(KK, "1602051203160004") is NumberLikeness.SLIP
    assert kk_likeness(KK, "1602051203150005") is NumberLikeness.TWIN
    assert kk_likeness(KK, "1671011708120007") is NumberLikeness.ELSE


PHONES = {
    "081234567912": "81234567912",
    "081271820044": "81271820044",
    "+62 812-7182-0044": "81271820044",
    "6281271820044": "81271820044",
    "62 812 7182 0044": "81271820044",
    "+62081271820044": "81271820044",
    "006281271820044": "81271820044",
    "81271820044": "81271820044",
    "(0711) 312044": "711312044",
    "0628 411222": "628411222",
    "0812.7182.0044 / 0813.4455.6677": "81271820044",
    "- / 0813.4455.6677": "81344556677",
    "08120000000": None,
    "000000000000": None,
    "08123456789": None,
    "0812718": None,
    "0812718200441234": None,
    "tidak ada": None,
    "٠٨١٢٧١٨٢٠٠٤٤": None,
    "": None,
}


@pytest.mark.parametrize(("text", "digits"), PHONES.items())
def test_telephones(text, digits):
    assert national(text) == digits


@given(st.text("0123456789+- ./(") | st.text())
def test_any_telephone_text_gives_national_digits_or_nothing(text):
    digits = national(text)
    if digits is not None:
        assert digits.isdigit()
        assert digits.isascii()
        assert digits[0] != "0"
        assert national(f"0{digits}") == digits
