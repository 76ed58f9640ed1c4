"""What all pages share: their blueprint, the reader's language, the token against forged posts, notices, and errors.

A page module makes its blueprint here and answers with `render`. Whoever is not logged in is led to the log-in and
back again; what went wrong is said as a page, never with a value that was sent.
"""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.db import Lost, UnknownKeyError
from fieldsync.web import gate
from fieldsync.web.gate import SAFE, cookie_name, credential, declared_by
from fieldsync.web.house import house
from fieldsync.web.pages import assets, nav
from fieldsync.web.pages.speech import Speech
from fieldsync.web.pages.words import LANGUAGES, catalogue
from fieldsync.web.problems import Problem, kind_of, title_of

LANGUAGE_COOKIE, NOTICE_COOKIE = "language", "notice"
YEAR_S, NOTICE_S = 365 * 24 * 3600, 60
MOST_FORM_BYTES, MOST_FORM_PARTS = 256 * 1024, 1000
CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF-Token"
HOME = "/today"
_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1500}", re.ASCII)


def page_blueprint(name: str) -> Blueprint:
    """Return a blueprint whose routes are pages: posts need the token, errors are pages, nothing is kept."""
    made = Blueprint(name, f"fieldsync.web.pages.{name}", template_folder=str(assets.STATIC.parent / "templates"))
    made.before_request(_guard)
    made.after_request(_private)
    made.register_error_handler(Problem, _problem)
    made.register_error_handler(HTTPException, _http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout, Lost, UnknownKeyError):
        made.register_error_handler(kind, _busy)
    return made


def speech() -> Speech:
    """Return how things are said to the present reader: Indonesian, unless they chose English."""
    if "speech" not in g:
        g.speech = Speech(language(), house().clock())
    found: Speech = g.speech
    return found


def language() -> str:
    """Return the reader's language."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def render(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page; templates speak by `t`, `say` and the macros of ``parts.html``."""
    say, user = speech(), g.get("user")
    shared = {
        "t": say.text,
        "say": say,
        "lang": say.language,
        "user": user,
        "asset": assets.address,
        "integrity": assets.vendored(),
        "csrf": csrf_token() if user else "",
        "here": request.full_path.rstrip("?"),
        "entries": nav.entries_for(user),
        "waiting": cache(_waiting) if status < 500 else _not_counted,  # noqa: PLR2004 # then the database may be away
        "notice": _notice(),
    }
    response = Response(render_template(template, **shared, **values), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = say.language
    if NOTICE_COOKIE in request.cookies and shared["notice"] is not None:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def note_restricted(where: str, kind: str, ids: Sequence[str]) -> None:
    """Note that the user is shown restricted values on a page of many, of which ones; nothing when of none."""
    if ids:
        user, now = gate.user(), house().clock()
        detail = {kind: ids}
        house().store.transact(lambda connection: note_audit(connection, user, "restricted.read", where, now, detail))


def note_restricted_cases(rows: Iterable[Mapping[str, Any]]) -> None:
    """Note of which of these cases, as told in a list, the user is shown restricted flags."""
    note_restricted("cases", "cases", [str(one["id"]) for one in rows if sync.shows_restricted_flags(one)])


def _waiting(entry: nav.Entry) -> int:
    """Return how much waits on a page of the head for whoever reads this one; nothing where nothing is counted."""
    if entry.waits is None:
        return 0
    with house().store.reading() as connection:
        return entry.waits(connection, gate.user().scope)


def _not_counted(_entry: nav.Entry) -> int:
    return 0


def csrf_token() -> str:
    """Return the token that every post of this session must bring; no other session's will do."""
    message = b"csrf v1\x00" + credential().encode()
    return hmac.digest(house().settings.secret_key, message, "sha256").hex()


def local(address: str | None) -> str:
    """Return an address if it is a path of this very site, else that of the first page."""
    return address if address and _LOCAL.fullmatch(address) else HOME


def back_to(address: str | None, notice: str | None = None, **numbers: int) -> Response:
    """Return the answer to a post: look at this page now; `notice` (a key of the catalogue) is said there once."""
    response = redirect(local(address), 303)
    if notice is not None:
        content = orjson.dumps({"key": notice, "values": numbers}).decode()
        response.set_cookie(NOTICE_COOKIE, content, max_age=NOTICE_S, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value] # werkzeug's, which is Flask's here


def _notice() -> str | None:
    """Return what the last post had to say; who makes up such a cookie tells numbers to nobody but themselves."""
    try:
        given = orjson.loads(request.cookies.get(NOTICE_COOKIE, ""))
        key, values = given["key"], given["values"]
        if key not in catalogue() or not all(type(one) is int for one in values.values()):
            return None
        return speech().text(key, **{name: speech().number(one) for name, one in values.items()})
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, IndexError, ValueError):
        return None


def _guard() -> None:
    request.max_content_length, request.max_form_parts = MOST_FORM_BYTES, MOST_FORM_PARTS
    if request.method in SAFE or declared_by(request.endpoint) == "public":
        return
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise Problem(403, "cross-site")


def _private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    # With no-referrer, browsers hide the origin of a form's post too, by which we know our own pages.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.add("Vary", "Cookie")
    return response


def _problem(problem: Problem) -> Response:
    if problem.status == 401:  # noqa: PLR2004 # not logged in
        return _to_log_in()
    return error_page(problem.status, problem.kind, problem.headers)


def _to_log_in() -> Response:
    """Lead to the log-in, and from there to where they wanted, if that can be asked for again."""
    wanted = request.full_path.rstrip("?") if request.method in SAFE else HOME
    where = url_for("sign_in.show") + ("" if wanted == HOME else f"?{urlencode({'next': wanted})}")
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url_for("sign_in.show")})
    response: Response = redirect(where, 303)  # type: ignore[assignment] # werkzeug's, which is Flask's here
    if cookie_name() in request.cookies:
        response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    return error_page(status, kind_of(status))


def _busy(_error: Exception) -> Response:
    return error_page(503, "unavailable", {"Retry-After": "10"})


def error_page(status: int, kind: str, headers: dict[str, str] | None = None) -> Response:
    """Return the page that says what went wrong, and leads back."""
    response = render("error.html", status, code=status, title=title_of(kind, language()))
    response.headers.update(headers or {})
    return response
