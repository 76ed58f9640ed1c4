"""The command: `python -m bench [scenario ...] [--full] [--output FILE]`, told in bench/README.md."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import machine, peers, postgres
from bench.demonstration import demo
from bench.pulling import first_sync, memory, pull
from bench.pushing import duplicates, push, single, sqlite
from bench.report import Report
from bench.run import FULL, QUICK, Run, perform, say
from bench.scale import scale

SCENARIOS: dict[str, Callable[[Run], None]] = {
    "peers": peers.start,
    "push": push,
    "pull": pull,
    "single": single,
    "duplicates": duplicates,
    "memory": memory,
    "first_sync": first_sync,
    "scale": scale,
    "sqlite": sqlite,
    "demo": demo,
}
RESULTS = Path(__file__).resolve().parent / "results"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fieldsync-bench"


def main() -> int:
    """Run the chosen scenarios; exit 1 if one could not be measured. A missed bar is told, not punished."""
    parser = argparse.ArgumentParser(prog="bench", description="Measured comparisons of FieldSync, over loopback.")
    parser.add_argument("scenario", nargs="*", metavar="scenario", help=f"any of {', '.join(SCENARIOS)}; default: all")
    parser.add_argument("--full", action="store_true", help="full scale: 1,000,000 records stored (far longer)")
    parser.add_argument("--output", type=Path, help="where to write the figures; default for a run of all: latest.json")
    given = parser.parse_args()
    if unknown := set(given.scenario) - SCENARIOS.keys():
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    chosen = [name for name in SCENARIOS if name in given.scenario or not given.scenario]
    output = given.output or (None if given.scenario else RESULTS / "latest.json")
    report = _measure(chosen, full=given.full)
    say("\n" + "\n".join(report.lines()))
    if output:
        report.write(output)
        say(f"\nwritten to {output}")
    return 1 if report.failures else 0


def _measure(chosen: Iterable[str], *, full: bool) -> Report:
    CACHE.mkdir(parents=True, exist_ok=True)
    with postgres.running() as database, ExitStack() as stack:
        work = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldsync-bench-", ignore_cleanup_errors=True))
        )
        report = Report(machine.description(work), {"full": full, "postgresql": database.settings})
        sizes, today = FULL if full else QUICK, datetime.now(UTC).date()
        run = Run(database, report, sizes, today, CACHE, work, stack)
        perform(run, _plan(list(chosen)))
    return report


def _plan(chosen: list[str]) -> dict[str, Callable[[Run], None]]:
    """Put the scenarios in order: the peers stop after the last one that they take turns with."""
    plan = {name: SCENARIOS[name] for name in chosen}
    if "peers" in plan and not {"push", "pull"} & plan.keys():
        plan["peers"] = peers.alone
    if "peers" in plan:
        last = next(name for name in ("pull", "push", "peers") if name in plan)
        plan[last] = _then_stop(plan[last])
    return plan


def _then_stop(scenario: Callable[[Run], None]) -> Callable[[Run], None]:
    def both(run: Run) -> None:
        try:
            scenario(run)
        finally:
            if run.peers:
                run.peers.stop()
                run.peers = None

    return both


if __name__ == "__main__":
    sys.exit(main())
