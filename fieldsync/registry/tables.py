"""The tables of the registry; private to this room and to `reporting`."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Counted, Instant, RawJson, RecordId, Sealed


class RecordRow(Base):
    """A record as it now stands.

    `rev` counts the distinct edits taken; 0 is no record yet but the mark of one that was
    only heard of: others wait for it, or it came and is held or refused. `head` is its
    envelope, `data` its open fields, both as they go out to tablets; `sealed` its
    identity values. `stamp` orders its latest edit (microseconds). Device, sequence, base
    and hash are those of the latest edit.
    """

    __tablename__ = "record"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(13))
    rev: Mapped[int] = mapped_column(Integer)
    deleted: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[str | None] = mapped_column(RecordId)
    stamp: Mapped[int] = mapped_column(BigInteger)
    device_id: Mapped[str | None] = mapped_column(RecordId)
    device_seq: Mapped[int] = mapped_column(BigInteger)
    base_rev: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    content_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    head: Mapped[str] = mapped_column(RawJson)
    data: Mapped[str] = mapped_column(RawJson)
    sealed: Mapped[bytes | None] = mapped_column(Sealed("{id}"))

    # A first sync walks village by village and person by person.
    __table_args__ = (Index("ix_record_area", "area", "person_id"), Index("ix_record_person", "person_id"))


_PREGNANCY = RecordRow.__table__.c.type == "pregnancy"
Index("ix_record_pregnancy", RecordRow.__table__.c.area, postgresql_where=_PREGNANCY, sqlite_where=_PREGNANCY)


class RevisionRow(Base):
    """One edit of a record that was edited more than once; a record with one edit has it in its own row."""

    __tablename__ = "revision"

    record_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    rev: Mapped[int] = mapped_column(Integer, primary_key=True)
    device_id: Mapped[str] = mapped_column(RecordId)
    device_seq: Mapped[int] = mapped_column(BigInteger)
    base_rev: Mapped[int] = mapped_column(Integer)
    deleted: Mapped[bool] = mapped_column(Boolean)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[str] = mapped_column(RawJson)
    data: Mapped[str] = mapped_column(RawJson)
    sealed: Mapped[bytes | None] = mapped_column(Sealed("{record_id}"))


class ConflictRow(Base):
    """A field that two edits of a record contradicted, and which of them holds; `settled_at` once somebody decided.

    The values are in the revisions, nowhere else. ``deleted`` and ``area`` count as fields, too.
    """

    __tablename__ = "conflict"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(RecordId)
    field: Mapped[str] = mapped_column(String(64))
    kept_rev: Mapped[int] = mapped_column(Integer)
    other_rev: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


_UNDECIDED = ConflictRow.__table__.c.settled_at.is_(None)
Index("ix_conflict_open", ConflictRow.__table__.c.record_id, postgresql_where=_UNDECIDED, sqlite_where=_UNDECIDED)


class PersonRow(Base):
    """One individual: the golden record made of all person records linked to it, or the alias of another."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    rev: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[str | None] = mapped_column(RecordId)
    deleted: Mapped[bool] = mapped_column(Boolean)
    data: Mapped[str] = mapped_column(RawJson)
    sealed: Mapped[bytes | None] = mapped_column(Sealed("{id}"))


_IS_ALIAS = PersonRow.__table__.c.merged_into.is_not(None)
Index("ix_person_alias", PersonRow.__table__.c.id, postgresql_where=_IS_ALIAS, sqlite_where=_IS_ALIAS)
Index("ix_person_merged_into", PersonRow.__table__.c.merged_into, postgresql_where=_IS_ALIAS, sqlite_where=_IS_ALIAS)
