"""Whole sets of rows in one statement: COPY or arrays on PostgreSQL, executemany on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import NullType, String, Text, TypeEngine

from fieldsync.db.arrays import array_of, placeholder
from fieldsync.db.base import Base, RecordId
from fieldsync.db.copying import Row, lines_of

WORTH_A_COPY = 16  # a COPY is quicker a row, but needs more trips to begin and end
ROWS_AT_ONCE = 64  # some 60 kB: large blocks cost page faults, and the server would wait for them


def member_of(
    connection: Connection, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Return ``column in values`` as one bound parameter, so that the statement is the same for any number of values.

    On SQLite `values` travel as JSON and so must be text or numbers.
    """
    dialect = connection.dialect.name
    return _members(dialect, column, bindparam(None, listed(dialect, column, values), type_=_LISTED[dialect]))


def members(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return ``column in :name`` for statements that are made once; give `listed` values for `name`."""
    return _members(dialect, column, bindparam(name, type_=_LISTED[dialect]))


def within(area: ColumnElement[str], codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an area code lies in one of `codes`, of any level; of none it is false."""
    return or_(false(), *(or_(area == code, area.startswith(code + ".", autoescape=True)) for code in codes))


def json_text(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """Return a member of the JSON object in a column, as text."""
    if dialect == "postgresql":
        return sql_cast(func.json_extract_path_text(column, name), String)
    return func.json_extract(column, f"$.{name}", type_=String)


def day_text(dialect: str, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a date as ISO text."""
    return func.to_char(column, "YYYY-MM-DD", type_=String) if dialect == "postgresql" else sql_cast(column, String)


def second_text(dialect: str, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return an `Instant` as ISO text in UTC, to the second."""
    if dialect == "postgresql":
        return func.to_char(column, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"', type_=String)
    return func.substr(sql_cast(column, String), 1, 19, type_=String) + "+00:00"


def listed(dialect: str, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Sequence[Any]) -> Any:
    """Return values in the form in which a list of them travels to this database."""
    if dialect != "postgresql":
        return orjson.dumps(list(values)).decode()
    # UUIDs and numbers need no quoting: one text is passed much quicker than a list.
    return array_of(column.type, values) if isinstance(column.type, (RecordId, Integer)) else list(values)


_LISTED: dict[str, type[TypeEngine[Any]]] = {"postgresql": NullType, "sqlite": Text}


def _members(
    dialect: str, column: ColumnElement[Any] | InstrumentedAttribute[Any], given: BindParameter[Any]
) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return column == any_(sql_cast(given, ARRAY(column.type)))
    table = func.json_each(given).table_valued("value")
    return column.in_(select(table.c.value))


def add_rows(connection: Connection, into: type[Base], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert `rows` (values in the order of `columns`).

    Raises:
        sqlalchemy.exc.IntegrityError: a row with such a key is there already.
    """
    if not rows:
        return
    table = _table(into)
    if connection.dialect.name == "postgresql" and len(rows) >= WORTH_A_COPY:
        _copy(connection, table, columns, rows)
    elif connection.dialect.name == "postgresql":
        head = f"INSERT INTO {table.name} ({', '.join(columns)})"
        connection.exec_driver_sql(
            f"{head} SELECT * FROM unnest({_arrays(connection, table, columns)})", _by_column(table, columns, rows)
        )
    else:
        placeholders = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({placeholders})"
        prepared = _prepared(table, tuple(columns), connection.dialect, rows)
        connection.exec_driver_sql(statement, [tuple(row) for row in prepared])


def add_missing_rows(connection: Connection, into: type[Base], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert those of `rows` whose key is not there; waits for other writers that are about to bring the same keys."""
    if not rows:
        return
    table = _table(into)
    prepared = list(_prepared(table, tuple(columns), connection.dialect, rows))
    head = f"INSERT INTO {table.name} ({', '.join(columns)})"
    if connection.dialect.name == "postgresql":
        statement = f"{head} SELECT * FROM unnest({_arrays(connection, table, columns)}) ON CONFLICT DO NOTHING"
        connection.exec_driver_sql(statement, _by_column(table, columns, prepared))
    else:
        statement = f"{head} VALUES ({', '.join('?' * len(columns))}) ON CONFLICT DO NOTHING"
        connection.exec_driver_sql(statement, [tuple(row) for row in prepared])


def _table(into: type[Base]) -> Table:
    return cast(Table, into.__table__)


def _arrays(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    types = (table.c[name].type for name in columns)
    return ", ".join(f"%{placeholder(one)}::{one.compile(connection.dialect)}[]" for one in types)


def _by_column(table: Table, columns: Sequence[str], rows: Sequence[Row]) -> tuple[Any, ...]:
    kinds = (table.c[name].type for name in columns)
    return tuple(array_of(kind, values) for kind, values in zip(kinds, zip(*rows, strict=True), strict=True))


def change_rows(connection: Connection, into: type[Base], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Update the rows whose first of `columns` equals; the other columns take the given values."""
    if not rows:
        return
    table = _table(into)
    key, *changed = columns
    prepared = list(_prepared(table, tuple(columns), connection.dialect, rows))
    if connection.dialect.name == "postgresql":
        assignments = ", ".join(f"{name} = given.{name}" for name in changed)
        statement = (
            f"UPDATE {table.name} SET {assignments} FROM unnest({_arrays(connection, table, columns)}) "
            f"AS given({', '.join(columns)}) "
            f"WHERE {table.name}.{key} = given.{key}"
        )
        connection.exec_driver_sql(statement, _by_column(table, columns, prepared))
    else:
        assignments = ", ".join(f"{name} = ?" for name in changed)
        statement = f"UPDATE {table.name} SET {assignments} WHERE {key} = ?"
        connection.exec_driver_sql(statement, [(*row[1:], row[0]) for row in prepared])


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, len(rows), ROWS_AT_ONCE):
                copy.write(lines_of(table, tuple(columns), rows[start : start + ROWS_AT_ONCE]))
    except psycopg.Error as error:
        # A COPY goes past SQLAlchemy, so its error is turned into the one that a statement would have raised.
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _prepared(table: Table, columns: tuple[str, ...], dialect: Dialect, rows: Sequence[Row]) -> Iterable[Row]:
    """Convert the values as SQLAlchemy would have; on PostgreSQL the driver takes them as they are."""
    converters = () if dialect.name == "postgresql" else _converters(table, columns, dialect)
    return (_converted(row, converters) for row in rows) if converters else rows


def _converted(row: Row, converters: tuple[tuple[int, Callable[[Any], Any]], ...]) -> Row:
    values = list(row)
    for position, convert in converters:
        values[position] = convert(values[position])
    return values


@lru_cache(maxsize=256)
def _converters(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    processors = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns)
    return tuple((position, convert) for position, convert in enumerate(processors) if convert is not None)
