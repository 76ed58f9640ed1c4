"""Every error leaves as one problem (RFC 9457), in the reader's language, with a code that does not change."""

import pytest
from werkzeug import exceptions

from fieldsync.web.problems import _BY_STATUS, _TITLES, TYPES

CASES = {
    "no such path": ("GET", "/none", {}, b"", 404, "not-found"),
    "no such file": ("GET", "/assets-none.css", {}, b"", 404, "not-found"),
    "a way out of the files": ("GET", "/none/../application.py", {}, b"", 404, "not-found"),
    "a slash too much": ("GET", "/healthz/", {}, b"", 404, "not-found"),
    "an escaped newline": ("GET", "/api%0d%0aX: y", {}, b"", 404, "not-found"),
    "no such method": ("PUT", "/api/v1/sync/push", {}, b"", 405, "method-not-allowed"),
    "a get of what is posted": ("GET", "/api/v1/devices/enroll", {}, b"", 405, "method-not-allowed"),
    "an unheard-of method": ("BREW", "/healthz", {}, b"", 405, "method-not-allowed"),
    "no credential": ("GET", "/api/v1/sync/config", {}, b"", 401, "unauthorized"),
    "no credential of the office": ("GET", "/api/v1/devices", {}, b"", 401, "unauthorized"),
    "another site": ("POST", "/api/v1/auth/login", {"Origin": "http://evil.example"}, b"{}", 403, "cross-site"),
    "no media type": ("POST", "/api/v1/devices/enroll", {}, b"{}", 415, "unsupported-media"),
    "another media type": (
        "POST",
        "/api/v1/devices/enroll",
        {"Content-Type": "text/csv"},
        b"{}",
        415,
        "unsupported-media",
    ),
    "no json": ("POST", "/api/v1/devices/enroll", {"Content-Type": "application/json"}, b"{", 400, "malformed"),
    "nothing in it": ("POST", "/api/v1/devices/enroll", {"Content-Type": "application/json"}, b"{}", 422, "invalid"),
    "a list": ("POST", "/api/v1/devices/enroll", {"Content-Type": "application/json"}, b"[]", 422, "invalid"),
    "far too much": (
        "POST",
        "/api/v1/devices/enroll",
        {"Content-Type": "application/json"},
        b" " * 17_000,
        413,
        "too-large",
    ),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("method", "path", "headers", "body", "status", "kind"), CASES.values(), ids=CASES)
def test_errors_are_problems_in_both_languages(client, method, path, headers, body, status, kind, language):
    answer = client.open(path, method=method, headers={**headers, "Accept-Language": language}, data=body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Content-Language"] == language
    problem = answer.json
    assert problem["type"] == TYPES + kind
    assert problem["status"] == status
    assert problem["title"] == _TITLES[kind][language == "en"]
    assert problem["detail"]


def test_a_refused_method_says_which_are_taken(client):
    answer = client.put("/api/v1/sync/push")
    assert {one.strip() for one in answer.headers["Allow"].split(",")} == {"POST", "OPTIONS"}


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 418, 422, 429, 431, 500, 501, 503]
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_whatever_the_framework_raises_becomes_a_problem(office, status, language):
    with office.app.test_request_context("/healthz", headers={"Accept-Language": language}):
        answer = office.app.make_response(office.app.handle_user_exception(exceptions.default_exceptions[status]()))
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["type"].startswith(TYPES)
    assert problem["title"] in {pair[language == "en"] for pair in _TITLES.values()}
    if status >= 500:
        assert problem["type"].rpartition("/")[2] in ("failure", "unavailable")


def test_the_framework_s_english_is_not_passed_on(office):
    with office.app.test_request_context("/healthz"):
        answer = office.app.make_response(office.app.handle_user_exception(exceptions.NotFound("Siti is not here")))
    assert b"Siti" not in answer.data


def test_an_unforeseen_error_is_a_problem_that_says_nothing_of_it(office, tablet, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("Siti Aminah 1602055205980001")

    monkeypatch.setattr("fieldsync.web.gate.authenticate", fail)
    answer = tablet.client.get("/api/v1/sync/config", headers={**tablet.headers, "Accept-Language": "en"})
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.json["type"] == TYPES + "failure"
    assert b"Siti" not in answer.data
    assert b"RuntimeError" not in answer.data


def test_a_busy_or_vanished_database_asks_to_come_again(office, tablet, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fail(*_arguments):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("fieldsync.web.gate.authenticate", fail)
    answer = tablet.client.get("/api/v1/sync/config", headers=tablet.headers)
    assert answer.status_code in (500, 503)
    assert answer.content_type == "application/problem+json"
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) > 0


def test_every_title_is_in_both_languages_and_no_two_are_alike():
    titles = [title for pair in _TITLES.values() for title in pair]
    assert len(set(titles)) == len(titles)
    assert all(titles)
    assert set(_BY_STATUS.values()) <= _TITLES.keys()


def test_a_head_of_a_problem_has_no_body(client):
    answer = client.head("/none")
    assert (answer.status_code, answer.data) == (404, b"")
