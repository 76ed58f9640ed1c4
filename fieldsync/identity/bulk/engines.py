"""Where Splink runs: DuckDB in this process, in memory, or Spark, for more records than one machine holds.

DuckDB may not write to disk: names and numbers stay in memory. What Spark leaves in its local folder between two steps
is encrypted, with a key that is gone when it ends.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.internals.splink_dataframe import SplinkDataFrame

from fieldsync.identity.bulk.java import has_java, java_home

ENGINES = ("duckdb", "spark")
ROWS_OF_A_PART = 20_000
# The cluster, its memory and its folders are the operator's, by Spark's own means (SPARK_CONF_DIR).
_SETTINGS = {
    "spark.io.encryption.enabled": "true",  # what shuffles leave on disk holds names
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_NO_SPARK = "Spark is not installed: pip install 'fieldsync[spark]'"
_NO_JAVA = "Spark needs a Java runtime, 17 or newer: install one, set JAVA_HOME, or pip install 'fieldsync[spark]'"
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

    def __init__(self, session: Any, parts: int) -> None:
        from splink.backends.spark import SparkAPI  # noqa: PLC0415 # only with the extra `spark`

        self._session = session
        self._api = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=session, break_lineage_method="persist", num_partitions_on_repartition=parts
        )

    def register(self, records: pa.Table) -> SplinkDataFrame:
        """Take the records in."""
        return self._api.register(records)

    def read(self, pairs: SplinkDataFrame) -> Mapping[str, Any]:
        """Return the columns of predicted pairs."""
        found = self._session.table(pairs.physical_name).select(*_COLUMNS).toArrow()
        return {name: found.column(name).to_numpy() for name in _COLUMNS}


def check(name: str) -> None:
    """Look whether an engine is there, before anything long is begun for it.

    Raises:
        EngineError: it is not.
    """
    if name == "spark":
        _session_builder()
        if not has_java():
            raise EngineError(_NO_JAVA)


@contextmanager
def opened(name: str, records: int) -> Iterator[Engine]:
    """Open an engine, one of ENGINES, for a while; `records` tells how many there will be.

    Raises:
        EngineError: Spark, its extra or a Java is not installed.
    """
    if name == "spark":
        with _spark(max(2, records // ROWS_OF_A_PART)) as engine:
            yield engine
        return
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET temp_directory = ''")
        yield DuckDb(connection)


def _session_builder() -> Any:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 # only with the extra `spark`
        from splink.backends.spark import similarity_jar_location  # noqa: PLC0415
    except ImportError as error:
        raise EngineError(_NO_SPARK) from error
    return SparkSession.builder.appName("fieldsync-relink").config("spark.jars", similarity_jar_location())


@contextmanager
def _spark(parts: int) -> Iterator[Spark]:
    builder = _session_builder()
    with TemporaryDirectory(prefix="fieldsync-spark-") as folder, _java(Path(folder, "java")):
        # Spark makes the folder of its tables where it is started, though none is kept.
        own = {"spark.sql.shuffle.partitions": str(parts), "spark.sql.warehouse.dir": str(Path(folder, "tables"))}
        for setting, value in {**_SETTINGS, **own}.items():
            builder = builder.config(setting, value)
        try:
            session = builder.getOrCreate()
        except (RuntimeError, OSError) as error:  # what PySpark raises when Java does not start, or is not there
            raise EngineError(_NO_JAVA) from error
        try:
            session.sparkContext.setLogLevel("ERROR")
            yield Spark(session, parts)
        finally:
            session.stop()


@contextmanager
def _java(folder: Path) -> Iterator[None]:
    home = java_home(folder)
    if home is not None:
        os.environ["JAVA_HOME"] = home
    try:
        yield
    finally:
        if home is not None:
            del os.environ["JAVA_HOME"]
