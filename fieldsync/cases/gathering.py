"""From the registry to a folder: the persons to look at, with the records of others that say something of them."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from fieldsync import registry
from fieldsync.cases.tables import MentionRow, WatchRow
from fieldsync.db import Sealer, add_missing_rows, member_of
from fieldsync.programs.folder import Entry, Folder
from fieldsync.registry import Held, Incoming

# Calendar days of all rules are those of the office.
ZONE = ZoneInfo("Asia/Jakarta")
# Where a record that is about one person names others, whom it says something of as well.
_NAMES_OTHERS: Mapping[str, tuple[str, ...]] = {
    "delivery": ("babies",),
    "household": ("members",),
    "marriage_event": ("wife_id",),
    "divorce_event": ("wife_id",),
    "move_event": ("person_ids",),
}
_LEADS = ("pregnancy_id", "delivery_id")


@dataclass(frozen=True, slots=True)
class Touched:
    """What changed: persons, those of them whose babies are to be looked at too, records without a person, merges.

    `added` are the visits of persons of whom nothing else changed. `told` are the records of which it is to be said
    which flags rest on them.
    """

    persons: frozenset[str]
    mothers: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    merges: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, frozenset[str]] = field(default_factory=dict)
    told: frozenset[str] = frozenset()

    def whole(self) -> "Touched":
        """Return the same, to be looked at from the first visit on."""
        return replace(self, added={})


@dataclass(frozen=True, slots=True)
class Gathered:
    """A folder with the persons that were looked for, who they were before, and where they live.

    `watched` has when those are to be looked at again to whom only visits were added, as it was kept so far.
    """

    folder: Folder
    persons: frozenset[str]
    loose: frozenset[str]
    formerly: Mapping[str, str]
    villages: Mapping[str, str]
    watched: Mapping[str, date] = field(default_factory=dict)


def day_of(moment: datetime) -> date:
    """Return the office's calendar day of a moment."""
    return moment.astimezone(ZONE).date()


def note_mentions(connection: Connection, edits: Iterable[Incoming]) -> None:
    """Keep which records say something of persons whom they are not about; one statement, if there are any."""
    rows = {
        (named, edit.record_id)
        for edit in edits
        if edit.kind.name in _NAMES_OTHERS
        for named in _named(edit.kind.name, edit.fields_now or edit.data)
    }
    add_missing_rows(connection, MentionRow, ("named_id", "record_id"), sorted(rows))


def _named(kind: str, fields: Mapping[str, Any]) -> Iterable[str]:
    for name in _NAMES_OTHERS[kind]:
        value = fields.get(name)
        for one in value if isinstance(value, list) else (value,):
            named = one.get("person_id") if isinstance(one, dict) else one
            if isinstance(named, str):
                yield named.lower()


