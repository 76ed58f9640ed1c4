"""Logs are JSON lines that say what happened and never to whom."""

import io
import json
import logging
import sys

import pytest
import structlog

from fieldsync import access
from fieldsync.db import open_store
from fieldsync.web import log
from tests.field import woman
from tests.office import Office

NIK, NAME, PHONE = "1602055205980001", "Rukmini Zulaikha", "081277665544"
PERSONAL = (NIK, "Rukmini", "Zulaikha", PHONE)


@pytest.fixture
def written(monkeypatch):
    """What the logs of this process hold."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    log.configure("INFO")
    yield out
    root.handlers, root.level = handlers, level
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def office(written, house_settings):
    store = open_store(house_settings)
    yield Office(house_settings, store, alone=False)
    store.close()


def lines(out: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_request_is_one_json_line(written, office, tablet):
    tablet.push(woman(tablet))
    tablet.client.get("/none")
    enrolled, pushed, missed = lines(written)
    assert (enrolled["route"], enrolled["status"], enrolled["device"]) == ("/api/v1/devices/enroll", 201, None)
    assert pushed == {
        "event": "request",
        "level": "info",
        "method": "POST",
        "route": "/api/v1/sync/push",
        "status": 200,
        "device": tablet.device_id,
        "records": {"applied": 1},
        "ms": pushed["ms"],
        "timestamp": pushed["timestamp"],
    }
    assert (missed["route"], missed["status"]) == ("none", 404)
    assert pushed["timestamp"].endswith("Z")


def test_no_name_and_no_number_of_a_request_is_logged(written, office, tablet):
    client = tablet.client
    she = woman(tablet, NAME, nik=NIK)
    she["data"]["phone"] = PHONE
    bad = {**she, "id": NAME, "area": NIK, "officer": PHONE}
    tablet.push(she, bad)
    tablet.send(f'{{"records": "{NAME}", "nik": {NIK}'.encode())
    tablet.send(f'{{"records": "{NAME}"}}'.encode(), **{"User-Agent": NAME, "Referer": f"http://x/{NIK}"})
    tablet.send(NAME.encode(), **{"Content-Type": NIK, "Content-Encoding": NAME})
    client.get(f"/api/v1/sync/pull?cursor={NIK}&limit={PHONE}&q={NAME}", headers=tablet.headers)
    client.get(f"/api/v1/persons/{NIK}?q={NAME}")
    client.get(f"/{NAME}", headers={"Authorization": f"Bearer {NIK}", "Host": NAME.replace(" ", "")})
    client.get("/api/v1/sync/config", headers={"Authorization": f"Bearer {NIK}"})
    client.open(f"/{NIK}", method="BREW")
    client.post("/api/v1/devices/enroll", json={"enrollment_code": NIK, "name": NAME})
    tablet.pull()
    text = written.getvalue().lower()
    assert len(lines(written)) == 12
    assert [value for value in PERSONAL if value.lower() in text] == []
    assert tablet.token not in text
    assert she["id"] not in text


def test_no_password_no_token_and_no_user_s_name_is_logged(written, office):
    clerk = office.clerk()
    client, name = clerk.client, clerk.username
    assert clerk.log_in(password=PHONE * 2).status_code == 401
    assert clerk.log_in(username=NAME, password=NIK).status_code == 401
    client.post(
        "/api/v1/auth/login", data=f'{{"password": "{clerk.password}"'.encode(), content_type="application/json"
    )
    client.post("/api/v1/auth/login", json={"username": NAME, "password": clerk.password, NIK: PHONE})
    clerk.get("/api/v1/devices", area=NIK, stale=PHONE)
    client.get("/api/v1/auth/me")
    client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {clerk.token}x"})
    client.post("/api/v1/auth/logout", headers=clerk.headers)
    text = written.getvalue()
    found = lines(written)
    assert [one["status"] for one in found] == [200, 401, 401, 400, 422, 422, 200, 401, 204]
    assert [one for one in (*PERSONAL, name, clerk.password, clerk.token[:20]) if one.lower() in text.lower()] == []
    with office.store.reading() as connection:
        [account] = access.list_users(connection)
    assert [one.get("user") for one in found] == [None] * 5 + [account.id, account.id, None, account.id]


def fail(*_arguments):
    raise RuntimeError(f"{NAME} {NIK}\n{PHONE}")


def test_an_exception_is_logged_by_kind_and_place_only(written, office, tablet, monkeypatch):
    monkeypatch.setattr("fieldsync.web.gate.authenticate", fail)
    answer = tablet.client.get(f"/api/v1/sync/pull?cursor={NIK}", headers=tablet.headers)
    assert answer.status_code == 500
    found = [one for one in lines(written) if "exception" in one]
    assert len(found) == 1
    assert found[0]["exception"] == "RuntimeError"
    assert any(place.endswith(" fail") for place in found[0]["where"])
    assert [value for value in PERSONAL if value in written.getvalue()] == []


def test_what_the_database_says_of_a_row_is_not_logged(written, office, tablet, monkeypatch):
    from sqlalchemy import text

    def insert(connection, *_arguments):
        connection.execute(
            text("INSERT INTO van (id, name, created_at) VALUES (:id, :name, NULL)"), {"id": NIK, "name": NAME}
        )

    monkeypatch.setattr("fieldsync.web.gate.authenticate", insert)
    answer = tablet.client.get("/api/v1/sync/config", headers=tablet.headers)
    assert answer.status_code == 500
    assert "IntegrityError" in written.getvalue()
    assert [value for value in PERSONAL if value in written.getvalue()] == []


def test_a_chain_of_exceptions_shows_no_message_either(written):
    try:
        try:
            fail()
        except RuntimeError as error:
            raise ValueError(NAME) from error
    except ValueError:
        logging.getLogger("library").exception("it failed")
        structlog.get_logger("ours").error("it failed too", exc_info=True)
    first, second = lines(written)
    assert (first["event"], first["exception"]) == ("it failed", "ValueError")
    assert (second["event"], second["exception"]) == ("it failed too", "ValueError")
    assert [value for value in PERSONAL if value in written.getvalue()] == []


def test_no_line_can_be_forged(written, office, tablet):
    forged = 'x\r\n{"event": "request", "status": 200}\u2028\x85'
    logging.getLogger("library").warning("it said %s", forged)
    structlog.get_logger("ours").info("told", said=forged)
    tablet.client.get("/%0d%0a%7B%22event%22:%22forged%22%7D", headers={"User-Agent": "x"})
    raw = written.getvalue()
    assert raw.count("\n") == len(raw.splitlines())
    assert "\r" not in raw
    found = lines(written)
    assert [one["event"] for one in found] == ["request", f"it said {forged}", "told", "request"]


def test_the_level_is_as_asked_for(written, monkeypatch):
    monkeypatch.setattr(sys, "stderr", written)
    log.configure("WARNING")
    logging.getLogger("library").info("no")
    structlog.get_logger("ours").info("no")
    logging.getLogger("library").warning("yes")
    structlog.get_logger("ours").warning("yes")
    assert [one["event"] for one in lines(written)] == ["yes", "yes"]
