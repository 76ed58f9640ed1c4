"""How like two names are, in steps that carry evidence; weighing the steps is for others.

Words pair in any order. Words that almost everybody has (Siti, Muhammad, I Wayan) can lack or
agree without saying much. The same answer whichever name comes first. Pure, and fast enough
to compare a record with hundreds of candidates.
"""

from enum import IntEnum

from rapidfuzz.distance import OSA

from fieldsync.identity.normal.folding import folded_word
from fieldsync.identity.normal.names import Name
from fieldsync.identity.normal.wordpairs import Pair, paired

_JOINED_ENOUGH = 6
_SEVERAL = 2
_SLIPS = 3
_FAR = 5
# Looking members up in an enumeration is slow in Python 3.11.
_OTHER, _CLOSE = Pair.OTHER, Pair.CLOSE
_Candidate = tuple[Pair, int, int]


class Likeness(IntEnum):
    """Steps of likeness, weakest first.

    ELSE: nothing that counts. ONE_WORD: one word agrees and others tell against it. CALLED: one
    may be what the other is called, a piece of a word (Wati, Rahmawati Lestari). ALIKE: every
    word has a partner, but one ends otherwise (Hasan, Hasanah) or is a mere initial: sisters
    and brothers are named so. NEAR: every word has a partner, one with a
    changed letter. SINGLE: the only word of one is among several of the other. TWO_WORDS:
    two agree, others do not. INITIAL: the same but for an initial or short form. PARTIAL:
    one lacks words. CLOSE: the same but for spelling and slips. FOLDED: the same when
    spelled alike, in any order, also written together. SAME: the same words.
    """

    ELSE = 0
    ONE_WORD = 1
    CALLED = 2
    ALIKE = 3
    NEAR = 4
    SINGLE = 5
    TWO_WORDS = 6
    INITIAL = 7
    PARTIAL = 8
    CLOSE = 9
    FOLDED = 10
    SAME = 11


_ELSE, _PARTIAL = Likeness.ELSE, Likeness.PARTIAL


def likeness(one: Name, other: Name) -> Likeness:
    """Compare two names."""
    if one.words == other.words:
        return Likeness.SAME
    if one.joined == other.joined or one.in_any_order == other.in_any_order:
        return Likeness.FOLDED
    mine, theirs = len(one.parts), len(other.parts)
    if mine > theirs or (mine == theirs and one.words > other.words):
        one, other = other, one
    candidates = _candidates(one, other)
    found = _judged(one, other, _matched(one, candidates)) if candidates else _ELSE
    if mine == theirs or found >= _PARTIAL:
        return found
    return max(found, _joined(one, other))


def shared_words(one: Name, other: Name) -> tuple[str, ...]:
    """Return the folded words of `one` that agree with a word of `other`, slips allowed; light words too."""
    matches = _matched(one, _candidates(one, other))
    return tuple(part.fold for part, pair in zip(one.parts, matches, strict=True) if pair >= Pair.CLOSE)


def _candidates(one: Name, other: Name) -> list[_Candidate]:
    """Every pair of words that is anything, with the places of both.

    Most pairs are nothing. Those with five letters and more that only one of the words has,
    some on either side, are passed over without a look: what they could be is not worth it.
    """
    found = []
    for here, mine in enumerate(one.parts):
        letters = mine.letters
        for there, theirs in enumerate(other.parts):
            differing = letters ^ theirs.letters
            if differing.bit_count() < _FAR or not (differing & letters and differing & theirs.letters):
                pair = paired(mine, theirs)
                if pair:
                    found.append((pair, here, there))
    return found


def _matched(one: Name, candidates: list[_Candidate]) -> list[Pair]:
    """The best partner for each word of `one`, each word of `other` used once."""
    matches = [_OTHER] * len(one.parts)
    if len(candidates) > 1:
        candidates.sort(key=_best_first)
    used = set()
    for pair, here, there in candidates:
        if there not in used and matches[here] is _OTHER:
            used.add(there)
            matches[here] = pair
    return matches


def _best_first(candidate: _Candidate) -> tuple[int, int, int]:
    pair, here, there = candidate
    return (-pair, abs(here - there), here)


def _judged(one: Name, other: Name, matches: list[Pair]) -> Likeness:
    """The step of likeness by the partners found; `one` has no more words than `other`."""
    firm = telling = 0
    for part, pair in zip(one.parts, matches, strict=True):
        if pair >= _CLOSE:
            firm += 1
            telling += not part.light
    if firm == len(matches):
        return _lacking(one, other, telling)
    worst = min(matches)
    if worst is _OTHER:
        if telling >= _SEVERAL or (telling and firm > _SEVERAL):
            return Likeness.TWO_WORDS
        return Likeness.ONE_WORD if telling else Likeness.ELSE
    return _loosely(one, other, worst, telling)


def _lacking(one: Name, other: Name, telling: int) -> Likeness:
    """Every word of `one` is in `other`, which may have more."""
    if len(one.parts) == len(other.parts):
        return Likeness.CLOSE
    if len(one.parts) >= _SEVERAL or (telling and _lacks_light_words(one, other)):
        return Likeness.PARTIAL
    return Likeness.SINGLE if telling else Likeness.ELSE


def _lacks_light_words(one: Name, other: Name) -> bool:
    return sum(not part.light for part in other.parts) <= sum(not part.light for part in one.parts)


def _loosely(one: Name, other: Name, worst: Pair, telling: int) -> Likeness:
    """Every word of `one` has some partner, the worst of this kind."""
    complete = len(one.parts) == len(other.parts) or _lacks_light_words(one, other)
    if worst is Pair.NEAR and complete:
        return Likeness.NEAR
    if worst is Pair.SHORT_FORM and telling:
        return Likeness.INITIAL
    if worst is Pair.SHORT_FORM and all(len(part.raw) > 1 for part in one.parts):
        return Likeness.CALLED
    if complete:
        return Likeness.ALIKE
    if telling:
        return Likeness.ONE_WORD
    return Likeness.CALLED if worst is Pair.LOOK_ALIKE and _begins(one, other) else Likeness.ELSE


def _begins(one: Name, other: Name) -> bool:
    """Tell whether each word of `one` begins a word of `other`: Risma is short for Rismawati, too."""
    return all(any(theirs.raw.startswith(mine.raw) for theirs in other.parts) for mine in one.parts)


def _joined(one: Name, other: Name) -> Likeness:
    """For names cut into words in two ways: Nurhayati and Nur Hayati, with slips or with a further word."""
    if OSA.distance(one.joined, other.joined, score_cutoff=_SLIPS) <= _SLIPS:
        pair = paired(folded_word("".join(one.words)), folded_word("".join(other.words)))
        if pair >= Pair.CLOSE:
            return Likeness.FOLDED if pair >= Pair.FOLDED else Likeness.CLOSE
    if len(one.joined) >= _JOINED_ENOUGH and one.joined in other.joined and one.joined in _runs(other):
        return Likeness.PARTIAL
    return Likeness.ELSE


def _runs(name: Name) -> set[str]:
    """Every run of neighbouring words, written together."""
    count = len(name.folded)
    return {"".join(name.folded[start:end]) for start in range(count) for end in range(start + 1, count + 1)}
