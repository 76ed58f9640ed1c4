"""Cases as they go out: to tablets by the feed and a first sync, with what an officer needs to find and treat her."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from fieldsync import registry
from fieldsync.cases.listed import CaseListed
from fieldsync.cases.sheet import SheetRow
from fieldsync.cases.stored import OPEN, Case, cases_by_id, flags_of, severity_name
from fieldsync.cases.tables import CaseRow
from fieldsync.cases.words import flag_body, words_of
from fieldsync.db import Sealer, within

_FIND = ("full_name", "birth_date", "sex", "village_code", "phone", "spouse_name", "mother_name")


class CaseNow(NamedTuple):
    """A case for the feed: `body` is JSON text, None when it needs nobody any more; `rank` puts the worst first."""

    rev: int
    area: str
    program: str
    body: str | None
    merged_into: str | None
    rank: str


def cases_now(connection: Connection, sealer: Sealer, ids: Sequence[str]) -> dict[str, CaseNow]:
    """Return these cases with their bodies; four statements, however many."""
    if not ids:
        return {}
    cases = cases_by_id(connection, sorted(set(ids)))
    bodies = bodies_of(connection, sealer, [one for one in cases if one.is_open])
    return {
        one.id: CaseNow(one.rev, one.area, one.program, bodies.get(one.id), one.merged_into, _rank(one))
        for one in cases
    }


def bodies_of(connection: Connection, sealer: Sealer, cases: Sequence[Case]) -> dict[str, str]:
    """Return what is told of cases, as JSON text by id: the case, its open flags, and how to find the person."""
    if not cases:
        return {}
    open_ = [one for one in flags_of(connection, [case.id for case in cases]) if one.is_open]
    words = words_of(connection, open_)
    flags: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in open_:
        flags[one.case_id].append(flag_body(one, words))
    heads = heads_of(connection, sealer, cases)
    told = {one: {**head, "flags": flags[one]} for one, head in heads.items()}
    return {one: orjson.dumps(body).decode() for one, body in told.items()}


def heads_of(connection: Connection, sealer: Sealer, cases: Sequence[Case | CaseListed]) -> dict[str, dict[str, Any]]:
    """Return what is told of cases without their flags, by id; one statement."""
    persons = persons_of(connection, sealer, cases)
    return {case.id: _head(case, persons.get(case.person_id or "", {})) for case in cases}


def persons_of(
    connection: Connection, sealer: Sealer, cases: Iterable[Case | CaseListed | SheetRow]
) -> Mapping[str, Mapping[str, Any]]:
    """Return the golden records of those whom cases are about, by `person_id`; one statement."""
    ids = {case.person_id for case in cases if case.person_id is not None}
    return registry.golden_records(connection, sealer, list(ids))


def _head(case: Case | CaseListed, golden: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": case.id,
        "person_id": case.person_id,
        "subject": case.subject,
        "program": case.program,
        "area": case.area,
        "status": case.status,
        "severity": severity_name(case.severity) if case.severity is not None else None,
        "due": case.due.isoformat() if case.due is not None else None,
        "assignee": case.assignee,
        "escalation": case.escalation,
        "opened_at": case.opened_at.isoformat(timespec="seconds"),
        "person": {name: golden[name] for name in _FIND if name in golden},
    }


def _rank(case: Case) -> str:
    return f"{case.severity}{case.due}{case.id}"


def open_cases_beyond(
    connection: Connection, areas: Sequence[str], programs: Sequence[str], severity: int, after: str, limit: int
) -> list[str]:
    """Return up to `limit` ids of open cases of one severity, behind an id, in order."""
    row = CaseRow.__table__.c
    query = select(row.id).where(*_open(row, areas, programs), row.severity == severity, row.id > after)
    return list(connection.execute(query.order_by(row.id).limit(limit)).scalars())


def cases_in(connection: Connection, areas: Sequence[str], programs: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield (id, rev) of the open cases in these areas (codes of any level) and programs."""
    row = CaseRow.__table__.c
    query = select(row.id, row.rev).where(*_open(row, areas, programs))
    yield from ((one.id, one.rev) for one in connection.execution_options(yield_per=5000).execute(query))


def _open(row: Any, areas: Sequence[str], programs: Sequence[str]) -> tuple[Any, ...]:
    return (
        row.status.in_(sorted(OPEN)),
        row.severity.is_not(None),
        row.merged_into.is_(None),
        row.program.in_(list(programs)),
        within(row.area, areas),
    )
