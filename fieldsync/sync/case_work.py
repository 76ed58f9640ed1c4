"""What the office reads of follow-up cases and does about them.

A step is one unit of work, with its note in the audit trail and what the feed must tell.
Whether the user may is asked before; where, and which flags they may see, is asked here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from fieldsync import cases
from fieldsync.access import OfficeUser, note_audit, usernames
from fieldsync.cases import (
    Act,
    ActError,
    CaseListed,
    CasesAsked,
    CaseSeen,
    DueCount,
    Event,
    Place,
    SheetRow,
    Sight,
    events_allowed,
)
from fieldsync.db import Sealer, Store
from fieldsync.ledger import feed
from fieldsync.ledger.feed import Change
from fieldsync.rules import SEVERITIES


class CaseSheet(NamedTuple):
    """Cases for a file: by their `person_id` the golden records, by their id the rules of their open flags.

    `words` are those of rules by id and version.
    """

    rows: Sequence[SheetRow]
    persons: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Sequence[tuple[str, int]]]
    words: cases.Words


def case_page(connection: Connection, sealer: Sealer, user: OfficeUser, wanted: str) -> dict[str, Any] | None:
    """Return all that a user may see of a case: the case, the person, flags open and closed, and what happened.

    Args:
        connection: for reading.
        sealer: opens identity values and notes.
        user: who asks.
        wanted: id of the case, or of one that became part of it.

    Returns:
        the case, None when it is not there for this user.
    """
    seen = cases.see_case(connection, wanted, _sight_of(user))
    if seen is None:
        return None
    case = seen.case
    head = cases.heads_of(connection, sealer, [case])[case.id]
    words = cases.words_of(connection, seen.flags)
    return {
        **head,
        "acknowledged_at": case.acknowledged_at,
        "closed_at": case.closed_at,
        "updated_at": case.updated_at,
        "attempts": case.attempts,
        "flags": [{**cases.flag_body(one, words), "why": one.why, "closed_at": one.closed_at} for one in seen.flags],
        "history": _history(connection, sealer, user, seen),
    }


def _history(connection: Connection, sealer: Sealer, user: OfficeUser, seen: CaseSeen) -> list[dict[str, Any]]:
    """Return what happened, but for what tells of hidden flags: their own steps, and what others noted beside them."""
    events = [one for one in cases.events_of(connection, seen.case.id) if one.flag_id not in seen.hidden]
    names = usernames(connection, [one.by for one in events])
    return [_step(sealer, one, names, noted=not seen.hidden or one.by == user.id) for one in events]


def _step(sealer: Sealer, one: Event, names: Mapping[str, str], *, noted: bool) -> dict[str, Any]:
    note = sealer.open(one.sealed, f"case event {one.case_id}").decode() if one.sealed and noted else None
    head = {"event": one.event, "at": one.at, "by": one.by, "by_name": names.get(one.by)}
    return {**head, "before": one.before, "after": one.after, "flag_id": one.flag_id, "note": note, **_detail(one)}


def _detail(one: Event) -> dict[str, Any]:
    detail: dict[str, Any] = orjson.loads(one.detail)
    return detail


def shows_restricted_flags(page: Mapping[str, Any]) -> bool:
    """Tell whether a case as told holds a restricted flag; such a look is noted."""
    return any(one["restricted"] for one in page["flags"])


def case_list(
    connection: Connection, sealer: Sealer, user: OfficeUser, asked: CasesAsked, limit: int, after: Place | None
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return a page of cases, the worst first, then the earliest due, and where the next begins, None after the last.

    Args:
        connection: for reading.
        sealer: opens identity values.
        user: who asks.
        asked: which cases.
        limit: how many at most.
        after: the place of the last one seen.
    """
    page, more = cases.list_cases(connection, _sight_of(user), asked, limit, after)
    return _rows(connection, sealer, page), more


def case_ids(connection: Connection, user: OfficeUser, asked: CasesAsked) -> Iterator[Sequence[str]]:
    """Yield the ids of all cases that are asked for, in the order of the list, some at a time; from a snapshot."""
    return cases.case_ids(connection, _sight_of(user), asked)


def case_sheet(
    connection: Connection, sealer: Sealer, user: OfficeUser, asked: CasesAsked, ids: Sequence[str]
) -> CaseSheet:
    """Return those of these cases that still fit what is asked for, in the order of the ids; from a snapshot."""
    sight = _sight_of(user)
    rows = cases.cases_among(connection, sight, asked, ids)
    persons = cases.persons_of(connection, sealer, rows)
    rules = cases.rules_of(connection, rows, restricted=sight.restricted)
    words = cases.rule_words(connection, {one for some in rules.values() for one in some})
    return CaseSheet(rows, persons, rules, words)


def cases_of_person(connection: Connection, sealer: Sealer, user: OfficeUser, person_id: str) -> list[dict[str, Any]]:
    """Return the cases of a person that a user may see, closed ones too, each as in a list."""
    return _rows(connection, sealer, cases.cases_of(connection, person_id, _sight_of(user)))


