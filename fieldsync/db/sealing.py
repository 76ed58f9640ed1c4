"""Sealed values and look-ups: what a stolen dump must not show.

Identity values are stored only as AES-256-GCM ciphertext with the key's id in
front, so that keys can rotate; they are found again by keyed hashes of their
normalised form. Nothing here decides what is an identity value: `programs` does.
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
LOOKUP_BYTES = 16


class SealError(Exception):
    """A sealed value can't be opened: its key is not in the ring, or it was altered."""


class Sealer:
    """Seals with the first key of the ring and opens with any of them.

    Args:
        ring: pairs of key id (1 to 8 ASCII letters or digits) and 32 bytes; the first seals.
        secret: the secret from which the key of the look-ups is derived.
    """

    def __init__(self, ring: tuple[tuple[str, bytes], ...], secret: bytes) -> None:
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in ring}
        active = ring[0][0].encode()
        self._active = self._ciphers[active]
        self._prefix = bytes([len(active)]) + active
        self._lookup_key = hmac.digest(secret, b"fieldsync look-up v1", "sha256")

    def seal(self, plain: bytes, about: str = "") -> bytes:
        """Encrypt `plain`; `about` (what it belongs to) is bound to it and must be given again to open it.

        Nonces are random, 96 bits: rotate a key before it has sealed 2**32 values (NIST SP 800-38D, 8.3).
        """
        nonce = os.urandom(NONCE_BYTES)
        return self._prefix + nonce + self._active.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str = "") -> bytes:
        """Decrypt what `seal` gave.

        Raises:
            SealError: unknown key, other `about`, or altered bytes.
        """
        if not sealed:
            raise SealError("a sealed value is empty")
        start = 1 + sealed[0]
        cipher = self._ciphers.get(bytes(sealed[1:start]))
        if cipher is None:
            raise SealError("the key of a sealed value is not in FIELDSYNC_ENCRYPTION_KEYS")
        end = start + NONCE_BYTES
        try:
            return cipher.decrypt(bytes(sealed[start:end]), bytes(sealed[end:]), about.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError("a sealed value was altered or belongs elsewhere") from error

    def lookup(self, kind: str, value: str) -> str:
        """Return the keyed hash by which `value` (already normalised) of this kind is found again, in a UUID's form."""
        digest = hmac.digest(self._lookup_key, f"{kind}\x00{value}".encode(), "sha256")
        return str(UUID(bytes=digest[:LOOKUP_BYTES]))

    def key64(self, kind: str, value: str) -> int:
        """Return the keyed hash of `value` (already normalised) of this kind, as a signed 64-bit number."""
        digest = hashlib.blake2b(f"{kind}\x00{value}".encode(), digest_size=8, key=self._lookup_key).digest()
        return int.from_bytes(digest, "big", signed=True)

    def content_hash(self, content: bytes) -> bytes:
        """Return the 16-byte keyed hash that recognises this very content."""
        return hashlib.blake2b(content, digest_size=LOOKUP_BYTES, key=self._lookup_key).digest()
