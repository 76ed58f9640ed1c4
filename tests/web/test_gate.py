"""Nobody comes in by a route that declares no permission, nor with a credential that is not one."""

import re

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from fieldsync import access
from fieldsync.web import gate
from fieldsync.web.application import create_application
from fieldsync.web.house import House
from tests.office import new_id

CLOSED = "/api/v1/sync/config"


def test_every_route_declares_a_permission(office):
    endpoints = {rule.endpoint for rule in office.app.url_map.iter_rules()}
    assert len(endpoints) > 8
    assert {
        one: gate.declared(office.app, one)
        for one in endpoints
        if gate.declared(office.app, one) not in gate.PERMISSIONS
    } == {}


def test_only_what_nobody_can_be_known_for_is_public(office):
    public = {r.rule for r in office.app.url_map.iter_rules() if gate.declared(office.app, r.endpoint) == "public"}
    assert public == {
        *("/", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/assets/<path:name>"),
        *("/api/v1/devices/enroll", "/api/v1/auth/login", "/login", "/language/<chosen>"),
        *("/login/issuer", "/login/issuer/back", "/logout/issuer"),
    }


def test_a_route_without_a_permission_answers_nobody(house_settings, office, tablet):
    app = create_application(House(house_settings, office.store))
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    answer = app.test_client().get("/forgotten", headers=tablet.headers)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert b"secret" not in answer.data


def test_a_permission_that_does_not_exist_can_not_be_declared():
    for name in ("everybody", "", "persons", "admin"):
        with pytest.raises(ValueError, match=f"^{name}$"):
            gate.permission(name)


def test_whom_a_route_is_for_is_in_its_path(office):
    """Tablets sync, the office does all else: so a new route of the one can't be opened to the other unseen."""
    for rule in office.app.url_map.iter_rules():
        declared = gate.declared(office.app, rule.endpoint)
        assert (declared == "device") is rule.rule.startswith("/api/v1/sync/"), rule.rule
        assert declared in {"public", "device"} | gate.OFFICE


def asked(tablet, *credentials: str):
    headers = [("Authorization", one) for one in credentials]
    return tablet.client.get(CLOSED, headers=headers)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_taken_in_any_case(tablet, scheme):
    assert asked(tablet, f"{scheme} {tablet.token}").status_code == 200


@pytest.mark.parametrize(
    "credential",
    [
        *(
            "",
            " ",
            "Bearer",
            "Bearer ",
            "Bearer  ",
            "Basic dXNlcjpwYXNz",
            "Token x",
            "Bearer x",
            "Bearer null",
            "{token}",
        ),
        *(
            "Bearer {upper}",
            "Bearer {token}x",
            "Bearer {cut}",
            "Bearer\t{token}",
            "Basic {token}",
            "Bearer {token} {token}",
        ),
        *("Bearer ' OR 1=1 --", "Bearer %", "Bearer {token}\u00e9", "Bearer {hash}", "Bearer {id}"),
    ],
)
def test_what_is_no_credential_is_401(tablet, credential):
    import hashlib

    given = credential.format(
        token=tablet.token,
        upper=tablet.token.upper(),
        cut=tablet.token[:-1],
        hash=hashlib.sha256(tablet.token.encode()).hexdigest(),
        id=tablet.device_id,
    )
    answer = asked(tablet, given)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["type"].endswith("/unauthorized")
    assert "wipe" not in answer.json


def test_no_header_at_all_is_401(tablet):
    assert asked(tablet).status_code == 401


@pytest.mark.parametrize("size", [201, 10_000])
def test_an_oversized_token_is_401_and_not_looked_up(tablet, size, monkeypatch):
    monkeypatch.setattr(gate, "authenticate", lambda *_a: pytest.fail("looked up"))
    assert asked(tablet, "Bearer " + "a" * size).status_code == 401


def test_two_headers_are_400_whatever_they_hold(tablet):
    for pair in ([tablet.token] * 2, [tablet.token, "x"], ["x", tablet.token]):
        answer = asked(tablet, *(f"Bearer {one}" for one in pair))
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_a_token_in_the_query_is_none(tablet):
    assert tablet.client.get(f"{CLOSED}?access_token={tablet.token}").status_code == 401


def test_a_request_without_host_is_400(office, tablet):
    environ = EnvironBuilder(path="/healthz").get_environ()
    del environ["HTTP_HOST"]
    _, status, headers = run_wsgi_app(office.app, environ)
    assert status.startswith("400")
    assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("wipe", [False, True])
def test_a_revoked_tablet_is_out_from_its_next_request_on(office, tablet, wipe):
    other = office.tablet()
    assert asked(tablet, f"Bearer {tablet.token}").status_code == 200
    office.store.transact(lambda connection: access.revoke(connection, tablet.device_id, office.clock(), wipe=wipe))
    answer = asked(tablet, f"Bearer {tablet.token}")
    assert answer.status_code == 401
    assert answer.json["type"].endswith("/device-revoked")
    assert answer.json.get("wipe", False) is wipe
    assert asked(other, f"Bearer {other.token}").status_code == 200


def test_every_closed_route_asks_before_it_does_anything(office):
    client = office.app.test_client()
    closed = [r for r in office.app.url_map.iter_rules() if gate.declared(office.app, r.endpoint) != "public"]
    assert len(closed) >= 7
    for rule in closed:
        path = re.sub("<int:[a-z_]+>", "1", re.sub("<uuid:[a-z_]+>", new_id(), rule.rule))
        for method in rule.methods - {"OPTIONS"}:
            answer = client.open(path, method=method, data=b"\xff" * 100)
            if rule.rule.startswith("/api/"):
                assert answer.status_code == 401
            else:  # a page leads to the log-in
                assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")


def test_even_the_methods_of_a_closed_route_are_told_to_tablets_only(office, tablet):
    assert office.app.test_client().options("/api/v1/sync/push").status_code == 401
    answer = tablet.client.options("/api/v1/sync/push", headers=tablet.headers)
    assert (answer.status_code, answer.data) == (200, b"")
    assert {one.strip() for one in answer.headers["Allow"].split(",")} == {"OPTIONS", "POST"}
