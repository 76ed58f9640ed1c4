"""By what a person is looked for: about ten keys a record, each the keyed hash of something two records would share.

Keys only find candidates; they decide nothing. A key that very many people share is of no
use and is dropped by who looks up (see HOT), so every record has keys of several kinds.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.names import Name

# (kind, value) to 64 bits; the kind is inside, so that equal values of two kinds never meet.
Hash = Callable[[str, str], int]

HOT = 50  # people on one key; identity.md advises 50 to 60
CANDIDATES = 10
FEW = 3  # as many are always looked at
NEXT_TO_NOTHING = 0.1  # of the best one's worth: below lie three of ten candidates, of whom hardly one is meant
# How much a shared key of a kind promises, roughly log2(m/u); it only ranks candidates.
WORTH = {
    "nik": 14.0,
    "nik-end": 9.0,
    "nik-start": 6.0,
    "kk": 6.0,
    "phone": 5.0,
    "born-village": 6.0,
    "born-district": 3.0,
    "born-names": 8.0,
    "born-mother": 8.0,
    "name": 6.0,
    "word-year": 5.0,
    "word": 2.0,
    "mother-year": 5.0,
    "mother-word": 5.0,
    "spouse-word": 6.0,
    "mother-village": 4.0,
    "spouse-village": 5.0,
}
_SHORT = 3
_TELLING = 8
_WORDS = 3


def keys_of(one: Traits, hashed: Hash) -> dict[int, float]:
    """Return the keys of a record, each with what it is worth."""
    return {hashed(kind, value): WORTH[kind] for kind, value in _values(one)}


def likeliest(
    keys: Mapping[int, float],
    by_key: Mapping[int, Sequence[str]],
    most: int = CANDIDATES,
    least_share: float = NEXT_TO_NOTHING,
) -> list[str]:
    """Return the persons that share most with a record, by its keys; keys of very many people tell nothing."""
    return likeliest_of(shared(keys, by_key)[0], most, least_share)


def shared(keys: Mapping[int, float], by_key: Mapping[int, Sequence[str]]) -> tuple[dict[str, float], int]:
    """Return what the keys that persons share with a record are worth, and how many keys too many people share."""
    worth: dict[str, float] = defaultdict(float)
    hot = 0
    for key, value in keys.items():
        people = by_key.get(key)
        if people is None:
            continue
        if len(people) > HOT:
            hot += 1
            continue
        for person_id in people:
            worth[person_id] += value
    return worth, hot


def likeliest_of(worth: Mapping[str, float], most: int = CANDIDATES, least_share: float = NEXT_TO_NOTHING) -> list[str]:
    """Return the persons of most worth, but for those whose worth is less than a share of the best one's."""
    if len(worth) <= FEW:
        return list(worth)
    ranked = sorted(zip(worth.values(), worth, strict=True), reverse=True)[:most]
    least = min(ranked[0][0] * least_share, ranked[FEW - 1][0])
    return [person_id for shared_worth, person_id in ranked if shared_worth >= least]


def _values(one: Traits) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if one.nik is not None:
        digits = one.nik.digits
        found += ("nik", digits), ("nik-end", digits[6:]), ("nik-start", digits[:12])
    if one.kk is not None:
        found.append(("kk", one.kk))
    if one.phone is not None:
        found.append(("phone", one.phone))
    words, mothers = _telling(one.names), _telling(one.mothers)
    if one.born is not None:
        day = one.born.isoformat()
        if one.village is not None:
            found += ("born-village", f"{one.village} {day}"), ("born-district", f"{one.village[:8]} {day}")
        letters = sorted([word[:1] for word in words[:2]])
        if letters:
            found.append(("born-names", f"{day} {''.join(letters)}"))
        found += [("born-mother", f"{day} {mother[:3]}") for mother in mothers[:1]]
    if one.village is not None:
        found += _of_place(one, one.village, words)
        found += _of_relatives(one, one.village, words, mothers)
    return found


def _of_place(one: Traits, village: str, words: list[str]) -> list[tuple[str, str]]:
    district = village[:8]
    found = [("name", f"{district} {_sounds(name.joined)}") for name in one.names if len(name.joined) >= _TELLING]
    for sounds in dict.fromkeys(map(_sounds, words)):
        found.append(("word", f"{village} {sounds}"))
        if one.born is not None:
            found.append(("word-year", f"{village} {sounds} {one.born.year}"))
    return found


def _of_relatives(one: Traits, village: str, words: list[str], mothers: list[str]) -> list[tuple[str, str]]:
    district, spouses = village[:8], _telling(one.spouses)
    found = [("mother-village", f"{village} {_sounds(mother)}") for mother in mothers[:1]]
    found += [("spouse-village", f"{village} {_sounds(spouse)}") for spouse in spouses[:1]]
    for mother in mothers[:2]:
        if one.born is not None:
            found.append(("mother-year", f"{district} {mother} {one.born.year}"))
        found += [("mother-word", f"{district} {mother} {word}") for word in words]
    for spouse in spouses[:2]:
        found += [("spouse-word", f"{district} {spouse} {word}") for word in words]
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
