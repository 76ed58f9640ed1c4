"""The way of an office's rules into force: proposed with a dry run, approved by a second person, or withdrawn.

Each step is one unit of work with its note in the audit trail. Nothing is rewritten: a set that is superseded stays,
and proposing its texts again is how one goes back to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import uuid4

import orjson
from sqlalchemy import Connection, insert, select, update

from fieldsync import cases, registry
from fieldsync.access import OfficeUser, note_audit, usernames
from fieldsync.db import Store
from fieldsync.rulebook.in_force import rules_in_force
from fieldsync.rulebook.spreading import note_book
from fieldsync.rulebook.tables import OfficeRulesRow
from fieldsync.rulebook.texts import Texts, checked, digest_of
from fieldsync.rulebook.trying import DAYS, dry_run
from fieldsync.rules import RuleError

STATES = ("proposed", "in_force", "superseded", "withdrawn")
MAY_PROPOSE, MAY_APPROVE = "rules.propose", "rules.approve"
_ROW = OfficeRulesRow.__table__.c
_COLUMNS = (
    *("id", "state", "digest", "against", "texts", "dry_run", "proposed_by", "proposed_at", "approved_by"),
    *("approved_at", "ended_by", "ended_at"),
)
_TEXTS = {
    "nothing_differs": "these rules are in force already",
    "already_proposed": "these rules are proposed already; approve or withdraw that",
    "unknown_proposal": "there is no such proposal",
    "not_proposed": "it is not proposed any more: it was approved or withdrawn before",
    "own_proposal": "a second person must approve: who proposed it can't",
    "may_not": "this user's role does not allow it",
    "outside_programs": "this user does not work in all programs whose rules it changes",
    "stale": "other rules are in force since the dry run: withdraw it and propose again",
    "broken": "these rules can't be taken any more (see: fieldsync rules check); withdraw it",
}


class ProposalError(Exception):
    """A step that can't be taken; `code` names why, the message is for operators."""

    def __init__(self, code: str) -> None:
        super().__init__(_TEXTS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes a step, when, and by which way: ``command`` or ``web``."""

    user: OfficeUser
    at: datetime
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A set of an office's rules as it is kept; `names` are the user names of who took its steps, by their ids."""

    id: str
    state: str
    digest: str
    against: str
    texts: Texts
    dry_run: dict[str, Any]
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None

    @property
    def programs(self) -> set[str]:
        """Return the programs whose rules it changes."""
        return {one for rule in self.dry_run["rules"] if rule["change"] != "reached" for one in rule["programs"]}


def propose(store: Store, texts: Texts, step: Step, days: int = DAYS) -> Proposal:
    """Propose an office's texts, with a dry run over the last days.

    Raises:
        RuleError: something is wrong with the texts.
        ProposalError: ``may_not``, ``nothing_differs``, ``already_proposed``, ``stale``: others came into force
            while it was tried.
    """
    if not step.user.may(MAY_PROPOSE):
        raise ProposalError("may_not")
    checked(texts)
    with store.reading() as connection:
        against = _open_to(connection, texts)
    tried = dry_run(store, texts, step.at, days)
    return store.transact(partial(_propose, texts=texts, against=against, tried=tried, step=step))


def _open_to(connection: Connection, texts: Texts) -> str:
    """Return the digest of the rules in force, if these texts may be proposed instead."""
    digest = digest_of(texts)
    in_force = connection.execute(select(_ROW.digest).where(_ROW.state == "in_force")).scalar_one_or_none()
    if digest == (in_force or digest_of({})):
        raise ProposalError("nothing_differs")
    waiting = select(_ROW.id).where(_ROW.state == "proposed", _ROW.digest == digest)
    if connection.execute(waiting).first() is not None:
        raise ProposalError("already_proposed")
    return rules_in_force(connection).digest


def _propose(connection: Connection, texts: Texts, against: str, tried: dict[str, Any], step: Step) -> Proposal:
    registry.own_persons(connection)  # one such step at a time
    if _open_to(connection, texts) != against:
        raise ProposalError("stale")
    given = {
        "id": str(uuid4()),
        "state": "proposed",
        "digest": digest_of(texts),
        "against": against,
        "texts": orjson.dumps(dict(texts)).decode(),
        "dry_run": orjson.dumps(tried).decode(),
        "proposed_by": step.user.id,
        "proposed_at": step.at,
    }
    connection.execute(insert(OfficeRulesRow).values(**given))
    made = _found(connection, str(given["id"]))
    _note(connection, step, MAY_PROPOSE, made)
    return made


def approve(store: Store, wanted: str, step: Step) -> Proposal:
    """Let a proposal come into force; what was in force before is superseded.

    From the commit on every push is judged by it; everybody else with the next timed run.

    Raises:
        ProposalError: ``unknown_proposal``, ``may_not``, ``own_proposal``, ``outside_programs``, ``not_proposed``,
            ``stale``, ``broken``.
    """
    return store.transact(partial(_approve, wanted=wanted, step=step))


def _approve(connection: Connection, wanted: str, step: Step) -> Proposal:
    registry.own_persons(connection)  # one such step at a time, and no push is judged half by these and half by those
    found = _found(connection, wanted)
    _refuse(found, step.user)
    if rules_in_force(connection).digest != found.against:
        raise ProposalError("stale")
    try:
        checked(found.texts)
    except RuleError as error:
        raise ProposalError("broken") from error
    note_book(connection, cases.day_of(step.at))
    ended = {"state": "superseded", "ended_by": step.user.id, "ended_at": step.at}
    connection.execute(update(OfficeRulesRow).where(_ROW.state == "in_force").values(**ended))
    begun = {"state": "in_force", "approved_by": step.user.id, "approved_at": step.at}
    connection.execute(update(OfficeRulesRow).where(_ROW.id == found.id).values(**begun))
    _note(connection, step, MAY_APPROVE, found)
    return _found(connection, wanted)


def _refuse(found: Proposal, user: OfficeUser) -> None:
    if not user.may(MAY_APPROVE):
        raise ProposalError("may_not")
    if not all(map(user.scope.covers_program, found.programs)):
        raise ProposalError("outside_programs")
    if found.proposed_by == user.id:
        raise ProposalError("own_proposal")
    if found.state != "proposed":
        raise ProposalError("not_proposed")


def withdraw(store: Store, wanted: str, step: Step) -> Proposal:
    """Take a proposal back; who proposed it may, and who may approve.

    Raises:
        ProposalError: ``unknown_proposal``, ``may_not``, ``not_proposed``.
    """
    return store.transact(partial(_withdraw, wanted=wanted, step=step))


def _withdraw(connection: Connection, wanted: str, step: Step) -> Proposal:
    registry.own_persons(connection)
    found = _found(connection, wanted)
    if found.proposed_by != step.user.id and not step.user.may(MAY_APPROVE):
        raise ProposalError("may_not")
    if found.state != "proposed":
        raise ProposalError("not_proposed")
    ended = {"state": "withdrawn", "ended_by": step.user.id, "ended_at": step.at}
    connection.execute(update(OfficeRulesRow).where(_ROW.id == found.id).values(**ended))
    _note(connection, step, "rules.withdraw", found)
    return _found(connection, wanted)


def _note(connection: Connection, step: Step, action: str, found: Proposal) -> None:
    note_audit(connection, step.user, action, found.id, step.at, {"digest": found.digest, "way": step.way})


def _found(connection: Connection, wanted: str) -> Proposal:
    found = list_proposals(connection, wanted=wanted)
    if not found:
        raise ProposalError("unknown_proposal")
    return found[0]


def list_proposals(connection: Connection, states: Sequence[str] = STATES, wanted: str | None = None) -> list[Proposal]:
    """Return the sets in these states, the newest proposal first; with `wanted` only the one of this id."""
    query = select(*(_ROW[name] for name in _COLUMNS)).where(_ROW.state.in_(states))
    if wanted is not None:
        query = query.where(_ROW.id == wanted)
    rows = connection.execute(query.order_by(_ROW.proposed_at.desc(), _ROW.id)).mappings()
    return [_proposal(cast("dict[str, Any]", dict(one))) for one in rows]


def _proposal(row: dict[str, Any]) -> Proposal:
    return Proposal(**{**row, "texts": orjson.loads(row["texts"]), "dry_run": orjson.loads(row["dry_run"])})


def names_of(connection: Connection, proposals: Sequence[Proposal]) -> dict[str, str]:
    """Return the user names of everybody who took a step of these."""
    ids = [one for some in proposals for one in (some.proposed_by, some.approved_by, some.ended_by) if one]
    return usernames(connection, ids)
