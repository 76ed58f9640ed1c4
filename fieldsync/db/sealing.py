"""Sealed values and look-ups: what a stolen dump must not show.

Identity values are stored only as ciphertext; they are found again by keyed hashes of
their normalised form. Nothing here decides what is an identity value: `programs` does.
"""

import hashlib
import hmac
import math
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from fieldsync.db import ring
from fieldsync.db.ring import KeyRing

LOOKUP_BYTES = 16
KEY64_BYTES = 8
_NUMBER = struct.Struct(">q")


@dataclass(frozen=True)
class HashKeys:
    """The keys of the hashes: one of contents, one of look-ups, and all identity keys that are live, oldest first."""

    content: bytes = field(repr=False)
    lookup: bytes = field(repr=False)
    identity: tuple[bytes, ...] = field(repr=False)


class Sealer:
    """Seals and opens values, and makes the keyed hashes.

    Args:
        keys: the encryption keys.
        find: reads the keys of the hashes, which lie sealed in the database; called before the first hash.
    """

    def __init__(self, keys: KeyRing, find: Callable[[KeyRing], HashKeys]) -> None:
        self.ring = keys
        self._find = find
        self._lock = threading.Lock()
        self._found_at = float("-inf")
        self._hashes: HashKeys | None = None

    def seal(self, plain: bytes, about: str = "") -> bytes:
        """Encrypt `plain`; see `KeyRing.seal`."""
        return self.ring.seal(plain, about)

    def open(self, sealed: bytes, about: str = "") -> bytes:
        """Decrypt what `seal` gave; see `KeyRing.open`."""
        return self.ring.open(sealed, about)

    def lookup(self, kind: str, value: str) -> str:
        """Return the keyed hash by which `value` (already normalised) of this kind is found again, in a UUID's form."""
        key = (self._hashes or self._read(math.inf)).lookup
        digest = hmac.digest(key, _message(kind, value), "sha256")
        return str(UUID(bytes=digest[:LOOKUP_BYTES]))

    def content_hash(self, content: bytes) -> bytes:
        """Return the 16-byte keyed hash that recognises this very content."""
        key = (self._hashes or self._read(math.inf)).content
        return hashlib.blake2b(content, digest_size=LOOKUP_BYTES, key=key).digest()

    def key64(self, kind: str, value: str) -> int:
        """Return the keyed hash of `value` (already normalised) of this kind as a signed 64-bit number.

        It is the first of `keys64`: the one that is complete in the database. Enough where nothing is written.
        """
        return _key64(self._identity()[0], _message(kind, value))

    def keys64(self, kind: str, value: str) -> tuple[int, ...]:
        """Return the keyed hash under each live identity key: one, and two while they rotate.

        Search for all of them and write all of them, in one transaction: then what one process writes while the
        keys rotate is found by another that has not learned of it yet.
        """
        return self.held64()(kind, value)

    def held64(self) -> Callable[[str, str], tuple[int, ...]]:
        """Return `keys64` as it is now: for a transaction whose hashes must all be under the same keys."""
        first, *others = [_begun(key).copy for key in self._identity()]

        def hashes(kind: str, value: str) -> tuple[int, ...]:
            message = _message(kind, value)
            one = first()
            one.update(message)
            number = _NUMBER.unpack(one.digest())
            return (*number, *[_ended(other(), message) for other in others]) if others else number

        return hashes

    def reread(self) -> HashKeys:
        """Read the keys of the hashes anew, now.

        Raises:
            SealError: they can't be opened with this ring, or there are none.
        """
        return self._read(-1)

    def _identity(self) -> tuple[bytes, ...]:
        if self._hashes is None or time.monotonic() - self._found_at > ring.REREAD_S:
            return self._read(ring.REREAD_S).identity
        return self._hashes.identity

    def _read(self, age_s: float) -> HashKeys:
        """Read the keys, unless another thread did so within the last `age_s`."""
        with self._lock:
            now = time.monotonic()
            if self._hashes is None or now - self._found_at > age_s:
                self._hashes = self._find(self.ring)
                self._found_at = now
            return self._hashes


def _message(kind: str, value: str) -> bytes:
    return f"{kind}\x00{value}".encode()


def _key64(key: bytes, message: bytes) -> int:
    return _ended(_begun(key), message)


def _begun(key: bytes) -> "hashlib.blake2b":
    """Return a hash that has taken its key: to copy it is quicker than to begin again."""
    return hashlib.blake2b(digest_size=KEY64_BYTES, key=key)


def _ended(begun: "hashlib.blake2b", message: bytes) -> int:
    begun.update(message)
    number: int = _NUMBER.unpack(begun.digest())[0]
    return number
