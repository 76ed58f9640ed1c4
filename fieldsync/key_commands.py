"""Commands that list keys, rotate them while servers run, and retire old ones.

No command prints a key. Each may be broken off and run again.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from fieldsync import access, identity, sync  # noqa: F401 # every room that has tables, so that all sealed columns are known
from fieldsync.config import load
from fieldsync.console import JSON, ready_store, show
from fieldsync.db import (
    Rehash,
    Store,
    count_values,
    list_hash_keys,
    reseal,
    retire_key,
    rotate_identity_keys,
    rotate_key,
)

REHASHED: tuple[Rehash, ...] = (identity.rehash,)  # of each room that keeps rows under identity keys
QUICK_S = 2.0
STEPS = """the keys are given by FIELDSYNC_ENCRYPTION_KEYS, which no command can change. Do this instead:
  1. Make a key:  openssl rand -base64 32
  2. Put it behind the others, with an id of its own (such as {fresh}), on every server; restart them all.
  3. Put it in front of the others on every server; restart them all.
  4. fieldsync keys reseal
  5. fieldsync keys retire {old}  says whether nothing needs the old key any more; then leave it out, and restart."""


@click.group()
def keys() -> None:
    """The keys that seal values, and those of the look-ups."""


@keys.command("list")
@JSON
def keys_list(*, as_json: bool) -> None:
    """List the keys: which one seals, how many values each has sealed, and the keys of the hashes."""
    with ready_store(load()) as store:
        ids = store.sealer.ring.ids
        with store.reading() as connection:
            counts = count_values(connection, ids)
            hashes = list_hash_keys(connection)
    for key_id in (*ids, *([None] if counts[None] else [])):
        seals = key_id == ids[0]
        told: dict[str, Any] = {"id": key_id, "purpose": "encryption", "seals": seals, "values": counts[key_id]}
        note = "  seals" if seals else "" if key_id else "  not in the ring!"
        show(as_json, told, f"{key_id or '?':<12}encryption  {counts[key_id]:,} values{note}")
    for one in hashes:
        since, until = (at and at.isoformat(timespec="seconds") for at in (one.created_at, one.retired_at))
        told = {"id": one.id, "purpose": one.purpose, "created_at": since, "retired_at": until}
        show(as_json, told, f"{one.id:<12}{one.purpose:<10}  since {since}{'  retired' if until else ''}")


@keys.command("rotate")
@click.option("--lookups", is_flag=True, help="The key of the identity look-ups instead.")
@JSON
def keys_rotate(*, lookups: bool, as_json: bool) -> None:
    """Make a new key and use it for everything; the old one stays until `keys retire`. Servers go on meanwhile."""
    settings = load()
    if lookups:
        identity.prepare(settings)
    with ready_store(settings) as store, progress_bar() as progress:
        if lookups:
            made = rotate_identity_keys(store, REHASHED, progress)
            answer: dict[str, Any] = {"key": made}
            text = f"Identity look-ups go by key {made}."
        else:
            explain_if_given(store)
            made, done = rotate_key(store, progress)
            old = [key_id for key_id in store.sealer.ring.ids if key_id != made]
            answer = {"key": made, "resealed": done, "old": old}
            text = f"Key {made} seals; {done} values were sealed anew. Next: " + told_retire(old)
    show(as_json, answer, text)


@keys.command("reseal")
@JSON
def keys_reseal(*, as_json: bool) -> None:
    """Seal every value under the first key of the ring that is not yet."""
    with ready_store(load()) as store, progress_bar() as progress:
        done = reseal(store, progress)
        first, *old = store.sealer.ring.ids
    show(as_json, {"key": first, "resealed": done, "old": old}, f"{done} values were sealed anew under key {first}.")


@keys.command("retire")
@click.argument("key_id")
@JSON
def keys_retire(key_id: str, *, as_json: bool) -> None:
    """Take an old key out of the ring when nothing is sealed under it any more. Backups made before still need it."""
    with ready_store(load()) as store:
        removed = retire_key(store, key_id)
    text = f"Key {key_id} is retired." if removed else f"Nothing needs key {key_id}: leave it out of what is given."
    show(as_json, {"key": key_id, "needed": False, "removed": removed}, text)


def explain_if_given(store: Store) -> None:
    """End with the steps to take when the ring is not ours to change."""
    if store.sealer.ring.path is None:
        first = store.sealer.ring.ids[0]
        click.echo("fieldsync: " + STEPS.format(fresh="k2" if first != "k2" else "k3", old=first), err=True)
        sys.exit(1)


def told_retire(old: list[str]) -> str:
    """Return the commands that retire these keys."""
    return ", ".join(f"fieldsync keys retire {key_id}" for key_id in old)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal's standard error when the work takes longer than a moment."""
    if not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()
    with click.progressbar(length=1000, label="Values", file=sys.stderr, hidden=True) as bar:

        def move(done: int, whole: int) -> None:
            bar.hidden = time.monotonic() - started < QUICK_S
            bar.update(max(0, min(1000, 1000 * done // max(whole, 1)) - bar.pos))

        yield move
