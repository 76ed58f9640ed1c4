"""The office rotates its keys in the middle of the day: no tablet notices, and the old key opens nothing any more."""

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import orjson
import pytest
import urllib3

from fieldsync import keyfile
from fieldsync.db import open_store, retire_key, ring, rotate_key, upgrade
from tests.conftest import TESTED_RING
from tests.field import pregnancy, visit, woman
from tests.keys import counted, opens_all, own_database, settings_with_file
from tests.office import Office, Tablet, new_id
from tests.scenarios.test_pull import Shelf

GOOD = {"applied", "duplicate", "merged", "conflict", "held"}
WRITERS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    if request.param == "sqlite":
        yield settings_with_file(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path)
    else:
        with own_database(request.getfixturevalue("postgresql_url")) as url:
            yield settings_with_file(url, tmp_path)


@pytest.fixture
def office(settings):
    store = open_store(settings)
    upgrade(store)
    yield Office(settings, store)
    store.close()


def day_of(tablet: Tablet, push: Callable[..., list[dict]], stop: threading.Event) -> int:
    """Make families until told to stop: new ones, edits made on the newest and made apart, and records that wait."""
    number = 0
    while not stop.is_set():
        number += 1
        she = woman(tablet, f"Siti {number}")
        hers = pregnancy(tablet, she["id"])
        late = woman(tablet, f"Dewi {number}")
        late["data"]["mother_id"] = mother = new_id()
        results = push(she, hers, visit(tablet, hers["id"]), late)
        results += push(tablet.edited(she, 1, phone="0812776655"), tablet.edited(hers, 0, gravida=3), she)
        results += push({**woman(tablet, f"Ibu {number}"), "id": mother})
        assert {one["status"] for one in results} <= GOOD, results
    return number


@contextmanager
def busy(work: list[Callable[[threading.Event], object]]) -> Iterator[list[object]]:
    """Let all this go on while the block lasts; what each returned is in the list afterwards."""
    stop, done = threading.Event(), []
    with ThreadPoolExecutor(len(work)) as pool:
        running = [pool.submit(one, stop) for one in work]
        try:
            yield done
        finally:
            stop.set()
        done += [one.result() for one in running]


def test_keys_rotate_twice_while_tablets_push_and_pull(settings, office, monkeypatch):
    monkeypatch.setattr(ring, "REREAD_S", 0.1)
    shelf = Shelf(office.tablet())

    def pull(stop: threading.Event) -> None:
        while not stop.is_set():
            shelf.sync(limit=20)

    tablets = [office.tablet() for _ in range(WRITERS)]
    works = [lambda stop, one=one: day_of(one, one.push, stop) for one in tablets]
    command = open_store(settings)
    with busy([*works, pull]) as done:
        for old, new in (("t1", "k1"), ("k1", "k2")):
            time.sleep(0.3)
            assert rotate_key(command)[0] == new
            retire_key(command, old)
    command.close()
    assert sum(done[:WRITERS]) > WRITERS * 2
    shelf.sync()
    assert shelf.proves_complete()
    ring_now = keyfile.read(settings.key_file).ring
    assert [one for one, _ in ring_now] == ["k2"]
    assert opens_all(settings, ring_now) > 100
    assert counted(office.store, "k2")[None] == 0


class Server:
    """The production server with two workers, and commands beside it, in the environment of an operator."""

    def __init__(self, settings, **given: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        ours = {"FIELDSYNC_DATA_DIR": str(settings.data_dir), "FIELDSYNC_DATABASE_URL": settings.database_url}
        self.environment = {**os.environ, **ours, "FIELDSYNC_LOG_LEVEL": "ERROR", **given}
        self.pool = urllib3.PoolManager(retries=False, timeout=20, maxsize=10)

    def __enter__(self):
        command = (sys.executable, "-m", "fieldsync", "serve", "--port", str(self.port), "--workers", "2")
        self.process = subprocess.Popen(command, env=self.environment)  # noqa: S603 # our own
        for _ in range(300):
            try:
                self.ask("GET", "/healthz")
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError("the server did not start")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def ask(self, method: str, path: str, **more: object) -> tuple[int, dict]:
        answer = self.pool.request(method, f"http://127.0.0.1:{self.port}{path}", **more)  # type: ignore[arg-type]
        return answer.status, orjson.loads(answer.data)

    def push_of(self, tablet: Tablet) -> Callable[..., list[dict]]:
        def push(*records: dict) -> list[dict]:
            headers = {**tablet.headers, "Content-Type": "application/json"}
            body = orjson.dumps(tablet.envelope(list(records)))
            status, answer = self.ask("POST", "/api/v1/sync/push", body=body, headers=headers)
            assert status == 200, answer
            return answer["results"]

        return push

    def pull(self, tablet: Tablet, stop: threading.Event) -> int:
        pages, cursor = 0, ""
        while not stop.is_set():
            at = f"?limit=50{f'&cursor={cursor}' if cursor else ''}"
            status, page = self.ask("GET", f"/api/v1/sync/pull{at}", headers=tablet.headers)
            assert status == 200, page
            pages, cursor = pages + 1, page["cursor"]
        return pages

    def command(self, *arguments: str) -> tuple[int, str, str]:
        command = (sys.executable, "-m", "fieldsync", *arguments)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        return done.returncode, done.stdout, done.stderr


@pytest.mark.server
def test_the_commands_rotate_the_keys_of_a_running_server(settings, office):
    tablets = [office.tablet() for _ in range(2)]
    with Server(settings) as server:
        works = [lambda stop, one=one: day_of(one, server.push_of(one), stop) for one in tablets]
        with busy([*works, lambda stop: server.pull(tablets[0], stop)]) as done:
            time.sleep(1)
            code, out, errors = server.command("keys", "rotate", "--json")
            assert (code, errors) == (0, "")
            answer = json.loads(out)
            assert (answer["key"], answer["old"]) == ("k1", ["t1"])
            assert answer["resealed"] > 20
            assert server.command("keys", "retire", "t1", "--json")[::2] == (0, "")
        assert min(done) > 2
        assert server.ask("GET", "/readyz")[0] == 200
    ring_now = keyfile.read(settings.key_file).ring
    assert [one for one, _ in ring_now] == ["k1"]
    assert opens_all(settings, ring_now) > 100
    _starts_with(settings, ring_now, tablets[0])
    _is_not_ready_with(settings, TESTED_RING, "under key k1, which is not in FIELDSYNC_ENCRYPTION_KEYS", tablets[0])


def _given(ring_of) -> str:
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in ring_of)


def _starts_with(settings, ring_of, tablet: Tablet) -> None:
    with Server(settings, FIELDSYNC_ENCRYPTION_KEYS=_given(ring_of)) as server:
        assert server.ask("GET", "/readyz")[0] == 200
        assert server.push_of(tablet)(woman(tablet))[0]["status"] == "applied"


def _is_not_ready_with(settings, ring_of, said: str, tablet: Tablet) -> None:
    with Server(settings, FIELDSYNC_ENCRYPTION_KEYS=_given(ring_of)) as server:
        status, answer = server.ask("GET", "/readyz")
        assert (status, answer["checks"]["migrations"]) == (503, "ok")
        assert said in answer["checks"]["keys"]
        assert server.ask("GET", "/api/v1/sync/pull", headers=tablet.headers)[0] == 503
        code, out, errors = server.command("device", "invite", "--van", tablet.van)
        assert (code, out) == (1, "")
        assert said in errors
