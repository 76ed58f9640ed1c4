"""What tests of keys share: databases whose keys are their own, and proof that everything opens."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, text

from fieldsync import keyfile
from fieldsync.config import Settings
from fieldsync.db import Store, count_values, open_store, readiness, sealed_columns
from fieldsync.keyfile import Kept, Ring
from tests.conftest import TESTED_RING, TESTED_SECRET, settings_for


@contextmanager
def own_database(postgresql_url: str) -> Iterator[str]:
    """An empty database of the test's own: when its keys rotate, those of the other tests do not."""
    name = f"keys_{secrets.token_hex(4)}"
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def settings_with_file(url: str, folder: Path) -> Settings:
    """Settings whose keys lie in a file, as those of a server that was given none."""
    path = keyfile.made(folder)
    keyfile.replace(path, Kept(TESTED_SECRET.decode(), TESTED_RING))
    return settings_for(url, folder, key_file=path)


def counted(store: Store, *ids: str) -> dict[str | None, int]:
    with store.reading() as connection:
        return count_values(connection, ids)


def opens_all(settings: Settings, ring: Ring | None = None) -> int:
    """Let a process that starts now, with this ring if one is given, open every value; return how many there are."""
    fresh = open_store(settings if ring is None else replace(settings, key_file=None, encryption_keys=ring))
    opened = 0
    try:
        assert set(readiness(fresh).values()) == {"ok"}
        with fresh.reading() as connection:
            for one in sealed_columns():
                for row in connection.execute(one.table.select().where(one.column.is_not(None))).mappings():
                    about = one.about.format(**{column.name: row[column] for column in one.told})
                    assert fresh.sealer.open(row[one.column], about)
                    opened += 1
    finally:
        fresh.close()
    return opened
