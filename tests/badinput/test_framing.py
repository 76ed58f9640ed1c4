"""Faults below HTTP, sent to a real server by plain sockets; and what a request may cost it."""

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from fieldsync.db import open_store
from tests.badinput import catalogue
from tests.badinput.conftest import SLOWEST_S
from tests.conftest import settings_for
from tests.field import woman
from tests.office import Tablet, new_id

pytestmark = pytest.mark.server

MIB = 1024 * 1024
MOST_MEMORY = 50 * MIB
# A body of one 19 MiB text stands up to four times in memory while it is read: as sent, as text, as value, as content to hash.
ONE_TEXT = 90 * MIB
COMMAND = (sys.executable, "-c", "from fieldsync.cli import main; main()")
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """One real server with one worker, its data folder, and a tablet's token."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "FIELDSYNC_DATA_DIR": str(folder), "FIELDSYNC_LOG_LEVEL": "WARNING"}
        self.environment.pop("FIELDSYNC_DATABASE_URL", None)
        self.run("db", "upgrade")
        self.run("regions", "load", "--regency", "16.02")
        self.run("van", "create", "Van 1", "--area", "16.02", "--program", "civil")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        arguments = (*COMMAND, "serve", "--port", str(self.port), "--workers", "1")
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(arguments, env=self.environment, stderr=log)  # noqa: S603 # our own command
        self.await_start()
        self.token = self.enroll(self.code()).json["access_token"]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 # our own command
            (*COMMAND, *arguments), env=self.environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def await_start(self) -> None:
        for _ in range(300):
            try:
                if self.talk(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def code(self) -> str:
        return json.loads(self.run("device", "invite", "--van", "Van 1", "--json"))["enrollment_code"]

    def enroll(self, code: str, *headers: str) -> Answer:
        body = json.dumps({"enrollment_code": code, "name": "Tablet"}).encode()
        return self.talk(request("/api/v1/devices/enroll", body, *headers))

    def push(self, body: bytes, *headers: str) -> Answer:
        return self.talk(request("/api/v1/sync/push", body, f"Authorization: Bearer {self.token}", *headers))

    def talk(self, sent: bytes, *, shut: bool = False) -> Answer:
        """Send bytes, read one answer. `shut`: close our side after sending, as a tablet that lost its line."""
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            try:
                line.sendall(sent)
                if shut:
                    line.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answered before it had read everything
            return _read(line, began)

    def records(self) -> int:
        """Return how many records and received batches the database holds."""
        store = open_store(settings_for(f"sqlite:///{self.folder / 'fieldsync.sqlite3'}", self.folder))
        with store.reading() as connection:
            query = "SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM batch)"
            number: int = connection.exec_driver_sql(query).scalar_one()
        store.close()
        return number

    @property
    def worker(self) -> Path:
        pid = self.process.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return Path(f"/proc/{child}")

    def memory(self, name: str) -> int:
        """Return a size of the worker in bytes, as the kernel counts it: VmRSS now, VmHWM at its highest."""
        found = re.search(rf"{name}:\s+(\d+) kB", (self.worker / "status").read_text())
        assert found
        return int(found[1]) * 1024

    def forget_highest(self) -> None:
        (self.worker / "clear_refs").write_text("5")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(40)


def request(path: str, body: bytes, *headers: str) -> bytes:
    usual = ("Host: localhost", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers)
    head = "\r\n".join((f"POST {path} HTTP/1.1", *usual))
    return head.encode() + b"\r\n\r\n" + body


def _read(line: socket.socket, began: float) -> Answer:
    taken = b""
    while b"\r\n\r\n" not in taken:
        taken += _more(line)
    head, _, body = taken.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _more(line)
    return Answer(int(status.split()[1]), headers, body, time.perf_counter() - began)


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise ConnectionError("closed without a whole answer")
    return part


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


def a_batch() -> bytes:
    """Write a batch of one good record of this very moment."""
    tablet = Tablet(_Now(), None, "Van 1", "", "")  # type: ignore[arg-type] # only its clock is asked
    return json.dumps(tablet.envelope([woman(tablet)])).encode()


class _Now:
    """The clock of the machine, in place of an office's."""

    @staticmethod
    def clock() -> datetime:
        return datetime.now(UTC)


