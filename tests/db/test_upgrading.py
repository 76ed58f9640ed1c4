"""Migrations build the very tables that the code declares, up and down and up; readiness tells what is wrong."""

import importlib
import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from fieldsync.access import tables as _access
from fieldsync.cases import tables as _cases
from fieldsync.clock import tables as _clock
from fieldsync.db import Base, newest, open_store, readiness, upgrade, upgrading
from fieldsync.identity import tables as _identity
from fieldsync.ledger import tables as _ledger
from fieldsync.notices import tables as _notices
from fieldsync.registry import tables as _registry
from fieldsync.reporting import tables as _reporting
from fieldsync.rulebook import tables as _rulebook
from tests.conftest import settings_for

ROOMS = (
    _access,
    _cases,
    _clock,
    _identity,
    _ledger,
    _notices,
    _registry,
    _reporting,
    _rulebook,
)  # imported, so that their tables are in the metadata
SEARCH = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    "postgresql": "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
    "UNION ALL SELECT 'column', table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || "
    "coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public' "
    "UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
}


@pytest.fixture
def fresh_postgresql(postgresql_url) -> Iterator[str]:
    """A database with nothing in it."""
    name = f"fresh_{secrets.token_hex(4)}"
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """An opened store on a database with nothing in it, of both kinds in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    else:
        url = request.getfixturevalue("fresh_postgresql")
    store = open_store(settings_for(url, tmp_path))
    yield store
    store.close()


def shape(store) -> list[tuple]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(SEARCH[store.engine.dialect.name]))]


def downgrade(store) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(upgrading.FOLDER))
    with store.engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, "base")


def test_an_upgraded_database_is_ready(store):
    checks = readiness(store)
    assert set(checks.values()) == {"ok"}
    assert {"database", "migrations"} <= checks.keys()
    assert store.is_postgresql == ("synchronous_commit" in checks)


def test_a_database_without_migrations_says_what_to_do(fresh):
    checks = readiness(fresh)
    assert checks["database"] == "ok"
    assert checks["migrations"] == f"at none, needs {newest()}: fieldsync db upgrade"


def test_a_database_of_another_revision_says_which(store):
    store.transact(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '0000_other'")))
    try:
        assert readiness(store)["migrations"] == f"at 0000_other, needs {newest()}: fieldsync db upgrade"
    finally:
        store.transact(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": newest()})
        )


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite3"])
def test_an_unreachable_database_is_said_without_its_address(tmp_path, url):
    store = open_store(settings_for(url, tmp_path))
    checks = readiness(store)
    store.close()
    assert checks == {"database": "unreachable (OperationalError)", "migrations": "unknown"}


def test_a_postgresql_that_may_lose_what_it_confirmed_is_not_ready(fresh_postgresql, tmp_path):
    store = open_store(settings_for(fresh_postgresql, tmp_path))
    upgrade(store)
    assert set(readiness(store).values()) == {"ok"}
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = store.engine.url.database
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    store.close()
    store = open_store(settings_for(fresh_postgresql, tmp_path))
    checks = readiness(store)
    store.close()
    assert checks.pop("synchronous_commit") == "off: a confirmed batch could be lost"
    assert set(checks.values()) == {"ok"}
    assert {"fsync", "full_page_writes"} <= checks.keys()


def test_upgrading_twice_is_the_same(fresh):
    assert upgrade(fresh) == newest()
    first = shape(fresh)
    epoch = epochs(fresh)
    assert upgrade(fresh) == newest()
    assert shape(fresh) == first
    assert epochs(fresh) == epoch
    assert len(epoch) == 1


def epochs(store):
    with store.reading() as connection:
        return connection.execute(text("SELECT epoch FROM feed_epoch")).scalars().all()


def test_down_to_nothing_and_up_again_is_the_same(fresh):
    upgrade(fresh)
    first = shape(fresh)
    downgrade(fresh)
    with fresh.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    assert readiness(fresh)["migrations"].startswith("at none")
    upgrade(fresh)
    assert shape(fresh) == first


def test_the_migrations_equal_the_declared_tables(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_declared_constraint_is_there_by_its_name(fresh):
    upgrade(fresh)
    declared = {
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is not None
    }
    if fresh.is_postgresql:
        with fresh.reading() as connection:
            there = set(connection.execute(text("SELECT conname FROM pg_constraint")).scalars())
        assert declared <= there
    else:
        statements = " ".join(str(row[2]) for row in shape(fresh))
        assert [name for name in sorted(map(str, declared)) if name not in statements] == []


ONE = """
import sys
from pathlib import Path
from fieldsync.config import Settings
from fieldsync.db import open_store, upgrade
store = open_store(Settings(Path(sys.argv[1]), sys.argv[2], b"-" * 32, (("t1", bytes(range(32))),)))
print(upgrade(store))
store.close()
"""


def test_three_processes_may_upgrade_at_once(fresh, tmp_path):
    url = fresh.engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", ONE, str(tmp_path), url]
    started = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 # our own
        for _ in range(3)
    ]
    said = [one.communicate(timeout=120) for one in started]
    assert [(out.strip(), errors) for out, errors in said] == [(newest(), "")] * 3
    assert set(readiness(fresh).values()) == {"ok"}
    assert len(epochs(fresh)) == 1


def test_the_newest_revision_is_the_one_that_the_code_ships():
    module = importlib.import_module(f"migrations.versions.{newest()}")
    assert module.revision == newest()
