"""How a record is written: from a document, nearly clean, or from speech, where errors come together.

A `Style` is drawn once per record and then colours all its fields, so that the loose
name, the guessed date and the missing numbers meet in the same record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from bench.identity import wording
from bench.identity.customs import Name

_Change = Callable[[Random, Name], Name]


@dataclass(frozen=True, slots=True)
class Style:
    """Chances of one way of writing; `looseness` scales those of name errors."""

    name: str
    looseness: float
    nik: float
    card: float
    phone: float
    mother: float
    no_date: float
    swapped: float
    mistyped: float
    heaped: float
    guessed: float


DOCUMENT = Style("document", 0.05, 0.965, 0.86, 0.65, 0.8, 0.006, 0.002, 0.006, 0.0, 0.0)
SPOKEN = (
    Style("careful", 0.5, 0.78, 0.5, 0.68, 0.72, 0.025, 0.02, 0.025, 0.01, 0.02),
    Style("loose", 1.0, 0.44, 0.32, 0.6, 0.6, 0.08, 0.035, 0.05, 0.07, 0.13),
    Style("looser", 1.8, 0.15, 0.14, 0.5, 0.5, 0.15, 0.05, 0.07, 0.14, 0.3),
)
_SPOKEN_SHARES = (48, 38, 14)

# Chances at looseness 1.
_NAME_ERRORS: tuple[tuple[float, _Change], ...] = (
    (0.17, wording.left_out),
    (0.05, wording.reordered),
    (0.24, wording.shortened),
    (0.17, wording.respelt),
    (0.05, wording.old_spelling),
    (0.06, wording.letters),
    (0.045, wording.slip),
    (0.045, wording.joined),
    (0.05, wording.initial),
)
_NICKNAME, _TITLE, _BIN = 0.06, 0.09, 0.025
_HEAPS = ((1, 1), (1, 1), (7, 1), (12, 31))
_GROWN = 15


def style(rng: Random, documented: float) -> Style:
    """Draw how a record is written; `documented` is the chance of a document."""
    if rng.random() < documented:
        return DOCUMENT
    return rng.choices(SPOKEN, _SPOKEN_SHARES)[0]


def written_name(
    rng: Random, how: Style, name: Name, sex: str, age: float, father: Name = (), called: Name = ()
) -> str:
    """Return a name as written, with the errors that the style brings."""
    made = name
    if called and rng.random() < _NICKNAME * how.looseness:
        made = called
    else:
        for chance, change in _NAME_ERRORS:
            if rng.random() < chance * how.looseness:
                made = change(rng, made)
    if rng.random() < _BIN * how.looseness:
        made = wording.child_of(made, sex, father)
    if rng.random() < _TITLE * how.looseness:
        made = wording.titled(rng, made, sex, age)
    return cased(rng, how, made)


def cased(rng: Random, how: Style, name: Name) -> str:
    """Join the words; documents shout."""
    text = " ".join(name)
    shouting = 0.75 if how is DOCUMENT else 0.15
    way = rng.random()
    return text.upper() if way < shouting else text.lower() if way > 0.97 else text


def written_date(rng: Random, how: Style, true: int, age: float) -> int | None:
    """Return a birth date (ordinal) as written, or None; guesses grow with age, small children's are months at most."""
    if rng.random() < how.no_date:
        return None
    way = rng.random()
    if way < how.swapped:
        return _swapped(true)
    if way < how.swapped + how.mistyped:
        return _mistyped(rng, true)
    way = rng.random() / (1.25 if age >= _GROWN else 0.3)
    if way < how.heaped:
        return _heaped(rng, true, 0)
    return _guessed(rng, true, age) if way < how.heaped + how.guessed else true


def _guessed(rng: Random, true: int, age: float) -> int:
    if age < _GROWN:
        return true + rng.randint(-40, 40) if age < 3 else true + rng.randint(-300, 300)
    years = rng.choice((-5, -4, -3, -2, -2, -1, -1, 1, 1, 2, 2, 3, 4, 5))
    return _heaped(rng, true, years) if rng.random() < 0.6 else true + 365 * years + rng.randint(-5, 5)


def _swapped(true: int) -> int:
    on = date.fromordinal(true)
    return date(on.year, on.day, on.month).toordinal() if on.day <= 12 else true


def _mistyped(rng: Random, true: int) -> int:
    """Return the date with one of its digits another, if that is a date."""
    text = date.fromordinal(true).strftime("%d%m%Y")
    for _ in range(6):
        at = rng.choice((0, 1, 2, 3, 6, 7, 7))
        digits = text[:at] + rng.choice("0123456789") + text[at + 1 :]
        try:
            made = date(int(digits[4:]), int(digits[2:4]), int(digits[:2])).toordinal()
        except ValueError:
            continue
        if made != true:
            return made
    return true + 1


def _heaped(rng: Random, true: int, years: int) -> int:
    on = date.fromordinal(true)
    month, day = rng.choice(_HEAPS)
    return date(on.year + years, month, day).toordinal()


def mistyped_number(rng: Random, number: str) -> str:
    """Return a number with one digit wrong, two exchanged, or (rarely) one lost."""
    at, way = rng.randrange(len(number) - 1), rng.random()
    if way < 0.12:
        return number[:at] + number[at + 1 :]
    if way < 0.37 and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + rng.choice([digit for digit in "0123456789" if digit != number[at]]) + number[at + 1 :]


def written_phone(rng: Random, number: str) -> str:
    """Return a telephone number in one of the ways that people write it."""
    way = rng.random()
    if way < 0.7:
        return number
    if way < 0.85:
        return "+62" + number[1:]
    return f"{number[:4]}-{number[4:8]}-{number[8:]}" if way < 0.93 else "62" + number[1:]