@pytest.mark.parametrize("case", catalogue.of("raw"), ids=catalogue.name)
def test_a_broken_request_is_refused_and_the_server_lives_on(case, server: Server):
    batch = a_batch()
    known = {"token": server.token, "length": str(len(batch)), "hex": f"{len(batch):x}", "batch": batch.decode()}
    sent = catalogue.text(case["send"], known).encode("latin-1")
    before = server.records()
    answer = server.talk(sent, shut=case.get("shut", False))
    assert answer.status in catalogue.any_of(case["status"]), answer
    assert answer.seconds < SLOWEST_S
    assert b"Traceback" not in answer.body
    if (stored := case.get("stored", 0)) is not None:
        assert server.records() - before == 2 * stored
    assert server.talk(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200


@pytest.mark.parametrize("name", ["raw-no-host", "raw-chunk-size-minus-5", "raw-header-of-9-kb", "raw-length-word"])
def test_a_refusal_below_the_application_is_a_problem_too(name, server: Server):
    (case,) = (one for one in catalogue.of("raw") if one["id"] == name)
    known = {"token": server.token, "batch": "{}"}
    answer = server.talk(catalogue.text(case["send"], known).encode("latin-1"))
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json["status"] == answer.status == case["status"]


def test_a_line_that_breaks_without_a_word_costs_nothing(server: Server):
    before = server.records()
    for sent in (b"", b"POST /api", request("/api/v1/sync/push", b"", f"Authorization: Bearer {server.token}")[:-2]):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
            line.sendall(sent)
    assert server.talk(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200
    assert server.records() == before


def test_a_refusal_does_not_take_the_rest_of_the_body_for_a_request(server: Server):
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    bodies = inner * 50
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(request("/api/v1/sync/push", bodies))
        taken = b""
        line.settimeout(1)
        try:
            while part := line.recv(65536):
                taken += part
        except (TimeoutError, ConnectionResetError):
            pass
    assert taken.startswith(b"HTTP/1.1 401")
    assert taken.count(b"HTTP/1.1 ") == 1


def test_a_forged_address_does_not_lift_the_limit_of_wrong_codes(server: Server):
    code = server.code()
    forged = ("X-Forwarded-For: 203.0.113.{}", "Forwarded: for=203.0.113.{}", "X-Real-IP: 203.0.113.{}")
    tried = [server.enroll("AAAA-AAAA-AAAA", *(one.format(at) for one in forged)) for at in range(6)]
    assert [one.status for one in tried] == [401] * 5 + [429]
    assert 1 <= int(tried[-1].headers["retry-after"]) <= 60
    assert server.enroll(code, "X-Forwarded-For: 203.0.113.99").status == 429


def _bomb(pack) -> bytes:
    return pack(b'{"records": [' + b"0" * (60 * MIB))


def _many(value: str, number: int) -> bytes:
    head = json.dumps({"batch_id": new_id(), "device_time": "2026-03-02T08:00:05+07:00"})
    return gzip.compress(f'{head[:-1]}, "records": [{",".join([value] * number)}]}}'.encode(), 1)


COSTLY = {
    "gzip bomb": ("gzip", lambda: _bomb(lambda body: gzip.compress(body, 6, mtime=0)), (413,)),
    "zstd bomb": ("zstd", lambda: _bomb(zstandard.ZstdCompressor().compress), (413,)),
    "20 MiB of one text": ("gzip", lambda: _many('"' + "a" * (19 * MIB) + '"', 1), (200,)),
    "20 MiB of one text that looks like names": ("gzip", lambda: _many('"' + '\\":' * (6 * MIB) + '"', 1), (200,)),
    "20 MiB of empty lists": ("gzip", lambda: _many("[]", 6_500_000), (400, 413)),
    "20 MiB of empty objects": ("gzip", lambda: _many("{}", 6_500_000), (400, 413)),
    "20 MiB of numbers": ("gzip", lambda: _many("1234567", 2_500_000), (400, 413)),
    "20 MiB of one-member objects": ("gzip", lambda: _many('{"a":1}', 2_500_000), (400, 413)),
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_request_costs_much_time_or_memory(name, server: Server):
    encoding, make, expected = COSTLY[name]
    body = make()
    server.push(a_batch())  # whatever is made on first use is there now
    server.forget_highest()
    before = server.memory("VmRSS")
    answer = server.push(body, f"Content-Encoding: {encoding}")
    grown = server.memory("VmHWM") - before
    assert answer.status in expected
    assert answer.seconds < SLOWEST_S
    assert grown < (ONE_TEXT if "one text" in name else MOST_MEMORY), f"{grown // MIB} MiB"
