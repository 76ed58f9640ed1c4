"""Chats by Apprise: services with a fixed host only, no option that reaches elsewhere, and a real delivery."""

import logging
import sys

import orjson
import pytest

from fieldsync.notices.addresses import AddressError
from fieldsync.notices.chat import SERVICES, check_service, send_chat
from fieldsync.notices.outcome import Outcome
from tests.notices.receivers import web_server

TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544/"
JSON = frozenset({"json"})


@pytest.mark.parametrize(
    "url",
    [
        TELEGRAM,
        TELEGRAM + "?silent=yes",
        "discord://1234567890/abcdefghijk",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "whatsapp://tok@12345678901/6281111222233",
    ],
)
def test_services_that_are_let_through(url):
    check_service(url)


@pytest.mark.parametrize(
    "service", ["json", "xml", "form", "syslog", "dbus", "mailto", "matrix", "gotify", "workflows"]
)
def test_services_that_may_reach_any_host_are_not(service):
    with pytest.raises(AddressError, match="any host") as refused:
        check_service(f"{service}://127.0.0.1/x")
    assert refused.value.code == "not_permitted"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (TELEGRAM + "?verify=no", "not_permitted"),
        (TELEGRAM + "?silent=yes&template=/etc/passwd", "not_permitted"),
        (TELEGRAM + "?VERIFY=no", "not_permitted"),
        ("tgram://nothing", "bad_url"),
        ("tgram", "bad_url"),
        ("tgram://a b", "bad_url"),
        ("tgram://" + "a" * 2000, "bad_url"),
        (TELEGRAM + " json://127.0.0.1", "bad_url"),
    ],
)
def test_urls_that_are_refused(url, code):
    with pytest.raises(AddressError) as refused:
        check_service(url)
    assert refused.value.code == code


def test_several_urls_in_one_lead_nowhere_else():
    import apprise

    url = TELEGRAM + ",json://127.0.0.1:9/"
    found = apprise.Apprise()
    found.add(url)
    assert all(type(one).__name__ == "NotifyTelegram" for one in found) or send_chat(url, "a", "b").error


def test_each_service_is_one_that_apprise_knows():
    import apprise

    known = {name for one in apprise.Apprise().details()["schemas"] for name in one["secure_protocols"] or ()}
    assert known >= SERVICES


def test_a_message_is_delivered_and_a_refusal_told(caplog):
    caplog.set_level(logging.DEBUG)
    with web_server() as receiver:
        url = receiver.url.replace("http", "json")
        assert send_chat(url, "Judul", "Isi", JSON) == Outcome()
        receiver.answers = [(500, {})]
        assert send_chat(url, "Judul", "Isi", JSON) == Outcome("refused")
    _, _, body = receiver.posts[0]
    told = orjson.loads(body)
    assert (told["title"], told["message"]) == ("Judul", "Isi")
    assert not [one for one in caplog.records if one.name.startswith("apprise")]


def test_a_url_that_was_let_in_before_is_refused_again():
    assert send_chat("json://127.0.0.1/", "a", "b") == Outcome("not_permitted")


def test_without_the_extra_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AddressError, match="fieldsync\\[notices\\]"):
        check_service(TELEGRAM)
    assert send_chat(TELEGRAM, "a", "b") == Outcome("no_apprise")
