"""Rules tried on records as somebody wrote them down: flat, with any text as ids, touching no database."""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldsync.programs import TYPES
from fieldsync.programs.folder import Entry, Folder, Refused
from fieldsync.programs.usable import usable

_HEAD = frozenset({"type", "id", "area", "recorded_at", "deleted"})


def folder_of(records: Sequence[Mapping[str, Any]]) -> Folder:
    """Return the folder that flat records make: ``{"type", "id", …}``; one without id gets one by its place.

    One with ``"deleted": true`` is not in it. Values that can't be used are left out; the folder says of which records.

    Raises:
        KeyError: a type is not known.
    """
    records = [one for one in records if one.get("deleted") is not True]
    read = [usable(TYPES[one["type"]], _fields(one)) for one in records]
    named = [
        (one.get("id") or f"#{at}", one["type"], data, one.get("area"))
        for at, (one, (data, _)) in enumerate(zip(records, read, strict=True))
    ]
    leads = {record_id: data.get(TYPES[kind].subject or "") for record_id, kind, data, _ in named}
    persons = {record_id for record_id, kind, _, _ in named if kind == "person"}
    entries = [Entry(one[0], one[1], one[2], _subject(one[0], leads, persons), one[3]) for one in named]
    refused = [
        Refused(one.id, one.person, one.area, fields) for one, (_, fields) in zip(entries, read, strict=True) if fields
    ]
    return Folder(entries, refused=refused)


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _HEAD}


def _subject(record_id: str, leads: Mapping[str, str | None], persons: set[str]) -> str | None:
    """Follow what a record names until a person; an id that leads nowhere is taken for a person who is not there."""
    seen: set[str] = set()
    at = record_id
    while at not in persons and at not in seen:
        seen.add(at)
        following = leads.get(at)
        if following is None:
            return at if at not in leads else None
        at = following
    return at if at in persons else None
