"""Places of areas from the office's own GeoJSON: each feature an outline or a point, by the code of its area.

A feature at a time, so that a large file takes little more memory than its text. What is wrong is noted with a
pointer, feature by feature, and the rest is read on, so that an operator sees all of it at once.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldsync.access.outlines import Outline, Point, Polygon, on_grid, outline_of

# In steps of the grid, of about 1.1 m: what is looked at as a whole from farther away may be rougher.
TOLERANCES = {2: 300, 5: 100, 8: 30, 13: 10}
WEST, SOUTH, EAST, NORTH = 94.0, -12.0, 142.0, 7.0  # around all of Indonesia, degrees
LEAST_OF_A_RING = 4
MOST_NAMES = 12
_SPACE = re.compile(r"[ \t\r\n]*")
_DOTTED = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", re.ASCII)
_PLAIN = re.compile(r"([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})([0-9]{4})?)?)?", re.ASCII)
# Names of longitude and latitude in degrees on WGS 84, as older writers put them into the file.
_DEGREES = re.compile(r"(urn:ogc:def:crs:)?(OGC:(1\.3|2)?:?CRS84|EPSG:[0-9.]*:?4326)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of places: which feature (-1: the file itself), where in it, a code, a sentence."""

    feature: int
    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message} ({self.code})"


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """The place of one area: its outline or its point, as given by one feature."""

    feature: int
    code: str
    place: Outline | Point


@dataclass(frozen=True, slots=True)
class PlacesRead:
    """All that a file says: the places that are whole, in order, what is wrong, and how many points it had."""

    places: list[PlaceRead]
    faults: list[Fault]
    points: int


class _Broken(Exception):  # noqa: N818 # it says what the feature is
    """A feature is wrong: where, its code, a sentence."""

    def __init__(self, pointer: str, code: str, message: str) -> None:
        super().__init__(message)
        self.pointer, self.code, self.message = pointer, code, message


def read_places(text: str, code_property: str) -> PlacesRead:
    """Return what a GeoJSON text says of the places of areas.

    Args:
        text: a feature collection; coordinates are longitude and latitude in degrees (WGS 84).
        code_property: the property that holds the area's code, with dots or without.
    """
    places: list[PlaceRead] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    count = _Counter()
    try:
        for number, feature in enumerate(_features(text)):
            try:
                code = _code_of(feature, code_property, seen)
                place = _place_of(feature, code, count)
            except _Broken as wrong:
                faults.append(Fault(number, f"/features/{number}{wrong.pointer}", wrong.code, wrong.message))
            else:
                seen[code] = number
                places.append(PlaceRead(number, code, place))
    except _Broken as wrong:
        faults.append(Fault(-1, wrong.pointer, wrong.code, wrong.message))
    if not places and not faults:
        faults.append(Fault(-1, "/features", "empty", "there is no feature in it"))
    return PlacesRead(places, faults, count.points)


class _Counter:
    """Counts the points of a file as they are read."""

    def __init__(self) -> None:
        self.points = 0


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _features(text: str) -> Iterator[Any]:
    """Yield the features of a collection one by one; the other members are read past and looked at."""
    reader, kind, found = _Reader(text), None, False
    for name in reader.members():
        if name == "features":
            found = True
            yield from reader.items()
        else:
            value = reader.value()
            if name == "crs":
                _check_crs(value)
            kind = value if name == "type" else kind
    if reader.at != len(text):
        raise _Broken("", "not_json", f"something stands after its end, at character {reader.at}")
    if kind != "FeatureCollection" or not found:
        raise _Broken("/type", "not_geojson", "a GeoJSON FeatureCollection with its features is wanted")


class _Reader:
    """Steps through a JSON text, so that a long list need never be held as a whole."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._skip_space()

    def members(self) -> Iterator[Any]:
        """Yield the name of each member of an object; who asks must read its value before the next."""
        self._take("{")
        more = not self._is_next("}")
        while more:
            name = self.value()
            self._take(":")
            yield name
            more = self._is_next(",")
            self.at += more
            self._skip_space()
        self._take("}")

    def items(self) -> Iterator[Any]:
        """Yield the values of a list."""
        self._take("[")
        more = not self._is_next("]")
        while more:
            yield self.value()
            more = self._is_next(",")
            self.at += more
            self._skip_space()
        self._take("]")

    def value(self) -> Any:
        """Return the value that comes next, whole."""
        try:
            found, self.at = _DECODER.raw_decode(self.text, self.at)
        except RecursionError:
            raise _Broken("", "not_json", f"it is nested too deep at character {self.at}") from None
        except ValueError as error:
            where, said = (error.pos, error.msg) if isinstance(error, json.JSONDecodeError) else (self.at, str(error))
            raise _Broken("", "not_json", f"it is no JSON at character {where}: {said[:60]}") from None
        self._skip_space()
        return found

    def _is_next(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _take(self, sign: str) -> None:
        if not self._is_next(sign):
            raise _Broken("", "not_json", f"{sign} is wanted at character {self.at}")
        self.at += 1
        self._skip_space()

    def _skip_space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr] # it matches always


def _check_crs(value: Any) -> None:
    """Refuse a file that says that its coordinates are no degrees of longitude and latitude."""
    properties = value.get("properties") if isinstance(value, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if value is not None and not (isinstance(name, str) and _DEGREES.fullmatch(name)):
        raise _Broken("/crs", "wrong_crs", "coordinates must be longitude and latitude in degrees (EPSG:4326)")


def _code_of(feature: Any, name: str, seen: Mapping[str, int]) -> str:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Broken("", "not_geojson", "this is no Feature")
    properties = feature.get("properties")
    if not isinstance(properties, dict) or name not in properties:
        there = ", ".join(sorted(properties)[:MOST_NAMES]) if isinstance(properties, dict) else ""
        raise _Broken("/properties", "no_code", f"there is no property {name!r}, only: {there or 'none'}")
    code, where = dotted(properties[name]), f"/properties/{name}"
    if code is None:
        raise _Broken(where, "bad_code", "an area's code has 2, 4, 6 or 10 digits: 16.02.05.2011")
    if code in seen:
        raise _Broken(where, "duplicate", f"{code} is also feature {seen[code]}; join them into one")
    return code


def dotted(value: Any) -> str | None:
    """Return an area's code with its dots, whether it had them or not; None when it can be no code."""
    text = str(value).strip() if type(value) in (str, int) else ""
    if _DOTTED.fullmatch(text):
        return text
    plain = _PLAIN.fullmatch(text)
    return None if plain is None else ".".join(part for part in plain.groups() if part)


