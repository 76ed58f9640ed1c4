"""What stands in a request's query: one value per name, whole numbers, and the cursors of the office's lists.

What is wrong is 422 with the name as its pointer; a cursor that is none of ours, or somebody else's, is 400.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
from flask import request

from fieldsync.sync.messages import finding
from fieldsync.web.house import house
from fieldsync.web.problems import Problem, language

SIGNATURE_BYTES = 16
LONGEST_CURSOR = 2000
MOST_NUMBER = 2**63 - 1  # of a row: beyond it there is none
_AREA = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


def invalid(name: str, code: str, takes: Any = "") -> Problem:
    """Return the problem of one wrong value."""
    return Problem(422, "invalid", errors=[finding(f"/{name}", code, language(), takes)])


def single(name: str) -> str | None:
    """Return the value of a name, or None; given twice, which would count is a guess, so it is refused."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise invalid(name, "too_many")
    return values[0] if values else None


def whole(name: str, least: int, most: int, usual: int) -> int:
    """Return a whole number within limits."""
    given = single(name)
    if given is None:
        return usual
    number = int(given) if _WHOLE.fullmatch(given) else -1
    if not least <= number <= most:
        raise invalid(name, "out_of_range", f"{least}..{most}")
    return number


def area(name: str = "area") -> str | None:
    """Return an area's code of any level that is in the list of regions; None when none or an empty one is given."""
    given = single(name)
    if not given:
        return None
    if _AREA.fullmatch(given) is None:
        raise invalid(name, "bad_format", "nn.nn.nn.nnnn")
    with house().store.reading() as connection:
        if house().areas.missing(connection, {given}):
            raise invalid(name, "unknown_area")
    return given


def day(name: str) -> str | None:
    """Return a calendar day in ISO form; None when none or an empty one is given."""
    given = single(name)
    if not given:
        return None
    try:
        if _DAY.fullmatch(given):
            return date.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise invalid(name, "bad_format", "YYYY-MM-DD")


def month(name: str) -> str | None:
    """Return a calendar month as ``YYYY-MM``; None when none or an empty one is given."""
    given = single(name)
    if not given:
        return None
    if _MONTH.fullmatch(given) is None or given < "1900":
        raise invalid(name, "bad_format", "YYYY-MM")
    return given


def choice(name: str, choices: Sequence[str], usual: str) -> str:
    """Return one of some words."""
    given = single(name) or usual
    if given not in choices:
        raise invalid(name, "unknown_code", ", ".join(choices))
    return given


def words(name: str, choices: Sequence[str] | None = None) -> list[str]:
    """Return words with commas between them, each once, each of `choices` if there are any; none when none is given."""
    given = single(name)
    found = list(dict.fromkeys(given.split(","))) if given else []
    if choices is None and not all(_WORD.fullmatch(one) for one in found):
        raise invalid(name, "bad_format", "A,B")
    if choices is not None and not set(found) <= set(choices):
        raise invalid(name, "unknown_code", ", ".join(choices))
    return found


def moment(name: str) -> datetime | None:
    """Return a moment given in RFC 3339 with its offset; None when none or an empty one is given."""
    given = single(name)
    if not given:
        return None
    try:
        if _MOMENT.fullmatch(given):
            return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise invalid(name, "bad_date")


def line(name: str, longest: int) -> str | None:
    """Return a text of one line; None when none or an empty one is given."""
    given = single(name)
    if not given or not given.strip():
        return None
    if len(given) > longest or not given.isprintable():
        raise invalid(name, "bad_format", f"1..{longest}")
    return given


def write_cursor(about: str, place: Sequence[Any] | None) -> str | None:
    """Write the place after which the next page of a list begins; `about` names the list and whose it is."""
    if place is None:
        return None
    content = orjson.dumps(list(place))
    return base64.urlsafe_b64encode(_sign(about, content) + content).rstrip(b"=").decode()


def read_cursor(about: str, name: str = "cursor") -> list[Any] | None:
    """Return the place of the query's cursor, which stands under this name, None when there is none.

    Raises:
        Problem: 400 unless `write_cursor` made it for the same `about`, to the last bit.
    """
    given = single(name)
    return None if given is None else unsigned(about, given)


def unsigned(about: str, given: str) -> list[Any]:
    """Return the place of a cursor, wherever it stood.

    Raises:
        Problem: 400 unless `write_cursor` made it for the same `about`, to the last bit.
    """
    if len(given) > LONGEST_CURSOR:
        raise _no_cursor()
    try:
        raw = base64.b64decode(given.encode() + b"=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise _no_cursor() from error
    signature, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    spelled = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    if spelled != given or not hmac.compare_digest(signature, _sign(about, content)):
        raise _no_cursor()
    place: list[Any] = orjson.loads(content)
    return place


def _no_cursor() -> Problem:
    return Problem(400, "malformed", "This is no cursor of this list.")


def _sign(about: str, content: bytes) -> bytes:
    message = f"list cursor v1\x00{about}\x00".encode() + content
    return hmac.digest(house().settings.secret_key, message, "sha256")[:SIGNATURE_BYTES]
