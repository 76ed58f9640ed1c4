"""The rules in force: which approved set that is, read in the transaction that judges by it, and its compiled book.

A set is read and compiled once a process and stretch of days in which the same versions count. One that can't be
taken (a newer program may clash with it) fails nobody: the last set before it that can, else the shipped rules, count
instead, on every server alike, and the log says so.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import NamedTuple, TypeVar

import orjson
from sqlalchemy import Connection, select

from fieldsync.programs.following import book_on
from fieldsync.programs.workdays import national_days_off
from fieldsync.rulebook.tables import OfficeRulesRow
from fieldsync.rulebook.texts import Texts, checked, digest_of_all
from fieldsync.rules import Book, RuleError, RuleFile

K = TypeVar("K")
V = TypeVar("V")
_ROW = OfficeRulesRow.__table__.c
_IN_FORCE = select(_ROW.id).where(_ROW.state == "in_force")
KEPT = 4  # sets and books that a process keeps: two days and two sets at most meet


class RulesInForce(NamedTuple):
    """The rules by which is judged: `set_id` of the office's set in them, None for the shipped rules alone."""

    set_id: str | None
    texts: Texts
    files: RuleFile
    digest: str

    def begun(self, day: date) -> date:
        """Return since when the versions count that count on a day; the same for all days with the same book."""
        begins = [*(one.valid_from for one in self.files.rules), *(one.valid_from for one in self.files.tables)]
        return max((one for one in begins if one <= day), default=date.min)

    def book(self, day: date) -> Book:
        """Return the rules that count on a day, compiled once."""
        begun = self.begun(day)
        return _SHELF.get(_SHELF.books, (self.digest, begun), lambda: book_on(begun, self.files))

    def name(self, day: date) -> str:
        """Return what tells the book of a day from others."""
        return f"{self.digest}:{self.begun(day)}"


@dataclass(slots=True)
class _Shelf:
    """What this process has read and compiled; one thread at a time does either."""

    lock: Lock = field(default_factory=Lock)
    sets: dict[str | None, RulesInForce] = field(default_factory=dict)
    books: dict[tuple[str, date], Book] = field(default_factory=dict)

    def get(self, kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
        """Return what is kept, made the first time; only the last few are kept."""
        found = kept.get(key)
        if found is None:
            with self.lock:
                found = kept.get(key)
                if found is None:
                    found = make()
                    while len(kept) >= KEPT:
                        del kept[next(iter(kept))]
                    kept[key] = found
        return found


_SHELF = _Shelf()


def rules_in_force(connection: Connection) -> RulesInForce:
    """Return the rules in force; one statement, unless this process meets the set for the first time."""
    set_id = connection.execute(_IN_FORCE).scalar_one_or_none()
    return _SHELF.get(_SHELF.sets, set_id, lambda: _read(connection, set_id))


def book_of(connection: Connection, day: date) -> Book:
    """Return the rules that count on a day, those of the office that are in force among them."""
    return rules_in_force(connection).book(day)


def warm(day: date, connection: Connection | None = None) -> None:
    """Compile ahead what the first judging of a day would wait for: the shipped rules alone without a connection."""
    national_days_off(day)
    (rules_in_force(connection) if connection is not None else _shipped()).book(day)


def _read(connection: Connection, set_id: str | None) -> RulesInForce:
    if set_id is None:
        return _shipped()
    approved = select(_ROW.id, _ROW.texts).where(_ROW.approved_at.is_not(None))
    for one in connection.execute(approved.order_by(_ROW.id != set_id, _ROW.approved_at.desc(), _ROW.id)):
        texts: Texts = orjson.loads(one.texts)
        try:
            return RulesInForce(one.id, texts, checked(texts), digest_of_all(texts))
        except RuleError as error:
            logging.getLogger("fieldsync.rules").error(  # noqa: TRY400 # the texts tell where
                "rules_not_taken %s: %d problems", one.id, len(error.problems)
            )
    return _shipped()


def _shipped() -> RulesInForce:
    return RulesInForce(None, {}, checked({}), digest_of_all({}))
