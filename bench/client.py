"""Light HTTP clients on plain sockets: whole requests made beforehand, answers only counted.

Clients share the cores with the server that is measured, so they parse nothing while
the clock runs but the status, the length and how often an expected text comes.
They speak to the loopback address only.
"""

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
TIMEOUT = 300.0
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:\s*chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:\s*close", re.IGNORECASE)
_GZIPPED = re.compile(rb"\r\ncontent-encoding:\s*gzip", re.IGNORECASE)


class WrongAnswerError(Exception):
    """The server answered something else than the measurement counts on; the figure would be worthless."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as bytes, and how often `mark` must come in a right answer (None: do not look)."""

    raw: bytes
    mark: bytes = b""
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` as it was sent, still compressed if it was."""

    status: int
    head: bytes
    body: bytes


@dataclass(slots=True)
class Timing:
    """Seconds from the common start to the last answer, and of each request."""

    seconds: float
    each: list[float] = field(default_factory=list)


def request(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a whole HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One client's connection; opened when first needed, opened anew after the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, raw: bytes) -> Answer:
        """Send a request and read its answer."""
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(raw)
        answer = _read(self.socket)
        if _CLOSE.search(answer.head):
            self.close()
        return answer

    def close(self) -> None:
        """Close the connection, if it is open."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def ask(port: int, raw: bytes) -> Answer:
    """Send one request on a connection of its own."""
    connection = Connection(port)
    try:
        return connection.ask(raw)
    finally:
        connection.close()


def unpacked(answer: Answer) -> bytes:
    """Return the body of an answer as text, gunzipped if it came so."""
    return gzip.decompress(answer.body) if _GZIPPED.search(answer.head) else answer.body


def send_all(port: int, shares: Sequence[Sequence[Request]], *, keep: bool = False) -> Timing:
    """Let one client per share send its requests, all from the same moment on.

    With `keep` a client stays connected; without, it connects for each request, as
    tablets do that come into signal, and as spreads the load evenly over the workers.

    Raises:
        WrongAnswerError: some answer was not 2xx or had not the expected mark.
    """

    def work(share: Sequence[Request]) -> list[float]:
        connection, each = Connection(port), []
        for one in share:
            start = time.perf_counter()
            _check(one, connection.ask(one.raw))
            if not keep:
                connection.close()
            each.append(time.perf_counter() - start)
        connection.close()
        return each

    return together([lambda share=share: work(share) for share in shares])  # type: ignore[misc]


def together(jobs: Sequence[Callable[[], list[float]]]) -> Timing:
    """Run the jobs in threads from one moment on; each returns the seconds of its steps.

    Raises:
        WrongAnswerError: a job failed; the first failure is told.
    """
    barrier = threading.Barrier(len(jobs) + 1)
    timing, failures = Timing(0.0), []

    def run(job: Callable[[], list[float]]) -> None:
        barrier.wait()
        try:
            timing.each.extend(job())
        except (OSError, WrongAnswerError) as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    timing.seconds = time.perf_counter() - start
    if failures:
        raise WrongAnswerError(f"{len(failures)} of {len(jobs)} clients failed, first: {failures[0]}")
    return timing


def _check(sent: Request, answer: Answer) -> None:
    found = answer.body.count(sent.mark) if sent.times is not None else None
    if not 200 <= answer.status < 300 or found != sent.times:
        told = answer.body[:600].decode(errors="replace")
        raise WrongAnswerError(f"status {answer.status}, {sent.mark!r} {found} times, not {sent.times}: {told}")


def _read(source: socket.socket) -> Answer:
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _more(source)
    head = bytes(data[:end])
    status = int(head[9:12])
    del data[: end + 4]
    if length := _LENGTH.search(head):
        return Answer(status, head, _exactly(source, data, int(length[1])))
    if _CHUNKED.search(head):
        return Answer(status, head, _chunks(source, data))
    return Answer(status, head, b"")


def _exactly(source: socket.socket, data: bytearray, length: int) -> bytes:
    while len(data) < length:
        data += _more(source)
    return bytes(data[:length])


def _chunks(source: socket.socket, data: bytearray) -> bytes:
    body = bytearray()
    while True:
        while (end := data.find(b"\r\n")) < 0:
            data += _more(source)
        size = int(data[:end].split(b";")[0], 16)
        while len(data) < end + size + 4:
            data += _more(source)
        if not size:
            return bytes(body)
        body += data[end + 2 : end + 2 + size]
        del data[: end + size + 4]


def _more(source: socket.socket) -> bytes:
    piece = source.recv(262_144)
    if not piece:
        raise WrongAnswerError("the server closed the connection within an answer")
    return piece
