"""Who the person records of a batch are about, decided inside the push transaction, the whole batch at once.

Every record gets a person: one that is known, or a new one; where a human must look, it
counts as new until then, so that care is not delayed. What is decided is written down
with its weights, and can be undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection

from fieldsync.db import Sealer
from fieldsync.identity.history import note_links, note_merges
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.desk import Desk, Placed
from fieldsync.identity.matching.traits import Traits, traits_of
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.model import weights_in_use
from fieldsync.identity.reviews import open_reviews, pairs_of, settle
from fieldsync.identity.shelving import asked, lock, open_desk, put_back
from fieldsync.registry import Incoming
from fieldsync.registry.incoming import moment

LOCAL = timedelta(hours=7)  # Asia/Jakarta, which has no other time of year: enough for a day


@dataclass(slots=True)
class Resolved:
    """How each record was found (``new``, ``matched``, ``review``), and the known persons that turned out to be one.

    `merges` are (loser, winner), the winner being nobody's loser. `counted` is for `count_words`, at the end. `dropped`
    is how many keys found nobody, since too many people share them.
    """

    found: dict[str, str] = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)
    counted: dict[int, int] = field(default_factory=dict)
    dropped: int = 0


def resolve(
    connection: Connection, sealer: Sealer, newcomers: Sequence[Incoming], known: Sequence[Incoming] = ()
) -> Resolved:
    """Set `person_id` on every edit of person records that are not in the registry yet.

    Args:
        connection: a writing connection.
        sealer: hashes and seals.
        newcomers: the edits; of several edits of one record the tablet's last one tells who it is.
        known: edits of known person records that `learn` will take in this transaction; their keys are locked, too,
            since two who took locks in two goes could wait for each other.

    Raises:
        Lost: another writer changed one of the same persons in this instant; run the transaction again.
    """
    last: dict[str, Incoming] = {}
    for one in newcomers:
        if one.record_id not in last or one.device_seq >= last[one.record_id].device_seq:
            last[one.record_id] = one
    weights = weights_in_use()
    lookups = LookUps(sealer)
    wanted = asked(lookups, (_said(one) for one in last.values() if not one.deleted))
    if known:  # else opening the desk locks them all
        lock(connection, lookups, {key for one in (*wanted, *asked(lookups, map(_said, known))) for key in one.keys})
    opened = open_desk(connection, lookups, weights, wanted)
    desk = opened.desk
    placed = [desk.place(one.traits, one.keys) for one in wanted]
    counted = put_back(connection, opened)
    _write_down(connection, weights, last, placed, desk)
    homes = {one.record_id: desk.shelf.followed(one.person_id) for one in placed}
    for one in newcomers:
        one.person_id = homes.get(one.record_id, one.record_id)
    found = dict.fromkeys(last, "new") | {one.record_id: one.outcome for one in placed}
    return Resolved(found, _told(desk, last), counted, desk.dropped)


def learn(connection: Connection, sealer: Sealer, edited: Sequence[Incoming]) -> Resolved:
    """Take what edits of known person records say now; tell which known persons turned out to be one.

    Sets `person_id` to who the record is about by now. Which person a record belongs to is not changed by an
    edit: parting is a human's decision.
    """
    weights = weights_in_use()
    said = [(one, _said(one)) for one in edited if one.fields_now is not None]
    lookups = LookUps(sealer)
    wanted = asked(lookups, (traits for _, traits in said))
    opened = open_desk(connection, lookups, weights, wanted, [str(one.person_id) for one, _ in said])
    desk, placed = opened.desk, []
    for one, traits in said:
        person_id = desk.shelf.followed(str(one.person_id))
        placed.append(desk.forget(traits.record_id, person_id) if not one.fields_now else desk.learn(traits, person_id))
    put_back(connection, opened)
    by_record = {one.record_id: one for one in edited}
    _write_down(connection, weights, by_record, placed, desk, links=False)
    for one in edited:
        one.person_id = desk.shelf.followed(str(one.person_id))
    return Resolved({}, _told(desk, {}), dropped=desk.dropped)


def _said(one: Incoming) -> Traits:
    fields = one.data if one.fields_now is None else one.fields_now
    return traits_of(one.record_id, fields, day_of(one))


def day_of(one: Incoming) -> date:
    """Return the calendar day on which an edit was recorded, where the vans drive."""
    return (moment(one.at) + LOCAL).date()


def _told(desk: Desk, brought: Iterable[str]) -> list[tuple[str, str]]:
    """Return the merges that others must hear of: a person that only this batch would have made is nobody's."""
    mine = set(brought)
    return [(loser, desk.shelf.followed(loser)) for loser in desk.shelf.gone if loser not in mine]


def _write_down(
    connection: Connection,
    weights: Weights,
    edits: dict[str, Incoming],
    placed: Sequence[Placed],
    desk: Desk,
    *,
    links: bool = True,
) -> None:
    decided = [(one, edits[one.record_id].received_at) for one in placed]
    if links:
        note_links(connection, weights, decided)
    note_merges(connection, weights, decided, by_edits=not links)
    areas = {record_id: one.area for record_id, one in edits.items()}
    open_reviews(connection, weights, decided, areas)
    joined = [(desk.shelf.followed(winner), at) for one, at in decided for _, winner in one.merged]
    if joined:
        persons = sorted({person_id for person_id, _ in joined})
        answered = [pair for one in persons for pair in pairs_of(desk.shelf.person(one).records)]
        settle(connection, answered, max(at for _, at in joined))
