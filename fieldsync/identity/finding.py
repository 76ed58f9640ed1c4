"""Finding persons by what is sealed: the words of a name, a NIK, a telephone, a family card, each by its keyed hash.

Whole words only, in the spelling to which names are folded: nothing sealed can be searched by its parts. Who may see
what is found is decided by who asks.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import aliased

from fieldsync.db import Sealer
from fieldsync.identity.normal.names import read_name
from fieldsync.identity.normal.phones import national
from fieldsync.identity.tables import KeyRow

MOST_AT_HOME = 60


Key = tuple[int, ...]  # the hashes of one value under all live identity keys: a row under any of them counts


def keys_of_name(sealer: Sealer, text: str) -> list[Key]:
    """Return the keys of the words of a name as somebody typed it; titles do not count. None of no words."""
    name = read_name(text).name
    return [] if name is None else [sealer.keys64("find", word) for word in dict.fromkeys(name.folded)]


def key_of_nik(sealer: Sealer, nik: str) -> Key:
    """Return the key of a NIK."""
    return sealer.keys64("nik", nik)


def key_of_phone(sealer: Sealer, text: str) -> Key | None:
    """Return the key of a telephone number as somebody typed it; None when it is none."""
    number = national(text)
    return None if number is None else sealer.keys64("phone", number)


def find_persons(
    connection: Connection, keys: Sequence[Key], limit: int, after: str | None, near: Select[str] | None = None
) -> list[str]:
    """Return persons who have all of these keys, by id.

    Args:
        connection: for reading.
        keys: at least one.
        limit: how many at most.
        after: the last id seen.
        near: the query for ids that they must be among: few, as from these it begins.
    """
    if near is None:
        query, person = persons_with(keys), KeyRow.__table__.c.person_id
    else:
        some = near.subquery("near")
        person = some.c.id
        held = (select(KeyRow.key).where(KeyRow.key.in_(key), KeyRow.person_id == person).exists() for key in keys)
        query = select(person).where(*held)
    if after is not None:
        query = query.where(person > after)
    return list(connection.execute(query.order_by(person).limit(limit)).scalars())


def persons_with(keys: Sequence[Key]) -> Select[str]:
    """Return the query for the ids of persons who have all of these keys, of which there must be one."""
    query = _found_by(keys[0])
    for key in keys[1:]:
        also = aliased(KeyRow)
        query = query.where(select(also.key).where(also.key.in_(key), also.person_id == KeyRow.person_id).exists())
    return query


def household_of(connection: Connection, sealer: Sealer, card: str) -> list[str]:
    """Return the persons of whom a record names this family card; none when so many do that it is no household's."""
    query = _found_by(sealer.keys64("kk", card)).order_by(KeyRow.person_id)
    found = list(connection.execute(query.limit(MOST_AT_HOME + 1)).scalars())
    return found if len(found) <= MOST_AT_HOME else []


def _found_by(key: Key) -> Select[str]:
    query = select(KeyRow.person_id).where(KeyRow.key.in_(key))
    return query.distinct() if len(key) > 1 else query
