"""Which areas a page offers to choose among: the reader's own, what lies in them, and what is around the chosen one."""

from fieldsync.access import LEVELS, region_names, regions_in
from fieldsync.web.gate import user
from fieldsync.web.house import house


def area_choices(chosen: str | None) -> list[tuple[str, str, int]]:
    """Return what may be chosen as (code, name, depth): the user's areas, what lies in them, and around the chosen."""
    path = [] if chosen is None else [one for one in path_of(chosen) if user().scope.covers_area(one)]
    tops = user().scope.areas
    with house().store.reading() as connection:
        parents = [*tops, *(one for one in path if len(one) < LEVELS["village"])]
        inner = regions_in(connection, parents)
        names = region_names(connection, tops)
    told = {one: names.get(one, one) for one in tops} | {one.code: one.name for one in inner}
    least = min(code.count(".") for code in told)
    return [(code, told[code], code.count(".") - least) for code in sorted(told)]


def path_of(code: str) -> list[str]:
    """Return the codes of what an area lies in, the largest first, and its own at the end."""
    parts = code.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
