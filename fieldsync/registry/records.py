"""Edits take effect: new records in one go, edits of known ones merged with what others did meanwhile."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, select

from fieldsync.db import Lost, Sealer, add_missing_rows, add_rows, change_rows, member_of
from fieldsync.registry.incoming import (
    AREA,
    Incoming,
    as_fields,
    as_stored,
    declared_fields,
    kind_of,
    microseconds,
    moment,
)
from fieldsync.registry.merging import Conflict, Edit, Merged, merge
from fieldsync.registry.reading import Known
from fieldsync.registry.tables import RecordRow, RevisionRow

_RECORD = (
    *("id", "type", "area", "rev", "deleted", "person_id", "stamp", "device_id", "device_seq", "base_rev"),
    *("recorded_at", "received_at", "content_hash", "head", "data", "sealed"),
)
_REVISION = (
    *("record_id", "rev", "device_id", "device_seq", "base_rev", "deleted", "recorded_at", "received_at"),
    *("content_hash", "head", "data", "sealed"),
)
_MARK = ("id", "type", "area", "rev", "deleted", "stamp", "device_seq", "base_rev", "head", "data")


def take_effect(connection: Connection, sealer: Sealer, edits: Sequence[Incoming], known: Mapping[str, Known]) -> None:
    """Let valid edits take effect, in their order, and set on each its `status`, `rev` and `conflicts`.

    Args:
        connection: a writing connection.
        sealer: seals identity values.
        edits: in an order in which the named come before those that name them.
        known: what `look_up` gave for their ids in this transaction.

    Raises:
        Lost: another writer brought one of these records meanwhile; run the transaction again.
    """
    by_record: dict[str, list[Incoming]] = defaultdict(list)
    for edit in edits:
        by_record[edit.record_id].append(edit)
    marks = [record_id for record_id in by_record if record_id in known and known[record_id].rev == 0]
    there = sorted(record_id for record_id in by_record if record_id in known and known[record_id].rev > 0)
    if marks:
        connection.execute(
            delete(RecordRow).where(member_of(connection, RecordRow.id, sorted(marks)), RecordRow.rev == 0)
        )
    writer = _Writer(sealer)
    if there:
        writer.load(connection, by_record, there)
    for record_id, arrived in by_record.items():
        writer.settle(record_id, arrived)
    writer.flush(connection)


def mark(connection: Connection, ids: Iterable[str]) -> None:
    """Mark records that were heard of and are not there; `look_up` then tells of them with `rev` 0."""
    wanted = sorted(ids)
    if not wanted:
        return
    marks = [(record_id, "", "", 0, False, 0, 0, 0, "{}", "{}") for record_id in wanted]
    add_missing_rows(connection, RecordRow, _MARK, marks)


def await_records(connection: Connection, ids: Iterable[str]) -> None:
    """Mark records that others wait for, and hold the marks until the commit.

    Who brings such a record locks its mark first (`lock_marks`) and so sees, after us, who waits.

    Raises:
        Lost: one of them is there by now; run the transaction again.
    """
    wanted = sorted(ids)
    if not wanted:
        return
    mark(connection, wanted)
    row = RecordRow
    query = select(row.rev).where(member_of(connection, row.id, wanted)).order_by(row.id).with_for_update(read=True)
    revs = connection.execute(query).scalars().all()
    if len(revs) < len(wanted) or any(revs):
        raise Lost


def lock_marks(connection: Connection, ids: Iterable[str]) -> None:
    """Wait for all who are about to wait for these records, before asking who does; nobody new can until the commit."""
    row = RecordRow
    query = select(row.id).where(member_of(connection, row.id, sorted(ids)), row.rev == 0)
    connection.execute(query.order_by(row.id).with_for_update()).all()


class _State(NamedTuple):
    """What a record is after its edits."""

    rev: int
    stamp: int
    deleted: bool
    fields: dict[str, Any]
    area: str


def _state_of(merged: Merged, rev: int, area: str) -> _State:
    """Take the area out of the merged fields; `area` is where it is if no edit says so (all delete)."""
    fields = dict(merged.fields)
    return _State(rev, merged.stamp, merged.deleted, fields, str(fields.pop(AREA, area)))


def _tell(taken: Sequence[Incoming], state: _State) -> None:
    for one in taken:
        one.area_now, one.fields_now = state.area, {} if state.deleted else state.fields


def _named(conflicts: tuple[Conflict, ...]) -> tuple[Conflict, ...]:
    return tuple(replace(one, field="area") if one.field == AREA else one for one in conflicts)


class _Writer:
    """Collects the rows of one batch and writes them in few statements."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.histories: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self.new: list[tuple[Any, ...]] = []
        self.changed: list[tuple[Any, ...]] = []
        self.revisions: list[tuple[Any, ...]] = []

    def load(self, connection: Connection, by_record: Mapping[str, list[Incoming]], ids: list[str]) -> None:
        """Lock the rows of known records, in sorted order, and read the history of those edited apart."""
        query = select(RecordRow.__table__).where(member_of(connection, RecordRow.id, ids)).order_by(RecordRow.id)
        for row in connection.execute(query.with_for_update()).mappings():
            self.rows[row["id"]] = {**row}
        edited = [record_id for record_id, row in self.rows.items() if row["rev"] > 1]
        taken = _hashes_taken(connection, edited)
        apart = [record_id for record_id in edited if not _builds_on(by_record[record_id], self.rows[record_id], taken)]
        if apart:
            history = select(RevisionRow.__table__).where(member_of(connection, RevisionRow.record_id, apart))
            for row in connection.execute(history).mappings():
                self.histories[row["record_id"]].append({**row})

    def settle(self, record_id: str, arrived: list[Incoming]) -> None:
        row = self.rows.get(record_id)
        if row is None and len(arrived) == 1:
            self._add(arrived[0])
        elif row is None:
            self._add_edited(arrived)
        else:
            self._change(row, arrived)

    def _add(self, one: Incoming) -> None:
        one.status, one.rev, one.told, one.area_now = "applied", 1, 1, one.area
        self.new.append(self._row(one, _State(1, one.at, one.deleted, one.data, one.area)))

    def _row(self, latest: Incoming, state: _State) -> tuple[Any, ...]:
        fields = {} if latest.withheld else state.fields
        data, sealed = as_stored(self.sealer, latest.kind, latest.record_id, fields)
        if latest.area != state.area:
            latest.head["area"] = state.area
        one, (rev, stamp, deleted, _, area) = latest, state
        base, recorded, head = min(one.base_rev, rev - 1), moment(one.at), orjson.dumps(one.head).decode()
        what = (one.record_id, one.kind.name, area, rev, deleted, one.person_id, stamp)
        how = (one.device_id, one.device_seq, base, recorded, one.received_at, one.content_hash, head, data, sealed)
        return what + how

    def _add_edited(self, arrived: list[Incoming]) -> None:
        """Add a record that the batch itself brings with more than one edit."""
        edits: list[Edit] = []
        merged = None
        for one in arrived:
            merged = self._take(one, edits)
        if merged is None:
            return
        taken = [one for one in arrived if one.status != "duplicate"]
        latest = taken[merged.latest.rev - 1]
        state = _state_of(merged, len(edits), latest.area)
        self.new.append(self._row(latest, state))
        _tell(taken, state)
        if len(edits) > 1:
            self.revisions.extend(self._revision(one) for one in taken)

    def _take(self, one: Incoming, edits: list[Edit]) -> Merged:
        """Merge one more edit into the list, unless it is in it; set what became of it."""
        again = next((edit for edit in edits if edit.tie == one.content_hash), None)
        if again is None:
            edits.append(one.as_edit(len(edits) + 1))
        merged = merge(edits, declared_fields(one.kind), one.device_id if again is None else again.device)
        if again is not None:
            one.status, one.rev, one.told = "duplicate", again.rev, merged.seen
        else:
            one.status, one.rev, one.conflicts = merged.status, len(edits), _named(merged.conflicts)
            one.changed = frozenset("area" if name == AREA else name for name in merged.changed)
            # Who is told of a merge pulls before the next edit; who is not must build on what it knows.
            one.told = merged.seen if merged.status == "applied" else one.rev
        return merged

    def _revision(self, one: Incoming) -> tuple[Any, ...]:
        data, sealed = as_stored(self.sealer, one.kind, one.record_id, one.data)
        return (
            *(one.record_id, one.rev, one.device_id, one.device_seq, min(one.base_rev, one.rev - 1), one.deleted),
            *(moment(one.at), one.received_at, one.content_hash, orjson.dumps(one.head).decode(), data, sealed),
        )

    def _change(self, row: Mapping[str, Any], arrived: list[Incoming]) -> None:
        if row["rev"] == 1:
            self.histories[row["id"]] = [{**row, "record_id": row["id"]}]
        history = self.histories[row["id"]]
        for one in arrived:
            one.area_before = row["area"]
        if not history:
            self._build_on(row, arrived[0])
            return
        edits = [self._edit_of(past) for past in sorted(history, key=lambda past: int(past["rev"]))]
        merged = None
        for one in arrived:
            merged = self._take(one, edits)
        taken = [one for one in arrived if one.status != "duplicate"]
        if merged is None or not taken:
            return
        if row["rev"] == 1:
            self.revisions.append(_kept_revision(row))
        self.revisions.extend(self._revision(one) for one in taken)
        new_latest = {one.rev: one for one in taken}.get(merged.latest.rev)
        state = _state_of(merged, len(edits), row["area"])
        if new_latest is None:
            past = next(past for past in history if past["rev"] == merged.latest.rev)
            self._rewrite(row, past, state)
        else:
            self.changed.append(self._row(new_latest, state))
        _tell(taken, state)

    def _build_on(self, row: Mapping[str, Any], one: Incoming) -> None:
        """Take an edit whose tablet had seen all there is: nothing to merge, only what a newer app knew is kept."""
        fields = as_fields(self.sealer, row["id"], row["data"], row["sealed"])
        declared = declared_fields(kind_of(row["type"]))
        one.status, one.rev, one.told = "applied", row["rev"] + 1, row["rev"] + 1
        one.changed = _changed(one, row, fields)
        if not one.deleted:
            fields = {**{name: value for name, value in fields.items() if name not in declared}, **one.data}
        self.revisions.append(self._revision(one))
        state = _State(one.rev, max(one.at, row["stamp"] + 1), one.deleted, fields, one.area)
        self.changed.append(self._row(one, state))
        _tell([one], state)

    def _edit_of(self, row: Mapping[str, Any]) -> Edit:
        fields = as_fields(self.sealer, row["record_id"], row["data"], row["sealed"])
        fields[AREA] = orjson.loads(row["head"])["area"]
        at = microseconds(row["recorded_at"])
        return Edit(
            *(row["rev"], row["device_id"], row["device_seq"], row["base_rev"], at),
            *(row["deleted"], fields, bytes(row["content_hash"])),
        )

    def _rewrite(self, row: Mapping[str, Any], past: Mapping[str, Any], state: _State) -> None:
        """Write the merged state under the envelope of an earlier edit, which is still the latest by its time."""
        head = orjson.dumps({**orjson.loads(past["head"]), "area": state.area}).decode()
        data, sealed = as_stored(self.sealer, kind_of(row["type"]), row["id"], state.fields)
        self.changed.append(
            (
                *(row["id"], row["type"], state.area, state.rev, state.deleted, row["person_id"], state.stamp),
                *(past["device_id"], past["device_seq"], past["base_rev"], past["recorded_at"]),
                *(past["received_at"], bytes(past["content_hash"]), head, data, sealed),
            )
        )

    def flush(self, connection: Connection) -> None:
        """Write all rows; by id in sorted order, so that writers of the same records wait and do not deadlock."""
        self.new.sort()
        add_rows(connection, RecordRow, _RECORD, self.new)
        change_rows(connection, RecordRow, _RECORD, self.changed)
        add_rows(connection, RevisionRow, _REVISION, self.revisions)


