"""Follow-up rules and the facts that they look at, of all programs together.

The rules are files in each program's ``rules/``; the facts are worked out by each program from a folder of records.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fieldsync.programs.civil.birth_facts import (
    BIRTH_CONTEXT,
    BIRTH_REGISTRATION_CONTEXT,
    birth_registration_sheets,
    birth_sheets,
)
from fieldsync.programs.civil.death_facts import (
    DEATH_CONTEXT,
    DEATH_REGISTRATION_CONTEXT,
    death_registration_sheets,
    death_sheets,
)
from fieldsync.programs.civil.event_facts import (
    DIVORCE_CONTEXT,
    MARRIAGE_CONTEXT,
    MOVE_CONTEXT,
    divorce_sheets,
    marriage_sheets,
    move_sheets,
)
from fieldsync.programs.civil.person_facts import PERSON_CONTEXT, person_sheets
from fieldsync.programs.civil.request_facts import REQUEST_CONTEXT, request_sheets
from fieldsync.programs.common.pair_facts import PAIR_CONTEXT, pair_sheets
from fieldsync.programs.common.quality_facts import RECORD_CONTEXT, record_sheets
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.maternal.visit_facts import ANC_VISIT_CONTEXT, visit_sheets
from fieldsync.programs.service.complaint_facts import COMPLAINT_CONTEXT, complaint_sheets
from fieldsync.programs.service.survey_facts import UNIT_CONTEXT, unit_sheets
from fieldsync.rules import Book, Context, Sheet
from fieldsync.rules.reading import RuleFile, read_rules

Reader = Callable[[Folder, Frame], Iterator[Sheet]]

CONTEXTS: Mapping[str, Context] = MappingProxyType(
    {
        one.name: one
        for one in (
            ANC_VISIT_CONTEXT,
            BIRTH_CONTEXT,
            BIRTH_REGISTRATION_CONTEXT,
            DEATH_CONTEXT,
            DEATH_REGISTRATION_CONTEXT,
            PERSON_CONTEXT,
            REQUEST_CONTEXT,
            MOVE_CONTEXT,
            MARRIAGE_CONTEXT,
            DIVORCE_CONTEXT,
            COMPLAINT_CONTEXT,
            UNIT_CONTEXT,
            RECORD_CONTEXT,
            PAIR_CONTEXT,
        )
    }
)
_READERS: tuple[Reader, ...] = (
    visit_sheets,
    birth_sheets,
    birth_registration_sheets,
    death_sheets,
    death_registration_sheets,
    person_sheets,
    request_sheets,
    move_sheets,
    marriage_sheets,
    divorce_sheets,
    complaint_sheets,
    unit_sheets,
    record_sheets,
    pair_sheets,
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
