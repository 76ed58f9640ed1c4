"""The pull scenarios: pages of 1,000 by several clients, a first sync with its size, the workers' memory."""

from dataclasses import dataclass, field

from bench import client, machine, server
from bench.pushing import DUPLICATE_WAVE, GZIP_WAVE
from bench.records import Cohort
from bench.run import ROUNDS, Run

CHANGE = b'"entity":"'
ENOUGH = 10_000
FIRST_VISITS = (0, 5)
EARLY = 0.2  # the part of a first sync after which the server's memory may grow no more


def pull(run: Run) -> None:
    """Measure pulls of everything from no cursor on: one client, four, four with gzip."""
    found = run.shared()
    if run.visits_stored < ENOUGH:
        run.visits_stored += found.store(run.cohort.visits(GZIP_WAVE))
    _pulled(found, 1)
    run.report.add("pull_one", [_pulled(found, 1) for _ in range(ROUNDS)])
    for _ in range(ROUNDS):
        run.report.append("pull", _pulled(found, server.CLIENTS))
        if run.peers:
            run.peers.pull_round()
    run.report.add("pull_gzip", _pulled(found, server.CLIENTS, gzip=True))


def _pulled(found: server.FieldSync, clients: int, *, gzip: bool = False) -> float:
    counts = [0] * clients

    def work(at: int) -> list[float]:
        def seen(body: bytes, _sent: int) -> None:
            counts[at] += body.count(CHANGE)

        return found.pull(at, gzip=gzip, seen=seen)

    timing = client.together([lambda at=at: work(at) for at in range(clients)])  # type: ignore[misc]
    return sum(counts) / timing.seconds


def first_sync(run: Run) -> None:
    """Measure one tablet's first sync of a whole van: gzip'ed size, rate, and the server's memory meanwhile."""
    cohort = Cohort(3, run.sizes.first_sync_women, run.today)
    with server.running(run.postgres, clients=server.CLIENTS, seed=3) as found:
        found.store(cohort.persons())
        run.report.add("first_sync_persons", _synced(found).size, "their records and golden records")
        found.store(cohort.pregnancies())
        for wave in FIRST_VISITS:
            found.store(cohort.visits(wave))
        sync = _synced(found)
    early = max(sync.memory[: max(1, round(len(sync.memory) * EARLY))])
    run.report.add("first_sync_size", sync.size, f"{sync.rows:,} rows of {cohort.size:,} persons")
    run.report.add("first_sync_memory", max(sync.memory) - early, f"from {early:,.0f} MiB, both workers")
    run.report.add("first_sync_rate", sync.rows / sync.seconds)


@dataclass
class _Sync:
    """What one first sync came to: rows, bytes as sent, seconds, and the workers' memory (MiB) after each page."""

    rows: int = 0
    sent: int = 0
    seconds: float = 0.0
    memory: list[float] = field(default_factory=list)

    @property
    def size(self) -> float:
        """Return the megabytes sent for 50,000 rows."""
        return self.sent / 1e6 / self.rows * 50_000


def _synced(found: server.FieldSync) -> _Sync:
    sync = _Sync()

    def seen(body: bytes, size: int) -> None:
        sync.rows += body.count(CHANGE)
        sync.sent += size
        sync.memory.append(sum(map(machine.resident_mib, found.workers())))

    sync.seconds = sum(found.pull(0, gzip=True, seen=seen))
    return sync


def memory(run: Run) -> None:
    """Report the largest worker at rest, and its peak after all that the shared FieldSync went through."""
    found = run.shared()
    if not run.visits_stored:
        run.visits_stored += found.store(run.cohort.visits(DUPLICATE_WAVE))
        _pulled(found, server.CLIENTS)
    run.report.add("memory_rest", found.resting_mib)
    run.report.add("memory_load", max(map(machine.peak_mib, found.workers())))
