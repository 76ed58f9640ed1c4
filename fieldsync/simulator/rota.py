"""Which tablets reach the network on which day, and so who can know what when.

Everything is decided before the first request, so that a story in which one tablet
edits another's record is the same for the same seed: a record takes effect on the day
its last part and all that it names have been sent; a tablet knows it from its next
contact on. Days count from 0; `NEVER` lies behind them all.
"""

from collections.abc import Sequence
from random import Random

from fieldsync.simulator.diary import Draft
from fieldsync.simulator.odds import chance

NEVER = 1 << 30
CONTACT_SHARE = 0.6


class Rota:
    """The days of network contact of each tablet: `contacts[tablet][day]`."""

    def __init__(self, contacts: Sequence[Sequence[bool]]) -> None:
        self.contacts = contacts
        self.days = len(contacts[0])
        self._next = [self._following(row) for row in contacts]

    @classmethod
    def drawn(cls, tablets: int, days: int, rng: Random) -> "Rota":
        """Draw a rota; the last day has contact everywhere."""
        return cls([[day == days - 1 or chance(rng, CONTACT_SHARE) for day in range(days)] for _ in range(tablets)])

    def next_contact(self, tablet: int, day: int) -> int:
        """Return the first day from this one on when the tablet has contact."""
        return self._next[tablet][day] if day < self.days else NEVER

    def editable_from(self, tablet: int, draft: Draft, effect: dict[str, int]) -> int:
        """Return the first day on which this tablet can work on a draft: its own at once, another's after a pull."""
        if draft.tablet == tablet and draft.wrong is None:
            return draft.day
        learned = self.next_contact(tablet, effect[draft.id])
        return learned + 1 if learned < self.days - 1 else NEVER

    def _following(self, row: Sequence[bool]) -> list[int]:
        following, at = [NEVER] * len(row), NEVER
        for day in reversed(range(len(row))):
            at = day if row[day] else at
            following[day] = at
        return following

    def arrival(self, draft: Draft) -> int:
        """Return the day on which a draft's right content reaches the server."""
        if draft.foreign:
            return NEVER
        day = self.next_contact(draft.tablet, draft.day)
        # A refused record is corrected on the next working day.
        return self.next_contact(draft.tablet, day + 1) if draft.wrong is not None else day

    def effects(self, drafts: Sequence[Draft]) -> dict[str, int]:
        """Return for each draft the day on which it takes effect at the server: when all that it waits for is there."""
        days = {one.id: self.arrival(one) for one in drafts}
        groups = {one.group for one in drafts if one.group}
        waits = [(one, [name for name in one.names() if name in days]) for one in drafts]
        late = dict.fromkeys(groups, 0)
        moving = True
        while moving:
            moving = False
            for one, names in waits:
                day = max([days[one.id], *(days[name] for name in names)])
                if one.group:
                    day = late[one.group] = max(day, late[one.group])
                if day != days[one.id]:
                    days[one.id], moving = day, True
        return days
