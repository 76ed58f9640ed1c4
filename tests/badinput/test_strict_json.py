"""The quick reader is as strict as a plain one: it takes the same documents and reads the same values."""

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldsync.web.strict_json import MAX_DEPTH, MAX_MEMBERS, NotJson, read
from tests.field import woman

REFUSED = object()
EXACT = 2**53  # beyond, a value is refused with its record, so its last digits need not have come through
SPACES = st.sampled_from(["", "", "", " ", "\n", "\t ", "\r\n"])
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**53, 2**53 + 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**400, -0.0, 1e308, 5e-324]),
).map(json.dumps)
ODD_NUMBERS = st.sampled_from(
    [
        "1e400",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "+1",
        ".5",
        "5.",
        "1e",
        "0x1",
        "-",
        "1_0",
        "-0",
        "1E+2",
        "0e0",
    ]
)
WORDS = st.sampled_from(["true", "false", "null", "True", "nul", "undefined", ""])
TEXTS = st.text(st.characters(codec=None), max_size=8) | st.sampled_from(
    ['":', '"records":', "\\", '\\"', "\ud800", "\udc00\ud800", "\x00", "{[", "é", "😀", '" :', "\u2028"]
)
RAW_TEXTS = st.sampled_from(
    [r'"\u00e9"', r'"\u0061"', r'"\/"', r'"\x41"', r'"\u12"', '"a\nb"', '"a\x01b"', r'"\ud83d\ude00"', '"']
)


@st.composite
def _written(draw, inner):
    """Write a list or an object of inner documents, sometimes with a fault."""
    parts = draw(st.lists(inner, max_size=4))
    closing = draw(st.sampled_from(["", "", "", "", "", ",", "]", " x"]))
    if draw(st.booleans()):
        return "[" + ",".join(parts) + closing + "]"
    names = [draw(st.sampled_from(['"a"', '"b"', r'"\u0061"', '"a\\""', '""']) | TEXTS.map(_quoted)) for _ in parts]
    members = [name + draw(SPACES) + ":" + draw(SPACES) + part for name, part in zip(names, parts, strict=True)]
    return "{" + ",".join(members) + closing + "}"


