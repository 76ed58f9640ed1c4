"""The desk's memory in the database: who is found by which key, sealed profiles, how common words are.

A batch is looked up with a constant number of statements, whatever its size, and what the
desk decided is put back with as many. On PostgreSQL whoever places or joins persons first
takes the locks of their keys, in order: two tablets that bring one new person in the same
instant take turns, so the second finds what the first wrote. Two that meet in one person by
different keys do not lock each other out: the profile's revision tells the second to run again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, cast, delete, select, text

from fieldsync.db import IN_BINARY, Lost, Sealer, add_missing_rows, add_rows, change_rows, listed, member_of
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.keys import CANDIDATES, FEW, HOT, Likely, keys_of, likely
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.shelf import Shelf, Words, looked_up_of
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.tables import KeyRow, ProfileRow, WordRow

# Where keys may grow hot within the batch, and then tell nothing: how many, how few for less, and by how much less.
READ_WIDELY = (4 * CANDIDATES, 2 * FEW, 2.0)
READ_ALONE = 3  # who come to the front within a batch, one by one, before all who may are read together
LOCKS = 256  # few enough for PostgreSQL's table of locks, also when many push at once
LOCK_SPACE = 0x4653  # advisory locks of this program's identities; any number that nobody else uses
Keys = set[tuple[int, str]]
NAMES = 0  # the word key under which the records themselves are counted

_LOCK = text(
    "SELECT pg_advisory_xact_lock(:space, bucket) FROM "
    "(SELECT bucket FROM unnest(CAST(:buckets AS int[])) AS given(bucket) ORDER BY bucket) AS sorted"
)
# While keys rotate, who merged a person away may not have known all the keys that she is found by.
_THERE = ("", " AND EXISTS (SELECT 1 FROM identity_profile AS one WHERE one.person_id = known.person_id)")
_FOUND_POSTGRESQL = tuple(
    text(
        "SELECT given.key, (SELECT string_agg(CAST(person_id AS text), ',') FROM "
        f"(SELECT person_id FROM identity_key AS known WHERE known.key = given.key{there} LIMIT :most) AS found) "
        "FROM unnest(CAST(:keys AS bigint[])) AS given(key)"
    ).execution_options(**{IN_BINARY: True})
    for there in _THERE
)
_FOUND_SQLITE = tuple(
    text(
        "SELECT given.value, (SELECT group_concat(person_id) FROM "
        f"(SELECT person_id FROM identity_key AS known WHERE known.key = given.value{there} LIMIT :most)) "
        "FROM json_each(:keys) AS given"
    )
    for there in _THERE
)


class Asked(NamedTuple):
    """A record with the keys by which its person is looked for."""

    traits: Traits
    keys: dict[int, str]


class Opened(NamedTuple):
    """A desk, and what was read for it: the profiles as they are in the database, and their revisions there."""

    lookups: LookUps
    desk: Desk
    before: dict[str, Profile]
    revs: dict[str, int]


def asked(lookups: LookUps, said: Iterable[Traits]) -> list[Asked]:
    """Make the keys of records."""
    return [Asked(one, keys_of(one, lookups.hashed)) for one in said]


def open_desk(
    connection: Connection, lookups: LookUps, weights: Weights, wanted: Sequence[Asked], also: Iterable[str] = ()
) -> Opened:
    """Lock the keys of these records, and lay out all that placing them needs; four statements.

    Args:
        connection: a writing connection.
        lookups: made the keys of `wanted`, and goes on hashing for the desk.
        weights: the model.
        wanted: the records to place, with their keys.
        also: persons whose profiles will be needed besides; who has none yet is laid out empty.

    Raises:
        Lost: another writer merged somebody in this instant; run the transaction again.
    """
    keys = sorted({key for one in wanted for key in one.keys})
    lock(connection, lookups, keys)
    by_key = _people_of(connection, lookups, keys)
    reader = _Reader(connection, lookups.sealer, wanted, by_key, frozenset(also))
    known = reader.fetch(reader.look() | reader.empty)
    known.update({person_id: Profile.of(person_id, ()) for person_id in reader.empty - known.keys()})
    words = _words(connection, lookups, weights, {word for one in wanted for word in looked_up_of(one.traits)})
    shelf = Shelf(lookups.hashed, by_key, known, reader.fetch_wider, as_kept=not lookups.rotating, likely=reader.likely)
    return Opened(lookups, Desk(weights, shelf, words), reader.before, reader.revs)


@dataclass
class _Reader:
    """Reads profiles for one desk, and remembers them as they were.

    Should many others come to the front than were read beforehand, all who may are read together, so that a batch's
    statements stay few.
    """

    connection: Connection
    sealer: Sealer
    wanted: Sequence[Asked]
    by_key: dict[int, list[str]]
    empty: frozenset[str]
    before: dict[str, Profile] = field(default_factory=dict)
    revs: dict[str, int] = field(default_factory=dict)
    likely: dict[str, Likely] = field(default_factory=dict)
    alone: int = 0

    def look(self) -> set[str]:
        """Tell whom the records may be about; return all who may come to the front, also by keys that grow hot."""
        more = Counter(key for one in self.wanted for key in one.keys)
        there = {key: len(self.by_key.get(key, ())) for key in more}
        growing = {key for key, n in more.items() if there[key] <= HOT < there[key] + n}
        self.likely.update({one.traits.record_id: likely(one.keys, self.by_key) for one in self.wanted})
        wide = [one for one in self.wanted if not growing.isdisjoint(one.keys)] if growing else ()
        return self._widely(wide).union(*(one.persons for one in self.likely.values()))

    def _widely(self, wanted: Iterable[Asked]) -> set[str]:
        return {person_id for one in wanted for person_id in likely(one.keys, self.by_key, *READ_WIDELY).persons}

    def fetch(self, person_ids: Collection[str]) -> dict[str, Profile]:
        found = _read(self.connection, self.sealer, person_ids)
        profiles = {person_id: profile for person_id, (_, profile) in found.items()}
        self.before.update(profiles)
        self.revs.update({person_id: rev for person_id, (rev, _) in found.items()})
        missing = set(person_ids) - self.empty - self.revs.keys()
        if missing:
            profiles.update(self._left_over(missing))
        return profiles

    def _left_over(self, missing: set[str]) -> dict[str, Profile]:
        """Return empty profiles of persons who are no more and have rows that nobody knew of when they went.

        Such rows stay when the village codes that processes go by change, until all rows are made anew.
        """
        keys = [key for key, people in self.by_key.items() if not missing.isdisjoint(people)]
        gone = ~select(ProfileRow.person_id).where(ProfileRow.person_id == KeyRow.person_id).exists()
        query = select(KeyRow.person_id).where(member_of(self.connection, KeyRow.key, keys), gone)
        left = missing.intersection(self.connection.execute(query).scalars())
        if left != missing:
            raise Lost
        for key in keys:
            self.by_key[key] = [person_id for person_id in self.by_key[key] if person_id not in left]
        self.likely.clear()
        return {person_id: Profile.of(person_id, ()) for person_id in left}

    def fetch_wider(self, shelf: Shelf, person_ids: Collection[str]) -> dict[str, Profile]:
        self.alone += 1
        more: set[str] = set()
        if self.alone == READ_ALONE:
            more = self._widely(self.wanted) - self.revs.keys() - shelf.profiles.keys() - shelf.gone.keys()
        return self.fetch({*person_ids, *more})


def lock(connection: Connection, lookups: LookUps, keys: Iterable[int]) -> None:
    """Let nobody else place persons with these keys until the commit. On SQLite there is one writer anyway."""
    buckets = sorted({key % LOCKS for key in lookups.spread(keys)})
    if buckets and connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"space": LOCK_SPACE, "buckets": buckets})


def _people_of(connection: Connection, lookups: LookUps, keys: Sequence[int]) -> dict[int, list[str]]:
    if not keys:
        return {}
    homes = lookups.spread(keys)
    postgresql = connection.dialect.name == "postgresql"
    given = listed(connection.dialect.name, KeyRow.key, list(homes))
    query = (_FOUND_POSTGRESQL if postgresql else _FOUND_SQLITE)[lookups.rotating]
    rows = connection.execute(query, {"keys": given, "most": HOT + 1}).all()
    if not lookups.rotating:
        return {key: people.split(",") for key, people in rows if people}
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for key, people in rows:
        found[homes[key]].update(dict.fromkeys(people.split(",") if people else ()))
    return {key: list(people)[: HOT + 1] for key, people in found.items() if people}


def profiles_of(
    connection: Connection, sealer: Sealer, person_ids: Iterable[str], *, locked: bool = False
) -> dict[str, Profile]:
    """Return the profiles of these persons, as far as they have one; `locked`, nobody changes them until the commit."""
    found = _read(connection, sealer, person_ids, locked=locked)
    return {person_id: profile for person_id, (_, profile) in found.items()}


def _read(
    connection: Connection, sealer: Sealer, person_ids: Iterable[str], *, locked: bool = False
) -> dict[str, tuple[int, Profile]]:
    wanted = sorted(person_ids)
    if not wanted:
        return {}
    row = ProfileRow
    query = select(cast(row.person_id, String), row.rev, row.sealed).execution_options(**{IN_BINARY: True})
    query = query.where(member_of(connection, row.person_id, wanted))
    query = query.order_by(row.person_id).with_for_update() if locked else query
    return {
        person_id: (rev, Profile.from_text(person_id, sealer.open(sealed, _about(person_id))))
        for person_id, rev, sealed in connection.execute(query).all()
    }


def _about(person_id: str) -> str:
    return f"profile {person_id}"


def _words(connection: Connection, lookups: LookUps, weights: Weights, words: set[str]) -> Words:
    by_key = {key: word for word in sorted(words) for key in lookups.live(lookups.hashed("counted", word))}
    row = WordRow
    query = select(row.key, row.n).where(member_of(connection, row.key, [NAMES, *by_key]))
    counts = {one.key: one.n for one in connection.execute(query).all()}
    names = counts.pop(NAMES, 0)
    counted: dict[str, int] = defaultdict(int)
    for key, n in counts.items():
        counted[by_key[key]] = max(n, counted[by_key[key]])
    return Words(weights, counted, names, words)


def put_back(connection: Connection, opened: Opened) -> dict[int, int]:
    """Write down what the desk changed, profiles and keys; five statements at most.

    Returns:
        how often which words were met, for `count_words`.

    Raises:
        Lost: another writer changed one of these profiles since it was read; run the transaction again.
    """
    lookups, shelf, before = opened.lookups, opened.desk.shelf, opened.before
    gone = sorted(before.keys() - shelf.profiles.keys())
    new, old = _found_by(lookups, shelf.touched, before, gone)
    _write_profiles(connection, lookups.sealer, shelf.touched, opened.revs)
    if gone:
        _remove_profiles(connection, gone, opened.revs)
    new, old = lookups.rows(new | shelf.new_keys), lookups.rows(old | shelf.old_keys)
    write_keys(connection, new, old - new)
    words = opened.desk.words
    counted = {key: n for word, n in words.added.items() for key in lookups.live(lookups.hashed("counted", word))}
    return {NAMES: words.names_added, **counted} if words.names_added else {}


def write_keys(connection: Connection, new: Keys, old: Keys) -> None:
    """Drop and add rows by which persons are found."""
    if old:
        connection.exec_driver_sql(*_dropping(connection, sorted(old)))
    add_missing_rows(connection, KeyRow, ("key", "person_id"), sorted(new))


def _found_by(
    lookups: LookUps, touched: Mapping[str, Profile], before: Mapping[str, Profile], gone: Iterable[str]
) -> tuple[Keys, Keys]:
    """Return the keys to add and to drop by which the office finds a person: the words of all its names."""
    new: Keys = set()
    old: Keys = {(key, person_id) for person_id in gone for key in name_keys(lookups, before[person_id])}
    for person_id, profile in touched.items():
        known = before.get(person_id)
        if known is not None and known.values["names"] == profile.values["names"]:
            continue
        there = set() if known is None else name_keys(lookups, known)
        now = name_keys(lookups, profile)
        new |= {(key, person_id) for key in now - there}
        old |= {(key, person_id) for key in there - now}
    return new, old


def name_keys(lookups: LookUps, profile: Profile) -> set[int]:
    """Return the keys of the words of a person's names."""
    return {lookups.hashed("find", word) for name in profile.names for word in name.folded}


