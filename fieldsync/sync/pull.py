"""Pull: the changes of a tablet's areas and programs, in pages, without gaps, and what a change of scope asks for.

A first sync is the same walk from the beginning of each district's feed: only rows
that are the latest of their thing count, so it is the present state. When the
tablet's scope changed, the part already walked is walked again for the difference:
what came into view is sent, what went out is taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.access import Device, Scope, scope_by_id
from fieldsync.db import Sealer, Store
from fieldsync.ledger import feed
from fieldsync.ledger.feed import Change, Numbered
from fieldsync.programs import PROGRAMS
from fieldsync.sync.cursor import Cursor, CursorError, CursorGone, decode, encode

LOOK_AGAIN = 20_000
_ABOUT = itemgetter(0)
EVERY_PROGRAM = ("common", *PROGRAMS)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `body` is the JSON answer, `count` its number of changes, `first` whether of a first sync."""

    body: bytes
    count: int
    has_more: bool
    first: bool


@dataclass(slots=True)
class _Walk:
    """One page in the making."""

    connection: Connection
    sealer: Sealer
    scope: Scope
    limit: int
    parts: list[tuple[str, str]] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)

    @property
    def room(self) -> int:
        return self.limit - len(self.parts)

    def tell(self, change: Change, about: str, part: str) -> None:
        """Add one change, with whom it is about."""
        self.told.add((change.entity, change.id))
        self.parts.append((about, part))

    def joined(self) -> str:
        """Return the page's changes; what is about one person stands together, which packs a quarter smaller."""
        self.parts.sort(key=_ABOUT)
        return ",".join(part for _, part in self.parts)


def pull(store: Store, secret: bytes, device: Device, cursor: str | None, limit: int) -> Page:
    """Return the next page for a tablet.

    Args:
        store: the database.
        secret: signs cursors.
        device: the tablet, authenticated, with its present scope.
        cursor: what the last page gave; None begins a first sync.
        limit: how many changes at most, 1 to 1,000.

    Raises:
        CursorError: not this server's cursor, or another tablet's.
        CursorGone: of another epoch, or beyond the kept history: start over.
    """
    with store.reading() as connection:
        epoch = feed.epoch(connection)
        heads = feed.heads(connection, device.scope.areas)
        at = _position(cursor, secret, device, epoch, heads)
        walk = _Walk(connection, store.sealer, device.scope, limit)
        if at.left:
            at = _tell_difference(walk, at)
        if not at.left:
            at = _tell_changes(walk, at, heads)
        first = bool(at.fresh)
        has_more = bool(at.left) or any(at.seen.get(district, 0) < head for district, head in heads.items())
        if not has_more:
            at = replace(at, fresh={})
    more = "true" if has_more else "false"
    body = f'{{"changes":[{walk.joined()}],"cursor":"{encode(at, secret)}","has_more":{more}}}'
    return Page(body.encode(), len(walk.parts), has_more, first)


def position_now(connection: Connection, device: Device) -> Cursor:
    """Return the position of a tablet that has seen everything."""
    heads = feed.heads(connection, device.scope.areas)
    return Cursor(feed.epoch(connection).name, device.id, device.scope.id, heads)


def _position(text: str | None, secret: bytes, device: Device, epoch: feed.Epoch, heads: Mapping[str, int]) -> Cursor:
    if text is None:
        return Cursor(epoch.name, device.id, device.scope.id, {}, fresh=heads)
    at = decode(text, secret)
    if at.device != device.id:
        raise CursorError
    if at.epoch != epoch.name:
        raise CursorGone
    for district, seen in at.seen.items():
        # A cursor ahead of the feed was given by a database that is no more: a backup was restored.
        if seen > heads.get(district, seen) or seen < epoch.horizon.get(district, 0):
            raise CursorGone
    if at.scope != device.scope.id:
        # What was begun to be told under another scope is begun anew: all scopes since then count.
        at = replace(at, scope=device.scope.id, left=tuple(sorted({*at.left, at.scope})), told={})
        new = {district: head for district, head in heads.items() if district not in at.seen}
        at = replace(at, fresh={**at.fresh, **new})
    return at


def _tell_changes(walk: _Walk, at: Cursor, heads: Mapping[str, int]) -> Cursor:
    seen = dict(at.seen)
    for district, head in heads.items():
        while walk.room > 0 and seen.get(district, 0) < head:
            asked = walk.room
            rows = _rows_in_scope(walk, district, seen.get(district, 0), asked)
            _tell(walk, rows, at.fresh.get(district, 0))
            last = rows[-1].n if rows else 0
            # Fewer rows than asked for: the rest up to the head lies outside the scope.
            seen[district] = last if len(rows) == asked else max(head, last)
    return replace(at, seen=seen)


def _rows_in_scope(walk: _Walk, district: str, after: int, limit: int) -> list[Numbered]:
    areas = None
    if not any(district == area or district.startswith(area + ".") for area in walk.scope.areas):
        areas = [code for code in walk.scope.areas if code.startswith(district + ".")]
    programs = ("common", *walk.scope.programs)
    return feed.after(walk.connection, district, after, limit, programs, areas)


def _tell(walk: _Walk, rows: Sequence[Numbered], fresh: int) -> None:
    """Turn feed rows into changes: the latest state of each thing, once a page, departures only if it was held."""
    found = _look_up(walk, [row.change for row in rows])
    for row in rows:
        change = row.change
        if (change.entity, change.id) in walk.told:
            continue
        part = found.part(change, walk.scope, departed=row.n > fresh)
        if part is not None:
            walk.tell(change, found.about(change), part)


