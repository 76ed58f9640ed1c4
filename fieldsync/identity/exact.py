"""Exact identity: by the valid NIK and nothing else, for a whole batch in three statements at most."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from fieldsync.db import Lost, Sealer, add_missing_rows, member_of
from fieldsync.identity.normal.numbers import is_valid_nik
from fieldsync.identity.tables import NikRow
from fieldsync.registry import Incoming, merged_into


def resolve(connection: Connection, sealer: Sealer, newcomers: Sequence[Incoming]) -> dict[str, str]:
    """Set `person_id` on every edit of person records that are not in the registry yet.

    Args:
        connection: a writing connection.
        sealer: makes the keyed hashes.
        newcomers: the edits; of several edits of one record the tablet's last one tells the NIK.

    Returns:
        record id to ``new`` or ``matched``.

    Raises:
        Lost: another writer brought the same new person meanwhile; run the transaction again.
    """
    last: dict[str, Incoming] = {}
    for one in newcomers:
        if one.record_id not in last or one.device_seq >= last[one.record_id].device_seq:
            last[one.record_id] = one
    keys = {record_id: _key(sealer, one.data) for record_id, one in last.items() if not one.deleted}
    owners = _owners(connection, sorted({key for key in keys.values() if key}))
    claims: dict[str, str] = {}
    homes: dict[str, str] = {}
    for record_id in last:
        key = keys.get(record_id)
        owner = (owners.get(key) or claims.get(key)) if key else None
        homes[record_id] = owner or record_id
        if key and owner is None:
            claims[key] = record_id
    _claim(connection, claims)
    for one in newcomers:
        one.person_id = homes[one.record_id]
    return {record_id: "new" if home == record_id else "matched" for record_id, home in homes.items()}


def learn(connection: Connection, sealer: Sealer, edited: Sequence[Incoming]) -> list[tuple[str, str]]:
    """Return (loser, winner) of persons that edits of known records showed to be one, by the NIK that now stands.

    Sets `person_id` to the winner. A NIK that nobody had becomes this person's.

    Raises:
        Lost: as `resolve`.
    """
    keys = {id(one): key for one in edited if (key := _key(sealer, one.fields_now or {}))}
    owners = _owners(connection, sorted(set(keys.values())))
    moved: dict[str, str] = {}
    claims: dict[str, str] = {}
    for one in edited:
        key = keys.get(id(one))
        one.person_id = _followed(str(one.person_id), moved)
        if key is None:
            continue
        owner = _followed(owners.get(key) or claims.setdefault(key, one.person_id), moved)
        if owner != one.person_id:
            moved[one.person_id] = owner
            one.person_id = owner
    _claim(connection, claims)
    for one in edited:
        one.person_id = _followed(str(one.person_id), moved)
    return [(loser, _followed(loser, moved)) for loser in moved]


def _followed(person_id: str, moved: dict[str, str]) -> str:
    while person_id in moved:
        person_id = moved[person_id]
    return person_id


def _key(sealer: Sealer, fields: Mapping[str, Any]) -> str | None:
    nik = fields.get("nik")
    return sealer.lookup("nik", str(nik)) if is_valid_nik(nik) else None


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
