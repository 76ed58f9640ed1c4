"""In by the office's own issuer and out again: who may, who may not, and that nobody can tell these apart."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldsync import access
from fieldsync.access import audit_of
from fieldsync.db import Store
from fieldsync.programs import PROGRAMS
from tests.conftest import settings_for
from tests.office import PASSWORD, Office
from tests.pages.desk import SITE, log_in, words
from tests.small_issuer import CALLBACK, FOREIGN_KEY

TICKET = "fieldsync-issuer"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is no matter of SQL


@pytest.fixture
def settings(database_url, tmp_path, small_issuer):
    return settings_for(database_url, tmp_path, oidc=small_issuer.client(labels=("Masuk OKI", "OKI log-in")))


@pytest.fixture
def small(office, small_issuer):
    """The issuer, on the office's clock."""
    small_issuer.reset(office.clock)
    return small_issuer


def make_user(office: Office, name: str, password: str | None = None) -> str:
    return office.store.transact(
        lambda c: access.create_user(c, name, password, "coordinator", ("16.02",), PROGRAMS, PROGRAMS, office.clock())
    ).id


@pytest.fixture
def siti(office):
    """A coordinator who comes in by the issuer only."""
    return make_user(office, "Siti")


@pytest.fixture
def browser(office):
    return office.app.test_client()


def led(browser, **query) -> str:
    """Where a browser is led from the log-in's button."""
    answer = browser.get("/login/issuer", query_string=query)
    assert answer.status_code == 303, answer.text
    return answer.location


def back(browser, address: str):
    """Come back from the issuer, as its answer tells the browser."""
    assert address.startswith(f"{CALLBACK}?")
    return browser.get(address.removeprefix(SITE))


def enter(browser, small, **query):
    return back(browser, small.authorize(led(browser, **query)))


def who(browser) -> str | None:
    answer = browser.get("/api/v1/auth/me")
    return answer.json["username"] if answer.status_code == 200 else None


def test_somebody_comes_in_by_the_issuer_and_leaves_everywhere(office, siti, small, browser):
    address = led(browser, next="/cases?program=child")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{small.url}/authorize?")
    assert asked.keys() == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    assert (asked["redirect_uri"], asked["scope"]) == (CALLBACK, "openid profile")
    ticket = browser.get_cookie(TICKET)
    assert (ticket.http_only, ticket.same_site, int(ticket.max_age)) == (True, "Lax", 600)
    assert not any(asked[name] in ticket.value for name in ("state", "nonce"))
    entered = back(browser, small.authorize(address))
    assert (entered.status_code, entered.location) == (303, "/cases?program=child")
    assert browser.get_cookie(TICKET) is None
    assert who(browser) == "Siti"
    other = office.app.test_client()
    enter(other, small)
    token = browser.get("/today").text.partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/logout", data={"csrf": token, "everywhere": "1"}, headers={"Origin": SITE})
    assert (who(browser), who(other)) == (None, None)
    with office.store.reading() as connection:
        trail = [(one.action, dict(one.detail)) for one in audit_of(connection, siti)][1:]
    assert trail == [("session.begin", {"by": "issuer"})] * 2 + [("session.end_all", {})]


def leave(browser):
    """Log out here; gives the page that comes then."""
    token = browser.get("/today").text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = browser.post("/logout", data={"csrf": token}, headers={"Origin": SITE})
    assert answer.status_code == 303
    return browser.get(answer.location).text


def test_who_leaves_is_led_out_of_the_office_s_account_too(office, siti, small, browser):
    small.said = {"end_session_endpoint": f"{small.url}/leave?tenant=oki"}
    assert "/logout/issuer" not in browser.get("/login").text
    enter(browser, small)
    assert 'href="/logout/issuer"' in leave(browser)
    answer = browser.get("/logout/issuer")
    assert (answer.status_code, answer.location) == (303, f"{small.url}/leave?tenant=oki&client_id=fieldsync")


