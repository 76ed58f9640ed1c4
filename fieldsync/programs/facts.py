"""How facts are declared: from the fields of record types, so that label, unit and range are told once, or anew."""

from collections.abc import Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from fieldsync.programs.declare import Field, RecordType, label
from fieldsync.rules import Context, Fact
from fieldsync.rules.facts import Clock, Kind

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "int": "number",
        "number": "number",
        "date": "date",
        "bool": "bool",
        "code": "code",
        "codes": "codes",
        "text": "text",
        "digits": "text",
        "id": "text",
        "area": "text",
    }
)
_NUMBERS = (int, float)
# No span of days that anything is counted in is longer.
LIFETIME_DAYS = 47_500


def fields_as_facts(kind: RecordType | Field, *names: str) -> tuple[Fact, ...]:
    """Return the facts that these fields of a record type, or of a field of objects, are, under the same names."""
    by_name = {one.name: one for one in kind.fields}
    return tuple(_fact_of(by_name[name]) for name in names)


def _fact_of(field: Field) -> Fact:
    return Fact(
        name=field.name,
        kind=_KINDS[field.kind],
        label=field.label,
        unit=field.unit,
        limits=field.hard,
        codes=field.codes.labels if field.codes else None,
        restricted=field.restricted,
    )


def told(data: Mapping[str, Any], facts: Iterable[Fact]) -> dict[str, Any]:
    """Return the fields of a record that are facts, without values that no form takes: no rule may use those."""
    return {one.name: value for one in facts if (value := data.get(one.name)) is not None and _fits(one, value)}


def _fits(fact: Fact, value: Any) -> bool:
    match fact.kind:
        case "number":
            low, high = fact.limits or (-inf, inf)
            return type(value) in _NUMBERS and low <= value <= high
        case "bool":
            return value is True or value is False
        case "codes":
            return isinstance(value, list)
        case _:
            return isinstance(value, str)


def number(
    name: str,
    indonesian: str,
    english: str,
    *,
    unit: str = "",
    limits: tuple[float, float],
    clock: Clock = "none",
) -> Fact:
    """Declare a number that is worked out."""
    return Fact(name=name, kind="number", label=label(indonesian, english), unit=unit, limits=limits, clock=clock)


def days(name: str, indonesian: str, english: str, *, clock: Clock = "days", least: int = -LIFETIME_DAYS) -> Fact:
    """Declare a count of days; by default it is up to now, so it goes up by one a day."""
    return number(name, indonesian, english, unit="days", limits=(least, LIFETIME_DAYS), clock=clock)


def flag(name: str, indonesian: str, english: str, *, clock: Clock = "none") -> Fact:
    """Declare a fact that is true or false."""
    return Fact(name=name, kind="bool", label=label(indonesian, english), clock=clock)


def date_fact(name: str, indonesian: str, english: str) -> Fact:
    """Declare a date that is worked out."""
    return Fact(name=name, kind="date", label=label(indonesian, english))


def code_fact(name: str, indonesian: str, english: str, codes: Mapping[str, Any], *, several: bool = False) -> Fact:
    """Declare a code, or several, that is worked out; `codes` has the label of each."""
    return Fact(name=name, kind="codes" if several else "code", label=label(indonesian, english), codes=codes)


def context(
    name: str,
    indonesian: str,
    english: str,
    facts: Iterable[Fact],
    *,
    by_visit: bool = False,
    by_record: bool = False,
) -> Context:
    """Declare a kind of subject with its facts.

    Raises:
        ValueError: two facts have one name.
    """
    given = list(facts)
    by_name = {one.name: one for one in given}
    if len(by_name) < len(given):
        raise ValueError(f"{name}: two facts of one name")
    return Context(name, label(indonesian, english), MappingProxyType(by_name), by_visit, by_record)
