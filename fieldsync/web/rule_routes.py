"""The follow-up rules for the office: what is in force, what is proposed, and the second person's answer.

Rules are proposed at the command line, where the files are; here they are read, approved and withdrawn.
"""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from fieldsync import cases, rulebook
from fieldsync.access import note_audit
from fieldsync.db import Store
from fieldsync.rulebook import STATES, Proposal, ProposalError, Step
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.problems import Problem
from fieldsync.web.queries import words
from fieldsync.web.rule_schemas import ProposalSchema, ProposalsSchema, RulesSchema

blueprint = Blueprint("rules", __name__, url_prefix="/api/v1/rules", description="Follow-up rules")

_REFUSED = {
    "unknown_proposal": (404, "not-found"),
    "may_not": (403, "forbidden"),
    "outside_programs": (403, "outside-programs"),
    "own_proposal": (403, "own-proposal"),
    "not_proposed": (409, "not-proposed"),
    "stale": (409, "stale-proposal"),
    "broken": (409, "broken-proposal"),
}


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


@blueprint.get("")
@blueprint.doc(summary="The rules in force")
@blueprint.alt_response(200, schema=RulesSchema, description="Every rule that counts today, by id")
@permission("rules.read")
def list_rules() -> Response:
    """Tell what flags are raised by: of each rule the version that counts, its words, numbers, source and origin."""
    with house().store.reading() as connection:
        return _json(rulebook.in_force_told(connection, cases.day_of(house().clock())))


@blueprint.get("/proposals")
@blueprint.doc(
    summary="Sets of an office's own rules",
    parameters=[
        {
            "name": "state",
            "in": "query",
            "schema": {"type": "string", "example": "proposed"},
            "description": f"Any of {', '.join(STATES)}; if absent, all",
        }
    ],
)
@blueprint.alt_response(200, schema=ProposalsSchema, description="The newest first")
@permission("rules.read")
def list_proposals() -> Response:
    """Tell what was ever proposed, by whom, who approved it, and what its dry run came to."""
    states = words("state", STATES) or STATES
    with house().store.reading() as connection:
        found = rulebook.list_proposals(connection, states)
        names = rulebook.names_of(connection, found)
    return _json({"proposals": [rulebook.head_told(one, names) for one in found]})


@blueprint.get("/proposals/<uuid:proposal_id>")
@blueprint.doc(summary="All of a proposal")
@blueprint.alt_response(200, schema=ProposalSchema, description="Its files, and its dry run rule by rule")
@permission("rules.read")
def one_proposal(proposal_id: object) -> Response:
    """Tell the files and the dry run; flags by name only in the user's areas and programs."""
    return _json(_told(str(proposal_id)))


@blueprint.post("/proposals/<uuid:proposal_id>/approve")
@blueprint.doc(summary="Approve a proposal")
@blueprint.alt_response(200, schema=ProposalSchema, description="In force from now on")
@permission("rules.approve")
def approve(proposal_id: object) -> Response:
    """Let it come into force. Not by who proposed it; not when other rules are in force since its dry run: 409."""
    return _step(str(proposal_id), rulebook.approve)


@blueprint.post("/proposals/<uuid:proposal_id>/withdraw")
@blueprint.doc(summary="Withdraw a proposal")
@blueprint.alt_response(200, schema=ProposalSchema, description="Withdrawn")
@permission("rules.propose")
def withdraw(proposal_id: object) -> Response:
    """Take it back: who proposed it, or who may approve."""
    return _step(str(proposal_id), rulebook.withdraw)


def _step(proposal_id: str, take: Callable[[Store, str, Step], Proposal]) -> Response:
    try:
        take(house().store, proposal_id, Step(user(), house().clock(), "web"))
    except ProposalError as error:
        raise Problem(*_REFUSED[error.code]) from error
    return _json(_told(proposal_id))


def _told(proposal_id: str) -> dict[str, Any]:
    with house().store.reading() as connection:
        found = rulebook.list_proposals(connection, wanted=proposal_id)
        if not found:
            raise Problem(404, "not-found")
        told = rulebook.proposal_told(found[0], rulebook.names_of(connection, found), user())
    if any(one["restricted"] and (one["new_flags"] or one["gone_flags"]) for one in told["dry_run"]["rules"]):
        now, by = house().clock(), user()
        house().store.transact(lambda connection: note_audit(connection, by, "restricted.read", proposal_id, now))
    return told
