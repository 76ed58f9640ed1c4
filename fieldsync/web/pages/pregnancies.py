"""The register of pregnancies that are followed, by due date, with the worst that the open case of each tells.

Names are opened for the rows of the page only.
"""

from datetime import date
from typing import Any

from flask import Response

from fieldsync import reporting, sync
from fieldsync.access import place_names
from fieldsync.reporting import Asked, Due, Followed
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.areas import area_choices
from fieldsync.web.pages.shell import page_blueprint, render, speech
from fieldsync.web.queries import area, month, read_cursor, single, write_cursor

A_PAGE = 50
A_WEEK = 7
PROGRAM = "maternal"

blueprint = page_blueprint("pregnancies")


@blueprint.get("/pregnancies")
@permission("persons.read")
def show() -> Response:
    """Show a page of the register; ``?area=`` and ``?month=YYYY-MM`` (of the due date) narrow it."""
    about, store = f"pregnancies {user().id}", house().store
    after, asked_area, given_month = read_cursor(about), area(), month("month")
    asked_month = None if given_month is None else date.fromisoformat(f"{given_month}-01")
    asked = Asked(asked_area, asked_month, None if after is None else Due(*after), A_PAGE)
    with store.reading() as connection:
        page, more = reporting.followed_pregnancies(connection, store.sealer, user().scope, asked, speech().today)
        women = [one.person_id for one in page]
        persons = sync.persons_named(connection, store.sealer, user(), women)
        worst = sync.worst_of_persons(connection, user(), women, PROGRAM)
        names = place_names(connection, {one.area for one in page})
    return render(
        "pregnancies.html",
        rows=[_row(one, persons, worst) for one in page],
        names=names,
        areas=area_choices(asked_area),
        filters={name: given for name in ("area", "month") if (given := single(name))},
        next_cursor=write_cursor(about, more),
        first_page=after is None,
    )


def _row(
    one: Followed, persons: dict[str, tuple[str, str | None]], worst: dict[str, tuple[str, str | None]]
) -> dict[str, Any]:
    person_id, name = persons.get(one.person_id, (None, None))
    case_id, severity = worst.get(one.person_id, (None, None))
    weeks, days = divmod(max(one.age_days, 0), A_WEEK)
    told = {"person_id": person_id, "name": name, "case_id": case_id, "severity": severity}
    seen = {"visits": one.visits, "last_visit": one.last_visit, "score": one.score}
    return {**told, **seen, "area": one.area, "due": one.due, "weeks": weeks, "days": days}