def _quoted(text: str) -> str:
    """Write a text, non-ASCII signs as they are, save what UTF-8 can't hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


LEAVES = st.one_of(NUMBERS, NUMBERS, WORDS, TEXTS.map(_quoted), TEXTS.map(_quoted), RAW_TEXTS, ODD_NUMBERS)
DOCUMENTS = st.recursive(LEAVES, _written, max_leaves=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


def plainly(body: bytes) -> Any:
    """Read a document by the standard library alone, with every strictness asked for; REFUSED if it is none."""
    try:
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_single, parse_constant=_refuse, parse_float=_finite
        )
    except (ValueError, RecursionError):
        return REFUSED
    return document if _deep(document) <= MAX_DEPTH else REFUSED


def _single(pairs):
    members = dict(pairs)
    if len(members) != len(pairs) or len(members) > MAX_MEMBERS:
        raise ValueError
    return members


def _refuse(_name: str):
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError
    return number


def _deep(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((_deep(one) for one in inner), default=0)


def quickly(body: bytes) -> Any:
    try:
        return read(body)
    except NotJson:
        return REFUSED


def same(one: Any, other: Any) -> bool:
    """Compare documents with the kinds of their values; integers over 2^53 only by what they are about."""
    if isinstance(one, int | float) and isinstance(other, int | float) and abs(other) > EXACT:
        return _about(one) == _about(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and (not isinstance(one, float) or math.copysign(1, one) == math.copysign(1, other))


def _about(number: float) -> str:
    return f"{number:.6e}" if isinstance(number, float) else f"{float(number):.6e}" if abs(number) < 10**300 else "huge"


def agree(body: bytes) -> None:
    expected, found = plainly(body), quickly(body)
    assert (found is REFUSED) == (expected is REFUSED)
    assert expected is REFUSED or same(found, expected)


@settings(max_examples=1500, deadline=None)
@given(DOCUMENTS, SPACES, SPACES)
@example('{"a": 1, "a": 2}', "", "")
@example('{"a": 1, "\\u0061": 2}', "", "")
@example('{"a" : 1, "a" : 2, "x": "\\":\\":"}', "", "")
@example('{"a" : "\\":"}', "", "")
@example('[{"a": 1}, {"a": 2}]', "", "")
@example('{"a":1,"a":2,"b":"\\":"}', "", "")
@example('["\\ud800", {"a": 1, "a": 1}]', "", "")
@example("[" * 32 + "]" * 32, "", "")
@example("[" * 33 + "]" * 33, "", "")
@example('["\\":", ' + "[" * 31 + "]" * 31 + "]", "", "")
@example('["\\":", ' + "[" * 32 + "]" * 32 + "]", "", "")
@example('{"a":' * 33 + "1" + "}" * 33, "", "")
def test_it_takes_what_a_plain_strict_reader_takes_and_gives_the_same(document, before, after):
    agree((before + document + after).encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]))
def test_every_value_that_was_written_is_read_again(value, ascii_only, separators):
    text = json.dumps(value, ensure_ascii=ascii_only, separators=separators)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = json.dumps(value, separators=separators).encode()
    assert same(read(body), json.loads(body))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=20) | st.text(max_size=20).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_read_or_refused_as_plainly(body):
    agree(body)


@settings(max_examples=300, deadline=None)
@given(VALUES, st.data())
def test_a_damaged_document_is_read_or_refused_as_plainly(value, data):
    body = json.dumps(value).encode()
    at = data.draw(st.integers(0, len(body)))
    patch = data.draw(st.sampled_from([b"", b"\xff", b'"', b"}", b",", b"\xc0\x80", b"\xed\xa0\x80", b"0"]))
    agree(body[:at] + patch + body[at + data.draw(st.integers(0, 2)) :])


@pytest.mark.parametrize("number", [MAX_MEMBERS, MAX_MEMBERS + 1])
@pytest.mark.parametrize("spaced", ["", " "])
def test_an_object_has_only_so_many_members(number, spaced):
    body = ("{" + ",".join(f'"k{at}"{spaced}:1' for at in range(number)) + "}").encode()
    assert (quickly(body) is REFUSED) == (number > MAX_MEMBERS)


@pytest.mark.parametrize("spaced", ["", " "])
def test_many_small_objects_are_no_large_one(spaced):
    body = ("[" + ",".join(f'{{"k"{spaced}:{at}}}' for at in range(MAX_MEMBERS + 10)) + "]").encode()
    assert len(read(body)) == MAX_MEMBERS + 10


@pytest.mark.parametrize(
    "body", [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-32"), b'"\xc0\x80"', b'"\xff"', b""]
)
def test_what_is_not_utf_8_is_refused(body):
    with pytest.raises(NotJson) as caught:
        read(body)
    assert caught.value.reason


def test_a_reason_never_quotes_the_body():
    for body in (b'{"nik": "1602055205980001", "nik": "x"}', b'{"nik": "1602055205980001"', b'"1602055205980001\xff"'):
        with pytest.raises(NotJson) as caught:
            read(body)
        assert "1602" not in caught.value.reason
        assert "1602" not in str(caught.value)


def test_brackets_in_texts_hide_no_depth_from_the_record_that_has_them(office):
    """The quick proof counts brackets: texts that hold some can make a deep list look flat, to it alone."""
    tablet = office.tablet()
    nested: Any = 1
    for _ in range(MAX_DEPTH + 8):
        nested = ["]", nested, "["]
    deep, sound = woman(tablet), woman(tablet, "Sri Wahyuni")
    deep["data"]["x_nested"] = nested
    answer = tablet.send(orjson.dumps(tablet.envelope([deep, sound])))
    assert answer.status_code == 200
    assert [one["status"] for one in answer.json["results"]] == ["rejected", "applied"]
    assert answer.json["results"][0]["errors"][0]["pointer"] == "/data/x_nested"


@pytest.mark.parametrize("place", ["batch", "record", "data", "location", "nested"])
def test_an_object_of_too_many_members_is_refused_wherever_it_stands(place):
    many = {f"m{number}": number for number in range(2001)}
    record: dict[str, Any] = {"data": {"a": 1}, "location": {"lat": 1}}
    if place == "nested":
        record["data"]["inner"] = many
    elif place == "record":
        record.update(many)
    elif place in record:
        record[place] = many
    document = {"records": [record], **(many if place == "batch" else {})}
    with pytest.raises(NotJson):
        read(orjson.dumps(document))
