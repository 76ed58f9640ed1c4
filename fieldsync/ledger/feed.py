"""The change feed: every writer publishes through here, last before its commit.

Per district one counter row is bumped by as many numbers as there are changes; the
row's lock is held until the commit, so a change with a lower number is always
visible before one with a higher. That, and nothing about clocks, makes pulls
free of gaps. Counters are taken in sorted order, so that writers do not deadlock.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, insert, or_, select, text, update

from fieldsync.db import add_rows
from fieldsync.ledger.tables import ChangeRow, CounterRow, EpochRow

DISTRICT_CODE_LENGTH = 8

_COLUMNS = ("district", "n", "entity", "id", "rev", "area", "program", "gone")
_BUMP_ALL = text(
    "INSERT INTO feed_counter (district, n) "
    "SELECT district, k FROM unnest(CAST(:districts AS text[]), CAST(:counts AS bigint[])) AS given(district, k) "
    "ORDER BY district ON CONFLICT (district) DO UPDATE SET n = feed_counter.n + excluded.n RETURNING district, n"
)
_BUMP_ONE = text(
    "INSERT INTO feed_counter (district, n) VALUES (:district, :count) "
    "ON CONFLICT (district) DO UPDATE SET n = feed_counter.n + excluded.n RETURNING n"
)


class Change(NamedTuple):
    """What changed: an entity (person, record, case, reference) at its new revision, where, and for which program."""

    entity: str
    id: str
    rev: int
    area: str
    program: str
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change as read back, with its number in its district."""

    n: int
    change: Change


@dataclass(frozen=True)
class Epoch:
    """The life of this database, and per district the number below which departed things were purged."""

    name: str
    horizon: Mapping[str, int]


def publish(connection: Connection, changes: Iterable[Change]) -> None:
    """Number `changes` and append them. Must be the last statements of the unit of work."""
    by_district: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_district[change.area[:DISTRICT_CODE_LENGTH]].append(change)
    if not by_district:
        return
    last = _bump(connection, {district: len(found) for district, found in by_district.items()})
    rows: list[tuple[Any, ...]] = []
    for district, found in by_district.items():
        first = last[district] - len(found) + 1
        rows.extend((district, first + offset, *change) for offset, change in enumerate(found))
    add_rows(connection, ChangeRow, _COLUMNS, rows)


def _bump(connection: Connection, counts: dict[str, int]) -> dict[str, int]:
    if connection.dialect.name == "postgresql":
        given = {"districts": list(counts), "counts": list(counts.values())}
        return {row.district: row.n for row in connection.execute(_BUMP_ALL, given)}
    return {
        district: connection.execute(_BUMP_ONE, {"district": district, "count": counts[district]}).scalar_one()
        for district in sorted(counts)
    }


def heads(connection: Connection, areas: Sequence[str]) -> dict[str, int]:
    """Return the last number of every district that these areas (codes of any level) touch, in order of the areas."""
    counter = CounterRow.__table__.c
    touched = or_(*(_touches(counter.district, area) for area in areas))
    rows = connection.execute(select(counter.district, counter.n).where(touched).order_by(counter.district))
    return {row.district: row.n for row in rows}


def _touches(district: ColumnElement[str], area: str) -> ColumnElement[bool]:
    if len(area) >= DISTRICT_CODE_LENGTH:
        return district == area[:DISTRICT_CODE_LENGTH]
    return district.startswith(area + ".", autoescape=True)


def after(
    connection: Connection,
    district: str,
    n: int,
    limit: int,
    programs: Sequence[str],
    areas: Sequence[str] | None = None,
) -> list[Numbered]:
    """Return up to `limit` changes of a district numbered above `n`, in order, of these programs.

    Args:
        connection: any connection; each call sees the newest committed state.
        district: district code.
        n: the last number already seen.
        limit: how many at most.
        programs: names of programs, ``common`` among them.
        areas: village codes to keep; None keeps all of the district.
    """
    query = _AFTER if areas is None else _AFTER_IN
    given = {"district": district, "after": n, "most": limit, "programs": list(programs), "areas": areas}
    if areas is None:
        del given["areas"]
    return [Numbered(number, Change(*what)) for number, *what in connection.execute(query, given).all()]


_CHANGE = ChangeRow.__table__.c
_AFTER = (
    select(_CHANGE.n, _CHANGE.entity, _CHANGE.id, _CHANGE.rev, _CHANGE.area, _CHANGE.program, _CHANGE.gone)
    .where(
        _CHANGE.district == bindparam("district"),
        _CHANGE.n > bindparam("after"),
        _CHANGE.program.in_(bindparam("programs", expanding=True)),
    )
    .order_by(_CHANGE.n)
    .limit(bindparam("most"))
)
_AFTER_IN = _AFTER.where(_CHANGE.area.in_(bindparam("areas", expanding=True)))


def epoch(connection: Connection) -> Epoch:
    """Return the present epoch and the purge horizon."""
    row = connection.execute(select(EpochRow.epoch, EpochRow.horizon)).one()
    return Epoch(row.epoch, orjson.loads(row.horizon))


def begin_epoch(connection: Connection) -> str:
    """Begin a new epoch, as after a restore from a backup: every cursor given before answers 410 from now on."""
    name = secrets.token_hex(4)
    if connection.execute(update(EpochRow).values(epoch=name)).rowcount == 0:
        connection.execute(insert(EpochRow).values(id=1, epoch=name, horizon="{}"))
    return name
