"""Signatures of webhooks after Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body.

While a secret is being changed, the old one signs beside the new one, so that the receiver may change in its own time.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """Make a secret of 256 random bits, as the receiver is given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(given: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed message.

    Args:
        given: the secrets, each ``whsec_`` and base64; every one signs.
        message_id: the same at each try; the receiver drops what it has by it.
        at: the moment of this try.
        body: what is sent, byte for byte.
    """
    timestamp = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = [base64.b64encode(hmac.digest(_key(one), content, "sha256")).decode() for one in given]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
