"""Exact identity: by the valid NIK and nothing else, for a whole batch in three statements at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from fieldsync.db import Lost, Sealer, add_missing_rows, member_of
from fieldsync.identity.nik import is_valid_nik
from fieldsync.identity.tables import NikRow
from fieldsync.registry import Incoming, merged_into


@dataclass(slots=True)
class Resolution:
    """What a batch's person records turned out to be.

    `identity` maps record id to ``new`` or ``matched``. `merges` lists (loser, winner):
    persons that a corrected NIK showed to be one.
    """

    identity: dict[str, str]
    merges: list[tuple[str, str]]


def resolve(connection: Connection, sealer: Sealer, edits: Sequence[Incoming]) -> Resolution:
    """Set `person_id` on every edit of a person record.

    Args:
        connection: a writing connection.
        sealer: makes the keyed hashes.
        edits: person edits in their order; those of records known before carry their `person_id` already.

    Raises:
        Lost: another writer brought the same new person meanwhile; run the transaction again.
    """
    keys = {id(one): _key(sealer, one) for one in edits}
    owners = _owners(connection, sorted({key for key in keys.values() if key}))
    claims: dict[str, str] = {}
    found = Resolution({}, [])
    homes: dict[str, str] = {}
    for one in edits:
        key = keys[id(one)]
        owner = (owners.get(key) or claims.get(key)) if key else None
        known = one.person_id or homes.get(one.record_id)
        one.person_id = _home(one, known, owner, found)
        homes[one.record_id] = one.person_id
        if key and owner is None:
            claims[key] = one.person_id
    _claim(connection, claims)
    return found


def _home(one: Incoming, known: str | None, owner: str | None, found: Resolution) -> str:
    if known is None:
        found.identity[one.record_id] = "matched" if owner else "new"
        return owner or one.record_id
    found.identity.setdefault(one.record_id, "matched")
    if owner and owner != known:
        found.merges.append((known, owner))
        return owner
    return known


def _key(sealer: Sealer, one: Incoming) -> str | None:
    nik = one.data.get("nik")
    return sealer.lookup("nik", str(nik)) if is_valid_nik(nik) and not one.deleted else None


def _owners(connection: Connection, keys: list[str]) -> dict[str, str]:
    if not keys:
        return {}
    owners = _claimed(connection, keys)
    aliases = merged_into(connection, set(owners.values()))
    return {key: aliases.get(person_id, person_id) for key, person_id in owners.items()}


def _claimed(connection: Connection, keys: list[str]) -> dict[str, str]:
    query = select(NikRow.key, NikRow.person_id).where(member_of(connection, NikRow.key, keys))
    return {row.key: row.person_id for row in connection.execute(query)}


def _claim(connection: Connection, claims: dict[str, str]) -> None:
    """Write down whose each NIK is; sorted, so that two writers of the same NIKs wait and do not deadlock.

    Raises:
        Lost: another tablet's batch brought the same person in this very instant.
    """
    if not claims:
        return
    add_missing_rows(connection, NikRow, ("key", "person_id"), sorted(claims.items()))
    if _claimed(connection, sorted(claims)) != claims:
        raise Lost
