"""What binds one log-in by the issuer together: state, nonce and PKCE verifier, all made from one seed.

The browser keeps the seed; without the server's secret nobody makes the three of it, the browser neither.
"""

import base64
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ticket:
    """Of one log-in: `state` comes back in the address, `nonce` in the token, `verifier` goes to the issuer alone."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


def ticket_of(secret: bytes, seed: str) -> Ticket:
    """Make the ticket of a seed: each part 43 characters of base64url, as RFC 7636 wants the verifier."""
    return Ticket(*(_part(secret, kind, seed) for kind in ("state", "nonce", "verifier")))


def _part(secret: bytes, kind: str, seed: str) -> str:
    digest = hmac.digest(secret, f"issuer {kind} v1\x00{seed}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
