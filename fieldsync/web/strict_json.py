"""JSON that is read strictly: what two readers could understand differently is refused.

The quick reader (orjson) does most of the work; a count of the names proves that it
dropped no duplicate. Where that proof fails, or it refuses, a slow reader decides and
says why. Faults of single values (lone surrogates, integers too large) are left
in place: they refuse their record, not the batch.
"""

import json
import re
from typing import Any

import orjson

MAX_DEPTH = 32
MAX_MEMBERS = 2_000
# Counted before reading, since a small value takes much more memory than its text: for a batch of
# 500 records this leaves 500 values and 80 lists or objects a record.
MAX_VALUES = 250_000
MAX_NESTS = 40_000
SMALL = 1024 * 1024  # a body up to here can't take much memory, whatever is in it
_SPACED = re.compile(rb'"[ \t\r\n]+:')
_AFTER_NAME = (b'" ', b'"\t', b'"\n', b'"\r')
_BOM = b"\xef\xbb\xbf"
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


class NotJson(Exception):  # noqa: N818 # it says what the body is
    """The body is no JSON that this server takes; `reason` is a short English clause without any of its content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(body: bytes) -> Any:
    """Decode a JSON document.

    Raises:
        NotJson: not UTF-8, not JSON, a duplicate member, NaN or Infinity, nested over 32 deep, an object
            of over 2,000 members, or a number beyond what can be kept.
    """
    if body.startswith(_BOM):
        raise NotJson("it begins with a byte order mark")
    crowded = len(body) > SMALL and (body.count(b",") > MAX_VALUES or body.count(b"{") + body.count(b"[") > MAX_NESTS)
    if crowded:
        raise NotJson("it has too many values")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_slowly(body)
    if len(body) <= SMALL and _is_plain(document, body):
        return document
    # Fewer names than in the text: one stood twice, or the text only looks as if. More can't be: a name
    # that is parted from its colon would hide one, and is looked for.
    if _names(document) != body.count(b'":') or _spaced(body):
        return _read_slowly(body)
    return document


def _is_plain(document: Any, body: bytes) -> bool:
    """Tell quickly whether a batch is beyond doubt: written again it is the same text, so nothing in it was dropped.

    The objects that a batch usually has must be all that there are, and none too large; once the
    innermost brackets are taken off as often as may be, none is left. A text that holds brackets
    makes a batch look wrong or, at worst, its own record, which is then refused for being too deep.
    """
    try:
        if orjson.dumps(document) != body:
            return False
    except TypeError:  # nested deeper than orjson writes
        return False
    brackets = body.translate(None, _ALL_BUT_BRACKETS)
    if brackets.count(b"{") != _usual_objects(document):
        return False
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not brackets:
            return True
    return False


def _usual_objects(document: Any) -> int:
    """Count the batch, its records, and their data and locations; -1 if one of them has too many members."""
    if document.__class__ is not dict or len(document) > MAX_MEMBERS:
        return -1
    found = 1
    records = document.get("records")
    for record in records if records.__class__ is list else ():
        if record.__class__ is dict:
            data, place = record.get("data"), record.get("location")
            found += 1 + (data.__class__ is dict) + (place.__class__ is dict)
            if len(record) > MAX_MEMBERS or (data.__class__ is dict and len(data) > MAX_MEMBERS):
                return -1
            if place.__class__ is dict and len(place) > MAX_MEMBERS:
                return -1
    return found


def _names(document: Any) -> int:
    """Count the members of all objects, level by level.

    Raises:
        NotJson: nested too deep, or an object with too many members.
    """
    total = depth = 0
    level = [document]
    while level:
        if depth >= MAX_DEPTH:
            raise NotJson("it is nested too deep")
        depth += 1
        last = depth == MAX_DEPTH  # below it, even an empty list is too deep
        below: list[Any] = []
        for value in level:
            inner = value
            if value.__class__ is dict:
                if len(value) > MAX_MEMBERS:
                    raise NotJson("an object has too many members")
                total += len(value)
                inner = value.values()
            elif value.__class__ is not list:
                continue
            below += [one for one in inner if one.__class__ is dict or (one.__class__ is list and (one or last))]
        level = below
    return total


def _spaced(body: bytes) -> bool:
    """Tell whether any name is parted from its colon by white space, so that a count would miss it."""
    # A search for one byte is much quicker than one for two: most bodies have no line ends or tabs at all.
    suspected = any(pair in body for pair in _AFTER_NAME if pair == b'" ' or pair[1] in body)
    return suspected and _SPACED.search(body) is not None


def _read_slowly(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error
    if _depth(text) > MAX_DEPTH:
        raise NotJson("it is nested too deep")
    try:
        return json.loads(text, object_pairs_hook=_single_members, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise NotJson("it is not one JSON document") from error


def _depth(text: str) -> int:
    """Return how deep a text is nested, at least where it is JSON."""
    deepest = depth = 0
    inside = escaped = False
    for sign in text:
        if inside:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                inside = False
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _single_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("an object has the same member twice")
    if len(members) > MAX_MEMBERS:
        raise NotJson("an object has too many members")
    return members


def _no_constant(_name: str) -> Any:
    raise NotJson("NaN and Infinity are no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotJson("a number is too large")
    return number
