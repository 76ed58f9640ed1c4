"""The demo scenario: how long a newcomer waits from `make demo` to the summary."""

import os
import signal
import subprocess
import time
from pathlib import Path

import orjson

from bench.process import StartError
from bench.run import Run

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300


def demo(run: Run) -> None:
    """Run `make demo` once to its end."""
    makefile = ROOT / "Makefile"
    if not makefile.exists() or "\ndemo:" not in "\n" + makefile.read_text():
        raise StartError("the Makefile has no demo")
    start = time.perf_counter()
    command = ["make", "-s", "demo", "ARGS=--once --json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as popen:
        try:
            said, complained = popen.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired as error:
            os.killpg(popen.pid, signal.SIGKILL)
            raise StartError(f"make demo took over {LONGEST} s") from error
    if popen.returncode:
        raise StartError(f"make demo: exit {popen.returncode}: {complained[-600:].decode(errors='replace')}")
    seconds = time.perf_counter() - start
    if not _is_summary(said):
        raise StartError(f"make demo printed no summary: {said[-300:].decode(errors='replace')}")
    run.report.add("demo", seconds)


def _is_summary(said: bytes) -> bool:
    try:
        return isinstance(orjson.loads(said.strip().rpartition(b"\n")[2]), dict)
    except orjson.JSONDecodeError:
        return False
