"""Where everything is kept: engine, unit of work, column types, sealed values, and bulk writes.

The rooms above declare their own tables on `Base` and run their statements on the
connection that a unit of work hands them; nobody else commits. This room knows
both databases, SQLite and PostgreSQL, so that no other room has to.
"""

from fieldsync.db.base import Base, Counted, Instant, RawJson, RecordId, Sealed
from fieldsync.db.bulk import (
    add_missing_rows,
    add_rows,
    change_rows,
    day_text,
    json_text,
    listed,
    member_of,
    members,
    second_text,
    within,
)
from fieldsync.db.engine import IN_BINARY, Lost, Store, open_store
from fieldsync.db.hash_keys import HashKey, list_hash_keys, make_hash_keys
from fieldsync.db.resealing import Progress, SealedColumn, count_values, reseal, sealed_columns, undeclared_columns
from fieldsync.db.ring import KeyRing, SealError, UnknownKeyError
from fieldsync.db.rotating import KeysError, Rehash, retire_key, rotate_identity_keys, rotate_key
from fieldsync.db.sealing import HashKeys, Sealer
from fieldsync.db.upgrading import newest, readiness, upgrade

__all__ = [
    "IN_BINARY",
    "Base",
    "Counted",
    "HashKey",
    "HashKeys",
    "Instant",
    "KeyRing",
    "KeysError",
    "Lost",
    "Progress",
    "RawJson",
    "RecordId",
    "Rehash",
    "SealError",
    "Sealed",
    "SealedColumn",
    "Sealer",
    "Store",
    "UnknownKeyError",
    "add_missing_rows",
    "add_rows",
    "change_rows",
    "count_values",
    "day_text",
    "json_text",
    "list_hash_keys",
    "listed",
    "make_hash_keys",
    "member_of",
    "members",
    "newest",
    "open_store",
    "readiness",
    "reseal",
    "retire_key",
    "rotate_identity_keys",
    "rotate_key",
    "sealed_columns",
    "second_text",
    "undeclared_columns",
    "upgrade",
    "within",
]
