"""Follow-up rules and the facts that they look at, of all programs together.

The rules are files in each program's ``rules/``; the facts are worked out by each program from a folder of records.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from fieldsync.programs import PROGRAMS
from fieldsync.programs.child.immunisation_facts import CHILD_CONTEXT, child_sheets
from fieldsync.programs.child.newborn_facts import (
    BABY_CONTEXT,
    NEWBORN_VISIT_CONTEXT,
    baby_sheets,
    newborn_visit_sheets,
)
from fieldsync.programs.child.visit_facts import CHILD_VISIT_CONTEXT, child_visit_sheets
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
from fieldsync.programs.service.complaint_facts import COMPLAINT_CONTEXT, complaint_sheets
from fieldsync.programs.service.survey_facts import UNIT_CONTEXT, unit_sheets
from fieldsync.rules import Book, Context, Known, Problem, RuleFile, Sheet, check, read_rules

Reader = Callable[[Folder, Frame], Iterator[Sheet]]

_CONTEXTS = (
    ANC_VISIT_CONTEXT,
    PREGNANCY_CONTEXT,
    POSTNATAL_CONTEXT,
    PNC_MOTHER_CONTEXT,
    MATERNAL_DEATH_CONTEXT,
    DATED_RECORD_CONTEXT,
    BABY_CONTEXT,
    NEWBORN_VISIT_CONTEXT,
    CHILD_CONTEXT,
    CHILD_VISIT_CONTEXT,
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
CONTEXTS: Mapping[str, Context] = MappingProxyType({one.name: one for one in _CONTEXTS})
_READERS: tuple[Reader, ...] = (
    visit_sheets,
    pregnancy_sheets,
    postnatal_sheets,
    mother_sheets,
    maternal_death_sheets,
    dated_sheets,
    baby_sheets,
    newborn_visit_sheets,
    child_sheets,
    child_visit_sheets,
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


def rule_files(office: Path | None = None) -> dict[str, Path]:
    """Return the shipped rule files, then those of the office's own folder, if it has one, by their origin.

    An office writes new rules there, and newer versions of shipped ones: same id, higher version, later `valid_from`.
    """
    here = Path(__file__).parent
    shipped = {f"{one.parent.parent.name}/{one.name}": one for one in sorted(here.glob("*/rules/*.yaml"))}
    return shipped | ({f"office/{one.name}": one for one in sorted(office.glob("*.yaml"))} if office else {})


def rules_of(office: Path | None = None) -> RuleFile:
    """Read the rules and tables of an office: the shipped ones and those of its own folder.

    Raises:
        RuleError: a file can't be taken.
    """
    return read_rules(rule_files(office))


def problems_of(files: RuleFile) -> list[Problem]:
    """Return what is wrong with rules as a set; see `fieldsync.rules.check`."""
    return check(files, CONTEXTS, Known(frozenset(sources()), frozenset(PROGRAMS)))


@cache
def sources() -> Mapping[str, str]:
    """Return what each source of the rules is, by the key that rules name."""
    text = (Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text)["sources"])


def book_on(day: date, files: RuleFile | None = None) -> Book:
    """Return the rules that count on a day, of these files or else of the shipped ones.

    Raises:
        RuleError: a file can't be taken.
    """
    return Book.of(files if files is not None else _shipped(), CONTEXTS, day)


@cache
def _shipped() -> RuleFile:
    return rules_of()


def sheets_of(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield every sheet that the records of a folder fill, as things stand on the day of the frame."""
    for read in _READERS:
        yield from read(folder, frame)
