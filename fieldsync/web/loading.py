"""A JSON body against the schema of its route: every fault by pointer and code, in the reader's language.

Unknown members are refused: what the server sets itself can't be slipped in.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from fieldsync.sync.messages import finding
from fieldsync.web.bodies import read_json
from fieldsync.web.problems import Problem, language

MOST_BYTES = 16 * 1024
LONGEST_NAME = 64


def load_body(schema: Schema, most: int = MOST_BYTES) -> dict[str, Any]:
    """Return the present request's body as the schema loads it.

    Raises:
        Problem: 422 with every fault; or as `read_json`.
    """
    document, _ = read_json(most, most)
    if not isinstance(document, dict):
        raise Problem(422, "invalid", errors=[finding("", "wrong_type", language(), "object")])
    try:
        loaded: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        raise Problem(422, "invalid", errors=list(_faults(schema, error))) from error
    return loaded


def _faults(schema: Schema, error: ValidationError) -> Iterator[dict[str, str]]:
    faults = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    for name, texts in faults.items():
        pointer = f"/{_token(name)}"
        if isinstance(texts, Mapping):  # of a list: the faults of its members by their places
            yield from (finding(f"{pointer}/{_token(place)}", "bad_format", language()) for place in texts)
            continue
        code = "required" if "Missing" in texts[0] else "unknown_field" if "Unknown" in texts[0] else "bad_format"
        yield finding(pointer, code, language(), _takes(schema.fields.get(name)))


def _token(name: object) -> str:
    return str(name).encode("ascii", "replace").decode()[:LONGEST_NAME].replace("~", "~0").replace("/", "~1")


def _takes(field: fields.Field[Any] | None) -> str:
    """Name what a field takes, in a way that is the same in every language."""
    for one in field.validators if field else ():
        if isinstance(one, validate.Length | validate.Range):
            return f"{one.min}..{one.max}"
        if isinstance(one, validate.OneOf):
            return ", ".join(map(str, one.choices))
    return type(field).__name__
