"""Posting to a real web server: what it gets, what its answers mean, and where no connection is made."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest
from standardwebhooks.webhooks import Webhook

from fieldsync.notices import webhook
from fieldsync.notices.outcome import Outcome
from fieldsync.notices.signing import make_secret
from fieldsync.notices.webhook import Message, post
from tests.notices.receivers import certificate, free_port, web_server

LOOPBACK = frozenset({"127.0.0.1"})
NAME = "hooks.dinkes.test"  # a name that no server knows
SECRET = make_secret()
MESSAGE = Message("id-1", b'{"type":"notice.test"}', [SECRET])


def now() -> datetime:
    return datetime.now(UTC)


def at_loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def by_name(url: str) -> str:
    return url.replace("127.0.0.1", NAME)


def test_it_is_posted_signed_to_the_path():
    with web_server() as receiver:
        assert post(receiver.url + "?a=b", MESSAGE, now(), LOOPBACK) == Outcome()
    ((path, headers, body),) = receiver.posts
    assert path == "/hook?a=b"
    assert Webhook(SECRET).verify(body, headers) == {"type": "notice.test"}
    assert headers["content-type"] == "application/json"
    assert headers["host"] == urlsplit(receiver.url).netloc


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "https://localhost:{port}/"])
def test_nothing_goes_inside_unless_the_operator_says_so(url):
    with web_server() as receiver:
        port = urlsplit(receiver.url).port
        assert post(url.format(port=port), MESSAGE, now(), frozenset()).error in ("inside", "not_https")
    assert receiver.posts == []


def test_a_name_is_looked_up_once_and_the_checked_address_is_taken():
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.9.9.9"]

    with web_server() as receiver:
        assert post(by_name(receiver.url), MESSAGE, now(), frozenset({NAME}), rebinding) == Outcome()
    assert asked == [NAME]
    assert receiver.posts[0][1]["host"].partition(":")[0] == NAME


def test_the_next_address_is_tried_when_one_does_not_answer():
    with web_server() as receiver:
        found = lambda *_: ["127.0.0.9", "127.0.0.1"]  # noqa: E731
        assert post(by_name(receiver.url), MESSAGE, now(), frozenset({NAME}), found) == Outcome()


@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_success_counts(status):
    with web_server() as receiver:
        receiver.answers = [(status, {})]
        assert post(receiver.url, MESSAGE, now(), LOOPBACK) == Outcome()


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (301, {"Location": "/else"}, Outcome("http_301")),
        (307, {"Location": "/else"}, Outcome("http_307")),
        (400, {}, Outcome("http_400")),
        (404, {}, Outcome("http_404")),
        (410, {}, Outcome("http_410", final=True, gone=True)),
        (429, {"Retry-After": "120"}, Outcome("http_429", timedelta(seconds=120))),
        (503, {"Retry-After": "7"}, Outcome("http_503", timedelta(seconds=7))),
        (503, {"Retry-After": "soon"}, Outcome("http_503")),
        (503, {}, Outcome("http_503")),
        (500, {"Retry-After": "120"}, Outcome("http_500")),
    ],
)
def test_other_answers_are_failures_and_no_redirect_is_followed(status, headers, outcome):
    with web_server() as receiver:
        receiver.answers = [(status, headers)]
        assert post(receiver.url, MESSAGE, now(), LOOPBACK) == outcome
    assert len(receiver.posts) == 1


def test_a_pause_may_be_asked_for_by_a_date():
    at = now().replace(microsecond=0)
    with web_server() as receiver:
        receiver.answers = [(503, {"Retry-After": format_datetime(at + timedelta(hours=1), usegmt=True)})]
        assert post(receiver.url, MESSAGE, at, LOOPBACK).wish == timedelta(hours=1)


def test_a_receiver_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr(webhook, "WHOLE_S", 0.3)
    with web_server() as receiver:
        receiver.drip_s = 0.05
        assert post(receiver.url, MESSAGE, now(), LOOPBACK) == Outcome("timeout")


def test_a_port_where_nobody_listens():
    assert post(f"http://127.0.0.1:{free_port()}/", MESSAGE, now(), LOOPBACK) == Outcome("no_answer")


def test_a_server_that_hangs_up():
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def hang_up():
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert post(url, MESSAGE, now(), LOOPBACK) == Outcome("no_answer")
        thread.join()


def test_tls_asks_for_the_name_and_a_trusted_certificate(tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, NAME)
    with web_server(context) as receiver:
        url, inside = by_name(receiver.url), frozenset({NAME, "other.test"})
        assert post(url, MESSAGE, now(), inside, at_loopback) == Outcome("tls")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert post(url, MESSAGE, now(), inside, at_loopback) == Outcome()
        assert post(url.replace(NAME, "other.test"), MESSAGE, now(), inside, at_loopback) == Outcome("tls")
    assert len(receiver.posts) == 1
