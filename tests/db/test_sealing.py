"""What is sealed opens again only as it was sealed, by a key of the ring; look-ups outlive the rotation of keys."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.db import Sealer, SealError

SECRET = b"one-secret-of-at-least-32-characters"
OLD = ("old", bytes(range(32)))
NEW = ("new1", bytes(range(32, 64)))
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    return Sealer((OLD,), SECRET)


@given(plain=st.binary(max_size=300), about=st.text(st.characters(exclude_categories=("Cs",)), max_size=50))
def test_what_is_sealed_opens_again(plain, about):
    one = Sealer((OLD,), SECRET)
    sealed = one.seal(plain, about)
    assert one.open(sealed, about) == plain
    assert one.open(memoryview(sealed), about) == plain


@given(plain=st.binary(min_size=8, max_size=200))
def test_nothing_of_the_value_shows_and_no_two_sealings_are_alike(plain):
    one = Sealer((OLD,), SECRET)
    sealed, again = one.seal(plain), one.seal(plain)
    assert plain not in sealed
    assert sealed != again


@given(about=st.text(max_size=20), other=st.text(max_size=20))
def test_it_opens_only_for_what_it_belongs_to(about, other):
    one = Sealer((OLD,), SECRET)
    about, other = about.encode(errors="replace").decode(), other.encode(errors="replace").decode()
    sealed = one.seal(b"Siti", about)
    if about == other:
        assert one.open(sealed, other) == b"Siti"
    else:
        with pytest.raises(SealError):
            one.open(sealed, other)


def test_any_altered_bit_is_noticed(sealer):
    sealed = sealer.seal(b"1602055205980001", "a record")
    for position in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[position] ^= 1 << bit
            with pytest.raises(SealError):
                sealer.open(bytes(altered), "a record")


def test_a_value_that_was_cut_short_is_noticed(sealer):
    sealed = sealer.seal(b"1602055205980001", "a record")
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            sealer.open(sealed[:length], "a record")


def test_a_key_that_is_not_in_the_ring_is_named_as_the_reason(sealer):
    sealed = Sealer((NEW,), SECRET).seal(b"Siti")
    with pytest.raises(SealError, match="FIELDSYNC_ENCRYPTION_KEYS"):
        sealer.open(sealed)


def test_a_key_of_the_same_name_but_other_bytes_opens_nothing(sealer):
    with pytest.raises(SealError, match="altered"):
        Sealer((("old", NEW[1]),), SECRET).open(sealer.seal(b"Siti"))


def test_after_a_rotation_the_first_key_seals_and_the_old_one_still_opens(sealer):
    rotated = Sealer((NEW, OLD), SECRET)
    before, after = sealer.seal(b"Siti", "x"), rotated.seal(b"Siti", "x")
    assert rotated.open(before, "x") == rotated.open(after, "x") == b"Siti"
    assert after[: 1 + len("new1")] == b"\x04new1"
    assert Sealer((NEW,), SECRET).open(after, "x") == b"Siti"
    with pytest.raises(SealError):
        sealer.open(after, "x")


@given(value=st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_look_ups_are_stable_whatever_the_ring_and_have_the_form_of_a_uuid(value):
    found = Sealer((OLD,), SECRET).lookup("nik", value)
    assert UUID_FORM.fullmatch(found)
    assert found == Sealer((NEW, OLD), SECRET).lookup("nik", value)


def test_look_ups_differ_by_kind_by_value_and_by_secret(sealer):
    niks = {sealer.lookup("nik", f"16020552059800{n:02d}") for n in range(100)}
    phones = {sealer.lookup("phone", f"16020552059800{n:02d}") for n in range(100)}
    foreign = {Sealer((OLD,), SECRET + b"!").lookup("nik", f"16020552059800{n:02d}") for n in range(100)}
    assert len(niks | phones | foreign) == 300


def test_a_kind_and_a_value_can_not_be_shifted_into_each_other(sealer):
    assert sealer.lookup("ab", "c") != sealer.lookup("a", "bc")


def test_a_content_hash_recognises_the_very_content_and_no_key_shows_it(sealer):
    assert sealer.content_hash(b"{}") == Sealer((NEW,), SECRET).content_hash(b"{}")
    assert len(sealer.content_hash(b"{}")) == 16
    assert sealer.content_hash(b"{}") != sealer.content_hash(b"{ }")
    assert sealer.content_hash(b"{}") != Sealer((OLD,), SECRET + b"!").content_hash(b"{}")
