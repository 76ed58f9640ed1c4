"""How a record type is declared: fields, code lists, checks between fields, older form versions.

A declaration is data. The marshmallow schema, the fast path, the forms and the views
all come from it. It promises a label in Indonesian and English for everything a user
can see; it decides nothing itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypedDict, Unpack

from fieldsync.programs.checks import Check
from fieldsync.programs.older import Translation

Label = Mapping[str, str]
Need = Literal["required", "conditional", "optional"]
Kind = Literal[
    "text",
    "digits",
    "int",
    "number",
    "date",
    "time",
    "bool",
    "code",
    "codes",
    "id",
    "ids",
    "area",
    "object",
    "objects",
    "texts",
]
Doubt = Literal["nik", "words", "age"]
Range = tuple[float, float]

VERSION = "2026.1"
R: Need = "required"
C: Need = "conditional"
MOST_CODES = 100
NOTE_LENGTH = 4000


def label(indonesian: str, english: str) -> Label:
    """Return a text in both languages, by ``id`` and ``en``."""
    return MappingProxyType({"id": indonesian, "en": english})


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a field takes, in the order in which a form shows them, each with its label."""

    labels: Mapping[str, Label]

    def __or__(self, other: "CodeList") -> "CodeList":
        return CodeList(MappingProxyType({**self.labels, **other.labels}))


def coded(rows: str) -> CodeList:
    """Make a code list from lines of ``code | Indonesian | English``."""
    split = [[part.strip() for part in row.split(" | ")] for row in rows.strip().splitlines()]
    return CodeList(MappingProxyType({code: label(indonesian, english) for code, indonesian, english in split}))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text must look like in full (ASCII classes), and how to say so."""

    regex: re.Pattern[str]
    takes: Label


def shape(regex: str, indonesian: str, english: str) -> Shape:
    """Make a shape from a regular expression that the whole text must match."""
    return Shape(re.compile(regex, re.ASCII), label(indonesian, english))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record.

    Attributes:
        name: as sent.
        kind: what its value is; `objects` is a list of objects, `texts` a list of texts.
        label: in both languages.
        need: only ``required`` is enforced; null counts as absent.
        unit: of the number, as shown.
        hard: inclusive limits of a number; beyond them the record is refused.
        soft: inclusive limits of a number, or of the count of a list; beyond them it is to be confirmed.
        length: inclusive limits of the characters of a text or the count of a list.
        codes: what a code field takes; on `texts` only a proposal.
        shape: what a text must look like.
        names: record types that an id may name.
        awaited: whether the record waits until the named one has arrived.
        sealed: identity value, stored only encrypted.
        restricted: read by role only, each read logged.
        not_future: a date that may not be after today.
        doubt: a test of the whole value that only warns.
        multiline: text that may hold line breaks and tabs.
        fields: of an object.
        source: key of the source in the data dictionary.
    """

    name: str
    kind: Kind
    label: Label
    need: Need = "optional"
    unit: str = ""
    hard: Range | None = None
    soft: Range | None = None
    length: tuple[int, int] = (1, 200)
    codes: CodeList | None = None
    shape: Shape | None = None
    names: tuple[str, ...] = ()
    awaited: bool = True
    sealed: bool = False
    restricted: bool = False
    not_future: bool = False
    doubt: Doubt | None = None
    multiline: bool = False
    fields: "tuple[Field, ...]" = ()
    source: str = ""

    @property
    def required(self) -> bool:
        """Whether a record without it is refused."""
        return self.need == "required"

    @property
    def seals(self) -> bool:
        """Whether it, or anything in it, is an identity value."""
        return self.sealed or any(one.seals for one in self.fields)


# Declarations are compared by identity: each exists once, and what is derived from it is kept beside it.
@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RecordType:
    """One record type: the fields of its current form version, and how to come there from older ones.

    `subject` is the field whose named record tells which person this one is about; None
    when there is no such person, or (type person) when it is the person itself.
    """

    name: str
    program: str
    label: Label
    fields: tuple[Field, ...]
    version: str = VERSION
    subject: str | None = None
    checks: tuple[Check, ...] = ()
    translations: tuple[Translation, ...] = ()


class Traits(TypedDict, total=False):
    """What any kind of field may have."""

    sealed: bool
    restricted: bool
    source: str


class TextTraits(Traits, total=False):
    """What a text may have besides."""

    shape: Shape
    doubt: Doubt


def text(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    length: tuple[int, int] = (1, 200),
    **traits: Unpack[TextTraits],
) -> Field:
    """Declare a text of one line."""
    return Field(name=name, kind="text", label=label(indonesian, english), need=need, length=length, **traits)


