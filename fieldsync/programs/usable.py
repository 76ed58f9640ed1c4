"""Which values of a record can be used at all: of the declared kind, and inside their hard limits.

Tablets' records are refused as a whole when one value is impossible. Where a record is looked at all the same, the
other values count and the impossible ones do not. What is missing, and codes that are not known, are not asked here.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from fieldsync.programs.checks import Order
from fieldsync.programs.declare import Field, RecordType
from fieldsync.programs.values import is_day

Test = Callable[[Any], bool]


class Usable(NamedTuple):
    """The values of a record that can be used, and the names of the fields that had others, with dots inside parts."""

    data: dict[str, Any]
    refused: tuple[str, ...]


class _Plan(NamedTuple):
    """A test for each declared field, and the plans of the fields that have fields of their own."""

    tests: Mapping[str, Test]
    inner: "Mapping[str, _Plan]"


def usable(kind: RecordType, data: Mapping[str, Any]) -> Usable:
    """Part a record's fields; null and empty texts count as not given. Undeclared fields stay as they are."""
    kept, refused = _parted(_plan(kind), data)
    for name in _contradicting(kind, kept):
        if kept.pop(name, None) is not None:
            refused.append(name)
    return Usable(kept, tuple(dict.fromkeys(refused)))


def _parted(plan: _Plan, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    kept: dict[str, Any] = {}
    refused: list[str] = []
    for name, value in data.items():
        if value is None or value == "":
            continue
        test = plan.tests.get(name)
        if test is not None and not test(value):
            refused.append(name)
        elif name in plan.inner:
            kept[name], inside = _parted_inside(plan.inner[name], value)
            refused += (f"{name}.{one}" for one in inside)
        else:
            kept[name] = value
    return kept, refused


def _parted_inside(plan: _Plan, value: Any) -> tuple[Any, list[str]]:
    if isinstance(value, dict):
        return _parted(plan, value)
    parted = [_parted(plan, one) for one in value]
    return [kept for kept, _ in parted], [name for _, refused in parted for name in refused]


def _contradicting(kind: RecordType, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield fields that another one makes impossible: both of two measurements, of two dates the one pointed at."""
    for check, measured in _orders(kind):
        if check.left in data and check.right in data and check.faults(data):
            yield check.left
            if measured:
                yield check.right


@cache
def _orders(kind: RecordType) -> tuple[tuple[Order, bool], ...]:
    """Return the grave comparisons of dates or of measurements of one unit, and whether they are the latter.

    Counts of a woman's history are left out: either one may be right, and risks would go unseen without it.
    """
    fields = {one.name: one for one in kind.fields}
    found = []
    for check in kind.checks:
        if isinstance(check, Order) and check.grave:
            left = fields[check.left]
            if left.kind == "date" or left.unit:
                found.append((check, bool(left.unit)))
    return tuple(found)


@cache
def _plan(kind: RecordType) -> _Plan:
    return _planned(kind.fields)


def _planned(fields: tuple[Field, ...]) -> _Plan:
    return _Plan(
        {one.name: _test(one) for one in fields}, {one.name: _planned(one.fields) for one in fields if one.fields}
    )


def _test(field: Field) -> Test:
    if field.kind in ("int", "number"):
        return _number(field)
    if field.kind == "text":
        most = field.length[1]
        return lambda value: isinstance(value, str) and len(value) <= most
    return _BY_KIND.get(field.kind, _is_text)


def _number(field: Field) -> Test:
    if field.hard is None:
        raise ValueError(f"{field.name}: a number without limits")
    low, high = field.hard
    return lambda value: type(value) in (int, float) and low <= value <= high


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _is_texts(value: Any) -> bool:
    return _is_list_of(value, str)


_BY_KIND: Mapping[str, Test] = {
    "date": is_day,
    "bool": lambda value: isinstance(value, bool),
    "codes": _is_texts,
    "ids": _is_texts,
    "texts": _is_texts,
    "object": lambda value: isinstance(value, dict),
    "objects": lambda value: _is_list_of(value, dict),
}
