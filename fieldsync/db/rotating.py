"""Rotation of keys while servers run: each step begins only when every process can have learned of the one before.

A process learns within seconds by itself (see `ring` and `sealing`); what it began before that is waited for. Every
step may be broken off and the same command run again.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from fieldsync import keyfile
from fieldsync.db import ring
from fieldsync.db.engine import Store
from fieldsync.db.hash_keys import (
    HashKey,
    add_identity_key,
    database_now,
    forget_identity_key,
    list_hash_keys,
    retire_identity_key,
)
from fieldsync.db.resealing import Progress, count_values, reseal, undeclared_columns
from fieldsync.keyfile import Kept

PATIENCE_S = 120.0
PAUSE_S = 0.2
CHUNK = 500
_OLDER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fieldsync' "
    "AND pid <> pg_backend_pid() AND xact_start < :moment"
)


class KeysError(Exception):
    """Keys can't be changed as asked; the message says why, and what to do."""


class Rehash(Protocol):
    """What a room offers that keeps rows under `Sealer.keys64`.

    Called again and again, until keys have rotated: make the rows be exactly those under all keys that are live now
    (`keys64` gives one hash for each), `chunk` things in one transaction; return how many things there were. It must be
    good to run twice, and to run while writers are at work.
    """

    def __call__(self, store: Store, chunk: int, progress: Progress | None) -> int:
        """Make the rows anew."""


def rotate_key(store: Store, progress: Progress | None = None) -> tuple[str, int]:
    """Make a new encryption key, seal with it from now on, and seal all there is anew.

    Returns:
        The new key's id, and how many values were sealed anew.

    Raises:
        KeysError: the ring is not kept in a file, or another command is changing it.
        SealError: some value can't be opened.
    """
    path = _file_of(store)
    with _changing(path):
        _refuse_undeclared(store)
        key_id = _added(path)
        settle(store)
        if progress is not None:
            progress(0, 1)
        _put_first(path, key_id)
        settle(store)
        done = reseal(store, progress)
        keyfile.replace(path, replace(keyfile.read(path), rotating=None))
    return key_id, done


def _added(path: Path) -> str:
    """Put a new key last, where it opens and does not seal; or take up the one of a rotation that broke off."""
    kept = keyfile.read(path)
    if kept.rotating is not None:
        return kept.rotating
    numbers = [int(key_id[1:]) for key_id, _ in kept.ring if key_id[0] == "k" and key_id[1:].isdecimal()]
    key_id = f"k{max(numbers, default=0) + 1}"
    keyfile.replace(path, Kept(kept.secret_key, (*kept.ring, (key_id, keyfile.new_key())), key_id))
    return key_id


def _put_first(path: Path, key_id: str) -> None:
    kept = keyfile.read(path)
    ordered = sorted(kept.ring, key=lambda key: key[0] != key_id)
    keyfile.replace(path, replace(kept, ring=tuple(ordered)))


def retire_key(store: Store, key_id: str) -> bool:
    """Take an encryption key that seals nothing any more out of the ring; return whether the ring's file was changed.

    When the ring was given, nothing is changed: then False says that the key may be left out of what is given.

    Raises:
        KeysError: the key is not in the ring, is the one that seals, or values are sealed under it.
    """
    ids = store.sealer.ring.ids
    if key_id not in ids:
        raise KeysError(f"there is no key {key_id}; there are {', '.join(ids)}")
    if key_id == ids[0]:
        raise KeysError(f"key {key_id} is the one that seals: fieldsync keys rotate makes another")
    _refuse_undeclared(store)
    _refuse_needed(store, key_id)
    # A transaction that began before that count may hold a copy of an old value, and write it after it.
    settle(store)
    _refuse_needed(store, key_id)
    path = store.sealer.ring.path
    if path is None:
        return False
    with _changing(path):
        kept = keyfile.read(path)
        rotating = None if kept.rotating == key_id else kept.rotating
        rest = tuple(key for key in kept.ring if key[0] != key_id)
        keyfile.replace(path, replace(kept, ring=rest, rotating=rotating))
    return True


def _refuse_needed(store: Store, key_id: str) -> None:
    with store.reading() as connection:
        number = count_values(connection, [key_id])[key_id]
    if number:
        raise KeysError(f"{number} values are sealed under key {key_id}: fieldsync keys reseal")


def _refuse_undeclared(store: Store) -> None:
    with store.reading() as connection:
        found = undeclared_columns(connection)
    if found:
        raise KeysError(f"this version does not know what lies in {', '.join(found)}")


@contextmanager
def _changing(path: Path) -> Iterator[None]:
    try:
        with keyfile.alone(path):
            yield
    except BlockingIOError as error:
        raise KeysError("another command is changing the keys") from error
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} can't be changed ({type(error).__name__})") from error


def _file_of(store: Store) -> Path:
    path = store.sealer.ring.path
    if path is None:
        raise KeysError("the keys are given by FIELDSYNC_ENCRYPTION_KEYS, which no command can change")
    return path


def rotate_identity_keys(store: Store, rooms: Sequence[Rehash], progress: Progress | None = None) -> str:
    """Make a new identity key, let the rooms hash all there is under it, and forget the old one; return the new id.

    Raises:
        KeysError: a transaction was open for too long.
    """
    identity = _identity_keys(store)
    if not any(one.retired_at for one in identity):
        if len(identity) == 1:
            store.transact(lambda connection: add_identity_key(connection, store.sealer.ring))
        _rehash(store, rooms, progress)
        for old in _identity_keys(store)[:-1]:
            store.transact(partial(retire_identity_key, key_id=old.id))
    _rehash(store, rooms, progress)
    *retired, newest = _identity_keys(store)
    for old in retired:
        store.transact(partial(forget_identity_key, key_id=old.id))
    return newest.id


def _identity_keys(store: Store) -> list[HashKey]:
    with store.reading() as connection:
        return [one for one in list_hash_keys(connection) if one.purpose == "identity"]


def _rehash(store: Store, rooms: Sequence[Rehash], progress: Progress | None) -> None:
    """When every process writes under the keys that are live now, make the rows that were written before do so too."""
    settle(store)
    store.sealer.reread()
    for room in rooms:
        room(store, CHUNK, progress)


def settle(store: Store) -> None:
    """Wait until every process uses the keys as they are now, and has ended what it began before.

    On PostgreSQL it sees the transactions of its own role only: servers and commands must share one.

    Raises:
        KeysError: a transaction stayed open for too long.
    """
    time.sleep(2 * ring.REREAD_S)
    if not store.is_postgresql:
        store.transact(lambda _connection: None)  # there is one writer at a time: it waits for the one before
        return
    patience = time.monotonic() + PATIENCE_S
    with store.reading() as connection:
        moment = database_now(connection)
        while connection.execute(_OLDER, {"moment": moment}).scalar_one():
            if time.monotonic() > patience:
                raise KeysError("a transaction has been open for minutes; run this again when it has ended")
            time.sleep(PAUSE_S)
