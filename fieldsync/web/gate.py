"""Who may come in: every route declares its permission, and here it is asked for.

`permission("device")` lets enrolled tablets in, `permission("public")` everybody. A
route that declares none answers nobody; a test walks the URL map for that.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from fieldsync.access import Device, Revoked, authenticate
from fieldsync.web.house import house
from fieldsync.web.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
PERMISSIONS = frozenset({"public", "device"})
MOST_TOKEN = 200
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?", re.ASCII)


def permission(name: str) -> Callable[[View], View]:
    """Declare who may call a view."""
    if name not in PERMISSIONS:
        raise ValueError(name)

    def declare(view: View) -> View:
        view.permission = name  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask) -> None:
    """Ask every request for what its view declares."""
    app.before_request(_require_host)
    app.before_request(_ask)


def declared(app: Flask, endpoint: str) -> str | None:
    """Return the permission that an endpoint declares, or None."""
    return getattr(app.view_functions.get(endpoint), "permission", None)


def device() -> Device:
    """Return the tablet that makes the present request."""
    found: Device = g.device
    return found


def _require_host() -> None:
    if _HOST.fullmatch(request.environ.get("HTTP_HOST", "")) is None:
        raise Problem(400, "malformed", "The Host header is missing or wrong.")


def _ask() -> None:
    if request.endpoint is None:
        return  # no route: the router answers 404 or 405
    needed = getattr(current_app.view_functions[request.endpoint], "permission", None)
    if needed == "device":
        g.device = _authenticate()
    elif needed != "public":
        raise Problem(404, "not-found")


def _authenticate() -> Device:
    given = request.headers.get("Authorization", "")
    if "," in given:
        raise Problem(400, "malformed", "There is more than one Authorization header.")
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_TOKEN or not token.isascii():
        raise _unauthorized()
    with house().store.reading() as connection:
        found = authenticate(connection, token.strip())
    if isinstance(found, Revoked):
        problem = Problem(401, "device-revoked", headers={"WWW-Authenticate": "Bearer"})
        if found.wipe:
            problem.extra["wipe"] = True
        raise problem
    if found is None:
        raise _unauthorized()
    return found


def _unauthorized() -> Problem:
    return Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
