"""Follow-up cases for the office: the list, their number, one with flags and history, and the steps people take.

What is not in the user's areas and programs is not there, nor is what rests on restricted values for who may not see
them.
"""

import orjson
from flask import Response, request
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.cases import GROUPS
from fieldsync.sync.messages import finding
from fieldsync.web.case_export import KINDS, exported
from fieldsync.web.case_query import FILTERS, asked
from fieldsync.web.case_schemas import CaseSchema, CasesSchema, StepSchema, SummaryOfCasesSchema
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.problems import Problem, language
from fieldsync.web.queries import read_cursor, whole, words, write_cursor

MOST_CASES = 200
USUAL_CASES = 50

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Follow-up cases")


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


@blueprint.get("")
@blueprint.doc(
    summary="Cases to follow up",
    parameters=[
        *FILTERS,
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
    """Tell cases of the user's areas and programs, each with its open flags.

    With `Accept` of CSV, XLSX or GeoJSON all that fit come as a file, which is noted in the audit trail.
    """
    kind = request.accept_mimetypes.best_match(["application/json", *KINDS], default="application/json")
    if kind in KINDS:
        return exported(asked(), kind, language())
    about = f"cases {user().id}"
    limit, after, wanted = whole("limit", 1, MOST_CASES, USUAL_CASES), read_cursor(about), asked()
    store, now = house().store, house().clock()
    with store.reading() as connection:
        place = None if after is None else sync.Place(*after)
        cases, more = sync.case_list(connection, store.sealer, user(), wanted, limit, place)
    looked_at = [str(one["id"]) for one in cases if sync.shows_restricted_flags(one)]
    if looked_at:
        detail = {"cases": looked_at}
        store.transact(lambda connection: note_audit(connection, user(), "restricted.read", "cases", now, detail))
    return _json({"cases": cases, "cursor": write_cursor(about, more), "has_more": more is not None})


@blueprint.get("/summary")
@blueprint.doc(
    summary="How many cases there are",
    parameters=[
        {
            "name": "group_by",
            "in": "query",
            "schema": {"type": "string", "example": "district,severity"},
            "description": f"Some of {', '.join(GROUPS)}; if absent, severity",
        },
        *FILTERS,
    ],
)
@blueprint.alt_response(200, schema=SummaryOfCasesSchema, description="The number of cases, in all and by group")
@permission("cases.read")
def summary() -> Response:
    """Count cases of the user's areas and programs; empty groups are left out."""
    wanted, by = asked(), words("group_by", GROUPS) or ["severity"]
    with house().store.reading() as connection:
        total, groups = sync.case_counts(connection, user(), wanted, by)
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
