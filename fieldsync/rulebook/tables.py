"""The tables of the rules in force; private to this room and to `reporting`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Instant, RawJson, RecordId


class OfficeRulesRow(Base):
    """A set of an office's own rule files: proposed, then in force or withdrawn, then superseded; never rewritten.

    `texts` is the content of each file by its name, `digest` tells it from other sets. `against` is the digest of all
    rules that were in force when it was tried; `dry_run` is what that came to. `ended_by` withdrew it, or approved
    what superseded it.
    """

    __tablename__ = "office_rules"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    against: Mapped[str] = mapped_column(String(64))
    texts: Mapped[str] = mapped_column(RawJson)
    dry_run: Mapped[str] = mapped_column(RawJson)
    proposed_by: Mapped[str] = mapped_column(RecordId, ForeignKey("office_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(RecordId, ForeignKey("office_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(RecordId, ForeignKey("office_user.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'in_force', 'superseded', 'withdrawn')", name="state"),
        CheckConstraint("approved_by <> proposed_by", name="second_person"),
        CheckConstraint("(state IN ('in_force', 'superseded')) = (approved_by IS NOT NULL)", name="approved"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_at"),
    )


_STATE = OfficeRulesRow.__table__.c.state
Index(
    "ix_office_rules_in_force",
    _STATE,
    unique=True,
    postgresql_where=_STATE == "in_force",
    sqlite_where=_STATE == "in_force",
)


class SpreadRow(Base):
    """One row: by which book everybody was last put on the watch to be judged anew, and how far that came.

    `book` names rules and the day since which their versions count. `place` is where to go on, None when it is done.
    """

    __tablename__ = "rules_spread"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    book: Mapped[str] = mapped_column(String(80))
    place: Mapped[str | None] = mapped_column(String(50))
