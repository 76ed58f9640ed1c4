"""What trends are told by: kept numbers, summed within areas by month; never a person.

A count stands for a village; a scope's areas may be of any level.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, String, func, literal, select

from fieldsync.db import within
from fieldsync.reporting.tables import TrendCountRow, TrendCoverageRow, TrendFlagsRow, TrendTimesRow

_LEVELS = (2, 5, 8, 13)  # characters of a code: province, regency, district, village


@dataclass(frozen=True, slots=True)
class Span:
    """What numbers are asked for: areas (codes of any level), programs, and months from the first to the last."""

    areas: Sequence[str]
    programs: Sequence[str]
    first: str
    last: str

    @property
    def level(self) -> int:
        """Characters of the codes that areas are told by: those in the one area, or the areas themselves."""
        longest = max(map(len, self.areas), default=_LEVELS[1])
        if len(self.areas) > 1:
            return longest
        return next((one for one in _LEVELS if one > longest), longest)


class Covered(NamedTuple):
    """Of how many (`counted`) how many were `reached`; `area` is empty where areas are not told apart."""

    indicator: str
    month: str
    area: str
    counted: int
    reached: int


class Waited(NamedTuple):
    """How many cases waited for so long: `edge` in minutes, one of `lives.EDGES`, LONGER or NOT_YET."""

    indicator: str
    month: str
    area: str
    edge: int
    cases: int


class Raised(NamedTuple):
    """How many flags of a rule were raised."""

    rule: str
    month: str
    area: str
    flags: int


def covered(connection: Connection, span: Span, indicators: Iterable[str], *, by_area: bool) -> list[Covered]:
    """Return coverage by indicator and month, by area too if so asked; one statement."""
    row = TrendCoverageRow.__table__.c
    what = (row.indicator, row.month, _place(row.area, span, by_area=by_area))
    query = (
        select(*what, func.sum(row.counted), func.sum(row.reached))
        .where(row.indicator.in_(list(indicators)), row.month.between(span.first, span.last))
        .where(within(row.area, span.areas))
        .group_by(*what)
    )
    return [Covered(*one) for one in connection.execute(query.order_by(*what))]


def waited(connection: Connection, span: Span, indicators: Iterable[str], *, by_area: bool) -> list[Waited]:
    """Return how long cases waited by indicator and month, by area too if so asked; one statement."""
    row = TrendTimesRow.__table__.c
    what = (row.indicator, row.month, _place(row.area, span, by_area=by_area), row.edge)
    query = (
        select(*what, func.sum(row.cases))
        .where(row.indicator.in_(list(indicators)), row.month.between(span.first, span.last))
        .where(row.program.in_(list(span.programs)), within(row.area, span.areas))
        .group_by(*what)
    )
    return [Waited(*one) for one in connection.execute(query.order_by(*what))]


def raised(connection: Connection, span: Span, *, restricted: bool) -> list[Raised]:
    """Return the flags that were raised by rule, month and area; one statement.

    Args:
        connection: for reading.
        span: where and when.
        restricted: whether those count that only few may see.
    """
    row = TrendFlagsRow.__table__.c
    what = (row.rule, row.month, _place(row.area, span, by_area=True))
    query = (
        select(*what, func.sum(row.flags))
        .where(row.month.between(span.first, span.last), row.program.in_(list(span.programs)))
        .where(within(row.area, span.areas))
        .group_by(*what)
    )
    if not restricted:
        query = query.where(row.restricted.is_(False))
    return [Raised(*one) for one in connection.execute(query.order_by(*what))]


def counted_at(connection: Connection) -> datetime | None:
    """Return when was counted last; None when never."""
    return connection.execute(select(TrendCountRow.counted_at)).scalar_one_or_none()


def _place(area: ColumnElement[str], span: Span, *, by_area: bool) -> ColumnElement[str]:
    """Return the area that a village is told by: the beginning of its code."""
    return func.substr(area, 1, literal(span.level if by_area else 0, literal_execute=True), type_=String)
