"""Server processes of the measurements: started in a group of their own, waited for, ended by id."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import client

STOP_WAIT = 20


class StartError(Exception):
    """A server did not come up or a command failed; the message ends with what it last said."""


@dataclass
class Process:
    """A running server: its root process and where its words go."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def root(self) -> int:
        """Return the id of the root process."""
        return self.popen.pid

    def stop(self) -> None:
        """End the server and what it started: politely, then firmly."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.popen.poll() is None:
                os.killpg(self.root, sign)
                try:
                    self.popen.wait(STOP_WAIT)
                except subprocess.TimeoutExpired:
                    continue


def run(command: Sequence[str | Path], environment: dict[str, str], cwd: Path, given: str = "") -> str:
    """Run a command to its end, with `given` on its standard input, and return its standard output.

    Raises:
        StartError: it failed.
    """
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        input=given,
    )
    if done.returncode:
        raise StartError(
            f"{' '.join(map(str, command))}: exit {done.returncode}: {(done.stderr or done.stdout)[-1500:]}"
        )
    return done.stdout


def start(
    command: Sequence[str | Path], environment: dict[str, str], cwd: Path, port: int, path: str, longest: float = 40.0
) -> Process:
    """Start a server and wait until GET `path` answers 200.

    Raises:
        StartError: it ended, or took longer than `longest` seconds.
    """
    log = cwd / f"{Path(command[0]).name}-{port}.log"
    with log.open("wb") as out:
        popen = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=cwd,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process(popen, log)
    end = time.monotonic() + longest
    while time.monotonic() < end and popen.poll() is None:
        if _answers(port, path):
            return process
        time.sleep(0.1)
    process.stop()
    raise StartError(f"{command[0]} does not answer {path}: {log.read_text(errors='replace')[-1500:]}")


def _answers(port: int, path: str) -> bool:
    try:
        return client.ask(port, client.request("GET", path, headers={"Connection": "close"})).status == 200
    except (OSError, client.WrongAnswerError):
        return False
