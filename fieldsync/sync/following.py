"""What follow-up makes of records that took effect and of persons that turned out to be others.

It is judged by the rules in force. Whatever changed by whatever way ends here before it is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from fieldsync import cases, notices
from fieldsync.cases import Followed, Touched
from fieldsync.db import Sealer
from fieldsync.ledger.feed import Change
from fieldsync.programs.following import VISITS
from fieldsync.registry import Incoming
from fieldsync.rulebook import book_of
from fieldsync.sync.persons import followed

# A change in these tells something of a woman's babies, too.
_OF_BABIES = frozenset({"delivery", "pregnancy"})


def follow_edits(
    connection: Connection, sealer: Sealer, taken: Sequence[Incoming], merges: Mapping[str, str], now: datetime
) -> Followed:
    """Bring cases up to date for edits that took effect.

    Args:
        connection: a writing connection, after records and persons were written.
        sealer: opens identity values.
        taken: the edits; each with who it is about.
        merges: loser to winner of persons that these edits joined.
        now: the moment.
    """
    if not taken:
        return Followed()
    cases.note_mentions(connection, taken)
    touched = Touched(
        persons=frozenset(str(followed(one.person_id, merges)) for one in taken if one.person_id),
        mothers=frozenset(
            str(followed(one.person_id, merges)) for one in taken if one.person_id and one.kind.name in _OF_BABIES
        ),
        loose=frozenset(one.record_id for one in taken if one.person_id is None),
        merges={loser: str(followed(winner, merges)) for loser, winner in merges.items()},
        added=_added(taken, merges),
        told=frozenset(one.record_id for one in taken),
    )
    made = cases.follow(connection, sealer, book_of(connection, cases.day_of(now)), touched, now)
    made.changes += cases.take_actions(connection, taken, now)
    notices.queue_alarms(connection, made.alarms, now)
    return made


def _added(taken: Sequence[Incoming], merges: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the visits that came for the first time, of persons of whom nothing else changed."""
    added: dict[str, set[str]] = defaultdict(set)
    others = {*merges, *merges.values()}
    for one in taken:
        if one.person_id is not None:
            person = str(followed(one.person_id, merges))
            if one.kind.name in VISITS and one.rev == 1 and not one.deleted:
                added[person].add(one.record_id)
            else:
                others.add(person)
    return {person: frozenset(ids) for person, ids in added.items() if person not in others}


def follow_persons(
    connection: Connection,
    sealer: Sealer,
    persons: Iterable[str],
    merges: Iterable[tuple[str, str]],
    now: datetime,
) -> list[Change]:
    """Bring cases up to date for persons that were joined or parted; return what the feed must tell."""
    aliases = dict(merges)
    there = {str(followed(one, aliases)) for one in persons}
    ends = {loser: str(followed(winner, aliases)) for loser, winner in aliases.items()}
    touched = Touched(frozenset(there), merges=ends)
    made = cases.follow(connection, sealer, book_of(connection, cases.day_of(now)), touched, now)
    notices.queue_alarms(connection, made.alarms, now)
    return made.changes
