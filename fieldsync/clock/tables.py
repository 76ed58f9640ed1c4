"""Tables of the clock: who leads, and which slot of which job was begun."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Instant


class TermRow(Base):
    """One row: the term of the present leader, counted up at each take-over. `beat` moves while the leader lives."""

    __tablename__ = "clock_term"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    term: Mapped[int] = mapped_column(Integer)
    beat: Mapped[int] = mapped_column(Integer)
    holder: Mapped[str | None] = mapped_column(String(80))
    began_at: Mapped[datetime] = mapped_column(Instant)


class JobRunRow(Base):
    """That a job was begun for a slot, the beginning of its stretch of time, and in which term; `ended_at` if whole."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    term: Mapped[int] = mapped_column(Integer)
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
