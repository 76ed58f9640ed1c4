"""One simulated tablet: its working days, its outbox, its wrong clock, and what it makes of the server's answers.

Works without network: drafts and edits become envelopes in the outbox, with its own
sequence numbers and times by its own clock. Every answer is noted by edit, the first one
counted; what was refused by mistake of the officer is corrected on the next day. Sending
is the courier's part.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from fieldsync.simulator.diary import FORM_VERSION, JAKARTA, OLD_FORM_VERSION, Change, Draft
from fieldsync.simulator.held import Held
from fieldsync.simulator.plan import Enrolment
from fieldsync.simulator.story import Entry

STORED = frozenset({"applied", "duplicate", "merged", "conflict"})
STATUSES = STORED | {"held", "rejected"}
ENVELOPE = ("id", "type", "area", "location", "consent")
EVENING_S = 59_400
APP_VERSION, OLD_APP_VERSION = "1.4.0", "1.2.0"


@dataclass(slots=True)
class Edit:
    """One edit in the outbox and what became of it.

    Attributes:
        body: the record as sent, the same bytes each time.
        draft: set when it makes a record; its first content may be wrong on purpose.
        refusable: the server must refuse it.
        deletes: it deletes the record.
        status: the first answer; `rev` the revision then acknowledged.
    """

    seq: int
    record_id: str
    kind: str
    area: str
    group: str | None
    body: bytes
    draft: Draft | None
    refusable: bool
    deletes: bool
    status: str = ""
    rev: int = 0


@dataclass(slots=True)
class Tablet:
    """A tablet with its officer.

    Attributes:
        error: how far its clock is ahead of the true time.
        held: what it pulled.
        outbox: edits without an answer, by sequence number.
        edits: all edits ever made, in order of `seq` from 1.
        counts: first answers by status; also `duplicates`, `warnings`, `pulled`, `lost`, `resent`.
        broken: it gave up, since the server refused or failed for good.
    """

    number: int
    enrolment: Enrolment
    start: datetime
    days: int
    error: timedelta
    held: Held
    outbox: dict[int, Edit] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    broken: bool = False
    persons: set[str] = field(default_factory=set)
    app_version: str = APP_VERSION
    _drafts: dict[str, Draft] = field(default_factory=dict)
    _revs: dict[str, int] = field(default_factory=dict)
    _to_correct: list[Draft] = field(default_factory=list)

    @property
    def officer(self) -> str:
        """Who works on this tablet."""
        return f"petugas-{self.number + 1:02}"

    def clock(self, true_time: datetime) -> str:
        """Return what the tablet's clock shows at a true time, as text with its offset."""
        return (true_time + self.error).astimezone(JAKARTA).isoformat(timespec="milliseconds")

    def work(self, day: int, entries: list[Entry]) -> None:
        """Do a day's work without network: first correct what was refused, then today's entries."""
        self._correct(day)
        old = any(isinstance(one, Draft) and one.form_version == OLD_FORM_VERSION for one in entries)
        self.app_version = OLD_APP_VERSION if old else APP_VERSION
        for entry in entries:
            if isinstance(entry, Draft):
                self._record(entry)
            else:
                self._change(entry)

    def settle(self, edits: list[Edit], results: list[dict[str, Any]]) -> None:
        """Note the server's results, one for each edit in order."""
        if [one.record_id for one in edits] != [result.get("id") for result in results]:
            self.problems.append(f"tablet {self.number}: results do not answer the records in order")
            return
        for edit, result in zip(edits, results, strict=True):
            self._settle(edit, result)

    def _correct(self, day: int) -> None:
        waiting, self._to_correct = self._to_correct, []
        evening = self.start + timedelta(days=min(day, self.days) - 1, seconds=EVENING_S)
        for draft in waiting:
            self._save(_envelope(draft, draft.data), 0, evening, draft)

    def _record(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        typed = draft.data if draft.wrong is None else draft.wrong
        refusable = draft.foreign or draft.wrong is not None
        self._save(_envelope(draft, typed), 0, _moment(draft), draft, refusable=refusable)

    def _change(self, change: Change) -> None:
        """Edit a record as this tablet knows it: as pulled, or as it made it itself."""
        pulled, own = self.held.content.get(change.record_id), self._drafts.get(change.record_id)
        if pulled is not None:
            envelope, base = pulled, self.held.revs["record"][change.record_id]
        elif own is not None:
            envelope, base = _envelope(own, own.data), self._revs.get(change.record_id, 0)
        else:
            self.problems.append(f"tablet {self.number}: record {change.record_id} to edit was never pulled")
            return
        edited = {name: envelope[name] for name in ENVELOPE if envelope.get(name) is not None}
        edited |= {"form_version": FORM_VERSION, "data": envelope["data"] | (change.fields or {})}
        self._save(edited, base, _moment(change), None, deletes=change.fields is None)

    def _save(
        self,
        envelope: dict[str, Any],
        base_rev: int,
        moment: datetime,
        draft: Draft | None,
        *,
        refusable: bool = False,
        deletes: bool = False,
    ) -> None:
        seq = len(self.edits) + 1
        record = envelope | {
            "base_rev": base_rev,
            "device_seq": seq,
            "recorded_at": self.clock(moment),
            "officer": self.officer,
            "deleted": deletes,
        }
        named = envelope["id"], envelope["type"], envelope["area"], envelope.get("group")
        edit = Edit(seq, *named, orjson.dumps(record), draft, refusable, deletes)
        self.edits.append(edit)
        self.outbox[seq] = edit

    def _settle(self, edit: Edit, result: dict[str, Any]) -> None:
        status, rev = result.get("status", ""), result.get("rev") or 0
        if status not in STATUSES:
            self.problems.append(f"tablet {self.number}: unknown status {status!r}")
            return
        self.counts["duplicates"] += status == "duplicate"
        if edit.status in STORED and status in STORED and rev > edit.rev and status != "duplicate":
            self.problems.append(f"applied twice: {edit.kind} {edit.record_id}, revisions {edit.rev} and {rev}")
        if result.get("person_id"):
            self.persons.add(result["person_id"])
        if not edit.status:
            edit.status, edit.rev = status, rev
            self._first_answer(edit, result)
        elif edit.status == "held" and status in STORED:
            edit.rev = max(edit.rev, rev)
        if status in STORED:
            self._revs[edit.record_id] = max(rev, self._revs.get(edit.record_id, 0))

    def _first_answer(self, edit: Edit, result: dict[str, Any]) -> None:
        del self.outbox[edit.seq]
        self.counts[edit.status] += edit.status != "duplicate"
        self.counts["warnings"] += bool(result.get("warnings"))
        refused = edit.status == "rejected"
        if refused != edit.refusable:
            codes = ", ".join(f"{one.get('pointer')} {one.get('code')}" for one in result.get("errors", []))
            word = f"refused though right ({codes})" if refused else f"{edit.status} though wrong"
            self.problems.append(f"tablet {self.number}: {edit.kind} {edit.record_id} was {word}")
        elif refused and edit.draft and edit.draft.wrong is not None:
            self._to_correct.append(edit.draft)

    @property
    def finished(self) -> bool:
        """Whether nothing waits to be sent or corrected."""
        return not self.outbox and not self._to_correct


def _moment(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.moment / 1000, UTC)


def _envelope(draft: Draft, data: dict[str, Any]) -> dict[str, Any]:
    """Return the envelope of a new record, without what the tablet itself adds."""
    envelope = {
        "id": draft.id,
        "type": draft.type,
        "area": draft.area,
        "location": draft.location,
        "form_version": draft.form_version,
        "consent": draft.consent,
        "group": draft.group,
        "data": data,
    }
    return {name: value for name, value in envelope.items() if value is not None}
