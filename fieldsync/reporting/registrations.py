"""Births and deaths that wait for their registration: those with an open flag that says so, so that cases agree.

The day of the event and what is known of who it is about is what the rules go by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, literal, select
from sqlalchemy import tuple_ as row_of

from fieldsync import cases
from fieldsync.access import Scope
from fieldsync.cases import Touched
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.db import Sealer, within
from fieldsync.programs.folder import Folder, day_of
from fieldsync.programs.kin import birth_of, died_on, person_entry

BIRTH, DEATH = "birth", "death"
KINDS = (BIRTH, DEATH)
# Law 23/2006: a birth is to be registered within 60 days, a death within 30.
DAYS_ALLOWED: Mapping[str, int] = {BIRTH: 60, DEATH: 30}
_RULES: Mapping[str, tuple[str, ...]] = {
    BIRTH: ("XS-BIRTH-01", "XS-BIRTH-02", "CR-BR-02"),
    DEATH: ("XS-DEATH-01", "CR-DT-01"),
}
_KIND_OF = {rule: kind for kind, rules in _RULES.items() for rule in rules}


class Waits(NamedTuple):
    """Where a registration stands in the list: when its flag is due, ISO, and the flag's id."""

    due: str
    id: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which registrations: of a kind, an area (code of any level), behind a place."""

    kind: str | None
    area: str | None
    after: Waits | None
    limit: int


@dataclass(frozen=True, slots=True)
class Unregistered:
    """A birth or death to be registered: its case, who it is about, where, on which day, and what the flag says.

    `person_id` is the child or the dead; of a child who is no person yet, the mother (`of_mother`).
    """

    case_id: str
    kind: str
    rule: str
    person_id: str | None
    of_mother: bool
    area: str
    on: date | None
    due: date


def unregistered(
    connection: Connection, sealer: Sealer, scope: Scope, sought: Sought
) -> tuple[list[Unregistered], Waits | None]:
    """Return a page of what waits for registration, the earliest due first, and where the next begins."""
    flag, case = FlagRow.__table__.c, CaseRow.__table__.c
    rules = [rule for kind in KINDS if sought.kind in (None, kind) for rule in _RULES[kind]]
    # Both programs share some of these rules; each event is told once.
    program = "civil" if "civil" in scope.programs else "maternal" if "maternal" in scope.programs else ""
    query = (
        select(flag.id, flag.case_id, flag.rule, flag.person_id, flag.subject, flag.due, case.area)
        .join_from(FlagRow, CaseRow, case.id == flag.case_id)
        .where(flag.state == "open", flag.rule.in_(rules), case.program == program, case.merged_into.is_(None))
        .where(within(case.area, scope.areas_under(sought.area)))
    )
    if sought.after is not None:
        place = (literal(date.fromisoformat(sought.after.due)), literal(sought.after.id, flag.id.type))
        query = query.where(row_of(flag.due, flag.id) > row_of(*place))
    rows = connection.execute(query.order_by(flag.due, flag.id).limit(sought.limit + 1)).all()
    page = rows[: sought.limit]
    persons = frozenset(one.person_id for one in page if one.person_id)
    folder = cases.gather_past(connection, sealer, Touched(persons))[0].folder
    more = Waits(page[-1].due.isoformat(), page[-1].id) if len(rows) > sought.limit else None
    return [_told(folder, one) for one in page], more


def _told(folder: Folder, one: object) -> Unregistered:
    case_id, rule, person, subject, due, area = (
        getattr(one, name) for name in ("case_id", "rule", "person_id", "subject", "due", "area")
    )
    kind = _KIND_OF[rule]
    on = died_on(folder, person) if kind == DEATH else _born_on(folder, subject)
    return Unregistered(case_id, kind, rule, person, subject != person, area, on, due)


def _born_on(folder: Folder, subject: str) -> date | None:
    """Return the day on which a child was born, by its person's id, or by the delivery's while it is no person."""
    birth = birth_of(folder, subject)
    delivery = folder.record("delivery", subject) if birth is None else birth.delivery
    told = None if delivery is None else day_of(delivery.data, "delivered_on")
    known = person_entry(folder, subject)
    return told or (None if known is None else day_of(known.data, "birth_date"))
