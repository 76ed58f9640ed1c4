"""The office logs in: a coordinator in a browser, a program with a token, a thief with neither."""

import pytest

from fieldsync import access
from fieldsync.web import gate
from tests.conftest import settings_for
from tests.office import PASSWORD, Office

ME, LOGIN, LOGOUT = "/api/v1/auth/me", "/api/v1/auth/login", "/api/v1/auth/logout"
SITE = "http://localhost"


def kind(answer) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.json["type"].rpartition("/")[2]


@pytest.fixture
def clerk(office):
    return office.clerk("coordinator", areas=("16.02.05",), programs=("maternal", "child"))


def test_a_program_logs_in_asks_and_logs_out(office, clerk):
    answer = clerk.log_in()
    assert answer.json == {"access_token": clerk.token, "token_type": "Bearer", "expires_in": 12 * 3600}
    assert answer.headers["Cache-Control"] == "no-store"
    found = office.app.test_client().get(ME, headers=clerk.headers).json
    assert found.pop("id")
    assert found == {
        "username": clerk.username,
        "role": "coordinator",
        "permissions": [
            "cases.act",
            "cases.read",
            "devices.read",
            "persons.read",
            "restricted.read",
            "rules.propose",
            "rules.read",
        ],
        "areas": ["16.02.05"],
        "programs": ["child", "maternal"],
    }
    ended = office.app.test_client().post(LOGOUT, headers=clerk.headers)
    assert (ended.status_code, ended.data) == (204, b"")
    assert kind(clerk.get(ME)) == (401, "unauthorized")
    assert kind(office.app.test_client().post(LOGOUT, headers=clerk.headers)) == (401, "unauthorized")


