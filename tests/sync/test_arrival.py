"""The quick look at an envelope says yes only where the slow one finds nothing, and both read the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs import TYPES
from fieldsync.sync import arrival as room
from fieldsync.sync.arrival import UUID, Arrival, _read_usual, canonical, freeze, parse_time, read_envelope, thaw

UUIDS = st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper())
ODD = (
    *(None, True, False, 0, -1, 1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**70, 1.0, 0.5, -90.0, 90.5, 1e6, 1e300),
    *(
        "",
        "x",
        "x" * 80,
        "x" * 81,
        "given",
        "refused",
        "GIVEN",
        "true",
        "1",
        "16.02.05.2011",
        "16.02.05",
        "16.02.05.2011\n",
    ),
    *("१६.02.05.2011", "tab\there", "\x7f", "\ud800", "ok 🙂", "person", "Person", "nobody"),
    *("2026-03-01T09:12:00+07:00", "2026-03-01T09:12:00", "2026-03-01T09:12:00Z", "2026-02-30T09:12:00Z"),
    *("2026-03-01t09:12:00z", "2026-03-01T24:00:00Z", "2026-03-01T09:12:60Z", "2026-03-01T09:12:00.123456789Z"),
    *(
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2200-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "0000-00-00T00:00:00Z",
    ),
    *(
        "2026-03-01T09:12:00+24:00",
        "2026-03-01T09:12:00+23:59",
        "2026-03-01T09:12:00-00:00",
        "2026-W10-1",
        " 2026-03-01T09:12:00Z",
    ),
    *([], [1], ["given"], {}, {"lat": 1}, {"lat": -3.4, "lon": 104.8}, {"lat": 0, "lon": 0, "accuracy_m": 0}),
    *(
        {"lat": True, "lon": 1},
        {"lat": "1", "lon": 1},
        {"lat": 91, "lon": 1},
        {"lat": -90, "lon": -180, "accuracy_m": -1},
    ),
    *({"lat": 1, "lon": 1, "accuracy_m": None}, {"lat": 1, "lon": 1, "altitude": 5}, {"lat": 1, "lon": 1, "\x00": 5}),
    "0190a000-0000-7000-8000-000000000001",
    "0190A000-0000-7000-8000-000000000001",
    "{0190a000-0000-7000-8000-000000000001}",
    "0190a000000070008000000000000001",
    "0190a000-0000-7000-8000-000000000001 ",
    "०190a000-0000-7000-8000-000000000001",
)
MEMBERS = (*sorted(room.KNOWN), "rev", "person_id", "status", "mood", "a/b~c", "\x00", "x" * 65, "", "\ud800")
VALID = st.fixed_dictionaries(
    {
        "id": UUIDS,
        "type": st.sampled_from(sorted(TYPES)),
        "device_seq": st.integers(0, room.MAX_COUNT),
        "recorded_at": st.sampled_from(
            ["2026-03-01T09:12:00+07:00", "2026-03-01T09:12:00.5Z", "2199-12-31T00:00:00-12:00"]
        ),
        "officer": st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80),
        "area": st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}", fullmatch=True),
        "form_version": st.sampled_from(["2026.1", "2025.2", 7, None]),
        "consent": st.sampled_from(room.CONSENTS),
        "data": st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    },
    optional={
        "base_rev": st.integers(0, room.MAX_REV),
        "deleted": st.booleans(),
        "location": st.none()
        | st.fixed_dictionaries(
            {"lat": st.floats(-90, 90) | st.integers(-90, 90), "lon": st.floats(-180, 180)},
            optional={"accuracy_m": st.floats(0, 1e6)},
        ),
    },
)


@st.composite
def mutated(draw):
    """A valid envelope with up to three members set to something odd or left out."""
    raw = draw(VALID)
    for name in draw(st.lists(st.sampled_from(MEMBERS), max_size=3)):
        if draw(st.booleans()):
            raw[name] = draw(st.sampled_from(ODD))
        else:
            raw.pop(name, None)
    return raw


def arrived(raw) -> Arrival:
    """Give a record as it comes out of the batch: its id is known there if it is one."""
    given = raw.get("id") if isinstance(raw, dict) else None
    is_one = isinstance(given, str) and UUID.fullmatch(given) is not None
    return Arrival(0, raw, given.lower() if is_one else None)


def is_usual(raw) -> bool:
    return _read_usual(Arrival(0, raw), raw)


def read_slowly(raw) -> Arrival:
    """Read an envelope without the quick look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_read_usual", lambda _arrival, _raw: False)
        one = arrived(raw)
        read_envelope(one, "en")
    return one


