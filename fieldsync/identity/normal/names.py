"""What stands in a name field: whose name it is, his father's, his mother's, and the name in a form to compare.

Reads any text and never fails; a text that names nobody himself (a newborn "By. Ny. Siti")
has no name. Nothing is guessed from other fields: whether the X of "Ny. X" is a woman's own
name or her husband's is for whoever knows the husband. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from fieldsync.identity.normal import lexicon
from fieldsync.identity.normal.folding import Word, folded_word

LONGEST_TEXT = 200
CACHED_TEXTS = 1 << 16

_APOSTROPHES = re.compile(r"['`´‘’ʼʻ]")
_BRACKETS = re.compile(r"[(\[\"“]([^)\]\"”]*)[)\]\"”]?")
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_DIGITS_FOR_LETTERS = str.maketrans("01345", "oieas")
_SPECIAL = frozenset().union(
    *(lexicon.TITLES, lexicon.NEVER_NAMES, lexicon.WIFE, lexicon.HUSBAND, lexicon.BABY, lexicon.CHILD),
    *(lexicon.BIN, lexicon.ALIAS, lexicon.DEGREES, lexicon.SHORT_DEGREES),
    *(lexicon.ABBREVIATIONS, lexicon.OPENS_FIRST, {"b", "s", "d", "a"}),
)
_LONGEST_DEGREE_PARTS = 3
_WORDS_BEFORE_BARE_DEGREE = 2


@dataclass(frozen=True, slots=True)
class Name:
    """One person's name, ready to compare.

    `words` are lower-case ASCII, titles off, abbreviations opened; `folded` are their folded
    spellings, `joined` those without spaces, `in_any_order` the same sorted. Equal if the
    words are.
    """

    words: tuple[str, ...]
    folded: tuple[str, ...] = field(compare=False)
    joined: str = field(compare=False)
    in_any_order: tuple[str, ...] = field(compare=False)
    parts: tuple[Word, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ReadName:
    """What a text in a name field says.

    `name` is None when it names nobody himself. `father` follows "bin" or "binti", `mother`
    is the X of "By. Ny. X", `also` another name of the same person, from brackets or "alias".
    With `married_style` ("Ny. X") the name may be her husband's.
    """

    name: Name | None = None
    father: Name | None = None
    mother: Name | None = None
    also: Name | None = None
    married_style: bool = False
    newborn: bool = False


def name_of(words: Iterable[str]) -> Name | None:
    """Return the name of lower-case ASCII words as they are, or None of no words."""
    words = tuple(words)
    if not words:
        return None
    parts = tuple(map(folded_word, words))
    folded = tuple([part.fold for part in parts])
    return Name(words, folded, "".join(folded), tuple(sorted(folded)), parts)


@lru_cache(CACHED_TEXTS)
def read_name(text: str) -> ReadName:
    """Read a name field as somebody typed it. Any text will do; only the first 200 signs count."""
    plain = text.lower()
    if plain.isascii() and plain.replace(" ", "").isalpha() and len(plain) <= LONGEST_TEXT:
        words = plain.split()
        if _SPECIAL.isdisjoint(words) and " ".join(words) not in lexicon.NO_NAME:
            return ReadName(name_of(words))
    plain, nickname = _without_brackets(_plain(text[:LONGEST_TEXT]))
    words, after_comma = _words(plain)
    return _understood(words, nickname, after_comma=after_comma)


def _plain(text: str) -> str:
    """Lower case without accents; apostrophes gone, since the sounds that they mark are written or not at will."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return _APOSTROPHES.sub("", text.casefold())


def _without_brackets(plain: str) -> tuple[str, list[str]]:
    """Take off what stands in brackets or quotes: a nickname, or a title like "(alm)"."""
    inside = _BRACKETS.findall(plain)
    if not inside:
        return plain, []
    outside = _BRACKETS.sub(" ", plain)
    words, _ = _words(inside[0])
    nickname = _settled(words)
    return (outside, nickname) if re.search("[a-z]", outside) else (" ".join(inside), [])


def _words(plain: str) -> tuple[list[str], bool]:
    """Cut into words; degrees written with dots are gone. Also tell whether a comma came before the last word."""
    words: list[str] = []
    after_comma = False
    for chunk in plain.replace(",", " , ").replace(";", " , ").split():
        if chunk == ",":
            after_comma = bool(words)
        elif (bare := chunk.rstrip(".")).isalpha() and bare.isascii():
            words.append(bare)
        else:
            words += _pieces(chunk, first=not words)
    return words, after_comma


def _pieces(chunk: str, *, first: bool) -> list[str]:
    """The words in what has no spaces but other signs: none of a degree; K.H. and A.A. as one; else one by one."""
    pieces = [word for piece in _NO_LETTERS.split(chunk) if (word := _lettered(piece))]
    joined = "".join(pieces)
    if len(pieces) < 2 or "." not in chunk:  # noqa: PLR2004 # nothing to put together
        return pieces
    if joined in lexicon.DEGREES or (joined in lexicon.SHORT_DEGREES and not first):
        return []
    return [joined] if joined in _SPECIAL and len(joined) == len(pieces) else pieces


