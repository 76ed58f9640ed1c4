"""ID tokens: signed by a key of the issuer, by it, for us, for this very log-in, and not over.

Only asymmetric signatures are taken: what anybody could make who knows the client's secret, or nobody signed, is no
token. Needs Authlib (extra `oidc`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from fieldsync.config import Oidc
from fieldsync.issuer.wire import IssuerAwayError, RefusedError

ALGORITHMS = frozenset(f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512))
KEY_TYPES = ("RSA", "EC")
CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "nonce", "azp", "at_hash"})
LEEWAY_S = 60
LONGEST_SUBJECT = 255
_REASONS = {
    UnsupportedAlgorithmError: "wrong_algorithm",
    InvalidKeyIdError: "unknown_key",
    BadSignatureError: "wrong_signature",
    ExpiredTokenError: "expired",
}


def claims_of(
    token: Mapping[str, Any], keys: Any, said: Mapping[str, Any], given: Oidc, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """Return the claims of the ID token in a token response.

    Args:
        token: the response.
        keys: the issuer's JSON Web Key Set.
        said: what the issuer says of itself.
        given: the settings.
        nonce: of this log-in.
        now: the present moment; clocks may differ by a minute.

    Raises:
        IssuerAwayError: it has no key that could sign one.
        RefusedError: the token proves nobody to us.
    """
    signed = token.get("id_token")
    if not isinstance(signed, str):
        raise RefusedError("no_id_token")
    known, registry = _key_set(keys), JWSRegistry(algorithms=_algorithms(said), strict_check_header=False)
    try:
        read = jwt.decode(signed, known, registry=registry)
        options = {
            "iss": {"essential": True, "value": given.issuer},
            "aud": {"essential": True, "value": given.client_id},
        }
        about = {"nonce": nonce, "client_id": given.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, options, about)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except JoseError as error:
        raise RefusedError(_reason(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RefusedError("unreadable") from None  # claims or a header of kinds that Authlib does not expect
    if not 1 <= len(claims["sub"]) <= LONGEST_SUBJECT:
        raise RefusedError("wrong_sub")
    return claims  # type: ignore[no-any-return] # Authlib has no types; it is a dict


def _algorithms(said: Mapping[str, Any]) -> list[str]:
    announced = said.get("id_token_signing_alg_values_supported")
    listed = announced if isinstance(announced, list) else ["RS256"]  # which all must know
    found = ALGORITHMS.intersection(one for one in listed if isinstance(one, str))
    if not found:
        raise IssuerAwayError("no_algorithm")
    return sorted(found)


def _key_set(keys: Any) -> KeySet:
    """Return the public keys that may sign; of kinds that we know."""
    try:
        usable = [one for one in keys["keys"] if one.get("kty") in KEY_TYPES and one.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise IssuerAwayError("no_keys") from None


def _reason(error: JoseError) -> str:
    word = next((word for kind, word in _REASONS.items() if isinstance(error, kind)), None)
    if word is None and isinstance(error, ClaimError):
        return f"wrong_{error.claim}" if error.claim in CLAIMS else "wrong_claim"
    return word or "unreadable"
