"""The rules in force: the shipped ones and an office's own, which are proposed, tried, and approved by a second person.

`book_of` is what every judging goes by, `spread` lets a change reach everybody; `propose`, `approve` and `withdraw`
are the steps of a set of rules, `dry_run` tells beforehand what it would make of the last days. Approved texts are
kept in the database, so that all servers judge by the same.
"""

from fieldsync.rulebook.in_force import RulesInForce, book_of, rules_in_force, warm
from fieldsync.rulebook.proposals import (
    STATES,
    Proposal,
    ProposalError,
    Step,
    approve,
    list_proposals,
    names_of,
    propose,
    withdraw,
)
from fieldsync.rulebook.spreading import spread
from fieldsync.rulebook.telling import head_told, in_force_told, proposal_told, rule_told, states_of
from fieldsync.rulebook.texts import checked, read_folder
from fieldsync.rulebook.trying import DAYS, dry_run

__all__ = [
    "DAYS",
    "STATES",
    "Proposal",
    "ProposalError",
    "RulesInForce",
    "Step",
    "approve",
    "book_of",
    "checked",
    "dry_run",
    "head_told",
    "in_force_told",
    "list_proposals",
    "names_of",
    "proposal_told",
    "propose",
    "read_folder",
    "rule_told",
    "rules_in_force",
    "spread",
    "states_of",
    "warm",
    "withdraw",
]
