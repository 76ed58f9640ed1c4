"""One word of a name, folded: old and Arabic spellings of the same sound become the same letters.

The fold keeps apart what are two names; it is one letter string for spellings that every
clerk takes for the same. Beyond it there are two rougher readings, by which only a
comparison of words may go (see `wordpairs`). Pure, and never fails.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from fieldsync.identity.normal.lexicon import LIGHT, SPELLINGS

CACHED_WORDS = 1 << 17

_DOUBLED = re.compile(r"(.)\1+")
_SILENT_H = re.compile(r"(?<=[bdgjtscpz])h")  # Dharma, Ridho, Thohir, Sholeh, Maghfiroh
_OLD = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"), ("hj", "hy"))
# Each with letters without which it can't apply: most words are spared most rules.
RULES = tuple(
    (letters, re.compile(pattern), put)
    for letters, pattern, put in (
        ("ch", r"^ch(?=[rl])", "k"),  # Christina
        ("sch", r"sch", "s"),
        ("h", r"ch|kh", "x"),  # Chairul, Khoirul; x stands for it until the readings part
        ("dz", r"dz", "z"),
        ("c", r"c(?=i[auo])|(?<=r)c(?=el)|(?<=n)c(?=en)", "s"),  # Patricia, Marcelinus, Vincensius
        ("cus", r"c(?=us$)", "k"),  # Dominicus
        ("", r"c(?=[bcdgklmnpqrst]|$)|q", "k"),
        ("s", r"ts|sy", "s"),
        ("", r"[fv]", "p"),
        ("h", _SILENT_H, ""),
        ("", _DOUBLED, r"\1"),
        ("iy", r"iy(?=[aeiou])", "i"),  # Supriyadi
        ("uw", r"uw(?=[aeiou])", "u"),  # Suwarno
        ("y", r"(?<=[^aeiou])y|y(?=[^aeiou]|$)", "i"),  # Setyawan, Aysah, Hery
        ("ie", r"ie$", "i"),
        ("e", r"ae|ei", "ai"),  # Jaenal, Husein
        ("ao", r"ao", "au"),  # Paojan
        ("oh", r"oh$", "ah"),  # Munawaroh
        ("h", r"(?<=[aeiou])h$", ""),  # Aisyah, Aisya
        ("lr", r"lr", "r"),  # Abdulrahman
        ("", _DOUBLED, r"\1"),
    )
)
ROUGHER = tuple(
    (letters, re.compile(pattern), put)
    for letters, pattern, put in (
        ("dl", r"dl(?=[ao])", "d"),  # Ridlo
        ("", r"ai|e", "i"),  # Zenal, Slamet
        ("", r"d$|[zjy]$", "t"),  # Hafid, Hafiz
        ("b", r"b$", "p"),
        ("", r"(?<=[^aeiou])[jy](?=[aou])", "i"),  # Muljono, Mulyono
        ("j", r"j", "y"),  # Juliana, Yuliana
        ("", _DOUBLED, r"\1"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word of a name with what comparing needs.

    `raw` is as read (case, accents and dots off), `fold` its folded spelling. `open_reading`
    takes o for a and z for j, `close_reading` takes o for u, z for s and kh for k. `letters`
    is the set of the fold's letters as bits. `light` words say nothing about who it is.
    Compare `raw`: words are hashed by identity, since that is what comparing by the million costs.
    """

    raw: str
    fold: str
    open_reading: str
    close_reading: str
    letters: int
    light: bool


def fold(word: str) -> str:
    """Return the folded spelling of one lower-case ASCII word; never empty for a word that is not."""
    return folded_word(word).fold


@lru_cache(CACHED_WORDS)
def folded_word(raw: str) -> Word:
    """Return a lower-case ASCII word with its readings; a fact of the word alone, so kept."""
    sounds = _sounds(SPELLINGS.get(raw, raw)) or raw
    folded = _settled(sounds)
    opened = _rougher(folded.replace("au", "a").replace("o", "a"))
    closed = _rougher(sounds.replace("x", "k").replace("z", "s").replace("au", "u").replace("o", "u"))
    letters = sum(1 << (ord(letter) & 31) for letter in set(folded))
    return Word(raw, folded, opened, closed, letters, folded in _LIGHT_FOLDS)


def _sounds(word: str) -> str:
    word = word.replace("x", "ks")
    for old, new in _OLD:
        word = word.replace(old, new)
    return ruled(word, RULES)


def _settled(sounds: str) -> str:
    folded = sounds.replace("x", "h").replace("z", "j")
    return _DOUBLED.sub(r"\1", _SILENT_H.sub("", folded))


def _rougher(folded: str) -> str:
    return ruled(folded, ROUGHER)


def ruled(word: str, rules: Iterable[tuple[str, re.Pattern[str], str]]) -> str:
    """Return a word after these rules, one after the other; each is (letters, pattern, what to put)."""
    for letters, rule, put in rules:
        if letters in word:
            word = rule.sub(put, word)
    return word


_LIGHT_FOLDS = frozenset(_settled(_sounds(one)) for one in LIGHT)
