"""Which counts of open cases a case belongs to, and the note of what a write changes of them.

A note is added and nothing else is touched: writers of the same counts never wait for each other.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from fieldsync.access import DISTRICT
from fieldsync.cases.tables import CaseTallyChangeRow
from fieldsync.db import add_rows

# Who counts a case so: all who may see cases; those alone who may see restricted flags; all but those.
EVERYBODY, THE_FEW, THE_OTHERS = range(3)
# Area cut to its district, program, severity, due date, and who counts it so.
Share = tuple[str, str, int, date, int]
_CHANGE = ("area", "program", "severity", "due", "seen_by", "cases")


def shares_of(
    area: str, program: str, worst: tuple[int, date], shown: tuple[int | None, date | None]
) -> tuple[Share, ...]:
    """Return what an open case adds to the counts.

    Args:
        area: of the case.
        program: of the case.
        worst: severity and due date that its open flags come to.
        shown: what those that everybody may see come to; Nones when there is no such.
    """
    place = area[:DISTRICT]
    if shown == worst:
        return ((place, program, *worst, EVERYBODY),)
    few: Share = (place, program, *worst, THE_FEW)
    severity, due = shown
    return (few,) if severity is None or due is None else (few, (place, program, severity, due, THE_OTHERS))


def note_changes(connection: Connection, cases: Iterable[tuple[tuple[Share, ...], tuple[Share, ...]]]) -> None:
    """Note what changes of the counts, by the shares of each case before and after; one statement, or none."""
    changed: Counter[Share] = Counter()
    for before, after in cases:
        if before != after:
            changed.update(after)
            changed.subtract(before)
    add_rows(connection, CaseTallyChangeRow, _CHANGE, [(*share, number) for share, number in changed.items() if number])
