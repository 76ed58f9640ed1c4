"""Which Java Spark is started with."""

import os
import subprocess
import sys

import pytest

from fieldsync.identity.bulk import java
from fieldsync.identity.bulk.engines import EngineError, check
from fieldsync.identity.bulk.java import has_java, java_home


def test_the_java_of_the_machine_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", "/somewhere")
    assert java_home(tmp_path) is None
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setattr(java.shutil, "which", lambda _: "/usr/bin/java")
    assert java_home(tmp_path) is None


def test_without_one_the_package_brings_it_and_is_not_asked_for_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java.shutil, "which", lambda _: None)
    home = java_home(tmp_path / "java")
    assert home is not None
    command = [f"{home}/bin/java", "--add-modules=jdk.incubator.vector", "-version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 # our own script
    assert done.returncode == 0, done.stderr
    assert "version" in done.stderr


def test_without_any_the_engine_says_so_before_it_begins(monkeypatch):
    assert has_java()
    check("spark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java.shutil, "which", lambda _: None)
    assert has_java()
    monkeypatch.setattr(java, "find_spec", lambda _: None)
    assert not has_java()
    with pytest.raises(EngineError, match=r"Java runtime, 17 or newer.*pip install 'fieldsync\[spark\]'"):
        check("spark")
    check("duckdb")


STARTING = """
from fieldsync.identity.bulk.engines import EngineError, opened
try:
    with opened("spark", 10):
        pass
except EngineError as error:
    print(error)
"""


@pytest.mark.spark
def test_a_java_that_does_not_start_is_told(tmp_path):
    environment = {**os.environ, "JAVA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", STARTING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert done.stdout.startswith("Spark needs a Java runtime, 17 or newer"), done.stderr
