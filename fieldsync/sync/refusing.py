"""Refused records on their way into the quarantine: where each belongs, so that everybody sees those of their own."""

from typing import Any

from fieldsync.access import Scope
from fieldsync.ledger.quarantine import Refused
from fieldsync.programs import TYPES
from fieldsync.sync.arrival import AREA, Arrival
from fieldsync.sync.intake import Origin


def refused(position: int, one: Arrival, origin: Origin) -> Refused:
    """Return a refused record as the quarantine keeps it."""
    raw = one.raw if isinstance(one.raw, dict) else {}
    why = (one.record_id, origin.device_id, one.content_hash, one.errors)
    return Refused(origin.receipt, position, *why, _area(raw, origin.scope), _program(raw, origin.scope))


def _area(raw: dict[str, Any], scope: Scope) -> str:
    """Return the record's village if the van serves it; what is told else may be a slip, so the van's first area."""
    told = raw.get("area")
    named = isinstance(told, str) and AREA.fullmatch(told) is not None and scope.covers_area(told)
    return str(told) if named else scope.areas[0]


def _program(raw: dict[str, Any], scope: Scope) -> str | None:
    told = raw.get("type")
    kind = TYPES.get(told) if isinstance(told, str) else None
    if kind is not None:
        return kind.program
    return scope.programs[0] if len(scope.programs) == 1 else None
