"""What must hold between the fields of one record, as data.

Each check tells what is wrong with the fields that it names, once those are valid by
themselves; a missing value never makes a comparison fail. What needs another record is
not asked here.
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fieldsync.programs.messages import Fault
from fieldsync.programs.values import DAYS

Operator = Literal[">", ">=", "<=", "!="]
Path = tuple[str | int, ...]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
}


class Check(ABC):
    """A condition on several fields. `grave` ones refuse the record, others only warn."""

    grave: bool = True

    @property
    @abstractmethod
    def fields(self) -> tuple[str, ...]:
        """The fields that it looks at, the one that it points at first."""

    @abstractmethod
    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return what is wrong, each with the path to it; the fields named are valid by themselves."""


@dataclass(frozen=True, slots=True)
class Order(Check):
    """`left` compared with `right`, both given: numbers, dates, ids. With `days`, right is moved on by so many."""

    left: str
    operator: Operator
    right: str
    why: Mapping[str, str]
    days: int = 0
    grave: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """Both fields."""
        return self.left, self.right

    def source(self, left: str, right: str) -> str:
        """Return a Python expression, true when it holds, of expressions for two values that are not None."""
        if self.days:
            return f"DAYS[{left}] {self.operator} DAYS[{right}] + {self.days}"
        if self.operator == "!=":
            return f"{left}.lower() != {right}.lower()"
        return f"{left} {self.operator} {right}"

    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return a fault at the left field when the comparison fails."""
        left, right = data.get(self.left), data.get(self.right)
        if left is None or right is None:
            return []
        if self.days:
            left, right = DAYS[left], DAYS[right] + self.days
        elif self.operator == "!=":
            left, right = left.lower(), right.lower()
        if _COMPARE[self.operator](left, right):
            return []
        return [((self.left,), Fault("inconsistent" if self.grave else "unusual", why=self.why))]


@dataclass(frozen=True, slots=True)
class AnyOf(Check):
    """At least one of these fields is given."""

    among: tuple[str, ...]
    why: Mapping[str, str]

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them."""
        return self.among

    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return a fault at the first when all are missing."""
        if any(data.get(name) is not None for name in self.among):
            return []
        return [((self.among[0],), Fault("required", why=self.why))]


@dataclass(frozen=True, slots=True)
class NeededWhen(Check):
    """A field is required when another has this value."""

    field: str
    other: str
    value: str | bool
    why: Mapping[str, str]

    @property
    def fields(self) -> tuple[str, ...]:
        """The needed field, and the one that decides."""
        return self.field, self.other

    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return a fault at the field when it is missing."""
        if data.get(self.other) != self.value or data.get(self.field) is not None:
            return []
        return [((self.field,), Fault("required", why=self.why))]


@dataclass(frozen=True, slots=True)
class CodesWhen(Check):
    """Of a list of codes only these fit when another field has this value."""

    field: str
    other: str
    value: str
    codes: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The list, and the field that decides."""
        return self.field, self.other

    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return a fault at every code that does not fit."""
        if data.get(self.other) != self.value:
            return []
        given = enumerate(data.get(self.field) or ())
        fault = Fault("unknown_code", takes=", ".join(self.codes))
        return [((self.field, at), fault) for at, code in given if code not in self.codes]


@dataclass(frozen=True, slots=True)
class SoftWhen(Check):
    """A number has a usual range when another field has this value; outside it is to be confirmed."""

    field: str
    other: str
    value: str
    low: float
    high: float
    unit: str
    grave: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The number, and the field that decides."""
        return self.field, self.other

    def faults(self, data: Mapping[str, Any]) -> list[tuple[Path, Fault]]:
        """Return a warning at the number when it is outside."""
        number = data.get(self.field)
        if data.get(self.other) != self.value or number is None or self.low <= number <= self.high:
            return []
        return [((self.field,), Fault("soft_range", low=self.low, high=self.high, unit=self.unit))]
