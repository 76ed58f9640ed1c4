"""Where Splink runs: DuckDB in this process, in memory, or Spark, for more records than one machine holds.

DuckDB may not write to disk: names and numbers stay in memory. Spark spills shuffles to its local folder; see
docs/operations.md for what that folder must be.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.internals.splink_dataframe import SplinkDataFrame

ENGINES = ("duckdb", "spark")
_COLUMNS = ("unique_id_l", "unique_id_r", "match_weight")


class EngineError(RuntimeError):
    """The engine is not there; the message says what to install."""


class Engine(Protocol):
    """Something that holds tables and runs Splink's statements on them."""

    def register(self, records: pa.Table) -> SplinkDataFrame:
        """Take the records in."""

    def read(self, pairs: SplinkDataFrame) -> Mapping[str, Any]:
        """Return the columns of predicted pairs."""


class DuckDb:
    """Tables in this process."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._api = DuckDBAPI(connection)

    def register(self, records: pa.Table) -> SplinkDataFrame:
        """Take the records in."""
        return self._api.register(records)

    def read(self, pairs: SplinkDataFrame) -> Mapping[str, Any]:
        """Return the columns of predicted pairs."""
        wanted = f"SELECT {', '.join(_COLUMNS)} FROM {pairs.physical_name}"
        found: dict[str, Any] = self._connection.execute(wanted).fetchnumpy()
        return found


class Spark:
    """Tables of a Spark session."""

    def __init__(self, session: Any) -> None:
        from splink.backends.spark import SparkAPI  # noqa: PLC0415 # only with the extra `spark`

        self._session = session
        self._api = SparkAPI(spark_session=session, break_lineage_method="persist")  # type: ignore[no-untyped-call]

    def register(self, records: pa.Table) -> SplinkDataFrame:
        """Take the records in."""
        return self._api.register(records)

    def read(self, pairs: SplinkDataFrame) -> Mapping[str, Any]:
        """Return the columns of predicted pairs."""
        found = self._session.table(pairs.physical_name).select(*_COLUMNS).toArrow()
        return {name: found.column(name).to_numpy() for name in _COLUMNS}


@contextmanager
def opened(name: str) -> Iterator[Engine]:
    """Open an engine, one of ENGINES, for a while.

    Raises:
        EngineError: Spark, its extra or a Java is not installed.
    """
    if name == "spark":
        with _spark() as session:
            yield Spark(session)
        return
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET temp_directory = ''")
        yield DuckDb(connection)


@contextmanager
def _spark() -> Iterator[Any]:
    try:
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 # only with the extra `spark`
        from pyspark.sql import SparkSession  # noqa: PLC0415
        from splink.backends.spark import similarity_jar_location  # noqa: PLC0415
    except ImportError as error:
        raise EngineError("Spark is not installed: pip install 'fieldsync[spark]'") from error
    builder = SparkSession.builder.appName("fieldsync-relink").config("spark.jars", similarity_jar_location())
    try:
        session = builder.config("spark.ui.enabled", "false").getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise EngineError("Spark needs a Java runtime, 17 or newer: install one, or set JAVA_HOME") from error
    try:
        yield session
    finally:
        session.stop()
