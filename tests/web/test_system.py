"""What operators and machines see of the server: alive, ready, measured, described, and safe to open in a browser."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from fieldsync import notices
from fieldsync.db import newest, open_store
from fieldsync.identity.matching.keys import HOT
from fieldsync.programs import TYPES
from fieldsync.web import gate
from fieldsync.web.application import create_application
from fieldsync.web.house import House
from tests.conftest import settings_for
from tests.field import stranger, visit, woman
from tests.office import new_id

PLACEHOLDER = re.compile(r"\{\w+\}")
PATHS = {
    "/api/v1/auth/login": {"post"},
    "/api/v1/auth/logout": {"post"},
    "/api/v1/auth/me": {"get"},
    "/api/v1/devices": {"get"},
    "/api/v1/devices/enroll": {"post"},
    "/api/v1/identity/reviews": {"get"},
    "/api/v1/identity/reviews/{review_id}": {"get", "post"},
    "/api/v1/persons": {"get"},
    "/api/v1/persons/{person_id}": {"get"},
    "/api/v1/persons/{person_id}/history": {"get"},
    "/api/v1/persons/{person_id}/split": {"post"},
    "/api/v1/sync/push": {"post"},
    "/api/v1/sync/pull": {"get"},
    "/api/v1/sync/digest": {"get"},
    "/api/v1/sync/config": {"get"},
    "/api/v1/openapi.json": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture
def unready(tmp_path):
    """A client of a server whose database was never upgraded."""
    settings = settings_for(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", tmp_path)
    store = open_store(settings)
    yield create_application(House(settings, store)).test_client()
    store.close()


def test_alive(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})


def test_alive_though_the_database_is_gone(tmp_path):
    settings = settings_for("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)
    store = open_store(settings)
    client = create_application(House(settings, store)).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json["checks"]["database"] == "unreachable (OperationalError)"
    assert "127.0.0.1" not in answer.text
    store.close()


def test_ready_on_both_databases(store, settings):
    answer = create_application(House(settings, store)).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["ready"] is True
    assert set(answer.json["checks"].values()) == {"ok"}
    assert {"database", "migrations"} <= answer.json["checks"].keys()


def test_not_ready_is_a_problem_that_says_what_to_do(unready):
    answer = unready.get("/readyz")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json["status"] == 503
    assert answer.json["type"].endswith("/unavailable")
    assert answer.json["ready"] is False
    assert answer.json["checks"] == {
        "database": "ok",
        "migrations": f"at none, needs {newest()}: fieldsync db upgrade",
    }
    assert int(answer.headers["Retry-After"]) > 0


def counts(client) -> dict[str, float]:
    text = client.get("/metrics").text
    return {
        outcome: float(number)
        for outcome, number in re.findall(r'^fieldsync_push_records_total\{outcome="(\w+)"\} (\S+)', text, re.MULTILINE)
    }


def test_every_outcome_is_counted_under_the_contract_s_word(client, tablet):
    before = counts(client)
    she = woman(tablet)
    held = visit(tablet, new_id())
    bad = {**woman(tablet), "area": "nowhere"}
    tablet.push(she, she, held, bad)
    after = counts(client)
    grown = {word: after[word] - before.get(word, 0) for word in after if after[word] != before.get(word, 0)}
    assert grown == {"applied": 1, "duplicate": 1, "held": 1, "rejected": 1}
    assert set(after) <= {"applied", "duplicate", "merged", "conflict", "held", "rejected"}


def dropped_keys(client) -> float:
    [number] = re.findall(r"^fieldsync_identity_dropped_keys_total (\S+)", client.get("/metrics").text, re.MULTILINE)
    return float(number)


def test_keys_that_too_many_people_share_are_counted(client, tablet):
    def of_one_telephone(number: int):
        she = stranger(tablet, number)
        she["data"]["phone"] = "081277665544"
        return she

    before = dropped_keys(client)
    tablet.push(*map(of_one_telephone, range(HOT)))
    few = dropped_keys(client)
    tablet.push(of_one_telephone(HOT), of_one_telephone(HOT + 1), of_one_telephone(HOT + 2))
    assert few == before
    assert dropped_keys(client) == few + 2  # the first of the three is the one too many


def test_metrics_are_prometheus_text_and_show_nothing_personal(client, tablet):
    she = woman(tablet, "Rukmini Zulaikha", nik="1602055205980001")
    tablet.push(she)
    tablet.pull()
    client.get("/api/v1/persons/1602055205980001?q=Rukmini")
    client.get("/Rukmini")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    for name in (
        "fieldsync_push_records",
        "fieldsync_identity_dropped_keys",
        "fieldsync_pull_changes",
        "fieldsync_http_requests",
        "fieldsync_http_seconds",
    ):
        assert f"# TYPE {name}" in answer.text
    shown = answer.text.lower()
    personal = ("rukmini", "zulaikha", "1602055205980001", she["id"], tablet.device_id, tablet.token, "petugas-07")
    assert [value for value in personal if value.lower() in shown] == []
    assert 'route="/api/v1/sync/push",status="200"' in answer.text
    assert 'route="none",status="404"' in answer.text


def test_metrics_of_the_workers_are_told_when_the_database_is_away(client, monkeypatch):
    def away(_connection):
        raise OperationalError("SELECT", {}, OSError())

    monkeypatch.setattr(notices, "count_notices", away)
    answer = client.get("/metrics")
    assert (answer.status_code, "fieldsync_http_requests" in answer.text) == (200, True)
    assert "fieldsync_notice" not in answer.text


def test_the_bare_address_leads_to_the_pages(client):
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/today")


def answers(client, tablet):
    yield client.get("/healthz")
    yield client.get("/metrics")
    yield client.get("/none.css")
    yield client.get("/none")
    yield client.delete("/api/v1/sync/push")
    yield client.get("/api/v1/sync/pull")
    yield client.get("/api/v1/sync/pull", headers=tablet.headers)
    yield client.get("/api/v1/sync/pull?limit=0", headers=tablet.headers)
    yield tablet.send(b"{")
    yield tablet.send(b"{}", **{"Content-Type": "text/plain"})
    yield client.post("/api/v1/devices/enroll", json={"enrollment_code": "AAAA-AAAA-AAAA", "name": "x"})
    yield client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    yield client.options("/api/v1/sync/push")


def test_every_answer_carries_the_security_headers(client, tablet):
    seen = []
    for answer in answers(client, tablet):
        seen.append(answer.status_code)
        for name, value in SAFE.items():
            assert answer.headers[name] == value, answer.request.path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "Set-Cookie" not in answer.headers
        if "json" in (answer.content_type or ""):
            assert answer.headers["Cache-Control"] == "no-store"
    assert {200, 400, 401, 404, 405, 415, 422} <= set(seen)


def test_the_description_is_openapi_3_1_and_has_every_path(client, office):
    answer = client.get("/api/v1/openapi.json")
    assert answer.content_type == "application/json"
    document = answer.json
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "FieldSync"
    for path, methods in PATHS.items():
        assert methods <= document["paths"][path].keys(), path
    known = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in office.app.url_map.iter_rules()}
    assert document["paths"].keys() <= known
    pages = known - document["paths"].keys()
    assert {"/login", "/today", "/cases"} <= pages
    assert not [one for one in pages if one.startswith("/api/")]


def test_every_reference_in_the_description_leads_somewhere(client):
    document = client.get("/api/v1/openapi.json").json
    found = []

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                found.append(node["$ref"])
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(document)
    assert len(found) > 10
    for reference in found:
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_the_description_names_every_record_type_problems_and_credentials(client, office):
    document = client.get("/api/v1/openapi.json").json
    assert {f"record_{name}" for name in TYPES} <= document["components"]["schemas"].keys()
    assert document["components"]["securitySchemes"]["tablet"] == {"type": "http", "scheme": "bearer"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, path
            assert operation["summary"], path
            endpoint, _ = office.app.url_map.bind("").match(PLACEHOLDER.sub(new_id(), path), method.upper())
            needed = gate.declared(office.app, endpoint)
            security = {"public": [], "device": None}.get(needed, [{"office": []}, {"office_cookie": []}])
            assert operation.get("security") == security, (method, path)
            assert operation.get("x-permission") == (needed if needed in gate.OFFICE else None)
    assert document["security"] == [{"tablet": []}]


def test_answers_are_packed_as_asked_for(client):
    import gzip

    import zstandard

    plain = client.get("/api/v1/openapi.json").data
    zipped = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    packed = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "zstd, gzip;q=0.5"})
    refused = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip;q=0, br"})
    assert (zipped.headers["Content-Encoding"], gzip.decompress(zipped.data)) == ("gzip", plain)
    assert packed.headers["Content-Encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().decompress(packed.data) == plain
    assert "Content-Encoding" not in refused.headers
    assert refused.data == plain
    assert {one.headers["Vary"] for one in (zipped, packed, refused)} == {"Accept-Encoding"}
    assert len(zipped.data) < len(plain) / 5
