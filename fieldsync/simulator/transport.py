"""A tablet's line to the server: HTTP kept alive, compressed bodies, patient retries, and the road's faults.

Every call either returns the server's final answer or raises `UnreachableError`; a broken
connection, 429 and 5xx are tried again with growing pauses. Two further calls misbehave
on purpose: hanging up before the answer, and half an upload. It knows nothing of records.
"""

import gzip
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3
import zstandard
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from fieldsync.simulator.plan import Enrolment
from fieldsync.simulator.tablet import APP_VERSION

GZIP_LEVEL = 4
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
TOO_MANY, SERVER_ERROR = 429, 500
CREATED = 201
TIMEOUT = urllib3.Timeout(connect=5, read=60)
ENCODINGS, WEIGHTS = ("gzip", "zstd", "identity"), (7, 2, 1)


class UnreachableError(Exception):
    """The server could not be reached, or kept failing, after all attempts."""


class EnrolmentError(Exception):
    """The server took no enrollment code; the message says which place and what it answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: HTTP status and decoded JSON."""

    status: int
    payload: Any


def compressed(body: bytes, encoding: str) -> bytes:
    """Return a body in a content encoding: gzip, zstd or identity."""
    if encoding == "gzip":
        return gzip.compress(body, GZIP_LEVEL)
    return zstandard.ZstdCompressor(level=3).compress(body) if encoding == "zstd" else body


@dataclass(slots=True)
class Line:
    """The connection of one tablet.

    Attributes:
        url: the server's address.
        token: the bearer credential; without one only enrolling works.
        rng: draws encodings and pauses.
        attempts: how often a call is tried.
        sleep: waits that many seconds.
        failures: how often each of the server's own errors (500 and above but 503) was met.
    """

    url: str
    token: str
    rng: Random
    attempts: int = 8
    sleep: Callable[[float], None] = time.sleep
    failures: Counter[int] = field(default_factory=Counter)
    _pool: urllib3.HTTPConnectionPool = field(init=False)
    _base: str = field(init=False)

    def __post_init__(self) -> None:
        parsed = urllib3.util.parse_url(self.url)
        self._base = (parsed.path or "").rstrip("/")
        self._pool = urllib3.connection_from_url(self.url, maxsize=1, retries=False, timeout=TIMEOUT)

    def get(self, path: str, **query: str | int) -> Answer:
        """Ask for a path; the query's values as text or numbers."""
        return self._call("GET", path + ("?" + urlencode(query) if query else ""), None, {})

    def post(self, path: str, body: bytes) -> Answer:
        """Send a JSON body, mostly compressed."""
        sent, headers = self._packed(body)
        return self._call("POST", path, sent, headers)

    def post_and_hang_up(self, path: str, body: bytes) -> None:
        """Send a JSON body whole and cut the socket before the answer comes."""
        sent, headers = self._packed(body)
        self._send_on_own_socket(path, sent, headers, len(sent))

    def post_half(self, path: str, body: bytes) -> None:
        """Begin to send a JSON body and break off in the middle."""
        sent, headers = self._packed(body)
        self._send_on_own_socket(path, sent[: len(sent) // 2], headers, len(sent))

    def close(self) -> None:
        """Drop the connection."""
        self._pool.close()

    def _packed(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        encoding = self.rng.choices(ENCODINGS, WEIGHTS)[0]
        headers = {"Content-Type": "application/json"}
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return compressed(body, encoding), headers

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"fieldsync-tablet/{APP_VERSION}",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers | more

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        last = "no attempt"
        for attempt in range(self.attempts):
            pause = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S) * self.rng.uniform(0.5, 1)
            try:
                response = self._pool.urlopen(method, self._base + path, body=body, headers=self._headers(headers))
                if response.status != TOO_MANY and response.status < SERVER_ERROR:
                    return Answer(response.status, _decoded(response.data))
                last = f"status {response.status}"
                pause = max(pause, _asked_pause(response))
                self._note_failure(response.status)
            except (HTTPError, OSError, ValueError) as error:
                last = type(error).__name__
            self.sleep(pause)
        raise UnreachableError(f"{method} {path.partition('?')[0]}: {last}, {self.attempts} attempts")

    def _note_failure(self, status: int) -> None:
        if status >= SERVER_ERROR and status != 503:  # noqa: PLR2004 # 503 asks for patience, by contract
            self.failures[status] += 1

    def _send_on_own_socket(self, path: str, part: bytes, headers: dict[str, str], length: int) -> None:
        connection = self._pool.ConnectionCls(host=self._pool.host, port=self._pool.port, timeout=5)
        assert isinstance(connection, HTTPConnection)  # noqa: S101 # urllib3 types it as a protocol only
        try:
            connection.putrequest("POST", self._base + path, skip_accept_encoding=True)
            for name, value in (self._headers(headers) | {"Content-Length": str(length)}).items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(part)
        except OSError:
            # The server may have hung up first; the tablet is none the wiser either way.
            pass
        finally:
            connection.close()


def _decoded(data: bytes) -> Any:
    return orjson.loads(data) if data else None


def _asked_pause(response: urllib3.BaseHTTPResponse) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE_S) if asked.isdigit() else 0.0


def enrolments_from_codes(url: str, codes: Sequence[str]) -> list[Enrolment]:
    """Enrol one tablet for each enrollment code.

    Raises:
        EnrolmentError: a code was not taken.
        UnreachableError: no server there.
    """
    line = Line(url, "", Random(len(codes)))
    enrolments = []
    for number, code in enumerate(codes):
        asked = {"enrollment_code": code, "name": f"Tablet simulasi {number + 1:02}", "app_version": APP_VERSION}
        answer = line.post("/api/v1/devices/enroll", orjson.dumps(asked))
        if answer.status != CREATED:
            detail = answer.payload.get("detail", "") if isinstance(answer.payload, dict) else ""
            raise EnrolmentError(f"code {number + 1} of {len(codes)}: status {answer.status} {detail}".rstrip())
        given = answer.payload
        areas, programs = tuple(given["areas"]), tuple(given["programs"])
        enrolments.append(Enrolment(given["device_id"], given["access_token"], str(given["van"]), areas, programs))
    line.close()
    return enrolments
