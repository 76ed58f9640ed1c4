"""What Prometheus may know: outcomes, sizes and times; never a value from a record."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from fieldsync.notices import KINDS, NOTICE_STATES, TARGET_STATES, NoticeCount, TargetCount

RECORDS = Counter("fieldsync_push_records", "Pushed records by their outcome", ["outcome"])
DROPPED_KEYS = Counter("fieldsync_identity_dropped_keys", "Keys of pushed persons that too many people share")
CHANGES = Counter("fieldsync_pull_changes", "Changes handed out to tablets")
REQUESTS = Counter("fieldsync_http_requests", "Requests by route and status", ["route", "status"])
SECONDS = Histogram(
    "fieldsync_http_seconds",
    "Time to answer, by route",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class _Read:
    """What was read of the database: the same whichever worker or process was asked, so none of them keeps it."""

    def __init__(self, gauges: Iterable[GaugeMetricFamily]) -> None:
        self.collect = lambda: gauges


def exposition(gauges: Iterable[GaugeMetricFamily] = ()) -> tuple[bytes, str]:
    """Return the metrics of all workers as text, with what was read of the database, and its content type."""
    read = CollectorRegistry()
    read.register(_Read(gauges))
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder or not Path(folder).is_dir():
        return generate_latest() + generate_latest(read), CONTENT_TYPE_LATEST
    MultiProcessCollector(read, folder)  # type: ignore[no-untyped-call]
    return generate_latest(read), CONTENT_TYPE_LATEST


def notice_gauges(
    waiting: Sequence[NoticeCount], targets: Sequence[TargetCount], now: datetime
) -> list[GaugeMetricFamily]:
    """Return how the outbox stands; each number is there, also where it is 0."""
    ages = {one.kind: (now - one.since).total_seconds() for one in waiting if one.state == "waiting"}
    oldest = GaugeMetricFamily(
        "fieldsync_notice_oldest_waiting_seconds", "Age of the notice that waits longest", labels=["kind"]
    )
    for kind in KINDS:
        oldest.add_metric([kind], max(ages.get(kind, 0), 0))
    return [
        _counted("fieldsync_notices", "Notices that were not sent, by kind of target", NOTICE_STATES, waiting),
        oldest,
        _counted("fieldsync_notice_targets", "Targets of notices", TARGET_STATES, targets),
    ]


def _counted(
    name: str, about: str, states: Sequence[str], found: Sequence[NoticeCount | TargetCount]
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, about, labels=["kind", "state"])
    numbers = {(one.kind, one.state): one.number for one in found}
    for kind in KINDS:
        for state in states:
            gauge.add_metric([kind, state], numbers.get((kind, state), 0))
    return gauge


def forget_worker(process_id: int) -> None:
    """Forget the gauges of a worker that ended."""
    mark_process_dead(process_id)  # type: ignore[no-untyped-call]
