"""The queue of pairs that await a human, and the human's answers.

An answer is taken once; whoever comes second is told what was decided.
"""

import orjson
from flask import Response
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.identity.reviews import OPEN, SETTLED, STATUSES, Place
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.office_schemas import DecideSchema, ReviewSchema, ReviewsSchema
from fieldsync.web.problems import Problem, language
from fieldsync.web.queries import area, choice, read_cursor, whole, write_cursor

MOST_REVIEWS = 100
USUAL_REVIEWS = 20

blueprint = Blueprint("identity", __name__, url_prefix="/api/v1/identity", description="Who is who")


def _json(answer: object) -> Response:
    response = Response(orjson.dumps(answer), content_type="application/json")
    response.headers["Content-Language"] = language()
    return response


@blueprint.get("/reviews")
@blueprint.doc(
    summary="Pairs that await a human",
    parameters=[
        {"name": "status", "in": "query", "schema": {"type": "string", "enum": list(STATUSES), "default": OPEN}},
        {
            "name": "area",
            "in": "query",
            "schema": {"type": "string", "example": "16.02.05"},
            "description": "Only pairs with a record in this area or below it",
        },
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_REVIEWS, "default": USUAL_REVIEWS},
        },
    ],
)
@blueprint.alt_response(200, schema=ReviewsSchema, description="A page of pairs, where an answer gains most first")
@permission("identity.review")
def list_reviews() -> Response:
    """Tell pairs of the user's areas, both sides beside each other, with the weight of every field in words."""
    status = choice("status", STATUSES, OPEN)
    about = f"reviews {status} {user().id}"
    limit, after = whole("limit", 1, MOST_REVIEWS, USUAL_REVIEWS), read_cursor(about)
    asked = sync.QueueAsked(status, area(), None if after is None else Place(after[0], after[1]), limit)
    with house().store.reading() as connection:
        reviews, more = sync.review_page(connection, house().store.sealer, user(), asked, language())
    cursor = write_cursor(about, None if more is None else [more.gain, more.id])
    return _json({"reviews": reviews, "cursor": cursor, "has_more": more is not None})


@blueprint.get("/reviews/<uuid:review_id>")
@blueprint.doc(summary="One pair")
@blueprint.alt_response(200, schema=ReviewSchema, description="The pair as it stands")
@permission("identity.review")
def one_review(review_id: object) -> Response:
    """Tell one pair of the user's areas."""
    return _json(_told(str(review_id)))


@blueprint.post("/reviews/<uuid:review_id>")
@blueprint.doc(
    summary="Decide a pair",
    requestBody={"required": True, "content": {"application/json": {"schema": DecideSchema}}},
)
@blueprint.alt_response(200, schema=ReviewSchema, description="Decided, for ever; the pair as it stands now")
@permission("identity.review")
def decide(review_id: object) -> Response:
    """Take a human's answer: the same person, or two. Decided before, or one person by now: 409, telling what holds."""
    given = load_body(DecideSchema())
    said = sync.Said(user().id, house().clock(), given.get("note"))
    try:
        done = sync.decide_review(house().store, user(), str(review_id), given["decision"], said)
    except sync.DecideError as error:
        kind = "decided" if error.code == "decided" else "told-apart"
        raise Problem(409, kind, review=_told(str(review_id))) from error
    if done is None:
        raise Problem(404, "not-found")
    if done.status == SETTLED:
        raise Problem(409, "decided", review=_told(str(review_id)))
    return _json(_told(str(review_id)))


def _told(review_id: str) -> dict[str, object]:
    with house().store.reading() as connection:
        told = sync.review_told(connection, house().store.sealer, user(), review_id, language())
    if told is None:
        raise Problem(404, "not-found")
    return told
