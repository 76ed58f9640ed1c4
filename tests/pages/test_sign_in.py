"""Into the pages and out again: a coordinator, somebody who guesses, another site, and a choice of language."""

import pytest

from fieldsync.access import audit_of
from tests.office import PASSWORD, new_id
from tests.pages.desk import SITE, log_in, reader, words


@pytest.fixture
def stranger(office):
    """A browser of nobody yet."""
    return office.app.test_client()


@pytest.fixture
def clerk(office):
    return office.clerk("coordinator", logged_in=False)


def test_whoever_is_not_logged_in_is_led_to_the_log_in_and_back(stranger, clerk):
    led = stranger.get("/cases?severity=emergency")
    assert (led.status_code, led.location) == (303, "/login?next=%2Fcases%3Fseverity%3Demergency")
    form = stranger.get(led.location).text
    assert 'name="next" value="/cases?severity=emergency"' in form
    entered = log_in(stranger, clerk.username, next="/cases?severity=emergency")
    assert (entered.status_code, entered.location) == (303, "/cases?severity=emergency")
    assert stranger.get(entered.location).status_code == 200


def test_what_was_posted_without_a_session_is_not_asked_for_again(stranger):
    led = stranger.post(f"/cases/{new_id()}/events", data={"event": "acknowledge"})
    assert (led.status_code, led.location) == (303, "/login")


def test_the_cookie_is_for_the_server_only(stranger, clerk):
    kept = {one.strip() for one in log_in(stranger, clerk.username).headers["Set-Cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= kept
    secure = stranger.post(
        "/login",
        data={"username": clerk.username, "password": PASSWORD},
        base_url="https://localhost",
        headers={"Origin": "https://localhost"},
    )
    assert secure.headers["Set-Cookie"].startswith("__Host-fieldsync=")
    assert "Secure" in secure.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Nama pengguna atau kata sandi salah."), ("en", "Wrong user name or password.")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(stranger, clerk, language, said):
    stranger.get(f"/language/{language}")
    answers = [log_in(stranger, name, "wrong") for name in (clerk.username, "nobody <b>")]
    assert [one.status_code for one in answers] == [401, 401]
    for one in answers:
        assert said in one.text
        assert "Set-Cookie" not in one.headers
    assert "nobody &lt;b&gt;" in answers[1].text


def test_after_five_wrong_tries_one_waits(office, stranger, clerk):
    for _ in range(5):
        assert log_in(stranger, clerk.username, "wrong").status_code == 401
    answer = log_in(stranger, clerk.username)
    assert answer.status_code == 429
    wait = int(answer.headers["Retry-After"])
    assert f"Coba lagi dalam {wait} detik" in answer.text
    office.clock.forward(seconds=wait + 1)
    assert log_in(stranger, clerk.username).status_code == 303


@pytest.mark.parametrize(
    "fields", [{"username": ""}, {"password": ""}, {"username": "x" * 201}, {"password": "x" * 201}]
)
def test_what_can_be_no_log_in_is_not_tried(stranger, clerk, fields):
    answer = log_in(stranger, **{"username": clerk.username, "password": PASSWORD} | fields)
    assert answer.status_code == 422


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_logs_nobody_in(stranger, clerk, headers):
    answer = stranger.post("/login", data={"username": clerk.username, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/a b", "today", ""])
def test_the_log_in_leads_nowhere_else(stranger, clerk, wanted):
    assert log_in(stranger, clerk.username, next=wanted).location == "/today"
    assert stranger.get("/login", query_string={"next": wanted}).location == "/today"
    assert stranger.get("/language/en", query_string={"next": wanted}).location == "/today"


def test_who_is_logged_in_needs_no_log_in(coordinator):
    answer = coordinator.open("/login", next="/cases")
    assert (answer.status_code, answer.location) == (303, "/cases")


@pytest.mark.parametrize("token", ["x" * 201, "é", "fo1_nothing"])
def test_a_cookie_that_is_no_session_shows_the_log_in(stranger, token):
    stranger.set_cookie("fieldsync", token)
    assert stranger.get("/login").status_code == 200
    answer = stranger.get("/today")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert stranger.get_cookie("fieldsync") is None


def test_logging_out_ends_this_session_only(office, coordinator):
    other = office.app.test_client()
    log_in(other, coordinator.clerk.username)
    left = coordinator.press("/logout")
    assert (left.status_code, left.location) == (303, "/login")
    assert "Anda sudah keluar." in coordinator.page("/login")
    assert "Anda sudah keluar." not in coordinator.page("/login")
    assert coordinator.open("/today").location == "/login"
    assert other.get("/today").status_code == 200


def test_logging_out_everywhere_ends_all_of_them(office, coordinator):
    other, program = office.app.test_client(), office.app.test_client()
    log_in(other, coordinator.clerk.username)
    headers = coordinator.clerk.headers
    user_id = program.get("/api/v1/auth/me", headers=headers).json["id"]
    stays = reader(office)
    coordinator.press("/logout", everywhere="1")
    assert other.get("/today").location == "/login"
    assert program.get("/api/v1/auth/me", headers=headers).status_code == 401
    assert stays.open("/today").status_code == 200
    with office.store.reading() as connection:
        assert "session.end_all" in [one.action for one in audit_of(connection, user_id)]


def test_an_ended_session_leads_to_the_log_in_also_within_a_page(office, coordinator):
    office.clock.forward(hours=13)
    answer = coordinator.client.get("/today/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login")


def test_for_a_tablet_there_are_no_pages(tablet):
    answer = tablet.client.get("/today", headers=tablet.headers)
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")


def test_pages_speak_indonesian_unless_english_was_chosen(coordinator):
    english = {"Accept-Language": "en"}
    assert '<html lang="id">' in coordinator.client.get("/today", headers=english).text
    chosen = coordinator.open("/language/en", next="/cases?program=child")
    assert (chosen.status_code, chosen.location) == (303, "/cases?program=child")
    page = coordinator.open("/today")
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en">' in page.text
    assert "Emergencies not acknowledged" in words(page.text)
    coordinator.speak("id")
    assert "Darurat yang belum diterima" in words(coordinator.page("/today"))
    assert coordinator.open("/language/fr").status_code == 404


def test_the_bare_address_is_today(coordinator):
    assert coordinator.open("/").location == "/today"
    assert coordinator.client.get("/", headers={"Origin": SITE}).status_code == 303
