"""How long cases wait: each time that one stands open, until somebody took it on and until it was closed.

A case lives as often as it is opened anew. What is not done yet counts as longer than all that is, so that a month
does not look quick because only its quick cases are done. Times are kept in steps, each named by its upper edge.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

_H, _D = 60, 24 * 60
# Minutes. A time belongs to the first edge that it does not exceed: exactly two hours are within two hours.
EDGES: tuple[int, ...] = (
    *(5, 10, 15, 30, 45, 1 * _H, 90, 2 * _H, 3 * _H, 4 * _H, 6 * _H, 8 * _H, 12 * _H, 18 * _H),
    *(1 * _D, 2 * _D, 3 * _D, 4 * _D, 5 * _D, 6 * _D, 7 * _D, 10 * _D, 14 * _D, 21 * _D, 28 * _D, 42 * _D),
    *(60 * _D, 90 * _D, 180 * _D, 365 * _D),
)
LONGER, NOT_YET = 1_000_000_000, 2_000_000_000
TIMES = ("emergency_acknowledged", "emergency_closed", "acknowledged", "closed")
# Steps by which somebody takes a case on.
TAKEN_ON = frozenset({"acknowledge", "visit", "refer", "resolve", "follow_up_action"})
BY_TABLET, RAISED = "follow_up_action", frozenset({"flag_opened", "flag_reopened"})


class Step(NamedTuple):
    """An entry of a case's history; `emergency` tells that it raised an emergency flag."""

    at: datetime
    event: str
    before: str | None
    after: str
    emergency: bool = False


@dataclass(slots=True)
class Life:
    """One stretch for which a case stood open; None is what was not done.

    `emergency_at` is when its first emergency came up, `alarmed_at` its last; `acted_at` when a tablet did something
    last; `overtaken` tells that it went over into the next: an emergency came up while somebody was at work on it.
    """

    began: datetime
    emergency_at: datetime | None = None
    alarmed_at: datetime | None = None
    taken_at: datetime | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    overtaken: bool = False

    @property
    def since(self) -> datetime:
        """From when its times count: for an emergency from when that came up."""
        return self.emergency_at or self.began

    def waited(self) -> Mapping[str, int]:
        """Return its times by the names of `TIMES`, as edges; nobody need take on what closed by itself."""
        kind = "" if self.emergency_at is None else "emergency_"
        found = {} if self.overtaken else {f"{kind}closed": self._edge(self.closed_at)}
        if self.taken_at is not None or self.closed_at is None:
            found[f"{kind}acknowledged"] = self._edge(self.taken_at)
        return found

    def _edge(self, done: datetime | None) -> int:
        return NOT_YET if done is None else edge_of(max(done - self.since, timedelta(0)))


def edge_of(waited: timedelta) -> int:
    """Return the edge that a time belongs to."""
    at = bisect_left(EDGES, waited / timedelta(minutes=1))
    return EDGES[at] if at < len(EDGES) else LONGER


def lives(opened_at: datetime, closed_at: datetime | None, steps: Iterable[Step]) -> list[Life]:
    """Return each life of a case.

    Args:
        opened_at: when the case was made.
        closed_at: when it was closed for good, if it is; what a tablet closes has no step that says so.
        steps: its history, in order.
    """
    found = [Life(opened_at)]
    for one in steps:
        if one.before not in (None, "open") and one.after == "open" and one.event not in TAKEN_ON:
            found.append(_reborn(found[-1], one))
        _live(found[-1], one)
    if closed_at is not None and found[-1].closed_at is None:
        found[-1].closed_at = closed_at
    return found


def _reborn(last: Life, one: Step) -> Life:
    """Begin a life; an emergency that opened the case anew is this life's, though its step stands before."""
    new = Life(one.at)
    if last.alarmed_at == one.at:
        new.emergency_at = one.at
        last.emergency_at = None if last.emergency_at == one.at else last.emergency_at
    if last.closed_at is None and one.before == "resolved":
        last.closed_at = last.acted_at
    last.overtaken = last.closed_at is None
    return new


def _live(life: Life, one: Step) -> None:
    if one.emergency:
        life.alarmed_at, life.emergency_at = one.at, life.emergency_at or one.at
    if one.event in TAKEN_ON and life.taken_at is None:
        life.taken_at = one.at
    if one.event == BY_TABLET:
        life.acted_at = one.at
    if one.after == "resolved" and one.before != "resolved":
        life.closed_at = one.at


def quantile(counts: Sequence[tuple[int, int]], share: float) -> int | None:
    """Return the edge within which this share of all lies, of (edge, number) in order; None if it is not done yet."""
    wanted, passed = ceil(share * sum(number for _, number in counts)), 0
    for edge, number in counts:
        passed += number
        if passed >= wanted > 0:
            return None if edge == NOT_YET else edge
    return None
