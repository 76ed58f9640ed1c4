"""The values of a column as the array that a statement takes: where it can be, as one text.

The driver passes a list value by value, by code in Python; one text of plain values costs a tenth of that.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer
from sqlalchemy.types import String, TypeEngine

from fieldsync.db.base import Instant, RawJson, RecordId

# Types of which no value holds a comma, a quote, a brace, a backslash or a space.
_BARE = (RecordId, Boolean, Integer, BigInteger, Float, Date, Instant)


def placeholder(kind: TypeEngine[Any]) -> str:
    """Return in which form the driver is to pass the array of a type: ``b`` for binary, ``s`` as it likes."""
    # JSON as text would cost an escape for each of its quotes.
    return "b" if isinstance(kind, RawJson) else "s"


def array_of(kind: TypeEngine[Any], values: Sequence[Any]) -> Any:
    """Return the values of a column of this type as an array for PostgreSQL: as one text but for JSON and bytes."""
    if isinstance(kind, _BARE):
        bare = date.isoformat if isinstance(kind, Date) else datetime.isoformat if isinstance(kind, Instant) else str
        told = ["NULL" if one is None else bare(one) for one in values] if None in values else map(bare, values)
        return "{" + ",".join(told) + "}"
    if isinstance(kind, String):
        return _texts(values)
    return list(values)


def _texts(values: Sequence[str | None]) -> str:
    if None not in values:
        joined = '","'.join(values)  # type: ignore[arg-type] # no None is left
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return f'{{"{joined}"}}'
    return "{" + ",".join(["NULL" if one is None else _quoted(one) for one in values]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
