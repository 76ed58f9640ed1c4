"""What a simulation is asked to do, and what it answers.

Frozen values only: where the server is, who the tablets are, how much work there is,
how rough the roads are; and the summary at the end. It promises plain data, so that a
command, a demo and a test speak to the simulator alike. Nothing here acts.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from fieldsync.simulator.places import Village

SHOWN_PROBLEMS = 50


def system_clock() -> datetime:
    """Return the true time, as the tablets' clocks are measured against it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One enrolled tablet: its credential and the scope of its van.

    Attributes:
        device_id: the server's id of the device.
        access_token: the bearer credential.
        van: the van's name; tablets of one van travel together.
        areas: region codes; each covers all below it.
        programs: of `civil`, `maternal`, `child`, `service`.
    """

    device_id: str
    access_token: str = field(repr=False)
    van: str
    areas: tuple[str, ...]
    programs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Faults:
    """How often the road and the tablets misbehave, as shares of the batches sent (0..1)."""

    lost_answers: float = 0.06
    truncated: float = 0.03
    resent: float = 0.08
    regrouped: float = 0.08
    shuffled: float = 0.2
    repeated_pages: float = 0.03


CALM = Faults(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """One simulation.

    Attributes:
        url: the server's address, such as `http://127.0.0.1:8000`.
        enrolments: one for each tablet.
        villages: where people live; those outside every tablet's areas serve as foreign ground.
        start: the first simulated day. The last one must not be in the future.
        records: about how many records are made in total; edits come on top.
        days: simulated days.
        seed: the same seed makes the same data.
        threads: how many tablets talk at once; by default all, at most 8.
        faults: how rough the road is.
        clock: gives the true time; tablets add their error to it.
    """

    url: str
    enrolments: tuple[Enrolment, ...]
    villages: tuple[Village, ...]
    start: date
    records: int = 3000
    days: int = 30
    seed: int = 1
    threads: int | None = None
    faults: Faults = Faults()
    clock: Callable[[], datetime] = system_clock

    @property
    def tablets(self) -> int:
        """How many tablets take part."""
        return len(self.enrolments)


@dataclass(slots=True)
class Summary:
    """What came of it: counts of record edits by their first answer, and what was proved at the end.

    `sent` counts distinct edits; `duplicates` counts every such answer, also to what was sent again;
    `held` counts what was held first, though it was woken later.
    """

    tablets: int
    days: int
    seed: int
    sent: int = 0
    applied: int = 0
    duplicates: int = 0
    merged: int = 0
    conflicts: int = 0
    held: int = 0
    rejected: int = 0
    persons: int = 0
    warnings: int = 0
    resent_batches: int = 0
    lost_answers: int = 0
    pulled: int = 0
    seconds: float = 0.0
    records_per_second: float = 0.0
    digests_equal: bool = False
    tablets_checked: int = 0
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as one flat object; of many problems the first 50 and a count of the rest."""
        shown = asdict(self)
        rest = len(self.problems) - SHOWN_PROBLEMS
        if rest > 0:
            shown["problems"] = [*self.problems[:SHOWN_PROBLEMS], f"… and {rest} more"]
        return shown
