"""What a rule is: its condition with its numbers, its words in two languages, its source, and the life of its flag."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from fieldsync.rules.facts import Label
from fieldsync.rules.tree import Node

Severity = Literal["emergency", "urgent", "routine"]
SEVERITIES: tuple[str, ...] = ("emergency", "urgent", "routine")
# By what an open flag ends: the data alone (the value is normal again, the awaited record came), or a person only.
Ends = Literal["data", "person"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number (or list of codes) of a rule, with its unit."""

    name: str
    value: Any
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When a flag must be dealt with: `days` after the visit, or after the date `since` plus `offset` days."""

    days: int
    since: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """One version of one follow-up rule.

    Attributes:
        about: name of the context of the sheets that it looks at.
        valid_from: the first day on which this version counts; it ends when a newer one begins.
        retired: this version ends the rule: it never fires.
        source: keys of the sources, with the place in them, as in docs/rules.md.
        programs: the programs whose cases get the flag; the first acts.
        closed_within_hours: an emergency must be closed by then, else it goes up; 0 for none.
        supersedes: rules that are not raised for the same subject and episode while this one is.
        ends: by what an open flag ends.
        restricted: only roles that may read restricted fields see the flag.
        origin: the file that it comes from.
    """

    id: str
    version: int
    about: str
    valid_from: date
    severity: Severity
    title: Label
    action: Label
    source: str
    programs: tuple[str, ...]
    condition: Node
    parameters: Mapping[str, Parameter]
    due: Due
    closed_within_hours: int = 0
    supersedes: frozenset[str] = frozenset()
    ends: Ends = "data"
    restricted: bool = False
    retired: bool = False
    origin: str = ""

    @property
    def rank(self) -> int:
        """Return the place of its severity, 0 for the worst."""
        return SEVERITIES.index(self.severity)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """Numbers and lists that facts are worked out with (scores, required papers); versioned like a rule."""

    id: str
    version: int
    valid_from: date
    source: str
    values: Mapping[str, Any]
    origin: str = ""


T = TypeVar("T", Rule, Table)


def counting(versions: Iterable[T], on: date) -> Iterator[T]:
    """Yield, of each rule or table, the version that counts on a day, in the order in which they are first named."""
    newest: dict[str, T] = {}
    for one in versions:
        if one.valid_from <= on and (one.id not in newest or newest[one.id].valid_from < one.valid_from):
            newest[one.id] = one
    return iter(newest.values())
