"""Numbers of papers: NIK, family card, telephone; as the offices give them out, one after the other.

Structure as published: district, date (women's day + 40), serial. No number is anyone's:
serials count invented people only.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

History = list[tuple[int, str]]

_GAP = 0.35
_PREFIXES = ("0811", "0812", "0813", "0821", "0822", "0852", "0853", "0857", "0858", "0877", "0878", "0895", "0896")


@dataclass
class Office:
    """Gives out numbers; never the same twice."""

    serials: dict[str, int] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)

    def nik(self, rng: Random, district: str, sex: str, day: int) -> str:
        """Return the next NIK of a district (six digits) for a birth date (ordinal)."""
        on = date.fromordinal(day)
        return self._next(rng, f"{district}{on.day + (40 if sex == 'f' else 0):02}{on.month:02}{on.year % 100:02}")

    def next_to(self, nik: str, sex: str) -> str:
        """Return the NIK given out right after a twin's; one day number apart if the sexes differ."""
        day = int(nik[6:8]) % 40 + (40 if sex == "f" else 0)
        start = f"{nik[:6]}{day:02}{nik[8:12]}"
        serial = max(self.serials.get(start, 0), int(nik[12:]) if start == nik[:12] else 0) + 1
        self.serials[start] = serial
        return f"{start}{serial:04}"

    def card(self, rng: Random, district: str, day: int) -> str:
        """Return a new family card number of a district, issued on a day (ordinal)."""
        on = date.fromordinal(day)
        return self._next(rng, f"{district}{on.day:02}{on.month:02}{on.year % 100:02}")

    def phone(self, rng: Random) -> str:
        """Return a mobile number that nobody has."""
        while True:
            number = rng.choice(_PREFIXES) + str(rng.randrange(10**6, 10 ** rng.choice((7, 8, 8, 8)))).zfill(7)
            if number not in self.phones:
                self.phones.add(number)
                return number

    def _next(self, rng: Random, start: str) -> str:
        serial = self.serials.get(start, 0) + 1
        while rng.random() < _GAP:
            serial += 1
        self.serials[start] = serial
        return f"{start}{serial:04}"


def at(history: History, day: int) -> str:
    """Return what stood on a day: the last entry begun by then, or nothing."""
    found = ""
    for begun, value in history:
        if begun > day:
            break
        found = value
    return found
