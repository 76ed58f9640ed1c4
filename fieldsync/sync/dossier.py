"""What the office reads of one person, and how it finds one: golden record with sources, records, episodes, relatives.

Put together from the registry and the identity room for one user at a time: all that goes out lies in the user's
scope, but for the golden record itself, which is one whatever the scope.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldsync import identity, registry
from fieldsync.access import OfficeUser, small_areas, usernames
from fieldsync.db import Sealer
from fieldsync.identity import Kin
from fieldsync.programs import TYPES, references, subject_of
from fieldsync.registry import PersonSeen, RecordSeen, Row
from fieldsync.sync.case_work import cases_of_person, shows_restricted_flags

CHILDHOOD = "child_growth"
CHUNK = 1000
# As many as a district has, and its villages.
FEW_AREAS = 80
_BEGINS = {"pregnancy", "service_request"}
_PARENTS = {"mother_id": "mother", "father_id": "father"}
_SPOUSES = {"/data/husband_id": "husband", "/data/wife_id": "wife"}
_SHOWN_OF_KIN = ("full_name", "sex", "birth_date")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the office looks for: `keys` of sealed values, all of which must fit; None looks for anybody."""

    keys: Sequence[tuple[int, ...]] | None
    area: str | None
    born: tuple[str | None, str | None]
    after: str | None
    limit: int


