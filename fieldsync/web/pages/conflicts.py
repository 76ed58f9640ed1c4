"""Fields that two edits contradicted, newest first: both values, who said which and when, and the office's decision.

The other value is chosen by an edit that takes the way of every push, or the one that holds is confirmed; either takes
the field off the list. Restricted fields are on the list only of who may see them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from flask import Response, request

from fieldsync import reporting, sync
from fieldsync.access import place_names, usernames
from fieldsync.programs import TYPES, without_restricted
from fieldsync.reporting import Contradiction
from fieldsync.sync import ABSENT, Both, Contradicted, Side
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import back_to, note_restricted, page_blueprint, render, speech
from fieldsync.web.pages.timeline import value_text
from fieldsync.web.problems import Problem
from fieldsync.web.queries import MOST_NUMBER, read_cursor, write_cursor

A_PAGE = 25
OTHER, KEPT = "other", "kept"

blueprint = page_blueprint("conflicts")


@blueprint.get("/conflicts")
@permission("persons.read")
def show() -> Response:
    """Show a page of contradicted fields."""
    return _page()


def _page(status: int = 200, wrong: Sequence[Mapping[str, str]] = ()) -> Response:
    about, store = f"conflicts {user().id}", house().store
    after = read_cursor(about)
    with store.reading() as connection:
        found = _asked(connection, A_PAGE + 1, after=None if after is None else after[0])
        page = found[:A_PAGE]
        both = sync.both_sides(connection, store.sealer, [_contradicted(one) for one in page])
        makers = [side.by.by for one in both.values() for side in (one.kept, one.other)]
        tablets, office = reporting.tablet_names(connection, makers), usernames(connection, makers)
        names = place_names(connection, _places(page, both))
        persons = sync.persons_named(connection, store.sealer, user(), [one.person_id for one in page if one.person_id])
    note_restricted("conflicts", "conflicts", [str(one.id) for one in page if not _is_open(one)])
    return render(
        "conflicts.html",
        status,
        rows=[_row(one, both[one.id], names, persons) for one in page],
        tablets=tablets,
        office=office,
        names=names,
        wrong=wrong,
        may_decide=user().may("records.quarantine"),
        cursor=request.args.get("cursor"),
        next_cursor=write_cursor(about, [page[-1].id] if len(found) > A_PAGE else None),
        first_page=after is None,
    )


def _asked(connection: Any, limit: int, **narrowed: int | None) -> list[Contradiction]:
    restricted = user().may("restricted.read")
    return reporting.contradictions(connection, user().scope, restricted=restricted, limit=limit, **narrowed)


def _contradicted(one: Contradiction) -> Contradicted:
    return Contradicted(one.id, one.record_id, one.field, one.kept_rev, one.other_rev)


def _places(page: Iterable[Contradiction], both: Mapping[int, Both]) -> set[str]:
    return {one.area for one in page} | {side.by.area for one in both.values() for side in (one.kept, one.other)}


def _row(
    one: Contradiction, both: Both, names: Mapping[str, str], persons: Mapping[str, tuple[str, str | None]]
) -> dict[str, Any]:
    say, kind = speech(), TYPES[one.type]
    declared = next((each for each in kind.fields if each.name == one.field), None)
    label = say.text(f"conflicts.field_{one.field}") if one.field in ("deleted", "area") else one.field
    return {
        "id": one.id,
        "at": one.at,
        "type": say.label(kind.label),
        "program": kind.program,
        "area": one.area,
        "person": persons.get(one.person_id or ""),
        "label": label if declared is None else say.label(declared.label),
        "sides": [(_value_text(one, side, names), side.by) for side in (both.kept, both.other)],
    }


def _value_text(one: Contradiction, side: Side, names: Mapping[str, str]) -> str:
    say, value = speech(), side.value
    if value is ABSENT or value is None:
        return say.text("conflicts.empty")
    if one.field == "deleted":
        return say.text("common.yes" if value else "common.no")
    declared = next((each for each in TYPES[one.type].fields if each.name == one.field), None)
    told = "" if declared is None else value_text(say, declared, {one.field: value})
    if not told:  # ids of others, and what no declaration knows
        told = value if isinstance(value, str) else orjson.dumps(value).decode()
    return names.get(told, told)


def _is_open(one: Contradiction) -> bool:
    fields = {one.field: None}
    return one.field in ("deleted", "area") or bool(without_restricted(one.type, fields, restricted=False))


@blueprint.post("/conflicts/<int:conflict_id>")
@permission("records.quarantine")
def decide(conflict_id: int) -> Response:
    """Take the decision: ``choice`` is ``other`` or ``kept``."""
    store, now = house().store, house().clock()
    with store.reading() as connection:
        found = [] if conflict_id > MOST_NUMBER else _asked(connection, 1, only=conflict_id)
    if not found:
        raise Problem(404, "not-found")
    choice, one = request.form.get("choice"), _contradicted(found[0])
    if choice not in (OTHER, KEPT):
        raise Problem(422, "invalid")
    try:
        if choice == KEPT:
            sync.confirm(store, user(), one, now)
        else:
            sync.choose_other(store, house().areas, user(), one, now, speech().language)
    except sync.Overtaken:
        return back_to("/conflicts", "conflicts.overtaken")
    except sync.StillRefused as error:
        return _page(409, error.errors)
    return back_to(request.form.get("next", "/conflicts"), f"conflicts.done_{choice}")
