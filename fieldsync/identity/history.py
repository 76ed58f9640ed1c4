"""What was decided about who is who, kept for ever: links, merges, splits, and what humans said.

Rows are added, and ended when they are undone; never rewritten. `why` holds the levels and
their weights in the order of the model's features, so that any decision can be explained.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from fieldsync.db import Sealer, add_rows, member_of
from fieldsync.identity.matching.desk import Judged, Placed
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.tables import LinkRow, MergeRow

MACHINE = "auto"
_LINK = ("record_id", "person_id", "decided_by", "p", "model", "why", "at")
_MERGE = ("loser", "winner", "last_link", "decided_by", "model", "why", "at")

HUMAN_LINK = ("record_id", "person_id", "decided_by", "model", "why", "at")

Decided = tuple[Placed, datetime]


@dataclass(frozen=True, slots=True)
class Said:
    """What a human said: who (an office user's id), when, and why, in words that may hold names and so are sealed."""

    who: str
    at: datetime
    note: str | None = None

    def sealed_note(self, sealer: Sealer, about: str) -> bytes | None:
        """Return the note as it is kept; `about` is the id of what it was said of."""
        return None if self.note is None else sealer.seal(self.note.encode(), f"note {about}")


def why(weights: Weights, best: Judged | None) -> str:
    """Return the reasons of a decision as JSON: per feature the level and its weight, and the odds they come to."""
    if best is None:
        return "{}"
    reasons: dict[str, Any] = {
        "person": best.person.person_id,
        "odds": round(best.odds, 3),
        "levels": best.levels,
        "weights": weights.told(best.levels),
    }
    return orjson.dumps(reasons).decode()


def note_links(connection: Connection, weights: Weights, placed: Iterable[Decided]) -> None:
    """Note to which person each record was given; one statement."""
    rows = [
        (
            *(one.record_id, one.person_id, MACHINE, None if one.best is None else round(one.best.p, 6)),
            *(weights.version, why(weights, one.best), at),
        )
        for one, at in placed
    ]
    add_rows(connection, LinkRow, _LINK, rows)


def note_merges(connection: Connection, weights: Weights, placed: Iterable[Decided], *, by_edits: bool = False) -> None:
    """Note which persons a record joined.

    Args:
        connection: a writing connection, after the links of these records were noted.
        weights: the model that decided.
        placed: the decisions, and when.
        by_edits: it were newer versions of known records, whose links are old, that joined them.
    """
    joined = [(one, at) for one, at in placed if one.merged]
    if not joined:
        return
    links = {} if by_edits else live_links(connection, [one.record_id for one, _ in joined])
    latest = last_link(connection) if by_edits else 0
    rows: list[Sequence[Any]] = []
    for one, at in joined:
        # What came up to now is older than the merge; the record that joined them, and all after it, is not.
        last = links[one.record_id].id - 1 if one.record_id in links else latest
        reason = why(weights, one.best)
        rows += [(loser, winner, last, MACHINE, weights.version, reason, at) for loser, winner in one.merged]
    add_rows(connection, MergeRow, _MERGE, rows)


def note_merge(connection: Connection, loser: str, winner: str, said: Said, review_id: str) -> None:
    """Note that a human said of two persons that they are one."""
    reason = orjson.dumps({"review": review_id}).decode()
    row = (loser, winner, last_link(connection), said.who, "", reason, said.at)
    add_rows(connection, MergeRow, _MERGE, [row])


def last_link(connection: Connection) -> int:
    """Return the number of the latest link: what comes after it, came after now."""
    return int(connection.execute(select(func.coalesce(func.max(LinkRow.id), 0))).scalar_one())


def live_links(connection: Connection, records: Iterable[str]) -> dict[str, Any]:
    """Return, per record, its link that holds: ``id``, ``record_id``, ``person_id``, ``decided_by``.

    Its person may have become another's alias since.
    """
    row = LinkRow
    query = select(row.id, row.record_id, row.person_id, row.decided_by).where(
        row.undone_at.is_(None), member_of(connection, row.record_id, sorted(records))
    )
    return {one.record_id: one for one in connection.execute(query.order_by(row.id))}


def meant(person_id: str, aliases: Mapping[str, str]) -> str:
    """Return whom an id means by these merges (loser to winner), which may lead in a circle where some were undone."""
    seen = set()
    while person_id in aliases and person_id not in seen:
        seen.add(person_id)
        person_id = aliases[person_id]
    return person_id
