"""Gaps in a tablet's own counting: numbers that must have been given out and never came.

A gap is a hint, not a proof of loss: an edit that was replaced before it was sent leaves one too. Only the newest
batches are looked at, so that the answer costs the same however long a tablet has been in use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from fieldsync.ledger.receipts import newest_outcomes

BATCHES = 30
CHARACTERS = 64 * 1024
MOST_RANGES = 20


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many numbers are missing above `since`, and the newest ranges of them, first and last, in order.

    `since` is None when nothing with a number came yet.
    """

    since: int | None
    missing: int
    ranges: tuple[tuple[int, int], ...]


NONE = Gaps(None, 0, ())


def gaps_of(connection: Connection, device_ids: Sequence[str]) -> dict[str, Gaps]:
    """Return what is missing among the numbers of each tablet's newest batches: up to 30, and about a thousand records.

    One statement for all of them; a tablet of which nothing came is left out.
    """
    found = newest_outcomes(connection, device_ids, BATCHES + 1, CHARACTERS)
    return {device_id: _gaps_among(*read) for device_id, read in found.items()}


def _gaps_among(read: list[list[Any]], whole: bool) -> Gaps:  # noqa: FBT001 # as it was read
    batches = [[sequence for *_, sequence in outcomes if sequence is not None] for outcomes in read]
    if whole:
        return gaps_in(number for batch in batches for number in batch)
    # What is below the oldest of these batches may have come in older ones.
    oldest, *newer = batches
    return gaps_in((number for batch in newer for number in batch), max(oldest, default=None))


def gaps_in(numbers: Iterable[int], since: int | None = None) -> Gaps:
    """Return what is missing between numbers that came, in any order and any number of times.

    Args:
        numbers: whole numbers from 0.
        since: look only above this one, which counts as one that came; None: above the smallest.
    """
    came = sorted(set(numbers))
    if since is not None:
        came = [since, *(number for number in came if number > since)]
    if not came:
        return NONE
    ranges = [(one + 1, next_ - 1) for one, next_ in pairwise(came) if next_ > one + 1]
    missing = sum(last - first + 1 for first, last in ranges)
    return Gaps(came[0], missing, tuple(ranges[-MOST_RANGES:]))
