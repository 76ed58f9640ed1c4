"""The kept counts of open cases: folding in what writers noted, and counting all anew to see that they are right."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Date, TextClause, bindparam, or_, text, update

from fieldsync.access import DISTRICT, LEVELS, Scope
from fieldsync.cases.listing import Sight, as_seen
from fieldsync.cases.stored import OPEN
from fieldsync.cases.tables import CaseRow
from fieldsync.cases.tallying import EVERYBODY, THE_FEW, THE_OTHERS

LONG_PAST = timedelta(days=7)  # what was due before is kept under one day: it is overdue on any day to come
_BY_AREA, _BY_DAY = "case_tally", "case_due_tally"
_KEYS = {_BY_AREA: "level, area, program, severity, seen_by", _BY_DAY: "area, program, due, seen_by"}
_LEVELS = " UNION ALL ".join(f"SELECT {length} AS level" for length in LEVELS.values() if length <= DISTRICT)
_SUMS = {
    _BY_AREA: "SELECT level, substr(area, 1, level), program, severity, seen_by, sum(cases) "
    f"FROM {{shares}}, ({_LEVELS}) levels WHERE true GROUP BY 1, 2, 3, 4, 5",
    _BY_DAY: "SELECT area, program, {due}, seen_by, sum(cases) FROM {shares} WHERE true GROUP BY 1, 2, 3, 4",
}
_DUE = "CASE WHEN due < :past THEN :past ELSE due END"
_KEPT = {
    _BY_AREA: f"SELECT {_KEYS[_BY_AREA]}, cases FROM {_BY_AREA} WHERE cases <> 0",
    _BY_DAY: f"{_SUMS[_BY_DAY].format(due=_DUE, shares=_BY_DAY)} HAVING sum(cases) <> 0",
}
_OPEN = "merged_into IS NULL AND severity IS NOT NULL AND status IN ({})".format(
    ", ".join(f"'{one}'" for one in sorted(OPEN))
)
_ALIKE = "severity = shown_severity AND due = shown_due"
# Every open case, as it counts and for whom.
_SHARES = f"""(
SELECT substr(area, 1, {DISTRICT}) AS area, program, severity, due,
       CASE WHEN {_ALIKE} THEN {EVERYBODY} ELSE {THE_FEW} END AS seen_by, 1 AS cases
FROM follow_up_case WHERE {_OPEN}
UNION ALL
SELECT substr(area, 1, {DISTRICT}), program, shown_severity, shown_due, {THE_OTHERS}, 1
FROM follow_up_case WHERE {_OPEN} AND shown_severity IS NOT NULL AND NOT ({_ALIKE})
) shares"""


class Recounted(NamedTuple):
    """How many counts are kept, how many were wrong, and of how many cases it was wrong what everybody may see."""

    counts: int
    wrong: int
    cases: int


def fold_counts(connection: Connection) -> int:
    """Add to the kept counts what writers noted since the last time; return how many notes that were.

    Args:
        connection: of a writing transaction of one moment, so that what is added and what is let go of are the same.
    """
    for table, keys in _KEYS.items():
        noted = _SUMS[table].format(due="due", shares="case_tally_change")
        added = f"ON CONFLICT ({keys}) DO UPDATE SET cases = {table}.cases + excluded.cases"
        connection.execute(text(f"INSERT INTO {table} ({keys}, cases) {noted} {added}"))
    return connection.execute(text("DELETE FROM case_tally_change")).rowcount


def recount(connection: Connection, today: date) -> Recounted:
    """Count all open cases anew from cases and flags, and keep that, whatever was kept.

    Args:
        connection: of a writing transaction of one moment.
        today: of the office; what was due long before is kept under one day.
    """
    fold_counts(connection)  # first, so that another folding waits from here on
    cases, counts, wrong = _show_rightly(connection), 0, 0
    past = today - LONG_PAST
    for table, keys in _KEYS.items():
        fresh = _SUMS[table].format(due=_DUE, shares=_SHARES)
        wrong += connection.execute(_as_of(_differences(table, fresh), past)).scalar_one()
        connection.execute(text(f"DELETE FROM {table}"))
        counts += connection.execute(_as_of(f"INSERT INTO {table} ({keys}, cases) {fresh}", past)).rowcount
    return Recounted(counts, wrong, cases)


def _differences(table: str, fresh: str) -> str:
    """Return the statement that counts the keys whose number, kept and fresh, is not the same."""
    keys = _KEYS[table]
    both = f"WITH kept ({keys}, cases) AS ({_KEPT[table]}), fresh ({keys}, cases) AS ({fresh})"
    gone, new = (
        f"SELECT * FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other}) {one}_alone"
        for one, other in (("kept", "fresh"), ("fresh", "kept"))
    )
    return f"{both} SELECT count(*) FROM (SELECT DISTINCT {keys} FROM ({gone} UNION ALL {new}) apart) wrong"


def _as_of(statement: str, past: date) -> TextClause:
    made = text(statement)
    return made.bindparams(bindparam("past", past, type_=Date)) if ":past" in statement else made


def _show_rightly(connection: Connection) -> int:
    """Bring to what the flags say what everybody may see of cases; return of how many it was something else."""
    row, others = CaseRow.__table__.c, Sight(Scope(0, (), ()), restricted=False)
    severity, due = as_seen(others, "severity"), as_seen(others, "due")
    wrong = or_(row.shown_severity.is_distinct_from(severity), row.shown_due.is_distinct_from(due))
    changed = update(CaseRow).where(wrong).values(shown_severity=severity, shown_due=due)
    return connection.execute(changed).rowcount
