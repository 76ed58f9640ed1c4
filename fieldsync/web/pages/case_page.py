"""One case: why it was flagged, how to reach her, what was recorded and done, and the next step by one click.

The same permissions, hiding and notes in the audit trail as the API's. A step that the case does not allow any more
shows the case as it stands now.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import ValidationError

from fieldsync import sync
from fieldsync.access import note_audit, place_names
from fieldsync.programs import codes
from fieldsync.web.case_schemas import LONGEST_ASSIGNEE, StepSchema
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.office_schemas import LONGEST_NOTE
from fieldsync.web.pages.curves import curves
from fieldsync.web.pages.shell import back_to, page_blueprint, render, speech
from fieldsync.web.pages.timeline import timeline
from fieldsync.web.problems import Problem

_STEP = ("event", "assignee", "outcome", "note")

blueprint = page_blueprint("case_page")


@blueprint.get("/cases/<uuid:case_id>")
@permission("cases.read")
def show(case_id: UUID) -> Response:
    """Show the case; one that became part of another shows that one."""
    return _page(str(case_id))


def _page(case_id: str, status: int = 200, wrong: str | None = None) -> Response:
    store, now, say = house().store, house().clock(), speech()
    with store.reading() as connection:
        case = sync.case_page(connection, store.sealer, user(), case_id)
        if case is None:
            raise Problem(404, "not-found")
        about = case["person_id"]
        story = None if about is None else sync.person_story(connection, store.sealer, user(), about)
        records = [] if story is None else story["records"]
        names = place_names(connection, {one["area"] for one in (case, *records)})
    if sync.shows_restricted_flags(case) or (story is not None and sync.shows_restricted(story)):
        store.transact(lambda c: note_audit(c, user(), "restricted.read", case["id"], now))
    golden = {} if story is None else {name: one["value"] for name, one in story["fields"].items()}
    return render(
        "case.html",
        status,
        case=case,
        person=case["person"] | golden,
        others=[] if story is None else [one for one in story["cases"] if one["id"] != case["id"]],
        told=timeline(say, records),
        curves=curves(say, records, golden, case["flags"]),
        # Whoever takes no steps goes nowhere, so needs no exact place.
        place=_last_place(records) if user().may("cases.act") else None,
        names=names,
        allowed=sync.events_allowed(case["status"]) if user().may("cases.act") else frozenset(),
        outcomes=codes.OUTCOME.labels,
        wrong=wrong,
        longest_note=LONGEST_NOTE,
        longest_assignee=LONGEST_ASSIGNEE,
    )


def _last_place(records: list[dict[str, Any]]) -> dict[str, float] | None:
    """Return where the latest record about her was made, if the tablet knew."""
    places = [one["location"] for one in records if one.get("location")]
    return places[-1] if places else None


@blueprint.post("/cases/<uuid:case_id>/events")
@permission("cases.act")
def act(case_id: UUID) -> Response:
    """Take a step, and show the case again."""
    what = step_of(request.form)
    if what.event == "note" and what.note is None:
        return _page(str(case_id), 422, "case.note_missing")
    try:
        done = sync.act_on_case(house().store, user(), str(case_id), what)
    except sync.ActError as error:
        if str(error) == "outcome_required":
            return _page(str(case_id), 422, "case.outcome_missing")
        return _page(str(case_id), 409, "case.changed_meanwhile")
    if done is None:
        raise Problem(404, "not-found")
    return back_to(request.form.get("next") or f"/cases/{done}", f"case.done_{what.event}")


def step_of(form: Mapping[str, str]) -> sync.Act:
    """Return the step that a form asks for; its empty fields are not there.

    Raises:
        Problem: 422, it is none that the API would take.
    """
    given: dict[str, Any] = {name: form[name].replace("\r\n", "\n").strip() for name in _STEP if form.get(name)}
    given = {name: value for name, value in given.items() if value}
    given.pop("assignee" if given.get("event") != "assign" else "", None)
    if given.get("event") == "assign":
        given.setdefault("assignee", None)
    try:
        step = StepSchema().load(given)
    except ValidationError as error:
        raise Problem(422, "invalid") from error
    return sync.Act(by=user().id, at=house().clock(), restricted=user().may("restricted.read"), **step)
