"""By what a person is looked for: about eleven keys a record, each the keyed hash of something two records would share.

Keys only find candidates; they decide nothing. A key that very many people share is of no
use and is dropped by who looks up (see HOT), so every record has keys of several kinds.
What they tell together says who is worth a look: the table was fitted by `bench.identity.promise`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import log2
from typing import NamedTuple

from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.names import Name

# (kind, value) to 64 bits; the kind is inside, so that equal values of two kinds never meet.
Hash = Callable[[str, str], int]

HOT = 50  # people on one key; identity.md advises 50 to 60
CANDIDATES = 10
FEW = 3  # the likeliest, who are looked at for less
LEAST_OF_FEW, LEAST = -6.9, -5.3  # nats, as all below: of a thousand one comes up to review, or five
UNKNOWN = -1.91
# The log odds that a record compared with a person comes up to `review` are UNKNOWN and, of kinds of keys, what it adds
# that this person, alone, shares one, and that the record has one.
TOLD = {
    "nik": (6.80, -1.64),
    "kk": (2.02, -0.82),
    "phone": (2.85, -0.58),
    "born-district": (4.00, -1.91),
    "born-names": (2.82, 0.33),
    "born-mother": (1.59, -0.16),
    "name": (3.07, -0.50),
    "word-year": (1.75, -0.30),
    "word": (3.17, -0.57),
    "mother-year": (1.94, -0.26),
    "mother-village": (2.47, -0.26),
    "spouse-village": (3.88, -0.28),
}
FADE = 0.61  # for each time that those who share a key are twice as many
_NOBODY: tuple[str, ...] = ()
# By kind and crowd; of nobody, what it tells that the record has such a key.
_TOLD = {
    kind: (asked, *(alone - FADE * log2(crowd) for crowd in range(1, HOT + 1))) for kind, (alone, asked) in TOLD.items()
}
_SHORT = 3
_TELLING = 8
_WORDS = 3


def keys_of(one: Traits, hashed: Hash) -> dict[int, str]:
    """Return the keys of a record, each with its kind."""
    return {hashed(kind, value): kind for kind, value in _values(one)}


class Likely(NamedTuple):
    """Whom a record may be about by its keys, the likeliest first, and how many of these too many people share."""

    persons: list[str]
    hot: int


def likely(
    keys: Mapping[int, str],
    by_key: Mapping[int, Sequence[str]],
    most: int = CANDIDATES,
    few: int = FEW,
    slack: float = 0.0,
) -> Likely:
    """Tell whom a record may be about: at most so many, but for those of whom its keys tell that they are not meant.

    Of the first `few` less is asked than of the others, and of all less by `slack`. Keys of very many tell nothing.
    """
    of_each: dict[str, float] = defaultdict(float)
    of_all, hot = UNKNOWN + slack, 0
    for key, kind in keys.items():
        people = by_key.get(key, _NOBODY)
        crowd = len(people)
        if crowd > HOT:
            hot += 1
            continue
        told = _TOLD[kind]
        of_all += told[0]
        more = told[crowd]
        for person_id in people:
            of_each[person_id] += more
    least_of_few, least = LEAST_OF_FEW - of_all, LEAST - of_all
    ranked = [(told, person_id) for person_id, told in of_each.items() if told >= least_of_few]
    ranked.sort(reverse=True)
    persons = [person_id for at, (told, person_id) in enumerate(ranked[:most]) if at < few or told >= least]
    return Likely(persons, hot)


def _values(one: Traits) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if one.nik is not None:
        found.append(("nik", one.nik.digits))
    if one.kk is not None:
        found.append(("kk", one.kk))
    if one.phone is not None:
        found.append(("phone", one.phone))
    words, mothers = _telling(one.names), _telling(one.mothers)
    if one.born is not None:
        day = one.born.isoformat()
        if one.village is not None:
            found.append(("born-district", f"{one.village[:8]} {day}"))
        letters = sorted([word[:1] for word in words[:2]])
        if letters:
            found.append(("born-names", f"{day} {''.join(letters)}"))
        found += [("born-mother", f"{day} {mother[:3]}") for mother in mothers[:1]]
    if one.village is not None:
        found += _of_place(one, one.village, words)
        found += _of_relatives(one, one.village, mothers)
    return found


def _of_place(one: Traits, village: str, words: list[str]) -> list[tuple[str, str]]:
    district = village[:8]
    found = [("name", f"{district} {_sounds(name.joined)}") for name in one.names if len(name.joined) >= _TELLING]
    for sounds in dict.fromkeys(map(_sounds, words)):
        found.append(("word", f"{village} {sounds}"))
        if one.born is not None:
            found.append(("word-year", f"{village} {sounds} {one.born.year}"))
    return found


def _of_relatives(one: Traits, village: str, mothers: list[str]) -> list[tuple[str, str]]:
    district, spouses = village[:8], _telling(one.spouses)
    found = [("mother-village", f"{village} {_sounds(mother)}") for mother in mothers[:1]]
    found += [("spouse-village", f"{village} {_sounds(spouse)}") for spouse in spouses[:1]]
    for mother in mothers[:2]:
        if one.born is not None:
            found.append(("mother-year", f"{district} {mother} {one.born.year}"))
    return found


@lru_cache(1 << 16)
def _sounds(word: str) -> str:
    """Return the consonants of a word, whose vowels are heard and written in many ways; the first letter stays first.

    The others by the alphabet, as the hand exchanges neighbours (Riska, Riksa).
    A first j is old spelling for what y is now, which the fold makes an i before a vowel (Yusniar, Jusniar).
    """
    first = "j" if word[:1] == "i" and word[1:2] in tuple("aeou") else word[:1]
    return first + "".join(sorted(letter for letter in word[1:] if letter not in "aeiou"))


def _telling(names: Sequence[Name]) -> list[str]:
    """Return the words worth looking for, the longest first: no initials, unless a name has nothing longer."""
    if not names:
        return []
    words = {word for name in names for word in name.folded} if len(names) > 1 else set(names[0].folded)
    long = [word for word in words if len(word) >= _SHORT]
    return sorted(long or words, key=_by_length)[:_WORDS]


def _by_length(word: str) -> tuple[int, str]:
    return -len(word), word
