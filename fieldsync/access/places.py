"""Where areas lie: the office's own outlines and points as they are kept, or the centroids that come with the regions.

What is imported is taken whole or not at all, and stands in place of what was there of the same areas.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, select

from fieldsync.access.geojson import Fault, PlaceRead, PlacesRead
from fieldsync.access.outlines import GRID, Outline, written
from fieldsync.access.regions import LEVELS, known_areas
from fieldsync.access.tables import AreaPlaceRow, RegionRow
from fieldsync.db import add_rows, member_of

METRES_OF_A_STEP = 111_320 / GRID
_COLUMNS = ("code", "x", "y", "west", "south", "east", "north", "tolerance", "outline")
_LEVEL_OF = {length: level for level, length in LEVELS.items()}


class PlacesError(Exception):
    """A file of places is wrong; `faults` tells all of it in the order of the file, and nothing was imported."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: areas by level, how many of them had a place before, points read and points kept.

    `tolerance_m` is the roughest tolerance that an outline was thinned by, in metres.
    """

    areas: int
    levels: dict[str, int]
    replaced: int
    points_read: int
    points_kept: int
    tolerance_m: int


@dataclass(frozen=True, slots=True)
class AreaPlace:
    """Where an area lies, in steps of the grid: where its number stands, and its outline as JSON text, if it has one.

    `box` is west, south, east, north.
    """

    x: int
    y: int
    box: tuple[int, int, int, int]
    outline: str | None


def import_places(connection: Connection, read: PlacesRead) -> Imported:
    """Keep the places of a file in place of those that were there of the same areas.

    Raises:
        PlacesError: anything of it is wrong, or an area is not in the list of regions.
    """
    codes = [one.code for one in read.places]
    known = known_areas(connection, codes)
    strange = [_unknown(one) for one in read.places if one.code not in known]
    faults = sorted([*read.faults, *strange], key=lambda one: one.feature)
    if faults:
        raise PlacesError(faults)
    gone = connection.execute(delete(AreaPlaceRow).where(member_of(connection, AreaPlaceRow.code, codes)))
    add_rows(connection, AreaPlaceRow, _COLUMNS, [_row(one) for one in read.places])
    outlines = [one.place for one in read.places if isinstance(one.place, Outline)]
    return Imported(
        areas=len(codes),
        levels=dict(Counter(_LEVEL_OF[len(code)] for code in codes)),
        replaced=gone.rowcount,
        points_read=read.points,
        points_kept=sum(one.points for one in outlines) + len(codes) - len(outlines),
        tolerance_m=round(max((one.tolerance for one in outlines), default=0) * METRES_OF_A_STEP),
    )


def _unknown(one: PlaceRead) -> Fault:
    return Fault(one.feature, f"/features/{one.feature}", "unknown_area", f"{one.code} is not in the list of regions")


def _row(one: PlaceRead) -> tuple[object, ...]:
    place = one.place
    if isinstance(place, Outline):
        return (one.code, *place.label, *place.box, place.tolerance, orjson.dumps(written(place.polygons)).decode())
    return (one.code, *place, *place, *place, 0, None)


def places_of(connection: Connection, codes: Sequence[str]) -> dict[str, AreaPlace]:
    """Return where those of these areas lie of which it is known: two statements."""
    row, region = AreaPlaceRow.__table__.c, RegionRow.__table__.c
    points = select(region.code, region.lat, region.lon).where(
        member_of(connection, region.code, codes), region.lat.is_not(None), region.lon.is_not(None)
    )
    found = {}
    for one in connection.execute(points):
        x, y = round(one.lon * GRID), round(one.lat * GRID)
        found[one.code] = AreaPlace(x, y, (x, y, x, y), None)
    query = select(*(row[name] for name in _COLUMNS)).where(member_of(connection, row.code, codes))
    for one in connection.execute(query):
        found[one.code] = AreaPlace(one.x, one.y, (one.west, one.south, one.east, one.north), one.outline)
    return found
