"""Log-in and log-out in a browser, and the choice of language.

The same sessions and the same limits as the API's: a wrong name and a wrong password get the same answer, five a
minute and no more. Another site can't log its visitor in here, since the post must come from our own page.
"""

from datetime import timedelta

from flask import Response, request
from sqlalchemy import Connection
from werkzeug.utils import redirect

from fieldsync.access import (
    TooManyWrongPasswords,
    WrongPassword,
    comes_by_issuer,
    log_in,
    log_out,
    log_out_everywhere,
    office_user,
)
from fieldsync.web.gate import cookie_name, credential, keep_session, permission, require_same_site, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import HOME, LANGUAGE_COOKIE, YEAR_S, back_to, local, page_blueprint, render, speech
from fieldsync.web.pages.words import LANGUAGES
from fieldsync.web.problems import Problem

LONGEST = 200

blueprint = page_blueprint("sign_in")


@blueprint.get("/")
@permission("public")
def root() -> Response:
    """Lead to the first page."""
    return back_to(HOME)


@blueprint.get("/login")
@permission("public")
def show() -> Response:
    """Show the log-in; who is logged in goes on to the first page."""
    token = request.cookies.get(cookie_name(), "")
    if token.isascii() and 0 < len(token) <= LONGEST:
        with house().store.reading() as connection:
            if office_user(connection, house().store.sealer, token, house().clock()) is not None:
                return back_to(request.args.get("next"))
    return form(200, request.args.get("next"))


def form(status: int, wanted: str | None, wrong: str | None = None, username: str = "") -> Response:
    """Return the log-in's page; `wrong` says what went wrong before."""
    issuer = house().issuer
    label = None if issuer is None else issuer.given.labels[LANGUAGES.index(speech().language)]
    left = issuer is not None and request.args.get("left") == "issuer"
    known = {"next": local(wanted), "wrong": wrong, "username": username, "by_issuer": label, "leave_issuer": left}
    return render("login.html", status, **known)


def wait(wanted: str | None, seconds: int, username: str = "") -> Response:
    """Return the log-in's page for whoever was wrong too often."""
    response = form(429, wanted, speech().text("login.wait", n=seconds), username)
    response.headers["Retry-After"] = str(seconds)
    return response


@blueprint.post("/login")
@permission("public")
def enter() -> Response:
    """Begin a session and go to the page that was wanted."""
    require_same_site()
    name, password = request.form.get("username", ""), request.form.get("password", "")
    wanted = request.form.get("next")
    if not name.strip() or not password or max(len(name), len(password)) > LONGEST:
        return form(422, wanted, speech().text("login.wrong"), name[:LONGEST])
    life, now = timedelta(hours=house().settings.session_hours), house().clock()
    outcome = log_in(house().store, name, password, request.remote_addr or "", life, now)
    if isinstance(outcome, TooManyWrongPasswords):
        return wait(wanted, outcome.retry_after_s, name)
    if isinstance(outcome, WrongPassword):
        return form(401, wanted, speech().text("login.wrong"), name)
    response = back_to(wanted)
    keep_session(response, outcome.access_token, outcome.lasts_s)
    return response


@blueprint.post("/logout")
@permission("office")
def leave() -> Response:
    """End this session, or with ``everywhere`` all of the user's."""
    token, now, store, everywhere = credential(), house().clock(), house().store, "everywhere" in request.form

    def work(connection: Connection) -> bool:
        if everywhere:
            log_out_everywhere(connection, user(), now)
        else:
            log_out(connection, store.sealer, token, now)
        return comes_by_issuer(connection, user())

    page = "/login?left=issuer" if store.transact(work) else "/login"
    response = back_to(page, "login.left_everywhere" if everywhere else "login.left")
    keep_session(response, "", 0)
    return response


@blueprint.get("/language/<chosen>")
@permission("public")
def choose(chosen: str) -> Response:
    """Speak this language from now on in this browser."""
    if chosen not in LANGUAGES:
        raise Problem(404, "not-found")
    response: Response = redirect(local(request.args.get("next")), 303, Response)  # type: ignore[assignment]
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response
