"""Places in a record as JSON pointers (RFC 6901): what stands there, and another value put there."""

from collections.abc import Sequence
from typing import Any

ABSENT = object()


def parts_of(pointer: str) -> list[str]:
    """Return the parts of a pointer, from the outside in."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def value_at(document: Any, pointer: str) -> Any:
    """Return what stands at a pointer, `ABSENT` if nothing does."""
    at = document
    for part in parts_of(pointer):
        at = _inside(at, part)
    return at


def _inside(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, ABSENT)
    place = _place(value, part)
    return ABSENT if place is None else value[place]


def _place(value: Any, part: str) -> int | None:
    if isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
        return int(part)
    return None


def put(document: Any, pointer: str, value: Any) -> Any:
    """Return a document with another value at a pointer, or without what stood there (`ABSENT`).

    Objects that are missing on the way are made; where the way leads through something else, nothing changes.
    """
    return _put(document, parts_of(pointer), value)


def _put(document: Any, parts: Sequence[str], value: Any) -> Any:
    if not parts:
        return value
    part, *rest = parts
    if document is ABSENT or document is None:
        document = {}
    if isinstance(document, dict):
        inner = _put(document.get(part, ABSENT), rest, value)
        kept = {name: each for name, each in document.items() if name != part}
        return kept if inner is ABSENT else {**document, part: inner}
    place = _place(document, part)
    if place is None:
        return document
    inner = _put(document[place], rest, value)
    changed = [] if inner is ABSENT else [inner]
    return [*document[:place], *changed, *document[place + 1 :]]
