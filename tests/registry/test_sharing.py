"""A transaction that brings records looks for rows by their keys, and only that transaction."""

from pathlib import Path

from sqlalchemy import text

from fieldsync import registry
from fieldsync.db import open_store
from tests.conftest import settings_for


def scans(connection) -> str:
    return connection.execute(text("SHOW enable_seqscan")).scalar_one()


def test_a_push_reads_no_table_whole_and_others_may(postgresql_url, tmp_path: Path):
    store = open_store(settings_for(postgresql_url, tmp_path))
    try:
        assert store.transact(lambda connection: (registry.share_persons(connection), scans(connection))[1]) == "off"
        assert store.transact(scans) == "on"
    finally:
        store.close()
