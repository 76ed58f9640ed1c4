"""Every text of the pages, in Indonesian and English: one catalogue, a file for each page in ``words/``.

A key is the file's name and the text's (``today.title``). A text that is not there fails loudly, in either language.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("id", "en")
FOLDER = Path(__file__).parent / "words"


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return all texts by their keys: (Indonesian, English)."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, (indonesian, english) in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}.{name}"] = (indonesian, english)
    return found


def text(key: str, language: str, **values: Any) -> str:
    """Return a text with its values filled in.

    Raises:
        KeyError: there is no such text, or a value that it names is missing.
    """
    return catalogue()[key][LANGUAGES.index(language)].format(**values)
