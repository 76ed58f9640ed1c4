"""What trends are told by: kept numbers of areas by month; never a person.

Areas of every level have their own; those that lie in one are found by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, String, and_, false, func, literal, or_, select

from fieldsync.access import covers
from fieldsync.reporting.tables import TrendCountRow, TrendCoverageRow, TrendFlagsRow, TrendTimesRow

_VILLAGE = 13  # characters of its code


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
    what = (row.indicator, row.month, _named(row.area, by_area=by_area))
    query = (
        select(*what, func.sum(row.counted), func.sum(row.reached))
        .where(row.indicator.in_(list(indicators)), row.month.between(span.first, span.last))
        .where(_of(row, span, by_area=by_area))
        .group_by(*what)
    )
    return [Covered(*one) for one in connection.execute(query.order_by(*what))]


def waited(connection: Connection, span: Span, indicators: Iterable[str], *, by_area: bool) -> list[Waited]:
    """Return how long cases waited by indicator and month, by area too if so asked; one statement."""
    row = TrendTimesRow.__table__.c
    what = (row.indicator, row.month, _named(row.area, by_area=by_area), row.edge)
    query = (
        select(*what, func.sum(row.cases))
        .where(row.indicator.in_(list(indicators)), row.month.between(span.first, span.last))
        .where(row.program.in_(list(span.programs)), _of(row, span, by_area=by_area))
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
    what = (row.rule, row.month, row.area)
    query = (
        select(*what, func.sum(row.flags))
        .where(row.month.between(span.first, span.last), row.program.in_(list(span.programs)))
        .where(_of(row, span, by_area=True))
        .group_by(*what)
    )
    if not restricted:
        query = query.where(row.restricted.is_(False))
    return [Raised(*one) for one in connection.execute(query.order_by(*what))]


def counted_at(connection: Connection) -> datetime | None:
    """Return when was counted last; None when never."""
    return connection.execute(select(TrendCountRow.counted_at)).scalar_one_or_none()


def _named(area: ColumnElement[str], *, by_area: bool) -> ColumnElement[str]:
    """Return what an area is told by: nothing, where areas are not told apart."""
    return area if by_area else func.substr(area, 1, literal(0, literal_execute=True), type_=String)


def _of(row: Any, span: Span, *, by_area: bool) -> ColumnElement[bool]:
    """Return the condition for a span's areas; told apart, one alone is told by those that lie in it."""
    tops = span.tops
    if by_area and len(tops) == 1 and len(tops[0]) < _VILLAGE:
        inside: ColumnElement[bool] = row.parent == tops[0]
        return inside
    return or_(false(), *(and_(row.parent == one.rpartition(".")[0], row.area == one) for one in tops))
