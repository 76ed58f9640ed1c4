"""Sealed values: AES-256-GCM under a ring of keys, the key's id in front, so that keys can rotate while servers run.

The ring may lie in a file that a command changes. A process that seals looks at it
every few seconds, and one that meets a key it does not know looks at once.
"""

import os
import threading
import time
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldsync import keyfile
from fieldsync.keyfile import Ring

NONCE_BYTES = 12
REREAD_S = 2.0  # within this time every process that seals has learned which key is the first


class SealError(Exception):
    """A sealed value can't be opened: its key is not in the ring, or it was altered."""


class UnknownKeyError(SealError):
    """The ring of this process lacks the key of a value."""


class KeyRing:
    """The encryption keys in use: seals with the first and opens with any.

    Args:
        ring: pairs of key id (1 to 8 ASCII letters or digits) and 32 bytes; the first seals.
        path: the file in which the ring is kept and may change; None when it was given and stays.
    """

    def __init__(self, ring: Ring, path: Path | None = None) -> None:
        self.path = path
        self.trouble = ""  # why the file could not be read at the last look
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._seen: tuple[int, int, int] | None = None
        self._ciphers = _Ciphers(ring)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys as they are now; the first one seals."""
        self._look(0)
        return self._ciphers.ids

    def seal(self, plain: bytes, about: str = "") -> bytes:
        """Encrypt `plain`; `about` (what it belongs to) is bound to it and must be given again to open it.

        Nonces are random, 96 bits: rotate a key before it has sealed 2**32 values (NIST SP 800-38D, 8.3).
        """
        if self.path is not None and time.monotonic() - self._looked > REREAD_S:
            self._look(REREAD_S)
        ciphers = self._ciphers
        nonce = os.urandom(NONCE_BYTES)
        return ciphers.prefix + nonce + ciphers.first.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str = "") -> bytes:
        """Decrypt what `seal` gave.

        Raises:
            UnknownKeyError: its key is in no ring that this process can find.
            SealError: other `about`, or altered bytes.
        """
        if not sealed:
            raise SealError("a sealed value is empty")
        start = 1 + sealed[0]
        key_id = bytes(sealed[1:start])
        cipher = self._ciphers.by_id.get(key_id) or self._learned(key_id)
        end = start + NONCE_BYTES
        try:
            return cipher.decrypt(bytes(sealed[start:end]), bytes(sealed[end:]), about.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError("a sealed value was altered or belongs elsewhere") from error

    def _learned(self, key_id: bytes) -> AESGCM:
        self._look(0)
        cipher = self._ciphers.by_id.get(key_id)
        if cipher is None:
            known = key_id.decode() if key_id.isalnum() else "?"
            where = "FIELDSYNC_ENCRYPTION_KEYS" if self.path is None else "keys.json"
            raise UnknownKeyError(f"a value is sealed under key {known}, which is not in {where}")
        return cipher

    def _look(self, age_s: float) -> None:
        """Read the file if it changed, unless another thread looked within `age_s`; if it can't, go on as before."""
        if self.path is None:
            return
        with self._lock:
            now = time.monotonic()
            if now - self._looked <= age_s:
                return
            try:
                found = self.path.stat()
                seen = (found.st_ino, found.st_mtime_ns, found.st_size)
                if seen != self._seen:
                    self._ciphers, self._seen = _Ciphers(keyfile.read(self.path).ring), seen
                self.trouble = ""
            except (OSError, ValueError) as error:
                self.trouble = f"keys.json can't be read ({type(error).__name__})"
            self._looked = now


class _Ciphers:
    """A ring at one moment; never changed, so that threads may use it without a lock."""

    def __init__(self, ring: Ring) -> None:
        self.ids = tuple(key_id for key_id, _ in ring)
        self.by_id = {key_id.encode(): AESGCM(key) for key_id, key in ring}
        self.prefix = prefix_of(self.ids[0])
        self.first = self.by_id[self.ids[0].encode()]


def prefix_of(key_id: str) -> bytes:
    """Return the bytes with which every value sealed under this key begins."""
    return bytes([len(key_id)]) + key_id.encode()