def _changed(one: Incoming, row: Mapping[str, Any], fields: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of what an edit changes of a record that its tablet had seen as it stands."""
    changed = {name for name in (*fields, *one.data) if fields.get(name) != one.data.get(name)}
    changed |= {"area"} if one.area != row["area"] else set()
    return frozenset(changed if not one.deleted else ()) | ({"deleted"} if one.deleted != row["deleted"] else set())


def _hashes_taken(connection: Connection, ids: Sequence[str]) -> set[tuple[str, bytes]]:
    if not ids:
        return set()
    query = select(RevisionRow.record_id, RevisionRow.content_hash).where(
        member_of(connection, RevisionRow.record_id, ids)
    )
    return {(row.record_id, bytes(row.content_hash)) for row in connection.execute(query)}


def _builds_on(arrived: Sequence[Incoming], row: Mapping[str, Any], taken: set[tuple[str, bytes]]) -> bool:
    """Tell whether a single new edit was made on the record as it stands, so that no history is needed."""
    one = arrived[0]
    return len(arrived) == 1 and one.base_rev >= row["rev"] and (one.record_id, one.content_hash) not in taken


def _kept_revision(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the only edit of a record, so far in its own row, as its first revision."""
    names = ("device_id", "device_seq", "base_rev", "deleted", "recorded_at", "received_at", "content_hash")
    return (row["id"], 1, *(row[name] for name in (*names, "head", "data", "sealed")))
