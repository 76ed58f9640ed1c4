"""What was decided about one person, in order: links, merges, splits and answers, with who, when and why.

Read from the history as it was written down; nothing of it is ever rewritten, only ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, or_, select

from fieldsync.db import Sealer, member_of
from fieldsync.identity.explaining import note_of, weights_in_words
from fieldsync.identity.reviews import OPEN, reviews_between
from fieldsync.identity.tables import LinkRow, MergeRow, SplitRow


def history_of(
    connection: Connection, sealer: Sealer, person_ids: Sequence[str], records: Sequence[str], language: str
) -> list[dict[str, Any]]:
    """Return what was decided about a person, the earliest first.

    Args:
        connection: any connection.
        sealer: opens the notes of humans.
        person_ids: the person and its aliases.
        records: its person records.
        language: of the reasons, ``id`` or ``en``.
    """
    told = [
        *_links(connection, records, language),
        *_merges(connection, person_ids, language),
        *_splits(connection, sealer, person_ids),
        *_answers(connection, sealer, records),
    ]
    return sorted(told, key=itemgetter("at"))


def _links(connection: Connection, records: Sequence[str], language: str) -> Iterable[dict[str, Any]]:
    row = LinkRow
    query = select(row).where(member_of(connection, row.record_id, records)).order_by(row.id)
    for one in connection.execute(query).mappings():
        about = {"record": one["record_id"], "person": one["person_id"], "p": one["p"]}
        yield {
            "event": "link",
            **_stamped(one, "at"),
            **about,
            **_why(one, language),
        }


def _merges(connection: Connection, ids: Sequence[str], language: str) -> Iterable[dict[str, Any]]:
    row = MergeRow
    either = or_(member_of(connection, row.loser, ids), member_of(connection, row.winner, ids))
    for one in connection.execute(select(row).where(either).order_by(row.id)).mappings():
        about = {"loser": one["loser"], "winner": one["winner"]}
        yield {
            "event": "merge",
            **_stamped(one, "at"),
            **about,
            **_why(one, language),
        }


def _splits(connection: Connection, sealer: Sealer, ids: Sequence[str]) -> Iterable[dict[str, Any]]:
    row = SplitRow
    either = or_(member_of(connection, row.person_id, ids), member_of(connection, row.new_person_id, ids))
    for one in connection.execute(select(row).where(either).order_by(row.id)).mappings():
        about = {"person": one["person_id"], "new_person": one["new_person_id"]}
        note = None
        if one["note"] is not None:
            note = sealer.open(one["note"], f"note {one['new_person_id']}").decode()
        yield {"event": "split", **_stamped(one, "at"), **about, "records": orjson.loads(one["records"]), "note": note}


def _answers(connection: Connection, sealer: Sealer, records: Sequence[str]) -> Iterable[dict[str, Any]]:
    for one in reviews_between(connection, records):
        if one.status != OPEN and one.decided_at is not None:
            about = {"review": one.id, "decision": one.status, "records": [one.record_a, one.record_b]}
            at = one.decided_at.isoformat(timespec="seconds")
            yield {"event": "review", "at": at, "by": one.decided_by, **about, "note": note_of(sealer, one)}


def _stamped(row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    return {"at": _time(row[name]), "by": row["decided_by"]}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _why(row: Mapping[Any, Any], language: str) -> dict[str, Any]:
    why = orjson.loads(row["why"])
    weights = weights_in_words(why["levels"], language) if "levels" in why else []
    return {"model": row["model"] or None, "weights": weights, "undone_at": _time(row["undone_at"])}
