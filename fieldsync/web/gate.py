"""Who may come in: every route declares its permission, and here it is asked for.

`permission("device")` lets enrolled tablets in, `permission("public")` everybody, `permission("office")` every office
user, and any other word those whose role has it. A route that declares none answers nobody; a test walks the URL map.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from fieldsync.access import PERMISSIONS as ROLES
from fieldsync.access import Device, OfficeUser, Revoked, authenticate, office_user
from fieldsync.web.house import house
from fieldsync.web.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
OFFICE = frozenset({"office"}).union(*ROLES.values())
PERMISSIONS = OFFICE | {"public", "device"}
MOST_TOKEN = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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


def declared_by(endpoint: str | None) -> str | None:
    """Return the permission that an endpoint of the present application declares, or None."""
    return None if endpoint is None else declared(current_app, endpoint)


def device() -> Device:
    """Return the tablet that makes the present request."""
    found: Device = g.device
    return found


def user() -> OfficeUser:
    """Return the office user who makes the present request."""
    found: OfficeUser = g.user
    return found


def cookie_name() -> str:
    """Return the name of the session's cookie: over https one that no other site of the domain can set."""
    return "__Host-fieldsync" if request.is_secure else "fieldsync"


def keep_session(response: Response, token: str, seconds: int) -> None:
    """Let the browser keep a session's token for so long; for no time at all, to take it back."""
    kept = {"secure": request.is_secure, "httponly": True, "samesite": "Lax"}
    response.set_cookie(cookie_name(), token, max_age=seconds, **kept)  # type: ignore[arg-type] # by name


def credential() -> str:
    """Return the token that an office user's request brings, in its header or else its cookie.

    Raises:
        Problem: 401 when there is none, or none that could be one.
    """
    if "Authorization" in request.headers:
        return _bearer()
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > MOST_TOKEN or not token.isascii():
        raise _unauthorized()
    return token


def require_same_site() -> None:
    """Refuse what another site made a browser send; a cookie goes along with that, too.

    Raises:
        Problem: 403 unless the browser says that the request comes from a page of this very site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    own = site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")
    if not own:
        raise Problem(403, "cross-site")


def _require_host() -> None:
    if _HOST.fullmatch(request.environ.get("HTTP_HOST", "")) is None:
        raise Problem(400, "malformed", "The Host header is missing or wrong.")


def _ask() -> None:
    if request.endpoint is None:
        return  # no route: the router answers 404 or 405
    needed = declared_by(request.endpoint)
    if needed == "device":
        g.device = _tablet(_bearer())
    elif needed in OFFICE:
        g.user = _office_user()
        if needed != "office" and not g.user.may(needed):
            raise Problem(403, "forbidden")
    elif needed != "public":
        raise Problem(404, "not-found")


def _bearer() -> str:
    given = request.headers.get("Authorization", "")
    if "," in given:
        raise Problem(400, "malformed", "There is more than one Authorization header.")
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_TOKEN or not token.isascii():
        raise _unauthorized()
    return token.strip()


def _tablet(token: str) -> Device:
    with house().store.reading() as connection:
        found = authenticate(connection, token)
    if isinstance(found, Revoked):
        problem = Problem(401, "device-revoked", headers={"WWW-Authenticate": "Bearer"})
        if found.wipe:
            problem.extra["wipe"] = True
        raise problem
    if found is None:
        raise _unauthorized()
    return found


def _office_user() -> OfficeUser:
    token = credential()
    with house().store.reading() as connection:
        found = office_user(connection, house().store.sealer, token, house().clock())
    if found is None:
        _tablet(token)  # for a tablet there is nothing here; anybody else is told that the credential is none
        raise Problem(404, "not-found")
    if "Authorization" not in request.headers and request.method not in SAFE:
        require_same_site()
    return found


def _unauthorized() -> Problem:
    return Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
