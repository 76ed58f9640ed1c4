"""The queue of pairs that await a human, as an office user sees it: both sides, and why they are there.

A pair is shown whole if one of its records lies in the user's areas: who must tell two persons apart has to see both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from fieldsync import identity, registry
from fieldsync.access import OfficeUser
from fieldsync.db import Sealer
from fieldsync.identity import Review
from fieldsync.identity.reviews import Place
from fieldsync.programs import without_restricted


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """Which reviews: of a status, of an area, after the `place` of the last one seen; at most `limit`."""

    status: str
    area: str | None
    after: Place | None
    limit: int


def review_page(
    connection: Connection, sealer: Sealer, user: OfficeUser, asked: QueueAsked, language: str
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return a page of the queue, the greatest gain first, and where the next one begins, None after the last.

    Args:
        connection: for reading.
        sealer: opens identity values.
        user: who asks; only their areas count.
        asked: which of these.
        language: of the reasons, ``id`` or ``en``.
    """
    areas = user.scope.areas_under(asked.area)
    if not areas:
        return [], None
    found = identity.review_queue(connection, areas, asked.status, asked.limit + 1, asked.after)
    page = found[: asked.limit]
    told = _told(connection, sealer, user, page, language)
    return told, Place(page[-1].gain, page[-1].id) if len(found) > asked.limit else None


def review_told(
    connection: Connection, sealer: Sealer, user: OfficeUser, review_id: str, language: str
) -> dict[str, Any] | None:
    """Return one review of the user's areas, or None."""
    found = identity.find_review(connection, review_id, user.scope.areas)
    return None if found is None else _told(connection, sealer, user, [found], language)[0]


def _told(
    connection: Connection, sealer: Sealer, user: OfficeUser, page: Sequence[Review], language: str
) -> list[dict[str, Any]]:
    records = sorted({one for review in page for one in (review.record_a, review.record_b)})
    known = registry.look_up(connection, records)
    persons = {one: str(known[one].person_id) for one in records if one in known}
    golden = registry.persons_now(connection, sealer, sorted(set(persons.values())))
    sides = {one: _side(one, persons.get(one), golden, user) for one in records}
    return [
        {
            **identity.explained(review, language),
            "note": identity.note_of(sealer, review),
            "a": sides[review.record_a],
            "b": sides[review.record_b],
        }
        for review in page
    ]


def _side(record_id: str, person_id: str | None, golden: dict[str, registry.PersonNow], user: OfficeUser) -> Any:
    person = golden.get(person_id or "")
    fields: dict[str, Any] = orjson.loads(person.body) if person is not None and person.body else {}
    records = fields.pop("records", [])
    shown = without_restricted("person", fields, restricted=user.may("restricted.read"))
    shown = {name: value for name, value in shown.items() if value is not None}
    return {"record_id": record_id, "person_id": person_id, "records": records, "fields": shown}
