"""One page of changes in the making: what is told, each thing once, and the order in which it packs best.

What is about one person stands together, its golden record first. A thing that is told again, since it changed
meanwhile, is told as it is now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.access import Scope
from fieldsync.cases import CaseNow, cases_now
from fieldsync.db import Sealer
from fieldsync.ledger.feed import Change

PERSON = "person"
RECORD = "record"
CASE = "case"
_ORDER = itemgetter(0)


class Order(NamedTuple):
    """Where a change stands in its page: place, whom it is about, golden record before person record before others."""

    area: str
    about: str
    rank: int = 0
    stamp: int = 0


@dataclass(slots=True)
class Making:
    """A page being filled for a scope, up to `limit` changes."""

    connection: Connection
    sealer: Sealer
    scope: Scope
    limit: int
    parts: dict[tuple[str, str], tuple[Order, str]] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """Return how many changes the page still takes."""
        return self.limit - len(self.parts)

    def tell(self, entity: str, entity_id: str, order: Order, part: str) -> None:
        """Add the JSON of one change; what was told of the same thing is replaced."""
        self.parts[entity, entity_id] = (order, part)

    def joined(self) -> str:
        """Return the JSON of all changes, with commas between."""
        return ",".join(part for _, part in sorted(self.parts.values(), key=_ORDER))


def order_of(now: registry.RecordNow) -> Order:
    """Return where a record stands."""
    return Order(now.area, now.about, 1 if now.type == PERSON else 2, now.stamp)


def order_of_case(now: CaseNow) -> Order:
    """Return where a case stands: before everything else, the worst first."""
    return Order("", now.rank)


def live(entity: str, entity_id: str, rev: int, body: str) -> str:
    """Return the JSON of a thing that is there; the id stands beside that of `body`, whose repetition packs well."""
    return f'{{"entity":"{entity}","rev":{rev},"deleted":false,"id":"{entity_id}","data":{body}}}'


def gone(entity: str, entity_id: str, rev: int, reason: str, into: str | None = None) -> str:
    """Return the JSON of a thing that left: ``deleted``, ``out_of_scope``, or ``merged`` into another."""
    tail = f',"merged_into":"{into}"' if into else ""
    return f'{{"entity":"{entity}","rev":{rev},"deleted":true,"id":"{entity_id}","reason":"{reason}"{tail}}}'


@dataclass(slots=True)
class Found:
    """What the things of some changes are now."""

    records: Mapping[str, registry.RecordNow]
    persons: Mapping[str, registry.PersonNow]
    areas: Mapping[str, set[str]]
    cases: Mapping[str, CaseNow] = field(default_factory=dict)

    def order(self, change: Change) -> Order:
        """Return where a change stands in its page."""
        if change.entity == CASE:
            return order_of_case(self.cases[change.id])
        return order_of(self.records[change.id]) if change.entity == RECORD else Order(change.area, change.id)

    def arrival(self, change: Change) -> str | None:
        """Return the JSON of a thing, or None when it is no more, or a later change tells of it."""
        now = self._now(change)
        return live(change.entity, change.id, now.rev, now.body) if now.body and now.rev == change.rev else None

    def departure(self, change: Change, scope: Scope) -> str | None:
        """Return the JSON of a departure, or None when the thing is within `scope`."""
        now = self._now(change)
        within = scope.covers_program(change.program) and any(map(scope.covers_area, self._places(change)))
        if within and now.body is not None:
            return None
        into = None if isinstance(now, registry.RecordNow) else now.merged_into
        reason = "merged" if into else "deleted" if now.body is None else "out_of_scope"
        return gone(change.entity, change.id, now.rev, reason, into)

    def _now(self, change: Change) -> registry.RecordNow | registry.PersonNow | CaseNow:
        if change.entity == CASE:
            return self.cases[change.id]
        return self.records[change.id] if change.entity == RECORD else self.persons[change.id]

    def _places(self, change: Change) -> set[str]:
        if change.entity == CASE:
            return {self.cases[change.id].area}
        return {self.records[change.id].area} if change.entity == RECORD else self.areas.get(change.id, set())


def look_up(page: Making, changes: Sequence[Change], leaving: Sequence[Change]) -> Found:
    """Return what the things of these changes are now; where they are registered only for persons `leaving`."""
    ids: dict[str, list[str]] = {RECORD: [], PERSON: [], CASE: []}
    for change in changes:
        ids[change.entity].append(change.id)
    persons = [change.id for change in leaving if change.entity == PERSON]
    return Found(
        registry.records_now(page.connection, page.sealer, ids[RECORD]),
        registry.persons_now(page.connection, page.sealer, ids[PERSON]),
        registry.person_areas(page.connection, persons) if persons else {},
        cases_now(page.connection, page.sealer, ids[CASE]),
    )
