"""How two words of names stand to each other: the same, written another way, a slip, a short form, a look-alike.

Letters in common are not enough, since Hasan and Hasanah, Wahyudi and Wahyuni, Yuliani and
Yulianti are different people: the ending decides. A changed letter inside does too (Sumarti,
Suparti, Sunarti), so only lost, doubled and swapped letters count as slips. Pure.
"""

from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from fieldsync.identity.normal.folding import Word, fold
from fieldsync.identity.normal.lexicon import ADDED_ENDINGS, ENDINGS, KNOWN_APART

CACHED_PAIRS = 1 << 18
_ENOUGH_LETTERS = 5  # in both; below, one letter makes another name: Budi and Rudi, Rudi and Rusdi
_LEAST_FOLDED = 4
_MANY_LETTERS = 7
_SHORT_FORM = 3
_LONGEST_ENDING = 3  # letters of an ending that may be shared: -an and -a of Rahman, Rahma
_STEM = 3
_VOWELS = frozenset("aeiou")
_KNOWN_APART = frozenset(frozenset(map(fold, pair)) for pair in KNOWN_APART)


class Pair(IntEnum):
    """What a pair of words is, weakest first."""

    OTHER = 0
    LOOK_ALIKE = 1
    SHORT_FORM = 2
    NEAR = 3
    CLOSE = 4
    FOLDED = 5
    SAME = 6


@lru_cache(CACHED_PAIRS)
def paired(one: Word, other: Word) -> Pair:
    """Compare two words; the same whichever comes first."""
    if one.raw == other.raw:
        return Pair.SAME
    if one.fold == other.fold:
        return Pair.FOLDED
    if len(one.fold) > len(other.fold) or (len(one.fold) == len(other.fold) and one.fold > other.fold):
        one, other = other, one
    if len(one.raw) == 1 or len(other.raw) == 1:
        alike = one.raw[0] == other.raw[0] or one.fold[0] == other.fold[0]
        return Pair.SHORT_FORM if alike else Pair.OTHER
    if frozenset((one.fold, other.fold)) in _KNOWN_APART:
        return Pair.LOOK_ALIKE
    if _is_spelled_otherwise(one, other) or _is_slip(one, other):
        return Pair.CLOSE
    return _loosely(one, other)


def _is_spelled_otherwise(one: Word, other: Word) -> bool:
    if one.open_reading != other.open_reading and one.close_reading != other.close_reading:
        return False
    if len(one.fold) < _LEAST_FOLDED or end_apart(one.fold, other.fold):
        return False
    longest, vowels = max(len(one.raw), len(other.raw)), _vowels_changed(one.fold, other.fold)
    if longest < _ENOUGH_LETTERS:
        return vowels == 0 and one.fold[0] == other.fold[0]  # Aziz and Azis, not Yani and Jani
    # Neneng and Nining, Tatang and Totong are two names; Sholehah and Salihah one.
    return vowels <= (1 if longest < _MANY_LETTERS else 2)


def _vowels_changed(one: str, other: str) -> int:
    if len(one) != len(other):
        return 1
    return sum(left != right and left in _VOWELS for left, right in zip(one, other, strict=True))


def _is_slip(one: Word, other: Word) -> bool:
    """One letter lost, doubled or swapped with its neighbour, in a word long enough; never the ending itself.

    As written, as folded, and in long words as roughly read too.
    """
    if min(len(one.raw), len(other.raw)) < _ENOUGH_LETTERS or len(one.fold) < _LEAST_FOLDED:
        return False
    if _moved(one.raw, other.raw) or _moved(one.fold, other.fold):
        return len(one.fold) == len(other.fold) or not end_apart(one.fold, other.fold)
    if max(len(one.raw), len(other.raw)) < _MANY_LETTERS or end_apart(one.fold, other.fold):
        return False
    readings = (one.open_reading, other.open_reading), (one.close_reading, other.close_reading)
    return any(_moved(mine, theirs) and not end_apart(mine, theirs) for mine, theirs in readings)


def _moved(one: str, other: str) -> bool:
    """Tell whether one letter was lost or two neighbours swapped, rather than one changed."""
    if abs(len(one) - len(other)) > 1 or OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    return len(one) != len(other) or sorted(one) == sorted(other)


def _loosely(one: Word, other: Word) -> Pair:
    if end_apart(one.fold, other.fold):
        return Pair.LOOK_ALIKE
    slips = 2 if len(one.fold) >= _MANY_LETTERS else 1
    if len(one.fold) >= _LEAST_FOLDED and OSA.distance(one.fold, other.fold, score_cutoff=slips) <= slips:
        return Pair.NEAR
    if _SHORT_FORM <= len(one.fold) <= len(other.fold) - 2 and _is_piece(one, other):
        return Pair.SHORT_FORM
    return Pair.OTHER


def _is_piece(one: Word, other: Word) -> bool:
    """Names are called by their beginning or their end: Agus, Yanti."""
    by_fold = other.fold.startswith(one.fold) or other.fold.endswith(one.fold)
    return by_fold or other.raw.startswith(one.raw) or other.raw.endswith(one.raw)


def end_apart(one: str, other: str) -> bool:
    """Tell whether two folded words begin alike and then end on two endings that make two names."""
    begins = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        begins += 1
    for shared in range(min(_LONGEST_ENDING, begins - _STEM) + 1):
        mine, theirs = one[begins - shared :], other[begins - shared :]
        if mine in ENDINGS and theirs in ENDINGS:
            if not _lost_its_vowel(one[: begins - shared], *sorted((mine, theirs), key=len)):
                return True
        elif (not mine and theirs in ADDED_ENDINGS) or (not theirs and mine in ADDED_ENDINGS):
            return True
    return False


def _lost_its_vowel(stem: str, shorter: str, longer: str) -> bool:
    """Tell whether the shorter ending is the longer one slipped: Trisnwati can be no name, Marni beside Marini can."""
    if longer[1:] != shorter or longer[0] not in _VOWELS:
        return False
    return stem[-1] in _VOWELS or stem[-2] not in _VOWELS
