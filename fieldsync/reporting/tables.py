"""The tables of this room: what it counted of others, by area and month, made anew by each count.

An area is a village, or a district, regency or province with the sums of its villages. `parent` is the area right above
it, so that all areas in one are found together.
"""

from datetime import datetime

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Instant


class TrendCoverageRow(Base):
    """How many are counted for an indicator of coverage (`counted`), and how many of them were `reached`."""

    __tablename__ = "trend_coverage"

    parent: Mapped[str] = mapped_column(String(8), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    area: Mapped[str] = mapped_column(String(13), primary_key=True)
    counted: Mapped[int] = mapped_column(Integer)
    reached: Mapped[int] = mapped_column(Integer)


class TrendFlagsRow(Base):
    """How many flags of a rule were raised."""

    __tablename__ = "trend_flags"

    parent: Mapped[str] = mapped_column(String(8), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    area: Mapped[str] = mapped_column(String(13), primary_key=True)
    program: Mapped[str] = mapped_column(String(16), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    restricted: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    flags: Mapped[int] = mapped_column(Integer)


class TrendTimesRow(Base):
    """How many cases waited for so long: `edge` is the upper end of a step, in minutes (`lives.EDGES`)."""

    __tablename__ = "trend_times"

    parent: Mapped[str] = mapped_column(String(8), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    area: Mapped[str] = mapped_column(String(13), primary_key=True)
    program: Mapped[str] = mapped_column(String(16), primary_key=True)
    edge: Mapped[int] = mapped_column(Integer, primary_key=True)
    cases: Mapped[int] = mapped_column(Integer)


class TrendCountRow(Base):
    """One row: when was counted last."""

    __tablename__ = "trend_count"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    counted_at: Mapped[datetime] = mapped_column(Instant)
