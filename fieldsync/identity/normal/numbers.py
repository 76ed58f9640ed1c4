"""NIK and family card number: what their digits say, and how two of them stand to each other.

A NIK is given once and never changed, not on moving and not when the date of birth is put
right, so its region and date need not agree with the person's. Neighbouring numbers are no
slips: twins have them. Structure as in S19. Pure.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

LENGTH = 16
FEMALE_DAY = 40
_LAST_DAY, _LAST_MONTH = 31, 12
_SERIAL_AT = 12
_REGION, _DAY, _MONTH_AND_YEAR = slice(6), slice(6, 8), slice(8, _SERIAL_AT)
_KK_CENTURY = 2000  # family cards got numbers of this form in this century
_SLIPS = 2


class NumberLikeness(IntEnum):
    """How two numbers of 16 digits stand to each other.

    ELSE: nothing in common that counts. NEAR: two slips, or the same region and date. TWIN:
    as the numbers of two people of one family or day differ: the serial by one digit or by
    one, or nothing but the sex. SLIP: one digit changed or two neighbours swapped, the
    serial the same. SAME.
    """

    ELSE = 0
    NEAR = 1
    TWIN = 2
    SLIP = 3
    SAME = 4


# Looking members up in an enumeration is slow in Python 3.11.
_ELSE, _NEAR, _TWIN, _SLIP, _SAME = NumberLikeness


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK that can be one's own: six digits of region (of first registration), sex, date with a two-digit year."""

    digits: str
    region: str
    female: bool
    day: int
    month: int
    year: int
    serial: str


def is_valid_nik(nik: object) -> bool:
    """Tell whether a NIK can be one person's own: 16 ASCII digits, a possible date, a region, a serial above 0000.

    The date part counts 01..31, for women 41..71; its year has two digits. Whether the
    region exists is not asked: it is the one of first registration, perhaps dissolved since.
    """
    if not (isinstance(nik, str) and _has_serial(nik)):
        return False
    day, month = int(nik[6:8]), int(nik[8:10])
    return (1 <= day <= _LAST_DAY or FEMALE_DAY < day <= FEMALE_DAY + _LAST_DAY) and 1 <= month <= _LAST_MONTH


def read_nik(text: object) -> Nik | None:
    """Take a NIK apart; None of what `is_valid_nik` refuses."""
    if not (isinstance(text, str) and is_valid_nik(text)):
        return None
    day = int(text[6:8])
    female = day > FEMALE_DAY
    return Nik(
        digits=text,
        region=text[:6],
        female=female,
        day=day - FEMALE_DAY if female else day,
        month=int(text[8:10]),
        year=int(text[10:12]),
        serial=text[_SERIAL_AT:],
    )


def date_in_nik(nik: Nik, year_hint: int) -> date | None:
    """Return the date inside a NIK: the last one not after the year of the hint, say of the event it was used at.

    None when there is no such day (30 February is a placeholder that offices did give).
    """
    return _date(year_hint - (year_hint - nik.year) % 100, nik.month, nik.day)


def nik_likeness(one: Nik, other: Nik) -> NumberLikeness:
    """Compare two NIKs."""
    return digits_likeness(one.digits, other.digits)


def digits_likeness(one: str, other: str) -> NumberLikeness:
    """Compare two NIKs by their digits, both valid."""
    of_one_day = one[_MONTH_AND_YEAR] == other[_MONTH_AND_YEAR] and one[_REGION] == other[_REGION]
    if of_one_day and abs(int(one[_DAY]) - int(other[_DAY])) == FEMALE_DAY:
        # Numbers count on within a date, and a girl's date is another: a boy and a girl of one day can share a serial.
        return _TWIN if _neighbours(one[_SERIAL_AT:], other[_SERIAL_AT:]) else _NEAR
    return _likeness(one, other)


def read_kk(text: object) -> str | None:
    """Return the 16 digits of a family card number if they can be one: region, day of issue, serial above 0000."""
    if not (isinstance(text, str) and _has_serial(text)):
        return None
    issued = _date(_KK_CENTURY + int(text[10:12]), int(text[8:10]), int(text[6:8]))
    return text if issued else None


def kk_likeness(one: str, other: str) -> NumberLikeness:
    """Compare two family card numbers, as `read_kk` gives them."""
    return _likeness(one, other)


def _has_serial(number: str) -> bool:
    if not (len(number) == LENGTH and number.isascii() and number.isdigit()):
        return False
    return number[:2] != "00" and number[_SERIAL_AT:] != "0000"


def _likeness(one: str, other: str) -> NumberLikeness:
    if one == other:
        return _SAME
    if one[:_SERIAL_AT] == other[:_SERIAL_AT]:
        return _TWIN if _neighbours(one[_SERIAL_AT:], other[_SERIAL_AT:]) else _NEAR
    slips = OSA.distance(one, other, score_cutoff=_SLIPS)
    if slips > _SLIPS:
        return _ELSE
    return _SLIP if slips == 1 and one[_SERIAL_AT:] == other[_SERIAL_AT:] else _NEAR


def _neighbours(one: str, other: str) -> bool:
    changed = sum(left != right for left, right in zip(one, other, strict=True))
    return changed <= 1 or abs(int(one) - int(other)) == 1


@lru_cache(1 << 15)
def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
