"""The server is killed in the middle of its work, again and again: what it acknowledged is there, the rest can be sent."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
import urllib3

from tests.conftest import TESTED_RING, TESTED_SECRET
from tests.field import stranger
from tests.office import Office

pytestmark = pytest.mark.server

CUTS = 4
KEYS = {
    "FIELDSYNC_SECRET_KEY": TESTED_SECRET.decode(),
    "FIELDSYNC_ENCRYPTION_KEYS": "t1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "FIELDSYNC_LOG_LEVEL": "ERROR",
}


class Server:
    """A real server in a process group of its own, so that a cut takes the workers too."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {**os.environ, **KEYS, "FIELDSYNC_DATABASE_URL": url, "FIELDSYNC_DATA_DIR": str(folder)}
        self.pool = urllib3.PoolManager(retries=False, timeout=20)

    def start(self) -> None:
        command = (sys.executable, "-m", "fieldsync", "serve", "--port", str(self.port), "--workers", "2")
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603
        for _ in range(200):
            try:
                if self.pool.request("GET", self.address("/readyz")).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def cut(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(settings, store, database_url, tmp_path):
    assert TESTED_RING[0][0] == "t1"
    made = Server(database_url, tmp_path)
    yield made
    made.cut()


def test_what_was_acknowledged_before_a_cut_is_there_after_it(settings, store, server):
    office = Office(settings, store)
    tablet = office.tablet()
    batches = [[stranger(tablet, n * 40 + m) for m in range(40)] for n in range(CUTS * 12)]
    chance = random.Random(7)
    acknowledged: set[str] = set()
    for cut in range(CUTS):
        server.start()
        timer = threading.Timer(chance.uniform(0.02, 0.6), server.cut)
        timer.start()
        for batch in batches[cut * 12 : cut * 12 + 12]:
            with suppress(urllib3.exceptions.HTTPError):
                acknowledged |= {one["id"] for one in _push(server, tablet, batch)}
        timer.join()
    assert 0 < len(acknowledged) < len(batches) * 40
    server.start()
    for batch in batches:
        for one in _push(server, tablet, batch):
            assert one["status"] in ({"duplicate"} if one["id"] in acknowledged else {"applied", "duplicate"})
            assert one["rev"] == 1
    metrics = server.pool.request("GET", server.address("/metrics")).data.decode()
    assert 'fieldsync_push_records_total{outcome="duplicate"}' in metrics
    assert metrics.count('fieldsync_notices{kind="email",state="waiting"} 0.0') == 1
    assert tablet.digest()["record"]["count"] == len(batches) * 40


def _push(server, tablet, batch):
    body = orjson.dumps(tablet.envelope(batch))
    headers = {**tablet.headers, "Content-Type": "application/json"}
    answer = server.pool.request("POST", server.address("/api/v1/sync/push"), body=body, headers=headers)
    assert answer.status == 200, answer.data
    return orjson.loads(answer.data)["results"]