def _lowered(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields with the ids that lead from record to record as the registry writes them: in lower case."""
    for name in _LEADS:
        value = fields.get(name)
        if value is not None and not value.islower():
            fields = {**fields, name: value.lower()}
    return fields


def gather(connection: Connection, sealer: Sealer, touched: Touched, today: date) -> Gathered:
    """Return the folder of what changed; some seven statements, however many persons.

    Who should have been looked at by `today` because of time is looked at whole.
    """
    held = _hold(_Held(connection, sealer), touched)
    going_on = touched.added.keys() & held.persons.keys()
    watched = looks_of(connection, going_on)
    late = {one for one, on in watched.items() if on <= today}
    return held.gathered(touched, {one: touched.added[one] for one in going_on - late}, watched)


def gather_past(connection: Connection, sealer: Sealer, touched: Touched) -> tuple[Gathered, dict[str, date]]:
    """Return the folder of these persons and records, and the day on which each person was first recorded.

    Only reads, and keeps nobody from writing: for a connection of a snapshot.
    """
    held = _hold(_Held(connection, sealer, lock=False), touched)
    return held.gathered(touched, {}), held.first_seen()


def looks_of(connection: Connection, persons: AbstractSet[str]) -> dict[str, date]:
    """Return when each of these persons is to be looked at, as far as it is known."""
    if not persons:
        return {}
    row = WatchRow.__table__.c
    query = select(row.id, row.look_on).where(member_of(connection, row.id, sorted(persons)), row.record.is_(False))
    return {one.id: one.look_on for one in connection.execute(query)}


def _hold(held: "_Held", touched: Touched) -> "_Held":
    connection = held.connection
    persons = {touched.merges.get(one, one) for one in touched.persons} | set(touched.merges.values())
    held.add_persons(persons)
    if touched.mothers:
        babies = {
            named
            for one in held.records.values()
            if one.type == "delivery" and held.formerly.get(one.person_id or "", one.person_id) in touched.mothers
            for named in _named("delivery", one.fields)
        }
        known = registry.look_up(connection, babies - held.records.keys())
        held.add_persons({one.person_id for one in known.values() if one.person_id} - persons)
    held.add_mentions()
    held.add(registry.records_by_id(connection, touched.loose - held.records.keys()))
    return held


@dataclass(slots=True)
class _Held:
    """What was read so far."""

    connection: Connection
    sealer: Sealer
    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    formerly: dict[str, str] = field(default_factory=dict)
    records: dict[str, Held] = field(default_factory=dict)
    lock: bool = True

    def add_persons(self, wanted: Iterable[str]) -> None:
        found = registry.hold_persons(self.connection, self.sealer, wanted, lock=self.lock)
        if not found:
            return
        ids = [one.id for one in found]
        self.persons |= {one.id: one.fields for one in found}
        aliases = registry.aliases_of(self.connection, ids)
        self.formerly |= aliases
        self.add(registry.records_about(self.connection, [*ids, *aliases]))

    def add(self, records: Iterable[Held]) -> None:
        self.records |= {one.id: one for one in records}

    def add_mentions(self) -> None:
        """Add what others' records say of these persons, and the pregnancy of a birth."""
        ids = [one.id for one in self.records.values() if one.type == "person"]
        if ids:
            row = MentionRow.__table__.c
            query = select(row.record_id).where(member_of(self.connection, row.named_id, ids)).distinct()
            naming = {one.record_id for one in self.connection.execute(query)}
            self.add(registry.records_by_id(self.connection, naming - self.records.keys()))
        named = {
            str(one.fields["pregnancy_id"]).lower()
            for one in self.records.values()
            if one.type == "delivery" and one.fields.get("pregnancy_id")
        }
        self.add(registry.records_by_id(self.connection, named - self.records.keys()))

    def first_seen(self) -> dict[str, date]:
        """Return the day on which each person was first recorded."""
        found: dict[str, date] = {}
        for one in self.records.values():
            if one.type == "person" and one.person_id is not None and one.recorded_at is not None:
                person, seen = self.formerly.get(one.person_id, one.person_id), day_of(one.recorded_at)
                found[person] = min(seen, found.get(person, seen))
        return found

    def gathered(
        self, touched: Touched, added: Mapping[str, frozenset[str]], watched: Mapping[str, date] = MappingProxyType({})
    ) -> Gathered:
        entries = self._entries()
        entries += [Entry(one, "person", fields, one) for one, fields in self.persons.items()]
        aliases = dict(self.formerly)
        for one in self.records.values():
            if one.type == "person" and one.person_id is not None:
                aliases[one.id] = self.formerly.get(one.person_id, one.person_id)
        asked = frozenset(self.persons)
        return Gathered(
            Folder(entries, aliases, asked | {None} if touched.loose else asked, added=added),
            asked,
            touched.loose,
            {**self.formerly, **touched.merges},
            self._villages(),
            watched,
        )

    def _entries(self) -> list[Entry]:
        whose = self.formerly.get
        return [
            Entry(
                *(record_id, type_, _lowered(fields), whose(person, person) if person else None, area),
                day_of(at) if at is not None else None,
            )
            for record_id, type_, area, person, fields, at in self.records.values()
            if type_ != "person"
        ]

    def _villages(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in self.records.values():
            if one.person_id is not None:
                found.setdefault(self.formerly.get(one.person_id, one.person_id), one.area)
        for person, fields in self.persons.items():
            if isinstance(village := fields.get("village_code"), str):
                found[person] = village
        return found
