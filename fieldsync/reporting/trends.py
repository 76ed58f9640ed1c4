"""What trends are told by: kept numbers by month, or of the areas in one; never a person.

Areas of every level have their own numbers; those that lie in one are found by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from fieldsync.access import LEVELS, covers
from fieldsync.reporting.tables import TrendCountRow, TrendCoverageRow, TrendFlagsRow, TrendTimesRow

By = Literal["month", "area", "rule"]


@dataclass(frozen=True, slots=True)
class Span:
    """What numbers are asked for: areas (codes of any level), programs, and months from the first to the last."""

    areas: Sequence[str]
    programs: Sequence[str]
    first: str
    last: str

    @property
    def tops(self) -> Sequence[str]:
        """The areas of which none lies in another."""
        return [one for one in self.areas if not any(other != one and covers(other, one) for other in self.areas)]


class Covered(NamedTuple):
    """Of how many (`counted`) how many were `reached`, for a month or area (`key`)."""

    indicator: str
    key: str
    counted: int
    reached: int


class Waited(NamedTuple):
    """How many cases of a month or area waited for so long: `edge` of `lives.EDGES`, in minutes, LONGER or NOT_YET."""

    indicator: str
    key: str
    edge: int
    cases: int


class Raised(NamedTuple):
    """How many flags of a month, area or rule were raised."""

    key: str
    flags: int


def covered(connection: Connection, span: Span, indicators: Iterable[str], by: By) -> list[Covered]:
    """Return coverage by month, or by area over all months; one statement."""
    row = TrendCoverageRow.__table__.c
    what = (row.indicator, row[by])
    query = (
        select(*what, func.sum(row.counted), func.sum(row.reached))
        .where(_where(row, span, by), row.indicator.in_(list(indicators)))
        .group_by(*what)
    )
    return [Covered(*one) for one in connection.execute(query.order_by(*what))]


def waited(connection: Connection, span: Span, indicators: Iterable[str], by: By) -> list[Waited]:
    """Return how long cases waited by month, or by area over all months; one statement."""
    row = TrendTimesRow.__table__.c
    what = (row.indicator, row[by], row.edge)
    query = (
        select(*what, func.sum(row.cases))
        .where(_where(row, span, by), row.indicator.in_(list(indicators)), row.program.in_(list(span.programs)))
        .group_by(*what)
    )
    return [Waited(*one) for one in connection.execute(query.order_by(*what))]


def raised(connection: Connection, span: Span, by: By, *, restricted: bool) -> list[Raised]:
    """Return the flags that were raised by month, or by area or rule over all months; one statement.

    Args:
        connection: for reading.
        span: where and when.
        by: what they are told by.
        restricted: whether those count that only few may see.
    """
    row = TrendFlagsRow.__table__.c
    query = select(row[by], func.sum(row.flags)).where(_where(row, span, by), row.program.in_(list(span.programs)))
    if not restricted:
        query = query.where(row.restricted.is_(False))
    return [Raised(*one) for one in connection.execute(query.group_by(row[by]).order_by(row[by]))]


def counted_at(connection: Connection) -> datetime | None:
    """Return when was counted last; None when never."""
    return connection.execute(select(TrendCountRow.counted_at)).scalar_one_or_none()


def _where(row: Any, span: Span, by: By) -> ColumnElement[bool]:
    """Return the condition for a span; one area, asked for by area, is told by those that lie in it."""
    tops = span.tops
    if by == "area" and len(tops) == 1 and len(tops[0]) < LEVELS["village"]:
        place = row.parent == tops[0]
    else:
        place = or_(false(), *(and_(row.parent == one.rpartition(".")[0], row.area == one) for one in tops))
    return and_(row.month.between(span.first, span.last), place)
