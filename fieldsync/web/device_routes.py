"""Tablets: their enrolment, the one route they may call without a token, and for the office how their sync goes.

Enrolment counts wrong tries, and does not tell a used code from one that never was.
"""

import re
from datetime import timedelta

import orjson
from flask import Response, request
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import TooManyWrongCodes, WrongCode, enroll
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.problems import Problem
from fieldsync.web.queries import area, invalid, read_cursor, single, whole, write_cursor
from fieldsync.web.schemas import DevicesSchema, EnrollSchema, EnrolmentSchema

MOST_DEVICES = 100
USUAL_DEVICES = 50
USUAL_SILENCE_H, LONGEST_SILENCE_H = 24, 8760
_HOURS = re.compile(r"[0-9]{1,4}", re.ASCII)

blueprint = Blueprint("devices", __name__, url_prefix="/api/v1/devices", description="Tablets")


@blueprint.post("/enroll")
@blueprint.doc(
    summary="Enrol a tablet by its code",
    requestBody={"required": True, "content": {"application/json": {"schema": EnrollSchema}}},
    security=[],
)
@blueprint.alt_response(201, schema=EnrolmentSchema, description="Enrolled; the token is shown once")
@permission("public")
def enroll_device() -> Response:
    """Let a tablet in. The code works once and dies after 72 hours; 5 wrong ones a minute from one address: 429."""
    given = load_body(EnrollSchema())
    now, store = house().clock(), house().store
    outcome = store.transact(
        lambda connection: enroll(
            connection,
            store.sealer,
            given["enrollment_code"],
            given["name"],
            given.get("app_version"),
            request.remote_addr or "",
            now,
        )
    )
    if isinstance(outcome, TooManyWrongCodes):
        raise Problem(429, "too-many-requests", headers={"Retry-After": str(outcome.retry_after_s)})
    if isinstance(outcome, WrongCode):
        raise Problem(401, "wrong-code")
    answer = {
        "device_id": outcome.device_id,
        "access_token": outcome.access_token,
        "van": outcome.van,
        "areas": list(outcome.scope.areas),
        "programs": list(outcome.scope.programs),
    }
    return Response(orjson.dumps(answer), 201, content_type="application/json", headers={"Cache-Control": "no-store"})


@blueprint.get("")
@blueprint.doc(
    summary="How the sync of the tablets goes",
    parameters=[
        {
            "name": "area",
            "in": "query",
            "schema": {"type": "string", "example": "16.02.05"},
            "description": "Only tablets of vans that work in this area or below it",
        },
        {
            "name": "stale",
            "in": "query",
            "schema": {"type": "string", "example": "72"},
            "description": "Only tablets, not revoked, that neither pushed nor pulled for so many hours; true means 24",
        },
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_DEVICES, "default": USUAL_DEVICES},
        },
    ],
)
@blueprint.alt_response(200, schema=DevicesSchema, description="A page of tablets, by van and name")
@permission("devices.read")
def list_tablets() -> Response:
    """Tell, per tablet of the user's areas and programs, when it came last, what it brought, and what is amiss."""
    about = f"devices {user().id}"
    limit, after = whole("limit", 1, MOST_DEVICES, USUAL_DEVICES), read_cursor(about)
    asked = sync.Asked(area(), _silence(), None if after is None else (after[0], after[1], after[2]), limit)
    with house().store.reading() as connection:
        devices, more = sync.health_page(connection, user().scope, asked, house().clock())
    answer = {"devices": devices, "cursor": write_cursor(about, more), "has_more": more is not None}
    return Response(orjson.dumps(answer), content_type="application/json")


def _silence() -> timedelta | None:
    given = single("stale")
    if not given or given == "false":
        return None
    hours = USUAL_SILENCE_H if given == "true" else int(given) if _HOURS.fullmatch(given) else 0
    if not 1 <= hours <= LONGEST_SILENCE_H:
        raise invalid("stale", "out_of_range", f"true, false, 1..{LONGEST_SILENCE_H}")
    return timedelta(hours=hours)
