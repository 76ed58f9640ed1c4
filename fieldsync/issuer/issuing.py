"""The issuer as this server knows it: where it lets people log in, and whom a code that comes back proves.

What it says of itself is asked for anew about once a minute, so that an issuer that is away is noticed before the
browser is led there; an issuer that was away a moment ago is not asked again at once. Keys are read at each log-in.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from fieldsync.config import ConfigError, Oidc, Settings, is_loopback
from fieldsync.issuer.tickets import Ticket
from fieldsync.issuer.wire import IssuerAwayError, RefusedError, Wire

KNOWN_FOR, AWAY_FOR = timedelta(minutes=1), timedelta(seconds=5)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_NAME = 200
# Errors of RFC 6749 that may stand in the logs; of any other only that there was one.
_ERRORS = frozenset({"invalid_grant", "invalid_client", "invalid_request", "unauthorized_client", "invalid_scope"})
_SCOPES = {"email": "openid email", "sub": "openid"}


@dataclass(frozen=True, slots=True)
class Proof:
    """Who came back: `subject` is their account at the issuer, for good, `name` the claim that names the user."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class _About:
    """What the issuer said of itself, or why it was away, and when."""

    at: datetime
    said: Mapping[str, Any]
    away: str | None = None


def open_issuer(settings: Settings) -> "Issuer | None":
    """Return the issuer of the settings, or None when there is none.

    Raises:
        ConfigError: Authlib is not installed.
    """
    if settings.oidc is None:
        return None
    try:
        importlib.import_module("authlib.oauth2")
    except ImportError:
        raise ConfigError("FIELDSYNC_OIDC_ISSUER needs Authlib: pip install 'fieldsync[oidc]'") from None
    return Issuer(settings.oidc)


class Issuer:
    """One issuer; any number of threads may ask it."""

    def __init__(self, given: Oidc) -> None:
        self.given = given
        self._wire = Wire(loopback=given.issuer.startswith("http://") and is_loopback(given.issuer))
        self._about: _About | None = None

    def address(self, ticket: Ticket, now: datetime) -> str:
        """Return where to send a browser to log in.

        Raises:
            IssuerAwayError: the issuer can't be reached or used.
        """
        said = self._said(now)
        url, _ = self._client(said).create_authorization_url(
            said["authorization_endpoint"], state=ticket.state, code_verifier=ticket.verifier, nonce=ticket.nonce
        )
        return str(url)

    def way_out(self, now: datetime) -> str:
        """Return where a browser logs out of the account at the issuer (OpenID Connect RP-Initiated Logout 1.0).

        Raises:
            IssuerAwayError: the issuer can't be reached, or names no such place.
        """
        place = self._said(now).get("end_session_endpoint")
        if not self._wire.may_reach(place):
            raise IssuerAwayError("no_way_out")
        parts = urlsplit(str(place))
        query = "&".join(filter(None, (parts.query, urlencode({"client_id": self.given.client_id}))))
        return urlunsplit(parts._replace(query=query))

    def proof(self, ticket: Ticket, code: str, came_from: str | None, now: datetime) -> Proof:
        """Return whom a code proves.

        Args:
            ticket: of this very log-in.
            code: as it came back with the browser.
            came_from: the issuer that the answer names, if it names one (RFC 9207).
            now: the present moment.

        Raises:
            IssuerAwayError: the issuer can't be reached or used.
            RefusedError: the code, or the token that it gave, is none of this log-in.
        """
        from fieldsync.issuer.tokens import claims_of  # noqa: PLC0415 # Authlib is an extra

        said = self._said(now)
        named = said.get("authorization_response_iss_parameter_supported") is True
        if came_from != self.given.issuer and (named or came_from is not None):
            raise RefusedError("other_issuer")
        token = self._token(said, ticket, code)
        keys = self._wire.get(said["jwks_uri"])
        claims = claims_of(token, keys, said, self.given, ticket.nonce, now)
        return Proof(self.given.issuer, claims["sub"], self._name(claims))

    def _said(self, now: datetime) -> Mapping[str, Any]:
        known = self._about
        if known is None or not timedelta(0) <= now - known.at < (KNOWN_FOR if known.away is None else AWAY_FOR):
            try:
                known = _About(now, self._discovered())
            except IssuerAwayError as error:
                known = _About(now, {}, error.reason)
            self._about = known
        if known.away is not None:
            raise IssuerAwayError(known.away)
        return known.said

    def _discovered(self) -> Mapping[str, Any]:
        from authlib.oidc.discovery import get_well_known_url  # noqa: PLC0415 # an extra

        said = self._wire.get(get_well_known_url(self.given.issuer, external=True))
        if not isinstance(said, dict) or said.get("issuer") != self.given.issuer:
            raise IssuerAwayError("other_issuer")
        if not all(self._wire.may_reach(said.get(name)) for name in ENDPOINTS):
            raise IssuerAwayError("bad_endpoint")
        return said

    def _client(self, said: Mapping[str, Any]) -> Any:
        from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415 # an extra

        return OAuth2Client(
            self._wire,
            client_id=self.given.client_id,
            client_secret=self.given.client_secret or None,
            token_endpoint_auth_method=self._method(said),
            scope=_SCOPES.get(self.given.claim, "openid profile"),
            redirect_uri=self.given.callback,
            code_challenge_method="S256",
        )

    def _method(self, said: Mapping[str, Any]) -> str:
        if not self.given.client_secret:
            return "none"
        supported = said.get("token_endpoint_auth_methods_supported")
        only_post = isinstance(supported, list) and {"client_secret_basic", "client_secret_post"}.intersection(
            one for one in supported if isinstance(one, str)
        ) == {"client_secret_post"}
        return "client_secret_post" if only_post else "client_secret_basic"

    def _token(self, said: Mapping[str, Any], ticket: Ticket, code: str) -> Mapping[str, Any]:
        from authlib.oauth2 import OAuth2Error  # noqa: PLC0415 # an extra

        try:
            token: Mapping[str, Any] = self._client(said).fetch_token(
                said["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=ticket.verifier
            )
        except OAuth2Error as error:
            raise RefusedError(error.error if error.error in _ERRORS else "issuer_refused") from None
        except ValueError:
            raise IssuerAwayError("no_json") from None
        return token

    def _name(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self.given.claim)
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise RefusedError("no_name")
        if self.given.claim == "email" and claims.get("email_verified") is not True:
            raise RefusedError("email_not_verified")
        return name
