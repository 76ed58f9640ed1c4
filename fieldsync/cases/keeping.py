"""Keeping flags and cases true to the records: what opens, what closes, what a case comes to, and what is told of it.

One call for a whole batch, or for a chunk of what the clock wants looked at. It is a function of the records, of what
people did, and of the day: run twice it changes nothing the second time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from fieldsync.cases.gathering import Gathered, Touched, day_of, gather
from fieldsync.cases.life import Lives, live
from fieldsync.cases.stored import Alarm, read_cases, read_flags, write
from fieldsync.cases.upkeep import SEEN_WHOLE, Upkeep
from fieldsync.cases.watching import watch
from fieldsync.cases.words import note_words
from fieldsync.db import Sealer
from fieldsync.ledger.feed import Change
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import sheets_of
from fieldsync.programs.workdays import national_days_off
from fieldsync.rules import Book, Rule, Sheet


class Raised(NamedTuple):
    """A flag as the answer to a push names it."""

    rule: Rule
    due: date

    def said(self, language: str) -> dict[str, Any]:
        """Return the contract's object."""
        rule = self.rule
        due = self.due.isoformat()
        return {"rule": rule.id, "severity": rule.severity, "due": due, "action": rule.action[language]}


@dataclass(slots=True)
class Followed:
    """What following up came to: changes for the feed, per record the flags that rest on it, and emergencies."""

    changes: list[Change] = field(default_factory=list)
    raised: dict[str, list[Raised]] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)


def follow(connection: Connection, sealer: Sealer, book: Book, touched: Touched, now: datetime) -> Followed:
    """Bring flags and cases up to date for what changed.

    Args:
        connection: a writing connection, after the records and persons were written.
        sealer: opens identity values.
        book: the rules that count today.
        touched: what changed, or what time wants looked at.
        now: the moment; its calendar day in Asia/Jakarta is the day of the rules.

    Raises:
        sqlalchemy.exc.IntegrityError: another writer opened the same flag or case in this instant; run again.
    """
    gathered = gather(connection, sealer, touched if book.goes_on else touched.whole(), day_of(now))
    return settle(connection, book, gathered, now, touched.told)


def settle(
    connection: Connection, book: Book, gathered: Gathered, now: datetime, told: frozenset[str] = frozenset()
) -> Followed:
    """Judge what was gathered and write what it comes to; see `follow`."""
    today = day_of(now)
    frame = Frame(today, book.tables, national_days_off(today))
    sheets = list(sheets_of(gathered.folder, frame, SEEN_WHOLE))
    made = _settle(connection, book, gathered, sheets, now, told)
    watch(connection, book, gathered, sheets, today)
    return made


def judge_apart(connection: Connection, book: Book, sheets: Sequence[Sheet], now: datetime) -> list[Change]:
    """Bring up to date the flags of what is no person and is seen whole elsewhere: sendings, pairs, units.

    A sheet without facts closes what stands open of its subject.
    """
    nobody = Gathered(Folder([]), frozenset(), frozenset(), {}, {})
    return _settle(connection, book, nobody, sheets, now, apart=True).changes


def _settle(
    connection: Connection,
    book: Book,
    gathered: Gathered,
    sheets: Sequence[Sheet],
    now: datetime,
    told: frozenset[str] = frozenset(),
    *,
    apart: bool = False,
) -> Followed:
    today = day_of(now)
    subjects = {*gathered.loose, *(one.subject for one in sheets if one.person is None)}
    persons = {*gathered.persons, *gathered.formerly}
    kept = Upkeep(book, gathered, now, today, apart)
    kept.take_cases(read_cases(connection, persons, subjects))
    kept.take_flags(read_flags(connection, persons, subjects))
    lives = live(book, sheets, today, kept.handled(), kept.stood())
    kept.open_all(connection, lives)
    kept.close_others(lives, {one.subject for one in sheets})
    kept.sum_up()
    write(
        connection, (kept.new_flags, kept.changed_flags), (kept.new_cases, kept.changed_cases), kept.events, kept.moved
    )
    note_words(connection, kept.rules)
    return Followed(kept.changes, _by_record(lives, told), kept.alarms)


def _by_record(lives: Lives, told: frozenset[str]) -> dict[str, list[Raised]]:
    found: dict[str, list[Raised]] = defaultdict(list)
    if not told:
        return found
    for one in lives.standing.values():
        finding = one.finding
        records = {ground.record for ground in finding.grounds}
        records.add(finding.sheet.record)
        for record in told.intersection(records):
            found[record].append(Raised(finding.rule, one.due))
    for flags in found.values():
        flags.sort(key=lambda one: (one.rule.rank, one.due, one.rule.id))
    return found
