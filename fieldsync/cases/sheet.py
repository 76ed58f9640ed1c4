"""Cases as files tell them: by the hundred thousand, so what can be put into words by the database is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select

from fieldsync.cases.stored import open_flags_query
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.db import day_text, listed, second_text


class SheetRow(NamedTuple):
    """A case in a file; severity (from 0, the worst) and due date are those of the open flags that somebody may see.

    Days and moments are in ISO form, moments to the second.
    """

    id: str
    person_id: str | None
    status: str
    program: str
    area: str
    severity: int | None
    due: str | None
    assignee: str | None
    escalation: int
    opened_at: str
    updated_at: str


def sheet_columns(dialect: str, severity: ColumnElement[Any], due: ColumnElement[Any]) -> Select[Any]:
    """Return the statement that reads the values of `SheetRow`, with these as severity and due date; to be narrowed."""
    row = CaseRow.__table__.c
    told = {"severity": severity, "due": day_text(dialect, due)}
    told |= {name: second_text(dialect, row[name]) for name in ("opened_at", "updated_at")}
    return select(*((told[name] if name in told else row[name]).label(name) for name in SheetRow._fields))


def rules_of(
    connection: Connection, rows: Sequence[SheetRow], *, restricted: bool
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Return rule and version of the open flags of cases, the worst first; one statement, if there are any."""
    rules: dict[str, list[tuple[str, int]]] = defaultdict(list)
    ids = [one.id for one in rows if one.severity is not None]
    if not ids:
        return rules
    dialect = connection.dialect.name
    query = open_flags_query(dialect, ("case_id", "rule", "version"), restricted=restricted)
    given = {"ids": listed(dialect, FlagRow.__table__.c.case_id, ids)}
    for case_id, rule, version in connection.execute(query, given).all():
        rules[case_id].append((rule, version))
    return rules
