"""Records as the rules look at them: a folder of any number of people, with the ways from one record to another.

It holds what is known, not how it came: a person is one entry, the golden record, whatever ids tablets call them by.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from fieldsync.programs.values import is_day

T = TypeVar("T")


class Entry(NamedTuple):
    """One record: its fields as sent (null ones left out), the person it is about, where and when it was written.

    `seen_on` is the calendar day of `recorded_at` in the office's time zone.
    """

    id: str
    type: str
    data: Mapping[str, Any]
    person: str | None = None
    area: str | None = None
    seen_on: date | None = None


class Refused(NamedTuple):
    """A record that has values which can't be used, and the names of those fields."""

    id: str
    person: str | None
    area: str | None
    fields: tuple[str, ...]
    seen_on: date | None = None


@dataclass(slots=True)
class Folder:
    """The records of some people, whole: whoever is in it is in it with all records that rules look at.

    `aliases` leads from the id of a person record to the person it is about, where that is another id.
    `asked` are the persons whose sheets are wanted (with None: records without a person, too), or None for all:
    others are there because records name them.
    `refused` are the records with values that can't be used; no entry has such a value. `added` are, for persons of
    whom nothing else changed since they were last looked at, the ids of the visits that came since.
    """

    entries: Sequence[Entry]
    aliases: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str | None] | None = None
    refused: Sequence[Refused] = ()
    added: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _by_type: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_field: dict[tuple[str, str], dict[Any, list[Entry]]] = field(default_factory=dict)

    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.entries:
            self._by_type[one.type].append(one)

    def of_type(self, type_: str) -> Sequence[Entry]:
        """Return the records of a type, in the order given."""
        return self._by_type.get(type_, ())

    def naming(self, type_: str, name: str, value: str | None) -> Sequence[Entry]:
        """Return the records of a type whose field `name` names this record or person."""
        key = (type_, name)
        found = self._by_field.get(key)
        if found is None:
            found = self._by_field[key] = defaultdict(list)
            for one in self.of_type(type_):
                if (named := one.data.get(name)) is not None:
                    found[self.who(named)].append(one)
        return found.get(value, ()) if value is not None else ()

    def about(self, type_: str, person: str | None) -> Sequence[Entry]:
        """Return the records of a type that are about this person."""
        key = (type_, "")
        found = self._by_field.get(key)
        if found is None:
            found = self._by_field[key] = defaultdict(list)
            for one in self.of_type(type_):
                if one.person is not None:
                    found[one.person].append(one)
        return found.get(person, ()) if person is not None else ()

    def record(self, type_: str, record_id: str | None) -> Entry | None:
        """Return a record of a type by its id."""
        found = self.memo(f"id {type_}", lambda: {one.id: one for one in self.of_type(type_)})
        return found.get(record_id) if record_id is not None else None

    def memo(self, name: str, make: Callable[[], T]) -> T:
        """Return what was worked out of this folder under this name, working it out the first time."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])

    def who(self, record_id: str) -> str:
        """Return who a person record turned out to be about; any other id as it is."""
        return self.aliases.get(record_id, record_id)

    def is_old(self, entry: Entry) -> bool:
        """Tell whether a record was there when the person it is about was last looked at, and all it rests on."""
        added = self.added.get(entry.person) if entry.person is not None else None
        return added is not None and entry.id not in added

    def fresh(self, type_: str | None = None) -> Sequence[Entry]:
        """Return the records, or those of a type, that are not old, in the order given."""
        if not self.added:
            return self.entries if type_ is None else self.of_type(type_)
        found = self.memo("fresh", lambda: [one for one in self.entries if not self.is_old(one)])
        return found if type_ is None else [one for one in found if one.type == type_]

    def known_before(self, visits: Sequence[Entry]) -> int:
        """Return how many of these visits, in their order, were there at the last look; 0 unless all others follow."""
        known = sum(map(self.is_old, visits)) if self.added else 0
        return known if known < len(visits) and all(map(self.is_old, visits[:known])) else 0

    def wants(self, person: str | None) -> bool:
        """Tell whether sheets about this person are wanted."""
        return self.asked is None or person in self.asked


@dataclass(frozen=True, slots=True)
class Frame:
    """By what a folder is read: the day (Asia/Jakarta), the tables that count on it, and the days off.

    `holidays` are all days off besides Saturdays and Sundays: the national ones of `workdays`, and those of the office.
    """

    now: date
    tables: Mapping[str, Mapping[str, Any]]
    holidays: frozenset[date] = frozenset()


@lru_cache(maxsize=20_000)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if is_day(text) else None


def day_of(data: Mapping[str, Any], name: str) -> date | None:
    """Return a date field as a date; None when it is absent, none, or of no year in which anybody lives."""
    value = data.get(name)
    return _day(value) if isinstance(value, str) else None


def visit_order(visit: Entry) -> tuple[date, date, str]:
    """Return by what visits stand in order: the day of the visit, then when they were written, then the id."""
    return (day_of(visit.data, "visit_date") or date.min, visit.seen_on or date.min, visit.id)