def note(name: str, indonesian: str, english: str, need: Need = "optional", **traits: Unpack[Traits]) -> Field:
    """Declare free text of several lines; it may hold a name, so it is sealed."""
    traits["sealed"] = True
    return Field(
        name=name,
        kind="text",
        label=label(indonesian, english),
        need=need,
        length=(1, NOTE_LENGTH),
        multiline=True,
        **traits,
    )


def texts(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    codes: CodeList | None = None,
    **traits: Unpack[TextTraits],
) -> Field:
    """Declare a list of texts of several lines; `codes` are proposals."""
    words = label(indonesian, english)
    most = (0, MOST_CODES)
    return Field(name=name, kind="texts", label=words, need=need, length=most, codes=codes, multiline=True, **traits)


def digits(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    count: int,
    **traits: Unpack[TextTraits],
) -> Field:
    """Declare a text of exactly `count` ASCII digits."""
    words = label(indonesian, english)
    return Field(name=name, kind="digits", label=words, need=need, length=(count, count), **traits)


def integer(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    hard: tuple[int, int],
    soft: tuple[int, int] | None = None,
    unit: str = "",
    **traits: Unpack[Traits],
) -> Field:
    """Declare a whole number."""
    words = label(indonesian, english)
    return Field(name=name, kind="int", label=words, need=need, hard=hard, soft=soft, unit=unit, **traits)


def number(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    hard: Range,
    soft: Range | None = None,
    unit: str = "",
    **traits: Unpack[Traits],
) -> Field:
    """Declare a number that may have decimals."""
    words = label(indonesian, english)
    return Field(name=name, kind="number", label=words, need=need, hard=hard, soft=soft, unit=unit, **traits)


def day(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    future: bool = False,
    doubt: Doubt | None = None,
    **traits: Unpack[Traits],
) -> Field:
    """Declare a calendar date; `future` allows one after today."""
    words = label(indonesian, english)
    return Field(name=name, kind="date", label=words, need=need, not_future=not future, doubt=doubt, **traits)


def clock(name: str, indonesian: str, english: str, need: Need = "optional", **traits: Unpack[Traits]) -> Field:
    """Declare a time of day."""
    return Field(name=name, kind="time", label=label(indonesian, english), need=need, **traits)


def yes_no(name: str, indonesian: str, english: str, need: Need = "optional", **traits: Unpack[Traits]) -> Field:
    """Declare a truth value."""
    return Field(name=name, kind="bool", label=label(indonesian, english), need=need, **traits)


def choice(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    codes: CodeList,
    **traits: Unpack[Traits],
) -> Field:
    """Declare one code of a list."""
    return Field(name=name, kind="code", label=label(indonesian, english), need=need, codes=codes, **traits)


def choices(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    codes: CodeList,
    **traits: Unpack[Traits],
) -> Field:
    """Declare any number of codes of a list; an empty list means asked and none."""
    words = label(indonesian, english)
    return Field(name=name, kind="codes", label=words, need=need, codes=codes, length=(0, MOST_CODES), **traits)


def link(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    names: str,
    awaited: bool = True,
    **traits: Unpack[Traits],
) -> Field:
    """Declare the id of another record, of the type `names`."""
    words = label(indonesian, english)
    return Field(name=name, kind="id", label=words, need=need, names=(names,), awaited=awaited, **traits)


def links(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    names: str,
    length: tuple[int, int],
    **traits: Unpack[Traits],
) -> Field:
    """Declare a list of ids of other records, of the type `names`."""
    words = label(indonesian, english)
    return Field(name=name, kind="ids", label=words, need=need, names=(names,), length=length, **traits)


def area(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    shape: Shape | None = None,
    **traits: Unpack[Traits],
) -> Field:
    """Declare a region code: a village, unless `shape` says otherwise."""
    return Field(name=name, kind="area", label=label(indonesian, english), need=need, shape=shape, **traits)


def part(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    fields: Iterable[Field],
    **traits: Unpack[Traits],
) -> Field:
    """Declare an object with fields of its own."""
    words = label(indonesian, english)
    return Field(name=name, kind="object", label=words, need=need, fields=tuple(fields), **traits)


def rows(
    name: str,
    indonesian: str,
    english: str,
    need: Need = "optional",
    *,
    fields: Iterable[Field],
    length: tuple[int, int],
    soft: tuple[int, int] | None = None,
    **traits: Unpack[Traits],
) -> Field:
    """Declare a list of objects with fields of their own."""
    words = label(indonesian, english)
    inner = tuple(fields)
    return Field(name=name, kind="objects", label=words, need=need, fields=inner, length=length, soft=soft, **traits)
