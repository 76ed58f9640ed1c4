"""What other rooms take out of a record: which records it names, whom it is about, what must be sealed.

Worked out once per type from its declaration. Given valid data these never fail; given
data with fields missing (a deleted record) they take what is there.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from fieldsync.programs.declare import Field, RecordType


class Reference(NamedTuple):
    """One record that another names: where, its id in lower case, the types it may have, whether it is waited for."""

    pointer: str
    id: str
    names: tuple[str, ...]
    awaited: bool


class _Plan(NamedTuple):
    single: tuple[tuple[str, str, tuple[str, ...], bool], ...]
    other: tuple[Field, ...]
    plain: frozenset[str]
    nested: tuple[Field, ...]


@cache
def _plan(kind: RecordType) -> _Plan:
    single = tuple((one.name, f"/data/{one.name}", one.names, one.awaited) for one in kind.fields if one.kind == "id")
    other = tuple(one for one in kind.fields if _names_inside(one))
    plain = [one for one in kind.fields if not one.seals]
    nested = tuple(one for one in plain if one.fields)
    return _Plan(single, other, frozenset(one.name for one in plain), nested)


def _names_inside(field: Field) -> bool:
    return field.kind == "ids" or any(one.kind == "id" or _names_inside(one) for one in field.fields)


def references(kind: RecordType, data: dict[str, Any]) -> list[Reference]:
    """Return the records that this one names, in the order of the declaration; `data` is valid, or empty."""
    plan = _plan(kind)
    found = [
        Reference(pointer, value.lower(), names, awaited)
        for name, pointer, names, awaited in plan.single
        if (value := data.get(name)) is not None
    ]
    for field in plan.other:
        found += _inside(field, data.get(field.name), f"/data/{field.name}")
    return found


def _inside(field: Field, value: Any, pointer: str) -> Iterator[Reference]:
    if value is None:
        return
    if field.kind == "id":
        yield Reference(pointer, value.lower(), field.names, field.awaited)
    elif field.kind == "ids":
        for at, one in enumerate(value):
            yield Reference(f"{pointer}/{at}", one.lower(), field.names, field.awaited)
    elif field.kind == "object":
        for inner in field.fields:
            yield from _inside(inner, value.get(inner.name), f"{pointer}/{inner.name}")
    elif field.kind == "objects":
        for at, one in enumerate(value):
            for inner in field.fields:
                yield from _inside(inner, one.get(inner.name), f"{pointer}/{at}/{inner.name}")


def parted(kind: RecordType, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part data in (open, sealed) by whole fields.

    Sealed are the identity values, whatever holds one inside, and everything that the
    declaration does not know, there or in a nested object: a newer app may put an
    identity value there. When nothing is to be sealed, the first is `data` itself.
    """
    plan = _plan(kind)
    plain = plan.plain
    strange = [one.name for one in plan.nested if _holds_strangers(one, data.get(one.name))]
    if strange:
        plain = plain.difference(strange)
    if plain.issuperset(data):
        return data, {}
    opened = {name: value for name, value in data.items() if name in plain}
    return opened, {name: value for name, value in data.items() if name not in plain}


def _holds_strangers(field: Field, value: Any) -> bool:
    if value is None or not field.fields:
        return False
    known = {one.name for one in field.fields}
    parts = value if field.kind == "objects" else (value,)
    return any(
        part.keys() - known or any(_holds_strangers(one, part.get(one.name)) for one in field.fields) for part in parts
    )


def subject_of(kind: RecordType, data: dict[str, Any]) -> str | None:
    """Return the id, in lower case, of the record that tells whom this one is about; None if it names none."""
    if kind.subject is None:
        return None
    value = data.get(kind.subject)
    return value.lower() if isinstance(value, str) else None


def without_restricted_fields(kind: RecordType, data: dict[str, Any]) -> dict[str, Any]:
    """Return data without what only some roles may read: restricted fields, and objects that hold one.

    What the declaration does not know goes, too: a newer app may have put a restricted value there.
    """
    open_to_all = _open_to_all(kind)
    return {name: value for name, value in data.items() if name in open_to_all}


@cache
def _open_to_all(kind: RecordType) -> frozenset[str]:
    return frozenset(one.name for one in kind.fields if not _is_restricted(one))


def _is_restricted(field: Field) -> bool:
    return field.restricted or any(_is_restricted(one) for one in field.fields)
