"""Enrolment of tablets: the one route they may call without a token, and so the one that counts wrong tries.

What it answers does not tell a used code from one that never was.
"""

from typing import Any

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import ValidationError

from fieldsync.access import TooManyWrongCodes, WrongCode, enroll
from fieldsync.web.bodies import read_json
from fieldsync.web.gate import permission
from fieldsync.web.house import house
from fieldsync.web.problems import Problem
from fieldsync.web.schemas import EnrollSchema, EnrolmentSchema

MOST_BYTES = 16 * 1024

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
    document, _ = read_json(MOST_BYTES, MOST_BYTES)
    given = _loaded(document)
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


def _loaded(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise Problem(422, "invalid", errors=[{"pointer": "", "code": "wrong_type", "message": "object"}])
    try:
        loaded: dict[str, Any] = EnrollSchema().load(document)
    except ValidationError as error:
        raise Problem(422, "invalid", errors=_faults(error)) from error
    return loaded


def _faults(error: ValidationError) -> list[dict[str, str]]:
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    faults = []
    for name, texts in messages.items():
        pointer = "/" + str(name).encode("ascii", "replace").decode()[:64].replace("~", "~0").replace("/", "~1")
        text = texts[0] if isinstance(texts, list) else str(texts)
        code = "required" if "Missing" in text else "unknown_field" if "Unknown" in text else "bad_format"
        faults.append({"pointer": pointer, "code": code, "message": text})
    return faults
