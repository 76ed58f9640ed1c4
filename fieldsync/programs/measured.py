"""What a field of a record tells the rules: a number that can be, codes that are texts, a yes or no.

What a form would refuse (beyond the hard range, of another kind) counts as not known, so that nothing is worked out
from it; that it is wrong is told by the rules about data.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fieldsync.programs.declare import RecordType

Measure = Callable[[Mapping[str, Any], str], float | None]

_NUMBERS = ("int", "number")
_NO_CODES: frozenset[str] = frozenset()


def measure_of(kind: RecordType) -> Measure:
    """Return what reads a number field of a record type: its value, or None when it is absent or can't be."""
    limits = {one.name: one.hard for one in kind.fields if one.kind in _NUMBERS}

    def measure(data: Mapping[str, Any], name: str) -> float | None:
        value = data.get(name)
        if type(value) is not int and type(value) is not float:
            return None
        hard = limits[name]
        return value if hard is None or hard[0] <= value <= hard[1] else None

    return measure


def codes_of(data: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the codes of a list field; empty when it is absent."""
    value = data.get(name)
    if not value or not isinstance(value, list | tuple):
        return _NO_CODES
    return frozenset([one for one in value if isinstance(one, str)])


def copied(data: Mapping[str, Any], names: Iterable[str], measure: Measure) -> dict[str, Any]:
    """Return these number fields as facts, those that are known."""
    return {name: value for name in names if (value := measure(data, name)) is not None}
