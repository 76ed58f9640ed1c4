"""How numbers, dates, ages, codes and units are written in Indonesian and in English.

Texts only, by language; which of them a sentence holds is said elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldsync.rules.facts import Fact

WEEK = 7
SIGNS: Mapping[str, str] = {"at_least": "≥", "over": ">", "at_most": "≤", "under": "<", "is": "=", "is_not": "≠"}
# Facts whose name begins so are ages of a pregnancy, in days, told in weeks and days.
_PREGNANCY_AGE = ("ga_", "gestational_age_")


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of one language."""

    language: str
    months: tuple[str, ...]
    units: Mapping[str, str]
    and_: str
    yes: str
    no: str
    visit: str
    never: str
    absent: str
    nothing: str
    none_of: str
    or_: str
    not_: str
    one_of: str
    any_of: str
    known: str


LANGUAGES = ("id", "en")
WORDS: Mapping[str, Words] = {
    "id": Words(
        language="id",
        months=(
            *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
            *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
        ),
        units={
            "days": "hari",
            "working days": "hari kerja",
            "weeks": "minggu",
            "months": "bulan",
            "years": "tahun",
            "visits": "kunjungan",
            "points": "poin",
            "risks": "risiko",
            "IDR": "rupiah",
            "/min": "/menit",
        },
        and_="dan",
        yes="ya",
        no="tidak",
        visit="kunjungan",
        never="belum pernah dicatat",
        absent="tidak dicatat",
        nothing="tidak ada",
        none_of="tidak ada",
        or_="atau",
        not_="bukan",
        one_of="salah satu dari",
        any_of="ada salah satu dari",
        known="diketahui",
    ),
    "en": Words(
        language="en",
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        units={"tablet": "tablets", "IDR": "rupiah"},
        and_="and",
        yes="yes",
        no="no",
        visit="visit of",
        never="never recorded",
        absent="not recorded",
        nothing="none",
        none_of="none of",
        or_="or",
        not_="not",
        one_of="one of",
        any_of="any of",
        known="known",
    ),
}


def day_text(day: date, words: Words) -> str:
    """Return a date: ``10 Maret 2026``."""
    return f"{day.day} {words.months[day.month - 1]} {day.year}"


def number_text(value: float, words: Words, *, places: int = 2) -> str:
    """Return a number with its thousands apart: ``1.450,5`` in Indonesian; at most so many places."""
    text = f"{value if isinstance(value, int) else round(value, places):,}".replace("-", "−")
    return text.translate(_INDONESIAN) if words.language == "id" else text


_INDONESIAN = str.maketrans(",.", ".,")


def unit_text(unit: str, words: Words) -> str:
    """Return a unit as it stands behind a number, with the space before it if it has one."""
    told = words.units.get(unit, unit)
    return told if told in ("", "%") or told.startswith("/") else f" {told}"


def weeks_text(days: float, words: Words) -> str:
    """Return an age in days as weeks and days: ``30 minggu 2 hari``, ``30w2d``; one below none in days."""
    if days < 0:
        return number_text(days, words) + unit_text("days", words)
    weeks, rest = divmod(int(days), WEEK)
    return f"{weeks} minggu {rest} hari" if words.language == "id" else f"{weeks}w{rest}d"


def quantity_text(fact: Fact, number: float, words: Words, *, places: int = 2) -> str:
    """Return a number that a fact is or is held against, without its unit, unless that is told within."""
    return weeks_text(number, words) if in_weeks(fact) else number_text(number, words, places=places)


def in_weeks(fact: Fact) -> bool:
    """Tell whether a fact is an age of a pregnancy."""
    return fact.unit == "days" and fact.name.startswith(_PREGNANCY_AGE)


def measure_text(fact: Fact, words: Words) -> str:
    """Return the unit that stands behind the numbers of a fact; none where they tell it themselves."""
    return "" if in_weeks(fact) else unit_text(fact.unit, words)


def value_text(fact: Fact, value: Any, words: Words) -> str:
    """Return one value that is no number: a code by its label."""
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, date):
        return day_text(value, words)
    if fact.codes is not None and value in fact.codes:
        return fact.codes[value][words.language]
    return str(value)


def list_text(fact: Fact, values: Iterable[Any], words: Words) -> str:
    """Return several values, codes in the order of their list."""
    given = list(values) if isinstance(values, tuple | list) else sorted(values, key=str)
    order = [one for one in fact.codes or () if one in given]
    return ", ".join(value_text(fact, one, words) for one in (*order, *(one for one in given if one not in order)))
