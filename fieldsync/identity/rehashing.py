"""Makes the rows that lie under identity keys anew when these rotate: who is found by what, and how common words are.

Profiles hold all that is hashed, so neither records nor links are read, and nobody's person changes. A chunk of
profiles is locked while its rows are made to fit; whoever changes one of them waits for that moment only.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, text, true
from sqlalchemy.orm import InstrumentedAttribute

from fieldsync.db import Progress, Sealer, Store, member_of
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.shelf import counted_of
from fieldsync.identity.shelving import NAMES, count_words, lock, name_keys, profiles_of, write_keys
from fieldsync.identity.tables import KeyRow, ProfileRow, WordRow

T = TypeVar("T")
BLOCK = 20_000  # persons whose rows are held in memory: as many as one walk through all rows is worth
_ALONE = text("LOCK TABLE identity_word IN SHARE ROW EXCLUSIVE MODE")


def rehash(store: Store, chunk: int, progress: Progress | None) -> int:
    """Make the rows of all persons, and those of the words of their names, be those under the keys live now.

    May be broken off and run again. It works half of the time and leaves the other half to the writers, of whom all
    must know the live keys by now.

    Args:
        store: an upgraded database.
        chunk: how many persons, or words, in one transaction.
        progress: told (persons done, persons there were).

    Returns:
        how many persons there were.
    """
    with store.reading() as connection:
        counted = set(connection.execute(select(WordRow.key)).scalars()) - {NAMES}
        whole = connection.execute(select(func.count()).select_from(ProfileRow)).scalar_one()
    words: set[str] = set()
    after: str | None = None
    done, more = 0, True
    while more:
        block = _block(store, after)
        more = len(block) == BLOCK
        there = _rows(store, after, block[-1] if more else None)
        known = frozenset(block)
        for persons in _chunks(sorted(known | there.keys()), chunk):
            gone = {key for one in persons if one not in known for key in there[one]}
            words |= _paced(store, partial(_make_fit, store.sealer, persons, there, gone))
            done += len(persons)
            if progress is not None:
                progress(min(done, whole), whole)
        after = block[-1] if more else None
    _carry_words(store, words, counted, chunk)
    return whole


def _paced(store: Store, work: Callable[[Connection], T]) -> T:
    started = time.monotonic()
    given = store.transact(work)
    time.sleep(time.monotonic() - started)
    return given


def _chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[at : at + size] for at in range(0, len(things), size))


def _block(store: Store, after: str | None) -> list[str]:
    row = ProfileRow
    query = select(row.person_id).where(_between(row.person_id, after, None)).order_by(row.person_id).limit(BLOCK)
    with store.reading() as connection:
        return list(connection.execute(query).scalars())


def _rows(store: Store, after: str | None, last: str | None) -> dict[str, set[int]]:
    """Return the rows of the persons in between, also of those who have no profile any more: person to keys."""
    found: dict[str, set[int]] = defaultdict(set)
    query = select(KeyRow.person_id, KeyRow.key).where(_between(KeyRow.person_id, after, last))
    with store.reading() as connection:
        for person_id, key in connection.execute(query):
            found[person_id].add(key)
    return found


def _between(column: InstrumentedAttribute[str], after: str | None, last: str | None) -> ColumnElement[bool]:
    beyond = true() if after is None else column > after
    return beyond if last is None else and_(beyond, column <= last)


def _make_fit(
    sealer: Sealer, persons: Sequence[str], there: Mapping[str, set[int]], gone: Collection[int], connection: Connection
) -> set[str]:
    """Make the rows of these persons fit; return the words of their names.

    Args:
        sealer: hashes and opens.
        persons: their ids.
        there: the rows of each that were there a moment ago.
        gone: the keys of those who had no profile then: locked, since one may be given to such a person again now.
        connection: a writing connection.
    """
    lookups = LookUps(sealer)
    lock(connection, lookups, gone)
    profiles = profiles_of(connection, sealer, persons, locked=True)
    right = {(key, person_id) for person_id, profile in profiles.items() for key in _keys_of(lookups, profile)}
    right = lookups.rows(right)
    found = {(key, person_id) for person_id in persons for key in there.get(person_id, ())}
    write_keys(connection, right - found, found - right)
    return {word for profile in profiles.values() for one in profile.said() for word in counted_of(one)}


def _keys_of(lookups: LookUps, profile: Profile) -> set[int]:
    return name_keys(lookups, profile).union(*(keys_of(one, lookups.hashed) for one in profile.said()))


def _carry_words(store: Store, words: Collection[str], counted: Collection[int], chunk: int) -> None:
    """Give the counts of words over to the newer keys, and drop those of `counted` that are under no live key."""
    lookups = LookUps(store.sealer)
    keys = [lookups.hashed("counted", word) for word in sorted(words)]
    if lookups.rotating:
        for some in _chunks(keys, chunk):
            _paced(store, partial(_carry, lookups, some))
    for old in _chunks(sorted({*counted} - lookups.spread(keys).keys()), chunk):
        _paced(store, partial(_drop_words, old))


def _carry(lookups: LookUps, keys: Sequence[int], connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)  # who counts a word counts it under each key, and these must stay the same
    query = select(WordRow.key, WordRow.n).where(member_of(connection, WordRow.key, keys))
    counts = {each: one.n for one in connection.execute(query) for each in lookups.live(one.key)[1:]}
    count_words(connection, counts, anew=True)


def _drop_words(keys: Sequence[int], connection: Connection) -> None:
    connection.execute(delete(WordRow).where(member_of(connection, WordRow.key, keys)))
