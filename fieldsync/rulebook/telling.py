"""The rules in force and the proposals, told to the office: in both languages, and by what a reader may see."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldsync.access import OfficeUser
from fieldsync.programs.following import CONTEXTS, book_on, rules_with
from fieldsync.rulebook.in_force import rules_in_force
from fieldsync.rulebook.proposals import Proposal, list_proposals
from fieldsync.rules import Rule, RuleError, alike, describe


def rule_told(rule: Rule) -> dict[str, Any]:
    """Return all that a rule says; `condition` in words, `parameters` with their units."""
    return {
        "id": rule.id,
        "version": rule.version,
        "valid_from": rule.valid_from.isoformat(),
        "origin": rule.origin,
        "source": rule.source,
        "program": rule.programs[0],
        "programs": list(rule.programs),
        "severity": rule.severity,
        "restricted": rule.restricted,
        "title": dict(rule.title),
        "action": dict(rule.action),
        "condition": describe(rule.condition, CONTEXTS[rule.about]),
        "parameters": {
            one.name: {"value": sorted(one.value) if isinstance(one.value, frozenset) else one.value, "unit": one.unit}
            for one in rule.parameters.values()
        },
        "due_days": rule.due.days,
        "closed_within_hours": rule.closed_within_hours or None,
        "supersedes": sorted(rule.supersedes),
    }


def in_force_told(connection: Connection, day: date) -> dict[str, Any]:
    """Return the rules that count on a day, and which set of the office is in them."""
    found = rules_in_force(connection)
    rules = sorted(found.book(day).rules.values(), key=lambda one: one.id)
    return {"set": found.set_id, "rules": [rule_told(one) for one in rules]}


def states_of(connection: Connection, day: date) -> Iterator[tuple[Rule, str, str | None]]:
    """Yield every rule in force, then what open proposals would change, with its state and the proposal's id.

    A proposal that a newer version of the program made unusable has nothing to tell.
    """
    present = rules_in_force(connection).book(day).rules
    yield from ((one, "in_force", None) for one in present.values())
    for proposal in list_proposals(connection, ("proposed",)):
        try:
            files = rules_with(proposal.texts)
        except RuleError:
            continue
        as_on = date.fromisoformat(proposal.dry_run["as_on"])
        for rule in book_on(as_on, files).rules.values():
            if not alike(rule, present.get(rule.id)):
                yield rule, "proposed", proposal.id


def head_told(proposal: Proposal, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a proposal as in a list: who took which step when, and what the dry run came to in all."""
    steps = {
        step: None if at is None else {"by": by, "by_name": names.get(by or ""), "at": at.isoformat()}
        for step, by, at in (
            ("proposed", proposal.proposed_by, proposal.proposed_at),
            ("approved", proposal.approved_by, proposal.approved_at),
            ("ended", proposal.ended_by, proposal.ended_at),
        )
    }
    run = {name: value for name, value in proposal.dry_run.items() if name != "rules"}
    rules = [{"rule": one["rule"], "change": one["change"]} for one in proposal.dry_run["rules"]]
    return {
        "id": proposal.id,
        "state": proposal.state,
        "digest": proposal.digest,
        **steps,
        "changes": rules,
        "dry_run": run,
    }


def proposal_told(proposal: Proposal, names: Mapping[str, str], user: OfficeUser) -> dict[str, Any]:
    """Return all of a proposal: its files, and the dry run with those flags by name that the user may see."""
    rules = [_seen_by(user, one) for one in proposal.dry_run["rules"]]
    head = head_told(proposal, names)
    return {**head, "dry_run": {**proposal.dry_run, "rules": rules}, "files": dict(proposal.texts)}


def _seen_by(user: OfficeUser, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the names of flags outside the user's areas and programs, and of restricted rules; numbers stay."""
    theirs = any(map(user.scope.covers_program, rule["programs"]))
    may = theirs and (not rule["restricted"] or user.may("restricted.read"))
    named = {
        name: [one for one in rule[name] if may and one["area"] and user.scope.covers_area(one["area"])]
        for name in ("new_flags", "gone_flags")
    }
    return {**rule, **named}