def person_list(
    connection: Connection, sealer: Sealer, user: OfficeUser, wanted: Wanted
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of persons by id, and the id after which the next page begins, None after the last."""
    found: list[dict[str, Any]] = []
    for row in _rows(connection, sealer, user, wanted):
        if len(found) == wanted.limit:
            return found, found[-1]["id"]
        found.append({"id": row.id, **row.fields})
    return found, None


def _rows(connection: Connection, sealer: Sealer, user: OfficeUser, wanted: Wanted) -> Iterable[Row]:
    narrowed: dict[str, Any] = {"area": wanted.area, "born": wanted.born}
    if wanted.keys is None:
        limit = wanted.limit + 1
        yield from registry.list_persons(connection, sealer, user.scope, limit, after=wanted.after, **narrowed)
        return
    # In a district, who has a record there are few, who has a common name in the country are many; else the reverse.
    codes = small_areas(connection, user.scope.areas_under(wanted.area), FEW_AREAS)
    near = None if codes is None else registry.persons_near(connection, codes)
    after = wanted.after
    while wanted.keys and (among := identity.find_persons(connection, wanted.keys, CHUNK, after, near)):
        yield from registry.list_persons(connection, sealer, user.scope, CHUNK, among=among, **narrowed)
        after = among[-1]


def person_page(connection: Connection, sealer: Sealer, user: OfficeUser, wanted: str) -> dict[str, Any] | None:
    """Return all that a user may see of a person, found by any id that it ever had; None when that is nothing."""
    person_id = registry.person_within(connection, wanted, user.scope)
    if person_id is None:
        return None
    restricted = user.may("restricted.read")
    seen = registry.see_person(connection, sealer, person_id, user.scope, restricted=restricted)
    at_home, kin = _relatives(connection, sealer, user, seen)
    return {
        "id": seen.id,
        "rev": seen.rev,
        "aliases": seen.aliases,
        "fields": {name: {"value": seen.fields[name], "record": seen.sources[name]} for name in sorted(seen.fields)},
        "records": [_record(one, user) for one in seen.records],
        "episodes": _episodes(seen),
        "household": {"kk_number": seen.fields.get("kk_number"), "members": at_home},
        "family": kin,
        "cases": cases_of_person(connection, sealer, user, seen.id),
    }


def person_story(connection: Connection, sealer: Sealer, user: OfficeUser, wanted: str) -> dict[str, Any] | None:
    """Return what was recorded of a person, as far as a user may see it; None when that is nothing.

    Returns:
        ``fields`` the golden values, ``records`` as in `person_page`, the earliest first, and ``cases`` as in a list.
    """
    person_id = registry.person_within(connection, wanted, user.scope)
    if person_id is None:
        return None
    restricted = user.may("restricted.read")
    seen = registry.see_person(connection, sealer, person_id, user.scope, restricted=restricted)
    return {
        "fields": {name: {"value": value} for name, value in seen.fields.items()},
        "records": [_record(one, user) for one in seen.records],
        "cases": cases_of_person(connection, sealer, user, seen.id),
    }


def persons_named(
    connection: Connection, sealer: Sealer, user: OfficeUser, wanted: Sequence[str]
) -> dict[str, tuple[str, str | None]]:
    """Return (who it is now, name) for those of these ids that mean a person in the user's scope; two statements."""
    aliases = registry.merged_into(connection, set(wanted))
    ids = {one: aliases.get(one, one) for one in wanted}
    persons = registry.persons_by_id(connection, sealer, user.scope, sorted({*ids.values()}))
    return {one: (now, persons[now].get("full_name")) for one, now in ids.items() if now in persons}


def person_history(
    connection: Connection, sealer: Sealer, user: OfficeUser, wanted: str, language: str
) -> list[dict[str, Any]] | None:
    """Return what was decided about who a person is; None when there is no such person in the user's scope."""
    person_id = registry.person_within(connection, wanted, user.scope)
    if person_id is None:
        return None
    seen = registry.see_person(connection, sealer, person_id, user.scope, restricted=False)
    ids = [person_id, *seen.aliases]
    told = identity.history_of(connection, sealer, ids, seen.person_records, language)
    names = usernames(connection, [str(one["by"]) for one in told])
    return [{**one, "by_name": names.get(str(one["by"]))} for one in told]


def shows_restricted(page: Mapping[str, Any]) -> bool:
    """Tell whether a page holds a restricted value; such a look is noted."""
    kinds = [("person", page["fields"]), *((one["type"], one["data"]) for one in page["records"])]
    if any(shows_restricted_flags(one) for one in page["cases"]):
        return True
    return any(field.restricted and field.name in data for kind, data in kinds for field in TYPES[kind].fields)


def _record(one: RecordSeen, user: OfficeUser) -> dict[str, Any]:
    """Return a record; where exactly it was made is for those who may have to go there."""
    hidden = {"id"} if user.may("cases.act") else {"id", "location"}
    head = {name: value for name, value in one.head.items() if name not in hidden}
    return {**head, "id": one.id, "type": one.type, "area": one.area, "rev": one.rev, "data": one.fields}


def _episodes(seen: PersonSeen) -> list[dict[str, Any]]:
    """Return pregnancies and applications with what names them, and one for all that watches a child grow."""
    by_id = {one.id: one for one in seen.records}
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in seen.records:
        begun = _beginning(one, by_id)
        if begun is not None:
            members[begun.type, begun.id].append(one.id)
        elif TYPES[one.type].program == "child":
            members[CHILDHOOD, seen.id].append(one.id)
    return [{"type": kind, "id": begun_id, "records": ids} for (kind, begun_id), ids in sorted(members.items())]


def _beginning(one: RecordSeen, by_id: Mapping[str, RecordSeen]) -> RecordSeen | None:
    steps: set[str] = set()
    at: RecordSeen | None = one
    while at is not None and at.type not in _BEGINS and at.id not in steps:
        steps.add(at.id)
        at = by_id.get(subject_of(TYPES[at.type], at.fields) or "")
    return at if at is not None and at.type in _BEGINS else None


def _relatives(
    connection: Connection, sealer: Sealer, user: OfficeUser, seen: PersonSeen
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    card = seen.fields.get("kk_number")
    mates = identity.household_of(connection, sealer, card) if card else []
    named = _named(connection, seen)
    persons = registry.persons_by_id(connection, sealer, user.scope, [seen.id, *mates, *named])
    persons[seen.id] = seen.fields
    named |= _children(connection, seen, persons)
    kin = identity.kin_of(seen.id, persons, named, mates)
    at_home = [_kin(persons, Kin(one, "", "")) for one in mates if one != seen.id and one in persons]
    return at_home, [_kin(persons, one) for one in kin if one.relation != "household"]


def _kin(persons: Mapping[str, Mapping[str, Any]], one: Kin) -> dict[str, Any]:
    told = {"relation": one.relation, "by": one.by} if one.relation else {}
    return {"id": one.person_id, **told, **{name: persons[one.person_id].get(name) for name in _SHOWN_OF_KIN}}


def _named(connection: Connection, seen: PersonSeen) -> dict[str, str]:
    """Return whom the person's own records name by id, and as what."""
    by_record: dict[str, str] = {}
    for one in seen.records:
        for name in references(TYPES[one.type], one.fields):
            relation = _SPOUSES.get(name.pointer) if one.type.startswith(("marriage", "divorce")) else None
            if one.type == "person":
                relation = _PARENTS.get(name.pointer.removeprefix("/data/"))
            elif one.type == "delivery" and "person" in name.names:
                relation = "child"
            if relation is not None:
                by_record[name.id] = relation
    known = registry.look_up(connection, sorted(by_record))
    persons = {str(there.person_id): by_record[one] for one, there in known.items() if there.person_id}
    persons.pop(seen.id, None)
    return persons


def _children(connection: Connection, seen: PersonSeen, persons: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return those of these persons whose golden record names this one as a parent."""
    parents = {
        person_id: [str(fields[name]).lower() for name in _PARENTS if fields.get(name)]
        for person_id, fields in persons.items()
    }
    known = registry.look_up(connection, sorted({one for ids in parents.values() for one in ids}))
    mine = {one for one, there in known.items() if there.person_id == seen.id}
    return {person_id: "child" for person_id, ids in parents.items() if person_id != seen.id and mine & {*ids}}
