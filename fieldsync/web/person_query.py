"""Whom a request looks for, in keyed hashes: the same words and limits for the API and the pages.

Every search is noted in the audit trail, never for whom, and nobody may search without end: whoever tries number after
number is stopped.
"""

from collections.abc import Sequence
from datetime import timedelta

from fieldsync import identity
from fieldsync.access import note_audit, wait_after
from fieldsync.web.gate import user
from fieldsync.web.house import house
from fieldsync.web.problems import Problem
from fieldsync.web.queries import invalid, single

LONGEST_Q = 100
NIK_DIGITS = 16
# A coordinator on the telephone looks for one person after another; nobody types sixty names in a minute.
MOST_SEARCHES, WITHIN = 60, timedelta(minutes=1)
_SEARCHES = frozenset({"persons.search", "cases.search"})


def note_search(where: str, by: Sequence[str]) -> None:
    """Note that the user looks for somebody among ``persons`` or ``cases``; further pages of one search are not noted.

    Raises:
        Problem: 429, more than `MOST_SEARCHES` in a minute.
    """
    if single("cursor") is not None:
        return
    store, now = house().store, house().clock()
    with store.reading() as connection:
        wait = wait_after(connection, user(), _SEARCHES, MOST_SEARCHES, WITHIN, now)
    if wait:
        raise Problem(429, "too-many-requests", headers={"Retry-After": str(wait)})
    store.transact(lambda connection: note_audit(connection, user(), f"{where}.search", where, now, {"by": by}))


def keys_for(name: str | None, nik: str | None, phone: str | None = None) -> list[identity.Key] | None:
    """Return the keyed hashes of what is looked for, all of which must fit; None when nothing sealed is.

    Raises:
        Problem: 422, the NIK is not one, or the telephone number.
    """
    sealer = house().store.sealer
    keys = []
    if nik:
        if len(nik) != NIK_DIGITS or not (nik.isascii() and nik.isdigit()):
            raise invalid("nik", "bad_format", f"{NIK_DIGITS} digits")
        keys.append(identity.key_of_nik(sealer, nik))
    if phone:
        key = identity.key_of_phone(sealer, phone)
        if key is None:
            raise invalid("phone", "bad_format", "a telephone number")
        keys.append(key)
    if name:
        words = identity.keys_of_name(sealer, name)
        if not words:
            return []
        keys += words
    return keys if name or nik or phone else None
