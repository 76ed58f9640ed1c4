"""Whom a request looks for, in keyed hashes: the same words and limits for the API and the pages."""

from fieldsync import identity
from fieldsync.web.house import house
from fieldsync.web.queries import invalid

LONGEST_Q = 100
NIK_DIGITS = 16


def keys_for(name: str | None, nik: str | None) -> list[identity.Key] | None:
    """Return the keyed hashes of what is looked for, all of which must fit; None when nothing sealed is.

    Raises:
        Problem: 422, the NIK is not one.
    """
    sealer = house().store.sealer
    keys = []
    if nik:
        if len(nik) != NIK_DIGITS or not (nik.isascii() and nik.isdigit()):
            raise invalid("nik", "bad_format", f"{NIK_DIGITS} digits")
        keys.append(identity.key_of_nik(sealer, nik))
    if name:
        words = identity.keys_of_name(sealer, name)
        if not words:
            return []
        keys += words
    return keys if name or nik else None
