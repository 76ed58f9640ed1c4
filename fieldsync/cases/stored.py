"""Flags and cases as they are kept: read for some subjects, written back as whole sets of rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha1
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, or_, select

from fieldsync.cases.tables import CaseEventRow, CaseRow, FlagRow
from fieldsync.cases.tallying import Share, note_changes, shares_of
from fieldsync.db import add_rows, change_rows, member_of, members
from fieldsync.ledger.feed import Change
from fieldsync.rules import SEVERITIES

_SPACE = UUID("6f1b7c52-6a0e-5c0b-9a63-2f6f2c1d7a10").bytes
OPEN = frozenset({"open", "acknowledged", "in_progress", "referred"})
_FLAG = (
    *("id", "case_id", "person_id", "subject", "episode", "rule", "version", "program", "severity", "state", "why"),
    *("restricted", "opened_on", "due", "opened_at", "closed_at", "handled_on", "handled_mark", "mark", "evidence"),
)
_FLAG_BUT_EVIDENCE = _FLAG[:-1]
# What changes of a flag that stays with its subject: no index holds any of it.
_FLAG_STATE = (
    *("id", "version", "severity", "state", "why", "restricted", "opened_on", "due", "opened_at", "closed_at"),
    *("handled_on", "handled_mark", "mark"),
)
_CASE = (
    *("id", "person_id", "subject", "program", "area", "status", "severity", "due", "assignee", "opened_at"),
    *("emergency_at", "acknowledged_at", "closed_at", "updated_at", "escalation", "attempts", "rev", "merged_into"),
    *("shown_severity", "shown_due"),
)
_WHOSE = ("case_id", "person_id", "subject", "episode")
# What changes of a flag that goes on standing.
_FLAG_STANDING = ("id", "opened_on", "due", "mark", "evidence")


@dataclass(slots=True)
class Flag:
    """A flag as it is kept; the fields are those of its row, in that order; `severity` counts from 0, the worst.

    `evidence` is None when it was not read; then it stays as it is kept. `renamed` tells that it became another's,
    `stands` that what was looked at lets it stand now.
    """

    id: str
    case_id: str
    person_id: str | None
    subject: str
    episode: str
    rule: str
    version: int
    program: str
    severity: int
    state: str
    why: str | None
    restricted: bool
    opened_on: date
    due: date
    opened_at: datetime
    closed_at: datetime | None
    handled_on: date | None
    handled_mark: str | None
    mark: str
    evidence: str | None = None
    renamed: bool = False
    stands: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it stands open."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Alarm:
    """That people must be told of an emergency: at level 0 it came up, at 1 and 2 it was handed up so far.

    `since` is when it came up; `restricted` tells that it rests on flags alone that few may see.
    """

    case_id: str
    program: str
    area: str
    level: int
    since: datetime
    restricted: bool


@dataclass(slots=True)
class Case:
    """A case as it is kept; the fields are those of its row, in that order; `counted` is how the tallies have it."""

    id: str
    person_id: str | None
    subject: str
    program: str
    area: str
    status: str
    severity: int | None
    due: date | None
    assignee: str | None
    opened_at: datetime
    emergency_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    escalation: int
    attempts: int
    rev: int
    merged_into: str | None
    shown_severity: int | None = None
    shown_due: date | None = None
    counted: tuple[Share, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.counted = self.shares()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status in OPEN and self.severity is not None and self.merged_into is None

    def rest_on(self, flags: Sequence[Flag]) -> None:
        """Take severity and due date from the flags that are open in it."""
        worst = self.severity, self.due = _worst(flags)
        shown = [one for one in flags if not one.restricted]
        self.shown_severity, self.shown_due = worst if len(shown) == len(flags) else _worst(shown)

    def shares(self) -> tuple[Share, ...]:
        """Return what it adds to the tallies of open cases."""
        if not self.is_open or self.severity is None or self.due is None:
            return ()
        worst, shown = (self.severity, self.due), (self.shown_severity, self.shown_due)
        return shares_of(self.area, self.program, worst, shown)

    def count_anew(self) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
        """Take its shares as counted; return what was counted before, and what is now."""
        before, self.counted = self.counted, self.shares()
        return before, self.counted

    def alarm(self, level: int, flags: Sequence[Flag]) -> Alarm:
        """Return what people must be told of it, since of its flags these are emergencies."""
        since = self.emergency_at or self.opened_at
        return Alarm(self.id, self.program, self.area, level, since, all(one.restricted for one in flags))

    def step(self, now: datetime) -> list[Change]:
        """Count one more revision; return what the feed must tell of it."""
        self.rev += 1
        self.updated_at = now
        gone = "merged" if self.merged_into else None if self.is_open else "deleted"
        return [Change("case", self.id, self.rev, self.area, self.program, gone)] if self.area else []


class Event(NamedTuple):
    """One step in the life of a case, as its row has it; `detail` is JSON without personal data, `sealed` a note."""

    case_id: str
    at: datetime
    event: str
    by: str
    before: str | None
    after: str
    flag_id: str | None = None
    detail: str = "{}"
    sealed: bytes | None = None


def case_id(subject: str, program: str) -> str:
    """Return the id of the case of a subject in a program: always the same, whoever opens it."""
    return _uuid5(f"case {subject} {program}")


def flag_id(rule: str, subject: str, episode: str, program: str) -> str:
    """Return the id of a flag: always the same, whatever order its records came in."""
    return _uuid5(f"flag {rule} {subject} {episode} {program}")


def _uuid5(name: str) -> str:
    """Return the UUID of version 5 of a name in our space: as `uuid.uuid5` does, in a third of the time."""
    made = sha1(_SPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def _worst(flags: Sequence[Flag]) -> tuple[int | None, date | None]:
    """Return the worst severity and the earliest due date of flags; Nones of none."""
    if not flags:
        return None, None
    return min([one.severity for one in flags]), min([one.due for one in flags])


def severity_name(severity: int) -> str:
    """Return the word of a severity."""
    return SEVERITIES[severity]


def read_flags(connection: Connection, persons: Iterable[str], subjects: Iterable[str]) -> list[Flag]:
    """Return all flags, open or not, of these persons and of these subjects that are no persons; without evidence."""
    row = FlagRow.__table__.c
    query = select(*(row[name] for name in _FLAG_BUT_EVIDENCE)).where(
        _of(connection, row, sorted(persons), sorted(subjects))
    )
    return [Flag(*one) for one in connection.execute(query).all()]


def read_cases(connection: Connection, persons: Iterable[str], subjects: Iterable[str]) -> list[Case]:
    """Return all cases of these persons and subjects, kept from other writers until the commit."""
    row = CaseRow.__table__.c
    query = select(*(row[name] for name in _CASE)).where(_of(connection, row, sorted(persons), sorted(subjects)))
    return [Case(*one) for one in connection.execute(query.order_by(row.id).with_for_update()).all()]


def cases_by_id(connection: Connection, ids: Sequence[str], *, lock: bool = False) -> list[Case]:
    """Return these cases; with `lock`, kept from other writers until the commit."""
    row = CaseRow.__table__.c
    query = select(*(row[name] for name in _CASE)).where(member_of(connection, row.id, ids)).order_by(row.id)
    return [Case(*one) for one in connection.execute(query.with_for_update() if lock else query)]


def flags_of(connection: Connection, case_ids: Sequence[str]) -> list[Flag]:
    """Return all flags of these cases, the worst first."""
    row = FlagRow.__table__.c
    query = select(*(row[name] for name in _FLAG)).where(member_of(connection, row.case_id, case_ids))
    return [Flag(*one) for one in connection.execute(query.order_by(row.severity, row.due, row.id))]


@cache
def open_flags_query(dialect: str, names: tuple[str, ...], *, restricted: bool) -> Select[Any]:
    """Return the statement that reads these columns of the open flags of the cases `ids`, the worst first.

    Without `restricted`, of those alone that everybody may see.
    """
    row = FlagRow.__table__.c
    query = select(*(row[name] for name in names)).where(members(dialect, row.case_id, "ids"), row.state == "open")
    if not restricted:
        query = query.where(row.restricted.is_(False))
    return query.order_by(row.severity, row.due, row.id)


def ids_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of these ids that are of a flag."""
    row = FlagRow.__table__.c
    return set(connection.execute(select(row.id).where(member_of(connection, row.id, ids))).scalars())


