"""Villages, who covers them, and where a tablet stands when it takes its position.

Pure geometry and code prefixes: a tablet's areas cover all below them, and every
position lies inside the box of Ogan Komering Ilir. It keeps no list of regions; the
caller brings the villages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from fieldsync.simulator.odds import chance

EAST, WEST = 106.18, 104.64
NORTH, SOUTH = -2.39, -4.26
JITTER_DEGREES = 0.03
FOREIGN_AREA = "18.01.01.2001"  # Lampung: no van of this regency goes there


@dataclass(frozen=True, slots=True)
class Village:
    """A village: its Kemendagri code `nn.nn.nn.nnnn`, its name, and the centre of its district if known."""

    code: str
    name: str
    lat: float | None = None
    lon: float | None = None

    @property
    def nik_region(self) -> str:
        """The six region digits of numbers that are issued here."""
        return self.code[:8].replace(".", "")


def covers(areas: Iterable[str], code: str) -> bool:
    """Tell whether one of the areas is this code or lies above it."""
    return any(code == area or code.startswith(area + ".") for area in areas)


def covered(villages: Sequence[Village], areas: Sequence[str]) -> list[Village]:
    """Return the villages that these areas cover, by code."""
    return sorted((one for one in villages if covers(areas, one.code)), key=lambda one: one.code)


def foreign_area(villages: Sequence[Village], areas: Sequence[str], rng: Random) -> str:
    """Return the code of a village that these areas do not cover."""
    outside = sorted(one.code for one in villages if not covers(areas, one.code))
    return rng.choice(outside) if outside else FOREIGN_AREA


def position(village: Village, rng: Random) -> dict[str, float] | None:
    """Return where a tablet stood, accuracy in metres; nothing without a fix, which happens under trees."""
    if village.lat is None or village.lon is None or chance(rng, 0.06):  # share without a fix
        return None
    lat = min(max(village.lat + rng.uniform(-JITTER_DEGREES, JITTER_DEGREES), SOUTH), NORTH)
    lon = min(max(village.lon + rng.uniform(-JITTER_DEGREES, JITTER_DEGREES), WEST), EAST)
    return {"lat": round(lat, 6), "lon": round(lon, 6), "accuracy_m": rng.choice((4, 6, 8, 12, 20, 35))}


def circuit(villages: Sequence[Village], days: int, rng: Random) -> list[Village]:
    """Return the neighbouring villages that one van goes round, one a day, each several times in the period."""
    length = max(1, min(6, len(villages), days // 4))
    start = rng.randrange(len(villages))
    return [villages[(start + step) % len(villages)] for step in range(length)]