def _write_profiles(
    connection: Connection, sealer: Sealer, profiles: Mapping[str, Profile], revs: Mapping[str, int]
) -> None:
    rows = [
        (person_id, revs.get(person_id, 0) + 1, sealer.seal(profile.as_text(), _about(person_id)))
        for person_id, profile in sorted(profiles.items())
    ]
    add_rows(connection, ProfileRow, ("person_id", "rev", "sealed"), [row for row in rows if row[0] not in revs])
    changed = [row for row in rows if row[0] in revs]
    if not changed:
        return
    if connection.dialect.name == "postgresql":
        # One text of bytes, and where each value ends in it: the driver passes a list of them value by value.
        statement = (
            "UPDATE identity_profile SET rev = given.rev, "
            "sealed = substr(%b::bytea, given.until - given.long + 1, given.long) "
            "FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::int[]) AS given(person_id, rev, long, until) "
            "WHERE identity_profile.person_id = given.person_id AND identity_profile.rev = given.rev - 1"
        )
        ids, numbers, sealed = zip(*changed, strict=True)
        lengths = list(map(len, sealed))
        columns = (
            (ProfileRow.person_id, ids),
            *((ProfileRow.rev, told) for told in (numbers, lengths, [*accumulate(lengths)])),
        )
        given = [listed("postgresql", column, values) for column, values in columns]
        done = connection.exec_driver_sql(statement, (b"".join(sealed), *given))
        if done.rowcount != len(changed):
            raise Lost
    else:
        change_rows(connection, ProfileRow, ("person_id", "rev", "sealed"), changed)


