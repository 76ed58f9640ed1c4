"""A tiny in-memory server that speaks the contract's sync protocol, and can be told to break its promises.

Good enough to exercise a tablet: duplicates, three-way merging, holding and waking, groups, scopes, a feed
with a cursor, digests. What each record must look like it asks of the declarations.
"""

import gzip
import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import zstandard

from fieldsync.programs import TYPES, examine, references, translate
from fieldsync.simulator import Enrolment
from fieldsync.simulator.scene import sees

TODAY = "2026-11-24"


@dataclass
class Stored:
    """A record in effect: its states by revision, and who made which."""

    envelope: dict
    states: list[dict]
    makers: list[tuple[str, int]]
    deleted: bool = False
    person_id: str | None = None

    @property
    def rev(self):
        return len(self.states)


@dataclass
class Fake:
    """The server's memory. `broken` names the promises that it breaks; `trouble` the next answers by status."""

    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    codes: dict[str, Enrolment] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    trouble: list[int] = field(default_factory=list)
    most: int = 500
    records: dict[str, Stored] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    feed: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[dict, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    groups: dict[str, str] = field(default_factory=dict)
    niks: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    # Push

    def push(self, token, document):
        with self.lock:
            if len(document["records"]) > self.most:
                return 413, {"detail": f"at most {self.most} records"}
            self.groups |= {one["id"]: one["group"] for one in document["records"] if one.get("group")}
            results = [self._receive(record, token) for record in document["records"]]
            self._wake(results)
            if "reorders" in self.broken:
                results.reverse()
            return 200, {"batch_id": document["batch_id"], "results": results}

    def _receive(self, record, token):
        result = {"id": record["id"], "_record": record}
        errors = self._errors(record, token)
        if errors:
            if not self._corrected(record):
                self.refused.add(record["id"])
            return result | {"status": "rejected", "errors": errors}
        mark = content_of(record)
        there = self.records.get(record["id"])
        if mark in self.seen and "forgets contents" not in self.broken and there:
            return result | {"status": "duplicate", "rev": there.rev, "person_id": there.person_id}
        self.refused.discard(record["id"])
        if all(content_of(one) != mark for one, _ in self.waiting):
            self.waiting.append((record, token))
        return result | {"status": "held"}

    def _corrected(self, record):
        waiting = any(one["id"] == record["id"] for one, _ in self.waiting)
        return waiting or record["id"] in self.records

    def _errors(self, record, token):
        kind = TYPES[record["type"]]
        if not sees(self.enrolments[token], record["area"], kind.program):
            return [{"pointer": "/area", "code": "out_of_scope", "message": "…"}]
        if "refuses all visits" in self.broken and record["type"] == "child_visit":
            return [{"pointer": "/data", "code": "unknown_code", "message": "…"}]
        errors, _ = examine(kind, translate(kind, record["form_version"], record["data"]), TODAY)
        if "takes anything" in self.broken:
            return []
        return [{"pointer": one.pointer, "code": one.code, "message": one.message} for one in errors]

    def _wake(self, results):
        """Let take effect what waits for nothing more, unit by unit, until nothing moves."""
        answers = {}
        moving = True
        while moving:
            moving = False
            for unit in self._units():
                if self._ready([record for record, _ in unit]):
                    for record, token in sorted(unit, key=lambda one: one[0]["type"] != "person"):
                        self.waiting.remove((record, token))
                        answers[content_of(record)] = self._apply(record, token)
                    moving = True
        for result in results:
            result.update(answers.get(content_of(result.pop("_record")), {}) if result["status"] == "held" else {})

    def _units(self):
        units = {}
        for number, (record, token) in enumerate(self.waiting):
            units.setdefault(record.get("group") or number, []).append((record, token))
        return [sorted(unit, key=lambda one: one[0]["device_seq"]) for unit in units.values()]

    def _ready(self, unit):
        ids = {record["id"] for record in unit}
        for record in unit:
            kind = TYPES[record["type"]]
            data = translate(kind, record["form_version"], record["data"])
            needed = {one.id for one in references(kind, data) if one.awaited} - ids
            if any(one not in self.records for one in needed):
                return False
        group = unit[0].get("group")
        return not group or all(self.groups.get(one) != group for one in self.refused)

    def _apply(self, record, token):
        kind = TYPES[record["type"]]
        data = translate(kind, record["form_version"], record["data"])
        if record["consent"] == "refused":
            data = {}
        self.seen.add(content_of(record))
        there = self.records.get(record["id"])
        maker = (token, record["device_seq"])
        envelope = {name: value for name, value in record.items() if name != "data"} | {"form_version": "2026.1"}
        if "loses surveys" in self.broken and record["type"] == "survey_response":
            return {"status": "applied", "rev": 1}
        if there is None:
            person, identity = self._person(record, data)
            self.records[record["id"]] = Stored(envelope, [data], [maker], record["deleted"], person)
            self.feed.append(("record", record["id"]))
            return {"status": "applied", "rev": 1, "person_id": person, **({"identity": identity} if identity else {})}
        status = self._merge(there, data, record, maker)
        self.feed.append(("record", record["id"]))
        return {"status": status, "rev": there.rev, "person_id": there.person_id}

    def _merge(self, there, data, record, maker):
        if any(token == maker[0] and seq > maker[1] for token, seq in there.makers):
            there.states.append(there.states[-1])
            there.makers.append(maker)
            return "applied"
        own = [number for number, (token, _) in enumerate(there.makers, 1) if token == maker[0]]
        base = there.states[max([record["base_rev"], *own, 1]) - 1]
        now = there.states[-1]
        mine = {name for name in base.keys() | data.keys() if base.get(name) != data.get(name)}
        theirs = {name for name in base.keys() | now.keys() if base.get(name) != now.get(name)}
        there.states.append(data if "overwrites" in self.broken else now | {name: data.get(name) for name in mine})
        there.makers.append(maker)
        there.deleted = there.deleted or record["deleted"]
        clash = {name for name in mine & theirs if data.get(name) != now.get(name)}
        return "conflict" if clash else "merged" if theirs else "applied"

    def _person(self, record, data):
        if record["type"] != "person":
            return None, None
        nik = data.get("nik")
        known = self.niks.get(nik) if nik and "knows nobody" not in self.broken else None
        person = known or record["id"]
        if nik:
            self.niks.setdefault(nik, person)
        self.persons[person] = self.persons.get(person, 0) + 1
        self.feed.append(("person", person))
        return person, "matched" if known else "new"

    # Pull

    def pull(self, token, cursor, limit):
        with self.lock:
            if "forgets history" in self.broken and cursor:
                self.broken.discard("forgets history")
                return 410, {"detail": "start over"}
            at = int(cursor or 0)
            page = self.feed[at : at + limit]
            changes = [change for one in dict.fromkeys(page) if (change := self._change(one, token))]
            if "skips rows" in self.broken:
                changes = [one for one in changes if hash_of(one["id"]) % 40]
            upto = at + len(page)
            return 200, {"changes": changes, "cursor": str(upto), "has_more": upto < len(self.feed)}

    def _change(self, one, token):
        entity, entity_id = one
        if entity == "person":
            return {"entity": entity, "id": entity_id, "rev": self.persons[entity_id], "deleted": False, "data": {}}
        record = self.records[entity_id]
        if not self._visible(record, token):
            return None
        change = {"entity": entity, "id": entity_id, "rev": record.rev, "deleted": record.deleted}
        if record.deleted:
            return change | {"reason": "deleted"} if "keeps the dead" not in self.broken else None
        return change | {"data": record.envelope | {"data": record.states[-1], "person_id": record.person_id}}

    def _visible(self, record, token):
        return sees(self.enrolments[token], record.envelope["area"], TYPES[record.envelope["type"]].program)

    def digest(self, token):
        with self.lock:
            held = {"person": dict(self.persons), "record": {}, "case": {}, "reference": {}}
            for record_id, record in self.records.items():
                if self._visible(record, token) and not record.deleted:
                    held["record"][record_id] = record.rev
            cursor = str(len(self.feed))
            return 200, {
                "entities": [
                    {"entity": entity, "count": len(revs), "digest": mark_of(revs), "cursor": cursor}
                    for entity, revs in held.items()
                ]
            }

    def enroll(self, document):
        enrolment = self.codes.pop(document["enrollment_code"], None)
        if enrolment is None:
            return 401, {"detail": "kode salah"}
        self.enrolments[enrolment.access_token] = enrolment
        return 201, {
            "device_id": enrolment.device_id,
            "access_token": enrolment.access_token,
            "van": enrolment.van,
            "areas": list(enrolment.areas),
            "programs": list(enrolment.programs),
        }


def content_of(record):
    text = json.dumps({name: value for name, value in record.items() if name != "base_rev"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(text):
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def mark_of(revs):
    mark = 0
    for entity_id, rev in revs.items():
        mark ^= int(hashlib.sha256(f"{entity_id}:{rev}".encode()).hexdigest()[:16], 16)
    return f"{mark:016x}"


class Handler(BaseHTTPRequestHandler):
    """The HTTP edge of the fake."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        self._answer(None)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        encoding = self.headers.get("Content-Encoding")
        if encoding == "gzip":
            body = gzip.decompress(body)
        elif encoding == "zstd":
            body = zstandard.ZstdDecompressor().decompress(body)
        self._answer(json.loads(body))

    def _answer(self, document):
        fake = self.server.fake
        parts = urlsplit(self.path)
        fake.requests.append((self.command, parts.path))
        status, payload = (fake.trouble.pop(0), {}) if fake.trouble else self._route(fake, parts, document)
        if status == 0:
            self.close_connection = True
            return
        sent = gzip.compress(json.dumps(payload).encode(), 1)
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(sent)))
            if status in (429, 503):
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(sent)
        except OSError:
            self.close_connection = True

    def _route(self, fake, parts, document):
        if parts.path == "/api/v1/devices/enroll":
            return fake.enroll(document)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in fake.enrolments:
            return 401, {"detail": "tablet tidak dikenal"}
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api/v1/sync/push":
            return fake.push(token, document)
        if parts.path == "/api/v1/sync/pull":
            return fake.pull(token, query.get("cursor"), int(query["limit"]))
        return fake.digest(token)


class Server(ThreadingHTTPServer):
    """Waits for its threads when it closes, so that no socket is left open."""

    daemon_threads = False
    block_on_close = True
    fake: Fake

    def handle_error(self, request, client_address):
        pass


@contextmanager
def serving(fake):
    """Serve a fake on loopback; give its address."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.fake = fake
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
