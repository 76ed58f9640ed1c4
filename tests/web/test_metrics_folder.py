"""The folder of the metrics: there while a server lives, gone with it, and what a killed one left is removed by the next."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import urllib3

from fieldsync.web import metrics_folder as room
from fieldsync.web.metrics_folder import PREFIX, VARIABLE, metrics_folder
from tests.conftest import keep_tested_keys

WAITING = """
import os, sys, time
from fieldsync.web.metrics_folder import metrics_folder
with metrics_folder() as folder:
    (folder / "counter_1.db").write_bytes(b"1")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of the test's own; the handler and the variable are put back."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "before")
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def start():
    """Return a function that starts a process in a folder of its own, in a group of its own: (process, folder)."""
    started = []

    def act(code: str = WAITING) -> tuple[subprocess.Popen[str], Path]:
        command = (sys.executable, "-c", code)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
        started.append(process)
        return process, Path(process.stdout.readline().strip())

    yield act
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        process.stdout.close()


def folders(temporary: Path) -> list[Path]:
    return sorted(temporary.glob(f"{PREFIX}*"))


def test_it_is_there_while_the_block_lasts_and_named_to_the_library(temporary):
    with metrics_folder() as folder:
        assert folders(temporary) == [folder]
        assert os.environ[VARIABLE] == str(folder)
        (folder / "counter_1.db").write_bytes(b"1")
    assert folders(temporary) == []


def test_it_goes_when_the_block_fails(temporary):
    with pytest.raises(RuntimeError), metrics_folder():
        raise RuntimeError
    assert folders(temporary) == []


def ended(monkeypatch) -> None:
    """End a block in another process than the one that made its folder."""
    with metrics_folder():
        monkeypatch.setattr(room.os, "getpid", lambda: -1)
        sys.exit(0)


def test_a_worker_that_ends_leaves_it_to_the_others(temporary, monkeypatch):
    with pytest.raises(SystemExit):
        ended(monkeypatch)
    assert len(folders(temporary)) == 1


def test_it_goes_at_the_end_by_sigterm_before_a_server_runs(temporary, start):
    process, folder = start()
    assert folders(temporary) == [folder]
    process.terminate()
    assert process.wait(10) == 128 + signal.SIGTERM
    assert folders(temporary) == []


def test_what_a_killed_server_left_is_removed_and_what_is_in_use_stays(temporary, start):
    process, left = start()
    _, used = start()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    assert folders(temporary) == sorted([left, used])
    (temporary / f"{PREFIX}a-file").write_bytes(b"")
    (temporary / "elsewhere").mkdir()
    (temporary / f"{PREFIX}a-link").symlink_to(temporary / "elsewhere")
    with metrics_folder() as folder:
        assert not left.exists()
        assert (used / "counter_1.db").exists()
        assert folder != used
    assert (temporary / "elsewhere").is_dir()
    assert (temporary / f"{PREFIX}a-file").exists()


def test_workers_that_outlive_their_master_keep_it(temporary, start):
    forking = WAITING.replace("time.sleep", "os.fork() and os._exit(0)\n    time.sleep")
    process, used = start(forking)
    process.wait(10)
    with metrics_folder():
        assert used.is_dir()
    os.killpg(process.pid, signal.SIGKILL)
    patience = time.monotonic() + 10
    while used.is_dir() and time.monotonic() < patience:  # until the killed one's lock is given back
        with metrics_folder():
            pass
    assert not used.exists()


def test_a_folder_of_somebody_else_is_left_alone(temporary, monkeypatch):
    theirs = temporary / f"{PREFIX}theirs"
    theirs.mkdir()
    monkeypatch.setattr(room.os, "geteuid", lambda: theirs.stat().st_uid + 1)
    with metrics_folder():
        assert theirs.is_dir()


def test_one_taken_for_left_over_in_the_instant_of_its_making_is_made_again(temporary, monkeypatch):
    lock = room.fcntl.flock

    def slow(descriptor: int, how: int) -> None:
        monkeypatch.setattr(room.fcntl, "flock", lock)
        for folder in folders(temporary):
            folder.rmdir()
        lock(descriptor, how)

    monkeypatch.setattr(room.fcntl, "flock", slow)
    with metrics_folder() as folder:
        assert folders(temporary) == [folder]


@pytest.mark.server
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_server_counts_together_until_its_end_and_leaves_nothing(temporary, store, database_url, sign, tmp_path):
    keep_tested_keys(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "FIELDSYNC_DATA_DIR": str(tmp_path), "FIELDSYNC_DATABASE_URL": database_url}
    command = (sys.executable, "-m", "fieldsync", "serve", "--port", str(port), "--workers", "2")
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 # our own command
    try:
        await_ready(f"http://127.0.0.1:{port}/readyz")
        (folder,) = folders(temporary)
        worker = max(int(one.stem.rsplit("_", 1)[1]) for one in folder.glob("counter_*.db"))
        assert worker != process.pid
        os.kill(worker, signal.SIGTERM)
        patience = time.monotonic() + 20
        while Path(f"/proc/{worker}").exists() and time.monotonic() < patience:
            time.sleep(0.05)
        assert not Path(f"/proc/{worker}").exists()
        assert folder.is_dir()
        process.send_signal(sign)
        process.wait(30)
    finally:
        process.kill()
        process.wait()
    assert folders(temporary) == []


def await_ready(url: str) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=5)
    for _ in range(400):
        try:
            # A worker that is asked to end would wait for what may still come over an open connection.
            if pool.request("GET", url, headers={"Connection": "close"}).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not start")
