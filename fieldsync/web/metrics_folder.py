"""The folder in which the workers of one server count together, for as long as that server lives.

A server that is killed can't take its folder with it, so the next one that starts removes it: whoever uses a folder
holds its lock. Knows nothing of what lies in it, since the metrics library must not be imported before it is there.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "fieldsync-metrics-"
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """Give a new folder while the block lasts, named to the metrics library; remove those that killed servers left."""
    # Until the server has its own way to end, an end by SIGTERM passes through here, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _remove_left_over()
    folder, descriptor = _made()
    owner = os.getpid()
    os.environ[VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        if os.getpid() == owner:  # a worker that ends comes by here, too, and the others go on
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)


def _made() -> tuple[Path, int]:
    """Make a folder and lock it; the workers inherit the lock, and it ends with the last of them."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if folder.is_dir():  # else another server took it for left over in this very instant
            return folder, descriptor
        os.close(descriptor)


def _remove_left_over() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, in use, or gone by now
            _remove_unused(folder)


def _remove_unused(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
