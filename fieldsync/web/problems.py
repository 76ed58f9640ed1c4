"""Every error leaves as ``application/problem+json`` (RFC 9457), in the reader's language.

The codes and types are fixed, the titles are for people. No answer repeats a value that was sent.
"""

import random
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from fieldsync.db import Lost, UnknownKeyError

TYPES = "https://fieldsync.example/problems/"
_TITLES = {
    "malformed": ("Permintaan tidak dapat dibaca", "The request can't be read"),
    "invalid": ("Isian tidak sah", "The content is invalid"),
    "unauthorized": ("Kredensial tidak ada atau tidak berlaku", "No credential, or a dead one"),
    "device-revoked": ("Tablet ini telah dicabut", "This tablet was revoked"),
    "wrong-password": ("Nama pengguna atau kata sandi salah", "Wrong user name or password"),
    "forbidden": ("Peran Anda tidak mengizinkan ini", "Your role does not allow this"),
    "cross-site": ("Permintaan datang dari situs lain", "The request comes from another site"),
    "not-found": ("Tidak ada di sini", "Not there"),
    "method-not-allowed": ("Metode tidak diperbolehkan", "Method not allowed"),
    "not-acceptable": ("Bentuk jawaban tidak tersedia", "No such form of answer"),
    "decided": ("Sudah diputuskan", "Decided before"),
    "told-apart": ("Sudah dinyatakan dua orang", "Said to be two persons before"),
    "wrong-status": ("Status kasus tidak mengizinkan ini", "The status of the case does not allow this"),
    "own-proposal": (
        "Usulan harus disetujui orang kedua, bukan pengusulnya",
        "A second person must approve a proposal, not who made it",
    ),
    "outside-programs": (
        "Usulan ini mengubah aturan program di luar lingkup Anda",
        "It changes rules of programs outside your scope",
    ),
    "not-proposed": ("Sudah disetujui atau ditarik", "Approved or withdrawn before"),
    "stale-proposal": (
        "Sejak uji coba, aturan lain telah berlaku; usulkan lagi",
        "Other rules are in force since the dry run; propose again",
    ),
    "broken-proposal": ("Aturan ini tidak dapat dipakai lagi", "These rules can't be taken any more"),
    "gone": ("Kursor terlalu lama; mulai dari awal", "The cursor is too old; start over"),
    "too-large": ("Kiriman terlalu besar", "The request is too large"),
    "unsupported-media": ("Jenis atau pengodean tidak didukung", "Unsupported type or encoding"),
    "wrong-code": ("Kode pendaftaran tidak berlaku", "The enrolment code is not valid"),
    "too-many-requests": ("Terlalu sering; coba lagi nanti", "Too often; try again later"),
    "unavailable": ("Server sedang sibuk; kirim lagi nanti", "The server is busy; send again later"),
    "failure": ("Kesalahan pada server", "The server failed"),
}
_BY_STATUS = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "decided",
    410: "gone",
    413: "too-large",
    415: "unsupported-media",
    422: "invalid",
    429: "too-many-requests",
    503: "unavailable",
}


class Problem(Exception):  # noqa: N818 # the RFC's word
    """An error answer. `kind` names it, `extra` adds members to the body."""

    def __init__(
        self, status: int, kind: str, detail: str = "", headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra


def language() -> str:
    """Return the reader's language: ``en`` when asked for before Indonesian, else ``id``."""
    return request.accept_languages.best_match(["id", "en"], default="id") or "id"


def install(app: Flask) -> None:
    """Let every error of the application leave in this form."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout, Lost, UnknownKeyError):
        app.register_error_handler(kind, _busy)


def _problem(problem: Problem) -> Response:
    return answer(problem.status, problem.kind, problem.detail, problem.headers, **problem.extra)


def _busy(_error: Exception) -> Response:
    """Answer that nothing was stored: the database or a key is away, or too many write at once. Send the same again."""
    return answer(503, "unavailable", headers={"Retry-After": str(random.randint(5, 20))})  # noqa: S311 # spreads the retries


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")}
    return answer(status, kind_of(status), "", headers)


def kind_of(status: int) -> str:
    """Return the kind of a problem of which only the status is known."""
    return _BY_STATUS.get(status, "malformed" if status < 500 else "failure")  # noqa: PLR2004 # the server's own begin there


def title_of(kind: str, spoken: str) -> str:
    """Return what a kind of problem is called, for people."""
    return _TITLES[kind][1 if spoken == "en" else 0]


def answer(status: int, kind: str, detail: str = "", headers: dict[str, str] | None = None, **extra: Any) -> Response:
    """Make a problem answer."""
    title = title_of(kind, language())
    body = {"type": TYPES + kind, "title": title, "status": status, "detail": detail or title, **extra}
    response = Response(orjson.dumps(body), status, content_type="application/problem+json")
    response.headers["Content-Language"] = language()
    response.headers.update(headers or {})
    return response