@pytest.mark.parametrize("said", [{}, {"end_session_endpoint": "http://elsewhere.example/leave"}])
def test_an_issuer_that_has_no_way_out_is_said_so(office, small, browser, said):
    small.said = said
    answer = browser.get("/logout/issuer")
    assert answer.status_code == 503
    assert "Tutup peramban" in words(answer.text)


def test_who_came_in_by_password_leaves_nothing_open_elsewhere(office, small, browser):
    clerk = office.clerk("viewer", logged_in=False)
    log_in(browser, clerk.username)
    assert "/logout/issuer" not in leave(browser)


def test_the_button_says_what_the_office_calls_it_and_stands_there_only_with_an_issuer(office, small, browser):
    page = browser.get("/login", query_string={"next": "/map"}).text
    assert 'href="/login/issuer?next=/map">Masuk OKI</a>' in page
    browser.get("/language/en")
    assert ">OKI log-in</a>" in browser.get("/login").text
    without = Office(replace(office.settings, oidc=None), office.store, alone=False).app.test_client()
    assert "/login/issuer" not in without.get("/login").text
    assert [without.get(path).status_code for path in ("/login/issuer", "/login/issuer/back")] == [404, 404]


def bent(small, **changes):
    for name, value in changes.items():
        setattr(small, name, value)


def nobody(name: str):
    return {"sub": "7", "preferred_username": name}


REFUSED = {
    "wrong nonce": {"claims": {"nonce": "x"}},
    "wrong audience": {"claims": {"aud": "x"}},
    "expired": {"claims": {"exp": 1}},
    "wrong signature": {"signing": FOREIGN_KEY},
    "not signed": {"algorithm": "none"},
    "nobody of that name": {"user": nobody("nobody")},
    "a disabled user": {"user": nobody("adi")},
    "a user with a password": {"user": nobody("rina")},
    "another account of that name": {"user": nobody("siti")},
    "a name that is none": {"user": nobody("\x00")},
    "an issuer that says no": {"answers": {"/token": (400, b'{"error": "invalid_grant"}')}},
}


def test_whoever_is_refused_gets_one_and_the_same_answer(office, siti, small, browser):
    make_user(office, "adi")
    make_user(office, "rina", PASSWORD)
    office.store.transact(lambda c: access.disable_user(c, "adi", office.clock()))
    assert enter(browser, small).status_code == 303  # now it is known which account is Siti's
    told = set()
    for why, changes in REFUSED.items():
        small.reset(office.clock)
        bent(small, **changes)
        fresh = office.app.test_client()
        answer = enter(fresh, small, next="/cases")
        assert (answer.status_code, who(fresh), fresh.get_cookie("fieldsync")) == (401, None, None), why
        told.add(words(answer.text))
        office.clock.forward(seconds=61)
    assert len(told) == 1
    assert "Anda tidak dapat masuk dengan akun itu." in told.pop()
    small.reset(office.clock)
    assert enter(browser, small).status_code == 303


def test_only_the_browser_that_began_comes_back_and_once(office, siti, small, browser):
    address = small.authorize(led(browser))
    kept = browser.get_cookie(TICKET).value
    thief = office.app.test_client()
    assert back(thief, address).status_code == 401
    forged = address.replace("state=", "state=x")
    assert back(browser, forged).status_code == 401
    assert back(browser, address).status_code == 401  # that one try was the wrong one
    browser.set_cookie(TICKET, kept)
    assert back(browser, address).status_code == 303
    assert back(browser, address).status_code == 401
    browser.set_cookie(TICKET, kept)
    assert back(browser, address).status_code == 401  # the code is used up
    assert small.asked.count("/token") == 2


@on_sqlite
@pytest.mark.parametrize(
    "change", [lambda _: "", lambda c: c[:-2], lambda c: "A" + c[1:], lambda _: "é", lambda _: "x" * 3000]
)
def test_a_ticket_that_is_none_of_ours_is_not_taken(siti, small, browser, change):
    address = small.authorize(led(browser))
    browser.set_cookie(TICKET, change(browser.get_cookie(TICKET).value))
    assert back(browser, address).status_code == 401
    assert "/token" not in small.asked


