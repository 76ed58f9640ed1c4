"""Village codes change: what code a village has by now that had another one on some day.

The program brings no changes: no sourced one inside regency 16.02 is known. An office that knows some gives them when
a process starts, and all that is decided in it goes by them; records keep the codes that they were sent with. A
village that was divided has no one code after it, and can't be told.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

COLUMNS = ("old", "new", "valid_from")
_CODE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Line = tuple[int, Mapping[str, str]]


class ChangesError(ValueError):
    """A line tells no change that can be followed; the message says which line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")


@dataclass(frozen=True, slots=True)
class VillageChanges:
    """Code to its next code and the day from which that holds.

    `again` has, of codes that were given up, the day from which another village has it.
    """

    following: Mapping[str, tuple[str, date]] = field(default_factory=dict)
    again: Mapping[str, date] = field(default_factory=dict)


_in_use = [VillageChanges()]


def use_changes(changes: VillageChanges) -> None:
    """Go by these changes from now on, in this process."""
    _in_use[:] = [changes]


def changes_in_use() -> VillageChanges:
    """Return the changes that this process goes by."""
    return _in_use[0]


def present_code(code: str, on: date) -> str:
    """Return the code by now of the village that had this code on a day; any code without a change is its own.

    An old code is followed also from days after its change, since tablets write it long after; unless another village
    has it by then.
    """
    changes = _in_use[0]
    if code not in changes.following:
        return code
    since: date | None = None
    while (change := changes.following.get(code)) is not None:
        new, day = change
        if since is None:
            others = changes.again.get(code)
            if others is not None and others <= on:
                break
        elif day <= since:  # the change of the village that had this code before
            break
        code, since = new, day
    return code


def read_changes(lines: Iterable[Line]) -> VillageChanges:
    """Return the changes that lines tell, each with its number: old and new code (nn.nn.nn.nnnn), ISO day.

    Raises:
        ChangesError: a line that says no change, a code with two next codes, changes that lead back to their beginning.
    """
    following: dict[str, tuple[str, date]] = {}
    at: dict[str, int] = {}
    given: dict[str, list[date]] = defaultdict(list)
    for line, row in lines:
        old, new, day = _code(line, row["old"]), _code(line, row["new"]), _day(line, row["valid_from"])
        if old == new:
            raise ChangesError(line, f"{old} is no change")
        if following.setdefault(old, (new, day)) != (new, day):
            raise ChangesError(line, f"{old} has another next code, or another day, in line {at[old]}")
        at.setdefault(old, line)
        given[new].append(day)
    for code in following:
        _refuse_circle(code, following, at)
    reused = {code: [each for each in given[code] if each >= day] for code, (_, day) in following.items()}
    return VillageChanges(following, {code: min(days) for code, days in reused.items() if days})


def _code(line: int, text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ChangesError(line, f"{text!r} is no code of a village, such as 16.02.05.2011")
    return text


def _day(line: int, text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ChangesError(line, f"valid_from takes a day such as 2024-01-31, not {text!r}")


def _refuse_circle(code: str, following: Mapping[str, tuple[str, date]], at: Mapping[str, int]) -> None:
    seen = {code}
    while code in following:
        before, code = code, following[code][0]
        if code in seen:
            raise ChangesError(at[before], f"the changes lead back to {code}")
        seen.add(code)
