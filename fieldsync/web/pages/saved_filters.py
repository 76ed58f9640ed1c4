"""Filters of cases that somebody keeps under names of their own: saved from the list, picked there, renamed, deleted.

What is kept is the query of the list's address, read and found right before, without the search for a person: names
and NIKs are kept for no later use. A filter shows what its reader may see when it is opened, and nothing else.
"""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, url_for

from fieldsync.access import (
    LONGEST_FILTER_NAME,
    MOST_FILTERS,
    FilterError,
    drop_filter,
    rename_filter,
    save_filter,
    saved_filters,
)
from fieldsync.web.case_query import asked
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.case_filters import chosen, to_keep
from fieldsync.web.pages.shell import back_to, page_blueprint, render
from fieldsync.web.problems import Problem

NAME = "name"
_STEPS = ("rename", "delete")

blueprint = page_blueprint("saved_filters")


@blueprint.get("/cases/filters")
@permission("cases.read")
def show() -> Response:
    """Show one's own filters, to be opened, renamed or deleted."""
    with house().store.reading() as connection:
        mine = saved_filters(connection, house().store.sealer, user())
    return render("saved_filters.html", mine=mine, most=MOST_FILTERS, longest=LONGEST_FILTER_NAME)


@blueprint.post("/cases/filters")
@permission("cases.read")
def keep() -> Response:
    """Keep the filters of this address's query under a name."""
    asked()
    kept, store = to_keep(chosen()), house().store
    if not kept:
        return back_to(url_for("case_list.show"), "saved_filters.nothing")
    query, name = urlencode(kept), request.form.get(NAME, "")
    try:
        store.transact(lambda c: save_filter(c, store.sealer, user(), name, query, house().clock()))
    except FilterError as error:
        return back_to(_back(query), f"saved_filters.{error.code}", most=MOST_FILTERS)
    return back_to(_back(query), "saved_filters.kept")


def _back(query: str) -> str:
    return f"{url_for('case_list.show')}?{query}"


@blueprint.post("/cases/filters/<uuid:filter_id>")
@permission("cases.read")
def change(filter_id: UUID) -> Response:
    """Rename or delete a filter of one's own; anybody else's is not there."""
    step, name, store = request.form.get("step", ""), request.form.get(NAME, ""), house().store
    if step not in _STEPS:
        raise Problem(422, "invalid")
    here = url_for("saved_filters.show")
    try:
        if step == "delete":
            store.transact(lambda c: drop_filter(c, user(), str(filter_id)))
            return back_to(here, "saved_filters.deleted")
        store.transact(lambda c: rename_filter(c, store.sealer, user(), str(filter_id), name))
    except FilterError as error:
        if error.code == "unknown":
            raise Problem(404, "not-found") from None
        return back_to(here, f"saved_filters.{error.code}", most=MOST_FILTERS)
    return back_to(here, "saved_filters.renamed")
