"""Passwords: which are taken, and Argon2id hashes of them. No password is kept, shown or logged.

A check costs the same whether there is such a user or not.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldsync.access.scope import AccessError

SHORTEST, LONGEST = 10, 200
# OWASP's password storage cheat sheet: Argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash of these parameters that no password has, to be checked for names that nobody has.
NOBODYS = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p=1${'A' * 22}${'A' * 43}"

# In the place of a hash: no password is right, since the user comes in by the issuer only.
NO_PASSWORD = "none"  # noqa: S105 # it is none


def hash_password(password: str, username: str) -> str:
    """Return the hash of a new password.

    Raises:
        AccessError: ``weak_password``: under 10 characters or over 200, with a control character, or the user's name.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccessError("weak_password", f"a password takes {SHORTEST} to {LONGEST} characters")
    if not plain.isprintable() or plain.isspace():
        raise AccessError("weak_password", "a password takes characters that can be seen")
    if plain.casefold() == _normal(username).casefold():
        raise AccessError("weak_password", "a password may not be the user's name")
    return _HASHER.hash(plain)


def matches(password_hash: str, password: str) -> bool:
    """Tell whether this is the password; takes some 20 ms of a processor and 19 MiB."""
    try:
        return _HASHER.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def renewed(password_hash: str, password: str) -> str:
    """Return a hash by the present parameters: the same one unless it was made by older ones."""
    return _HASHER.hash(_normal(password)) if _HASHER.check_needs_rehash(password_hash) else password_hash


def _normal(text: str) -> str:
    # What looks the same is typed differently on different keyboards.
    return unicodedata.normalize("NFKC", text)
