"""Rows as the text that COPY reads, written a column at a time: the values of a column are alike, and many the same.

Exact for every value that its column takes. Not for values of types that our tables do not have.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, LargeBinary, String, Table

from fieldsync.db.base import Instant, RawJson, RecordId, Sealed

NULL = r"\N"
_SPECIAL = ("\\", "\t", "\n", "\r")

Row = Sequence[Any]
Writer = Callable[[Sequence[Any]], Sequence[str]]


def lines_of(table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> bytes:
    """Return `rows` (at least one, values in the order of `columns`) as lines of COPY's text format.

    Raises:
        UnicodeEncodeError: a text holds a lone surrogate.
    """
    written = [write(column) for write, column in zip(_writers(table, columns), zip(*rows, strict=True), strict=True)]
    return ("\n".join(map("\t".join, zip(*written, strict=True))) + "\n").encode()


@lru_cache(maxsize=64)
def _writers(table: Table, columns: tuple[str, ...]) -> tuple[Writer, ...]:
    return tuple(_writer(table.c[name].type) for name in columns)


def _writer(kind: object) -> Writer:
    return next(write for kinds, write in _WRITERS if isinstance(kind, kinds))


def _texts(column: Sequence[str | None]) -> Sequence[str]:
    if None in column:
        return [NULL if value is None else _escaped(value) for value in column]
    # One look at all of them together is much quicker than one at each.
    joined = "".join(column)  # type: ignore[arg-type] # no None is left
    return list(map(_escaped, column)) if any(sign in joined for sign in _SPECIAL) else column  # type: ignore[arg-type,return-value]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _bytes(column: Sequence[bytes | None]) -> list[str]:
    return [NULL if value is None else "\\\\x" + value.hex() for value in column]


def _booleans(column: Sequence[bool | None]) -> list[str]:
    return [NULL if value is None else "t" if value else "f" for value in column]


def _numbers(column: Sequence[float | None]) -> list[str]:
    return [NULL if value is None else str(value) for value in column] if None in column else list(map(str, column))


def _instants(column: Sequence[datetime | None]) -> list[str]:
    first = column[0]
    if column.count(first) == len(column):  # the time of receipt: the same for a whole batch
        return [NULL if first is None else first.isoformat()] * len(column)
    return [NULL if value is None else value.isoformat() for value in column]


def _dates(column: Sequence[date | None]) -> list[str]:
    return [NULL if value is None else value.isoformat() for value in column]


_WRITERS: tuple[tuple[tuple[type, ...], Writer], ...] = (
    ((RecordId, RawJson, String), _texts),
    ((LargeBinary, Sealed), _bytes),
    ((Boolean,), _booleans),
    ((Integer, BigInteger, Float), _numbers),
    ((Instant,), _instants),
    ((Date,), _dates),
)
