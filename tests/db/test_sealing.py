"""What is sealed opens again only as it was sealed, by a key of the ring; hashes hang on keys of their own."""

import json
import os
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync import keyfile
from fieldsync.db import HashKeys, KeyRing, Sealer, SealError, UnknownKeyError, ring
from fieldsync.keyfile import Kept

OLD = ("old", bytes(range(32)))
NEW = ("new1", bytes(range(32, 64)))
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=50)
HASHES = HashKeys(b"c" * 32, b"l" * 32, (b"i" * 32,))


def sealer_of(*keys, hashes: HashKeys = HASHES) -> Sealer:
    return Sealer(KeyRing(keys), lambda _ring: hashes)


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    return sealer_of(OLD)


@given(plain=st.binary(max_size=300), about=TEXT)
def test_what_is_sealed_opens_again(plain, about):
    one = sealer_of(OLD)
    sealed = one.seal(plain, about)
    assert one.open(sealed, about) == plain
    assert one.open(memoryview(sealed), about) == plain


@given(plain=st.binary(min_size=8, max_size=200))
def test_nothing_of_the_value_shows_and_no_two_sealings_are_alike(plain):
    one = sealer_of(OLD)
    sealed, again = one.seal(plain), one.seal(plain)
    assert plain not in sealed
    assert sealed != again


@given(about=TEXT, other=TEXT)
def test_it_opens_only_for_what_it_belongs_to(about, other):
    one = sealer_of(OLD)
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


@given(garbage=st.binary(max_size=60))
def test_garbage_is_a_seal_error_and_nothing_else(garbage):
    with pytest.raises(SealError):
        sealer_of(OLD, NEW).open(garbage)


def test_a_key_that_is_not_in_the_ring_is_named_as_the_reason(sealer):
    sealed = sealer_of(NEW).seal(b"Siti")
    with pytest.raises(UnknownKeyError, match="under key new1, which is not in FIELDSYNC_ENCRYPTION_KEYS"):
        sealer.open(sealed)


def test_a_key_of_the_same_name_but_other_bytes_opens_nothing(sealer):
    with pytest.raises(SealError, match="altered"):
        sealer_of(("old", NEW[1])).open(sealer.seal(b"Siti"))


RINGS = st.lists(st.sampled_from(["k1", "k2", "k10", "a", "ABCDEFGH", "1"]), min_size=1, max_size=4, unique=True)


@given(ring=RINGS, first=st.data(), plain=st.binary(max_size=40), about=TEXT)
def test_any_order_of_a_ring_opens_what_any_other_order_sealed(ring, first, plain, about):
    keys = [(key_id, bytes([number]) * 32) for number, key_id in enumerate(ring)]
    turned = first.draw(st.permutations(keys))
    sealed = sealer_of(*keys).seal(plain, about)
    assert sealed.startswith(bytes([len(ring[0])]) + ring[0].encode())
    assert sealer_of(*turned).open(sealed, about) == plain
    for key in turned:
        if key[0] == ring[0]:
            assert sealer_of(key).open(sealed, about) == plain
        else:
            with pytest.raises(UnknownKeyError):
                sealer_of(key).open(sealed, about)


@given(value=TEXT)
def test_look_ups_are_stable_whatever_the_ring_and_have_the_form_of_a_uuid(value):
    found = sealer_of(OLD).lookup("nik", value)
    assert UUID_FORM.fullmatch(found)
    assert found == sealer_of(NEW, OLD).lookup("nik", value)


def test_look_ups_differ_by_kind_by_value_and_by_key(sealer):
    foreigner = sealer_of(OLD, hashes=HashKeys(b"c" * 32, b"m" * 32, (b"i" * 32,)))
    niks = {sealer.lookup("nik", f"16020552059800{n:02d}") for n in range(100)}
    phones = {sealer.lookup("phone", f"16020552059800{n:02d}") for n in range(100)}
    foreign = {foreigner.lookup("nik", f"16020552059800{n:02d}") for n in range(100)}
    assert len(niks | phones | foreign) == 300


def test_a_kind_and_a_value_can_not_be_shifted_into_each_other(sealer):
    assert sealer.lookup("ab", "c") != sealer.lookup("a", "bc")
    assert sealer.key64("ab", "c") != sealer.key64("a", "bc")


def test_a_content_hash_recognises_the_very_content_and_no_key_shows_it(sealer):
    assert sealer.content_hash(b"{}") == sealer_of(NEW).content_hash(b"{}")
    assert len(sealer.content_hash(b"{}")) == 16
    assert sealer.content_hash(b"{}") != sealer.content_hash(b"{ }")
    assert sealer.content_hash(b"{}") != sealer_of(OLD, hashes=HashKeys(b"d" * 32, b"l" * 32, (b"i",))).content_hash(
        b"{}"
    )


