"""Real receivers of notices on loopback: a web server that remembers what it was posted, and a mail server."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fieldsync import notices
from fieldsync.config import Outgoing
from fieldsync.programs import PROGRAMS

OUT = Outgoing(inside=frozenset({"127.0.0.1"}), public_url="https://sync.example.go.id")
ALL = ("emergency", "coordinator", "head")


def listen(office, address: str, *, name: str = "Dinas", **changes):
    """Let an address be told, by default of all emergencies of the regency."""
    given = {"kind": "webhook", "areas": ("16.02",), "programs": PROGRAMS, "events": ALL, **changes}
    wanted = notices.Wanted(name=name, address=address, **given)
    return office.store.transact(lambda c: notices.add_target(c, office.store.sealer, wanted, PROGRAMS, office.clock()))


@dataclass
class Receiver:
    """What a web server was posted; `answers` are (status, headers) for the next posts, then 204."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    drip_s: float = 0  # a byte of the answer so often, for ever

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.posts]


@contextmanager
def web_server(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            while receiver.drip_s:
                self.wfile.write(b"H")
                time.sleep(receiver.drip_s)
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass  # a client that goes away in the midst is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.drip_s = 0
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """What a mail server took; `refusal` is what it says to the next recipient, as ``550 no such box``."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    refusal: str = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 # its name for it
        if self.refusal:
            said, self.refusal = self.refusal, ""
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 OK"


@contextmanager
def mail_server(context: ssl.SSLContext | None = None, *, password: bytes = b"") -> Iterator[Mailbox]:
    """A mail server on loopback; with a context it offers STARTTLS, with a password it wants a log-in after it."""
    box = Mailbox()

    def check(server, session, envelope, mechanism, data):
        from aiosmtpd.smtp import AuthResult

        box.logins.append((data.login, data.password))
        return AuthResult(success=data.password == password, handled=False)

    wants = {"authenticator": check, "auth_required": True} if password else {}
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=context, enable_SMTPUTF8=False, **wants
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A certificate of its own making for a name: the server's context, and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / f"{name}.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return context, path
