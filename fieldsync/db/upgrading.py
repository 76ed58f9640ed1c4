"""Migrations: run them, and tell whether they were run and whether the database keeps what it confirms."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fieldsync.db.engine import Store

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def upgrade(store: Store) -> str:
    """Bring the database to the newest form, in one process at a time; return the revision."""
    configuration = _configuration()
    with store.engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
    return newest()


def newest() -> str:
    """Return the newest revision that this version of the code knows."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    return head or ""


def readiness(store: Store) -> dict[str, str]:
    """Return each check with ``ok`` or what is wrong: database, migrations and, on PostgreSQL, durability."""
    checks = {"database": "ok", "migrations": "ok"}
    try:
        with store.reading() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
            if present != newest():
                checks["migrations"] = f"at {present or 'none'}, needs {newest()}: fieldsync db upgrade"
            if store.is_postgresql:
                for name in DURABLE:
                    value = connection.execute(text(f"SHOW {name}")).scalar_one()
                    checks[name] = f"{value}: a confirmed batch could be lost" if value == "off" else "ok"
    except SQLAlchemyError as error:
        return {"database": f"unreachable ({type(error).__name__})", "migrations": "unknown"}
    return checks


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return configuration
