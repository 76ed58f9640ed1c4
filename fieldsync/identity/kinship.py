"""Who is whose mother, father, child, husband or wife, as far as the golden records of a few persons tell.

By the ids that records name, first; else by names, and then only within one family card. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fieldsync.identity.normal.likeness import Likeness, likeness
from fieldsync.identity.normal.names import Name, read_name

MOTHER, FATHER, CHILD, HUSBAND, WIFE, HOUSEHOLD = "mother", "father", "child", "husband", "wife", "household"
BY_ID, BY_NAME, BY_CARD = "id", "name", "kk"
Fields = Mapping[str, Any]


class Kin(NamedTuple):
    """One relative: what they are to the person, and what tells so."""

    person_id: str
    relation: str
    by: str


def kin_of(me: str, persons: Mapping[str, Fields], named: Mapping[str, str], at_home: Iterable[str]) -> list[Kin]:
    """Return a person's relatives, each once: parents, children and spouses, then who only shares the family card.

    Args:
        me: id of the person.
        persons: golden fields by id, the person's own among them; who is not here is not told of.
        named: whom the person's records name by id: person id to relation.
        at_home: ids of who shares the family card.
    """
    home = {*at_home} - {me}
    found = []
    for person_id, fields in sorted(persons.items()):
        if person_id == me:
            continue
        if person_id in named:
            found.append(Kin(person_id, named[person_id], BY_ID))
        elif person_id in home:
            relation = _by_name(persons[me], fields)
            found.append(Kin(person_id, relation or HOUSEHOLD, BY_NAME if relation else BY_CARD))
    return sorted(found, key=_order)


_RANKS = (MOTHER, FATHER, HUSBAND, WIFE, CHILD, HOUSEHOLD)


def _order(kin: Kin) -> tuple[int, str]:
    return _RANKS.index(kin.relation), kin.person_id


def _by_name(me: Fields, other: Fields) -> str | None:
    if other.get("sex") == "female" and _alike(me.get("mother_name"), other.get("full_name")):
        return MOTHER
    if other.get("sex") == "male" and _alike(me.get("father_name"), other.get("full_name")):
        return FATHER
    parent = "mother_name" if me.get("sex") == "female" else "father_name"
    if _alike(other.get(parent), me.get("full_name")):
        return CHILD
    if {me.get("sex"), other.get("sex")} == {"female", "male"} and (
        _alike(me.get("spouse_name"), other.get("full_name")) or _alike(other.get("spouse_name"), me.get("full_name"))
    ):
        return spouse(other)
    return None


def spouse(fields: Fields) -> str:
    """Return what a spouse is called."""
    return HUSBAND if fields.get("sex") == "male" else WIFE


def _alike(one: str | None, other: str | None) -> bool:
    names = _name(one), _name(other)
    return names[0] is not None and names[1] is not None and likeness(names[0], names[1]) >= Likeness.CLOSE


def _name(text: str | None) -> Name | None:
    return read_name(text).name if text else None
