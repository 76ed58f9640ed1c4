"""The inputs of a form that repairs a record: for each place that is wrong, one that fits the field declared there.

What is typed is read back as the value that a tablet would have sent. What can't be read as one stays a text, for the
record's own checks to refuse in their words. Restricted fields have no input for who may not see them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from fieldsync.programs import TYPES, Field, RecordType, without_restricted
from fieldsync.programs.declare import (
    CodeList,
    area,
    coded,
    integer,
    label,
    number,
    part,
    text,
    yes_no,
)
from fieldsync.sync import ABSENT, value_at
from fieldsync.sync.arrival import freeze
from fieldsync.sync.pointing import parts_of
from fieldsync.web.pages.speech import Speech

PREFIX, SHOWN = "v", "shown"
LONGEST_SHOWN = 200
_CONSENT = coded("""
given | diberikan | given
refused | ditolak | refused
by_law | atas dasar undang-undang | by law
""")
_ENVELOPE: Mapping[str, Field] = {
    one.name: one
    for one in (
        area("area", "desa/kelurahan tempat mencatat", "village where it was recorded"),
        text("officer", "petugas", "officer"),
        text("recorded_at", "waktu mencatat (RFC 3339)", "time of recording (RFC 3339)"),
        text("form_version", "versi formulir", "form version"),
        text("group", "kelompok rekaman", "group of records"),
        Field(name="consent", kind="code", label=label("persetujuan", "consent"), codes=_CONSENT),
        integer("device_seq", "nomor urut tablet", "tablet's own number", hard=(0, 2**63 - 1)),
        integer("base_rev", "revisi yang diubah", "revision that was edited", hard=(0, 2**31 - 1)),
        yes_no("deleted", "dihapus", "deleted"),
        part(
            "location",
            "lokasi",
            "location",
            fields=[
                number("lat", "lintang", "latitude", hard=(-90, 90), unit="°"),
                number("lon", "bujur", "longitude", hard=(-180, 180), unit="°"),
                number("accuracy_m", "ketelitian", "accuracy", hard=(0, 1e6), unit="m"),
            ],
        ),
    )
}
# A record is known by its id, and what else would be right depends on its type.
_FIXED = frozenset({"", "/id", "/type"})
_LISTS = frozenset({"codes", "ids", "texts"})
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its place in the record, its label, how it is drawn, what stands in it, and what is wrong there.

    `shape` is one of ``text number date time lines choice choices json``; `options` are (code, label).
    """

    pointer: str
    label: str
    shape: str
    value: str
    chosen: frozenset[str]
    options: list[tuple[str, str]]
    unit: str
    wrong: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name under which it is sent."""
        return PREFIX + self.pointer


def place_of(kind: RecordType | None, pointer: str) -> tuple[str, Field | None]:
    """Return the place that can be changed for an error at a pointer, with its declaration, None when there is none.

    An error at one item of a list of plain values is mended by the list.
    """
    parts = parts_of(pointer)
    if parts[:1] != ["data"]:
        fields, walked = tuple(_ENVELOPE.values()), [""]
    else:
        fields, walked, parts = (() if kind is None else kind.fields), ["", "data"], parts[1:]
    found: Field | None = None
    for at, name in enumerate(parts):
        walked.append(name.replace("~", "~0").replace("/", "~1"))
        if found is not None and found.kind == "objects" and name.isdigit():
            if at == len(parts) - 1:
                return "/".join(walked), None  # a whole row
            continue
        found = next((one for one in fields if one.name == name), None)
        if found is None:
            return "/".join((*walked, *parts[at + 1 :])), None
        if found.kind in _LISTS:
            break
        fields = found.fields
    return "/".join(walked), found


def label_of(say: Speech, kind: RecordType | None, pointer: str) -> str:
    """Return what the field at a pointer is called; undeclared ones by their pointer."""
    _, found = place_of(kind, pointer)
    return pointer or say.text("quarantine.whole") if found is None else say.label(found.label)


def may_see(kind: RecordType | None, pointer: str, *, restricted: bool) -> bool:
    """Tell whether somebody may see what stands at a pointer, who may, or may not, see restricted fields."""
    parts = parts_of(pointer)
    if restricted or parts[:1] != ["data"] or parts == ["data"]:
        return True
    return kind is not None and bool(without_restricted(kind.name, {parts[1]: 0}, restricted=False))


def shown(value: Any) -> str:
    """Return a value as it was sent, in a line."""
    if value is ABSENT:
        return ""
    told = _told(value)
    return told if len(told) <= LONGEST_SHOWN else told[:LONGEST_SHOWN] + "…"


def _told(value: Any) -> str:
    """Return a text as it is, else JSON; a lone surrogate, which no page can hold, as a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else freeze(value).decode()


