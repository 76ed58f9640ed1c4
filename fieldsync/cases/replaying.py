"""The days of a stretch of time lived again by several books: which flags stood open on any of them, and which do now.

A pure function of the records as they are known today: on each day only what was written by then counts. Nothing is
asked about what people did about a flag: a replay says what rules raise.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fieldsync.cases.gathering import Gathered
from fieldsync.cases.life import Key, Lives, live
from fieldsync.cases.upkeep import SEEN_WHOLE
from fieldsync.programs.folder import Entry, Folder, Frame
from fieldsync.programs.following import sheets_of
from fieldsync.programs.workdays import national_days_off
from fieldsync.rules import Book, Sheet


@dataclass(slots=True)
class Replayed:
    """What one book made of the days: the flags that stood open on any of them, and those that do on the last.

    `raised` has with each flag where its person lives, if that is known.
    """

    raised: dict[Key, str | None] = field(default_factory=dict)
    standing: set[Key] = field(default_factory=set)
    over: set[Key] = field(default_factory=set)  # had ended before the first day


def replay(
    gathered: Gathered, first_seen: Mapping[str, date], books: Sequence[Book], first: date, last: date
) -> list[Replayed]:
    """Live the days again; return for each book what it made of them.

    Args:
        gathered: the records of some persons, or some that are about nobody.
        first_seen: the day on which each person was first recorded; before it nothing is known of her.
        books: by which the same days are judged.
        first: the first day; a flag that stood open on its evening counts, one that had ended before does not.
        last: the last day, today.

    A subject is judged on the first and the last day, on each on which something was written about it, and on each on
    which time alone may change something by one of the books: no other day can make a difference.
    """
    run = _Run(gathered, first_seen, books, first, last)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        due = {one for one in run.agenda.pop(day, ()) if one is None or first_seen.get(one, day) <= day}
        if due:
            run.judge(day, due)
    return run.found


class _Run:
    """The days ahead on which somebody must be judged; None stands for all records that are about nobody."""

    def __init__(
        self, gathered: Gathered, first_seen: Mapping[str, date], books: Sequence[Book], first: date, last: date
    ) -> None:
        self.gathered, self.books, self.first, self.last = gathered, books, first, last
        self.about = {rule.about for book in books for rule in book.rules.values()} - SEEN_WHOLE
        self.found = [Replayed() for _ in books]
        self.agenda: dict[date, set[str | None]] = defaultdict(set)
        everybody = {*gathered.persons, *([None] if gathered.loose else [])}
        self.agenda[first] |= everybody
        self.agenda[last] |= everybody
        for person, day in first_seen.items():
            self._note(day, [person])
        for entry in gathered.folder.entries:
            if entry.seen_on is not None:
                self._note(entry.seen_on, self._touched(entry))

    def _note(self, day: date, owners: Iterable[str | None]) -> None:
        if self.first < day < self.last:
            self.agenda[day] |= {one for one in owners if self._is_asked(one)}

    def _is_asked(self, owner: str | None) -> bool:
        return bool(self.gathered.loose) if owner is None else owner in self.gathered.persons

    def _touched(self, entry: Entry) -> Iterator[str | None]:
        """Yield whom a record says something of: whose it is, and whom it names."""
        yield entry.person
        who = self.gathered.folder.who
        yield from (who(text.lower()) for text in _texts(entry.data))

    def judge(self, day: date, due: set[str | None]) -> None:
        folder = self._folder(day, frozenset(due))
        sheets: list[Sheet] = []
        for at, book in enumerate(self.books):
            if at == 0 or book.tables != self.books[at - 1].tables:
                frame = Frame(day, book.tables, national_days_off(day))
                sheets = [one for one in sheets_of(folder, frame) if one.about in self.about]
            self._take(self.found[at], live(book, sheets, day, {}), day)
            self._look_ahead(book, sheets, day)

    def _folder(self, day: date, due: frozenset[str | None]) -> Folder:
        whole = self.gathered.folder
        entries = [one for one in whole.entries if one.seen_on is None or one.seen_on <= day]
        return Folder(entries, whole.aliases, due)

    def _take(self, found: Replayed, lives: Lives, day: date) -> None:
        if day == self.first:
            found.over |= lives.closed.keys()
        for key, one in lives.standing.items():
            sheet = one.finding.sheet
            found.raised[key] = self.gathered.villages.get(sheet.person or "") or sheet.area
        for key in lives.closed.keys() - found.over:
            found.raised.setdefault(key, self.gathered.villages.get(key.subject))
        if day == self.last:
            found.standing |= lives.standing.keys()

    def _look_ahead(self, book: Book, sheets: Iterable[Sheet], day: date) -> None:
        for sheet in sheets:
            on = book.next_look(sheet, day) if sheet.newest else None
            if on is not None:
                self._note(on, [sheet.person])


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case list() | tuple():
            for one in value:
                yield from _texts(one)