@given(kind=TEXT, value=TEXT)
def test_a_64_bit_key_fits_a_bigint_and_there_is_one_for_each_live_identity_key(kind, value):
    one, two = b"i" * 32, b"j" * 32
    alone, both = sealer_of(OLD), sealer_of(OLD, hashes=HashKeys(b"c", b"l", (one, two)))
    other = sealer_of(OLD, hashes=HashKeys(b"c", b"l", (two,)))
    assert -(2**63) <= alone.key64(kind, value) < 2**63
    assert both.keys64(kind, value) == (alone.key64(kind, value), other.key64(kind, value))
    assert both.key64(kind, value) == alone.key64(kind, value)
    assert alone.keys64(kind, value) == (alone.key64(kind, value),)


def test_the_keys_of_the_hashes_are_read_once_and_those_of_identities_again_and_again(monkeypatch):
    live = [b"i" * 32]
    asked = []

    def find(_ring):
        asked.append(1)
        return HashKeys(b"c" * 32, b"l" * 32, tuple(live))

    one = Sealer(KeyRing((OLD,)), find)
    assert asked == []
    before = one.keys64("nik", "1")
    one.lookup("code", "x")
    one.content_hash(b"x")
    live.append(b"j" * 32)
    assert one.keys64("nik", "1") == before
    assert len(asked) == 1
    monkeypatch.setattr(ring, "REREAD_S", 0)
    assert one.keys64("nik", "1")[:1] == before
    assert len(one.keys64("nik", "1")) == 2
    asked.clear()
    one.lookup("code", "x")
    one.content_hash(b"x")
    assert asked == []


@pytest.fixture
def kept(tmp_path):
    """A file of keys with one key in it."""
    path = keyfile.made(tmp_path)
    keyfile.replace(path, Kept("s", (OLD,)))
    return path


def test_a_ring_in_a_file_learns_a_key_that_it_meets_before_it_fails(kept):
    stale = KeyRing((OLD,), kept)
    stale.seal(b"x")
    keyfile.replace(kept, Kept("s", (NEW, OLD)))
    sealed = KeyRing((NEW, OLD)).seal(b"Siti")
    assert stale.open(sealed) == b"Siti"
    with pytest.raises(UnknownKeyError, match=r"under key k7, which is not in keys\.json"):
        stale.open(KeyRing((("k7", bytes(32)),)).seal(b"Siti"))


def test_a_ring_in_a_file_seals_with_the_new_first_key_after_the_interval(kept, monkeypatch):
    one = KeyRing((OLD,), kept)
    assert one.seal(b"x").startswith(b"\x03old")
    keyfile.replace(kept, Kept("s", (NEW, OLD)))
    assert one.seal(b"x").startswith(b"\x03old")
    monkeypatch.setattr(ring, "REREAD_S", 0)
    assert one.seal(b"x").startswith(b"\x04new1")
    assert one.ids == ("new1", "old")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"secret_key": "s", "encryption_keys": "k1"}', "null"])
def test_a_file_that_can_not_be_read_changes_nothing_and_is_told(kept, content):
    one = KeyRing((OLD,), kept)
    sealed = one.seal(b"x")
    kept.write_text(content)
    assert one.ids == ("old",)
    assert one.open(sealed) == b"x"
    assert "keys.json can't be read" in one.trouble
    kept.unlink()
    assert one.ids == ("old",)
    assert "FileNotFoundError" in one.trouble
    keyfile.made(kept.parent)
    assert one.ids == ("k1",)
    assert one.trouble == ""


def test_threads_that_seal_while_the_file_changes_open_all_that_any_of_them_sealed(kept, monkeypatch):
    monkeypatch.setattr(ring, "REREAD_S", 0)
    rings = [KeyRing((OLD,), kept) for _ in range(3)]
    made: list[bytes] = []
    stop = threading.Event()

    def work(one: KeyRing) -> None:
        while not stop.is_set():
            made.append(one.seal(b"Siti", "x"))

    threads = [threading.Thread(target=work, args=(one,)) for one in (*rings, *rings)]
    for one in threads:
        one.start()
    keys = (OLD,)
    for number in range(30):
        keys = (*keys[-2:], (f"k{number}", bytes([number]) * 32))
        keyfile.replace(kept, Kept("s", keys))
        keyfile.replace(kept, Kept("s", keys[::-1]))
    stop.set()
    for one in threads:
        one.join()
    every = KeyRing((OLD, *((f"k{number}", bytes([number]) * 32) for number in range(30))))
    assert {every.open(one, "x") for one in made} == {b"Siti"}
    assert len({one[:4] for one in made}) > 3


def test_the_file_of_keys_stays_private_and_whole(kept, tmp_path):
    kept.chmod(0o640)
    keyfile.replace(kept, Kept("s", (NEW, OLD), "new1"))
    assert kept.stat().st_mode & 0o777 == 0o640
    assert kept.stat().st_uid == os.geteuid()
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
    assert keyfile.read(kept) == Kept("s", (NEW, OLD), "new1")
    assert set(json.loads(kept.read_text())) == {"secret_key", "encryption_keys", "rotating"}
    assert repr(keyfile.read(kept)) == "Kept(rotating='new1')"


def test_only_one_command_changes_the_file_at_a_time(kept):
    with keyfile.alone(kept), pytest.raises(BlockingIOError), keyfile.alone(kept):
        pass
    with keyfile.alone(kept):
        pass
