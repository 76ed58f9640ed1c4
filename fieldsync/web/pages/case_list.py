"""The list of cases by filters that stand in the address; its number is the number of the list beneath.

Page follows page by the place of the last case, never by counting. Steps on many cases at once, and the same list for
paper, by village.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request

from fieldsync import sync
from fieldsync.access import LONGEST_FILTER_NAME, place_names, saved_filters, vans_within
from fieldsync.web.case_export import exported
from fieldsync.web.case_query import asked
from fieldsync.web.exporting import CSV, GEOJSON, XLSX
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.case_filters import choices, chosen, to_keep
from fieldsync.web.pages.case_page import step_of
from fieldsync.web.pages.shell import back_to, note_restricted_cases, page_blueprint, render, speech
from fieldsync.web.problems import Problem
from fieldsync.web.queries import read_cursor, write_cursor

A_PAGE = 50
MOST_PRINTED = 500
MOST_AT_ONCE = 200
AT_ONCE = ("acknowledge", "assign")
_FORMS = {"csv": CSV, "xlsx": XLSX, "geojson": GEOJSON}

blueprint = page_blueprint("case_list")


@blueprint.get("/cases")
@permission("cases.read")
def show() -> Response:
    """Show a page of the list."""
    about, wanted = f"case page {user().id}", asked()
    after = read_cursor(about)
    store = house().store
    with store.reading() as connection:
        place = None if after is None else sync.Place(*after)
        rows, more = sync.case_list(connection, store.sealer, user(), wanted, A_PAGE, place)
        total, groups = sync.case_counts(connection, user(), wanted, ["severity"])
        names = place_names(connection, {one["area"] for one in rows})
        vans = vans_within(connection, user().scope)
        mine = saved_filters(connection, store.sealer, user())
    note_restricted_cases(rows)
    kept = to_keep(chosen())
    return render(
        "cases.html",
        mine=mine,
        to_keep=kept,
        kept_query=urlencode(kept),
        longest_filter_name=LONGEST_FILTER_NAME,
        rows=rows,
        total=total,
        by_severity={one["severity"]: one["cases"] for one in groups},
        names=names,
        next_cursor=write_cursor(about, more),
        first_page=after is None,
        **choices(vans),
    )


@blueprint.get("/cases/print")
@permission("cases.read")
def on_paper() -> Response:
    """Show the same cases as a list for visits, by village, to be printed on A4."""
    store, wanted = house().store, asked()
    with store.reading() as connection:
        rows, more = sync.case_list(connection, store.sealer, user(), wanted, MOST_PRINTED, None)
        names = place_names(connection, {one["area"] for one in rows})
    note_restricted_cases(rows)
    villages: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(rows, key=lambda row: str(row["area"])):  # within a village, the order of the list stays
        villages.setdefault(one["area"], []).append(one)
    return render("cases_print.html", villages=villages, names=names, number=len(rows), cut=more is not None)


@blueprint.get("/cases/export.<form>")
@permission("cases.read")
def export(form: str) -> Response:
    """Give all cases of the filter as a file: ``csv``, ``xlsx`` or ``geojson``."""
    if form not in _FORMS:
        raise Problem(404, "not-found")
    return exported(asked(), _FORMS[form], speech().language)


@blueprint.post("/cases/events")
@permission("cases.act")
def act_on_many() -> Response:
    """Take one step on all cases that are ticked, or on the one whose own button was pressed."""
    only = request.form.get("only")
    ids = [only] if only else request.form.getlist("case")
    what = step_of({"event": "acknowledge"} if only else request.form)
    if what.event not in AT_ONCE or len(ids) > MOST_AT_ONCE or not all(_is_id(one) for one in ids):
        raise Problem(422, "invalid")
    back = request.form.get("next", "/cases")
    if not ids:
        return back_to(back, "cases.none_ticked")
    done, others = sync.act_on_cases(house().store, user(), ids, what)
    notice = f"cases.done_{what.event}" + ("_partly" if others else "")
    return back_to(back, notice, n=len(done), others=others)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
