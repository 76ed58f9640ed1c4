"""What is known of one person: the distinct values that the records linked to it have said, and which said which.

A profile is a pure function of the set of its records, whatever their order: adding one
by one, or rebuilding from all, gives the same, byte for byte. That makes a merge undoable.
"""

from bisect import insort
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

import orjson

from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.names import Name, name_of
from fieldsync.identity.normal.numbers import Nik, read_nik
from fieldsync.identity.normal.villages import changes_in_use, present_code

T = TypeVar("T")
Born = tuple[date, bool]

_SINGLE = ("nik", "kk", "phone", "village", "sex", "born", "died")
_SEVERAL = ("names", "mothers", "fathers", "spouses")
_COLUMNS = (*_SINGLE, *_SEVERAL)
_ROUGH = "~"
_AFTER_VALUES = b"]},["  # in the text of a profile
_NOTHING: list[str] = []  # of a column; never changed
_VILLAGE = 2 + _COLUMNS.index("village")  # where a row has it, after the record and the day


class Profile:
    """One person, ready to be compared; never changed, so that two may share lists.

    `values` holds, per column, the distinct values as text, sorted; the other attributes the same, parsed, villages by
    their present codes.
    `records` are the ids of its records, sorted, `size` how many; `apart` those that a human told from one of them.
    """

    __slots__ = (
        *("_rest", "apart", "born", "died", "districts", "fathers", "kks", "mothers", "names", "niks", "person_id"),
        *("phones", "records", "rows", "sexes", "size", "spouses", "values", "villages"),
    )
    _rest: bytes
    apart: Sequence[str]
    rows: list[list[Any]]
    records: tuple[str, ...]
    niks: tuple[Nik, ...]
    districts: set[str]
    names: tuple[Name, ...]
    mothers: tuple[Name, ...]
    fathers: tuple[Name, ...]
    spouses: tuple[Name, ...]

    def __init__(
        self, person_id: str, values: dict[str, list[str]], rows: list[list[Any]], apart: Sequence[str] = ()
    ) -> None:
        self.apart = apart
        self.rows = rows
        self.size = len(rows)
        self._hold(person_id, values)

    def _hold(self, person_id: str, values: dict[str, list[str]]) -> None:
        self.person_id = person_id
        self.values = values
        self.kks = values["kk"]
        self.phones = values["phone"]
        self.sexes = values["sex"]
        self.born: tuple[Born, ...] = tuple([_born(text) for text in values["born"]])
        self.villages: list[str] = values["village"] if not changes_in_use().following else _villages(self)
        self.died = date.fromisoformat(values["died"][0]) if values["died"] else None

    def __getattr__(self, name: str) -> Any:
        """Parse what is asked for the first time: of most who are looked at, names are never needed."""
        if name not in _PARSED:
            raise AttributeError(name)
        found = _PARSED[name](self)
        setattr(self, name, found)
        return found

    @classmethod
    def of(cls, person_id: str, said: Iterable[Traits], apart: Iterable[str] = ()) -> "Profile":
        """Make the profile of a person from all its records; of two with one id the later counts."""
        return cls._of_texts(person_id, {one.record_id: _texts(one) for one in said}, apart)

    @classmethod
    def _of_texts(
        cls, person_id: str, texts: dict[str, tuple[str, list[list[str]]]], apart: Iterable[str]
    ) -> "Profile":
        given: list[set[str]] = [set() for _ in _COLUMNS]
        for _, columns in texts.values():
            for found, column in zip(given, columns, strict=True):
                found.update(column)
        values = {name: sorted(found) for name, found in zip(_COLUMNS, given, strict=True)}
        places = [{text: at for at, text in enumerate(values[name])} for name in _COLUMNS]
        rows: list[list[Any]] = [
            [record_id, on, *([place[text] for text in column] for place, column in zip(places, columns, strict=True))]
            for record_id, (on, columns) in sorted(texts.items())
        ]
        return cls(person_id, values, rows, sorted(set(apart)))

    def joined(self, person_id: str, others: Iterable["Profile"] = (), said: Iterable[Traits] = ()) -> "Profile":
        """Return the profile of these records and those of others together, and of further or newer records."""
        others, said = list(others), list(said)
        if not others and len(said) == 1 and said[0].record_id not in self.records:
            return self._with(person_id, said[0])
        texts, apart = dict(self.texts_by_record()), {*self.apart}
        for other in others:
            texts.update(other.texts_by_record())
            apart.update(other.apart)
        texts.update((one.record_id, _texts(one)) for one in said)
        return Profile._of_texts(person_id, texts, apart)

    def _with(self, person_id: str, one: Traits) -> "Profile":
        """Return the profile with one record more."""
        on, columns = _texts(one)
        values, moved = dict(self.values), dict[int, list[int]]()
        row: list[Any] = [one.record_id, on]
        for at, (name, texts) in enumerate(zip(_COLUMNS, columns, strict=True), len(row)):
            known = values[name]
            new = [text for text in texts if text not in known]
            if new:
                values[name] = sorted({*known, *new})
                moved[at] = [values[name].index(text) for text in known]
                known = values[name]
            row.append([known.index(text) for text in texts] if texts else _NOTHING)
        rows = [_moved(old, moved) for old in self.rows] if any(moved.values()) else list(self.rows)
        insort(rows, row, key=itemgetter(0))
        return Profile(person_id, values, rows, self.apart)

    def without(self, records: Container[str]) -> "Profile":
        """Return the profile of the other records alone; the caller sees to `apart`."""
        texts = {record_id: text for record_id, text in self.texts_by_record() if record_id not in records}
        return Profile._of_texts(self.person_id, texts, self.apart)

    def texts_by_record(self) -> Iterator[tuple[str, tuple[str, list[list[str]]]]]:
        """Yield what each record said as text: (record, (day of recording, values by column))."""
        for record_id, on, *columns in self.rows:
            lists = [[self.values[name][at] for at in column] for name, column in zip(_COLUMNS, columns, strict=True)]
            yield record_id, (on, lists)

    def said(self) -> Iterator[Traits]:
        """Yield what each record said, the latest recorded first."""
        for record_id, on, *columns in sorted(self.rows, key=_latest_first, reverse=True):
            column = {
                name: [self.values[name][at] for at in places] for name, places in zip(_COLUMNS, columns, strict=True)
            }
            yield _traits(record_id, date.fromisoformat(on), column)

    def as_text(self) -> bytes:
        """Return it as JSON, for keeping."""
        return orjson.dumps([self.values, self.rows, self.apart])

    @classmethod
    def from_text(cls, person_id: str, text: bytes) -> "Profile":
        """Read what `as_text` gave; which record said what is not parsed before it is asked for."""
        end = text.find(_AFTER_VALUES) + len(b"]}")
        try:
            values = orjson.loads(text[1:end])
        except orjson.JSONDecodeError:  # a value that looks like the end of all
            return cls(person_id, *orjson.loads(text))
        found = cls.__new__(cls)
        found._rest = rest = text[end + 1 :]  # noqa: SLF001 # it is one
        found._hold(person_id, values)  # noqa: SLF001 # it is one
        # Of all lists in there, only those of records and of those told apart begin with a text.
        found.size = rest.count(b'["') - (not rest.endswith(b",[]]"))
        return found