def inputs_for(
    say: Speech,
    raw: Mapping[str, Any],
    errors: Sequence[Mapping[str, str]],
    further: Iterable[str],
    *,
    restricted: bool,
) -> list[Input]:
    """Return the inputs for what is wrong in a record, and for what must agree with it.

    Args:
        say: the reader's language.
        raw: the record, as it is to be shown.
        errors: with their pointers.
        further: pointers of inputs that stand there already.
        restricted: whether the user may see restricted fields.
    """
    kind = TYPES.get(str(raw.get("type")))
    wrong: dict[str, list[str]] = {}
    for one in errors:
        wrong.setdefault(place_of(kind, one["pointer"])[0], []).append(one["message"])
    wanted = dict.fromkeys((*wrong, *_beside(kind, wrong), *further))
    return [
        _input(say, kind, raw, pointer, wrong.get(pointer, []))
        for pointer in wanted
        if may_change(kind, pointer, restricted=restricted)
    ]


def may_change(kind: RecordType | None, pointer: str, *, restricted: bool) -> bool:
    """Tell whether the value at a pointer can be mended by this user."""
    whole = pointer == "/data" and not restricted
    return pointer not in _FIXED and not whole and may_see(kind, pointer, restricted=restricted)


def _beside(kind: RecordType | None, pointers: Iterable[str]) -> Iterator[str]:
    """Yield the fields that are compared with those at these pointers: any of them may be the wrong one."""
    tops = {parts[1] for pointer in pointers if (parts := parts_of(pointer))[:1] == ["data"] and len(parts) > 1}
    for check in () if kind is None else kind.checks:
        if check.grave and tops & {*check.fields}:
            yield from (f"/data/{name}" for name in check.fields)


def _input(say: Speech, kind: RecordType | None, raw: Mapping[str, Any], pointer: str, wrong: list[str]) -> Input:
    declared = place_of(kind, pointer)[1]
    value = value_at(raw, pointer)
    shape = _shape(declared)
    options = _options(say, declared)
    unit = "" if declared is None else declared.unit
    text_value, chosen = _filled(shape, value, options)
    return Input(pointer, label_of(say, kind, pointer), shape, text_value, chosen, options, unit, wrong)


_SHAPES = {
    "int": "number",
    "number": "number",
    "date": "date",
    "time": "time",
    "bool": "choice",
    "code": "choice",
    "codes": "choices",
    "ids": "lines",
    "texts": "lines",
    "object": "json",
    "objects": "json",
}


def _shape(declared: Field | None) -> str:
    if declared is None:
        return "json"
    return "lines" if declared.multiline else _SHAPES.get(declared.kind, "text")


def _options(say: Speech, declared: Field | None) -> list[tuple[str, str]]:
    if declared is not None and declared.kind == "bool":
        return [("true", say.text("common.yes")), ("false", say.text("common.no"))]
    codes: CodeList | None = None if declared is None else declared.codes
    return [] if codes is None else [(code, say.label(words)) for code, words in codes.labels.items()]


def _filled(shape: str, value: Any, options: Sequence[tuple[str, str]]) -> tuple[str, frozenset[str]]:
    known = frozenset(code for code, _ in options)
    if value is ABSENT:
        return "", frozenset()
    if shape == "choices":
        given = value if isinstance(value, list) else ()
        return "", known.intersection(one for one in given if isinstance(one, str))
    if shape == "lines" and isinstance(value, list):
        return "\n".join(map(_told, value)), frozenset()
    told = freeze(value).decode() if shape == "json" else _told(value)
    return told, known & {told}


def typed(kind: RecordType | None, raw: Mapping[str, Any], form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the values of a form's inputs by pointer, as a tablet would have sent them; `ABSENT` for empty ones."""
    found = {}
    for pointer in dict.fromkeys(form.getlist(SHOWN)):
        declared = place_of(kind, pointer)[1]
        given = [one.replace("\r\n", "\n").strip() for one in form.getlist(PREFIX + pointer)]
        found[pointer] = _read(declared, given, value_at(raw, pointer))
    return found


def _read(declared: Field | None, given: Sequence[str], before: Any) -> Any:
    shape = _shape(declared)
    if shape == "choices":
        return list(given)
    told = given[0] if given else ""
    if not told:
        return ABSENT
    if shape in _READERS:
        return _READERS[shape](told)
    if isinstance(before, str) and told == _told(before).replace("\r\n", "\n").strip():
        return before  # left as it is, to the last space
    if declared is not None and declared.kind in ("ids", "texts"):
        return [line.strip() for line in told.split("\n") if line.strip()]
    return _BOOLS.get(told, told) if declared is not None and declared.kind == "bool" else told


def _number(told: str) -> Any:
    plain = told.replace(",", ".", 1)
    return orjson.loads(plain) if _NUMBER.fullmatch(plain) and _is_json(plain) else told


def _is_json(told: str) -> bool:
    try:
        orjson.loads(told)
    except orjson.JSONDecodeError:
        return False
    return True


def _parsed(told: str) -> Any:
    return orjson.loads(told) if _is_json(told) else told


_READERS: Mapping[str, Callable[[str], Any]] = {"number": _number, "json": _parsed}
_BOOLS = {"true": True, "false": False}
