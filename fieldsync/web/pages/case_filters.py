"""The form of filters of cases: what was chosen and what there is to choose from, on every page that has it.

Areas, vans and programs to choose from are the user's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldsync.access import Van, region_names, regions_in
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES
from fieldsync.web.case_query import NAMES
from fieldsync.web.case_schemas import LONGEST_ASSIGNEE, STATUSES
from fieldsync.web.gate import user
from fieldsync.web.house import house
from fieldsync.web.pages.rules import rule_titles
from fieldsync.web.queries import single

VILLAGE = 13
SEARCH = "q"


def chosen() -> dict[str, str]:
    """Return the filters of the present request's query by their names, without empty ones."""
    return {name: value for name in NAMES if (value := single(name))}


def to_keep(filters: Mapping[str, str]) -> dict[str, str]:
    """Return what of some filters may be kept for later: not the search for a person, so no name and no NIK."""
    return {name: value for name, value in filters.items() if name != SEARCH}


def choices(vans: Sequence[Van]) -> dict[str, Any]:
    """Return what ``filters.html`` shows; `vans` are those to choose from."""
    filters = chosen()
    return {
        "filters": filters,
        "areas": _area_choices(filters.get("area")),
        "vans": [one.name for one in vans],
        "rules": rule_titles(),
        "programs": [one for one in PROGRAMS if one in user().scope.programs],
        "severities": SEVERITIES,
        "statuses": STATUSES,
        "longest_assignee": LONGEST_ASSIGNEE,
        "may_act": user().may("cases.act"),
    }


def _area_choices(chosen: str | None) -> list[tuple[str, str, int]]:
    """Return what may be chosen as (code, name, depth): the user's areas, what lies in them, and around the chosen."""
    path = [] if chosen is None else [one for one in _path(chosen) if user().scope.covers_area(one)]
    tops = user().scope.areas
    with house().store.reading() as connection:
        parents = [*tops, *(one for one in path if len(one) < VILLAGE)]
        inner = regions_in(connection, parents)
        names = region_names(connection, tops)
    told = {one: names.get(one, one) for one in tops} | {one.code: one.name for one in inner}
    least = min(code.count(".") for code in told)
    return [(code, told[code], code.count(".") - least) for code in sorted(told)]


def _path(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
