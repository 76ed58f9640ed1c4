"""An office's rule files as texts: read from its folder, told apart by a digest, refused when anything is wrong.

What is in force is kept as texts, so that every server reads the very same; a text is checked wherever it is read.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import orjson

from fieldsync.programs.following import OFFICE, problems_of, rule_files, rules_with
from fieldsync.rules import RuleError, RuleFile

MOST_BYTES = 1024 * 1024

Texts = Mapping[str, str]


def read_folder(folder: Path) -> dict[str, str]:
    """Return the content of an office's rule files by their names; none when there is no such folder.

    Raises:
        RuleError: a file can't be read, is no UTF-8, or all of them are larger than `MOST_BYTES`.
    """
    found, problems = dict[str, str](), list[str]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.name] = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            problems.append(f"{OFFICE}/{path.name}: {' '.join(str(error).split())}")
    if sum(len(text.encode()) for text in found.values()) > MOST_BYTES:
        problems.append(f"{OFFICE}: all files together take at most {MOST_BYTES} bytes")
    if problems:
        raise RuleError(problems)
    return found


def checked(texts: Texts) -> RuleFile:
    """Return the shipped rules with those of these texts, and refuse what `fieldsync rules check` would.

    Raises:
        RuleError: something is wrong with them.
    """
    files = rules_with(texts)
    problems = problems_of(files)
    if problems:
        raise RuleError(map(str, problems))
    return files


def digest_of(texts: Texts) -> str:
    """Return 64 hexadecimal digits that tell these texts from others."""
    return sha256(orjson.dumps(sorted(texts.items()))).hexdigest()


def digest_of_all(texts: Texts) -> str:
    """Return 64 hexadecimal digits that tell these texts, and the rules of this version of the program, from others."""
    return sha256(f"{_shipped_digest()} {digest_of(texts)}".encode()).hexdigest()


@cache
def _shipped_digest() -> str:
    return digest_of({origin: path.read_text(encoding="utf-8") for origin, path in rule_files().items()})