def test_a_page_comes_in_by_its_cookie(office, clerk):
    set_cookie = clerk.log_in().headers["Set-Cookie"]
    assert set_cookie.startswith(f"fieldsync={clerk.token}; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= {one.strip() for one in set_cookie.split(";")}
    assert "Secure" not in set_cookie
    assert "Domain" not in set_cookie
    assert clerk.client.get(ME).json["username"] == clerk.username
    out = clerk.client.post(LOGOUT, headers={"Origin": SITE})
    assert out.status_code == 204
    assert out.headers["Set-Cookie"].startswith("fieldsync=; ")
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert clerk.client.get_cookie("fieldsync") is None
    assert kind(clerk.client.get(ME)) == (401, "unauthorized")


def test_over_https_the_cookie_is_bound_to_the_site(clerk):
    secure = {"base_url": "https://localhost"}
    given = {"username": clerk.username, "password": PASSWORD}
    cookie = clerk.client.post(LOGIN, json=given, **secure).headers["Set-Cookie"]
    assert cookie.startswith("__Host-fieldsync=fo1_")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {one.strip() for one in cookie.split(";")}
    assert "Domain" not in cookie
    assert clerk.client.get(ME, **secure).status_code == 200
    plain = {"Cookie": f"fieldsync={clerk.token}"}
    bare = clerk.office.app.test_client(use_cookies=False)
    assert bare.get(ME, headers=plain).status_code == 200
    assert bare.get(ME, headers=plain, **secure).status_code == 401


CROSSING = {
    "no word of the site": ({}, 403),
    "another site": ({"Origin": "https://evil.example"}, 403),
    "a sister site": ({"Origin": "http://evil.localhost"}, 403),
    "another port": ({"Origin": "http://localhost:81"}, 403),
    "another scheme": ({"Origin": "https://localhost"}, 403),
    "a site that begins alike": ({"Origin": "http://localhost.evil.example"}, 403),
    "a hidden origin": ({"Origin": "null"}, 403),
    "told by the browser": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "told by the browser, same-site": ({"Sec-Fetch-Site": "same-site"}, 403),
    "told by the browser, whatever the origin": ({"Sec-Fetch-Site": "cross-site", "Origin": SITE}, 403),
    "typed in": ({"Sec-Fetch-Site": "none"}, 403),
    "our page": ({"Origin": SITE}, 204),
    "our page, told by the browser": ({"Sec-Fetch-Site": "same-origin"}, 204),
}


@pytest.mark.parametrize(("headers", "status"), CROSSING.values(), ids=CROSSING)
def test_another_site_can_not_use_the_cookie_of_a_browser(clerk, headers, status):
    answer = clerk.client.post(LOGOUT, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert kind(answer) == (403, "cross-site")
        assert clerk.client.get(ME).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_can_not_log_a_browser_in(clerk, headers):
    given = {"username": clerk.username, "password": PASSWORD}
    answer = clerk.client.post(LOGIN, json=given, headers=headers)
    assert kind(answer) == (403, "cross-site")
    assert "Set-Cookie" not in answer.headers


def test_with_a_token_the_site_does_not_matter(clerk):
    answer = clerk.client.post(LOGOUT, headers={**clerk.headers, "Origin": "https://evil.example"})
    assert answer.status_code == 204


def test_a_header_counts_and_not_the_cookie_beside_it(clerk):
    for given in ("", "Bearer", "Bearer x", "Basic dXNlcjpwYXNz"):
        assert kind(clerk.client.get(ME, headers={"Authorization": given})) == (401, "unauthorized")


def test_wrong_name_and_wrong_password_get_the_same_answer(office, clerk):
    wrong = clerk.log_in(password="sungai musi 16")
    unknown = clerk.log_in(username="nobody")
    office.store.transact(lambda c: access.disable_user(c, clerk.username, office.clock()))
    disabled = clerk.log_in()
    assert {kind(one) for one in (wrong, unknown, disabled)} == {(401, "wrong-password")}
    assert wrong.data == unknown.data == disabled.data
    assert "Set-Cookie" not in wrong.headers
    assert wrong.json["title"] == "Nama pengguna atau kata sandi salah"


def test_five_wrong_passwords_a_minute_and_no_more(office, clerk):
    assert [clerk.log_in(password="x" * 10).status_code for _ in range(5)] == [401] * 5
    refused = clerk.log_in()
    assert kind(refused) == (429, "too-many-requests")
    assert refused.headers["Retry-After"] == "60"
    office.clock.forward(seconds=60)
    assert clerk.log_in().status_code == 200


def test_the_limit_holds_on_every_server_and_a_forged_address_does_not_pass_it(office, clerk):
    servers = [Office(office.settings, office.store).app.test_client() for _ in range(5)]
    for number, client in enumerate(servers):
        given = {"username": f"nobody {number}", "password": "x" * 10}
        forged = {"X-Forwarded-For": f"192.0.2.{number}"}
        assert client.post(LOGIN, json=given, headers=forged).status_code == 401
    assert clerk.log_in().status_code == 429


def test_a_session_lasts_as_long_as_the_setting_says(office, store, settings):
    import dataclasses

    short = Office(dataclasses.replace(settings, session_hours=2), store)
    clerk = short.clerk()
    assert clerk.log_in().json["expires_in"] == 7200
    short.clock.forward(hours=2, seconds=-1)
    assert clerk.get(ME).status_code == 200
    short.clock.forward(seconds=1)
    assert kind(clerk.get(ME)) == (401, "unauthorized")
    assert kind(clerk.client.get(ME)) == (401, "unauthorized")


def test_a_disabled_user_is_out_with_the_next_request(office, clerk):
    office.store.transact(lambda c: access.disable_user(c, clerk.username, office.clock()))
    assert kind(clerk.get(ME)) == (401, "unauthorized")


def test_a_tablet_finds_nothing_where_the_office_works(office, tablet):
    for path in (ME, "/api/v1/devices"):
        assert kind(tablet.client.get(path, headers=tablet.headers)) == (404, "not-found")
    assert kind(tablet.client.post(LOGOUT, headers=tablet.headers)) == (404, "not-found")
    cookie = {"Cookie": f"fieldsync={tablet.token}"}
    assert kind(office.app.test_client(use_cookies=False).get(ME, headers=cookie)) == (404, "not-found")
    office.store.transact(lambda c: access.revoke(c, tablet.device_id, office.clock(), wipe=True))
    gone = tablet.client.get(ME, headers=tablet.headers)
    assert kind(gone) == (401, "device-revoked")
    assert gone.json["wipe"] is True


def test_the_office_is_nobody_where_tablets_sync(clerk):
    for path in ("config", "pull", "digest"):
        assert kind(clerk.get(f"/api/v1/sync/{path}")) == (401, "unauthorized")
        assert kind(clerk.client.get(f"/api/v1/sync/{path}")) == (401, "unauthorized")


@pytest.mark.parametrize("path", [ME, "/api/v1/devices"])
def test_what_is_no_credential_is_refused(office, clerk, path):
    client = office.app.test_client()
    assert kind(client.get(path)) == (401, "unauthorized")
    for given in ("", "Bearer ", "Bearer x", "Bearer " + "a" * 10_000, f"Bearer {clerk.token}x", clerk.token):
        answer = client.get(path, headers={"Authorization": given})
        assert kind(answer) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    twice = [("Authorization", f"Bearer {clerk.token}")] * 2
    assert kind(client.get(path, headers=twice)) == (400, "malformed")
    bare = office.app.test_client(use_cookies=False)
    assert bare.get(path, headers={"Cookie": f"fieldsync={clerk.token}"}).status_code == 200
    for given in ("", "x", "a" * 10_000, clerk.token[:-1], f'"{clerk.token[:-1]}"', clerk.token + "é", "%00"):
        assert kind(bare.get(path, headers={"Cookie": f"fieldsync={given}"})) == (401, "unauthorized")
    assert kind(client.get(f"{path}?access_token={clerk.token}")) == (401, "unauthorized")


@pytest.mark.parametrize("role", access.ROLES)
def test_every_role_reaches_what_the_table_says_and_nothing_else(office, role):
    clerk = office.clerk(role)
    app = Office(office.settings, office.store).app
    for word in sorted(gate.OFFICE - {"office"}):
        view = gate.permission(word)(lambda word=word: f"you may {word}")
        app.add_url_rule(f"/try/{word}", view_func=view, endpoint=f"try {word}")
    client = app.test_client()
    for word in sorted(gate.OFFICE - {"office"}):
        answer = client.get(f"/try/{word}", headers=clerk.headers)
        if word in access.PERMISSIONS[role]:
            assert (answer.status_code, answer.text) == (200, f"you may {word}")
        else:
            assert kind(answer) == (403, "forbidden")


BODIES = {
    "nothing": ({}, {"/username": "required", "/password": "required"}),
    "no password": ({"username": "a"}, {"/password": "required"}),
    "a number": ({"username": "a", "password": 5}, {"/password": "bad_format"}),
    "null": ({"username": None, "password": "b"}, {"/username": "bad_format"}),
    "empty": ({"username": "", "password": ""}, {"/username": "bad_format", "/password": "bad_format"}),
    "long": ({"username": "a" * 81, "password": "b" * 201}, {"/username": "bad_format", "/password": "bad_format"}),
    "nul": ({"username": "a\x00", "password": "b\x00"}, {"/username": "bad_format", "/password": "bad_format"}),
    "surrogate": ({"username": "\ud800", "password": "\ud800"}, {"/username": "bad_format", "/password": "bad_format"}),
    "list": ({"username": ["a"], "password": {"b": 1}}, {"/username": "bad_format", "/password": "bad_format"}),
    "role": ({"username": "a", "password": "b", "role": "admin"}, {"/role": "unknown_field"}),
    "areas": ({"username": "a", "password": "b", "areas": ["16"]}, {"/areas": "unknown_field"}),
    "a~b/c": ({"username": "a", "password": "b", "a~b/c": 1}, {"/a~0b~1c": "unknown_field"}),
}


@pytest.mark.parametrize(("body", "faults"), BODIES.values(), ids=BODIES)
def test_a_log_in_that_makes_no_sense_is_refused_by_pointer(office, body, faults):
    import json

    answer = office.app.test_client().post(LOGIN, data=json.dumps(body), content_type="application/json")
    assert kind(answer) == (422, "invalid")
    assert {one["pointer"]: one["code"] for one in answer.json["errors"]} == faults
    assert all(one["message"] for one in answer.json["errors"])


def test_faults_are_told_in_the_reader_s_language(office):
    def messages(language):
        headers = {"Accept-Language": language}
        answer = office.app.test_client().post(LOGIN, json={"username": "", "x": 1}, headers=headers)
        return {one["pointer"]: one["message"] for one in answer.json["errors"]}

    assert messages("id") == {
        "/username": "bentuk salah: 1..80",
        "/password": "wajib diisi",
        "/x": "isian tidak dikenal",
    }
    assert messages("en") == {
        "/username": "wrong form: takes 1..80",
        "/password": "must be given",
        "/x": "no such member",
    }


def test_tokens_live_on_under_another_secret_key(office, store, settings, clerk, tmp_path):
    import dataclasses

    from fieldsync.db import open_store

    changed = dataclasses.replace(settings_for(settings.database_url, tmp_path), secret_key=b"another-secret" * 3)
    other = open_store(changed)
    client = Office(changed, other).app.test_client()
    assert client.get(ME, headers=clerk.headers).status_code == 200
    other.close()
