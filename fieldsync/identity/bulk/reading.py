"""All that the database knows about who is who, read at one moment into memory, and numbered.

Numbers go by the day of recording and the record's id, so they are the same whatever the order of arrival. Names are
in memory only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from fieldsync.db import Sealer
from fieldsync.identity.bulk.clustering import Group, Pair
from fieldsync.identity.history import MACHINE
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.reviews import DIFFERENT, OPEN, SAME
from fieldsync.identity.tables import ApartRow, LinkRow, MergeRow, ProfileRow, ReviewRow

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Everything:
    """The records, and what was decided so far; records by number, persons by id.

    Attributes:
        said: what each record says.
        persons: the records of every person.
        touched: persons on whom a human decided something; the machine may add to them, and take nothing away.
        by_machine: records that the machine gave to their person.
        apart: pairs that humans told apart.
        asked: pairs that wait for a human, or were answered.
    """

    said: list[Traits]
    persons: dict[str, Group]
    touched: frozenset[str]
    by_machine: frozenset[int]
    apart: list[Pair]
    asked: list[Pair]


def read_everything(connection: Connection, sealer: Sealer) -> Everything:
    """Read it all, in one snapshot."""
    listed = [(one, person_id) for person_id, profile in _profiles(connection, sealer) for one in profile.said()]
    listed.sort(key=lambda pair: (pair[0].on, pair[0].record_id))
    numbers = {one.record_id: number for number, (one, _) in enumerate(listed)}
    persons: dict[str, list[int]] = defaultdict(list)
    for number, (_, person_id) in enumerate(listed):
        persons[person_id].append(number)
    home = {one.record_id: person_id for one, person_id in listed}
    linked, by_hand = _links(connection)
    touched = {home[one] for one in (*by_hand, *_joined_by_hand(connection)) if one in home}
    return Everything(
        *([one for one, _ in listed], {person_id: tuple(records) for person_id, records in persons.items()}),
        *(frozenset(touched), frozenset(numbers[one] for one in linked if one in numbers)),
        *(_numbered(_apart(connection), numbers), _numbered(_asked(connection), numbers)),
    )


def _profiles(connection: Connection, sealer: Sealer) -> Iterable[tuple[str, Profile]]:
    query = select(ProfileRow.person_id, ProfileRow.sealed)
    for person_id, sealed in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield person_id, Profile.from_text(person_id, sealer.open(sealed, f"profile {person_id}"))


def _links(connection: Connection) -> tuple[list[str], list[str]]:
    row = LinkRow
    linked: list[str] = []
    by_hand: list[str] = []
    query = select(row.record_id, row.decided_by).where(row.undone_at.is_(None))
    for record_id, decided_by in connection.execution_options(yield_per=AT_ONCE).execute(query):
        (linked if decided_by == MACHINE else by_hand).append(record_id)
    return linked, by_hand


def _joined_by_hand(connection: Connection) -> Iterable[str]:
    """Yield the ids of persons, which are those of records, that a human joined or said to be the same."""
    merge, review = MergeRow, ReviewRow
    joined = select(merge.loser, merge.winner).where(merge.undone_at.is_(None), merge.decided_by != MACHINE)
    same = select(review.record_a, review.record_b).where(review.status == SAME)
    for query in (joined, same):
        for pair in connection.execute(query):
            yield from pair


def _apart(connection: Connection) -> Iterable[tuple[str, str]]:
    return ((one.a, one.b) for one in connection.execute(select(ApartRow.a, ApartRow.b)))


def _asked(connection: Connection) -> Iterable[tuple[str, str]]:
    row = ReviewRow
    query = select(row.record_a, row.record_b).where(row.status.in_((OPEN, SAME, DIFFERENT)))
    return ((one.record_a, one.record_b) for one in connection.execute(query))


def _numbered(pairs: Iterable[tuple[str, str]], numbers: Mapping[str, int]) -> list[Pair]:
    return [(numbers[one], numbers[other]) for one, other in pairs if one in numbers and other in numbers]
