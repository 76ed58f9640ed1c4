"""The tables of the access room; private to it and to `reporting`."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Counted, Instant, RawJson, RecordId, Sealed


class RegionRow(Base):
    """A Kemendagri region: province, regency, district or village, by its dotted code."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    level: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    parent: Mapped[str | None] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        CheckConstraint("level IN ('province', 'regency', 'district', 'village')", name="level"),
        CheckConstraint("(level = 'province') = (parent IS NULL)", name="parent"),
    )


class AreaPlaceRow(Base):
    """Where an area lies, by the office's own map: its outline, thinned, or only a point.

    Whole numbers are steps of the grid of `outlines`; `x` and `y` are where its number stands, `outline` is as
    `outlines.written` makes it and null for a point, `tolerance` what it was thinned by.
    """

    __tablename__ = "area_place"

    code: Mapped[str] = mapped_column(String(13), ForeignKey("region.code"), primary_key=True)
    x: Mapped[int] = mapped_column(Integer)
    y: Mapped[int] = mapped_column(Integer)
    west: Mapped[int] = mapped_column(Integer)
    south: Mapped[int] = mapped_column(Integer)
    east: Mapped[int] = mapped_column(Integer)
    north: Mapped[int] = mapped_column(Integer)
    tolerance: Mapped[int] = mapped_column(Integer)
    outline: Mapped[str | None] = mapped_column(RawJson)

    __table_args__ = (CheckConstraint("west <= east AND south <= north", name="box"),)


class VanRow(Base):
    """A mobile unit."""

    __tablename__ = "van"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("length(name) BETWEEN 1 AND 80", name="name"),)


class VanScopeRow(Base):
    """What a van serves since a moment; append-only, the newest row holds. Cursors name the row they are under."""

    __tablename__ = "van_scope"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    van_id: Mapped[str] = mapped_column(RecordId, ForeignKey("van.id"))
    areas: Mapped[str] = mapped_column(RawJson)
    programs: Mapped[str] = mapped_column(RawJson)
    since: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_van_scope_van", "van_id", "id"),)


class DeviceRow(Base):
    """An enrolled tablet; of its token only a hash is kept."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    van_id: Mapped[str] = mapped_column(RecordId, ForeignKey("van.id"))
    name: Mapped[str] = mapped_column(String(80))
    app_version: Mapped[str | None] = mapped_column(String(40))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    wipe: Mapped[bool] = mapped_column(Boolean)
    last_push_at: Mapped[datetime | None] = mapped_column(Instant)
    last_pull_at: Mapped[datetime | None] = mapped_column(Instant)
    skew_s: Mapped[float | None] = mapped_column(Float)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    applied: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("NOT wipe OR revoked_at IS NOT NULL", name="wipe_when_revoked"),
        CheckConstraint("applied >= 0 AND held >= 0 AND rejected >= 0", name="counts"),
        Index("ix_device_van", "van_id"),
    )


class InvitationRow(Base):
    """An enrolment code, by its keyed hash; good once, until it expires."""

    __tablename__ = "invitation"

    code_hash: Mapped[str] = mapped_column(RecordId, primary_key=True)
    van_id: Mapped[str] = mapped_column(RecordId, ForeignKey("van.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    device_id: Mapped[str | None] = mapped_column(RecordId)

    __table_args__ = (CheckConstraint("(used_at IS NULL) = (device_id IS NULL)", name="used_by_one"),)


class WrongCodeRow(Base):
    """A wrong enrolment code or password, by the keyed hash of where it came from or for whom; kept for a minute."""

    __tablename__ = "wrong_code"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    address_hash: Mapped[str] = mapped_column(RecordId)
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_wrong_code_address", "address_hash", "at"),)


class OfficeUserRow(Base):
    """A person at an office.

    `folded` is the name without regard to case; `password_hash` is Argon2id's own text, or ``none`` for who comes in by
    the issuer only; `issuer_subject` is the keyed hash of the one account at the issuer that they came in by first.
    """

    __tablename__ = "office_user"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    username: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(12))
    areas: Mapped[str] = mapped_column(RawJson)
    programs: Mapped[str] = mapped_column(RawJson)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    issuer_subject: Mapped[str | None] = mapped_column(RecordId)

    __table_args__ = (
        CheckConstraint("role IN ('viewer', 'coordinator', 'data_manager', 'admin')", name="role"),
        CheckConstraint("length(username) BETWEEN 1 AND 80", name="username"),
    )


class SavedFilterRow(Base):
    """A filter of cases that an office user keeps; name and query are sealed, as JSON: a name may tell a person."""

    __tablename__ = "saved_filter"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    user_id: Mapped[str] = mapped_column(RecordId, ForeignKey("office_user.id"))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(Sealed("saved filter {id}"))

    __table_args__ = (Index("ix_saved_filter_user", "user_id"),)


class OfficeSessionRow(Base):
    """A log-in that lasts until it expires or is ended; of its token only a keyed hash is kept."""

    __tablename__ = "office_session"

    token_hash: Mapped[str] = mapped_column(RecordId, primary_key=True)
    user_id: Mapped[str] = mapped_column(RecordId, ForeignKey("office_user.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("expires_at > issued_at", name="lasts"),
        Index("ix_office_session_user", "user_id", "expires_at"),
    )


class AuditRow(Base):
    """Who did what about which thing, and when; append-only. `user_id` is null for the operator at the server."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[str | None] = mapped_column(RecordId, ForeignKey("office_user.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[str] = mapped_column(RawJson)

    __table_args__ = (Index("ix_audit_entry_subject", "subject", "id"), Index("ix_audit_entry_user", "user_id", "id"))
