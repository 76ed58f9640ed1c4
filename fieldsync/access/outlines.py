"""Outlines of areas, made light for a browser: fewer points, whole numbers of a grid of about a metre.

Pure: no file, no database. What is left out changes no line by more than the tolerance, and every point of the result
is one of the given ones; neighbours are thinned apart, so between two of them a gap up to the tolerance may show.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

GRID = 100_000  # steps of a degree: 1.1 m at the equator, where a degree of longitude is as long as one of latitude
# Every so many points one is kept whatever its worth, so that time grows with the points and not with their square.
STRETCH = 512
NEAR = 0.25  # the share of the tolerance that goes to points which lie close to the last one
MOST_POINTS = 800

Point = tuple[int, int]
Ring = list[Point]
Polygon = list[Ring]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area in steps of the grid: polygons, each its outer ring and its holes, every ring closed.

    `box` is west, south, east, north; `label` a point within the largest polygon; `tolerance` what it was thinned
    by.
    """

    polygons: list[Polygon]
    box: tuple[int, int, int, int]
    label: Point
    tolerance: int

    @property
    def points(self) -> int:
        """How many corners are left."""
        return sum(len(ring) - 1 for polygon in self.polygons for ring in polygon)


def on_grid(ring: Sequence[Sequence[float]]) -> Ring:
    """Return a ring of (longitude, latitude, …) in steps of the grid, without points that fall on the one before."""
    found: Ring = []
    for position in ring:
        point = (round(position[0] * GRID), round(position[1] * GRID))
        if not found or found[-1] != point:
            found.append(point)
    return found


def outline_of(polygons: Sequence[Polygon], tolerance: int, most: int = MOST_POINTS) -> Outline | None:
    """Return the outline of an area, thinned until it has at most so many points; None when it has no surface.

    Islands and holes smaller than the tolerance are left out, but never the largest polygon.

    Args:
        polygons: rings on the grid, each closed.
        tolerance: in steps of the grid; doubled as long as too many points are left.
        most: how many points it may have.
    """
    solid = [[ring for ring in polygon if _surface(ring)] for polygon in polygons if _surface(polygon[0])]
    if not solid:
        return None
    solid.sort(key=lambda polygon: -_surface(polygon[0]))
    while True:
        thin = list(_thinned(solid, tolerance))
        found = Outline(thin, _box(ring for polygon in thin for ring in polygon), label_of(thin[0]), tolerance)
        if found.points <= most:
            return found
        tolerance *= 2


def _thinned(polygons: Sequence[Polygon], tolerance: int) -> Iterator[Polygon]:
    for number, polygon in enumerate(polygons):
        if number == 0 or not _is_small(polygon[0], tolerance):
            holes = [ring for ring in polygon[1:] if not _is_small(ring, tolerance)]
            yield [simplify_ring(ring, tolerance) for ring in (polygon[0], *holes)]


def _box(rings: Iterator[Ring]) -> tuple[int, int, int, int]:
    points = [point for ring in rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_small(ring: Ring, tolerance: int) -> bool:
    west, south, east, north = _box(iter([ring]))
    return max(east - west, north - south) < tolerance


def _surface(ring: Ring) -> int:
    """Return twice the surface within a closed ring."""
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)))


def simplify_ring(ring: Ring, tolerance: float) -> Ring:
    """Return a closed ring with fewer of its points (Douglas and Peucker), still closed, and of three corners at least.

    Args:
        ring: closed: the last point is the first; three different corners at least.
        tolerance: how far, in the ring's own unit, a point that is left out may be from the line that stays.
    """
    near = _not_near(ring, tolerance * NEAR)
    rest = tolerance * (1 - NEAR)
    whole = len(near) - 1
    far, _ = _farthest(near, 0, 0, 1, whole)
    kept = {0, far, whole}
    for first, last in ((0, far), (far, whole)):
        kept |= _kept(near, first, last, rest)
    if len(kept) == 3:  # noqa: PLR2004 # two corners and the first again: a line
        kept.add(max(range(1, whole), key=lambda at: _off_line(near, at, far)))
    return [near[at] for at in sorted(kept)]


def _not_near(ring: Ring, distance: float) -> Ring:
    """Leave out points closer to the last one that stays; all stay where fewer than three corners would be left."""
    least = distance * distance
    found = [ring[0]]
    last_x, last_y = ring[0]
    for x, y in ring[1:-1]:
        if (x - last_x) * (x - last_x) + (y - last_y) * (y - last_y) >= least:
            found.append((x, y))
            last_x, last_y = x, y
    return [*found, ring[0]] if _surface([*found, ring[0]]) else ring


def _off_line(ring: Ring, at: int, far: int) -> int:
    (x0, y0), (x1, y1), (x, y) = ring[0], ring[far], ring[at]
    return abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0))


def _kept(ring: Ring, first: int, last: int, tolerance: float) -> set[int]:
    """Return which points between two stay, so that no other is farther from the line than the tolerance."""
    least = tolerance * tolerance
    stops = [*range(first, last, STRETCH), last]
    kept = set(stops)
    open_ = list(pairwise(stops))
    while open_:
        start, end = open_.pop()
        at, distance = _farthest(ring, start, end, start + 1, end)
        if distance > least:
            kept.add(at)
            open_ += [(start, at), (at, end)]
    return kept


def _farthest(ring: Ring, start: int, end: int, first: int, last: int) -> tuple[int, float]:
    """Return which point of `first` to before `last` is farthest from a stretch of line, and its distance squared."""
    (x0, y0), (x1, y1) = ring[start], ring[end]
    along_x, along_y = x1 - x0, y1 - y0
    length = along_x * along_x + along_y * along_y
    found, worst = first, -1.0
    for at in range(first, last):
        x, y = ring[at][0] - x0, ring[at][1] - y0
        along = x * along_x + y * along_y
        if along <= 0:
            distance: float = x * x + y * y
        elif along >= length:
            distance = (x - along_x) ** 2 + (y - along_y) ** 2
        else:
            across = x * along_y - y * along_x
            distance = across * across / length
        if distance > worst:
            found, worst = at, distance
    return found, worst


def label_of(polygon: Polygon) -> Point:
    """Return a point within a polygon: the middle of its widest part, at half its height."""
    _, south, _, north = _box(iter(polygon[:1]))
    height = (south + north) / 2 + 0.25  # on no corner of the grid
    crossings = sorted(
        x0 + (height - y0) * (x1 - x0) / (y1 - y0)
        for ring in polygon
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > height) != (y1 > height)
    )
    west, east = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return round((west + east) / 2), round(height)


def written(polygons: Sequence[Polygon]) -> list[list[list[int]]]:
    """Return polygons as they are kept and sent: of each ring ``[x, y, dx, dy, …]``, without the closing point."""
    return [[_written(ring) for ring in polygon] for polygon in polygons]


def _written(ring: Ring) -> list[int]:
    found = [*ring[0]]
    for (x, y), (next_x, next_y) in pairwise(ring[:-1]):
        found += (next_x - x, next_y - y)
    return found