@on_sqlite
def test_a_ticket_lasts_ten_minutes(office, siti, small, browser):
    address = small.authorize(led(browser))
    office.clock.forward(seconds=600)
    assert back(browser, address).status_code == 401


@on_sqlite
@pytest.mark.parametrize("answer", ["error=access_denied&error_description=x", "code=", "code=" + "x" * 4001])
def test_an_answer_without_a_code_is_a_no(siti, small, browser, answer):
    state = parse_qs(urlsplit(led(browser)).query)["state"][0]
    assert browser.get(f"/login/issuer/back?state={state}&{answer}").status_code == 401
    assert "/token" not in small.asked


@on_sqlite
@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/" + "x" * 1001])
def test_the_way_back_leads_nowhere_else(siti, small, browser, wanted):
    assert enter(browser, small, next=wanted).location == "/today"


def test_an_issuer_that_is_away_is_said_so_and_a_password_still_counts(office, siti, small, browser):
    clerk = office.clerk("viewer", logged_in=False)
    address = small.authorize(led(browser))
    small.answers = {"/token": (502, b"")}
    late = back(browser, address)
    assert (late.status_code, late.headers["Retry-After"]) == (503, "10")
    office.clock.forward(seconds=61)
    small.answers = {"/.well-known/openid-configuration": (500, b"")}
    answer = browser.get("/login/issuer?next=/cases")
    assert (answer.status_code, browser.get_cookie(TICKET)) == (503, None)
    assert "sedang tidak dapat dihubungi" in words(answer.text)
    assert words(late.text) == words(answer.text)
    assert log_in(browser, clerk.username, next="/cases").location == "/cases"
    office.clock.forward(seconds=6)
    small.answers = {}
    assert enter(office.app.test_client(), small).status_code == 303


def test_refusals_count_like_wrong_passwords_and_an_issuer_that_is_away_does_not(office, siti, small, browser):
    small.answers = {"/token": (503, b"")}
    assert {enter(browser, small).status_code for _ in range(6)} == {503}
    small.answers = {}
    small.claims = {"nonce": "x"}
    assert [enter(browser, small).status_code for _ in range(6)] == [401] * 5 + [429]
    small.claims = {}
    waits = enter(browser, small)
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "60")
    assert log_in(browser, "siti", "wrong").status_code == 429
    office.clock.forward(seconds=60)
    assert enter(browser, small).status_code == 303


def test_a_name_that_waits_for_wrong_passwords_waits_here_too(office, siti, small, browser):
    for _ in range(5):
        browser.post(
            "/login",
            data={"username": "SITI", "password": "wrong"},
            headers={"Origin": SITE},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
    assert enter(browser, small).status_code == 429


def test_who_comes_in_by_the_issuer_has_no_password(office, siti, small, browser):
    for given in ("none", PASSWORD):
        assert log_in(browser, "siti", given).status_code == 401
    office.store.transact(lambda c: access.change_password(c, "siti", PASSWORD, office.clock()))
    assert log_in(browser, "siti").status_code == 303
    assert enter(office.app.test_client(), small).status_code == 401
    office.store.transact(lambda c: access.send_to_issuer(c, "siti", office.clock()))
    assert who(browser) is None
    small.user = {"sub": "2002", "preferred_username": "SITI "}
    assert enter(browser, small).status_code == 303
    with office.store.reading() as connection:
        assert [one.action for one in audit_of(connection, siti)][-2:] == ["user.by_issuer", "session.begin"]


def test_disabled_while_logged_in_is_out_at_once(office: Office, siti, small, browser, store: Store):
    enter(browser, small)
    store.transact(lambda c: access.disable_user(c, "siti", office.clock()))
    assert who(browser) is None
