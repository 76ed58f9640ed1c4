"""What a finding rests on as a short JSON text, and back: written at each push, put into words only when it is read.

A fact that is not declared any more is left out when it is read.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from fieldsync.rules.book import Ground
from fieldsync.rules.facts import Context, Fact


def plain(value: Any) -> Any:
    """Return a value of a fact, or a limit, as JSON takes it: a date is a text, codes are a sorted list."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return list(value) if isinstance(value, tuple | list) else value


def pack(about: str, grounds: Sequence[Ground], on: date | None) -> str:
    """Return what a finding rests on as JSON text.

    Args:
        about: name of the context.
        grounds: the values because of which a rule holds.
        on: the day of the visit.
    """
    return orjson.dumps((about, on, list(map(tuple, grounds))), default=plain).decode()


def unpack(text: str, contexts: Mapping[str, Context]) -> tuple[Context | None, list[Ground], date | None]:
    """Return (context, grounds, day of the visit) that were packed; no context and nothing else if it is not there.

    The text may also be an empty list: what is not known any more.
    """
    about, on, rows = orjson.loads(text) or ("", None, [])
    context = contexts.get(about)
    if context is None:
        return None, [], None
    grounds = [_ground(context.facts[row[0]], *row) for row in rows if row[0] in context.facts]
    return context, grounds, None if on is None else date.fromisoformat(on)


def _ground(fact: Fact, name: str, value: Any, op: str, limit: Any, record: str | None) -> Ground:
    return Ground(name, _typed(fact, value), op, frozenset(limit) if isinstance(limit, list) else limit, record)


def _typed(fact: Fact, value: Any) -> Any:
    match fact.kind, value:
        case "date", str():
            return date.fromisoformat(value)
        case "codes", list():
            return frozenset(value)
        case "texts", list():
            return tuple(value)
    return value
