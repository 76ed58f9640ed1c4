"""How numbers, dates, ages and units are written in Indonesian and in English.

Texts only, by language; which of them a sentence holds is said elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

WEEK = 7


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
    ),
    "en": Words(
        language="en",
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        units={"tablet": "tablets"},
        and_="and",
        yes="yes",
        no="no",
        visit="visit of",
        never="never recorded",
        absent="not recorded",
        nothing="none",
        none_of="none of",
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