@dataclass(slots=True)
class _Found:
    """What the things of a page are now."""

    records: Mapping[str, registry.RecordNow]
    persons: Mapping[str, registry.PersonNow]
    areas: Mapping[str, set[str]]

    def about(self, change: Change) -> str:
        """Return the person that a change is about, or itself."""
        return self.records[change.id].about if change.entity == "record" else change.id

    def part(self, change: Change, scope: Scope, *, departed: bool) -> str | None:
        """Return the JSON of one change, or None when a later row tells of it, or there is nothing to tell."""
        if change.entity == "record":
            record = self.records[change.id]
            if record.body is not None and not change.gone:
                return _live("record", change.id, record.rev, record.body) if record.rev == change.rev else None
            visible = record.body is not None and scope.covers_area(record.area)
            reason = "deleted" if record.body is None else "out_of_scope"
            return _gone("record", change.id, record.rev, reason) if departed and not visible else None
        return self._person(change, scope, departed=departed)

    def _person(self, change: Change, scope: Scope, *, departed: bool) -> str | None:
        person = self.persons[change.id]
        if person.body is not None and not change.gone:
            return _live("person", change.id, person.rev, person.body) if person.rev == change.rev else None
        if not departed:
            return None
        if person.merged_into:
            return _gone("person", change.id, person.rev, "merged", person.merged_into)
        if person.body is None:
            return _gone("person", change.id, person.rev, "deleted")
        visible = any(scope.covers_area(area) for area in self.areas.get(change.id, ()))
        return None if visible else _gone("person", change.id, person.rev, "out_of_scope")


def _look_up(walk: _Walk, changes: Sequence[Change]) -> _Found:
    ids: dict[str, list[str]] = {"record": [], "person": []}
    for change in changes:
        ids[change.entity].append(change.id)
    departed = [change.id for change in changes if change.entity == "person" and change.gone]
    return _Found(
        registry.records_now(walk.connection, walk.sealer, ids["record"]),
        registry.persons_now(walk.connection, walk.sealer, ids["person"]),
        registry.person_areas(walk.connection, departed) if departed else {},
    )


def _live(entity: str, entity_id: str, rev: int, body: str) -> str:
    return f'{{"entity":"{entity}","id":"{entity_id}","rev":{rev},"deleted":false,"data":{body}}}'


def _gone(entity: str, entity_id: str, rev: int, reason: str, into: str | None = None) -> str:
    tail = f',"merged_into":"{into}"' if into else ""
    return f'{{"entity":"{entity}","id":"{entity_id}","rev":{rev},"deleted":true,"reason":"{reason}"{tail}}}'


def _tell_difference(walk: _Walk, at: Cursor) -> Cursor:
    """Walk what the tablet has seen once more, for what its changed scope lets in or takes away."""
    before = [scope for scope_id in at.left if (scope := scope_by_id(walk.connection, scope_id))]
    told = dict(at.told)
    looked = 0
    for district in sorted(at.seen):
        while told.get(district, 0) < at.seen[district]:
            if walk.room <= 0 or looked >= LOOK_AGAIN:
                return replace(at, told=told)
            rows = feed.after(walk.connection, district, told.get(district, 0), walk.room, EVERY_PROGRAM)
            rows = [row for row in rows if row.n <= at.seen[district]]
            looked += max(len(rows), 1)
            _tell_moved(walk, rows, before)
            told[district] = rows[-1].n if rows else at.seen[district]
    kept = {district: n for district, n in at.seen.items() if _touches(walk.scope, district)}
    return replace(at, seen=kept, left=(), told={})


def _touches(scope: Scope, district: str) -> bool:
    return any(district.startswith(area) or area.startswith(district) for area in scope.areas)


def _tell_moved(walk: _Walk, rows: Sequence[Numbered], before: Sequence[Scope]) -> None:
    moved = []
    for row in rows:
        change = row.change
        views = {_sees(walk.scope, change), *(_sees(scope, change) for scope in before)}
        if not change.gone and len(views) > 1:
            moved.append(row)
    found = _look_up(walk, [row.change for row in moved])
    areas = _areas_of_persons(walk, moved)
    for row in moved:
        change = row.change
        part = _moved_part(walk, found, change, areas)
        if part is not None and (change.entity, change.id) not in walk.told:
            walk.tell(change, found.about(change), part)


def _areas_of_persons(walk: _Walk, rows: Sequence[Numbered]) -> Mapping[str, set[str]]:
    leaving = [
        row.change.id for row in rows if row.change.entity == "person" and not walk.scope.covers_area(row.change.area)
    ]
    return registry.person_areas(walk.connection, leaving) if leaving else {}


def _moved_part(walk: _Walk, found: _Found, change: Change, areas: Mapping[str, set[str]]) -> str | None:
    if _sees(walk.scope, change):
        return found.part(change, walk.scope, departed=False)
    now = found.records[change.id] if change.entity == "record" else found.persons[change.id]
    if now.rev != change.rev or now.body is None:
        return None
    if any(walk.scope.covers_area(area) for area in areas.get(change.id, ())):
        return None
    return _gone(change.entity, change.id, now.rev, "out_of_scope")


def _sees(scope: Scope, change: Change) -> bool:
    return scope.covers_area(change.area) and scope.covers_program(change.program)
