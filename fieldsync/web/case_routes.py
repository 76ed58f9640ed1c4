"""Follow-up cases for the office: one with its flags and history, and the steps that people take.

What is not in the user's areas and programs is not there, nor is what rests on restricted values for who may not see
them.
"""

import orjson
from flask import Response
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.sync.messages import finding
from fieldsync.web.case_schemas import CaseSchema, StepSchema
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.problems import Problem, language

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Follow-up cases")


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


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
