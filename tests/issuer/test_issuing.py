"""The issuer as the server sees it: what a code proves, and everything that proves nothing."""

import base64
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldsync.config import ConfigError, Oidc
from fieldsync.issuer import Issuer, IssuerAwayError, Proof, RefusedError, open_issuer, ticket_of
from fieldsync.issuer import wire as wires
from tests.conftest import settings_for
from tests.small_issuer import FOREIGN_KEY, shared_secret

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
TICKET = ticket_of(b"secret", "seed")
KEYS, TOKEN, ABOUT = "/keys", "/token", "/.well-known/openid-configuration"


@pytest.fixture
def small(small_issuer):
    small_issuer.reset(lambda: NOW)
    return small_issuer


def proved(small, ticket=TICKET, back=TICKET, now=NOW, came_from=None, **changes):
    issuer = Issuer(small.client(**changes))
    led = small.authorize(issuer.address(ticket, now))
    code = led.partition("code=")[2].partition("&")[0]
    return issuer.proof(back, code, small.url if came_from is None else came_from, now)


def refused(small, **how) -> str:
    with pytest.raises(RefusedError) as caught:
        proved(small, **how)
    return caught.value.reason


def away(small, now=NOW, issuer=None) -> str:
    with pytest.raises(IssuerAwayError) as caught:
        (issuer or Issuer(small.client())).address(TICKET, now)
    return caught.value.reason


def test_a_code_proves_who_came_back(small):
    assert proved(small) == Proof(small.url, "1001", "siti")
    assert small.asked == [ABOUT, TOKEN, KEYS]


@pytest.mark.parametrize(
    ("claim", "user", "name"),
    [
        ("email", {"email": "siti@oki.go.id", "email_verified": True}, "siti@oki.go.id"),
        ("sub", {}, "1001"),
        ("nip", {"nip": "198001012005012003"}, "198001012005012003"),
    ],
)
def test_another_claim_may_name_the_user(small, claim, user, name):
    small.user |= user
    assert proved(small, claim=claim).name == name


@pytest.mark.parametrize("audience", [["fieldsync"], ["fieldsync", "other"]])
def test_a_token_may_be_for_others_too(small, audience):
    small.claims = {"aud": audience, "azp": "fieldsync"}
    assert proved(small).subject == "1001"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "wrong_nonce"),
        ({"nonce": None}, "wrong_nonce"),
        ({"aud": "other"}, "wrong_aud"),
        ({"aud": []}, "wrong_aud"),
        ({"aud": ["fieldsync", "other"], "azp": "other"}, "wrong_azp"),
        ({"aud": ["fieldsync", "other"]}, "wrong_azp"),
        ({"iss": "https://evil.example"}, "wrong_iss"),
        ({"iss": None}, "wrong_iss"),
        ({"exp": int(NOW.timestamp()) - 60}, "expired"),
        ({"exp": "soon"}, "wrong_exp"),
        ({"exp": None}, "wrong_exp"),
        ({"iat": int(NOW.timestamp()) + 61}, "wrong_iat"),
        ({"nbf": int(NOW.timestamp()) + 61}, "wrong_nbf"),
        ({"at_hash": "not of this token"}, "wrong_at_hash"),
        ({"at_hash": 7}, "wrong_at_hash"),
        ({"sub": None}, "wrong_sub"),
        ({"sub": 7}, "wrong_sub"),
        ({"sub": "x" * 256}, "wrong_sub"),
        ({"preferred_username": None}, "no_name"),
        ({"preferred_username": ["siti"]}, "no_name"),
        ({"preferred_username": "si\x00ti"}, "no_name"),
        ({"preferred_username": "x" * 201}, "no_name"),
    ],
    ids=str,
)
def test_claims_that_prove_nobody_to_us(small, claims, reason):
    small.claims = claims
    assert refused(small) == reason


