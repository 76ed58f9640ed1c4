"""A small OpenID Connect issuer on loopback: discovery, keys, authorization, tokens; it bends what the test says."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from fieldsync.config import Oidc

CLIENT, SECRET = "fieldsync", "rahasia-antara-dua-server"
CALLBACK = "http://localhost/login/issuer/back"
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


class SmallIssuer:
    """The server and what it does: `claims` are added to tokens (None takes one out), `said` to what it says of itself."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.reset()

    def reset(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.user = {"sub": "1001", "preferred_username": "siti"}
        self.claims: dict[str, Any] = {}
        self.said: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.signing: Any = self.key
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self, **changes: Any) -> Oidc:
        return Oidc(self.url, CLIENT, CALLBACK, **{"client_secret": SECRET, **changes})

    def authorize(self, address: str) -> str:
        """Log `user` in at the address that a browser was led to; gives where the browser is led back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.url})}"

    def _metadata(self) -> dict[str, Any]:
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return said | self.said

    def _token(self, form: dict[str, str], credentials: str) -> tuple[int, dict[str, Any]]:
        if credentials != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if asked is None or (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(asked["nonce"])}

    def _signed(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.user,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "k1", **self.header}
        if self.algorithm == "none":
            parts = (json.dumps(one).encode() for one in (header, claims))
            return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."
        return jwt.encode(header, claims, self.signing, algorithms=[self.algorithm])

    def answer(self, path: str, form: dict[str, str], credentials: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/token":
            status, said = self._token(form, credentials)
        elif path == "/keys":
            status, said = 200, {"keys": [self.key.as_dict(private=False), {"kty": "AKP", "kid": "k9"}]}
        else:
            status, said = (200 if path == "/.well-known/openid-configuration" else 404), self._metadata()
        return status, json.dumps(said).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/authorize?"):
                    self.send_response(303)
                    self.send_header("Location", issuer.authorize(self.path))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self._send(*issuer.answer(self.path, {}, ""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*issuer.answer(self.path, form, self.headers.get("Authorization", "")))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # who asked did not wait
                    self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        return Handler


def shared_secret() -> OctKey:
    """The key of who signs with the client's secret: any client could."""
    return OctKey.import_key(SECRET + SECRET)
