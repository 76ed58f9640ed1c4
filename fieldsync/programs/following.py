"""Follow-up rules and the facts that they look at, of all programs together.

The rules are files in each program's ``rules/``; the facts are worked out by each program from a folder of records.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.maternal.dated_facts import DATED_RECORD_CONTEXT, dated_sheets
from fieldsync.programs.maternal.death_facts import MATERNAL_DEATH_CONTEXT, maternal_death_sheets
from fieldsync.programs.maternal.postnatal_facts import (
    PNC_MOTHER_CONTEXT,
    POSTNATAL_CONTEXT,
    mother_sheets,
    postnatal_sheets,
)
from fieldsync.programs.maternal.pregnancy_facts import PREGNANCY_CONTEXT, pregnancy_sheets
from fieldsync.programs.maternal.visit_facts import ANC_VISIT_CONTEXT, visit_sheets
from fieldsync.rules import Book, Context, Sheet
from fieldsync.rules.reading import RuleFile, read_rules

Reader = Callable[[Folder, Frame], Iterator[Sheet]]

CONTEXTS: Mapping[str, Context] = MappingProxyType(
    {
        one.name: one
        for one in (
            ANC_VISIT_CONTEXT,
            PREGNANCY_CONTEXT,
            POSTNATAL_CONTEXT,
            PNC_MOTHER_CONTEXT,
            MATERNAL_DEATH_CONTEXT,
            DATED_RECORD_CONTEXT,
        )
    }
)
_READERS: tuple[Reader, ...] = (
    visit_sheets,
    pregnancy_sheets,
    postnatal_sheets,
    mother_sheets,
    maternal_death_sheets,
    dated_sheets,
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
