"""Kinto beside FieldSync: the same records through POST /v1/batch, and back in pages of 1,000.

Kinto gets what its documentation advises for production: PostgreSQL for storage and
permissions in the same cluster, memory as cache, gunicorn with two workers, password
log-in with the cheapest check that it has. The quickest batch size is looked for first.
"""

import base64
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import psycopg

from bench import client, machine, process
from bench.client import Request
from bench.postgres import Postgres
from bench.records import Record, chunks

# Found to run together on Python 3.11 to 3.13.
PACKAGES = ("kinto[postgresql]==26.5.0", "gunicorn==27.0.1", "SQLAlchemy==2.1.9", "setuptools<81")
BATCH_SIZES = (25, 100, 500)
BUCKET = "/buckets/bench"
CLIENTS = 4
FILLED = f"{BUCKET}/collections/filled"
PAGE = 1000
WORKERS = 2
_NEXT = re.compile(rb"\r\nnext-page: *(\S+)", re.IGNORECASE)
_MARK = b'"status":201'
_FILL = "COPY objects (id, parent_id, resource_name, last_modified, data, deleted) FROM STDIN"

SETTINGS = """
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.userid_hmac_secret = bench
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = 500
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy

[loggers]
keys = root

[handlers]
keys = console

[formatters]
keys = plain

[logger_root]
level = WARNING
handlers = console

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = plain

[formatter_plain]
format = %(message)s
"""
WSGI = """
import logging.config
from pyramid.paster import get_app
logging.config.fileConfig("kinto.ini", disable_existing_loggers=False)
application = get_app("kinto.ini")
"""


@dataclass
class Kinto:
    """A running Kinto with a collection for each client.

    Clients that write to one collection in the same millisecond are told 409, try again;
    with collections of their own that never slows them.
    """

    port: int
    root: int
    dsn: str

    def push(self, shares: Sequence[Sequence[Record]], size: int) -> client.Timing:
        """Store each client's records in batches of `size` and return the time."""
        ready = [[_batch(number, chunk) for chunk in chunks(share, size)] for number, share in enumerate(shares)]
        return client.send_all(self.port, ready)

    def fill(self, records: Sequence[Record]) -> None:
        """Put records straight into its database for pulls; through its own door that would take minutes."""
        with psycopg.connect(self.dsn) as connection, connection.cursor().copy(_FILL) as copy:
            for number, record in enumerate(records):
                modified = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
                data = orjson.dumps({name: value for name, value in record.items() if name != "id"}).decode()
                copy.write_row((record["id"], FILLED, "record", modified.replace(tzinfo=None), data, False))

    def pull(self, clients: int) -> tuple[client.Timing, int]:
        """Let each client read all that was filled in, page by page; return the time and the records of all."""
        seen = [0] * clients

        def read(number: int) -> list[float]:
            each, connection, path = [], client.Connection(self.port), f"/v1{FILLED}/records?_limit={PAGE}"
            while path:
                start = time.perf_counter()
                answer = connection.ask(client.request("GET", path, headers={**_LOGIN, "Connection": "close"}))
                if answer.status != 200:
                    raise client.WrongAnswerError(f"Kinto answered {answer.status} to a pull")
                each.append(time.perf_counter() - start)
                seen[number] += answer.body.count(b'"form_version":')
                following = _NEXT.search(answer.head)
                path = re.sub(r"^https?://[^/]+", "", following[1].decode()) if following else ""
            connection.close()
            return each

        timing = client.together([lambda number=number: read(number) for number in range(clients)])  # type: ignore[misc]
        return timing, sum(seen)


_LOGIN = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}


def install(cache: Path) -> Path:
    """Make Kinto's own virtual environment once, and return its folder."""
    home = cache / "kinto"
    done = home / "installed.json"
    wanted = orjson.dumps(PACKAGES)
    if not done.exists() or done.read_bytes() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        process.run([sys.executable, "-m", "venv", home], {}, cache)
        process.run([home / "bin/python", "-m", "pip", "install", "-q", *PACKAGES], {}, cache)
        done.write_bytes(wanted)
    return home


@contextmanager
def running(server: Postgres, home: Path, work: Path) -> Iterator[Kinto]:
    """Give a running Kinto with a database of its own, and clean up after it."""
    database = server.create("kinto")
    url, folder = server.url(database).replace("%", "%%"), work / database
    folder.mkdir()
    (folder / "kinto.ini").write_text(SETTINGS.format(url=url))
    (folder / "application.py").write_text(WSGI)
    process.run([home / "bin/kinto", "migrate", "--ini", "kinto.ini"], {}, folder)
    port = machine.free_port()
    command: list[str | Path] = [home / "bin/gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "application"]
    running_server = process.start(command, {}, folder, port, "/v1/")
    try:
        for path in (BUCKET, FILLED, *map(_collection, range(CLIENTS))):
            made = client.ask(port, client.request("PUT", f"/v1{path}", b"{}", {**_LOGIN, **_JSON}))
            if made.status != 201:
                raise process.StartError(f"Kinto answered {made.status} to PUT {path}: {made.body[:300]!r}")
        yield Kinto(port, running_server.root, server.dsn(database))
    finally:
        running_server.stop()
        server.drop(database)


_JSON = {"Content-Type": "application/json", "Connection": "close"}


def _collection(number: int) -> str:
    return f"{BUCKET}/collections/van{number}"


def _batch(number: int, records: Sequence[Record]) -> Request:
    collection = _collection(number)
    requests = [{"path": f"{collection}/records/{record['id']}", "body": {"data": record}} for record in records]
    body = orjson.dumps({"defaults": {"method": "PUT"}, "requests": requests})
    return Request(client.request("POST", "/v1/batch", body, {**_LOGIN, **_JSON}), _MARK, len(records))
