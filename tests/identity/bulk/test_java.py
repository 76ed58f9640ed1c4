"""Which Java Spark is started with."""

import subprocess

from fieldsync.identity.bulk import java
from fieldsync.identity.bulk.java import java_home


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
