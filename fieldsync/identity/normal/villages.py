"""Village codes change: what code a village has on a day, by a table of dated changes.

The table shipped is empty: no sourced change inside regency 16.02 is known. An office that
knows some gives rows with the columns `COLUMNS`, from a file that somebody else reads. A
village that was divided has no one code after it, and can't be told by this table. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

COLUMNS = ("old", "new", "valid_from", "source")
_CODE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class VillageChanges:
    """Code to its next code and the day from which that holds."""

    following: Mapping[str, tuple[str, date]] = field(default_factory=dict)


SHIPPED_CHANGES = VillageChanges()


def read_changes(rows: Iterable[Mapping[str, str]]) -> VillageChanges:
    """Return the changes that rows tell: old and new code (nn.nn.nn.nnnn), ISO day, where it is written.

    Raises:
        ValueError: a row that says no change or names no source, a code with two next codes,
            changes that lead back to where they began. Tells which.
    """
    following: dict[str, tuple[str, date]] = {}
    for number, row in enumerate(rows, 1):
        old, new, valid_from, source = ((row.get(column) or "").strip() for column in COLUMNS)
        if not (_CODE.fullmatch(old) and _CODE.fullmatch(new)) or old == new or not source:
            raise ValueError(f"Row {number} is no change of a village code with its source: {old} to {new}")
        change = (new, _day(number, valid_from))
        if following.setdefault(old, change) != change:
            raise ValueError(f"Row {number}: {old} has two next codes")
    for code in following:
        _refuse_circle(code, following)
    return VillageChanges(following)


def present_code(code: str, on: date, changes: VillageChanges = SHIPPED_CHANGES) -> str:
    """Return the code that a village with this code has on a day; any code without a change is its own."""
    while (change := changes.following.get(code)) and change[1] <= on:
        code = change[0]
    return code


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Row {number}: valid_from is no ISO date: {text}") from None


def _refuse_circle(code: str, following: Mapping[str, tuple[str, date]]) -> None:
    seen = {code}
    while code in following:
        code = following[code][0]
        if code in seen:
            raise ValueError(f"The changes of {code} lead back to it")
        seen.add(code)