def test_clocks_may_differ_by_a_minute(small):
    at = int(NOW.timestamp())
    small.claims = {"exp": at - 59, "iat": at + 60}
    assert proved(small).subject == "1001"


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_that_is_not_verified_names_nobody(small, verified):
    small.user |= {"email": "siti@oki.go.id", "email_verified": verified}
    assert refused(small, claim="email") == "email_not_verified"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signing": FOREIGN_KEY}, "wrong_signature"),
        ({"algorithm": "none"}, "wrong_algorithm"),
        ({"algorithm": "HS256", "signing": shared_secret()}, "wrong_algorithm"),
        ({"algorithm": "RS512"}, "wrong_algorithm"),
        ({"header": {"kid": "k2"}}, "unknown_key"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_token_that_the_issuer_did_not_sign_so(small, changes, reason):
    for name, value in changes.items():
        setattr(small, name, value)
    assert refused(small) == reason


def test_a_verifier_of_another_log_in_gets_no_token(small):
    other = ticket_of(b"secret", "another seed")
    assert refused(small, back=other) == "invalid_grant"
    assert len({TICKET.state, TICKET.nonce, TICKET.verifier, other.verifier}) == 4
    assert "verifier" not in repr(TICKET)


def test_a_code_of_another_issuer_is_not_taken_to_ours(small):
    assert refused(small, came_from="https://evil.example") == "other_issuer"
    assert TOKEN not in small.asked


def test_a_wrong_secret_is_said_by_its_name(small):
    assert refused(small, client_secret="another") == "invalid_client"


@pytest.mark.parametrize(
    ("methods", "secret", "sent"),
    [(["client_secret_post"], "s", {"client_id", "client_secret"}), (None, "", {"client_id"}), ("odd", "s", set())],
)
def test_how_the_client_shows_itself(small, monkeypatch, methods, secret, sent):
    seen = {}
    monkeypatch.setattr(small, "_token", lambda form, _credentials: (seen.update(form), (400, {"error": "strange"}))[1])
    small.said = {"token_endpoint_auth_methods_supported": methods}
    assert refused(small, client_secret=secret) == "issuer_refused"
    assert seen.keys() & {"client_id", "client_secret"} == sent
    assert len(seen["code_verifier"]) == 43


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        (TOKEN, (503, b""), "status_503"),
        (TOKEN, (200, b"<html>"), "no_json"),
        (TOKEN, (429, b"{}"), "status_429"),
        (KEYS, (404, b"{}"), "status_404"),
        (KEYS, (200, b"[]"), "no_keys"),
        (KEYS, (200, b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'), "no_keys"),
        (KEYS, (200, b'{"keys": [{"kty": "RSA", "n": "x"}]}'), "no_keys"),
        (KEYS, (200, b" " * (wires.MOST_BYTES + 1)), "too_large"),
        (ABOUT, (200, b"[]"), "other_issuer"),
        (ABOUT, (302, b""), "status_302"),
        (ABOUT, (200, b"{"), "no_json"),
    ],
)
def test_an_issuer_that_does_not_work_is_away(small, path, answer, reason):
    small.answers[path] = answer
    with pytest.raises(IssuerAwayError) as caught:
        proved(small)
    assert caught.value.reason == reason


def token_of(header: str) -> str:
    return ".".join((base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode(), "e30", "AAAA"))


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "no_id_token"),
        ({}, "no_id_token"),
        ("", "unreadable"),
        ("a.b.c.d.e", "unreadable"),
        (token_of('{"alg": ["RS256"]}'), "unreadable"),
        (token_of('{"alg": "RS256", "kid": "k1", "crit": 7}'), "unreadable"),
        (token_of('{"alg": "RS256", "kid": "k1", "crit": ["new"], "new": 1}'), "unreadable"),
    ],
)
def test_what_is_no_token_proves_nobody(small, token, reason):
    small.answers[TOKEN] = (200, json.dumps({"access_token": "at", "id_token": token}).encode())
    assert refused(small) == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"issuer": "https://evil.example"}, "other_issuer"),
        ({"token_endpoint": "http://192.0.2.1/token"}, "bad_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "bad_endpoint"),
        ({"jwks_uri": None}, "bad_endpoint"),
        ({"jwks_uri": "https://a.example/\r\nx"}, "bad_endpoint"),
    ],
)
def test_what_it_says_of_itself_must_be_usable(small, said, reason):
    small.said = said
    assert away(small) == reason


def test_an_issuer_without_a_known_signature_is_away(small):
    small.said = {"id_token_signing_alg_values_supported": ["HS256"]}
    with pytest.raises(IssuerAwayError):
        proved(small)


def test_an_issuer_that_was_away_is_not_asked_at_once_again(small):
    issuer = Issuer(small.client())
    small.answers[ABOUT] = (500, b"")
    assert [away(small, NOW, issuer), away(small, NOW + timedelta(seconds=4), issuer)] == ["status_500"] * 2
    del small.answers[ABOUT]
    assert small.asked == [ABOUT]
    assert issuer.address(TICKET, NOW + timedelta(seconds=5)).startswith(f"{small.url}/authorize?")
    issuer.address(TICKET, NOW + timedelta(seconds=64))
    assert small.asked == [ABOUT] * 2
    issuer.address(TICKET, NOW + timedelta(seconds=65))
    assert small.asked == [ABOUT] * 3


def test_one_that_answers_too_slowly_or_not_at_all_is_away(small, monkeypatch):
    monkeypatch.setattr(wires, "WHOLE_S", -1.0)
    assert away(small) == "timeout"
    monkeypatch.setattr(wires, "READ_S", 0.001)
    monkeypatch.setattr(small, "_metadata", lambda: time.sleep(0.1) or {})
    assert away(small) == "timeout"
    nobody = Issuer(Oidc("http://127.0.0.1:9", "c", "http://localhost/back"))
    assert away(small, issuer=nobody) == "no_answer"


def test_by_https_only_a_certificate_that_is_trusted_counts(small):
    spoken_to = Issuer(small.client())
    spoken_to.given = Oidc(small.url.replace("http:", "https:"), "c", "http://localhost/back")
    assert away(small, issuer=spoken_to) == "tls"


def test_without_authlib_it_is_said_what_to_install(monkeypatch):
    settings = settings_for("sqlite:///none", Path(), oidc=Oidc("https://sso.example", "c", "https://x.example/back"))
    assert open_issuer(settings)
    monkeypatch.setitem(sys.modules, "authlib.oauth2", None)
    with pytest.raises(ConfigError, match=r"fieldsync\[oidc\]"):
        open_issuer(settings)
    assert open_issuer(settings_for("sqlite:///none", Path())) is None