def _lettered(piece: str) -> str:
    """A figure among letters is a slip for a letter; figures alone, or at the end, count something."""
    if not piece or piece.isalpha():
        return piece
    lettered = piece.rstrip("0123456789").translate(_DIGITS_FOR_LETTERS)
    return re.sub(r"[0-9]", "", lettered)


def _understood(words: list[str], nickname: list[str], *, after_comma: bool) -> ReadName:
    words, alias = _cut(words, lexicon.ALIAS)
    words, said = _leading(words)
    own, fathers = _cut_father(words)
    if said & {"newborn", "mother", "father"}:
        parent = _named(_unnumbered(own), after_comma=after_comma)
        newborn = "newborn" in said
        if "father" in said and "mother" not in said:
            return ReadName(father=parent, newborn=newborn)
        return ReadName(mother=parent, newborn=newborn)
    name = _named(own, after_comma=after_comma)
    return ReadName(
        name,
        father=_named(fathers, after_comma=after_comma) if fathers else None,
        also=_named(_leading(alias)[0], after_comma=after_comma) if alias else name_of(nickname),
        married_style="wife" in said and name is not None,
    )


def _named(words: list[str], *, after_comma: bool) -> Name | None:
    bare = words if _SPECIAL.isdisjoint(words) else _settled(_bare_name(words, after_comma=after_comma))
    return None if " ".join(bare) in lexicon.NO_NAME else name_of(bare)


def _settled(words: list[str]) -> list[str]:
    """Read again what was read, until nothing more comes off, so that a name stored and read once more stays."""
    if _SPECIAL.isdisjoint(words):
        return words
    own, _ = _cut_father(_leading(_cut(words, lexicon.ALIAS)[0])[0])
    again = _bare_name(own, after_comma=False)
    return words if again == words else _settled(again)


def _leading(words: list[str]) -> tuple[list[str], set[str]]:
    """Take titles off the front and tell what they said: wife, newborn; whose child: mother, father."""
    said: set[str] = set()
    at = 0
    while at < len(words):
        word = words[at]
        child = "newborn" in said or "child" in said
        if word in lexicon.BABY:
            said.add("newborn")
        elif word in lexicon.CHILD and words[at + 1 : at + 2] != ["agung"]:
            said.add("child")
        elif word in lexicon.WIFE:
            said.add("mother" if child else "wife")
        elif word in lexicon.HUSBAND:
            said.add("father" if child else "man")
        elif word in lexicon.BABY_FILLERS and child:
            said |= {"mother"} if word == "dari" else set()
        elif word not in lexicon.TITLES:
            break
        at += 1
    return words[at:], said


def _cut(words: list[str], marks: frozenset[str]) -> tuple[list[str], list[str]]:
    for at, word in enumerate(words):
        if at and word in marks:
            return words[:at], [one for one in words[at + 1 :] if one not in marks]
    return words, []


def _cut_father(words: list[str]) -> tuple[list[str], list[str]]:
    for at, word in enumerate(words[:-1]):
        if at and (word in lexicon.BIN or (word == "b" and len(words[at + 1]) > 1)):
            father, _ = _cut_father(["", *words[at + 1 :]])
            return words[:at], _leading(father[1:])[0]
    return words, []


def _unnumbered(words: list[str]) -> list[str]:
    """The mother's name without what tells twins apart."""
    while len(words) > 1 and words[-1] in lexicon.TWIN_NUMBERS:
        words = words[:-1]
    return words


def _bare_name(words: list[str], *, after_comma: bool) -> list[str]:
    """Take degrees and what is never a name off, and open what is written short."""
    words = [word for word in words if word not in lexicon.NEVER_NAMES]
    words = [word for at, word in enumerate(words) if not (at and word in lexicon.DEGREES)]
    words = _without_spaced_degrees(words)
    least = 1 if after_comma else _WORDS_BEFORE_BARE_DEGREE
    while len(words) > least and words[-1] in lexicon.SHORT_DEGREES:
        words = words[:-1]
    return _opened(words)


def _without_spaced_degrees(words: list[str]) -> list[str]:
    """Take off "S Pd" or "A Md Keb" at the end."""
    for count in range(_LONGEST_DEGREE_PARTS, 1, -1):
        tail = words[-count:]
        if len(words) > count and len(tail[0]) == 1 and "".join(tail) in lexicon.DEGREES:
            return _without_spaced_degrees(words[:-count])
    return words


def _opened(words: list[str]) -> list[str]:
    opened: list[str] = []
    for at, word in enumerate(words):
        leads = at + 1 < len(words) and all(before in lexicon.RANKS for before in opened)
        full = lexicon.OPENS_FIRST.get(word) if leads else None
        opened += (full or lexicon.ABBREVIATIONS.get(word, word)).split()
    return opened
