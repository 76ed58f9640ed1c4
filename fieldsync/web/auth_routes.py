"""Log-in and log-out of office users: by token for programs, by cookie for pages; both are one session.

A wrong name and a wrong password get the same answer in the same time, five a minute and no more.
"""

from datetime import timedelta

import orjson
from flask import Response, request
from flask_smorest import Blueprint

from fieldsync.access import PERMISSIONS, TooManyWrongPasswords, WrongPassword, log_in, log_out
from fieldsync.web.gate import credential, keep_session, permission, require_same_site, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.problems import Problem
from fieldsync.web.schemas import LoginSchema, MeSchema, SessionSchema

blueprint = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description="Office users")


@blueprint.post("/login")
@blueprint.doc(
    summary="Log in by name and password",
    requestBody={"required": True, "content": {"application/json": {"schema": LoginSchema}}},
    security=[],
)
@blueprint.alt_response(
    200, schema=SessionSchema, description="Logged in; the token is shown once, and set as a cookie"
)
@permission("public")
def login() -> Response:
    """Begin a session. 5 wrong passwords a minute from one address or for one user: 429."""
    if "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
        require_same_site()  # or another site could log its visitor in as somebody else
    given = load_body(LoginSchema())
    life, now = timedelta(hours=house().settings.session_hours), house().clock()
    outcome = log_in(house().store, given["username"], given["password"], request.remote_addr or "", life, now)
    if isinstance(outcome, TooManyWrongPasswords):
        raise Problem(429, "too-many-requests", headers={"Retry-After": str(outcome.retry_after_s)})
    if isinstance(outcome, WrongPassword):
        raise Problem(401, "wrong-password")
    answer = {"access_token": outcome.access_token, "token_type": "Bearer", "expires_in": outcome.lasts_s}
    response = Response(orjson.dumps(answer), content_type="application/json")
    keep_session(response, outcome.access_token, outcome.lasts_s)
    return response


@blueprint.post("/logout")
@blueprint.doc(summary="End the session")
@blueprint.alt_response(204, description="Ended; its token is dead and its cookie taken back")
@permission("office")
def logout() -> Response:
    """End the session that this request came with."""
    token, now, store = credential(), house().clock(), house().store
    store.transact(lambda connection: log_out(connection, store.sealer, token, now))
    response = Response(status=204)
    keep_session(response, "", 0)
    return response


@blueprint.get("/me")
@blueprint.doc(summary="Who is logged in, and what they may do")
@blueprint.alt_response(200, schema=MeSchema, description="The user of this session")
@permission("office")
def me() -> Response:
    """Tell the user's name, role, permissions and scope."""
    one = user()
    answer = {
        "id": one.id,
        "username": one.username,
        "role": one.role,
        "permissions": sorted(PERMISSIONS[one.role]),
        "areas": one.scope.areas,
        "programs": one.scope.programs,
    }
    return Response(orjson.dumps(answer), content_type="application/json")
