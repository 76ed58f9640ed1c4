"""Pregnancies that are followed, by due date: how old each is, its visits, its risk score.

All of it is worked out as the rules do, so that the register and the flags never differ.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Date, String, cast, exists, func, literal, literal_column, or_, select
from sqlalchemy import tuple_ as row_of

from fieldsync import cases
from fieldsync.access import Scope
from fieldsync.cases import Touched
from fieldsync.db import Sealer, json_text, within
from fieldsync.programs.folder import Entry, Folder, day_of
from fieldsync.programs.kin import person_entry
from fieldsync.programs.maternal.course import is_active, visits_of
from fieldsync.programs.maternal.dating import TERM_DAYS, datings_of
from fieldsync.programs.maternal.kspr import score_of
from fieldsync.registry.tables import PersonRow, RecordRow
from fieldsync.rulebook import book_of

PROGRAM = "maternal"
_ROW = RecordRow.__table__.c


class Due(NamedTuple):
    """Where a pregnancy stands in the list: its due date, ISO, and its id."""

    on: str
    id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pregnancies: of an area (code of any level), due in a month (its first day), behind a place."""

    area: str | None
    month: date | None
    after: Due | None
    limit: int


@dataclass(frozen=True, slots=True)
class Followed:
    """A pregnancy that is followed: whose, where, age in days, due date, number of visits, the last one, KSPR score."""

    id: str
    person_id: str
    area: str
    due: date
    age_days: int
    visits: int
    last_visit: date | None
    score: int


def followed_pregnancies(
    connection: Connection, sealer: Sealer, scope: Scope, asked: Asked, today: date
) -> tuple[list[Followed], Due | None]:
    """Return a page of the pregnancies of a scope that are followed, and where the next begins, None after the last."""
    found: list[Followed] = []
    areas, after = scope.areas_under(asked.area), asked.after
    while areas and scope.covers_program(PROGRAM):
        rows = connection.execute(_query(connection, areas, asked, after)).all()
        found += _told(connection, sealer, [one.id for one in rows], {str(one.person) for one in rows}, today)
        if len(found) > asked.limit or len(rows) <= asked.limit:
            break
        after = Due(rows[-1].due, rows[-1].id)
    page = found[: asked.limit]
    last = page[-1] if len(found) > asked.limit else None
    return page, None if last is None else Due(last.due.isoformat(), last.id)


def _told(connection: Connection, sealer: Sealer, ids: list[str], persons: set[str], today: date) -> list[Followed]:
    gathered, _ = cases.gather_past(connection, sealer, Touched(frozenset(persons)))
    card = book_of(connection, today).tables["kspr"]
    entries = {one.id: one for one in gathered.folder.of_type("pregnancy")}
    those = [entries[one] for one in ids if one in entries and is_active(gathered.folder, entries[one])]
    return [_one(gathered.folder, one, card, today) for one in those]


def _one(folder: Folder, pregnancy: Entry, card: Any, today: date) -> Followed:
    dating, visits = datings_of(folder)[pregnancy.id], visits_of(folder, pregnancy)
    score = score_of(pregnancy, person_entry(folder, pregnancy.person), visits, dating, card, today)
    last = day_of(visits[-1].data, "visit_date") if visits else None
    due = date.fromordinal(dating.lmp.toordinal() + TERM_DAYS)
    whose = (pregnancy.id, str(pregnancy.person), str(pregnancy.area))
    return Followed(*whose, due, dating.age(today), len(visits), last, score.total)


def _query(connection: Connection, areas: tuple[str, ...], asked: Asked, after: Due | None) -> Any:
    """Select one more than a page of those that are active and have no delivery; who died since is seen to later."""
    dialect = connection.dialect.name
    alias = PersonRow.__table__.alias("alias").c
    who = func.coalesce(select(alias.merged_into).where(alias.id == _ROW.person_id).scalar_subquery(), _ROW.person_id)
    due = _due(dialect)
    query = select(_ROW.id, who.label("person"), due.label("due")).where(
        *(_ROW.type == "pregnancy", _ROW.deleted.is_(False), within(_ROW.area, areas)),
        *(json_text(dialect, _ROW.data, "status") == "active", due.is_not(None), ~_delivered(dialect, who)),
    )
    if asked.month is not None:
        query = query.where(func.substr(due, 1, 7) == asked.month.isoformat()[:7])
    if after is not None:
        place = row_of(literal(after.on, String), literal(after.id, _ROW.id.type))
        query = query.where(row_of(due, _ROW.id) > place)
    return query.order_by(due, _ROW.id).limit(asked.limit + 1)


def _delivered(dialect: str, who: ColumnElement[Any]) -> ColumnElement[bool]:
    delivery, person = RecordRow.__table__.alias("delivery").c, PersonRow.__table__.alias("hers").c
    hers = select(person.id).where(or_(person.id == who, person.merged_into == who))
    named = func.lower(json_text(dialect, delivery.data, "pregnancy_id")) == cast(_ROW.id, String)
    return exists().where(delivery.person_id.in_(hers), delivery.type == "delivery", delivery.deleted.is_(False), named)


def _due(dialect: str) -> ColumnElement[str]:
    """Return the due date as ISO text, by the dating that rules go by."""
    scan, lmp, stated = (json_text(dialect, _ROW.data, name) for name in ("edd_ultrasound", "lmp_date", "edd_stated"))
    if dialect == "postgresql":
        term = func.to_char(cast(lmp, Date) + literal_column(str(TERM_DAYS)), "YYYY-MM-DD")
    else:
        term = func.date(lmp, f"+{TERM_DAYS} days")
    return func.coalesce(scan, term, stated)
