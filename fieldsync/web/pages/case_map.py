"""Cases on a map and in a table: how many in each area, by the worst severity; never where somebody lives.

The same filters and the same numbers as the list of cases, each number leading to its list. What is shown are the areas
one level below what all of the asked lies in: the districts of a regency, the villages of a district.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, request, url_for
from sqlalchemy import Connection

from fieldsync import sync
from fieldsync.access import GRID, LEVELS, AreaPlace, places_of, region_names, regions_in, vans_within
from fieldsync.rules import SEVERITIES
from fieldsync.web.case_query import asked
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.areas import path_of
from fieldsync.web.pages.case_filters import choices, chosen
from fieldsync.web.pages.shell import page_blueprint, render, speech
from fieldsync.web.problems import Problem

_LEVELS = tuple(LEVELS)

blueprint = page_blueprint("case_map")


@dataclass(slots=True)
class Area:
    """One area with its cases by severity (None: without an open flag); `whole` unless only parts are the user's.

    `exact` is false for what lies in a larger area but in none of those that are shown.
    """

    code: str
    name: str
    whole: bool
    exact: bool = True
    place: AreaPlace | None = None
    cases: dict[str | None, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many cases there are in it."""
        return sum(self.cases.values())

    @property
    def worst(self) -> str | None:
        """The worst severity of them, None when none has an open flag."""
        return next((one for one in SEVERITIES if self.cases.get(one)), None)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: areas of one level, in order of their codes, and how many cases there are in all."""

    level: str
    areas: list[Area]
    total: int
    middle: AreaPlace | None

    @property
    def has_inner(self) -> bool:
        """Tell whether there are areas within these."""
        return self.level != _LEVELS[-1]


@blueprint.get("/map")
@permission("cases.read")
def show() -> Response:
    """Show the map and its table."""
    wanted = asked()
    with house().store.reading() as connection:
        view = _view(connection, wanted)
        vans = vans_within(connection, user().scope)
        above = _above(connection, wanted.area)
    filters = chosen()
    others = {name: value for name, value in filters.items() if name != "area"}
    columns = [*SEVERITIES, *([None] if any(one.cases.get(None) for one in view.areas) else [])]
    return render(
        "map.html",
        view=view,
        columns=columns,
        rows=[_row(one, view, columns, filters) for one in view.areas],
        sums=[sum(one.cases.get(word, 0) for one in view.areas) for word in columns],
        above=[(name, _link("case_map.show", others | area)) for name, area in above],
        placed=view.middle is not None or any(one.place for one in view.areas),
        address=_link("case_map.areas", filters),
        grid=GRID,
        **choices(vans),
    )


def _row(one: Area, view: View, columns: Sequence[str | None], filters: dict[str, str]) -> dict[str, Any]:
    """Return an area with what each of its numbers leads to: the list of exactly these cases, where there is such."""
    here = {**filters, "area": one.code}
    numbers = [(word, one.cases.get(word, 0)) for word in columns]
    return {
        "area": one,
        "inner": _link("case_map.show", here) if one.exact and view.has_inner else None,
        "numbers": [(word, n, _list(one, n, {**here, "severity": word}) if word else None) for word, n in numbers],
        "list": _list(one, one.total, here),
    }


def _link(endpoint: str, filters: Mapping[str, Any]) -> str:
    return url_for(endpoint, **filters)


def _list(one: Area, number: int, filters: dict[str, str]) -> str | None:
    return _link("case_list.show", filters) if number and one.exact else None


@blueprint.get("/map/areas")
@permission("cases.read")
def areas() -> Response:
    """Give the areas of the map with their outlines and numbers, as JSON; unchanged since the last time: 304."""
    wanted, filters = asked(), chosen()
    with house().store.reading() as connection:
        view = _view(connection, wanted)
    told = [_told(one, view, {**filters, "area": one.code}) for one in view.areas if one.exact]
    middle = None if view.middle is None else (view.middle.x, view.middle.y)
    response = Response(orjson.dumps({"level": view.level, "middle": middle, "areas": told}))
    response.content_type = "application/json"
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _told(one: Area, view: View, here: dict[str, str]) -> dict[str, Any]:
    place = one.place
    return {
        "name": one.name,
        "total": one.total,
        "worst": one.worst,
        "said": _said(one),
        "list": _link("case_list.show", here),
        "inner": _link("case_map.areas", here) if view.has_inner else None,
        "at": None if place is None else (place.x, place.y),
        "box": None if place is None else place.box,
        "outline": None if place is None or place.outline is None else orjson.Fragment(place.outline),
    }


def _said(one: Area) -> str:
    """Return an area and its numbers in words."""
    say = speech()
    parts = [
        f"{say.number(number)} {say.text(f'word.severity_{severity}')}"
        for severity in (*SEVERITIES, None)
        if (number := one.cases.get(severity))
    ]
    said = say.text("map.said", name=one.name, n=say.number(one.total))
    return f"{said} ({', '.join(parts)})" if parts else said


def _view(connection: Connection, wanted: sync.CasesAsked) -> View:
    tops = user().scope.areas_under(wanted.area)
    if not tops:
        raise Problem(404, "not-found")
    depth = _depth(tops)
    level = _LEVELS[depth - 1]
    found = _areas_of(connection, tops, depth)
    total, groups = sync.case_counts(connection, user(), wanted, [level, "severity"])
    larger = {one[level] for one in groups} - found.keys()
    names = region_names(connection, larger)
    for code in sorted(larger):
        found[code] = Area(code, names.get(code, code), whole=False, exact=False)
    for one in groups:
        found[one[level]].cases[one["severity"]] = one["cases"]
    _put_in_place(connection, found)
    return View(level, [found[code] for code in sorted(found)], total, _middle(connection, found, level))


def _depth(tops: Sequence[str]) -> int:
    """Return the level whose areas are shown: 1 for provinces to 4 for villages."""
    parts = [one.split(".") for one in tops]
    least = min(map(len, parts))
    alike = next((at for at in range(least) if len({one[at] for one in parts}) > 1), least)
    return min(len(_LEVELS), max(alike + 1, least))


def _areas_of(connection: Connection, tops: Sequence[str], depth: int) -> dict[str, Area]:
    inner = [one for one in tops if one.count(".") + 1 < depth]
    found = {one.code: Area(one.code, one.name, whole=True) for one in regions_in(connection, inner)}
    others = {".".join(one.split(".")[:depth]) for one in tops if one not in inner}
    names = region_names(connection, others)
    return found | {code: Area(code, names.get(code, code), whole=user().scope.covers_area(code)) for code in others}


def _put_in_place(connection: Connection, found: dict[str, Area]) -> None:
    """Put on the map what is the user's as a whole; of what is theirs in part, the rest is none of theirs."""
    places = places_of(connection, [one.code for one in found.values() if one.whole])
    for code, place in places.items():
        found[code].place = place


def _middle(connection: Connection, found: dict[str, Area], level: str) -> AreaPlace | None:
    """Return the point of the district under which villages without a place are listed."""
    districts = {code.rpartition(".")[0] for code, one in found.items() if one.whole}
    if level != _LEVELS[-1] or len(districts) != 1 or not all(map(user().scope.covers_area, districts)):
        return None
    return next(iter(places_of(connection, list(districts)).values()), None)


def _above(connection: Connection, code: str | None) -> list[tuple[str | None, dict[str, str]]]:
    """Return what lies around an area and is the user's too, the largest first, with its filter; all there is by None.

    Nothing lies around when nothing narrower was asked for.
    """
    if code is None:
        return []
    ours = [one for one in path_of(code)[:-1] if user().scope.covers_area(one)]
    names = region_names(connection, ours)
    return [(None, {}), *((names[one], {"area": one}) for one in ours)]
