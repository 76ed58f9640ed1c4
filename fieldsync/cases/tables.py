"""The tables of follow-up; private to this room and to `reporting`."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Index, Integer, String, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, Counted, Instant, RawJson, RecordId, Sealed

_NO_PERSON = text("person_id IS NULL")
# Whatever the order of the database's language: an area is looked for by the beginning of its code.
_BY_BEGINNING = {"area": "varchar_pattern_ops"}


class CaseRow(Base):
    """The follow-up of one subject in one program: what its open flags come to, and how far the work is.

    `subject` is a person, or a record (a complaint, an event), a unit, or a pair, where there is no person.
    `severity` and `due` are those of its open flags; None when none is open. `shown_severity` and `shown_due` are those
    of the open flags that everybody may see. `escalation` counts the steps up: 1 to the coordinator, 2 to the head of
    office. `attempts` are visits in a row that did not find her.
    """

    __tablename__ = "follow_up_case"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(RecordId)
    subject: Mapped[str] = mapped_column(String(200))
    program: Mapped[str] = mapped_column(String(16))
    area: Mapped[str] = mapped_column(String(13))
    status: Mapped[str] = mapped_column(String(20))
    severity: Mapped[int | None] = mapped_column(Integer)
    due: Mapped[date | None] = mapped_column(Date)
    assignee: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    emergency_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    escalation: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    rev: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[str | None] = mapped_column(RecordId)
    shown_severity: Mapped[int | None] = mapped_column(Integer)
    shown_due: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        Index("ix_follow_up_case_person", "person_id"),
        Index("ix_follow_up_case_list", "program", "status", "severity", "due", "id"),
        Index("ix_follow_up_case_area", "area", "status"),
        Index("ix_follow_up_case_emergency", "severity", "escalation", "emergency_at"),
        # Room in each page, so that a change of a row stays beside it and touches no index (PostgreSQL).
        {"postgresql_with": {"fillfactor": "80"}},
    )


_CASE = CaseRow.__table__.c
# What somebody still has to do something about, in the order of the list: within an area, and everywhere.
_TO_DO = and_(
    _CASE.merged_into.is_(None),
    _CASE.severity.is_not(None),
    _CASE.status.in_(["acknowledged", "in_progress", "open", "referred"]),
)
for _name, _columns in (
    ("ix_follow_up_case_to_do_area", (_CASE.area, _CASE.severity, _CASE.due, _CASE.id)),
    ("ix_follow_up_case_to_do", (_CASE.severity, _CASE.due, _CASE.id)),
):
    Index(
        _name,
        *_columns,
        postgresql_where=_TO_DO,
        sqlite_where=_TO_DO,
        postgresql_ops=_BY_BEGINNING if _CASE.area in _columns else {},
    )


class CaseTallyRow(Base):
    """How many cases are open in an area, whose code is as long as `level` says, of one program and severity.

    `seen_by` is one of `tallying.EVERYBODY`, `THE_FEW`, `THE_OTHERS`. A case whose area is larger than those of a level
    is counted there under its own.
    """

    __tablename__ = "case_tally"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    area: Mapped[str] = mapped_column(String(13), primary_key=True)
    program: Mapped[str] = mapped_column(String(16), primary_key=True)
    severity: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seen_by: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cases: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_case_tally_area", "level", "area", postgresql_ops=_BY_BEGINNING),)


class CaseDueTallyRow(Base):
    """How many cases are open in a district (or the larger area that they are in) that are due on a day.

    Days that are long past are counted under one (`recounting.LONG_PAST`).
    """

    __tablename__ = "case_due_tally"

    area: Mapped[str] = mapped_column(String(13), primary_key=True)
    program: Mapped[str] = mapped_column(String(16), primary_key=True)
    due: Mapped[date] = mapped_column(Date, primary_key=True)
    seen_by: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cases: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_case_due_tally_area", "area", "due", postgresql_ops=_BY_BEGINNING),)


class CaseTallyChangeRow(Base):
    """By how many (`cases`, of either sign) the two tallies are to be changed; until then it counts beside them."""

    __tablename__ = "case_tally_change"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    area: Mapped[str] = mapped_column(String(13))
    program: Mapped[str] = mapped_column(String(16))
    severity: Mapped[int] = mapped_column(Integer)
    due: Mapped[date] = mapped_column(Date)
    seen_by: Mapped[int] = mapped_column(Integer)
    cases: Mapped[int] = mapped_column(Integer)


class FlagRow(Base):
    """One rule that holds, or held, for a subject and an episode, in the case of one program.

    `version` is the version that raised it. `evidence` are the values it rests on, as `fieldsync.rules.pack` gives
    them, `mark` a digest of them; `handled_on` is when a person dealt with it, `handled_mark` what it rested on then:
    the same values do not raise it again.
    """

    __tablename__ = "flag"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    case_id: Mapped[str] = mapped_column(RecordId)
    person_id: Mapped[str | None] = mapped_column(RecordId)
    subject: Mapped[str] = mapped_column(String(200))
    episode: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    program: Mapped[str] = mapped_column(String(16))
    severity: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(20))
    restricted: Mapped[bool] = mapped_column(Boolean)
    opened_on: Mapped[date] = mapped_column(Date)
    due: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_on: Mapped[date | None] = mapped_column(Date)
    handled_mark: Mapped[str | None] = mapped_column(String(32))
    mark: Mapped[str] = mapped_column(String(32))
    evidence: Mapped[str] = mapped_column(RawJson)

    __table_args__ = (
        UniqueConstraint("rule", "subject", "episode", "program"),
        Index("ix_flag_case", "case_id"),
        Index("ix_flag_person", "person_id"),
        Index("ix_flag_subject", "subject", postgresql_where=_NO_PERSON, sqlite_where=_NO_PERSON),
        # A visit changes most flags of a woman, and the next woman's lie beside hers: room for one change of each.
        {"postgresql_with": {"fillfactor": "50"}},
    )


_RESTRICTED = FlagRow.__table__.c.restricted.is_(True)
Index(
    "ix_flag_restricted",
    FlagRow.__table__.c.case_id,
    postgresql_where=_RESTRICTED,
    sqlite_where=_RESTRICTED,
)


class RuleWordsRow(Base):
    """What a version of a rule says, kept since a flag was raised by it: title, action and source, as JSON text."""

    __tablename__ = "rule_words"

    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(RawJson)


class CaseEventRow(Base):
    """One step in the life of a case, never rewritten: who did what, when, from which status to which."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(RecordId)
    at: Mapped[datetime] = mapped_column(Instant)
    event: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    flag_id: Mapped[str | None] = mapped_column(RecordId)
    detail: Mapped[str] = mapped_column(RawJson)
    sealed: Mapped[bytes | None] = mapped_column(Sealed("case event {case_id}"))

    __table_args__ = (Index("ix_case_event_case", "case_id", "id"),)


class ActionRow(Base):
    """A follow-up action from a tablet, by the flag that it names; kept whether that flag is there yet or not."""

    __tablename__ = "flag_action"

    record_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    flag_id: Mapped[str] = mapped_column(String(80))
    done_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(24))

    __table_args__ = (Index("ix_flag_action_flag", "flag_id"),)


class MentionRow(Base):
    """That a record which is about somebody else names this person record: a delivery its babies, a wedding both."""

    __tablename__ = "mention"

    named_id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    record_id: Mapped[str] = mapped_column(RecordId, primary_key=True)


class WatchRow(Base):
    """When a subject must be looked at again because of the passing of time alone; `record` says it is no person."""

    __tablename__ = "watch"

    id: Mapped[str] = mapped_column(RecordId, primary_key=True)
    record: Mapped[bool] = mapped_column(Boolean)
    look_on: Mapped[date] = mapped_column(Date)

    __table_args__ = (Index("ix_watch_look_on", "look_on", "id"),)
