"""The tables of the identity room; private to it and to `reporting`.

Profiles and keys are derived: they can be rebuilt from the records and the live links. Links, merges, splits
and what humans said are history: rows are added and ended, never rewritten.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Counted, Instant, RawJson, RecordId, Sealed


class KeyRow(Base):
    """One of the keys by which a person is looked for: the keyed hash of something that two records would share."""

    __tablename__ = "identity_key"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(RecordId, primary_key=True)


class ProfileRow(Base):
    """What is known of one person for comparing, sealed: it holds names and numbers. `rev` counts its writings."""

    __tablename__ = "identity_profile"

    person_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    rev: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(Sealed("profile {person_id}"))


class WordRow(Base):
    """How many records were counted with a word in their name, by its keyed hash; key 0 counts the records."""

    __tablename__ = "identity_word"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer)


class LinkRow(Base):
    """That a record is about a person: who or what decided it, how sure, with which weights, and until when."""

    __tablename__ = "person_link"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(RecordId, index=True)
    person_id: Mapped[str] = mapped_column(RecordId)
    decided_by: Mapped[str] = mapped_column(String(80))
    p: Mapped[float | None] = mapped_column(Float)
    model: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(RawJson)
    at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class MergeRow(Base):
    """That two persons turned out to be one: the loser's id is an alias from then on, until it is undone."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    loser: Mapped[str] = mapped_column(RecordId, index=True)
    winner: Mapped[str] = mapped_column(RecordId, index=True)
    last_link: Mapped[int] = mapped_column(Counted)
    decided_by: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(RawJson)
    at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class SplitRow(Base):
    """That some records of a person turned out to be about another."""

    __tablename__ = "person_split"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(RecordId, index=True)
    new_person_id: Mapped[str] = mapped_column(RecordId, index=True)
    records: Mapped[str] = mapped_column(RawJson)
    decided_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[bytes | None] = mapped_column(Sealed("note {new_person_id}"))
    at: Mapped[datetime] = mapped_column(Instant)


class ApartRow(Base):
    """That a human said of two records (the lower id first) that they are about two people; it holds for ever."""

    __tablename__ = "not_same"

    a: Mapped[str] = mapped_column(RecordId, primary_key=True)
    b: Mapped[str] = mapped_column(RecordId, primary_key=True, index=True)
    decided_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)


class ReviewRow(Base):
    """A pair of records that awaits a human, or was decided; names records, since persons merge and part.

    `id` is made of the two, so that a pair can't be queued twice. `gain` orders the queue: the probability
    times how many records would come together. `note` is sealed: a human's words may hold names.
    """

    __tablename__ = "identity_review"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    record_a: Mapped[str] = mapped_column(RecordId)
    record_b: Mapped[str] = mapped_column(RecordId)
    area_a: Mapped[str] = mapped_column(String(13))
    area_b: Mapped[str] = mapped_column(String(13))
    p: Mapped[float] = mapped_column(Float)
    gain: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(String(20))
    levels: Mapped[str] = mapped_column(RawJson)
    model: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[bytes | None] = mapped_column(Sealed("note {id}"))

    __table_args__ = (
        Index("ix_identity_review_queue", "status", "gain", "id"),
        Index("ix_identity_review_a", "record_a"),
        Index("ix_identity_review_b", "record_b"),
    )
