"""The office on SQLite, where the database makes no difference to what is tested."""

import shutil

import pytest

from fieldsync.db import open_store
from tests.conftest import settings_for
from tests.office import Office


@pytest.fixture
def house_settings(migrated_sqlite, tmp_path):
    shutil.copy(migrated_sqlite, tmp_path / "store.sqlite3")
    return settings_for(f"sqlite:///{tmp_path / 'store.sqlite3'}", tmp_path)


@pytest.fixture
def office(house_settings):
    store = open_store(house_settings)
    yield Office(house_settings, store, alone=False)
    store.close()


@pytest.fixture
def client(office):
    return office.app.test_client()


@pytest.fixture
def tablet(office):
    return office.tablet()
