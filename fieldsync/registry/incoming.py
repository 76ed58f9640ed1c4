"""An edit on its way into the registry, and how content is laid out in rows.

The stages of a push fill it in turn. Open and sealed fields are parted here and nowhere else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from fieldsync.db import Sealer
from fieldsync.programs import TYPES, RecordType, parted
from fieldsync.registry.merging import Conflict, Edit

AREA = "@area"  # of the envelope, but merged like a field: a move must not be undone by an edit made apart
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Incoming:
    """One valid edit; what follows `status` is set when it took effect.

    `head` is the envelope as it goes out again (without `data`), `at` the corrected
    time of recording in microseconds since 1970, `person_id` who it is about, if anyone.
    `withheld`: she let nothing of it be kept but the envelope. `rev` is its number among the
    edits, `told` the revision that its tablet may take as base, `fields_now` the merged fields,
    `changed` the names of what it changed against what its tablet had seen, if the record was there before.
    """

    record_id: str
    kind: RecordType
    area: str
    head: dict[str, Any]
    data: dict[str, Any]
    deleted: bool
    device_id: str
    device_seq: int
    base_rev: int
    at: int
    received_at: datetime
    content_hash: bytes
    person_id: str | None = None
    withheld: bool = False
    status: str = ""
    rev: int = 0
    told: int = 0
    fields_now: dict[str, Any] | None = None
    conflicts: tuple[Conflict, ...] = ()
    area_before: str | None = None
    area_now: str = ""
    changed: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Forget what an attempt that was rolled back had set."""
        self.person_id, self.status, self.rev, self.told, self.conflicts = None, "", 0, 0, ()
        self.fields_now, self.area_before, self.area_now, self.changed = None, None, self.area, frozenset()

    def as_edit(self, rev: int) -> Edit:
        """Return it as the merging sees it, arriving as number `rev`."""
        base = min(self.base_rev, rev - 1)
        fields = {**self.data, AREA: self.area}
        return Edit(rev, self.device_id, self.device_seq, base, self.at, self.deleted, fields, self.content_hash)


def moment(microseconds: int) -> datetime:
    """Turn microseconds since 1970 into a time in UTC, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """Turn an aware time into microseconds since 1970, exactly: a float's 53 bits hold them until the year 2255."""
    return round(at.timestamp() * 1_000_000)


def as_stored(sealer: Sealer, kind: RecordType, record_id: str, data: dict[str, Any]) -> tuple[str, bytes | None]:
    """Lay out fields as (open JSON text, sealed bytes or None)."""
    plain, secret = parted(kind, data)
    sealed = sealer.seal(orjson.dumps(secret), record_id) if secret else None
    return orjson.dumps(plain).decode(), sealed


def as_fields(sealer: Sealer, record_id: str, data: str, sealed: bytes | None) -> dict[str, Any]:
    """Put open and sealed fields together again."""
    fields: dict[str, Any] = orjson.loads(data)
    if sealed is not None:
        fields.update(orjson.loads(sealer.open(sealed, record_id)))
    return fields


def declared_fields(kind: RecordType) -> frozenset[str]:
    """Return the names of the fields that a type declares."""
    found = _DECLARED.get(kind.name)
    if found is None:
        found = _DECLARED[kind.name] = frozenset(one.name for one in kind.fields)
    return found


_DECLARED: dict[str, frozenset[str]] = {}


def kind_of(name: str) -> RecordType:
    """Return the declaration of a type that is in the registry."""
    return TYPES[name]
