"""Migrations: run them, and tell whether they were run, whether the keys fit, and whether what is confirmed is kept."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fieldsync.db.engine import Store
from fieldsync.db.hash_keys import make_hash_keys
from fieldsync.db.ring import SealError

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def upgrade(store: Store) -> str:
    """Bring the database to the newest form, in one process at a time, make keys it lacks; return the revision."""
    configuration = _configuration()
    with store.engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
    store.transact(lambda connection: make_hash_keys(connection, store.sealer.ring))
    return newest()


def newest() -> str:
    """Return the newest revision that this version of the code knows."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    return head or ""


def readiness(store: Store) -> dict[str, str]:
    """Return each check with ``ok`` or what is wrong: database, migrations, keys and, on PostgreSQL, durability."""
    checks = {"database": "ok", "migrations": "ok"}
    try:
        with store.reading() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
            if present != newest():
                checks["migrations"] = f"at {present or 'none'}, needs {newest()}: fieldsync db upgrade"
            else:
                checks["keys"] = _keys(store)
            if store.is_postgresql:
                for name in DURABLE:
                    value = connection.execute(text(f"SHOW {name}")).scalar_one()
                    checks[name] = f"{value}: a confirmed batch could be lost" if value == "off" else "ok"
    except SQLAlchemyError as error:
        return {"database": f"unreachable ({type(error).__name__})", "migrations": "unknown"}
    return checks


def _keys(store: Store) -> str:
    """Tell whether this process can open the keys of the hashes: they are sealed anew first when keys rotate."""
    try:
        store.sealer.reread()
    except SealError as error:
        return str(error)
    return store.sealer.ring.trouble or "ok"


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return configuration
