"""People for the tests of identity: rich enough to be told apart, and what officers make of them."""

from typing import Any

from tests.office import KAYU_AGUNG_DESA, Tablet

MOTHER: dict[str, Any] = {
    "full_name": "Qomariyah Handayani",
    "sex": "female",
    "birth_date": "1994-08-17",
    "birth_date_precision": "day",
    "village_code": KAYU_AGUNG_DESA,
    "nik": "1602055708940003",
    "kk_number": "1602051203150007",
    "phone": "081277665544",
    "mother_name": "Sumarsih",
    "spouse_name": "Wiryo Baharudin",
    "civil_documents_checked": True,
}
FATHER: dict[str, Any] = {
    "full_name": "Wiryo Baharudin",
    "sex": "male",
    "birth_date": "1990-02-03",
    "birth_date_precision": "day",
    "village_code": KAYU_AGUNG_DESA,
    "nik": "1602050302900002",
    "kk_number": "1602051203150007",
    "phone": "081277665544",
    "mother_name": "Kasiyem",
    "spouse_name": "Qomariyah Handayani",
}
BABY: dict[str, Any] = {
    "full_name": "Bagas Pratama",
    "sex": "male",
    "birth_date": "2025-11-20",
    "birth_date_precision": "day",
    "village_code": KAYU_AGUNG_DESA,
    "kk_number": "1602051203150007",
    "phone": "081277665544",
    "mother_name": "Qomariyah Handayani",
    "father_name": "Wiryo Baharudin",
}


def told(tablet: Tablet, fields: dict[str, Any], *without: str, envelope: dict[str, Any] | None = None, **changes: Any):
    """A person record: these fields, some left out, some changed."""
    data = {name: value for name, value in {**fields, **changes}.items() if name not in without}
    return tablet.record("person", data, **(envelope or {}))


def partition(store) -> dict[str, str]:
    """Person record to person."""
    from fieldsync import registry

    with store.snapshot() as connection:
        return dict(registry.links_of(connection))


def groups(store) -> set[frozenset[str]]:
    """The persons, each as the set of its records."""
    found: dict[str, set[str]] = {}
    for record_id, person_id in partition(store).items():
        found.setdefault(person_id, set()).add(record_id)
    return {frozenset(one) for one in found.values()}


def memory(store) -> tuple[dict[str, list[Any]], set[tuple[int, str]]]:
    """All profiles, opened, and all keys."""
    import orjson
    from sqlalchemy import select

    from fieldsync.identity.tables import KeyRow, ProfileRow

    with store.reading() as connection:
        profiles = {
            row.person_id: orjson.loads(store.sealer.open(row.sealed, f"profile {row.person_id}"))
            for row in connection.execute(select(ProfileRow.person_id, ProfileRow.sealed))
        }
        return profiles, {(row.key, row.person_id) for row in connection.execute(select(KeyRow.key, KeyRow.person_id))}


def alike(keys: set[tuple[int, str]]) -> list[list[str]]:
    """Who shares a key with whom, key by key: the same in databases whose hashes are not."""
    found: dict[int, list[str]] = {}
    for key, person_id in sorted(keys):
        found.setdefault(key, []).append(person_id)
    return sorted(found.values())


def counts(store) -> dict[int, int]:
    """How often each word of names was counted, by key."""
    from sqlalchemy import select

    from fieldsync.identity.tables import WordRow

    with store.reading() as connection:
        return {row.key: row.n for row in connection.execute(select(WordRow.key, WordRow.n))}