def flags_by_id(connection: Connection, ids: Sequence[str]) -> list[Flag]:
    """Return these flags."""
    row = FlagRow.__table__.c
    query = select(*(row[name] for name in _FLAG)).where(member_of(connection, row.id, ids))
    return [Flag(*one) for one in connection.execute(query)]


def _of(connection: Connection, row: Any, persons: Sequence[str], subjects: Sequence[str]) -> Any:
    by_person = member_of(connection, row.person_id, persons)
    if not subjects:
        return by_person
    return or_(by_person, row.person_id.is_(None) & member_of(connection, row.subject, subjects))


def write(
    connection: Connection,
    flags: tuple[Sequence[Flag], Sequence[Flag]],
    cases: tuple[Sequence[Case], Sequence[Case]],
    events: Sequence[Event],
    moved: AbstractSet[str] = frozenset(),
) -> None:
    """Write (new, changed) flags and cases, and what happened; in order of ids, so that writers do not deadlock.

    `moved` are the ids of changed flags of which no more changed than by what and how long they go on standing.
    """
    new, changed = (list(map(_values_of(_CASE), some)) for some in cases)
    add_rows(connection, CaseRow, _CASE, sorted(new))
    change_rows(connection, CaseRow, _CASE, sorted(changed))
    note_changes(connection, [one.count_anew() for some in cases for one in some])
    made, kept = flags
    add_rows(connection, FlagRow, _FLAG, sorted(map(_values_of(_FLAG), made)))
    by_columns: dict[tuple[str, ...], list[Flag]] = defaultdict(list)
    for one in kept:
        by_columns[_FLAG_STANDING if one.id in moved else _changing(one)].append(one)
    for names, some in by_columns.items():
        change_rows(connection, FlagRow, names, sorted(map(_values_of(names), some)))
    add_rows(connection, CaseEventRow, Event._fields, events)


def _changing(one: Flag) -> tuple[str, ...]:
    """Return the columns to write of a flag that was there: who it is about seldom changes."""
    state = _FLAG_STATE if one.evidence is None else (*_FLAG_STATE, "evidence")
    return (*state, *_WHOSE) if one.renamed else state


@cache
def _values_of(names: tuple[str, ...]) -> Callable[[Flag | Case], tuple[Any, ...]]:
    return attrgetter(*names)


case_state = _values_of(_CASE)
flag_state = _values_of(_FLAG_BUT_EVIDENCE)
