"""What is aimed at: the shipped targets, and those of the office's own file, each with the source that sets it.

A file with a mistake anywhere is not taken; what is wrong is told with its place, all of it at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from fieldsync.programs.coverage import indicators
from fieldsync.reporting.lives import EDGES, TIMES

_HOUR = 60
_LONGEST_SOURCE = 200
_MOST_BYTES = 64 * 1024
PERCENT, HOURS = "percent", "hours"


class TargetsError(ValueError):
    """The office's file can't be taken; `problems` tells what is wrong where, in English."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: so many percent of those counted; or so many hours, within which nine of ten cases shall be."""

    value: float
    source: str


@cache
def shipped_targets() -> Mapping[str, Target]:
    """Return the targets that come with the program, by indicator."""
    return _read((Path(__file__).parent / "targets.yaml").read_text(encoding="utf-8"))


def read_targets(path: Path) -> Mapping[str, Target]:
    """Return the shipped targets with those of an office's file in their place; without a file the shipped ones.

    Raises:
        TargetsError: the file can't be read, or something in it is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise TargetsError([f"more than {_MOST_BYTES} bytes"])
        own = _read(text.decode("utf-8-sig"))
    except FileNotFoundError:
        return shipped_targets()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetsError([f"can't be read ({type(error).__name__})"]) from error
    return MappingProxyType({**shipped_targets(), **own})


def _read(text: str) -> Mapping[str, Target]:
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise TargetsError(["no YAML" if mark is None else f"no YAML in line {mark.line + 1}"]) from error
    targets = given.get("targets") if isinstance(given, dict) else None
    if not isinstance(targets, dict) or set(given) != {"targets"}:
        raise TargetsError(["a file of targets has the one key targets, with an entry for each indicator"])
    problems = [one for name, entry in targets.items() for one in _problems(name, entry)]
    if problems:
        raise TargetsError(problems)
    return MappingProxyType({name: Target(one[_unit(name)], one["source"]) for name, one in targets.items()})


def _unit(name: str) -> str:
    return HOURS if name in TIMES else PERCENT


def _problems(name: Any, entry: Any) -> Iterator[str]:
    """Yield what is wrong with an entry."""
    if not isinstance(name, str) or name not in (*indicators(), *TIMES):
        yield f"targets/{str(name)[:40]}: no indicator; there are {', '.join((*indicators(), *TIMES))}"
        return
    unit = _unit(name)
    if not isinstance(entry, dict) or set(entry) != {unit, "source"}:
        yield f"targets/{name}: takes {unit} and source"
        return
    value, source = entry[unit], entry["source"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_possible(unit, value):
        hours = ", ".join(f"{one / _HOUR:g}" for one in EDGES)
        yield f"targets/{name}/{unit}: takes {'a number over 0 up to 100' if unit == PERCENT else f'one of {hours}'}"
    if not isinstance(source, str) or not source.strip() or len(source) > _LONGEST_SOURCE:
        yield f"targets/{name}/source: takes who set it, 1 to {_LONGEST_SOURCE} characters"


def _is_possible(unit: str, value: float) -> bool:
    return 0 < value <= 100 if unit == PERCENT else value * _HOUR in EDGES  # noqa: PLR2004 # percent
