"""The tables of notices: who is told of what, and the outbox of what is yet to be told; private to this room.

Addresses lie sealed: an e-mail address is personal, and the URL of a webhook or a chat may hold a token.
"""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Instant, RawJson, RecordId, Sealed


class TargetRow(Base):
    """Somebody or something that is told of what happens in some areas and programs.

    `secrets` is a JSON list of the secrets that sign a webhook, the newest first; `failing_since` is since when nothing
    came through; `disabled_why` tells ``gone`` (it said so itself) or ``failing``.
    """

    __tablename__ = "notice_target"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    address: Mapped[bytes] = mapped_column(Sealed("notice address {id}"))
    secrets: Mapped[bytes | None] = mapped_column(Sealed("notice secrets {id}"))
    areas: Mapped[str] = mapped_column(RawJson)
    programs: Mapped[str] = mapped_column(RawJson)
    events: Mapped[str] = mapped_column(RawJson)
    language: Mapped[str] = mapped_column(String(2))
    restricted: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(Instant)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_why: Mapped[str | None] = mapped_column(String(8))

    __table_args__ = (
        CheckConstraint("kind IN ('email', 'webhook', 'apprise')", name="kind"),
        CheckConstraint("(kind = 'webhook') = (secrets IS NOT NULL)", name="secrets"),
        CheckConstraint("language IN ('id', 'en')", name="language"),
        CheckConstraint("length(name) BETWEEN 1 AND 80", name="name"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name="disabled"),
    )


class NoticeRow(Base):
    """One thing to tell one target, once.

    `about` is the id of the case, or a day; `step` tells apart what happens to one case again. `detail` is JSON text
    without personal data. `next_at` is when it is to be sent, or, while it is being sent, when it is taken for lost;
    `attempts` counts how often it was taken to be sent. No foreign key leads to the target: the push that queues a
    notice must not fail because an operator removes the target in that instant.
    """

    __tablename__ = "notice"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    target_id: Mapped[str] = mapped_column(RecordId)
    event: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(RawJson)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(6))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        UniqueConstraint("target_id", "event", "about", "step", name="uq_notice_told"),
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        CheckConstraint("(state = 'queued') = (ended_at IS NULL)", name="ended"),
        Index("ix_notice_due", "state", "next_at", "id"),
    )
