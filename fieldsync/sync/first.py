"""A first sync: the present state, walked village by village and person by person instead of change by change.

The heads of the feed are noted before the first page; what changes while the tablet walks is told from there on by
the feed. So the walk needs no lock and no snapshot, and may be broken off and gone on with at any page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fieldsync import cases, registry
from fieldsync.access import Scope, scope_by_id
from fieldsync.programs import TYPES
from fieldsync.registry import Place, Stored
from fieldsync.sync.cursor import Cursor, Walk
from fieldsync.sync.paging import CASE, PERSON, RECORD, Making, Order, live, order_of, order_of_case

# Open cases come before the first area, the worst first: these stand before every area code.
_CASES = ("", "!1", "!2")
_RECORDS = "0"


def begin(epoch: str, device: str, scope: int, heads: Mapping[str, int]) -> Cursor:
    """Return the position at which a first sync begins, the feed being at `heads`."""
    return Cursor(epoch, device, scope, heads, walk=Walk(scope, *registry.BEGIN, owed=False))


def walk(page: Making, at: Cursor) -> Cursor:
    """Fill the page with what comes next in the walk; behind its end the cursor has no walk any more."""
    place = at.walk
    if place is None:
        return at
    # What the scope let in since the walk began is told by the feed, wherever it stands.
    begun = page.scope if place.scope == page.scope.id else scope_by_id(page.connection, place.scope)
    areas, types = _common(page.scope, begun) if begun else ([], None)
    if place.area in _CASES:
        place = _walk_cases(
            page, place, areas, [one for one in page.scope.programs if begun and begun.covers_program(one)]
        )
        if place.area in _CASES:
            return replace(at, walk=place)
    if place.owed and page.room > 0:
        if page.scope.covers_area(place.area):
            _tell_persons(page, {place.person: place.area})
        place = place._replace(owed=False)
    while page.room > 0:
        asked = page.room
        after = Place(place.area, place.person, place.record)
        rows = registry.records_beyond(page.connection, areas, types, after, asked)
        taken, owed = _fitting(page, rows)
        _tell(page, taken, owed=owed)
        if taken:
            place = Walk(place.scope, *registry.place_of(taken[-1]), owed=owed)
        if owed:
            break
        if len(rows) < asked and len(taken) == len(rows):
            return replace(at, walk=None)
    return replace(at, walk=place)


def _walk_cases(page: Making, place: Walk, areas: Sequence[str], programs: Sequence[str]) -> Walk:
    """Tell the open cases, by severity; behind the last the walk goes on with the first area."""
    stages = range(_CASES.index(place.area), len(_CASES)) if areas and programs else ()
    for severity in stages:
        after = place.record if place.area == _CASES[severity] else registry.BEGIN.record
        while True:
            asked = page.room
            ids = cases.open_cases_beyond(page.connection, areas, programs, severity, after, asked) if asked > 0 else []
            for case_id, now in cases.cases_now(page.connection, page.sealer, ids).items():
                if now.body is not None:
                    page.tell(CASE, case_id, order_of_case(now), live(CASE, case_id, now.rev, now.body))
            if ids:
                after = ids[-1]
            if page.room <= 0:
                return place._replace(area=_CASES[severity], record=after)
            if len(ids) < asked:
                break
    return place._replace(area=_RECORDS, record=registry.BEGIN.record)


def _common(one: Scope, other: Scope) -> tuple[list[str], list[str] | None]:
    """Return the areas and the record types that are in both scopes; None for all types."""
    areas = {code for code in one.areas if other.covers_area(code)}
    areas |= {code for code in other.areas if one.covers_area(code)}
    types = [
        name for name, kind in TYPES.items() if one.covers_program(kind.program) and other.covers_program(kind.program)
    ]
    return sorted(areas), types if len(types) < len(TYPES) else None


def _fitting(page: Making, rows: Sequence[Stored]) -> tuple[Sequence[Stored], bool]:
    """Return the rows that fit into the page with their golden records; whether the last of these is left owing."""
    room = page.room
    golden: set[str] = set()
    for number, row in enumerate(rows):
        if room <= 0:
            return rows[:number], room < 0
        room -= not row.deleted
        if row.type == PERSON and row.person_id and not row.deleted and row.person_id not in golden:
            golden.add(row.person_id)
            room -= 1
    return rows, room < 0


def _tell(page: Making, rows: Sequence[Stored], *, owed: bool) -> None:
    found = registry.spliced(page.connection, page.sealer, rows)
    persons = {row.person_id: row.area for row in rows if row.type == PERSON and row.person_id and not row.deleted}
    if owed:
        persons.popitem()
    for record_id, now in found.items():
        if now.body is not None:
            page.tell(RECORD, record_id, order_of(now), live(RECORD, record_id, now.rev, now.body))
    _tell_persons(page, persons)


def _tell_persons(page: Making, areas: Mapping[str, str]) -> None:
    """Tell golden records, each beside its person record; one that is no more is left to the feed."""
    for person_id, now in registry.persons_now(page.connection, page.sealer, list(areas)).items():
        if now.body is not None:
            page.tell(PERSON, person_id, Order(areas[person_id], person_id), live(PERSON, person_id, now.rev, now.body))
