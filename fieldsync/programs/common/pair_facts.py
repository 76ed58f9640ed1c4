"""Pairs of persons in a folder who may be one: the same NIK, or children of one mother born within days.

Names are compared by a rough fold and how much of them is alike. Who is surely somebody else (born together with
the other, or of another sex) makes a pair only by the NIK. Where persons are matched for good is elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Any

from fieldsync.programs.facts import context, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import birth_of, home_of, mother_of
from fieldsync.rules import Sheet

# Wider than any rule asks, narrower than the gap between two births: what is further apart is no pair at all.
_WIDEST_DAYS = 31
_ALIKE = 0.85
_NOT_LETTERS = re.compile(r"[^a-z ]+")
_TWICE = re.compile(r"(.)\1+")
_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sy", "s"), ("kh", "h"), ("ph", "f"), ("v", "f"), ("y", "i"))
_SHORT = {
    **dict.fromkeys(("m", "md", "mh", "mhd", "mohd", "mohamad", "moh", "muh", "muhd", "muhamad"), "muhamad"),
    **dict.fromkeys(("st", "sitti"), "siti"),
    **dict.fromkeys(("abd", "abdul"), "abdul"),
}

PAIR_CONTEXT = context(
    "pair",
    "dua orang",
    "two persons",
    (
        flag("same_nik", "NIK sama", "same NIK"),
        flag("names_alike", "nama mirip", "names are alike"),
        flag("same_mother", "ibu sama", "same mother"),
        flag("awaits_decision", "menunggu keputusan petugas", "awaits a person's decision"),
        number(
            "birth_days_apart",
            "selisih tanggal lahir",
            "days between the dates of birth",
            unit="days",
            limits=(0, _WIDEST_DAYS),
        ),
    ),
)


def pair_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every two persons of one NIK, or of one mother and born within a month."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    people = {one.person or one.id: one for one in folder.of_type("person")}
    for one, other in _together(people, {person: entry.data.get("nik") for person, entry in people.items()}):
        found.setdefault((one, other), {})["same_nik"] = True
    for one, other in _together(people, {person: _mother(folder, person, people) for person in people}):
        facts = _as_siblings(folder, people[one], people[other])
        if facts:
            found.setdefault((one, other), {}).update(facts)
    for (one, other), facts in found.items():
        if folder.wants(one) or folder.wants(other):
            both = f"{one}+{other}"
            home = home_of(folder, one, otherwise=people[one].area)
            yield Sheet(about="pair", subject=both, episode=both, person=one, area=home, facts=facts)


def _together(people: dict[str, Entry], values: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """Yield every two persons, in order of ids, that have the same value."""
    groups: dict[str, list[str]] = {}
    for person in people:
        if (value := values[person]) is not None:
            groups.setdefault(value, []).append(person)
    for group in groups.values():
        if len(group) > 1:
            yield from combinations(sorted(group), 2)


def _mother(folder: Folder, person: str, people: dict[str, Entry]) -> str | None:
    """Return who the mother is: a person, else her name as told, folded."""
    known = mother_of(folder, person)
    if known is not None:
        return known
    name = people[person].data.get("mother_name")
    return f"={folded(name)}" if name is not None else None


def _as_siblings(folder: Folder, one: Entry, other: Entry) -> dict[str, Any]:
    """Return how alike two children of one mother are; nothing when they are surely two."""
    first, second = day_of(one.data, "birth_date"), day_of(other.data, "birth_date")
    if first is None or second is None or abs((first - second).days) > _WIDEST_DAYS:
        return {}
    sexes = {one.data.get("sex"), other.data.get("sex")} - {None}
    if len(sexes) > 1 or _were_born_together(folder, one, other):
        return {}
    facts: dict[str, Any] = {"same_mother": True, "birth_days_apart": abs((first - second).days)}
    if "full_name" in one.data and "full_name" in other.data:
        facts["names_alike"] = are_alike(one.data["full_name"], other.data["full_name"])
    return facts


def _were_born_together(folder: Folder, one: Entry, other: Entry) -> bool:
    births = birth_of(folder, one.person), birth_of(folder, other.person)
    return births[0] is not None and births[1] is not None and births[0].delivery.id == births[1].delivery.id


def are_alike(one: str, other: str) -> bool:
    """Tell whether two names may be spellings of one, whatever the order of their words or the gaps between."""
    (first, first_joined), (second, second_joined) = _plain(one), _plain(other)
    if first == second or first_joined == second_joined:
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def folded(name: str) -> str:
    """Return the words of a name in order, with old spellings, short forms, doubled letters and signs made plain."""
    return _plain(name)[0]


@lru_cache(maxsize=20_000)
def _plain(name: str) -> tuple[str, str]:
    """Return the plain words of a name in order, and as they follow each other without gaps."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = _NOT_LETTERS.sub(" ", plain.replace("'", "").replace("’", ""))
    for written, spoken in _SPELLINGS:
        plain = plain.replace(written, spoken)
    spoken_words = (_TWICE.sub(r"\1", word) for word in plain.split())
    words = [_SHORT.get(word, word) for word in spoken_words]
    return " ".join(sorted(words)), "".join(words)
