"""Follow-up rules and the facts that they look at, of all programs together.

The rules are files in each program's ``rules/``; the facts are worked out by each program from a folder of records.
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from fieldsync.programs import PROGRAMS
from fieldsync.programs.child import follow_up as child
from fieldsync.programs.civil import follow_up as civil
from fieldsync.programs.common import follow_up_facts as common
from fieldsync.programs.common.pair_facts import pair_sheets
from fieldsync.programs.common.quality_facts import sending_sheets
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.maternal import follow_up as maternal
from fieldsync.programs.service import follow_up as service
from fieldsync.programs.service.survey_facts import unit_sheets
from fieldsync.rules import Book, Context, Known, Problem, RuleFile, Sheet, check, read_rules, read_texts

Reader = Callable[[Folder, Frame], Iterator[Sheet]]

# Types of which one more record changes, of the sheets by visit, only those behind it, and none about other records.
VISITS = frozenset({"anc_visit", "child_visit"})
# What the origin of an office's own rule begins with.
OFFICE = "office"
_PARTS = (maternal, child, civil, service, common)
CONTEXTS: Mapping[str, Context] = MappingProxyType({one.name: one for part in _PARTS for one in part.CONTEXTS})
_READERS: tuple[Reader, ...] = tuple(read for part in _PARTS for read in part.READERS)
# What some readers are about who don't always see all that belongs to it.
_ABOUT: Mapping[Reader, str] = {pair_sheets: "pair", sending_sheets: "sending", unit_sheets: "unit"}


def rule_files(office: Path | None = None) -> dict[str, Path]:
    """Return the shipped rule files, then those of the office's own folder, if it has one, by their origin.

    An office writes new rules there, and newer versions of shipped ones: same id, higher version, later `valid_from`.
    """
    here = Path(__file__).parent
    shipped = {f"{one.parent.parent.name}/{one.name}": one for one in sorted(here.glob("*/rules/*.yaml"))}
    return shipped | ({f"{OFFICE}/{one.name}": one for one in sorted(office.glob("*.yaml"))} if office else {})


def rules_of(office: Path | None = None) -> RuleFile:
    """Read the rules and tables of an office: the shipped ones and those of its own folder.

    Raises:
        RuleError: a file can't be taken.
    """
    return read_rules(rule_files(office))


def rules_with(texts: Mapping[str, str]) -> RuleFile:
    """Return the shipped rules and tables, and those of an office's texts, by the names of its files.

    Raises:
        RuleError: a text can't be taken.
    """
    shipped, own = _shipped(), read_texts({f"{OFFICE}/{name}": text for name, text in sorted(texts.items())})
    return RuleFile([*shipped.rules, *own.rules], [*shipped.tables, *own.tables])


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


def sheets_of(folder: Folder, frame: Frame, besides: AbstractSet[str] = frozenset()) -> Iterator[Sheet]:
    """Yield every sheet that the records of a folder fill, as things stand on the day of the frame.

    Those about pairs, sendings and units are left out where `besides` names them.
    """
    for read in _READERS:
        if _ABOUT.get(read) not in besides:
            yield from read(folder, frame)
