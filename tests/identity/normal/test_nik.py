"""Which NIKs can be one person's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal.numbers import is_valid_nik

VALID = {
    "a man": "1602051205980001",
    "a woman": "1602055205980001",
    "first day": "1602050101000001",
    "last day": "1602053112990001",
    "a woman's first day": "1602054101000001",
    "a woman's last day": "1602057112990001",
    "last serial": "1602055205989999",
    "a regency since dissolved": "9971055205980001",
    "a day that its month does not have": "1602053102980001",
}
INVALID = {
    "empty": "",
    "fifteen digits": "160205520598000",
    "seventeen digits": "16020552059800011",
    "all noughts": "0" * 16,
    "all nines": "9" * 16,
    "counted up": "1234567890123456",
    "no serial": "1602055205980000",
    "day nought": "1602050005980001",
    "day 32": "1602053205980001",
    "day 40": "1602054005980001",
    "day 72": "1602057205980001",
    "month nought": "1602055200980001",
    "month 13": "1602055213980001",
    "no province": "0002055205980001",
    "a letter": "16020552O5980001",
    "with dots": "16.02.05.520598.0001",
    "a space before": " 1602055205980001",
    "a newline after": "160205520598000\n",
    "digits of another script": "१६०२०५५२०५९८०००१",
    "superscript digits": "160205520598000¹",
    "a number": 1602055205980001,
    "nothing": None,
    "a list": ["1602055205980001"],
    "bytes": b"1602055205980001",
    "true": True,
}


@pytest.mark.parametrize("nik", VALID.values(), ids=VALID)
def test_can_be_one_s_own(nik):
    assert is_valid_nik(nik) is True


@pytest.mark.parametrize("nik", INVALID.values(), ids=INVALID)
def test_can_not_be_one_s_own(nik):
    assert is_valid_nik(nik) is False


def test_every_day_number():
    valid = {day for day in range(100) if is_valid_nik(f"160205{day:02d}05980001")}
    assert valid == {*range(1, 32), *range(41, 72)}


def test_every_month_number():
    assert {month for month in range(100) if is_valid_nik(f"16020552{month:02d}980001")} == set(range(1, 13))


@given(st.text() | st.integers() | st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_anything_is_judged_and_what_is_valid_is_16_ascii_digits(value):
    if is_valid_nik(value):
        assert isinstance(value, str)
        assert len(value) == 16
        assert set(value) <= set("0123456789")
