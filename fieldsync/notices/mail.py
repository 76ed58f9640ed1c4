"""One e-mail through the office's own mail server, as plain text.

The server is the operator's setting and may be inside; TLS is insisted on, but for a host that the operator names as
being inside. A mailbox that is not there is final; whatever else the server says may pass.
"""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from fieldsync.config import MAILBOX, Outgoing, Relay
from fieldsync.notices.addresses import AddressError
from fieldsync.notices.outcome import CAME_THROUGH, Outcome, trouble

SECONDS = 15.0
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: its id (the same at each try), subject and text."""

    id: str
    subject: str
    text: str


def check_mailbox(given: str) -> None:
    """Refuse what is not exactly one address.

    Raises:
        AddressError: ``bad_mailbox``.
    """
    if not MAILBOX.fullmatch(given):
        raise AddressError("bad_mailbox", "this is no e-mail address; it takes one, as kepala@dinkes.example.go.id")


def send_mail(to: str, letter: Letter, now: datetime, out: Outgoing) -> Outcome:
    """Send a letter to one address once.

    Args:
        to: the address.
        letter: what to send.
        now: the moment, which is its date.
        out: the mail server and the sender.
    """
    if out.relay is None:
        return Outcome("no_mail_server")
    try:
        with _open(out.relay, out.inside) as server:
            server.send_message(made(to, letter, now, out.sender))
    except smtplib.SMTPException as error:
        return _said_no(error)
    except OSError as error:
        return Outcome(trouble(error))
    return CAME_THROUGH


def _said_no(error: smtplib.SMTPException) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, _),) = error.recipients.values()
        return Outcome(f"smtp_{code}", final=code >= PERMANENT)
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(f"smtp_{error.smtp_code}")
    return Outcome("no_starttls" if isinstance(error, smtplib.SMTPNotSupportedError) else "no_answer")


def made(to: str, letter: Letter, now: datetime, sender: str) -> EmailMessage:
    """Return the message; its id is the same at each try, so that a mailbox can tell a repeat."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    return message


def _open(relay: Relay, inside: frozenset[str]) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if relay.host in inside:  # a host that may do without TLS may have a certificate of its own making
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if relay.tls:
        server: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if not relay.tls and (server.has_extn("starttls") or relay.host not in inside):
            server.starttls(context=context)
        if relay.username:
            server.login(relay.username, relay.password)
    except BaseException:
        server.close()
        raise
    return server
