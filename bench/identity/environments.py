"""Environments that peers run in: made once in the cache of the measurements, anew when what is wanted changes."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import process

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fieldsync-bench"


def install(cache: Path, name: str, packages: Sequence[str], options: Sequence[str] = ()) -> Path:
    """Make a virtual environment with these packages once, and return its folder.

    Raises:
        StartError: a package could not be installed.
    """
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / name
    done, wanted = home / "installed.json", json.dumps([*packages, *options])
    if not done.exists() or done.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        process.run([sys.executable, "-m", "venv", home], {}, cache)
        process.run([home / "bin/python", "-m", "pip", "install", "-q", *options, *packages], {}, cache)
        done.write_text(wanted)
    return home
