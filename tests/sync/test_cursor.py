"""A cursor is good to the last bit, for its own server only; anything else is no cursor and never a crash."""

import base64
import zlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.sync.cursor import LONGEST, Cursor, CursorError, Walk, _sign, decode, encode

SECRET = b"one-secret-of-at-least-32-characters"
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
DISTRICTS = st.dictionaries(st.from_regex(r"\d\d\.\d\d\.\d\d", fullmatch=True), st.integers(0, 2**62), max_size=6)
CURSORS = st.builds(
    Cursor,
    epoch=st.text("0123456789abcdef", min_size=1, max_size=8),
    device=st.uuids().map(str),
    scope=st.integers(0, 2**62),
    seen=DISTRICTS,
    fresh=DISTRICTS,
    left=st.lists(st.integers(0, 2**62), max_size=4).map(tuple),
    told=DISTRICTS,
    walk=st.none()
    | st.builds(
        Walk,
        scope=st.integers(0, 2**62),
        area=st.sampled_from(["", "16.02.05.2012"]),
        person=st.uuids().map(str) | st.just(""),
        record=st.uuids().map(str),
        owed=st.booleans(),
    ),
)
ONE = Cursor("0a1b2c3d", "0190a000-0000-7000-8000-000000000001", 7, {"16.02.05": 12, "16.02.11": 3})


@given(CURSORS)
def test_it_comes_back_as_it_was(cursor):
    assert decode(encode(cursor, SECRET), SECRET) == cursor


@given(CURSORS)
def test_it_goes_into_an_address_without_quoting(cursor):
    assert set(encode(cursor, SECRET)) <= set(SIGNS)


def test_the_same_position_is_the_same_text_in_whatever_order_it_was_found():
    again = Cursor(ONE.epoch, ONE.device, ONE.scope, dict(reversed(list(ONE.seen.items()))))
    assert encode(again, SECRET) == encode(ONE, SECRET)


def test_another_server_does_not_take_it():
    with pytest.raises(CursorError):
        decode(encode(ONE, SECRET), SECRET + b"!")


def test_every_flipped_bit_is_refused():
    text = encode(ONE, SECRET)
    for position, sign in enumerate(text):
        for bit in range(8):
            other = chr(ord(sign) ^ 1 << bit)
            with pytest.raises(CursorError):
                decode(text[:position] + other + text[position + 1 :], SECRET)


def test_every_other_spelling_of_a_sign_is_refused():
    text = encode(ONE, SECRET)
    for position, sign in enumerate(text):
        for other in SIGNS.replace(sign, ""):
            with pytest.raises(CursorError):
                decode(text[:position] + other + text[position + 1 :], SECRET)


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "=", lambda t: t + "A", lambda t: " " + t, lambda t: t + "\n"]
)
def test_nothing_may_be_added_or_left_out(change):
    with pytest.raises(CursorError):
        decode(change(encode(ONE, SECRET)), SECRET)


def test_every_shortened_text_is_refused():
    text = encode(ONE, SECRET)
    for length in range(len(text)):
        with pytest.raises(CursorError):
            decode(text[:length], SECRET)


@given(
    st.text(max_size=300) | st.text(SIGNS, max_size=300) | st.binary(max_size=100).map(lambda b: b.decode("latin-1"))
)
def test_rubbish_is_no_cursor(text):
    with pytest.raises(CursorError):
        decode(text, SECRET)


@given(st.binary(max_size=60))
def test_well_spelled_rubbish_is_no_cursor(raw):
    with pytest.raises(CursorError):
        decode(base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), SECRET)


def test_an_endless_text_is_refused_before_it_is_read():
    with pytest.raises(CursorError):
        decode("A" * (LONGEST + 1), SECRET)


def test_a_cursor_of_every_district_of_a_province_still_fits():
    seen = {f"16.{regency:02d}.{district:02d}": 2**40 + regency for regency in range(17) for district in range(15)}
    text = encode(Cursor("0a1b2c3d", ONE.device, 2**31, seen, fresh=seen, told=seen), SECRET)
    assert len(text) <= LONGEST
    assert decode(text, SECRET).seen == seen


def test_it_says_nothing_in_the_open_but_what_the_tablet_knows():
    text = encode(ONE, SECRET)
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    content = orjson.loads(zlib.decompress(raw[16:]))
    assert content == [ONE.epoch, ONE.device, ONE.scope, dict(ONE.seen), {}, [], {}, []]
    assert _sign(raw[16:], SECRET) == raw[:16]
    assert SECRET not in raw
