"""The typed catalogue of facts: what may be known of one kind of subject, and the sheet that holds it.

A fact is a field of a record or is worked out from several. What is not known is not on the sheet: missing is a
state of its own, which no operator confuses with a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Label = Mapping[str, str]
Kind = Literal["number", "bool", "code", "codes", "date", "text", "texts"]
# How a fact moves with the days when no record comes: not at all; up by one a day, or less; down by one a day; or on
# days that the sheet tells itself.
Clock = Literal["none", "days", "down", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that may be known of a subject.

    Attributes:
        name: as rules call it; a number's unit is part of it.
        kind: of its value: numbers are int or float, codes a frozenset, texts a tuple.
        label: in both languages, in lower case, as it stands in a sentence.
        unit: of a number, as shown.
        limits: the least and the greatest number it can be, inclusive.
        codes: what a code can be, each with its label.
        clock: how it moves with the days.
        restricted: only some roles may read it.
    """

    name: str
    kind: Kind
    label: Label
    unit: str = ""
    limits: tuple[float, float] | None = None
    codes: Mapping[str, Label] | None = None
    clock: Clock = "none"
    restricted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A kind of subject that rules are about, and every fact that may stand on its sheets.

    `by_visit`: each visit of an episode has a sheet of its own, and the newest counts now. Else there is one sheet
    an episode, as things stand now. `by_record`: each record is a subject of its own.
    """

    name: str
    label: Label
    facts: Mapping[str, Fact]
    by_visit: bool = False
    by_record: bool = False


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What is known of one subject.

    Attributes:
        about: name of its context.
        subject: whom or what a finding is about: a person, or a record where there is no person.
        episode: what a flag belongs to besides: a pregnancy, a delivery, a child, an event.
        person: the person whose case it is; None where there is none.
        area: the village that follows up, where it is known.
        programs: those of a rule's programs that it concerns; None for all.
        on: the day of the visit; else the day from which this could be known; None when no record tells.
        record: the record that facts come from, unless `origins` names another.
        facts: values by name; what is not known is left out.
        newest: whether this visit is the newest of its episode; true for what is not by visit.
        over: whether the episode has ended: no rule holds on this sheet any more, and each one surely fails.
        moves_on: the next day on which facts change that are no function of one clock; None for never.
        continued: whether earlier visits of its episode have no sheet: what stood after them is known.
        held: by which book it was judged, for which day, and what was found.
    """

    about: str
    subject: str
    episode: str
    facts: dict[str, Any]
    person: str | None = None
    area: str | None = None
    programs: frozenset[str] | None = None
    on: date | None = None
    record: str | None = None
    origins: dict[str, str] = field(default_factory=dict)
    newest: bool = True
    over: bool = False
    moves_on: date | None = None
    continued: bool = False
    held: tuple[object, date, Any] | None = None
