"""The form of filters of cases: what was chosen and what there is to choose from, on every page that has it.

Areas, vans and programs to choose from are the user's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldsync.access import Van
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES
from fieldsync.web.case_query import NAMES
from fieldsync.web.case_schemas import LONGEST_ASSIGNEE, STATUSES
from fieldsync.web.gate import user
from fieldsync.web.pages.areas import area_choices
from fieldsync.web.pages.rules import rule_titles
from fieldsync.web.queries import single

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
        "areas": area_choices(filters.get("area")),
        "vans": [one.name for one in vans],
        "rules": rule_titles(),
        "programs": [one for one in PROGRAMS if one in user().scope.programs],
        "severities": SEVERITIES,
        "statuses": STATUSES,
        "longest_assignee": LONGEST_ASSIGNEE,
        "may_act": user().may("cases.act"),
    }
