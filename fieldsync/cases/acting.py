"""What people do about a case: the office by its events, a tablet by a record of type follow_up_action.

Every step is kept with who took it. Steps that the state of a case does not allow are refused, and nothing changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from fieldsync.cases.gathering import day_of
from fieldsync.cases.stored import Case, Event, Flag, cases_by_id, flags_by_id, flags_of, write
from fieldsync.cases.tables import ActionRow
from fieldsync.cases.upkeep import SOLVED, handle
from fieldsync.db import Sealer, add_missing_rows
from fieldsync.ledger.feed import Change
from fieldsync.programs.folder import day_of as date_in
from fieldsync.registry import Incoming

EVENTS = ("acknowledge", "assign", "visit", "refer", "resolve", "reopen", "note")
# Status after an event; what is not here leaves it as it is.
_AFTER = {
    "acknowledge": "acknowledged",
    "visit": "in_progress",
    "refer": "referred",
    "resolve": "resolved",
    "reopen": "open",
}
_FROM = {
    "acknowledge": frozenset({"open"}),
    "visit": frozenset({"open", "acknowledged", "in_progress", "referred", "lost_to_followup"}),
    "refer": frozenset({"open", "acknowledged", "in_progress", "referred"}),
    "resolve": frozenset({"open", "acknowledged", "in_progress", "referred", "lost_to_followup"}),
    "reopen": frozenset({"resolved", "referred", "lost_to_followup"}),
}
# A woman who was not found so many times in a row is lost to follow-up (project policy, docs/rules.md).
ATTEMPTS = 3


class ActError(ValueError):
    """An event that a case does not allow; its text is a code: ``wrong_status`` or ``outcome_required``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody does about a case; `outcome` and `note` say what came of it, `assignee` who takes it.

    Who may not see restricted flags (`restricted` False) neither closes nor reopens any.
    """

    event: str
    by: str
    at: datetime
    assignee: str | None = None
    outcome: str | None = None
    note: str | None = None
    restricted: bool = True


def events_allowed(status: str) -> frozenset[str]:
    """Return the events that a case in this status allows, if there is something to close or reopen."""
    return frozenset(one for one in EVENTS if one not in _FROM or status in _FROM[one])


def act(connection: Connection, sealer: Sealer, case_id: str, what: Act) -> tuple[Case, list[Change]]:
    """Let an office user's event take effect on a case.

    Args:
        connection: a writing connection.
        sealer: seals the note.
        case_id: of a case that is there.
        what: the event.

    Returns:
        the case as it is then, and what the feed must tell.

    Raises:
        ActError: ``wrong_status``: the state table does not allow it, or there is nothing to close or reopen;
            ``outcome_required``: an open emergency can't be resolved without saying what was done. Nothing changed.
    """
    case = cases_by_id(connection, [case_id], lock=True)[0]
    allowed = _FROM.get(what.event)
    if allowed is not None and case.status not in allowed:
        raise ActError("wrong_status")
    flags = flags_of(connection, [case_id])
    theirs = [one for one in flags if what.restricted or not one.restricted]
    before = case.status
    case.status = _AFTER.get(what.event, case.status)
    changed: list[Flag] = []
    if what.event == "resolve":
        changed = _resolved(case, flags, theirs, before, what)
    elif what.event == "reopen" and not any(one.is_open for one in flags):
        changed = _reopened(case, theirs, what.at)
    _note_times(case, what)
    return case, _written(connection, sealer, case, before, what, changed)


def _resolved(case: Case, flags: Sequence[Flag], theirs: Sequence[Flag], before: str, what: Act) -> list[Flag]:
    """Close the open flags that are theirs to close; a case that has others stays as far as it was."""
    closing = [one for one in theirs if one.is_open]
    if any(one.severity == 0 for one in closing) and not (what.outcome or what.note):
        raise ActError("outcome_required")
    if not closing and any(one.is_open for one in flags):
        raise ActError("wrong_status")
    for one in closing:
        handle(one, day_of(what.at), what.at)
    left = [one for one in flags if one.is_open]
    case.status = before if left else case.status
    case.rest_on(left)
    return closing


def _reopened(case: Case, theirs: Sequence[Flag], at: datetime) -> list[Flag]:
    """Open again the flags that were closed last by a person, so that the case has something to be done."""
    closed = [one for one in theirs if one.why == "handled"]
    if not closed:
        raise ActError("wrong_status")
    last = max((one.closed_at for one in closed if one.closed_at), default=None)
    again = [one for one in closed if one.closed_at == last]
    for one in again:
        one.state, one.why, one.closed_at, one.handled_on, one.handled_mark = "open", None, None, None, None
        one.opened_at = at
    case.rest_on(again)
    return again


def _note_times(case: Case, what: Act) -> None:
    if what.event in ("acknowledge", "visit", "refer", "resolve") and case.acknowledged_at is None:
        case.acknowledged_at = what.at
    if what.event == "assign":
        case.assignee = what.assignee
    if what.event in ("visit", "resolve"):
        case.attempts = 0
    case.closed_at = (case.closed_at or what.at) if case.status == "resolved" else None
    if what.event == "reopen":
        case.acknowledged_at, case.escalation, case.attempts = None, 0, 0
        case.emergency_at = what.at if case.severity == 0 else case.emergency_at


def _written(
    connection: Connection, sealer: Sealer, case: Case, before: str, what: Act, changed: Sequence[Flag]
) -> list[Change]:
    changes = case.step(what.at)
    detail = {name: value for name in ("assignee", "outcome") if (value := getattr(what, name)) is not None}
    sealed = sealer.seal(what.note.encode(), f"case event {case.id}") if what.note else None
    event = Event(
        case.id, what.at, what.event, what.by, before, case.status, None, orjson.dumps(detail).decode(), sealed
    )
    write(connection, ([], changed), ([], [case]), [event])
    return changes


def take_actions(connection: Connection, edits: Iterable[Incoming], now: datetime) -> list[Change]:
    """Let follow-up actions of tablets take effect on the cases of the flags that they name.

    Args:
        connection: a writing connection, after the flags were brought up to date.
        edits: that took effect; only follow-up actions count.
        now: the time of receipt.
    """
    actions = [one for one in edits if one.kind.name == "follow_up_action" and not one.deleted]
    rows = []
    for one in actions:
        fields = one.fields_now or one.data
        on = date_in(fields, "done_on") or day_of(now)
        rows.append((one.record_id, str(fields.get("flag_id")).lower(), on, fields.get("kind"), fields.get("outcome")))
    if not rows:
        return []
    add_missing_rows(connection, ActionRow, ("record_id", "flag_id", "done_on", "kind", "outcome"), sorted(rows))
    named = sorted({row[1] for row in rows if len(row[1]) == _UUID_LENGTH})
    flags = {one.id: one for one in flags_by_id(connection, named)} if named else {}
    cases = {one.id: one for one in cases_by_id(connection, sorted({f.case_id for f in flags.values()}), lock=True)}
    changed: dict[str, Flag] = {}
    events: list[Event] = []
    for _, flag_id, on, kind, outcome in sorted(rows, key=lambda row: (row[2], row[0])):
        flag = flags.get(flag_id)
        if flag is not None:
            events.append(_take(cases[flag.case_id], flag, on, (kind, outcome), now))
            changed[flag.id] = flag
    _sum_up(connection, cases.values(), changed)
    changes = [change for case in cases.values() for change in case.step(now)]
    write(connection, ([], list(changed.values())), ([], list(cases.values())), events)
    return changes


_UUID_LENGTH = 36


def _take(case: Case, flag: Flag, on: date, said: tuple[str | None, str | None], now: datetime) -> Event:
    kind, outcome = said
    before = case.status
    if case.acknowledged_at is None:
        case.acknowledged_at = now
    if outcome in SOLVED:
        handle(flag, on, now)
        case.attempts = 0
    elif outcome == "not_found":
        case.attempts += 1
    if outcome == "moved" or (outcome == "not_found" and case.attempts >= ATTEMPTS):
        case.status = "lost_to_followup"
    elif kind == "referral" and outcome not in SOLVED:
        case.status = "referred"
    elif case.status in ("open", "acknowledged"):
        case.status = "in_progress"
    detail: dict[str, Any] = {"kind": kind, "outcome": outcome, "done_on": on.isoformat(), "rule": flag.rule}
    return Event(
        case.id, now, "follow_up_action", "tablet", before, case.status, flag.id, orjson.dumps(detail).decode()
    )


def _sum_up(connection: Connection, cases: Iterable[Case], changed: dict[str, Flag]) -> None:
    """Bring severity, due date and status of cases to what is left open in them."""
    by_case: dict[str, list[Flag]] = defaultdict(list)
    given = list(cases)
    for one in flags_of(connection, [case.id for case in given]):
        flag = changed.get(one.id, one)
        if flag.is_open:
            by_case[flag.case_id].append(flag)
    for case in given:
        left = by_case[case.id]
        case.rest_on(left)
        if not left:
            case.status = "resolved"
            case.closed_at = case.closed_at or max(
                (one.closed_at for one in changed.values() if one.case_id == case.id and one.closed_at), default=None
            )
