"""The marshmallow schema of a record type, made from its declaration: the shape of the data and the errors in it.

Strict where marshmallow is lenient: no number in a text, no text in a number, dates stay
the text that they were. Fields that the declaration does not know pass; who asks must look
at them. Errors are `Fault`s, so that their code and limits survive.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from fieldsync.programs.compiled import field_of_one
from fieldsync.programs.declare import Field, RecordType, label
from fieldsync.programs.messages import Fault
from fieldsync.programs.values import (
    FIRST_DAY,
    LAST_DAY,
    TIME,
    UUID,
    VILLAGE,
    is_day,
    is_digits,
    is_line,
    is_lines,
    ordinal,
)

TAKES = {
    "text": label("teks", "text"),
    "int": label("bilangan bulat tanpa tanda kutip", "a whole number, not in quotes"),
    "number": label("bilangan, desimal dengan titik, tanpa tanda kutip", "a number, not in quotes"),
    "bool": label("true atau false", "true or false"),
    "list": label("daftar", "a list"),
    "object": label("objek", "an object"),
    "id": label("UUID 36 karakter", "a UUID of 36 characters"),
    "time": label("JJ:MM atau JJ:MM:DD", "HH:MM or HH:MM:SS"),
    "area": label("kode desa nn.nn.nn.nnnn", "a village code nn.nn.nn.nnnn"),
}
CHARACTERS = label("karakter", "characters")
ITEMS = label("butir", "items")
Validator = Callable[[Any], None]


class _Line(fields.String):
    """A text; bytes and numbers are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return value


