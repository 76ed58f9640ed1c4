"""What a tablet is told about each of its records, and what the ledger notes.

The words are the contract's. Nothing is decided here.
"""

from typing import Any

from fieldsync.ledger.receipts import Outcome
from fieldsync.sync.arrival import UNFIT, Arrival

IN_EFFECT = frozenset({"applied", "merged", "conflict", "duplicate"})


def answer_of(one: Arrival) -> dict[str, Any]:
    """Return the contract's result for one record."""
    given = one.raw.get("id") if isinstance(one.raw, dict) else None
    said = given if given == one.record_id or _sayable(given) else None
    answer: dict[str, Any] = {"id": said, "status": one.status}
    if one.status in IN_EFFECT:
        answer["rev"] = one.rev
        answer["person_id"] = one.person_id
        if one.identity:
            answer["identity"] = one.identity
        answer["flags"] = one.flags
    if one.conflicts:
        answer["conflicts"] = [
            {"field": conflict.field, "kept": conflict.kept, "other": conflict.other} for conflict in one.conflicts
        ]
    if one.status == "rejected":
        answer["errors"] = one.errors
    if one.warnings and one.status != "rejected":
        answer["warnings"] = one.warnings
    return answer


def _sayable(given: Any) -> bool:
    return isinstance(given, str) and UNFIT.search(given) is None


def outcome_of(one: Arrival) -> Outcome:
    """Return what the ledger notes of one record."""
    seq = one.raw.get("device_seq") if isinstance(one.raw, dict) else None
    seq = seq if type(seq) is int and 0 <= seq < 1 << 63 else None
    return (one.record_id, one.status, one.rev, seq)