def worst_of_persons(
    connection: Connection, user: OfficeUser, person_ids: Sequence[str], program: str
) -> dict[str, tuple[str, str | None]]:
    """Return (case id, worst severity of its open flags) in a program, by person, of those who have a case."""
    found = cases.cases_of_persons(connection, person_ids, program, _sight_of(user))
    names = dict(enumerate(SEVERITIES))
    return {
        person: (seen.case.id, None if seen.case.severity is None else names[seen.case.severity])
        for person, seen in found.items()
    }


def _rows(connection: Connection, sealer: Sealer, found: Sequence[CaseListed]) -> list[dict[str, Any]]:
    heads = cases.heads_of(connection, sealer, found)
    words = cases.words_of(connection, [flag for one in found for flag in one.flags])
    return [_row(heads[one.id], one, words) for one in found]


def case_counts(
    connection: Connection, user: OfficeUser, asked: CasesAsked, by: Sequence[str]
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many cases there are of those that are asked for, and how many in each group.

    Args:
        connection: for reading.
        user: who asks.
        asked: which cases.
        by: what to group by, some of `GROUPS` and of the levels of areas.
    """
    sight, names = _sight_of(user), dict(enumerate(SEVERITIES))
    found = cases.count_cases(connection, sight, asked, by)
    if "rule" in by:  # there a case counts once for each of its rules
        total: int = cases.count_cases(connection, sight, asked, ())[0][0]
    else:
        total = sum(one[-1] for one in found)
    groups: list[dict[str, Any]] = [dict(zip((*by, "cases"), one, strict=True)) for one in found]
    if "severity" in by:
        for one in groups:
            one["severity"] = names.get(one["severity"])
    return total, groups


def due_counts(connection: Connection, user: OfficeUser, today: date, until: date) -> list[DueCount]:
    """Return how many open cases are overdue, and due from today until a day, by program and district."""
    return cases.count_due(connection, _sight_of(user), today, until)


def _row(head: dict[str, Any], case: CaseListed, words: cases.Words) -> dict[str, Any]:
    # Since when there is an emergency is told to those who may see it.
    since = case.emergency_at if case.severity == 0 else None
    flags = [cases.flag_row(one, words) for one in case.flags]
    return {**head, "emergency_at": since, "updated_at": case.updated_at, "flags": flags}


def _sight_of(user: OfficeUser) -> Sight:
    """Return what a user may see of cases."""
    return Sight(user.scope, user.may("restricted.read"))


def act_on_case(store: Store, user: OfficeUser, wanted: str, what: Act) -> str | None:
    """Let an office user's step take effect.

    Args:
        store: the database.
        user: who acts; only their areas and programs count.
        wanted: id of the case, or of one that became part of it.
        what: the step, by this user.

    Returns:
        the id of the case; None when it is not there for this user.

    Raises:
        ActError: the case does not allow it; nothing changed.
    """

    def work(connection: Connection) -> str | None:
        done = _act(connection, store.sealer, user, wanted, what)
        if done is None:
            return None
        case_id, changes = done
        feed.publish(connection, changes)
        return case_id

    return store.transact(work)


def act_on_cases(store: Store, user: OfficeUser, wanted: Sequence[str], what: Act) -> tuple[list[str], int]:
    """Let one step take effect on many cases, as one unit of work.

    Args:
        store: the database.
        user: who acts; only their areas and programs count.
        wanted: ids of cases.
        what: the step, by this user.

    Returns:
        the ids of those on which it took effect; how many others there are, which do not allow it or are not there.
    """

    def work(connection: Connection) -> tuple[list[str], int]:
        taken: list[str] = []
        changes: list[Change] = []
        # In order of their ids, as everybody locks them.
        for one in sorted(set(wanted)):
            try:
                done = _act(connection, store.sealer, user, one, what)
            except ActError:
                continue
            if done is not None:
                taken.append(done[0])
                changes += done[1]
        feed.publish(connection, changes)
        return taken, len(set(wanted)) - len(taken)

    return store.transact(work)


def _act(
    connection: Connection, sealer: Sealer, user: OfficeUser, wanted: str, what: Act
) -> tuple[str, list[Change]] | None:
    seen = cases.see_case(connection, wanted, _sight_of(user))
    if seen is None:
        return None
    case, changes = cases.act(connection, sealer, seen.case.id, what)
    detail = {"event": what.event, "status": case.status, "outcome": what.outcome}
    note_audit(connection, user, "cases.act", case.id, what.at, detail)
    return case.id, changes


__all__ = [
    "Act",
    "ActError",
    "CasesAsked",
    "DueCount",
    "Place",
    "act_on_case",
    "act_on_cases",
    "case_counts",
    "case_list",
    "case_page",
    "due_counts",
    "events_allowed",
    "shows_restricted_flags",
    "worst_of_persons",
]
