"""Refused records that wait for somebody, for whoever works where they belong, newest first.

Of several refused under one id only the newest is told, and none that came again and waits for what it names.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from fieldsync.access import Scope
from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.db import within
from fieldsync.ledger.tables import HeldRow, QuarantineRow
from fieldsync.programs import PROGRAMS

_ROW = QuarantineRow.__table__.c


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused record: its place in which receipt, who sent it when, and why it was refused, in the tablet's language.

    `area` is of any level; `van` and `tablet` are names.
    """

    id: int
    record_id: str | None
    receipt: str
    position: int
    device_id: str
    received_at: datetime
    area: str
    errors: list[dict[str, str]]
    van: str | None
    tablet: str | None


def refusals(connection: Connection, scope: Scope, limit: int, after: int | None = None) -> list[Refusal]:
    """Return up to `limit` refused records of a scope, newest first, behind the one of this number; one statement."""
    query = _told().where(*_waiting(scope)).order_by(_ROW.id.desc()).limit(limit)
    if after is not None:
        query = query.where(_ROW.id < after)
    return [_refusal(one) for one in connection.execute(query).mappings()]


def refusal(connection: Connection, scope: Scope, entry_id: int) -> Refusal | None:
    """Return one refused record of a scope that waits still."""
    found = connection.execute(_told().where(_ROW.id == entry_id, *_waiting(scope))).mappings().one_or_none()
    return None if found is None else _refusal(found)


def open_refusals(connection: Connection, scope: Scope) -> int:
    """Return how many refused records of a scope wait."""
    query = select(func.count()).select_from(QuarantineRow).where(*_waiting(scope))
    return int(connection.execute(query).scalar_one())


def _told() -> Select[Any]:
    names = ("id", "record_id", "receipt", "position", "device_id", "received_at", "area", "errors")
    query = select(*(_ROW[name] for name in names), VanRow.name.label("van"), DeviceRow.name.label("tablet"))
    query = query.select_from(QuarantineRow).outerjoin(DeviceRow, DeviceRow.id == _ROW.device_id)
    return query.outerjoin(VanRow, VanRow.id == DeviceRow.van_id)


def _refusal(one: Any) -> Refusal:
    return Refusal(**{**one, "errors": orjson.loads(one["errors"])})


def _waiting(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    newer, held = QuarantineRow.__table__.alias("newer").c, HeldRow.__table__.c
    again = exists().where(newer.record_id == _ROW.record_id, newer.settled_at.is_(None), newer.id > _ROW.id)
    waits = exists().where(held.record_id == _ROW.record_id, held.received_at >= _ROW.received_at)
    return _ROW.settled_at.is_(None), within(_ROW.area, scope.areas), _of_program(scope), ~again, ~waits


def _of_program(scope: Scope) -> ColumnElement[bool]:
    ours = _ROW.program.in_(["common", *scope.programs])
    # What it is about can't be told: only who works for all programs may see it.
    return or_(ours, _ROW.program.is_(None)) if {*PROGRAMS} <= {*scope.programs} else ours