def _place_of(feature: dict[str, Any], code: str, count: _Counter) -> Outline | Point:
    geometry = feature.get("geometry")
    geometry = geometry if isinstance(geometry, dict) else {}
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        given = kind if isinstance(kind, str) else "none"
        wanted = ", ".join(_READERS)
        raise _Broken("/geometry", "wrong_geometry", f"a geometry of type {wanted} is wanted, not {given[:20]}")
    return _READERS[kind](geometry.get("coordinates"), code, count)


def _point(given: Any, _code: str, count: _Counter) -> Point:
    where = "/geometry/coordinates"
    count.points += 1
    if not _is_position(given):
        raise _Broken(where, "bad_position", "a position is two numbers: longitude, latitude")
    _check_place([given[0]], [given[1]], where)
    return on_grid([given])[0]


def _polygon(given: Any, code: str, count: _Counter) -> Outline:
    return _outline([given], ["/geometry/coordinates"], code, count)


def _many(given: Any, code: str, count: _Counter) -> Outline:
    if not isinstance(given, list) or not given:
        raise _Broken("/geometry/coordinates", "no_rings", "a multipolygon is a list of polygons")
    return _outline(given, [f"/geometry/coordinates/{number}" for number in range(len(given))], code, count)


def _outline(given: list[Any], pointers: list[str], code: str, count: _Counter) -> Outline:
    polygons: list[Polygon] = []
    for polygon, where in zip(given, pointers, strict=True):
        if not isinstance(polygon, list) or not polygon:
            raise _Broken(where, "no_rings", "a polygon is a list of rings, the outer one first")
        rings = []
        for number, ring in enumerate(polygon):
            _check_ring(ring, f"{where}/{number}")
            count.points += len(ring)
            rings.append(on_grid(ring))
        polygons.append(rings)
    found = outline_of(polygons, TOLERANCES[len(code)])
    if found is None:
        raise _Broken("/geometry/coordinates", "no_surface", "it encloses no surface")
    return found


def _check_ring(ring: Any, where: str) -> None:
    if not isinstance(ring, list) or len(ring) < LEAST_OF_A_RING:
        raise _Broken(where, "short_ring", f"a ring has {LEAST_OF_A_RING} positions or more")
    for at, position in enumerate(ring):
        if not _is_position(position):
            raise _Broken(f"{where}/{at}", "bad_position", "a position is two numbers: longitude, latitude")
    _check_place([one[0] for one in ring], [one[1] for one in ring], where)
    if ring[0][:2] != ring[-1][:2]:
        raise _Broken(where, "open_ring", "the last position of a ring must be its first")


def _is_position(given: Any) -> bool:
    return type(given) is list and len(given) > 1 and type(given[0]) in (int, float) and type(given[1]) in (int, float)


def _check_place(lons: list[float], lats: list[float], where: str) -> None:
    """Refuse what does not lie in Indonesia, and tell the usual reasons for it apart."""
    if _inside(lons, WEST, EAST) and _inside(lats, SOUTH, NORTH):
        return
    if _inside(lats, WEST, EAST) and _inside(lons, SOUTH, NORTH):
        raise _Broken(where, "swapped", "longitude comes first, then latitude; here they are exchanged")
    if not (_inside(lons, -180, 180) and _inside(lats, -90, 90)):
        raise _Broken(where, "wrong_crs", "these are no degrees: export it as longitude and latitude (EPSG:4326)")
    raise _Broken(where, "elsewhere", "it does not lie in Indonesia")


def _inside(values: list[float], least: float, most: float) -> bool:
    return least <= min(values) and max(values) <= most


_READERS: dict[str, Callable[[Any, str, _Counter], Outline | Point]] = {
    "Point": _point,
    "Polygon": _polygon,
    "MultiPolygon": _many,
}
