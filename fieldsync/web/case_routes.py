"""Follow-up cases for the office: the list, their number, one with flags and history, and the steps people take.

What is not in the user's areas and programs is not there, nor is what rests on restricted values for who may not see
them.
"""

from datetime import date

import orjson
from flask import Response
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.cases import GROUPS
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES
from fieldsync.sync.messages import finding
from fieldsync.web.case_schemas import (
    LONGEST_ASSIGNEE,
    STATUSES,
    CaseSchema,
    CasesSchema,
    StepSchema,
    SummaryOfCasesSchema,
)
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.problems import Problem, language
from fieldsync.web.queries import area, day, line, moment, read_cursor, whole, words, write_cursor

MOST_CASES = 200
USUAL_CASES = 50

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Follow-up cases")


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "string", "example": example}
    return {"name": name, "in": "query", "schema": schema, "description": description}


_FILTERS = [
    _parameter("status", f"Any of {', '.join(STATUSES)}; if absent, all that are open", "open,acknowledged"),
    _parameter("severity", f"Any of {', '.join(SEVERITIES)}", "emergency,urgent"),
    _parameter("program", f"Any of {', '.join(PROGRAMS)}", "maternal"),
    _parameter("rule", "Only cases with an open flag of any of these rules", "ANC-BP-01,ANC-BP-02"),
    _parameter("area", "Only cases in this area or below it", "16.02.05"),
    _parameter("assignee", "Exactly as it was assigned", "Bidan Rina"),
    _parameter("due_before", "On this day or earlier", "2026-03-10"),
    _parameter("updated_after", "At this moment or later", "2026-03-10T00:00:00Z"),
]


def _asked() -> sync.CasesAsked:
    due = day("due_before")
    return sync.CasesAsked(
        statuses=words("status", STATUSES),
        severities=[SEVERITIES.index(one) for one in words("severity", SEVERITIES)],
        programs=words("program", PROGRAMS),
        rules=words("rule"),
        area=area(),
        assignee=line("assignee", LONGEST_ASSIGNEE),
        due_before=None if due is None else date.fromisoformat(due),
        updated_after=moment("updated_after"),
    )


@blueprint.get("")
@blueprint.doc(
    summary="Cases to follow up",
    parameters=[
        *_FILTERS,
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_CASES, "default": USUAL_CASES},
        },
    ],
)
@blueprint.alt_response(200, schema=CasesSchema, description="A page of cases, the worst first, then the earliest due")
@permission("cases.read")
def list_cases() -> Response:
    """Tell cases of the user's areas and programs, each with its open flags."""
    about = f"cases {user().id}"
    limit, after, asked = whole("limit", 1, MOST_CASES, USUAL_CASES), read_cursor(about), _asked()
    store, now = house().store, house().clock()
    with store.reading() as connection:
        place = None if after is None else sync.Place(*after)
        cases, more = sync.case_list(connection, store.sealer, user(), asked, limit, place)
    looked_at = [str(one["id"]) for one in cases if sync.shows_restricted_flags(one)]
    if looked_at:
        detail = {"cases": looked_at}
        store.transact(lambda connection: note_audit(connection, user(), "restricted.read", "cases", now, detail))
    return _json({"cases": cases, "cursor": write_cursor(about, more), "has_more": more is not None})


@blueprint.get("/summary")
@blueprint.doc(
    summary="How many cases there are",
    parameters=[
        _parameter("group_by", f"Some of {', '.join(GROUPS)}; if absent, severity", "district,severity"),
        *_FILTERS,
    ],
)
@blueprint.alt_response(200, schema=SummaryOfCasesSchema, description="The number of cases, in all and by group")
@permission("cases.read")
def summary() -> Response:
    """Count cases of the user's areas and programs; empty groups are left out."""
    asked, by = _asked(), words("group_by", GROUPS) or ["severity"]
    with house().store.reading() as connection:
        total, groups = sync.case_counts(connection, user(), asked, by)
    return _json({"group_by": by, "cases": total, "groups": groups})


@blueprint.get("/<uuid:case_id>")
@blueprint.doc(summary="All that is known of a case")
@blueprint.alt_response(200, schema=CaseSchema, description="The case; one that became part of another answers with it")
@permission("cases.read")
def one_case(case_id: object) -> Response:
    """Tell the case, the person, its flags with what fired them, and every step that was taken."""
    return _json(_told(str(case_id)))


@blueprint.post("/<uuid:case_id>/events")
@blueprint.doc(
    summary="Take a step",
    requestBody={"required": True, "content": {"application/json": {"schema": StepSchema}}},
)
@blueprint.alt_response(200, schema=CaseSchema, description="Taken; the case as it stands now")
@permission("cases.act")
def act(case_id: object) -> Response:
    """Take a step. Not allowed in the present status: 409, telling what holds."""
    given = load_body(StepSchema())
    what = sync.Act(by=user().id, at=house().clock(), restricted=user().may("restricted.read"), **given)
    try:
        done = sync.act_on_case(house().store, user(), str(case_id), what)
    except sync.ActError as error:
        code = str(error)
        if code == "outcome_required":
            raise Problem(422, "invalid", errors=[finding("/outcome", code, language())]) from error
        raise Problem(409, "wrong-status", case=_told(str(case_id))) from error
    if done is None:
        raise Problem(404, "not-found")
    return _json(_told(done))


def _told(case_id: str) -> dict[str, object]:
    store, now = house().store, house().clock()
    with store.reading() as connection:
        page = sync.case_page(connection, store.sealer, user(), case_id)
    if page is None:
        raise Problem(404, "not-found")
    if sync.shows_restricted_flags(page):
        store.transact(lambda connection: note_audit(connection, user(), "restricted.read", page["id"], now))
    return page
