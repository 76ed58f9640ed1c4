"""The cursor: where a tablet stands in the feed of each district; opaque and signed.

It names the epoch, the tablet and the scope it was made for. The same position is
always the same text, so that a tablet can compare its own with the digest's.
"""

import base64
import binascii
import hmac
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

SIGNATURE_BYTES = 16
LONGEST = 8000
LARGEST = 64 * 1024


class CursorError(Exception):
    """Not a cursor of this server for this tablet."""


class CursorGone(Exception):  # noqa: N818 # it names the answer, 410
    """The cursor is of another epoch, or older than the kept history: start over."""


class Walk(NamedTuple):
    """Where a first sync stands in its walk by person: behind a record.

    `scope` is the id of the scope that it was begun under. `person` is empty among the records that are about nobody.
    `owed`: the golden record of `person` is still to be told.
    """

    scope: int
    area: str
    person: str
    record: str
    owed: bool


@dataclass(frozen=True)
class Cursor:
    """A position.

    Attributes:
        epoch: the life of the database it belongs to.
        device: whose it is.
        scope: id of the tablet's scope that it was made under.
        seen: per district the number of the last change seen.
        fresh: per district that a changed scope let in, the last change when it did: up to there the tablet held
            nothing before, so departures need not be told.
        left: ids of earlier scopes whose difference to `scope` is still being told.
        told: per district how far that difference has been told.
        walk: where a first sync stands; None behind its end.
    """

    epoch: str
    device: str
    scope: int
    seen: Mapping[str, int]
    fresh: Mapping[str, int] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    told: Mapping[str, int] = field(default_factory=dict)
    walk: Walk | None = None


def encode(cursor: Cursor, secret: bytes) -> str:
    """Write a cursor as URL-safe text."""
    content: list[Any] = [cursor.epoch, cursor.device, cursor.scope, dict(cursor.seen)]
    content += [dict(cursor.fresh), list(cursor.left), dict(cursor.told), list(cursor.walk or ())]
    packed = zlib.compress(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), 9)
    return base64.urlsafe_b64encode(_sign(packed, secret) + packed).rstrip(b"=").decode()


def decode(text: str, secret: bytes) -> Cursor:
    """Read a cursor.

    Raises:
        CursorError: not made by `encode` with this secret, to the last bit.
    """
    if len(text) > LONGEST or not text.isascii():
        raise CursorError
    try:
        raw = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise CursorError from error
    signature, packed = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    # Base64 has unused bits at its end: only the one spelling that encode gives is taken.
    spelled = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    if spelled != text or not hmac.compare_digest(signature, _sign(packed, secret)):
        raise CursorError
    content = orjson.loads(zlib.decompressobj().decompress(packed, LARGEST))
    epoch, device, scope, seen, fresh, left, told, walk = content
    return Cursor(epoch, device, scope, seen, fresh, tuple(left), told, Walk(*walk) if walk else None)


def _sign(packed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"cursor v2\x00" + packed, "sha256")[:SIGNATURE_BYTES]