def _remove_profiles(connection: Connection, gone: Sequence[str], revs: Mapping[str, int]) -> None:
    if connection.dialect.name == "postgresql":
        statement = (
            "DELETE FROM identity_profile USING unnest(%s::uuid[], %s::int[]) AS given(person_id, rev) "
            "WHERE identity_profile.person_id = given.person_id AND identity_profile.rev = given.rev"
        )
        done = connection.exec_driver_sql(statement, (list(gone), [revs[one] for one in gone]))
        if done.rowcount != len(gone):
            raise Lost
    else:
        connection.execute(delete(ProfileRow).where(member_of(connection, ProfileRow.person_id, gone)))


def _dropping(connection: Connection, rows: Sequence[tuple[int, str]]) -> tuple[str, Any]:
    if connection.dialect.name == "postgresql":
        statement = (
            "DELETE FROM identity_key USING unnest(%s::bigint[], %s::uuid[]) AS given(key, person_id) "
            "WHERE identity_key.key = given.key AND identity_key.person_id = given.person_id"
        )
        return statement, ([key for key, _ in rows], [person_id for _, person_id in rows])
    return "DELETE FROM identity_key WHERE key = ? AND person_id = ?", list(rows)


def count_words(connection: Connection, counted: Mapping[int, int], *, anew: bool = False) -> None:
    """Count the words of names that a unit of work met; `anew`, these counts take the place of what was there.

    Everybody writes these rows, so this comes late in it: whoever is next waits until the commit.
    """
    if not counted:
        return
    counts = sorted(counted.items())
    head = "INSERT INTO identity_word (key, n)"
    tail = f"ON CONFLICT (key) DO UPDATE SET n = {'' if anew else 'identity_word.n + '}excluded.n"
    if connection.dialect.name == "postgresql":
        given = ([key for key, _ in counts], [n for _, n in counts])
        connection.exec_driver_sql(f"{head} SELECT * FROM unnest(%s::bigint[], %s::int[]) {tail}", given)
    else:
        connection.exec_driver_sql(f"{head} VALUES (?, ?) {tail}", counts)
