"""The cases of bad input, read from cases.jsonl, and how a row becomes bytes.

A row is data: a new case needs no code here. Members of every row: `id`, `class` (as in
the list of bad input), `what` (which test takes it), and what it must get. In values,
``$absent`` takes a member out, ``{"$repeat": [x, n]}`` repeats a text or list,
``{"$numbered": [format, n]}`` counts, ``{"$digits": n}`` is an integer of n nines,
``{"$nested": n}`` a list in a list; a list of texts under `text`, `send` or `path` is joined.
Words in braces, as ``{woman}``, are replaced by what the test knows under that name.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import zstandard

from tests.field import pregnancy, visit, woman
from tests.office import Tablet, new_id

ABSENT = "$absent"
FILE = Path(__file__).with_name("cases.jsonl")
_BUILT = {
    "repeat": lambda given: given[0] * given[1],
    "numbered": lambda given: "".join(given[0] % number for number in range(given[1])),
    "digits": lambda count: int("9" * count),
    "nested": lambda depth: json.loads("[" * depth + "]" * depth),
}


@cache
def rows() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())


def of(*whats: str) -> list[dict[str, Any]]:
    """Return the rows of these kinds."""
    return [row for row in rows() if row["what"] in whats]


def name(row: object) -> str:
    return str(row["id"]) if isinstance(row, dict) else str(row)


def any_of(expected: Any) -> tuple[Any, ...]:
    """Return what is allowed: one value, or each of a list."""
    return tuple(expected) if isinstance(expected, list) else (expected,)


def value(given: Any, known: Mapping[str, str]) -> Any:
    """Build a value of a row."""
    if isinstance(given, str):
        return filled(given, known)
    if isinstance(given, list):
        return [value(one, known) for one in given]
    if isinstance(given, dict):
        if len(given) == 1 and (key := next(iter(given))).startswith("$"):
            return _BUILT[key[1:]](given[key])
        return {filled(key, known): value(one, known) for key, one in given.items()}
    return given


def text(given: Any, known: Mapping[str, str]) -> str:
    """Build a text of one or several parts."""
    parts = given if isinstance(given, list) else [given]
    return "".join(str(value(part, known)) for part in parts)


def filled(given: str, known: Mapping[str, str]) -> str:
    if "{" in given:
        for word, meant in known.items():
            given = given.replace("{" + word + "}", meant)
    return given


def changed(given: Mapping[str, Any], changes: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return members with changes, without those that are to be absent."""
    merged = {**given, **value(changes, known)}
    return {key: one for key, one in merged.items() if one != ABSENT}


def record(row: Mapping[str, Any], tablet: Tablet, known: Mapping[str, str]) -> Any:
    """Build the record of a row: a good one of its type, with the row's changes."""
    if "is" in row:
        return value(row["is"], known)
    makers = {
        "person": lambda: woman(tablet),
        "pregnancy": lambda: pregnancy(tablet, known["woman"]),
        "anc_visit": lambda: visit(tablet, known["pregnancy"]),
    }
    made = makers[row.get("type", "person")]()
    own = {**known, "self": made["id"]}
    made["id"] = known.get(row.get("as", ""), made["id"])
    made["data"] = changed(made["data"], row.get("data", {}), own)
    return changed(made, row.get("envelope", {}), own)


def written(made: Any, *, spaced: bool) -> str:
    """Write a record as no serialiser of the server does, so that the very text can be told from a copy.

    A space between a name and its colon makes the server's slow reader take the whole batch.
    """
    return json.dumps(made, indent=1, separators=(" ,", " : ")) if spaced else json.dumps(made)


def batch(texts: list[str], envelope: Mapping[str, Any]) -> bytes:
    """Write a batch around the texts of its records."""
    head = json.dumps({key: one for key, one in envelope.items() if key != "records"})
    return f'{head[:-1]}, "records": [{", ".join(texts)}]}}'.encode()


def body(row: Mapping[str, Any], tablet: Tablet, known: Mapping[str, str]) -> bytes:
    """Build the body of a whole request: a good batch of one, with what the row changes."""
    if "base64" in row:
        made = base64.b64decode(row["base64"])
    elif "document" in row:
        made = json.dumps(_without_absent(value(row["document"], known))).encode()
    else:
        written = text(row["text"], known) if "text" in row else _good_batch(row, tablet, known)
        made = written.encode(row.get("encode", "utf-8"))
    made = base64.b64decode(row.get("prefix64", "")) + made
    return _damaged(row, _packed(row, made)) + base64.b64decode(row.get("suffix64", ""))


def _good_batch(row: Mapping[str, Any], tablet: Tablet, known: Mapping[str, str]) -> str:
    envelope = tablet.envelope([woman(tablet)])
    return json.dumps(changed(envelope, row.get("batch", {}), known))


def _without_absent(document: Any) -> Any:
    return {key: one for key, one in document.items() if one != ABSENT} if isinstance(document, dict) else document


def _packed(row: Mapping[str, Any], made: bytes) -> bytes:
    if row.get("pack") == "gzip":
        return gzip.compress(made, 6, mtime=0)
    if row.get("pack") == "zstd":
        return zstandard.ZstdCompressor().compress(made)
    return made


def _damaged(row: Mapping[str, Any], made: bytes) -> bytes:
    made = made[: row["cut"]] if "cut" in row else made
    if "flip" in row:
        at = row["flip"]
        made = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
    return made


def headers(row: Mapping[str, Any], usual: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    given = {key: text(one, known) for key, one in row.get("headers", {}).items()}
    return {key: one for key, one in {**usual, **given}.items() if one != ABSENT}


def group_of(known: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return what is known, with fresh ids under these names."""
    return {**known, **{one: new_id() for one in names}}
