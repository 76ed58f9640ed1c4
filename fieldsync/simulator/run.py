"""Runs a simulation: tablets in threads work through the script day by day over real HTTP, then prove the outcome.

Each simulated day every tablet works offline; those with network push and pull, at once
and side by side, and pull again when all have pushed. At the end everybody syncs until
nothing is left, and what they hold is compared with the server's digests and with their
own notes. The summary tells it all; nothing is raised for what the server does wrong.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from datetime import time as midnight
from random import Random

from fieldsync.simulator.courier import Courier, RefusedError
from fieldsync.simulator.diary import JAKARTA
from fieldsync.simulator.held import Held
from fieldsync.simulator.plan import Plan, Summary
from fieldsync.simulator.proof import prove
from fieldsync.simulator.story import Script, write_script
from fieldsync.simulator.tablet import Tablet
from fieldsync.simulator.transport import Line, UnreachableError

Progress = Callable[[int, int], None]
MOST_THREADS = 8
CLOSING_ROUNDS = 4
CLOCK_ERRORS_S = (4, 11_400, -187_200, -1_560, 111_600, 0)


def simulate(plan: Plan, progress: Progress | None = None) -> Summary:
    """Run a simulation to its end.

    Args:
        plan: what is to happen.
        progress: called now and then with (edits answered, edits in all).

    Raises:
        ValueError: the plan has no tablets, no days, no records, days to come, or a van without villages.
    """
    if plan.start + timedelta(days=plan.days - 1) > plan.clock().astimezone(JAKARTA).date():
        raise ValueError("the simulated days reach into the future")
    script = write_script(plan)
    couriers = [_courier(plan, script, number) for number in range(plan.tablets)]
    began = time.perf_counter()
    run = _Run(plan, script, couriers, progress)
    differences = run.to_the_end()
    return _summary(plan, script, run, differences, time.perf_counter() - began)


def _courier(plan: Plan, script: Script, number: int) -> Courier:
    rng = Random(f"{plan.seed}/{number}")
    enrolment = plan.enrolments[number]
    start = datetime.combine(plan.start, midnight(), JAKARTA)
    # Most clocks are near the truth; some are hours off, some days, as found in the field.
    error = timedelta(seconds=CLOCK_ERRORS_S[number % len(CLOCK_ERRORS_S)] + rng.uniform(-15, 15))
    tablet = Tablet(number, enrolment, start, plan.days, error, Held(script.watched))
    line = Line(plan.url, enrolment.access_token, rng)
    return Courier(tablet, line, plan.faults, rng, plan.clock)


class _Run:
    """One simulation in the making."""

    def __init__(self, plan: Plan, script: Script, couriers: Sequence[Courier], progress: Progress | None) -> None:
        self.plan = plan
        self.script = script
        self.couriers = list(couriers)
        self.progress = progress

    def to_the_end(self) -> list[str]:
        """Play all days and sync until nothing is left; return where digests differ."""
        threads = self.plan.threads or min(MOST_THREADS, len(self.couriers))
        with ThreadPoolExecutor(max(1, threads)) as pool:
            for day in range(self.plan.days):
                self._day(pool, day)
            for extra in range(CLOSING_ROUNDS):
                if extra and all(one.tablet.finished for one in self.couriers):
                    break
                self._closing(pool, self.plan.days + extra)
            differences = [line for found in pool.map(_differences, self._working()) for line in found]
        for one in self.couriers:
            one.line.close()
        return differences

    def _working(self) -> list[Courier]:
        return [one for one in self.couriers if not one.tablet.broken]

    def _day(self, pool: ThreadPoolExecutor, day: int) -> None:
        for one in self.couriers:
            one.tablet.work(day, self.script.work[one.tablet.number][day])
        self._meet(pool, [one for one in self._working() if self.script.rota.contacts[one.tablet.number][day]])

    def _closing(self, pool: ThreadPoolExecutor, day: int) -> None:
        for one in self.couriers:
            one.tablet.work(day, [])
        self._meet(pool, self._working())

    def _meet(self, pool: ThreadPoolExecutor, online: Sequence[Courier]) -> None:
        """Let these tablets push and pull side by side, then pull once more what the others brought meanwhile."""
        list(pool.map(_push_and_pull, online))
        list(pool.map(_pull, online))
        if self.progress:
            done = sum(len(one.tablet.edits) - len(one.tablet.outbox) for one in self.couriers)
            self.progress(done, max(self.script.edits, done))


def _push_and_pull(courier: Courier) -> None:
    _attempt(courier, courier.sync)


def _pull(courier: Courier) -> None:
    _attempt(courier, courier.pull)


def _attempt(courier: Courier, contact: Callable[[], object]) -> None:
    """Let a contact happen; a tablet that is refused as a whole, or reaches nobody, is out of the game."""
    tablet = courier.tablet
    if tablet.broken:
        return
    try:
        contact()
    except (RefusedError, UnreachableError) as error:
        tablet.broken = True
        tablet.problems.append(f"tablet {tablet.number} gave up: {error}")


def _differences(courier: Courier) -> list[str]:
    found: list[str] = []
    _attempt(courier, lambda: found.extend(courier.differences()))
    return found


def _summary(plan: Plan, script: Script, run: _Run, differences: list[str], seconds: float) -> Summary:
    tablets = [one.tablet for one in run.couriers]
    counts = sum((tablet.counts for tablet in tablets), Counter[str]())
    checked = [tablet for tablet in tablets if not tablet.broken]
    failures = sum((one.line.failures for one in run.couriers), Counter[int]())
    problems = [line for tablet in tablets for line in tablet.problems]
    problems += [f"the server answered {status} {count} times" for status, count in sorted(failures.items())]
    problems += [*differences, *prove(tablets, script)]
    sent = sum(len(tablet.edits) - len(tablet.outbox) for tablet in tablets)
    return Summary(
        tablets=plan.tablets,
        days=plan.days,
        seed=plan.seed,
        sent=sent,
        applied=counts["applied"],
        duplicates=counts["duplicates"],
        merged=counts["merged"],
        conflicts=counts["conflict"],
        held=counts["held"],
        rejected=counts["rejected"],
        persons=len(set().union(*(tablet.held.revs["person"] for tablet in tablets))),
        warnings=counts["warnings"],
        resent_batches=counts["resent"],
        lost_answers=counts["lost"],
        pulled=counts["pulled"],
        seconds=round(seconds, 3),
        records_per_second=round(sent / seconds, 1) if seconds > 0 else 0.0,
        digests_equal=bool(checked) and len(checked) == len(tablets) and not differences,
        tablets_checked=len(checked),
        problems=problems,
    )