def facts(one: Arrival):
    return (one.record_id, one.kind, one.recorded, one.group, one.errors)


@given(VALID)
def test_a_right_envelope_takes_the_quick_way_and_the_slow_one_agrees(raw):
    assert is_usual(raw)
    one, slow = arrived(raw), read_slowly(raw)
    read_envelope(one, "en")
    assert one.errors == []
    assert facts(one) == facts(slow)
    assert one.record_id == raw["id"].lower()


@given(mutated())
def test_the_quick_way_never_takes_what_the_slow_one_refuses_and_reads_the_same(raw):
    usual = is_usual(raw)
    one, slow = arrived(raw), read_slowly(raw)
    read_envelope(one, "en")
    assert facts(one) == facts(slow)
    if usual:
        assert slow.errors == []
    unknown = Arrival(0, raw)
    read_envelope(unknown, "en")
    assert facts(unknown) == facts(slow)


def test_every_odd_value_in_every_member():
    base = {
        "id": "0190a000-0000-7000-8000-000000000001",
        "type": "person",
        "device_seq": 1,
        "recorded_at": "2026-03-01T09:12:00+07:00",
        "officer": "petugas-07",
        "area": "16.02.05.2011",
        "consent": "given",
        "data": {},
    }
    quick = 0
    for name in MEMBERS:
        for value in ODD:
            raw = {**base, name: value}
            slow = read_slowly(raw)
            if is_usual(raw):
                quick += 1
                assert slow.errors == [], (name, value)
                assert slow.group is None
            one = arrived(raw)
            read_envelope(one, "en")
            assert facts(one) == facts(slow), (name, value)
    assert quick > 100


@given(mutated(), st.sampled_from(["id", "en"]))
def test_errors_name_a_member_and_never_its_value(raw, language):
    raw = {**raw, "officer": "Rahasia\x00Sekali"}
    one = Arrival(0, raw)
    read_envelope(one, language)
    assert [error["code"] for error in one.errors if error["pointer"] == "/officer"] == ["bad_text"]
    assert all(error["message"] and "Rahasia" not in error["message"] for error in one.errors)
    assert all(error["pointer"].startswith("/") for error in one.errors)


@pytest.mark.parametrize("raw", [None, True, 7, 1.5, "text", [], [{}]])
def test_what_is_no_object_is_refused_as_a_whole(raw):
    one = Arrival(0, raw)
    read_envelope(one, "en")
    assert [(error["pointer"], error["code"]) for error in one.errors] == [("", "wrong_type")]


@given(st.text(max_size=40) | st.sampled_from([one for one in ODD if isinstance(one, str)]))
def test_a_time_is_strict_and_aware_or_none(text):
    found = parse_time(text)
    if found is not None:
        assert found.utcoffset() is not None
        assert 1970 <= found.year <= 2200
        assert text[10] == "T"
        assert text[-1] == "Z" or text[-6] in "+-"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5), st.randoms(use_true_random=False))
def test_a_content_is_the_same_however_its_members_are_ordered(raw, disorder: random.Random):
    names = list(raw)
    disorder.shuffle(names)
    shuffled = {name: raw[name] for name in names}
    assert canonical({**shuffled, "base_rev": 3, "group": "x"}) == canonical({**raw, "base_rev": 4})


@given(JSON, JSON)
def test_other_contents_are_other_bytes(one, other):
    if repr(one) != repr(other):
        assert canonical({"data": [one]}) != canonical({"data": [other]}) or one == other


@given(JSON | st.sampled_from(["\ud800", 2**64, -(2**200)]))
def test_what_is_frozen_thaws_as_it_was(raw):
    assert thaw(freeze({"raw": raw})) == {"raw": raw}
