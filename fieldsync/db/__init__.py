"""Where everything is kept: engine, unit of work, column types, sealed values, and bulk writes.

The rooms above declare their own tables on `Base` and run their statements on the
connection that a unit of work hands them; nobody else commits. This room knows
both databases, SQLite and PostgreSQL, so that no other room has to.
"""

from fieldsync.db.base import Base, Instant, RawJson, RecordId
from fieldsync.db.bulk import add_missing_rows, add_rows, change_rows, listed, member_of, members
from fieldsync.db.engine import Lost, Store, open_store
from fieldsync.db.sealing import Sealer, SealError
from fieldsync.db.upgrading import newest, readiness, upgrade

__all__ = [
    "Base",
    "Instant",
    "Lost",
    "RawJson",
    "RecordId",
    "SealError",
    "Sealer",
    "Store",
    "add_missing_rows",
    "add_rows",
    "change_rows",
    "listed",
    "member_of",
    "members",
    "newest",
    "open_store",
    "readiness",
    "upgrade",
]
