"""The file of the keys that were not given: made on first use, and changed only as a whole.

Who reads it sees it before a change or after it, never between, and it stays as private as it was. Nothing
here logs or prints a key.
"""

import base64
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEY_BYTES = 32
LONGEST_ID = 8  # it is stored before each value
NAME = "keys.json"
Ring = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Kept:
    """What the file holds: the first key of the ring seals; `rotating` is the key of a rotation that is under way."""

    secret_key: str = field(repr=False)
    ring: Ring = field(repr=False)
    rotating: str | None = None


def read_ring(text: str) -> Ring:
    """Read a ring written as ``id:base64,id:base64``.

    Raises:
        ValueError: wrong form; the message does not repeat what was given.
    """
    ring: list[tuple[str, bytes]] = []
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not (key_id.isalnum() and key_id.isascii()) or len(key_id) > LONGEST_ID or len(key) != KEY_BYTES:
            raise ValueError("takes id:base64 of 32 bytes, several by comma, the one that seals first")
        if any(key_id == there for there, _ in ring):
            raise ValueError("names two keys alike")
        ring.append((key_id, key))
    return tuple(ring)


def new_key() -> bytes:
    """Make a key of 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def read(path: Path) -> Kept:
    """Read the file.

    Raises:
        OSError: it is not there, or may not be read.
        ValueError: it is not what `replace` writes.
    """
    content: Any = json.loads(path.read_text())
    try:
        return Kept(content["secret_key"], read_ring(content["encryption_keys"]), content.get("rotating"))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a file of keys") from error


def made(folder: Path) -> Path:
    """Return the path of the file, making it on first use, once, also when two processes start."""
    path = folder / NAME
    if path.exists():
        return path
    draft = _draft(folder, Kept(secrets.token_urlsafe(KEY_BYTES), (("k1", new_key()),)), 0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def replace(path: Path, kept: Kept) -> None:
    """Put new content in the place of the old, durably; owner and mode stay, so that a running server can read on.

    Raises:
        OSError: the folder can't be written, or the file is another user's and could not be given back.
    """
    before = path.stat()
    draft = _draft(path.parent, kept, stat.S_IMODE(before.st_mode))
    try:
        if os.geteuid() != before.st_uid:
            os.chown(draft, before.st_uid, before.st_gid)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    with _folder(path.parent) as descriptor:
        os.fsync(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other command that changes this file out while the block lasts.

    Raises:
        BlockingIOError: another one is at work.
    """
    with _folder(path.parent) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def _folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _draft(folder: Path, kept: Kept, mode: int) -> Path:
    ring = ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in kept.ring)
    content = {"secret_key": kept.secret_key, "encryption_keys": ring}
    if kept.rotating is not None:
        content["rotating"] = kept.rotating
    draft = folder / f".keys-{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        os.fchmod(descriptor, mode)
        json.dump(content, out)
        out.flush()
        os.fsync(descriptor)
    return draft