def _moved(row: Sequence[Any], moved: Mapping[int, Sequence[int]]) -> list[Any]:
    """Return a row as it is after values came in between."""
    return [[moved[at][one] for one in what] if at in moved else what for at, what in enumerate(row)]


def _latest_first(row: Sequence[Any]) -> tuple[str, str]:
    return row[1], row[0]


def _villages(person: Profile) -> list[str]:
    """Return the present codes of the villages that records had on their days."""
    codes, rows = person.values["village"], person.rows
    return sorted({present_code(codes[at], date.fromisoformat(row[1])) for row in rows for at in row[_VILLAGE]})


def _rows(person: Profile) -> list[list[Any]]:
    person.rows, person.apart = orjson.loads(b"[" + person._rest)  # noqa: SLF001 # it is of this file
    return person.rows


def _apart(person: Profile) -> Sequence[str]:
    _rows(person)
    return person.apart


def _texts(one: Traits) -> tuple[str, list[list[str]]]:
    born = None if one.born is None else f"{_ROUGH if one.rough else ''}{one.born.isoformat()}"
    died = None if one.died is None else one.died.isoformat()
    nik = None if one.nik is None else one.nik.digits
    single = (nik, one.kk, one.phone, one.village_code, one.sex, born, died)
    several = (one.names, one.mothers, one.fathers, one.spouses)
    return one.on.isoformat(), [
        *[_NOTHING if text is None else [text] for text in single],
        *[[" ".join(name.words) for name in names] if names else _NOTHING for names in several],
    ]


def _traits(record_id: str, on: date, column: dict[str, list[str]]) -> Traits:
    born = _first(column["born"], _born)
    return Traits(
        *(record_id, on, _first(column["nik"], _nik), _first(column["kk"], str), _first(column["phone"], str)),
        *(_first(column["village"], str), tuple(map(_name, column["names"])), _first(column["sex"], str)),
        *(None if born is None else born[0], born is not None and born[1]),
        *(tuple(map(_name, column["mothers"])), tuple(map(_name, column["fathers"]))),
        *(tuple(map(_name, column["spouses"])), _first(column["died"], date.fromisoformat)),
    )


def _first(texts: list[str], read: Callable[[str], T]) -> T | None:
    return read(texts[0]) if texts else None


@lru_cache(maxsize=65_536)
def _name(text: str) -> Name:
    name = name_of(text.split(" "))
    if name is None:
        raise ValueError("a profile keeps names of at least one word")
    return name


@lru_cache(maxsize=65_536)
def _nik(text: str) -> Nik:
    nik = read_nik(text)
    if nik is None:
        raise ValueError("a profile keeps valid numbers only")
    return nik


@lru_cache(maxsize=65_536)
def _born(text: str) -> Born:
    rough = text.startswith(_ROUGH)
    return date.fromisoformat(text[1:] if rough else text), rough


_PARSED: Mapping[str, Callable[[Profile], Any]] = {
    "apart": _apart,
    "rows": _rows,
    "records": lambda person: tuple([row[0] for row in person.rows]),
    "niks": lambda person: tuple(map(_nik, person.values["nik"])),
    "districts": lambda person: {village[:8] for village in person.villages},
    "names": lambda person: tuple(map(_name, person.values["names"])),
    "mothers": lambda person: tuple(map(_name, person.values["mothers"])),
    "fathers": lambda person: tuple(map(_name, person.values["fathers"])),
    "spouses": lambda person: tuple(map(_name, person.values["spouses"])),
}
