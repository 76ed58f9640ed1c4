"""Pull: the changes of a tablet's areas and programs, in pages, without gaps, and what a change of scope asks for.

A first sync walks the present state first (`first`), then what changed meanwhile. When the tablet's scope changed,
the part of the feed already walked is walked again for the difference: what came into view is sent, what went out
is taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from fieldsync.access import Device, Scope, scope_by_id
from fieldsync.db import Store
from fieldsync.ledger import feed
from fieldsync.ledger.feed import Change, Numbered
from fieldsync.programs import PROGRAMS
from fieldsync.sync import first
from fieldsync.sync.cursor import Cursor, CursorError, CursorGone, decode, encode
from fieldsync.sync.paging import Making, look_up

LOOK_AGAIN = 20_000
EVERY_PROGRAM = ("common", *PROGRAMS)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `body` is the JSON answer, `count` its number of changes, `first` whether of a first sync."""

    body: bytes
    count: int
    has_more: bool
    first: bool


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
        page = Making(connection, store.sealer, device.scope, limit)
        is_first = at.walk is not None or bool(at.fresh)
        if at.left:
            at = _tell_difference(page, at)
        if not at.left:
            at = first.walk(page, at)
        if not at.left and at.walk is None:
            at = _tell_changes(page, at, heads)
        has_more = bool(at.left or at.walk) or any(at.seen.get(district, 0) < head for district, head in heads.items())
        if not has_more:
            at = replace(at, fresh={})
    more = "true" if has_more else "false"
    body = f'{{"changes":[{page.joined()}],"cursor":"{encode(at, secret)}","has_more":{more}}}'
    return Page(body.encode(), len(page.parts), has_more, is_first)


def position_now(connection: Connection, device: Device) -> Cursor:
    """Return the position of a tablet that has seen everything."""
    heads = feed.heads(connection, device.scope.areas)
    return Cursor(feed.epoch(connection).name, device.id, device.scope.id, heads)


def _position(text: str | None, secret: bytes, device: Device, epoch: feed.Epoch, heads: Mapping[str, int]) -> Cursor:
    if text is None:
        return first.begin(epoch.name, device.id, device.scope.id, heads)
    at = decode(text, secret)
    if at.device != device.id:
        raise CursorError
    if at.epoch != epoch.name:
        raise CursorGone
    for district, seen in at.seen.items():
        # A cursor ahead of the feed was given by a database that is no more: a backup was restored.
        if seen > heads.get(district, seen) or _is_forgotten(at, district, epoch.horizon.get(district, 0)):
            raise CursorGone
    if at.scope != device.scope.id:
        # What was begun to be told under another scope is begun anew: all scopes since then count.
        at = replace(at, scope=device.scope.id, left=tuple(sorted({*at.left, at.scope})), told={})
        new = {district: head for district, head in heads.items() if district not in at.seen}
        at = replace(at, fresh={**at.fresh, **new})
    return at


def _is_forgotten(at: Cursor, district: str, horizon: int) -> bool:
    """Tell whether departures that a tablet may need were let go of.

    Of what had left a district before it came into the tablet's scope there is nothing to take back.
    """
    return max(at.seen[district], at.fresh.get(district, 0)) < horizon


def _tell_changes(page: Making, at: Cursor, heads: Mapping[str, int]) -> Cursor:
    seen = dict(at.seen)
    for district, head in heads.items():
        while page.room > 0 and seen.get(district, 0) < head:
            asked = page.room
            rows = _rows_in_scope(page, district, seen.get(district, 0), asked)
            _tell(page, rows, at.fresh.get(district, 0))
            last = rows[-1].n if rows else 0
            # Fewer rows than asked for: the rest up to the head lies outside the scope.
            seen[district] = last if len(rows) == asked else max(head, last)
    return replace(at, seen=seen)


def _rows_in_scope(page: Making, district: str, after: int, limit: int) -> list[Numbered]:
    areas = None
    if not any(district == area or district.startswith(area + ".") for area in page.scope.areas):
        areas = [code for code in page.scope.areas if code.startswith(district + ".")]
    programs = ("common", *page.scope.programs)
    return feed.after(page.connection, district, after, limit, programs, areas)


def _tell(page: Making, rows: Sequence[Numbered], fresh: int) -> None:
    """Turn feed rows into changes: the latest state of each thing, departures only if it may have been held."""
    changes = [row.change for row in rows]
    found = look_up(page, changes, [change for change in changes if change.gone])
    for row in rows:
        change = row.change
        if not change.gone:
            part = found.arrival(change)
        else:
            part = found.departure(change, page.scope) if row.n > fresh else None
        if part is not None:
            page.tell(change.entity, change.id, found.order(change), part)


def _tell_difference(page: Making, at: Cursor) -> Cursor:
    """Walk the feed once more, for what the tablet's changed scope lets in or takes away."""
    before = [scope for scope_id in at.left if (scope := scope_by_id(page.connection, scope_id))]
    # To its end, not to what was seen: a thing that changed since then is told under the new scope only.
    ends = feed.heads(page.connection, sorted({area for scope in before for area in scope.areas}))
    told = dict(at.told)
    looked = 0
    for district, end in ends.items():
        while told.get(district, 0) < end:
            if page.room <= 0 or looked >= LOOK_AGAIN:
                return replace(at, told=told)
            rows = feed.after(page.connection, district, told.get(district, 0), page.room, EVERY_PROGRAM)
            looked += max(len(rows), 1)
            _tell_moved(page, rows, before, at.seen.get(district, 0))
            told[district] = rows[-1].n if rows else end
    kept = {district: n for district, n in at.seen.items() if _touches(page.scope, district)}
    return replace(at, seen=kept, left=(), told={})


def _touches(scope: Scope, district: str) -> bool:
    return any(district.startswith(area) or area.startswith(district) for area in scope.areas)


def _tell_moved(page: Making, rows: Sequence[Numbered], before: Sequence[Scope], seen: int) -> None:
    """Tell of changes that one of the scopes sees and another does not.

    What came into view is told by its latest change, if that was seen; the feed goes on behind. What went is taken
    back at each of its changes, whatever it is now: the latest may be where nobody looks any more.
    """
    coming, leaving = [], []
    for row in rows:
        change = row.change
        views = [_sees(scope, change) for scope in before]
        if _sees(page.scope, change):
            if not change.gone and not all(views) and row.n <= seen:
                coming.append(change)
        elif not change.gone and any(views):
            leaving.append(change)
    found = look_up(page, [*coming, *leaving], leaving)
    parts = [(change, found.arrival(change)) for change in coming]
    parts += [(change, found.departure(change, page.scope)) for change in leaving]
    for change, part in parts:
        if part is not None:
            page.tell(change.entity, change.id, found.order(change), part)


def _sees(scope: Scope, change: Change) -> bool:
    return scope.covers_area(change.area) and scope.covers_program(change.program)
