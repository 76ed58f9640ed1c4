"""The figures of a run: what was measured, which bar it is held against, whether it passes.

A bar is either at least (more is better) or at most (less is better). Figures without
a bar are context. A figure keeps every round; its value is their median.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure is called, its unit, and the limit: `at_least`, `at_most`, or neither."""

    title: str
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    def passes(self, value: float) -> bool | None:
        """Tell whether a value meets the limit; None if there is none."""
        if self.at_least is not None:
            return value >= self.at_least
        if self.at_most is not None:
            return value <= self.at_most
        return None

    def limit(self) -> str:
        """Return the limit as text."""
        if self.at_least is not None:
            return f">= {self.at_least:,.10g}"
        return f"<= {self.at_most:,.10g}" if self.at_most is not None else ""


BARS = {
    "push": Bar("push, 4 clients, batches of 500", "records/s", at_least=10_000),
    "push_cpu": Bar("push, CPU of server and database", "s/1,000 records", at_most=0.18),
    "push_gzip": Bar("push, the same gzip'ed", "records/s"),
    "push_to_kinto": Bar("push against Kinto", "times", at_least=60),
    "push_to_pouchdb": Bar("push against pouchdb-server", "times", at_least=1.8),
    "push_to_copy": Bar("push against COPY of the rows that it stores", "share", at_least=0.2),
    "push_to_copy_json": Bar("push against COPY of a json row a record", "share"),
    "push_to_copy_typed": Bar("push against COPY with a typed column a field", "share"),
    "push_to_copy_jsonb": Bar("push against COPY of a jsonb row a record", "share"),
    "single": Bar("single-record push, p50", "ms", at_most=10),
    "single_p95": Bar("single-record push, p95", "ms"),
    "single_four": Bar("single-record push, 4 clients at once, p50", "ms"),
    "duplicates": Bar("whole batches of duplicates", "records/s", at_least=25_000),
    "pull": Bar("pull, 4 clients, pages of 1,000", "records/s", at_least=60_000),
    "pull_one": Bar("pull, 1 client", "records/s"),
    "pull_gzip": Bar("pull, 4 clients, gzip", "records/s"),
    "pull_to_kinto": Bar("pull against Kinto", "times", at_least=2),
    "first_sync_size": Bar("first sync, gzip", "MB/50,000 rows", at_most=3.5),
    "first_sync_persons": Bar("first sync, gzip, persons alone", "MB/50,000 rows"),
    "first_sync_memory": Bar("first sync, growth of the server's memory", "MiB", at_most=16),
    "first_sync_rate": Bar("first sync, 1 client, gzip", "rows/s"),
    "scale_cpu": Bar("cost per record, full store to 10,000: CPU", "times", at_most=1.3),
    "scale_time": Bar("cost per record, full store to 10,000: time", "times", at_most=1.3),
    "sqlite": Bar("push on SQLite", "records/s", at_least=3_000),
    "memory_rest": Bar("a worker's memory at rest", "MiB", at_most=120),
    "memory_load": Bar("a worker's peak memory under load", "MiB", at_most=350),
    "demo": Bar("make demo to its summary", "s", at_most=60),
    "kinto_push": Bar("Kinto, batch endpoint, 4 clients", "records/s"),
    "kinto_pull": Bar("Kinto, 4 clients, pages of 1,000", "records/s"),
    "pouchdb_push": Bar("pouchdb-server, _bulk_docs of 500, 4 clients", "records/s"),
    "copy_stored": Bar("COPY of the very rows that a push stores", "records/s"),
    "copy": Bar("COPY of a json row a record, the faster way", "records/s"),
    "copy_rows": Bar("COPY of a json row a record, client formats", "records/s"),
    "copy_typed": Bar("COPY of a typed column a field", "records/s"),
    "copy_jsonb": Bar("COPY of a jsonb row a record", "records/s"),
}

# name: (of, to): the ratio of two figures of the same run.
RATIOS = {
    "push_to_kinto": ("push", "kinto_push"),
    "push_to_pouchdb": ("push", "pouchdb_push"),
    "push_to_copy": ("push", "copy_stored"),
    "push_to_copy_json": ("push", "copy"),
    "push_to_copy_typed": ("push", "copy_typed"),
    "push_to_copy_jsonb": ("push", "copy_jsonb"),
    "pull_to_kinto": ("pull", "kinto_pull"),
}


@dataclass(slots=True)
class Report:
    """Collects the figures of one run, in the order of BARS.

    `others` tells per scenario how many cores other people's processes kept busy
    meanwhile: with much of that, times prove little and CPU costs still something.
    """

    machine: dict[str, Any]
    conditions: dict[str, Any]
    rounds: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    others: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, rounds: Sequence[float] | float, note: str = "") -> None:
        """Add a figure by its rounds, or its one value."""
        self.rounds[name] = [rounds] if isinstance(rounds, int | float) else list(rounds)
        if note:
            self.notes[name] = note

    def append(self, name: str, value: float, note: str = "") -> None:
        """Add one more round to a figure."""
        self.add(name, [*self.rounds.get(name, ()), value], note)

    def value(self, name: str) -> float | None:
        """Return the median of a figure's rounds, or None if it was not measured."""
        found = self.rounds.get(name)
        return median(found) if found else None

    def compare(self) -> None:
        """Add the ratios of which both sides were measured: round against round where they took turns."""
        for name, (of, to) in RATIOS.items():
            above, below = self.rounds.get(of, []), self.rounds.get(to, [])
            if above and len(above) == len(below):
                self.add(name, [one / other for one, other in zip(above, below, strict=True)])
            elif above and below:
                self.add(name, median(above) / median(below))

    def lines(self) -> list[str]:
        """Return the table for people."""
        lines = [f"{'figure':<46}{'measured':>12}  {'unit':<16}{'bar':<11}"]
        for name, bar in BARS.items():
            value = self.value(name)
            if value is None:
                continue
            verdict = {True: "pass", False: "MISSED", None: ""}[bar.passes(value)]
            note = f"  {self.notes[name]}" if name in self.notes else ""
            lines.append(f"{bar.title:<46}{_shown(value):>12}  {bar.unit:<16}{bar.limit():<11}{verdict}{note}")
        if self.others:
            worst = max(self.others, key=lambda name: self.others[name])
            lines.append(f"others kept up to {self.others[worst]:.2f} cores busy meanwhile (during {worst})")
        lines += [f"could not be measured: {name}: {why}" for name, why in self.failures.items()]
        return lines

    def write(self, path: Path) -> None:
        """Write the run down as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self._document(), indent=1, ensure_ascii=False) + "\n")

    def _document(self) -> dict[str, Any]:
        figures = {}
        for name, bar in BARS.items():
            value = self.value(name)
            if value is None:
                continue
            figures[name] = {
                "title": bar.title,
                "value": _rounded(value),
                "unit": bar.unit,
                "bar": bar.limit() or None,
                "pass": bar.passes(value),
                "rounds": [_rounded(one) for one in self.rounds[name]],
                "note": self.notes.get(name),
            }
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": self.machine,
            "conditions": self.conditions,
            "figures": figures,
            "cores_used_by_others": self.others,
            "not_measured": self.failures,
        }


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.3g}"


def _rounded(value: float) -> float:
    return round(value, 1) if value >= 1000 else float(f"{value:.4g}")
