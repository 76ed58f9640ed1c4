"""What an office user decides about who is who, as one unit of work: the decision, who is who then, and the feed.

Everything is inside one transaction that nobody else's push runs beside; what was decided, by whom, is in the
audit trail. Whether the user may is asked before; where, is asked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldsync import identity, registry
from fieldsync.access import OfficeUser, note_audit
from fieldsync.db import Store
from fieldsync.identity import DecideError, Decision, PartError, Said
from fieldsync.ledger import feed
from fieldsync.sync.following import follow_persons
from fieldsync.sync.persons import publish_parting, publish_persons


@dataclass(frozen=True, slots=True)
class Split:
    """What a split came to: who keeps the old id, who got its own, and where each of their person records is now."""

    person_id: str
    new_person_id: str
    homes: dict[str, str]


class NotTheirsError(ValueError):
    """Some of the records are not this person's, or not the user's to move; `places` are theirs in the list given."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__("unknown_record")
        self.places = places


def decide_review(store: Store, user: OfficeUser, review_id: str, decision: str, said: Said) -> Decision | None:
    """Take an office user's answer to a review; None when there is none in their areas.

    Args:
        store: the database.
        user: who answers; only their areas count.
        review_id: of the pair.
        decision: ``same`` or ``different``.
        said: when, and why, by this user.

    Raises:
        DecideError: it was decided before, or contradicts another answer; nothing changed.
    """

    def work(connection: Connection) -> Decision | None:
        registry.own_persons(connection)
        review = identity.find_review(connection, review_id, user.scope.areas, lock=True)
        if review is None:
            return None
        done = identity.decide(connection, store.sealer, review, decision, said)
        if done.parted is None:
            changes = publish_persons(connection, store.sealer, [], done.merges)
        else:
            changes = publish_parting(connection, store.sealer, done.parted)
        detail = {"decision": decision, "status": done.status, "merged": [one for pair in done.merges for one in pair]}
        persons = [] if done.parted is None else [*done.parted.homes.values(), *done.parted.before]
        merges = done.merges if done.parted is None else done.parted.merges
        changes += follow_persons(connection, store.sealer, persons, merges, said.at)
        note_audit(connection, user, "identity.review", review_id, said.at, detail)
        feed.publish(connection, changes)
        return done

    return store.transact(work)


def split_person(store: Store, user: OfficeUser, wanted: str, records: Sequence[str], said: Said) -> Split | None:
    """Part records from a person, since an office user says that they are about somebody else.

    Args:
        store: the database.
        user: who says so; only their areas count.
        wanted: the person, by any id that it ever had.
        records: ids of person records, each in the user's areas.
        said: when, and why, by this user.

    Returns:
        who is who now; None when there is no such person in the user's areas.

    Raises:
        NotTheirsError: some records are not the person's, or outside the user's areas; nothing changed.
        PartError: ``nothing_left``: all records of the person were named; nothing changed.
    """

    def work(connection: Connection) -> Split | None:
        registry.own_persons(connection)
        person_id = registry.person_within(connection, wanted, user.scope)
        if person_id is None:
            return None
        _refuse_foreign(connection, user, person_id, records)
        parted = identity.part(connection, store.sealer, person_id, records, said)
        changes = publish_parting(connection, store.sealer, parted)
        persons = [*parted.homes.values(), *parted.before]
        changes += follow_persons(connection, store.sealer, persons, parted.merges, said.at)
        detail = {"new_person": parted.new_person_id, "records": sorted(set(records))}
        note_audit(connection, user, "identity.split", person_id, said.at, detail)
        feed.publish(connection, changes)
        return Split(parted.person_id, parted.new_person_id, parted.homes)

    return store.transact(work)


def _refuse_foreign(connection: Connection, user: OfficeUser, person_id: str, records: Sequence[str]) -> None:
    known = registry.look_up(connection, sorted(set(records)))
    foreign = []
    for place, record_id in enumerate(records):
        there = known.get(record_id)
        theirs = there is not None and there.type == "person" and there.person_id == person_id
        if there is None or not theirs or not user.scope.covers_area(there.area):
            foreign.append(place)
    if foreign:
        raise NotTheirsError(foreign)


__all__ = ["DecideError", "Decision", "NotTheirsError", "PartError", "Said", "Split", "decide_review", "split_person"]
