"""The peers: Kinto, pouchdb-server and a plain COPY take the same visits on the same machine in the same run.

They take turns with FieldSync, round by round, so that both sides of a ratio meet the
machine in the same state. A peer that fails is noted and left out; the others go on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from bench import client, copy_baseline, kinto_peer, postgres, pouchdb_peer, process
from bench.records import BATCH, Cohort, Record, chunks
from bench.run import ROUNDS, Run, say
from bench.server import CLIENTS

TRIAL = 400
FILLED = 10_000
POUCH_RECORDS = 10_000
COPY_WAVES = ((1, 2), (3, 4), (5, 6))


def start(run: Run) -> None:
    """Start the peers, warm them up and find Kinto's best batch size; `push` and `pull` let them take their turns."""
    run.peers = Peers(run)
    run.peers.kinto_starts()
    run.peers.pouchdb_starts()
    postgres.wait_until_quiet(run.postgres)


def alone(run: Run) -> None:
    """Let the peers do all their rounds without FieldSync."""
    start(run)
    if run.peers is not None:
        for _ in range(ROUNDS):
            run.peers.push_round()
            run.peers.pull_round()


class Peers:
    """The running peers, and where they stand in the records that they take."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._cohort = Cohort(6, POUCH_RECORDS, run.today)
        self._kinto: kinto_peer.Kinto | None = None
        self._kinto_size = BATCH
        self._kinto_source = self._cohort.visits(0)
        self._pouchdb: pouchdb_peer.Pouch | None = None
        self._stack = run.stack.enter_context(ExitStack())
        self._rounds = 0

    def kinto_starts(self) -> None:
        """Start Kinto, fill in what it is to hand out, and try the batch sizes."""

        def begin() -> None:
            home = kinto_peer.install(self._run.cache)
            self._kinto = self._stack.enter_context(kinto_peer.running(self._run.postgres, home, self._run.work))
            self._kinto.fill(list(islice(self._cohort.visits(1), FILLED)))
            self._kinto.pull(1)
            self._kinto.push(_shares(self._next(100)), BATCH)
            rates = {size: self._kinto_rate(max(TRIAL, size * CLIENTS), size) for size in kinto_peer.BATCH_SIZES}
            self._kinto_size = max(rates, key=lambda size: rates[size])
            say(f"  Kinto by batch size: { {size: round(rate) for size, rate in rates.items()} }")

        self._guarded("Kinto", begin)

    def pouchdb_starts(self) -> None:
        """Start pouchdb-server."""

        def begin() -> None:
            home = pouchdb_peer.install(self._run.cache)
            self._pouchdb = self._stack.enter_context(pouchdb_peer.running(home, self._run.work))
            self._pouchdb.push(_shares(list(islice(self._cohort.visits(0), BATCH * CLIENTS))))

        self._guarded("pouchdb-server", begin)

    def push_round(self, pushed: int = 0) -> None:
        """Let each peer take records once, and COPY too; that also takes the batches that FieldSync just took."""
        number = self._rounds
        self._rounds += 1
        pouchdb, kinto, add = self._pouchdb, self._kinto, self._run.report.append
        if pushed:
            database = self._run.shared().database
            add("copy_stored", copy_baseline.measure_stored(self._run.postgres, database, pushed))
        self._copies(number)
        if pouchdb is not None:
            shares = _shares(list(self._cohort.visits(1 + number)))
            self._guarded(
                "pouchdb-server",
                lambda: add("pouchdb_push", self._cohort.size / pouchdb.push(shares).seconds),
            )
        if kinto is not None:
            note, count = f"batches of {self._kinto_size}, the quickest", self._run.sizes.kinto_records
            self._guarded("Kinto", lambda: add("kinto_push", self._kinto_rate(count, self._kinto_size), note))

    def pull_round(self) -> None:
        """Let Kinto hand out its records once."""
        kinto = self._kinto
        if kinto is None:
            return

        def measure() -> None:
            timing, count = kinto.pull(CLIENTS)
            self._run.report.append("kinto_pull", count / timing.seconds)

        self._guarded("Kinto", measure)

    def stop(self) -> None:
        """End the peers."""
        self._stack.close()

    def _copies(self, number: int) -> None:
        first, second = COPY_WAVES[number % len(COPY_WAVES)]
        batches = list(chunks([*self._cohort.visits(first), *self._cohort.visits(second)]))
        server, add = self._run.postgres, self._run.report.append
        rates = copy_baseline.measure(server, batches, "json")
        add("copy", rates.best, f"last: one COPY {rates.one:,.0f}, a COPY per {BATCH} rows {rates.per_batch:,.0f}")
        add("copy_jsonb", copy_baseline.measure(server, batches, "jsonb").best)
        add("copy_rows", copy_baseline.measure_formatting(server, batches))
        add("copy_typed", copy_baseline.measure_typed(server, batches))

    def _kinto_rate(self, count: int, size: int) -> float:
        assert self._kinto is not None
        records = self._next(count)
        return len(records) / self._kinto.push(_shares(records), size).seconds

    def _next(self, count: int) -> list[Record]:
        source: Iterator[Record] = self._kinto_source
        return list(islice(source, count))

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except (client.WrongAnswerError, process.StartError, OSError) as error:
            self._run.report.failures[name] = str(error)
            say(f"  {name} failed: {error}")
            if name == "Kinto":
                self._kinto = None
            else:
                self._pouchdb = None


def _shares(records: Sequence[Record]) -> list[Sequence[Record]]:
    """Deal records out to the clients in equal runs."""
    size = -(-len(records) // CLIENTS)
    return [records[start : start + size] for start in range(0, len(records), size)]
