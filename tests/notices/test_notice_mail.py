"""E-mail through a real mail server: what arrives, when TLS is insisted on, and what refusals mean."""

from datetime import UTC, datetime

import pytest

from fieldsync.config import Outgoing, Relay
from fieldsync.notices.addresses import AddressError
from fieldsync.notices.mail import Letter, check_mailbox, send_mail
from fieldsync.notices.outcome import Outcome
from tests.notices.receivers import certificate, free_port, mail_server

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LETTER = Letter("7d1f-1", "[FieldSync] Kasus darurat baru: Kesehatan ibu, Kayu Agung – uji", "Ada kasus darurat.\n")
TO = "bidan.koordinator@dinkes.example.go.id"
SENDER = "fieldsync@oki.example.go.id"


def out(port: int, *, host: str = "127.0.0.1", inside=("127.0.0.1",), tls: bool = False, **login) -> Outgoing:
    return Outgoing(Relay(host, port, tls, **login), SENDER, frozenset(inside))


def test_a_letter_arrives_whole():
    with mail_server() as box:
        assert send_mail(TO, LETTER, NOW, out(box.port)) == Outcome()
    (letter,) = box.letters
    # Where a long subject is folded, Python's reader sees a second space.
    assert " ".join(letter["subject"].split()) == LETTER.subject
    assert (letter["to"], letter["from"]) == (TO, SENDER)
    assert letter["message-id"] == "<7d1f-1@oki.example.go.id>"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == LETTER.text.strip()


def test_without_tls_only_to_a_host_that_the_operator_names():
    with mail_server() as box:
        assert send_mail(TO, LETTER, NOW, out(box.port, inside=())) == Outcome("no_starttls")
    assert box.letters == []


def test_starttls_with_a_trusted_certificate_and_a_log_in(tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, "localhost")
    with mail_server(context, password=b"rahasia") as box:
        given = {"host": "localhost", "username": "fs", "password": "rahasia"}
        assert send_mail(TO, LETTER, NOW, out(box.port, inside=(), **given)) == Outcome("tls")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert send_mail(TO, LETTER, NOW, out(box.port, inside=(), **given)) == Outcome()
        wrong = {**given, "password": "lain"}
        assert send_mail(TO, LETTER, NOW, out(box.port, inside=(), **wrong)) == Outcome("smtp_535")
    assert box.logins[0] == (b"fs", b"rahasia")
    assert len(box.letters) == 1


def test_a_host_inside_may_have_a_certificate_of_its_own_making(tmp_path):
    context, _ = certificate(tmp_path, "mail.lan")
    with mail_server(context) as box:
        assert send_mail(TO, LETTER, NOW, out(box.port)) == Outcome()


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        ("550 no such box", Outcome("smtp_550", final=True)),
        ("451 try later", Outcome("smtp_451")),
    ],
)
def test_a_box_that_is_not_there_is_final(refusal, outcome):
    with mail_server() as box:
        box.refusal = refusal
        assert send_mail(TO, LETTER, NOW, out(box.port)) == outcome


def test_no_mail_server_and_one_that_does_not_answer():
    assert send_mail(TO, LETTER, NOW, Outgoing()) == Outcome("no_mail_server")
    assert send_mail(TO, LETTER, NOW, out(free_port())) == Outcome("no_answer")
    assert send_mail(TO, LETTER, NOW, out(free_port(), tls=True)) == Outcome("no_answer")


@pytest.mark.parametrize(
    "given",
    [
        *("", "kepala", "@x.go.id", "a@b@c.id", "a b@c.id", "a@c.id\nBcc: b@c.id", "a@c.id,b@c.id"),
        *("Kepala <a@c.id>", '"a b"@c.id', "kepala@dinkés.id"),
    ],
)
def test_what_is_not_exactly_one_address_is_refused(given):
    with pytest.raises(AddressError):
        check_mailbox(given)


def test_an_address_with_a_sign_in_it():
    check_mailbox("kepala+darurat@dinkes.example.go.id")