class _Number(fields.Float):
    """A number that is one: no text, no truth value, nothing that is not finite; a whole one stays whole."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.make_error("invalid")
        return value


class _Bool(fields.Boolean):
    """True or false, nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class _Day(fields.Date):
    """A calendar date that stays text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if ordinal(value) is None:
            raise ValidationError([Fault("bad_date")])
        if not is_day(value):
            raise ValidationError([Fault("out_of_range", low=FIRST_DAY, high=LAST_DAY)])
        return value


class _Id(fields.UUID):
    """A UUID that stays text."""

    def _validated(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        _matches(UUID.fullmatch, TAKES["id"])(value)
        return value


class _List(fields.List[Any]):
    """A JSON array. Its items are looked at only when there are not too many, or a tablet could keep us busy."""

    def __init__(self, inner: fields.Field[Any], declared: Field, **shared: Any) -> None:
        super().__init__(inner, **shared)
        self.counted = _length(declared, ITEMS, "too_many")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        self.counted(value)
        return super()._deserialize(value, attr, data, **kwargs)


class _Record(Schema):
    """What all schemas of declared types share: they keep fields that they do not know."""

    error_messages = {"type": Fault("wrong_type", takes=TAKES["object"])}  # noqa: RUF012 # as marshmallow has it

    class Meta:
        unknown = INCLUDE


@cache
def schema_for(kind: RecordType) -> type[Schema]:
    """Return the schema class of a type, for validation and for the OpenAPI document."""
    return _schema(kind.name, kind.fields)


def faults_of(kind: RecordType, data: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Fault]]:
    """Yield the path and the first fault of every value that is not valid by itself."""
    yield from _flat(schema_for(kind)().validate(data), ())


def _flat(errors: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Fault]]:
    if isinstance(errors, dict):
        for key, inner in errors.items():
            yield from _flat(inner, path if key == "_schema" else (*path, key))
    else:
        yield path, errors[0]


def _schema(name: str, declared: tuple[Field, ...]) -> type[Schema]:
    title = "".join(part.capitalize() for part in name.split("_"))
    return type(title, (_Record,), {one.name: _field(name, one) for one in declared})


def _field(owner: str, field: Field) -> fields.Field[Any]:
    missing = Fault("required")
    shared = {
        "required": field.required,
        "allow_none": not field.required,
        "metadata": _metadata(field),
        "error_messages": {"required": missing, "null": missing, "invalid": _wrong(field)},
    }
    return _MAKERS[field.kind](owner, field, shared)


def _metadata(field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {"title": field.label["id"], "description": field.label["en"]}
    extra = {"unit": field.unit, "sealed": field.sealed, "restricted": field.restricted, "source": field.source}
    shown.update({f"x-{name}": value for name, value in extra.items() if value})
    if field.soft:
        shown["x-usual"] = list(field.soft)
    if field.codes:
        shown["x-labels"] = {code: dict(words) for code, words in field.codes.labels.items()}
    return shown


def _wrong(field: Field) -> Fault:
    kind = {"codes": "list", "ids": "list", "objects": "list", "texts": "list"}.get(field.kind, field.kind)
    return Fault("wrong_type", takes=TAKES.get(kind, TAKES["text"]))


def _length(field: Field, short: Mapping[str, str], long: str) -> Validator:
    low, high = field.length

    def check(value: Any) -> None:
        if len(value) < low:
            raise ValidationError([Fault("too_short", low=low, takes=short)])
        if len(value) > high:
            raise ValidationError([Fault(long, high=high)])

    return check


def _in_turn(*tests: Validator) -> Validator:
    """Make one test of several, of which the first to fail ends it: no long text is searched."""

    def check(value: Any) -> None:
        for test in tests:
            test(value)

    return check


def _matches(test: Callable[[str], object], takes: Mapping[str, str]) -> Validator:
    return _passes(test, Fault("bad_format", takes=takes))


def _passes(test: Callable[[str], object], fault: Fault) -> Validator:
    def check(value: str) -> None:
        if not test(value):
            raise ValidationError([fault])

    return check


def _text(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    sound = is_lines if field.multiline else is_line
    tests = [_length(field, CHARACTERS, "too_long"), _passes(sound, Fault("bad_text"))]
    if field.shape:
        tests.append(_matches(field.shape.regex.fullmatch, field.shape.takes))
    return _Line(validate=_in_turn(*tests), **shared)


def _digits(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    count = field.length[0]
    takes = label(f"{count} angka 0-9", f"{count} digits 0-9")
    return _Line(validate=_matches(lambda value: is_digits(value) and len(value) == count, takes), **shared)


def _range(field: Field) -> validate.Range:
    low, high = field.hard or (None, None)
    return validate.Range(low, high, error=Fault("out_of_range", low=low, high=high, unit=field.unit))


def _int(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return fields.Integer(strict=True, validate=_range(field), **shared)


def _number(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Number(validate=_range(field), **shared)


def _date(_: str, __: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Day(**shared)


def _time(_: str, __: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Line(validate=_matches(TIME.fullmatch, TAKES["time"]), **shared)


def _bool(_: str, __: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Bool(**shared)


def _one_of(field: Field) -> validate.OneOf:
    codes = tuple(field.codes.labels) if field.codes else ()
    return validate.OneOf(codes, error=Fault("unknown_code", takes=", ".join(codes)))


def _code(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Line(validate=_one_of(field), **shared)


def _listed(field: Field, inner: fields.Field[Any], shared: dict[str, Any]) -> fields.Field[Any]:
    return _List(inner, field, **shared)


def _of_one(takes: str) -> dict[str, Any]:
    wrong = Fault("wrong_type", takes=TAKES[takes])
    return {"error_messages": {"null": wrong, "invalid": wrong}}


def _codes(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _listed(field, _Line(validate=_one_of(field), **_of_one("text")), shared)


def _id(_: str, __: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _Id(**shared)


def _ids(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _listed(field, _Id(**_of_one("id")), shared)


def _area(_: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    regex, takes = (field.shape.regex, field.shape.takes) if field.shape else (VILLAGE, TAKES["area"])
    return _Line(validate=_matches(regex.fullmatch, takes), **shared)


def _texts(owner: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return _listed(field, _text(owner, field_of_one(field), _of_one("text")), shared)


def _object(owner: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    return fields.Nested(_schema(f"{owner}_{field.name}", field.fields), **shared)


def _objects(owner: str, field: Field, shared: dict[str, Any]) -> fields.Field[Any]:
    inner = fields.Nested(_schema(f"{owner}_{field.name}", field.fields), **_of_one("object"))
    return _listed(field, inner, shared)


_MAKERS: Mapping[str, Callable[[str, Field, dict[str, Any]], fields.Field[Any]]] = {
    "text": _text,
    "digits": _digits,
    "int": _int,
    "number": _number,
    "date": _date,
    "time": _time,
    "bool": _bool,
    "code": _code,
    "codes": _codes,
    "id": _id,
    "ids": _ids,
    "area": _area,
    "texts": _texts,
    "object": _object,
    "objects": _objects,
}
