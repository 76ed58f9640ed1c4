"""The same night on a real Spark, started by the command as an operator starts it, in a process of its own."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fieldsync
from fieldsync.identity.matching.weights import shipped
from fieldsync.sync.relinking import relink
from tests.conftest import TESTED_RING, TESTED_SECRET
from tests.identity.bulk.crowd import bring, crowd
from tests.identity.bulk.machine import mixed, scattered
from tests.identity.people import partition

RECORDS = 200


@pytest.mark.spark
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_spark_finds_what_duckdb_finds(office, tmp_path):
    office.clock.forward(days=700)
    records, _ = crowd(office, 5, RECORDS)
    bring(office, records)
    scattered(office)
    mixed(office)
    wish = relink(office.store, shipped(), "duckdb", office.clock(), lambda *_: None, dry_run=True)
    before = partition(office.store)
    (tmp_path / "started").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "fieldsync", "identity", "relink", "--engine", "spark", "--json"],
        env={**os.environ, **of(office, tmp_path)},
        cwd=tmp_path / "started",
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert [*(tmp_path / "started").iterdir()] == []
    told = json.loads(done.stdout.decode().splitlines()[-1])
    assert told["engine"] == "spark"
    assert told["records"] == RECORDS
    assert told["merges_proposed"] == told["merges_made"] == [list(merge) for merge in wish.merges_proposed]
    assert (told["moved"], told["remade"]) == (wish.moved, wish.remade_proposed)
    assert wish.merges_proposed
    assert wish.remade_proposed
    assert partition(office.store) != before
    again = relink(office.store, shipped(), "duckdb", office.clock(), lambda *_: None)
    assert again.moved == 0


def of(office, folder):
    """The settings of the test's office, as an environment."""
    ring = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in TESTED_RING)
    return {
        "PYTHONPATH": str(Path(fieldsync.__file__).parents[1]),
        "FIELDSYNC_DATA_DIR": str(folder),
        "FIELDSYNC_DATABASE_URL": office.settings.database_url,
        "FIELDSYNC_SECRET_KEY": TESTED_SECRET.decode(),
        "FIELDSYNC_ENCRYPTION_KEYS": ring,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "_JAVA_OPTIONS": "-Xmx512m -XX:TieredStopAtLevel=1",  # little to do: not worth compiling well
    }
