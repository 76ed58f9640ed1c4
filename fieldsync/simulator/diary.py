"""What every tablet will save, and when: drafts of records and later changes to them.

The story writes in here; the tablets read it, day by day. A draft holds the true
content and the true time; wrong clocks, revisions and sequence numbers are the
tablets' business. It promises growing times for each tablet and day.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any

from fieldsync.simulator.places import Village, position
from fieldsync.simulator.population import new_id

JAKARTA = timezone(timedelta(hours=7))
FORM_VERSION = "2026.1"
OLD_FORM_VERSION = "2025.2"
OPENS_AT_S, OPEN_FOR_S = 27_000, 30_000
PROGRAM_OF = {
    "person": "common",
    "household": "common",
    "follow_up_action": "common",
    "pregnancy": "maternal",
    "anc_visit": "maternal",
    "delivery": "maternal",
    "pnc_visit": "maternal",
    "child_visit": "child",
    "immunisation": "child",
    "birth_registration": "civil",
    "death_event": "civil",
    "service_request": "civil",
    "complaint": "service",
    "survey_response": "service",
}
_NO_REFERENCE = frozenset({"household_id", "flag_id"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One tablet in one village on one day."""

    tablet: int
    day: int
    on: date
    village: Village


@dataclass(slots=True)
class Draft:
    """One record as it truly is.

    Attributes:
        moment: the true time of saving, milliseconds since 1970.
        wrong: what the officer types first by mistake; it will be refused, and `data` follows as the correction.
        foreign: made outside the tablet's scope; it must be refused for good.
    """

    id: str
    type: str
    tablet: int
    day: int
    moment: int
    area: str
    location: dict[str, float] | None
    consent: str
    data: dict[str, Any]
    group: str | None = None
    form_version: str = FORM_VERSION
    wrong: dict[str, Any] | None = None
    foreign: bool = False

    def names(self) -> Iterator[str]:
        """Give the ids of the records that this one names."""
        return named_ids(self.data)


@dataclass(slots=True)
class Change:
    """A later edit of a record by a tablet that holds it; with no fields it is deleted."""

    record_id: str
    tablet: int
    day: int
    moment: int
    fields: dict[str, Any] | None


@dataclass(slots=True)
class Diary:
    """All drafts and changes of one simulation, in the order in which they were thought of."""

    rng: Random
    start: date
    drafts: list[Draft] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    _saved: Counter[tuple[int, int]] = field(default_factory=Counter)

    def new_id(self, contact: Contact) -> str:
        """Return an id for something made at this contact."""
        return new_id(self.rng, self.moment(contact.tablet, contact.day))

    def save(
        self,
        contact: Contact,
        kind: str,
        data: dict[str, Any],
        *,
        record_id: str | None = None,
        group: str | None = None,
        area: str | None = None,
    ) -> Draft:
        """Note a new record of this type, saved at this contact."""
        moment = self.moment(contact.tablet, contact.day)
        draft = Draft(
            id=record_id or new_id(self.rng, moment),
            type=kind,
            tablet=contact.tablet,
            day=contact.day,
            moment=moment,
            area=area or contact.village.code,
            location=position(contact.village, self.rng),
            consent="by_law" if PROGRAM_OF[kind] == "civil" else "given",
            data=data,
            group=group,
        )
        self.drafts.append(draft)
        return draft

    def change(self, draft: Draft, tablet: int, day: int, fields: dict[str, Any] | None) -> Change:
        """Note an edit of a draft on a day; with None the record is deleted."""
        change = Change(draft.id, tablet, day, self.moment(tablet, day), fields)
        self.changes.append(change)
        return change

    def moment(self, tablet: int, day: int) -> int:
        """Return the next moment of a tablet's working day; the more is saved, the closer they lie."""
        count = self._saved[tablet, day]
        self._saved[tablet, day] += 1
        seconds = OPENS_AT_S + OPEN_FOR_S * count / (count + 300)
        midnight = datetime.combine(self.start, time(), JAKARTA).timestamp() + 86_400 * day
        return int((midnight + seconds) * 1000) + tablet


def named_ids(data: dict[str, Any]) -> Iterator[str]:
    """Give the record ids that stand in `*_id` fields, also in lists of objects."""
    for name, value in data.items():
        if isinstance(value, str):
            if name.endswith("_id") and name not in _NO_REFERENCE:
                yield value
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict):
                    yield from named_ids(part)
