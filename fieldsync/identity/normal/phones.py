"""Telephone numbers, to be compared: the national digits, or nothing when the number is none.

One number has one form, however its country code, noughts, spaces and dashes were written.
It is not told whose it is: homes share telephones, and midwives lend theirs. Pure.
"""

import re

_SHORTEST, _LONGEST = 8, 12  # digits after the country code or the leading 0, fixed lines to mobiles
_SEVERAL = re.compile(r"[/,;|]| atau | dan ")
_COUNTRY = re.compile(r"^(?:0062|62(?=0?8|\d{10}))")
_MADE_UP = re.compile(r"(\d)\1{6}|12345678|23456789|98765432|87654321")


def national(text: str) -> str | None:
    """Return the digits after the country code or leading 0; None if there are too few or many, or they are made up.

    Of several numbers in the text the first that is one counts.
    """
    for piece in _SEVERAL.split(text):
        digits = re.sub(r"[^0-9]", "", piece)
        digits = digits[2:] if piece.lstrip(" (").startswith("+62") else _COUNTRY.sub("", digits)
        digits = digits.lstrip("0")
        if _SHORTEST <= len(digits) <= _LONGEST and not _MADE_UP.search(digits):
            return digits
    return None
