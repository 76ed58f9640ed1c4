"""A small office for the tests: an application on a database with the regions of OKI, vans, tablets, and a clock."""

import gzip
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import orjson
from flask import Flask
from flask.testing import FlaskClient

from fieldsync import access
from fieldsync.config import Settings
from fieldsync.db import Store
from fieldsync.programs import PROGRAMS
from fieldsync.web.application import create_application
from fieldsync.web.house import House

KAYU_AGUNG = "16.02.05.1001"
KAYU_AGUNG_DESA = "16.02.05.2012"
TULUNG_SELAPAN = "16.02.11.2001"
PASSWORD = "sungai komering 16"
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def new_id() -> str:
    return str(uuid.uuid4())


class Clock:
    """A clock that the test sets."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class Office:
    """The server side of a test.

    `alone` has an application of its own wired. Else it takes over the one that this worker's tests share, each in
    its turn: to wire one takes longer than most tests.
    """

    _shared: ClassVar[Flask | None] = None

    def __init__(self, settings: Settings, store: Store, *, alone: bool = True) -> None:
        self.store = store
        self.settings = settings
        self.clock = Clock()
        house = House(settings, store, clock=self.clock)
        self.app: Flask = create_application(house) if alone or settings.trusted_proxies else self._take_over(house)
        self.app.testing = True
        store.transact(lambda connection: access.load_regions(connection, access.HOME))

    @classmethod
    def _take_over(cls, house: House) -> Flask:
        cls._shared = cls._shared or create_application(house)
        cls._shared.extensions["fieldsync"] = house
        return cls._shared

    def van(self, name: str = "Van 1", areas=("16.02",), programs=PROGRAMS) -> str:
        self.store.transact(lambda c: access.create_van(c, name, areas, programs, PROGRAMS, self.clock()))
        return name

    def rescope(self, name: str, areas=("16.02",), programs=PROGRAMS) -> None:
        self.store.transact(lambda c: access.change_scope(c, name, areas, programs, PROGRAMS, self.clock()))

    def code(self, van: str) -> str:
        return self.store.transact(lambda c: access.invite(c, self.store.sealer, van, self.clock())).enrollment_code

    def tablet(self, van: str | None = None, **scope) -> "Tablet":
        van = van or self.van(f"Van {new_id()[:8]}", **scope)
        client = self.app.test_client()
        answer = client.post(
            "/api/v1/devices/enroll", json={"enrollment_code": self.code(van), "name": "Tablet", "app_version": "1.4.0"}
        )
        assert answer.status_code == 201, answer.data
        return Tablet(self, client, van, answer.json["device_id"], answer.json["access_token"])

    def clerk(self, role: str = "viewer", areas=("16.02",), programs=PROGRAMS, *, logged_in: bool = True) -> "Clerk":
        """An office user of a role, in a browser of their own."""
        name = f"{role} {new_id()[:8]}"
        self.store.transact(
            lambda c: access.create_user(c, name, PASSWORD, role, areas, programs, PROGRAMS, self.clock())
        )
        made = Clerk(self, self.app.test_client(), name, PASSWORD)
        if logged_in:
            answer = made.log_in()
            assert answer.status_code == 200, answer.data
        return made


@dataclass
class Tablet:
    """The tablet side: sends what the test says, keeps nothing but its sequence and its token."""

    office: Office
    client: FlaskClient
    van: str
    device_id: str
    token: str
    seq: int = 0
    skew: timedelta = field(default_factory=timedelta)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def record(self, kind: str, data: dict[str, Any] | None, **envelope: Any) -> dict[str, Any]:
        self.seq += 1
        at = self.office.clock() + self.skew - timedelta(hours=1)
        return {
            "id": new_id(),
            "type": kind,
            "base_rev": 0,
            "device_seq": self.seq,
            "recorded_at": at.isoformat(timespec="seconds"),
            "officer": "petugas-07",
            "area": KAYU_AGUNG_DESA,
            "form_version": "2026.1",
            "consent": "given",
            "deleted": False,
            "data": data,
            **envelope,
        }

    def edited(self, record: dict[str, Any], base_rev: int = 0, **changes: Any) -> dict[str, Any]:
        """The same record, edited again on this tablet."""
        self.seq += 1
        envelope = {name: changes.pop(name) for name in list(changes) if name in record and name != "data"}
        at = self.office.clock() + self.skew
        data = {**record["data"], **changes}
        data = {name: value for name, value in data.items() if value is not ...}
        stamped = {"device_seq": self.seq, "base_rev": base_rev, "recorded_at": at.isoformat(timespec="seconds")}
        return {**record, **stamped, **envelope, "data": data}

    def envelope(self, records: list[Any], **changes: Any) -> dict[str, Any]:
        at = self.office.clock() + self.skew
        return {
            "batch_id": new_id(),
            "device_time": at.isoformat(timespec="seconds"),
            "app_version": "1.4.0",
            "records": records,
            **changes,
        }

    def send(self, body: bytes, **headers: str):
        given = {"Content-Type": "application/json", **self.headers, **headers}
        return self.client.post("/api/v1/sync/push", data=body, headers=given)

    def push(self, *records: Any, **changes: Any) -> list[dict[str, Any]]:
        answer = self.send(
            gzip.compress(orjson.dumps(self.envelope(list(records), **changes))), **{"Content-Encoding": "gzip"}
        )
        assert answer.status_code == 200, answer.data
        assert len(answer.json["results"]) == len(records)
        return answer.json["results"]

    def page(self, cursor: str | None = None, limit: int = 1000) -> dict[str, Any]:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = self.client.get("/api/v1/sync/pull", query_string=query, headers=self.headers)
        assert answer.status_code == 200, answer.data
        return answer.json

    def pull(self, cursor: str | None = None, limit: int = 1000) -> tuple[list[dict[str, Any]], str]:
        """All changes since a cursor, and the new one."""
        changes = []
        while True:
            page = self.page(cursor, limit)
            changes += page["changes"]
            cursor = page["cursor"]
            if not page["has_more"]:
                return changes, cursor

    def digest(self) -> dict[str, dict[str, Any]]:
        answer = self.client.get("/api/v1/sync/digest", headers=self.headers)
        assert answer.status_code == 200, answer.data
        return {one["entity"]: one for one in answer.json["entities"]}


@dataclass
class Clerk:
    """An office user's side: a browser or program that logged in."""

    office: Office
    client: FlaskClient
    username: str
    password: str
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def log_in(self, **changes: Any):
        given = {"username": self.username, "password": self.password, **changes}
        answer = self.client.post("/api/v1/auth/login", json=given)
        if answer.status_code == 200:
            self.token = answer.json["access_token"]
        return answer

    def get(self, path: str, **query: Any):
        return self.client.get(path, query_string=query, headers=self.headers)
