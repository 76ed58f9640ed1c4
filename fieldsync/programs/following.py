"""Follow-up rules and the facts that they look at, of all programs together.

The rules are files in each program's ``rules/``; the facts are worked out by each program from a folder of records.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fieldsync.programs.child.immunisation_facts import CHILD_CONTEXT, child_sheets
from fieldsync.programs.child.newborn_facts import (
    BABY_CONTEXT,
    NEWBORN_VISIT_CONTEXT,
    baby_sheets,
    newborn_visit_sheets,
)
from fieldsync.programs.child.visit_facts import CHILD_VISIT_CONTEXT, child_visit_sheets
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.maternal.visit_facts import ANC_VISIT_CONTEXT, visit_sheets
from fieldsync.rules import Book, Context, Sheet
from fieldsync.rules.reading import RuleFile, read_rules

Reader = Callable[[Folder, Frame], Iterator[Sheet]]

_CONTEXTS = (
    ANC_VISIT_CONTEXT,
    BABY_CONTEXT,
    NEWBORN_VISIT_CONTEXT,
    CHILD_CONTEXT,
    CHILD_VISIT_CONTEXT,
)
CONTEXTS: Mapping[str, Context] = MappingProxyType({one.name: one for one in _CONTEXTS})
_READERS: tuple[Reader, ...] = (
    visit_sheets,
    baby_sheets,
    newborn_visit_sheets,
    child_sheets,
    child_visit_sheets,
)


def rule_files(office: Path | None = None) -> list[Path]:
    """Return the shipped rule files, then those of the office's own folder, if it has one; each in order of names."""
    shipped = sorted(Path(__file__).parent.glob("*/rules/*.yaml"))
    return shipped + (sorted(office.glob("*.yaml")) if office is not None and office.is_dir() else [])


def book_on(day: date, files: RuleFile | None = None) -> Book:
    """Return the rules that count on a day, of these files or else of the shipped ones.

    Raises:
        RuleError: a file can't be taken.
    """
    return Book.of(files if files is not None else _shipped(), CONTEXTS, day)


@cache
def _shipped() -> RuleFile:
    return read_rules(rule_files())


def sheets_of(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield every sheet that the records of a folder fill, as things stand on the day of the frame."""
    for read in _READERS:
        yield from read(folder, frame)
