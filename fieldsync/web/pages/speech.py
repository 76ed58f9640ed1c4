"""How the pages say numbers, days, moments and ages, in Indonesian and English.

Days are those of Asia/Jakarta. What is not known is said as a dash.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fieldsync.web.pages.rules import cited
from fieldsync.web.pages.words import text

JAKARTA = ZoneInfo("Asia/Jakarta")
NOTHING = "–"
_INDONESIAN = str.maketrans(",.", ".,")
_HOUR, _DAY = 60, 24 * 60  # minutes
_MONTHS_OF_A_YEAR, _WORTH_MONTHS = 12, 5


class Speech:
    """Says things in one language, on one day.

    Args:
        language: ``id`` or ``en``.
        now: the present moment.
    """

    def __init__(self, language: str, now: datetime) -> None:
        self.language = language
        self.now = now
        self.today = now.astimezone(JAKARTA).date()

    def text(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue."""
        return text(key, self.language, **values)

    def source(self, source: str) -> str:
        """Return what a rule or a target rests on."""
        return cited(source, self.language)

    def label(self, both: Mapping[str, str] | None) -> str:
        """Return a label that comes in both languages."""
        return NOTHING if both is None else both[self.language]

    def number(self, value: float | None) -> str:
        """Return a number with its thousands apart."""
        if value is None:
            return NOTHING
        said = f"{value:,}".replace("-", "−")
        return said.translate(_INDONESIAN) if self.language == "id" else said

    def day(self, value: date | str | None, *, short: bool = False) -> str:
        """Return a calendar day: ``24 November 2026``, short ``24 Nov 2026``."""
        if not value:
            return NOTHING
        at = date.fromisoformat(value) if isinstance(value, str) else value
        months = self.text("common.months_short" if short else "common.months").split()
        return f"{at.day} {months[at.month - 1]} {at.year}"

    def month(self, value: str) -> str:
        """Return a calendar month, given as ``2026-11``: ``Nov 2026``."""
        year, month = value.split("-")
        return f"{self.text('common.months_short').split()[int(month) - 1]} {year}"

    def duration(self, minutes: int) -> str:
        """Return how long something takes: ``45 menit``, ``24 jam``, ``3 hari``."""
        if minutes % _HOUR:
            return self.text("common.minutes", n=self.number(minutes))
        if minutes % _DAY or minutes == _DAY:
            return self.text("common.hours", n=self.number(minutes // _HOUR))
        return self.text("common.days", n=self.number(minutes // _DAY))

    def weekday(self, value: date) -> str:
        """Return a calendar day with its name: ``Selasa, 24 November 2026``."""
        return f"{self.text('common.weekdays').split()[value.weekday()]}, {self.day(value)}"

    def moment(self, value: datetime | str | None) -> str:
        """Return a moment on the clocks of Jakarta: ``24 Nov 2026 08.05``, ``hari ini 08.05``."""
        if not value:
            return NOTHING
        at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(JAKARTA)
        if at.date() == self.today:
            return self.text("common.today_at", hour=self.hour(at))
        return f"{self.day(at.date(), short=True)} {self.hour(at)}"

    def hour(self, value: datetime) -> str:
        """Return a time of day on the clocks of Jakarta: ``08.05``."""
        at = value.astimezone(JAKARTA)
        return f"{at:%H.%M}" if self.language == "id" else f"{at:%H:%M}"

    def due(self, value: date | str | None) -> str:
        """Return how far off a due day is: ``hari ini``, ``terlambat 3 hari``, ``2 hari lagi``."""
        if not value:
            return NOTHING
        at = date.fromisoformat(value) if isinstance(value, str) else value
        days = (at - self.today).days
        if days == 0:
            return self.text("common.due_today")
        return self.text("common.due_late" if days < 0 else "common.due_in", days=self.number(abs(days)))

    def is_late(self, value: date | str | None) -> bool:
        """Tell whether a due day has passed."""
        at = date.fromisoformat(value) if isinstance(value, str) else value
        return at is not None and at < self.today

    def since(self, value: datetime | str | None) -> str:
        """Return how long ago a moment was: ``45 menit``, ``5 jam``, ``3 hari``."""
        if not value:
            return NOTHING
        passed = self.now - (datetime.fromisoformat(value) if isinstance(value, str) else value)
        if passed < timedelta(hours=1):
            return self.text("common.minutes", n=max(0, int(passed.total_seconds() // 60)))
        if passed < timedelta(days=2):
            return self.text("common.hours", n=int(passed.total_seconds() // 3600))
        return self.text("common.days", n=self.number(passed.days))

    def age(self, born: str | None) -> str:
        """Return an age: in years, under five in months, under two months in days."""
        if not born:
            return NOTHING
        at = date.fromisoformat(born)
        months = (self.today.year - at.year) * 12 + self.today.month - at.month - (self.today.day < at.day)
        if months < 2:  # noqa: PLR2004 # a newborn's age counts in days
            return self.text("common.age_days", n=max(0, (self.today - at).days))
        years = months // _MONTHS_OF_A_YEAR
        if years < _WORTH_MONTHS:
            return self.text("common.age_months", n=months)
        return self.text("common.age_years", n=years)
