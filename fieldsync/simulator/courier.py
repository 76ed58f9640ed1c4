"""Carries a tablet's outbox to the server and the server's changes back, over a rough road.

One contact is: cut the outbox into batches, send each until it is answered, now and then
send something once more, then pull page after page. Which faults happen comes from the
tablet's own generator. Groups stay whole in one batch; a batch that is sent again has the
same bytes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import orjson

from fieldsync.simulator.held import ENTITIES
from fieldsync.simulator.odds import chance
from fieldsync.simulator.plan import Faults
from fieldsync.simulator.population import new_id
from fieldsync.simulator.tablet import Edit, Tablet
from fieldsync.simulator.transport import Answer, Line

PUSH, PULL, DIGEST = "/api/v1/sync/push", "/api/v1/sync/pull", "/api/v1/sync/digest"
OK, GONE, TOO_LARGE = 200, 410, 413
MOST_RECORDS = 500
MOST_BYTES = 4_000_000
PAGE = 500
REMEMBERED_BATCHES = 4
CHECKS = 4
Unit = list[Edit]


class RefusedError(Exception):
    """The server refused a whole request that was right; the message holds status and detail."""


@dataclass(slots=True)
class Batch:
    """A batch as it was sent."""

    edits: list[Edit]
    body: bytes


@dataclass(slots=True)
class Courier:
    """Speaks for one tablet."""

    tablet: Tablet
    line: Line
    faults: Faults
    rng: Random
    now: Callable[[], datetime]
    cursor: str | None = None
    _answered: deque[Batch] = field(default_factory=lambda: deque(maxlen=REMEMBERED_BATCHES))

    def push(self) -> None:
        """Send the whole outbox.

        Raises:
            RefusedError: the server took none of a batch.
            UnreachableError: no answer after all attempts.
        """
        units = _units(self.tablet.outbox.values())
        if chance(self.rng, self.faults.shuffled):
            self.rng.shuffle(units)
        most = self.rng.choice((25, 60, 150, MOST_RECORDS))
        for edits in _cut(units, most):
            self._send([*self._sent_before(most - len(edits)), *edits])
            if chance(self.rng, self.faults.resent):
                self._send_again(self.rng.choice(list(self._answered)))

    def sync(self) -> None:
        """Push, then pull."""
        self.push()
        self.pull()

    def pull(self) -> None:
        """Pull until nothing more has changed.

        Raises:
            RefusedError: the server gave no page.
            UnreachableError: no answer after all attempts.
        """
        more = True
        while more:
            before = self.cursor
            more = self._page()
            if more and chance(self.rng, self.faults.repeated_pages):
                # The page was lost on the way: ask for it once more.
                self.cursor = before

    def differences(self) -> list[str]:
        """Compare what the tablet holds with the server's digest; pull again while the server moves on."""
        found: list[str] = []
        for _ in range(CHECKS):
            answer = self._ok(self.line.get(DIGEST), "digest")
            marks = {one["entity"]: one for one in answer.payload["entities"]}
            found = [line for entity in ENTITIES if (line := self._difference(entity, marks.get(entity)))]
            if not found:
                return found
            self.pull()
        return found

    def _difference(self, entity: str, mark: dict[str, object] | None) -> str | None:
        count, digest = self.tablet.held.digest(entity)
        if mark is None:
            return f"tablet {self.tablet.number}: no digest of {entity}"
        if (count, digest) == (mark["count"], mark["digest"]):
            return None
        return f"tablet {self.tablet.number}: {entity} digest differs, holds {count}, server {mark['count']}"

    def _page(self) -> bool:
        query: dict[str, str | int] = {"limit": PAGE}
        if self.cursor is not None:
            query["cursor"] = self.cursor
        answer = self.line.get(PULL, **query)
        if answer.status == GONE:
            self.cursor = None
            self.tablet.held.clear()
            return True
        page = self._ok(answer, "pull").payload
        for change in page["changes"]:
            fault = self.tablet.held.apply(change)
            if fault:
                self.tablet.problems.append(f"tablet {self.tablet.number}: {fault}")
        self.tablet.counts["pulled"] += len(page["changes"])
        self.cursor = page["cursor"]
        return bool(page["has_more"])

    def _send(self, edits: list[Edit]) -> None:
        batch = Batch(edits, self._body(edits))
        if chance(self.rng, self.faults.truncated):
            self.line.post_half(PUSH, batch.body)
        if chance(self.rng, self.faults.lost_answers):
            self.line.post_and_hang_up(PUSH, batch.body)
            self.tablet.counts["lost"] += 1
            self.tablet.counts["resent"] += 1
        answer = self.line.post(PUSH, batch.body)
        units = _units(edits)
        if answer.status == TOO_LARGE and len(units) > 1:
            half = len(units) // 2
            for part in (units[:half], units[half:]):
                self._send([edit for unit in part for edit in unit])
            return
        self._take(batch, answer)
        self._answered.append(batch)

    def _send_again(self, batch: Batch) -> None:
        self.tablet.counts["resent"] += 1
        self._take(batch, self.line.post(PUSH, batch.body))

    def _take(self, batch: Batch, answer: Answer) -> None:
        self.tablet.settle(batch.edits, self._ok(answer, "push").payload["results"])

    def _sent_before(self, room: int) -> list[Edit]:
        """Return some of what was answered already, to be sent in a new batch: a tablet that regroups."""
        if not self._answered or not chance(self.rng, self.faults.regrouped):
            return []
        units = _units(self.rng.choice(list(self._answered)).edits)
        chosen = self.rng.sample(units, max(1, len(units) // 2))
        edits = [edit for unit in chosen for edit in unit]
        return edits if len(edits) <= room else []

    def _body(self, edits: Sequence[Edit]) -> bytes:
        now = self.now()
        head = {
            "batch_id": new_id(self.rng, int(now.timestamp() * 1000)),
            "device_time": self.tablet.clock(now),
            "app_version": self.tablet.app_version,
        }
        records = b",".join(edit.body for edit in edits)
        return orjson.dumps(head)[:-1] + b',"records":[' + records + b"]}"

    def _ok(self, answer: Answer, what: str) -> Answer:
        if answer.status == OK:
            return answer
        told = answer.payload if isinstance(answer.payload, dict) else {}
        pointers = ", ".join(str(one.get("pointer")) for one in told.get("errors", []))
        raise RefusedError(
            f"{what}: status {answer.status} {told.get('detail') or told.get('title') or ''} {pointers}".rstrip()
        )


def _units(edits: Iterable[Edit]) -> list[Unit]:
    """Bundle the edits of each group; every other edit stands alone."""
    units: dict[str | int, Unit] = {}
    for edit in edits:
        units.setdefault(edit.group or edit.seq, []).append(edit)
    return list(units.values())


def _cut(units: Sequence[Unit], most: int) -> list[list[Edit]]:
    """Cut units into batches of at most so many records and so many bytes; a unit is never cut."""
    batches: list[list[Edit]] = []
    size = 0
    for unit in units:
        weight = sum(len(edit.body) for edit in unit)
        if not batches or len(batches[-1]) + len(unit) > most or size + weight > MOST_BYTES:
            batches.append([])
            size = 0
        batches[-1].extend(unit)
        size += weight
    return batches
