"""What Prometheus may know: outcomes, sizes and times; never a value from a record."""

import os
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

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


def exposition() -> tuple[bytes, str]:
    """Return the metrics of all workers as text, and its content type."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder or not Path(folder).is_dir():
        return generate_latest(), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def forget_worker(process_id: int) -> None:
    """Forget the gauges of a worker that ended."""
    mark_process_dead(process_id)  # type: ignore[no-untyped-call]
