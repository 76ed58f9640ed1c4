"""What one value may be: texts, dates, ids, undeclared values. Both the fast path and the schema ask here.

Every test takes any JSON value and answers; none raises, save where it says that it
takes text only. Dates are ISO 8601 calendar dates as text, and stay text.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", re.ASCII)
VILLAGE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)

FIRST_DAY, LAST_DAY = "1900-01-01", "2200-12-31"
MAX_DEPTH = 8
MAX_INTEGER = 2**53
MAX_AGE = 110

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# By category letters, marks and signs, but no font shows them: fillers, joiners, variation selectors, empty braille.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)

# Ordinals of the dates met so far. Only dates from FIRST_DAY to LAST_DAY get in, so it can't outgrow 110,000 entries.
DAYS: dict[str, int] = {}


def is_line(text: str) -> bool:
    """Tell whether a text can be kept and has something visible in it."""
    return _CONTROL.search(text) is None and _is_visible(text)


def is_lines(text: str) -> bool:
    """Tell the same of a text that may hold line breaks and tabs."""
    return _CONTROL_IN_LINES.search(text) is None and _is_visible(text)


def _is_visible(text: str) -> bool:
    return any(one not in _BLANK and unicodedata.category(one) not in _UNSEEN for one in text)


def is_digits(value: object) -> bool:
    """Tell whether it is a text of ASCII digits; Python's own `isdigit` takes those of every script."""
    return isinstance(value, str) and value.isascii() and value.isdigit()


def ordinal(value: object) -> int | None:
    """Return the day number of a date written YYYY-MM-DD, or None if it is none."""
    if not isinstance(value, str) or DATE.fullmatch(value) is None:
        return None
    try:
        return date.fromisoformat(value).toordinal()
    except ValueError:
        return None


def is_day(value: object) -> bool:
    """Tell whether it is a date from FIRST_DAY to LAST_DAY, and remember it in DAYS."""
    number = ordinal(value)
    if number is None or not FIRST_DAY <= str(value) <= LAST_DAY:
        return False
    DAYS[str(value)] = number
    return True


def unfit(value: Any, depth: int = 0) -> str | None:
    """Return the code of what makes an undeclared value unfit to keep, or None."""
    if depth > MAX_DEPTH:
        return "bad_format"
    if isinstance(value, dict | list):
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        return next((fault for one in inner if (fault := unfit(one, depth + 1))), None)
    if isinstance(value, str):
        return "bad_text" if _CONTROL_IN_LINES.search(value) else None
    if isinstance(value, int | float):
        # Beyond it, a quick reader may have rounded an integer to a float: such a value can't be given back.
        return None if -MAX_INTEGER <= value <= MAX_INTEGER else "out_of_range"
    return None if value is None else "wrong_type"


def _few_words(name: str, _: str) -> bool:
    return len(name.split()) < 2  # noqa: PLR2004 # Permendagri 73/2022: at least two words


def _impossible_nik(nik: str, _: str) -> bool:
    at, month = nik[6:8], nik[8:10]
    return not ("01" <= at <= "31" or "41" <= at <= "71") or not "01" <= month <= "12"


def _very_old(born: str, today: str) -> bool:
    return born <= _born_too_early(today)


@lru_cache(maxsize=8)
def _born_too_early(today: str) -> str:
    return f"{int(today[:4]) - MAX_AGE - 1:04}{today[4:]}"


# Tests of a valid value that only warn; they take the value and today.
DOUBTS: dict[str, Callable[[str, str], bool]] = {"nik": _impossible_nik, "words": _few_words, "age": _very_old}
