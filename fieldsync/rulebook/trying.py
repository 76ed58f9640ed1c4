"""A dry run: what other rules would have made of the last days, beside what those in force make of the same records.

It reads one moment of the database, persons in chunks, and writes nothing. Only rules that differ, and those that
they supersede, are told of: the others find the same by either book.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection

from fieldsync import cases, registry
from fieldsync.cases import Replayed, Touched
from fieldsync.db import Sealer, Store
from fieldsync.programs.following import OFFICE, book_on
from fieldsync.rulebook.in_force import RulesInForce, rules_in_force
from fieldsync.rulebook.texts import Texts, checked
from fieldsync.rules import Book, Difference, Rule, RuleFile, Table, difference

AT_ONCE = 500  # persons whose records are in memory at once
DAYS = 90
MOST_NAMED = 200  # flags of a rule that are named as new, and as gone; all are counted


@dataclass(slots=True)
class _Counted:
    """What the two books make of one rule."""

    before: int = 0
    after: int = 0
    open_before: int = 0
    open_after: int = 0
    new: int = 0
    gone: int = 0
    new_flags: list[dict[str, Any]] = field(default_factory=list)
    gone_flags: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Books:
    """The rules that differ, as they are in force and as they would be.

    `as_on` is the day whose versions are compared: today, or the day on which the last of an office's own begins.
    """

    before: Book
    after: Book
    found: Difference
    as_on: date

    @classmethod
    def of(cls, present: RulesInForce, texts: Texts, today: date) -> "Books":
        """Compare what is in force with an office's texts.

        Raises:
            RuleError: something is wrong with the texts.
        """
        files = checked(texts)
        own = [one.valid_from for one in files.rules if _is_own(one)]
        own += [one.valid_from for one in files.tables if _is_own(one)]
        as_on = max([today, *own])
        found = difference(present.book(as_on), book_on(as_on, files))
        return cls(_only(found, present.files, as_on), _only(found, files, as_on), found, as_on)


def _is_own(one: Rule | Table) -> bool:
    return one.origin.startswith(f"{OFFICE}/")


def _only(found: Difference, files: RuleFile, on: date) -> Book:
    """Return the book of those rules alone that must be judged to see what the difference makes."""
    rules = [one for one in files.rules if one.id in found.judged]
    return book_on(on, RuleFile(rules, files.tables))


def dry_run(store: Store, texts: Texts, now: datetime, days: int = DAYS) -> dict[str, Any]:
    """Try an office's texts on the records of the last days.

    A flag counts that stood open on the evening of at least one of the days, or was raised and ended between two of
    them. Looked at is everybody of whom a record was written in these days, and who is on the watch or has an open
    flag besides; each day is judged by what was written by then, and by the versions of one day: today, or later if
    one of the office's own begins later. What people did about flags does not count.

    Args:
        store: the database; read only.
        texts: the files by their names.
        now: the moment; today is its calendar day in Asia/Jakarta.
        days: how many days, today the last of them.

    Returns:
        ``{"days", "first", "last", "as_on", "persons", "records", "rules": [{"rule", "change", "version_before",
        "version_after", "severity", "programs", "restricted", "title", "before", "after", "open_before", "open_after",
        "new", "gone", "new_flags", "gone_flags"}], "totals"}``; flags are ``{"subject", "episode", "area"}``.

    Raises:
        RuleError: something is wrong with the texts.
    """
    today = cases.day_of(now)
    first = today - timedelta(days=days - 1)
    with store.snapshot() as connection:
        books = Books.of(rules_in_force(connection), texts, today)
        trial = _Trial(books, first, today)
        if books.found.judged:
            trial.run(connection, store.sealer)
    return trial.told()


class _Trial:
    """A dry run while it goes on."""

    def __init__(self, books: Books, first: date, today: date) -> None:
        self.books, self.first, self.today = books, first, today
        self.persons = self.records = 0
        self.counted = {one: _Counted() for one in sorted(books.found.reached)}

    def run(self, connection: Connection, sealer: Sealer) -> None:
        since = datetime.combine(self.first, time(), cases.ZONE)
        persons = merge(registry.persons_seen_since(connection, since), cases.persons_concerned(connection))
        for some in _chunks(one for one, _ in groupby(persons)):
            self.persons += len(some)
            self._judge(connection, sealer, Touched(frozenset(some)))
        loose = {*registry.loose_seen_since(connection, since), *cases.records_concerned(connection)}
        for some in _chunks(sorted(loose)):
            self.records += len(some)
            self._judge(connection, sealer, Touched(frozenset(), loose=frozenset(some)))

    def _judge(self, connection: Connection, sealer: Sealer, touched: Touched) -> None:
        gathered, first_seen = cases.gather_past(connection, sealer, touched)
        books = (self.books.before, self.books.after)
        before, after = cases.replay(gathered, first_seen, books, self.first, self.today)
        for key in sorted(before.raised.keys() | after.raised.keys()):
            if key.rule in self.counted:
                self._count(self.counted[key.rule], key, before, after)

    def _count(self, one: _Counted, key: cases.Key, before: Replayed, after: Replayed) -> None:
        was, would = key in before.raised, key in after.raised
        one.before += was
        one.after += would
        one.open_before += key in before.standing
        one.open_after += key in after.standing
        one.new += would and not was
        one.gone += was and not would
        named = one.new_flags if not was else one.gone_flags
        if was is not would and len(named) < MOST_NAMED:
            area = after.raised.get(key) or before.raised.get(key)
            named.append({"subject": key.subject, "episode": key.episode, "area": area})

    def told(self) -> dict[str, Any]:
        rules = [self._rule(rule_id, one) for rule_id, one in self.counted.items()]
        names = ("before", "after", "open_before", "open_after", "new", "gone")
        return {
            "days": (self.today - self.first).days + 1,
            "first": self.first.isoformat(),
            "last": self.today.isoformat(),
            "as_on": self.books.as_on.isoformat(),
            "persons": self.persons,
            "records": self.records,
            "rules": rules,
            "totals": {name: sum(one[name] for one in rules) for name in names},
        }

    def _rule(self, rule_id: str, one: _Counted) -> dict[str, Any]:
        before, after = self.books.before.rules.get(rule_id), self.books.after.rules.get(rule_id)
        rule = after or before
        assert rule is not None  # noqa: S101 # reached are rules of either book
        changed = "added" if before is None else "removed" if after is None else "changed"
        return {
            "rule": rule_id,
            "change": changed if rule_id in self.books.found.changed else "reached",
            "version_before": before.version if before else None,
            "version_after": after.version if after else None,
            "severity": rule.severity,
            "programs": sorted({*rule.programs, *(before.programs if before else ())}),
            "restricted": rule.restricted or bool(before and before.restricted),
            "title": dict(rule.title),
            **{name: getattr(one, name) for name in _Counted.__slots__},
        }


def _chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    ahead = iter(ids)
    while some := list(islice(ahead, AT_ONCE)):
        yield some
