"""The full look at a record: everything that is wrong with it, and everything to be confirmed, in words.

The schema judges each value by itself; here follow the fields that no declaration knows,
dates after today, and what must hold between fields. A check between fields is made only
where those are valid by themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fieldsync.programs.declare import Field, RecordType, label
from fieldsync.programs.messages import Fault, message
from fieldsync.programs.older import retired
from fieldsync.programs.schema import faults_of
from fieldsync.programs.values import DOUBTS, FIELD_NAME, MAX_AGE, MAX_DEPTH, MAX_INTEGER, unfit

Path = tuple[str | int, ...]

_STRANGE: Mapping[str, Fault] = {
    "bad_format": Fault(
        "bad_format", takes=label(f"paling dalam {MAX_DEPTH} tingkat", f"at most {MAX_DEPTH} levels deep")
    ),
    "bad_text": Fault("bad_text"),
    "out_of_range": Fault("out_of_range", low=-MAX_INTEGER, high=MAX_INTEGER),
    "wrong_type": Fault("wrong_type", takes=label("nilai JSON", "a JSON value")),
}
_DOUBTED: Mapping[str, Fault] = {
    "nik": Fault("nik_suspect"),
    "words": Fault("unusual", why=label("nama kurang dari dua kata", "a name of fewer than two words")),
    "age": Fault("unusual", why=label(f"umur di atas {MAX_AGE} tahun", f"older than {MAX_AGE} years")),
}
_NAME_SHOWN = 64
# A record may hold tens of thousands of undeclared fields; who repairs it does not read on beyond these.
MOST_STRANGERS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or doubtful at one place; `pointer` is an RFC 6901 pointer from the record."""

    pointer: str
    code: str
    message: str


def examine(
    kind: RecordType, data: dict[str, Any], today: str, language: str = "id"
) -> tuple[list[Finding], list[Finding]]:
    """Return (errors, warnings) of a record's data in its current form version.

    Args:
        kind: its type.
        data: as decoded from JSON.
        today: the date YYYY-MM-DD after which most dates may not lie.
        language: ``id`` or ``en``, for the messages.
    """
    faults = dict(faults_of(kind, data))
    strange = islice(_strangers(kind.fields, data, ()), MOST_STRANGERS)
    for path, fault in (*strange, *_old_names(kind, data), *_too_late(kind, data, today)):
        faults.setdefault(path, fault)
    doubts: dict[Path, Fault] = {}
    for path, field, value in _given(kind.fields, data, ()):
        if not _is_faulty(path, faults):
            doubts.update((path, fault) for fault in _doubts(field, value, today))
    wrong = {path[0] for path in faults if path}
    for check in kind.checks:
        if not wrong.intersection(check.fields):
            for path, fault in check.faults(data):
                (faults if check.grave else doubts).setdefault(path, fault)
    return _findings(faults, language), _findings(doubts, language)


def pointer_to(path: Path) -> str:
    """Return the RFC 6901 pointer to a path inside the data; lone surrogates are shown as question marks."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in ("data", *path))
    return "".join(f"/{part}" for part in parts).encode("utf-8", "replace").decode()


def _findings(faults: Mapping[Path, Fault], language: str) -> list[Finding]:
    return [Finding(pointer_to(path), str(fault), message(fault, language)) for path, fault in faults.items()]


def _given(fields: Sequence[Field], data: Any, path: Path) -> Iterator[tuple[Path, Field, Any]]:
    """Yield every declared value that is given, also in nested objects, with its path and declaration."""
    if not isinstance(data, dict):
        return
    for field in fields:
        value = data.get(field.name)
        if value is None:
            continue
        here = (*path, field.name)
        yield here, field, value
        for inner, one in _objects_in(field, value, here):
            yield from _given(field.fields, one, inner)


def _objects_in(field: Field, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the objects that a value consists of by its declaration, each with its path; no more than it may hold."""
    if field.kind == "object":
        yield path, value
    elif field.kind == "objects" and isinstance(value, list):
        yield from (((*path, at), one) for at, one in enumerate(value[: field.length[1]]))


def _strangers(fields: Sequence[Field], data: Any, path: Path) -> Iterator[tuple[Path, Fault]]:
    """Yield what is wrong with undeclared fields, there and in nested objects."""
    if not isinstance(data, dict):
        return
    declared = {one.name: one for one in fields}
    for name, value in data.items():
        field = declared.get(name)
        if field is not None:
            for inner, one in _objects_in(field, value, (*path, name)):
                yield from _strangers(field.fields, one, inner)
        elif FIELD_NAME.fullmatch(name) is None:
            yield (*path, name[:_NAME_SHOWN]), Fault("bad_field_name")
        elif fault := unfit(value):
            yield (*path, name), _STRANGE[fault]


def _old_names(kind: RecordType, data: Mapping[str, Any]) -> Iterator[tuple[Path, Fault]]:
    for name, fault in retired(kind.translations).items():
        if data.get(name) is not None:
            yield (name,), fault


def _too_late(kind: RecordType, data: dict[str, Any], today: str) -> Iterator[tuple[Path, Fault]]:
    for path, field, value in _given(kind.fields, data, ()):
        if field.not_future and isinstance(value, str) and value > today:
            yield path, Fault("in_future")


def _is_faulty(path: Path, faults: Mapping[Path, Fault]) -> bool:
    return any(path[:length] in faults for length in range(len(path) + 1))


def _doubts(field: Field, value: Any, today: str) -> Iterator[Fault]:
    if field.soft:
        measured = len(value) if isinstance(value, list) else value
        if not field.soft[0] <= measured <= field.soft[1]:
            yield Fault("soft_range", low=field.soft[0], high=field.soft[1], unit=field.unit)
    if field.doubt and DOUBTS[field.doubt](value, today):
        yield _DOUBTED[field.doubt]
