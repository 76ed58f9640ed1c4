"""Log-in by the office's own issuer: away to it and back, then a session like any other.

The browser keeps a signed cookie for ten minutes, for this one log-in; it goes when the browser comes back. Whatever
was refused, the page says the same: nothing of it tells who is known here. The reason stands in the log, as a word.
"""

import hmac
import secrets
from datetime import timedelta
from typing import NamedTuple

from flask import Response, g, request
from werkzeug.utils import redirect

from fieldsync.access import NotLetIn, TooManyWrongPasswords, Vouched, log_in_by_issuer
from fieldsync.issuer import Issuer, IssuerAwayError, RefusedError, Ticket, ticket_of
from fieldsync.web.gate import keep_session, permission
from fieldsync.web.house import house
from fieldsync.web.pages.shell import HOME, back_to, local, page_blueprint, speech
from fieldsync.web.pages.sign_in import form, wait
from fieldsync.web.problems import Problem
from fieldsync.web.queries import unsigned, write_cursor

ABOUT = "log-in by issuer"
LASTS_S = 600
LONGEST_CODE = 4000
LONGEST_NEXT = 1000

blueprint = page_blueprint("issuer_sign_in")


class _Begun(NamedTuple):
    """A log-in that was begun: its ticket, and the page that was wanted."""

    ticket: Ticket
    wanted: str


@blueprint.get("/login/issuer")
@permission("public")
def begin() -> Response:
    """Lead to the issuer."""
    issuer, wanted = _issuer(), local(request.args.get("next"))
    if len(wanted) > LONGEST_NEXT:
        wanted = HOME
    seed, now = secrets.token_urlsafe(32), house().clock()
    try:
        address = issuer.address(ticket_of(house().settings.secret_key, seed), now)
    except IssuerAwayError as error:
        return _away(error, wanted)
    response: Response = redirect(address, 303, Response)  # type: ignore[assignment] # werkzeug's, which is Flask's here
    _keep(response, write_cursor(ABOUT, [seed, int(now.timestamp()), wanted]) or "", LASTS_S)
    return response


@blueprint.get("/login/issuer/back")
@permission("public")
def come_back() -> Response:
    """Begin a session of whoever the issuer proves, and go to the page that was wanted."""
    issuer, begun = _issuer(), _begun()
    if begun is None:
        g.log = {"issuer": "not_begun"}
        response = _refused(None)
    else:
        response = _entered(issuer, begun)
    _keep(response, "", 0)
    return response


@blueprint.get("/logout/issuer")
@permission("public")
def go_out() -> Response:
    """Lead to where one leaves the account at the issuer: on a shared machine the next one would come in by it."""
    try:
        address = _issuer().way_out(house().clock())
    except IssuerAwayError as error:
        g.log = {"issuer": f"away: {error.reason}"}
        return form(503, None, speech().text("login.no_way_out"))
    return redirect(address, 303, Response)  # type: ignore[return-value] # werkzeug's, which is Flask's here


def _entered(issuer: Issuer, begun: _Begun) -> Response:
    code = request.args.get("code", "")
    if "error" in request.args or not 1 <= len(code) <= LONGEST_CODE:
        g.log = {"issuer": "denied"}
        return _refused(begun.wanted)
    life, now = timedelta(hours=house().settings.session_hours), house().clock()

    def ask() -> Vouched | None:
        try:
            proof = issuer.proof(begun.ticket, code, request.args.get("iss"), now)
        except RefusedError as error:
            g.log = {"issuer": error.reason}
            return None
        g.log = {"issuer": "proved"}
        return Vouched(proof.issuer, proof.subject, proof.name)

    try:
        outcome = log_in_by_issuer(house().store, ask, request.remote_addr or "", life, now)
    except IssuerAwayError as error:
        return _away(error, begun.wanted)
    if isinstance(outcome, TooManyWrongPasswords):
        return wait(begun.wanted, outcome.retry_after_s)
    if isinstance(outcome, NotLetIn):
        return _refused(begun.wanted)
    response = back_to(begun.wanted)
    keep_session(response, outcome.access_token, outcome.lasts_s)
    return response


def _issuer() -> Issuer:
    found = house().issuer
    if found is None:
        raise Problem(404, "not-found")
    return found


def _begun() -> _Begun | None:
    """Return the log-in that this browser began, if it is the one that comes back now."""
    try:
        seed, at, wanted = unsigned(ABOUT, request.cookies.get(_cookie(), ""))
    except Problem:
        return None
    ticket = ticket_of(house().settings.secret_key, seed)
    in_time = 0 <= house().clock().timestamp() - at < LASTS_S
    same = hmac.compare_digest(ticket.state.encode(), request.args.get("state", "").encode())
    return _Begun(ticket, wanted) if in_time and same else None


def _cookie() -> str:
    return "__Host-fieldsync-issuer" if request.is_secure else "fieldsync-issuer"


def _keep(response: Response, content: str, seconds: int) -> None:
    # Lax: the browser comes back from another site, by a link.
    kept = {"secure": request.is_secure, "httponly": True, "samesite": "Lax"}
    response.set_cookie(_cookie(), content, max_age=seconds, **kept)  # type: ignore[arg-type] # by name


def _refused(wanted: str | None) -> Response:
    return form(401, wanted, speech().text("login.issuer_refused"))


def _away(error: IssuerAwayError, wanted: str) -> Response:
    g.log = {"issuer": f"away: {error.reason}"}
    response = form(503, wanted, speech().text("login.issuer_away"))
    response.headers["Retry-After"] = "10"
    return response
