"""The tables of the ledger; private to this room and to `reporting`."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Counted, Instant, RawJson, RecordId, Sealed


class BatchRow(Base):
    """One received batch: its body as sent (compressed, sealed) and what became of every record in it.

    `outcomes` lists ``[record id or null, status, rev or null, device_seq or null]`` in the order of the batch. `body`
    is null when the batch brought nothing new (its content is in earlier rows), or when it was kept for long enough.
    """

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    batch_id: Mapped[str] = mapped_column(RecordId)
    device_id: Mapped[str] = mapped_column(RecordId)
    received_at: Mapped[datetime] = mapped_column(Instant)
    device_time: Mapped[datetime] = mapped_column(Instant)
    skew_s: Mapped[float] = mapped_column(Float)
    app_version: Mapped[str | None] = mapped_column(String(40))
    outcomes: Mapped[str] = mapped_column(RawJson)
    body: Mapped[bytes | None] = mapped_column(Sealed("receipt {id}"))

    __table_args__ = (Index("ix_batch_device", "device_id", "received_at"),)


class QuarantineRow(Base):
    """A refused record, by its place in a batch, with the reasons; `settled_at` when it came again and took effect.

    `area` is where it belongs: its own village if the van serves it, else the first area that the van serves. `program`
    is null when that can't be told.
    """

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    receipt: Mapped[str] = mapped_column(RecordId)
    position: Mapped[int] = mapped_column(Integer)
    record_id: Mapped[str | None] = mapped_column(RecordId)
    device_id: Mapped[str] = mapped_column(RecordId)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    errors: Mapped[str] = mapped_column(RawJson)
    received_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    area: Mapped[str | None] = mapped_column(String(13))
    program: Mapped[str | None] = mapped_column(String(8))


_OPEN = QuarantineRow.__table__.c.settled_at.is_(None)
Index("ix_quarantine_open", QuarantineRow.__table__.c.record_id, postgresql_where=_OPEN, sqlite_where=_OPEN)


class HeldRow(Base):
    """A record that waits, by its place in a batch. `edit` is the record as sent with its corrected time, sealed."""

    __tablename__ = "held"

    record_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    device_id: Mapped[str] = mapped_column(RecordId)
    group_id: Mapped[str | None] = mapped_column(RecordId, index=True)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    receipt: Mapped[str] = mapped_column(RecordId)
    position: Mapped[int] = mapped_column(Integer)
    edit: Mapped[bytes] = mapped_column(Sealed("held {record_id}"))


class HeldForRow(Base):
    """What a held record waits for: the id of a record, or a form version that this server does not know yet.

    `why` is ``record`` (named, not there), ``group`` (a refused group mate to be sent again) or ``version``.
    """

    __tablename__ = "held_for"

    awaited: Mapped[str] = mapped_column(String(80), primary_key=True)
    record_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    why: Mapped[str] = mapped_column(String(8))

    __table_args__ = (Index("ix_held_for_record", "record_id", "content_hash"),)


class ChangeRow(Base):
    """One change of one thing in one district, numbered at commit.

    `gone` is null, or why the thing left this place: deleted, merged, out_of_scope.
    """

    __tablename__ = "change"

    district: Mapped[str] = mapped_column(String(8), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    entity: Mapped[str] = mapped_column(String(9))
    id: Mapped[str] = mapped_column(RecordId)
    rev: Mapped[int] = mapped_column(Integer)
    area: Mapped[str] = mapped_column(String(13))
    program: Mapped[str] = mapped_column(String(8))
    gone: Mapped[str | None] = mapped_column(String(12))


class CounterRow(Base):
    """The number of the last change of a district. Locked last before commit: number order is commit order."""

    __tablename__ = "feed_counter"

    district: Mapped[str] = mapped_column(String(8), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class EpochRow(Base):
    """One row: the life of this database. A restore from a backup begins a new epoch."""

    __tablename__ = "feed_epoch"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(String(16))
    horizon: Mapped[str] = mapped_column(RawJson)


class FeedMarkRow(Base):
    """How far the feed reached at a moment, as ``{district: number}``: by it the feed's age is told."""

    __tablename__ = "feed_mark"

    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    heads: Mapped[str] = mapped_column(RawJson)
