"""What others must hear when persons change: golden records made anew, merges and splits, told in the feed.

Every way by which a person changes ends here: a push, a human's decision, the night run.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.db import Sealer
from fieldsync.identity import Parted
from fieldsync.ledger.feed import Change
from fieldsync.programs import TYPES
from fieldsync.registry import Incoming

Merge = tuple[str, str]


def followed(person_id: str | None, aliases: Mapping[str, str]) -> str | None:
    """Return who a person turned out to be, through any number of merges."""
    while person_id is not None and person_id in aliases:
        person_id = aliases[person_id]
    return person_id


def publish_persons(
    connection: Connection, sealer: Sealer, taken: Sequence[Incoming], merges: Sequence[Merge]
) -> list[Change]:
    """Write the golden records of all persons that edits or merges touched; return what the feed must tell.

    Args:
        connection: a writing connection, after the records themselves were written.
        sealer: seals identity values.
        taken: edits that took effect; only those of person records count.
        merges: (loser, winner) of persons that are there; no winner is another's loser.

    Raises:
        Lost: another writer merged one of these persons meanwhile; run the transaction again.
    """
    records = [edit for edit in taken if edit.kind.name == "person"]
    if not records and not merges:
        return []
    aliases = dict(merges)
    per_person: dict[str, list[Incoming]] = {}
    for edit in records:
        per_person.setdefault(str(followed(edit.person_id, aliases)), []).append(edit)
    joined = {person_id for merge in merges for person_id in merge}
    new = [edits[0] for person_id, edits in per_person.items() if person_id not in joined and _is_new(person_id, edits)]
    fresh = {edit.record_id for edit in new}
    changes, losers = _merged(connection, merges)
    touched = sorted({person_id for person_id in per_person if person_id not in fresh} | {w for _, w in merges})
    now = registry.person_areas(connection, sorted({*touched, *losers})) if touched or losers else {}
    revs = registry.refresh_persons(connection, sealer, new, touched)
    changes += [Change("person", edit.record_id, 1, edit.area_now, "common") for edit in new]
    for person_id in touched:
        places = {at for edit in per_person.get(person_id, ()) for at in (edit.area_before, edit.area_now) if at}
        changes += _changes_of(person_id, revs[person_id], now[person_id], places)
    for loser, rev in losers.items():
        areas = now[aliases[loser]] | now[loser]
        changes += [Change("person", loser, rev, area, "common", "merged") for area in sorted(areas)]
    return changes


def _merged(connection: Connection, merges: Iterable[Merge]) -> tuple[list[Change], dict[str, int]]:
    """Make losers aliases; return the changes of their records, and the losers' revisions.

    A first sync that is under way may have passed the place in its walk where these records stand now.
    """
    revs, moved = registry.merge_persons(connection, dict(merges))
    return [Change("record", one.id, one.rev, one.area, "common") for one in moved], revs


def _is_new(person_id: str, edits: Sequence[Incoming]) -> bool:
    one = edits[0]
    return len(edits) == 1 and one.rev == 1 and one.record_id == person_id and not one.deleted


def _changes_of(person_id: str, rev: int, areas: set[str], places: Iterable[str]) -> list[Change]:
    """Tell of a person where it is registered now, and of its going in `places` where it no longer is."""
    reason = "out_of_scope" if areas else "deleted"
    there = [Change("person", person_id, rev, area, "common") for area in sorted(areas)]
    return there + [Change("person", person_id, rev, area, "common", reason) for area in sorted(set(places) - areas)]


def publish_parting(connection: Connection, sealer: Sealer, parted: Parted) -> list[Change]:
    """Give records to whom they are about since a split, and write the golden records; return what the feed must tell.

    Args:
        connection: a writing connection that called `registry.own_persons`.
        sealer: seals identity values.
        parted: what `identity.part` said.

    Raises:
        Lost: another writer merged one of these persons meanwhile; run the transaction again.
    """
    living = {*parted.homes.values(), *(winner for _, winner in parted.merges)}
    before = registry.person_areas(
        connection, sorted({*living, *parted.before, *(loser for loser, _ in parted.merges)})
    )
    parting = registry.part_persons(connection, parted.before, parted.homes)
    gone = {person_id: rev for person_id, (rev, lead) in parting.turned.items() if lead != person_id}
    relinked, losers = _merged(connection, parted.merges)
    gone |= losers
    living |= set(parted.before) - gone.keys()
    revs = registry.refresh_persons(connection, sealer, [], sorted(living))
    after = registry.person_areas(connection, sorted(living))
    told = set().union(*before.values())
    changes = [Change("record", one.id, one.rev, one.area, TYPES[one.type].program) for one in parting.moved]
    changes += relinked
    for person_id in sorted(living):
        changes += _changes_of(person_id, revs[person_id], after[person_id], before[person_id])
    return [
        *changes,
        *(Change("person", one, rev, area, "common", "merged") for one, rev in gone.items() for area in sorted(told)),
    ]
