"""The digest: proof that a tablet misses nothing and holds nothing that it should not.

Per entity the exclusive-or of the first 8 bytes of SHA-256 over ``id:rev`` of all
that the tablet should hold. Equal at an equal cursor means equal contents.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from fieldsync import cases, registry
from fieldsync.access import Device
from fieldsync.db import Store
from fieldsync.programs import TYPES
from fieldsync.sync.cursor import encode
from fieldsync.sync.pull import position_now

ENTITIES = ("person", "record", "case", "reference")


def digest(store: Store, secret: bytes, device: Device) -> list[dict[str, Any]]:
    """Return per entity ``{"entity", "count", "digest", "cursor"}`` of what the tablet should hold now.

    `digest` is 16 hexadecimal digits; all entities are of one moment, the cursor's.
    """
    with store.snapshot() as connection:
        cursor = encode(position_now(connection, device), secret)
        scope = device.scope
        types = [name for name, kind in TYPES.items() if scope.covers_program(kind.program)]
        held = {
            "record": registry.records_in(connection, scope.areas, types),
            "person": registry.persons_in(connection, scope.areas),
            "case": cases.cases_in(connection, scope.areas, scope.programs),
        }
        marks = {entity: _fold(rows) for entity, rows in held.items()}
    return [
        {"entity": entity, "count": count, "digest": f"{mark:016x}", "cursor": cursor}
        for entity in ENTITIES
        for count, mark in [marks.get(entity, (0, 0))]
    ]


def _fold(rows: Iterable[tuple[str, int]]) -> tuple[int, int]:
    count = mark = 0
    for entity_id, rev in rows:
        count += 1
        mark ^= int.from_bytes(hashlib.sha256(f"{entity_id}:{rev}".encode()).digest()[:8])
    return count, mark
