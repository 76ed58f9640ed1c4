"""pouchdb-server beside FieldSync: the same records through _bulk_docs of 500 on LevelDB.

It runs as it comes from npm: one Node process, LevelDB, which confirms a write
before it is on the disk. That is in its favour and stays so.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench import client, machine, process
from bench.client import Request
from bench.records import Record, chunks

PACKAGE = "pouchdb-server@4.2.0"
_JSON = {"Content-Type": "application/json", "Connection": "close"}
_CONFIG = {"log": {"level": "none"}}


@dataclass
class Pouch:
    """A running pouchdb-server with an empty database."""

    port: int
    root: int

    def push(self, shares: Sequence[Sequence[Record]]) -> client.Timing:
        """Store each client's records in batches of 500 and return the time."""
        return client.send_all(self.port, [[_bulk(chunk) for chunk in chunks(share)] for share in shares])


def install(cache: Path) -> Path:
    """Install pouchdb-server into the cache once, and return the folder."""
    home = cache / "pouchdb"
    done = home / "installed.txt"
    if not done.exists() or done.read_text() != PACKAGE:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (home / "package.json").write_text('{"private": true}')
        # LevelDB comes ready-made inside its package; install scripts would only build SQLite, which is not used.
        process.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE], {}, home)
        done.write_text(PACKAGE)
    return home


@contextmanager
def running(home: Path, work: Path) -> Iterator[Pouch]:
    """Give a running pouchdb-server with a folder of its own, and clean up after it."""
    port = machine.free_port()
    folder = work / f"pouchdb-{port}"
    (folder / "data").mkdir(parents=True)
    (folder / "config.json").write_bytes(orjson.dumps(_CONFIG))
    command: list[str | Path] = ["node", home / "node_modules/pouchdb-server/bin/pouchdb-server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--dir", folder / "data", "--config", folder / "config.json", "--no-stdout-logs"]
    server = process.start(command, {"NODE_ENV": "production"}, folder, port, "/")
    try:
        made = client.ask(port, client.request("PUT", "/bench", b"", _JSON))
        if made.status != 201:
            raise process.StartError(f"pouchdb-server answered {made.status}: {made.body[:300]!r}")
        yield Pouch(port, server.root)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _bulk(records: Sequence[Record]) -> Request:
    docs = [
        {"_id": record["id"], **{name: value for name, value in record.items() if name != "id"}} for record in records
    ]
    raw = client.request("POST", "/bench/_bulk_docs", orjson.dumps({"docs": docs}), _JSON)
    return Request(raw, b'"ok":true', len(records))
