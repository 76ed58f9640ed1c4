"""The declarative base and the column types that mean the same on both databases.

The rooms declare their tables with these; which database it is shows nowhere else but in this room.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, String
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A number that the database gives to each new row; SQLite counts in its plain integer only.
Counted = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Parent of every table; constraint names are fixed so that code can turn them into outcomes."""

    metadata = MetaData(naming_convention=NAMING)


class RecordId(UserDefinedType[str]):
    """A UUID as lower-case text of 36 characters: ``uuid`` on PostgreSQL, text on SQLite."""

    cache_ok = True

    def get_col_spec(self, **_kwargs: Any) -> str:
        """Name the type for SQLite."""
        return "VARCHAR(36)"


class RawJson(UserDefinedType[str]):
    """JSON that the caller has already serialised, kept as it is: ``json`` on PostgreSQL, text on SQLite.

    ``json`` and not ``jsonb``: the text is handed to tablets again as it stands, and
    PostgreSQL's operators read it all the same.
    """

    cache_ok = True

    def get_col_spec(self, **_kwargs: Any) -> str:
        """Name the type for SQLite."""
        return "TEXT"


class Sealed(TypeDecorator[bytes]):
    """Bytes that `Sealer.seal` made, declared with what they are about, as a format over the row's columns.

    ``Sealed("receipt {id}")``: sealed about ``receipt`` and the row's id. So the rotation of keys finds every sealed
    column, and can open and seal it anew, without the room that it belongs to.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about


@compiles(RecordId, "postgresql")
def _uuid(_type: RecordId, _compiler: Any, **_kwargs: Any) -> str:
    return "UUID"


@compiles(RawJson, "postgresql")
def _json(_type: RawJson, _compiler: Any, **_kwargs: Any) -> str:
    return "JSON"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: ``timestamptz`` on PostgreSQL, sortable ISO text on SQLite. Naive values are refused.

    Our connections to PostgreSQL speak UTC, so that what comes from there is taken as it is.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a time without a zone; it would shift silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Give an aware time in UTC."""
        return None if dialect.name == "postgresql" else _moment_of


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
