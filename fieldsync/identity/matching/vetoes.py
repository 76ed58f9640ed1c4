"""What forbids deciding alone, whatever the probability: then a human is asked.

Each veto is one named reason; the review page says it in words.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from fieldsync.identity.matching.compare import DATE, FEATURES, NAME, NIK, STRAY, TWO
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.numbers import NumberLikeness, nik_likeness

MOST_RECORDS = 20
MOST_NIKS = 3
TELLING_LETTERS = 8
BY_STRAYS = frozenset(("two_niks", "serial_slip"))  # those that a stray number can raise

Held = tuple[float, str | None]
"""How a record fits: calibrated log odds, and the veto."""

_AT = {feature: at for at, feature in enumerate(FEATURES)}
_NIK, _NAME, _DATE, _SEX, _STRAYS, _DIED, _ONE_DAY = (
    _AT[one] for one in ("nik", "name", "birth_date", "sex", "strays", "died_before", "born_one_day")
)
_FAR = STRAY.index("far")
_SAME_DATE = DATE.index("same")
_OTHER_YEAR = DATE.index("year")
_SOME_YEARS = DATE.index("some_years")
_OTHER_DATE = DATE.index("other")
_OF_ONE_PARENT_AND_HOME = 3  # of the parts of born_one_day
_OTHER_NAMES = frozenset(map(NAME.index, ("two_words", "one_word", "other")))
_CLOSE_NAME = NAME.index("close")


def veto_of(
    one: Traits, person: Profile, levels: tuple[int, ...], odds: float, lifted: Mapping[str, float]
) -> str | None:
    """Return why the record may not be attached to the person without a human, or None.

    `odds` are the calibrated log odds, `lifted` those from which a veto no longer holds.
    """
    reason = _of_niks(one, person, levels) if levels[_NIK] > 1 else None
    if reason is not None and odds < lifted.get(reason, math.inf):
        return reason
    reason = _of_dates(levels)
    vouched = levels[_NIK] == NIK.index("same")  # siblings may have one name, never one number
    if reason is not None and not (vouched and odds >= lifted.get(reason, math.inf)):
        return reason
    if not vouched and _is_like_a_twin(levels) and odds < lifted.get("twin", math.inf):
        return "twin"
    if levels[_DIED]:
        return "died_before"
    return "too_many_records" if len(person.records) >= MOST_RECORDS else None


def is_by_a_stray(held: Held, size: int, accept: float, without: Iterable[Held], alone: Iterable[Held]) -> bool:
    """Tell whether one stray record, or a stray number, is all that keeps a record that may fit from a person.

    Args:
        held: how the record fits the person: at least in doubt, and not well enough.
        size: how many records the person has.
        accept: log odds from which the machine decides alone.
        without: how it fits without one of the person's records, each left out in turn, as if that one came later.
        alone: how it fits each of the person's records by itself; as many must leave no doubt as forbid it.
    """
    odds, veto = held
    if not 1 < size < MOST_RECORDS:
        return False
    if veto is None:
        return any(_is_sure(one, accept) for one in without)
    return veto in BY_STRAYS and odds >= accept and _is_outnumbered(list(alone), accept)


def _is_outnumbered(alone: Sequence[Held], accept: float) -> bool:
    sure = sum(_is_sure(one, accept) for one in alone)
    return 0 < sure >= sum(veto is not None for _, veto in alone)


def _is_sure(held: Held, accept: float) -> bool:
    return held[0] >= accept and held[1] is None


def _of_dates(levels: tuple[int, ...]) -> str | None:
    child, date = divmod(levels[_DATE], len(DATE))
    if levels[_SEX] == 2 and _OTHER_YEAR <= date <= _OTHER_DATE:  # noqa: PLR2004 # the other sex
        return "sex_and_date"
    far = levels[_STRAYS] // len(TWO) % len(STRAY) == _FAR
    return "child_date" if child and (far or _SOME_YEARS <= date <= _OTHER_DATE) else None


def _is_slip_of_the_pen(levels: tuple[int, ...]) -> bool:
    """Tell whether a grown person's name and day fit and no other name was heard: twins have two names.

    Not of a child: a twin's number is written for a child's more often, and newborns have no name yet.
    """
    child, date = divmod(levels[_DATE], len(DATE))
    named = 0 < levels[_NAME] <= _CLOSE_NAME and levels[_STRAYS] % len(TWO) == 0
    return named and not child and date == _SAME_DATE


def _is_like_a_twin(levels: tuple[int, ...]) -> bool:
    """Tell whether two of one parent and home were born on one day, and at most a word of their names agrees."""
    family, name = divmod(levels[_ONE_DAY], len(NAME))
    return family == _OF_ONE_PARENT_AND_HOME and name in _OTHER_NAMES


def _of_niks(one: Traits, person: Profile, levels: tuple[int, ...]) -> str | None:
    if one.nik is None:
        return None
    if levels[_NIK] == NIK.index("serial_slip") and not _is_slip_of_the_pen(levels):
        return "serial_slip"
    letters = max((len(name.joined) for name in one.names), default=0)
    slipped = any(nik_likeness(one.nik, nik) == NumberLikeness.SLIP for nik in person.niks)
    if slipped and 0 < levels[_NAME] <= _CLOSE_NAME and letters >= TELLING_LETTERS:
        return None
    if len(person.niks) >= MOST_NIKS:
        return "too_many_niks"
    return "two_niks"
