"""The register of births and deaths that wait for their registration, the earliest due first, as the cases tell.

Names are opened for the rows of the page only.
"""

from typing import Any

from flask import Response

from fieldsync import reporting, sync
from fieldsync.access import place_names
from fieldsync.reporting import DAYS_ALLOWED, KINDS, Sought, Unregistered, Waits
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.areas import area_choices
from fieldsync.web.pages.rules import rule_titles
from fieldsync.web.pages.shell import page_blueprint, render, speech
from fieldsync.web.queries import area, choice, read_cursor, single, write_cursor

A_PAGE = 50
ALL = "all"

blueprint = page_blueprint("registrations")


@blueprint.get("/registrations")
@permission("persons.read")
def show() -> Response:
    """Show a page of the register; ``?kind=birth|death`` and ``?area=`` narrow it."""
    about, store = f"registrations {user().id}", house().store
    after, asked_area, kind = read_cursor(about), area(), choice("kind", (ALL, *KINDS), ALL)
    sought = Sought(None if kind == ALL else kind, asked_area, None if after is None else Waits(*after), A_PAGE)
    with store.reading() as connection:
        page, more = reporting.unregistered(connection, store.sealer, user().scope, sought)
        ids = [one.person_id for one in page if one.person_id]
        persons = sync.persons_named(connection, store.sealer, user(), ids)
        names = place_names(connection, {one.area for one in page})
    titles = rule_titles()
    return render(
        "registrations.html",
        rows=[{**_row(one), "person": persons.get(one.person_id or ""), "title": titles.get(one.rule)} for one in page],
        names=names,
        kind=kind,
        kinds=(ALL, *KINDS),
        areas=area_choices(asked_area),
        filters={name: given for name in ("kind", "area") if (given := single(name))},
        next_cursor=write_cursor(about, more),
        first_page=after is None,
    )


def _row(one: Unregistered) -> dict[str, Any]:
    passed = None if one.on is None else (speech().today - one.on).days
    allowed = DAYS_ALLOWED[one.kind]
    left = None if passed is None else allowed - passed
    told = {"case_id": one.case_id, "kind": one.kind, "of_mother": one.of_mother, "area": one.area, "on": one.on}
    return {**told, "passed": passed, "allowed": allowed, "left": left, "due": one.due}
