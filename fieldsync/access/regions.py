"""The official regions: loaded from the files beside this module, asked for by code."""

import csv
import io
import lzma
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Connection, or_, select

from fieldsync.access.tables import RegionRow
from fieldsync.db import add_rows, change_rows, member_of

FILES = Path(__file__).parent / "kemendagri"
HOME = "16.02"
# How many characters the code of each level has; the code of whatever it lies in is the beginning of it.
LEVELS = MappingProxyType({"province": 2, "regency": 5, "district": 8, "village": 13})
DISTRICT = LEVELS["district"]
_COLUMNS = ("code", "level", "name", "parent", "kind", "lat", "lon")
_Values = tuple[str, str, str, str | None, str, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Region:
    """One region with its dotted code; coordinates (degrees) where known."""

    code: str
    level: str
    name: str
    parent: str | None
    kind: str
    lat: float | None
    lon: float | None


def covers(scope: str, area: str) -> bool:
    """Tell whether an area is `scope` itself or lies below it."""
    return area == scope or area.startswith(scope + ".")


def read_regions(under: str | None = None) -> Iterator[_Values]:
    """Read the shipped regions: all, or one region with what lies below and above it."""
    home = {row["code"]: row for row in _rows(_text("oki.csv"))}
    at_home = under is not None and covers(HOME, under)
    for row in home.values() if at_home else _country():
        code = row["code"]
        if under is None or covers(under, code) or covers(code, under):
            place = home.get(code, {})  # only there are coordinates
            point = (_number(place.get("lat", "")), _number(place.get("lon", "")))
            yield (code, row["level"], row["name"], row["parent"] or None, row["kind"], *point)


def _country() -> Iterator[dict[str, str]]:
    return _rows(lzma.decompress((FILES / "indonesia.csv.xz").read_bytes()).decode())


def _text(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def _rows(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text))


def _number(text: str) -> float | None:
    return float(text) if text else None


def load_regions(connection: Connection, under: str | None = None) -> int:
    """Load the regions (all of Indonesia, or one with all below and above it); return how many there are to load.

    What is there is renewed where it differs; nothing is ever deleted, since records name it.
    """
    wanted = list(read_regions(under))
    if under is not None and all(values[0] != under for values in wanted):
        return 0
    row = RegionRow.__table__.c
    present = {one[0]: tuple(one) for one in connection.execute(select(*(row[name] for name in _COLUMNS)))}
    add_rows(connection, RegionRow, _COLUMNS, [values for values in wanted if values[0] not in present])
    changed = [values for values in wanted if values[0] in present and present[values[0]] != values]
    change_rows(connection, RegionRow, _COLUMNS, changed)
    return len(wanted)


def known_to_kemendagri(codes: Collection[str]) -> set[str]:
    """Return those of these codes that are in the shipped list; no database is asked."""
    under = HOME if all(covers(HOME, code) or covers(code, HOME) for code in codes) else None
    return {values[0] for values in read_regions(under)} & set(codes)


def known_areas(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Return those of these codes that are in the list of regions."""
    query = select(RegionRow.code).where(member_of(connection, RegionRow.code, sorted(codes)))
    return {row.code for row in connection.execute(query)}


def small_areas(connection: Connection, areas: Sequence[str], most: int) -> list[str] | None:
    """Return the codes of these districts and villages and of all villages in them; None when they are more, or wider.

    Args:
        connection: for reading.
        areas: codes of any level.
        most: how many codes at most.
    """
    if any(len(one) < DISTRICT for one in areas):
        return None
    found = [*areas, *(one.code for one in regions_in(connection, areas))]
    return found if len(found) <= most else None


def region_names(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of those of these codes, of any level, that are in the list of regions."""
    query = select(RegionRow.code, RegionRow.name).where(member_of(connection, RegionRow.code, sorted(set(codes))))
    return {row.code: row.name for row in connection.execute(query)}


def place_names(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of these areas and of the district that each lies in; one statement."""
    wanted = list(codes)
    return region_names(connection, (*wanted, *(one[:DISTRICT] for one in wanted)))


def regions_in(connection: Connection, codes: Sequence[str]) -> list[Region]:
    """Return the regions directly in any of these, one level below, in order of their codes."""
    row = RegionRow.__table__.c
    # Nothing lies in a village; and a code longer than the column would be cut, and so mean its district.
    parents = [one for one in codes if len(one) <= DISTRICT]
    query = select(*(row[name] for name in _COLUMNS)).where(member_of(connection, row.parent, parents))
    return [Region(*one) for one in connection.execute(query.order_by(row.code))]


def villages_under(connection: Connection, code: str) -> list[Region]:
    """Return the villages below a region, in order of their codes."""
    row = RegionRow.__table__.c
    below = or_(row.code == code, row.code.startswith(code + ".", autoescape=True))
    query = select(*(row[name] for name in _COLUMNS)).where(row.level == "village", below).order_by(row.code)
    return [Region(*one) for one in connection.execute(query)]


def district_points(connection: Connection) -> dict[str, tuple[float, float]]:
    """Return the centroid (latitude, longitude) of every district that has one."""
    row = RegionRow.__table__.c
    query = select(row.code, row.lat, row.lon).where(row.level == "district", row.lat.is_not(None))
    return {one.code: (one.lat, one.lon) for one in connection.execute(query)}


class AreaBook:
    """Remembers which codes exist, so that a batch's areas cost no statement once they were seen."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def missing(self, connection: Connection, codes: set[str]) -> set[str]:
        """Return those of `codes` that are no regions; asks the database only about codes not seen before."""
        asked = codes - self._seen
        if asked:
            self._seen |= known_areas(connection, asked)
        return codes - self._seen
