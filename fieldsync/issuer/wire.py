"""Requests to the issuer: by https, never redirected, small and soon over, or the issuer counts as away.

`Wire` is also what Authlib posts by; so there is one way out, with the same limits.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3

from fieldsync.config import is_loopback

CONNECT_S, READ_S, WHOLE_S = 3.0, 5.0, 10.0
MOST_BYTES = 512 * 1024
_CHUNK = 16 * 1024
_OK, _ITS_OWN_FAULT, _TOO_MANY = 200, 500, 429


class IssuerAwayError(Exception):
    """The issuer can't be reached, or what it says of itself can't be used. `reason` is a word for the logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedError(Exception):
    """The issuer proves nobody. `reason` is a word for the logs, never for whoever tries."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answer:
    """An answer in the form that Authlib reads."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code = status
        self._body = body

    def json(self) -> Any:
        """Return what the body says; ValueError when it is no JSON."""
        return orjson.loads(self._body)

    def raise_for_status(self) -> None:
        """Raise unless the status is one of success."""
        if self.status_code != _OK:
            raise IssuerAwayError(f"status_{self.status_code}")


class Wire:
    """The connections to one issuer."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=2, retries=False, timeout=timeout)

    def may_reach(self, url: object) -> bool:
        """Tell whether an address is one by https; or, for an issuer on this machine, also by http on it."""
        if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url:
            return False
        return url.startswith("https://") or (self._loopback and url.startswith("http://") and is_loopback(url))

    def get(self, url: str) -> Any:
        """Return the JSON at an address.

        Raises:
            IssuerAwayError: there is none, or too much of it.
        """
        answer = self._ask("GET", url, {"Accept": "application/json"}, None)
        answer.raise_for_status()
        try:
            return answer.json()
        except ValueError:
            raise IssuerAwayError("no_json") from None

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:
        """Post a form with the client's credentials, for Authlib.

        Raises:
            IssuerAwayError: no answer, or the issuer's own fault.
        """
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = self._ask("POST", url, sent, body)
        if answer.status_code >= _ITS_OWN_FAULT or answer.status_code == _TOO_MANY:
            raise IssuerAwayError(f"status_{answer.status_code}")
        return answer

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> Answer:
        until = time.monotonic() + WHOLE_S
        try:
            response = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            try:
                return Answer(response.status, _read(response, until))
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise IssuerAwayError(_word(error)) from None


def _read(response: urllib3.BaseHTTPResponse, until: float) -> bytes:
    read = bytearray()
    for chunk in response.stream(_CHUNK, decode_content=True):
        read += chunk
        if len(read) > MOST_BYTES:
            raise IssuerAwayError("too_large")
        if time.monotonic() > until:
            raise IssuerAwayError("timeout")
    return bytes(read)


def _word(error: urllib3.exceptions.HTTPError) -> str:
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # which is one of time-outs to urllib3
        return "no_answer"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "timeout"
    return "tls" if isinstance(error, urllib3.exceptions.SSLError) else "no_answer"
