"""The flags and cases of some subjects while they are brought to what stands: opened, closed, passed on, summed up.

Nothing is written here; what is new, what changed and what the feed must tell is gathered for whoever writes it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from fieldsync.cases.gathering import Gathered
from fieldsync.cases.life import ANYBODY, Episode, Handled, Key, Lives, Standing, Stood
from fieldsync.cases.stored import Alarm, Case, Event, Flag, case_id, case_state, flag_id, flag_state, ids_among
from fieldsync.cases.tables import ActionRow
from fieldsync.db import member_of
from fieldsync.ledger.feed import Change
from fieldsync.rules import Book, Finding, Rule, pack

SYSTEM = "fieldsync"
# These can't be judged from the records that happen to be gathered together: who is alike is asked of a human by
# `identity`, a unit's surveys count when their period is over, and what was sent without effect is in the ledger.
SEEN_WHOLE = frozenset({"pair", "unit", "sending"})
# What a tablet says it came to: these deal with the flag; the others leave it open.
SOLVED = frozenset({"solved", "referred_arrived"})


@dataclass(slots=True)
class Upkeep:
    """The flags and cases of some subjects, being brought up to date."""

    book: Book
    gathered: Gathered
    now: datetime
    today: date
    apart: bool
    flags: dict[tuple[Key, str], Flag] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    before: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    new_flags: list[Flag] = field(default_factory=list)
    new_cases: list[Case] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    alarmed: set[str] = field(default_factory=set)
    alarms: list[Alarm] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    changed_flags: list[Flag] = field(default_factory=list)
    changed_cases: list[Case] = field(default_factory=list)
    rules: set[Rule] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)

    def take_cases(self, cases: Iterable[Case]) -> None:
        """Take the cases that are there."""
        for one in cases:
            self.cases[one.id] = one
            self.before[one.id] = case_state(one)

    def take_flags(self, flags: Sequence[Flag]) -> None:
        """Take the flags that are there; those of a person who turned out to be another become that person's."""
        formerly = self.gathered.formerly
        if formerly:
            flags = sorted(flags, key=lambda one: one.subject in formerly or one.person_id in formerly)
        self.known = {one.id for one in flags}
        self.taken |= self.known
        for one in flags:
            now = Key(one.rule, formerly.get(one.subject, one.subject), formerly.get(one.episode, one.episode))
            there = self.flags.get((now, one.program))
            if there is None:
                if formerly:
                    self._rename(one, now)
                self.flags[now, one.program] = one
            else:
                self._touch(there)
                _join(there, one)
                self.flags[Key(one.rule, one.subject, one.episode), one.program] = one

    def _touch(self, flag: Flag) -> None:
        """Note what a flag that is there was before anything of it changes: more are read than change."""
        if flag.id in self.known and flag.id not in self.before:
            self.before[flag.id] = flag_state(flag)
            self.moved.discard(flag.id)

    def _rename(self, one: Flag, now: Key) -> None:
        winner = self.gathered.formerly.get(one.person_id) if one.person_id is not None else None
        if winner is None and (one.subject, one.episode) == now[1:]:
            return
        self._touch(one)
        one.renamed = True
        _, one.subject, one.episode = now
        if winner is not None:
            one.person_id = winner
            one.case_id = self._case_of(winner, one.subject, one.program).id

    def handled(self) -> dict[Key, Handled]:
        """Return which flags people dealt with, whichever of the offices did."""
        found: dict[Key, Handled] = {}
        for (key, _), one in self.flags.items():
            if one.handled_on is None:
                continue
            keys = [key] if key.episode == key.subject else [key, key._replace(subject=ANYBODY)]
            for at in keys:
                if at not in found or found[at].on < one.handled_on:
                    found[at] = Handled(one.handled_on, one.handled_mark)
        return found

    def stood(self) -> dict[Episode, dict[Key, Stood]]:
        """Return which flags stood open in the episodes of visits of those to whom only visits were added."""
        found: dict[Episode, dict[Key, Stood]] = defaultdict(dict)
        added, visits = self.gathered.folder.added, self.book.of_visits
        for (key, _), one in self.flags.items():
            if one.rule in visits and one.state == "open" and one.person_id in added:
                found[Episode(visits[one.rule], key.subject, key.episode)][key] = Stood(one.opened_on, one.due)
        return found

    def open_all(self, connection: Connection, lives: Lives) -> None:
        """Open what stands; what a tablet dealt with before its flag was known here is dealt with."""
        wanted = {(key, program): one for key, one in lives.standing.items() for program in _programs(one.finding)}
        new = {at: flag_id(*at[0], at[1]) for at in wanted if at not in self.flags}
        done = actions_on(connection, list(new.values())) if new else {}
        self._note_taken(connection, {made: key for (key, _), made in new.items()})
        for at, one in wanted.items():
            flag = self.flags.get(at)
            if flag is None:
                flag = self.flags[at] = self._opened(*at, one, new[at])
            else:
                self._stand_on(flag, one)
            flag.stands = True
            if flag.id in done and done[flag.id] >= (one.finding.sheet.on or one.opened_on):
                self._touch(flag)
                handle(flag, done[flag.id], self.now)

    def _stand_on(self, there: Flag, standing: Standing) -> None:
        """Let a flag that is known stand, or stand again, as its finding has it now."""
        rule, day, due = standing.finding.rule, standing.opened_on, standing.due
        reopened, moved = there.state != "open", there.mark != standing.mark
        late = standing.anchored and (there.due != due or there.opened_on != day)
        if not (reopened or moved or late):
            return
        about_rule = (rule.version, rule.rank, rule.restricted)
        as_before = not reopened and about_rule == (there.version, there.severity, there.restricted)
        if moved and as_before and there.id not in self.before:
            self.moved.add(there.id)
        else:
            self._touch(there)
        if reopened:
            there.state, there.why, there.closed_at, there.opened_at = "open", None, None, self.now
            self._tell(there, "flag_reopened")
        if reopened or late:
            there.opened_on, there.due = day, due
        if moved:
            there.evidence, there.mark = _evidence(standing.finding), standing.mark
            self.rules.add(rule)
            there.version, there.severity, there.restricted = about_rule

    def _opened(self, key: Key, program: str, standing: Standing, wished: str) -> Flag:
        rule, sheet = standing.finding.rule, standing.finding.sheet
        case = self._case_of(sheet.person, key.subject, program, sheet.area)
        made = Flag(
            id=self._free_id(key, wished),
            case_id=case.id,
            person_id=sheet.person,
            subject=key.subject,
            episode=key.episode,
            rule=rule.id,
            version=rule.version,
            program=program,
            severity=rule.rank,
            state="open",
            why=None,
            restricted=rule.restricted,
            opened_on=standing.opened_on,
            due=standing.due,
            opened_at=self.now,
            closed_at=None,
            handled_on=None,
            handled_mark=None,
            mark=standing.mark,
            evidence=_evidence(standing.finding),
        )
        self.new_flags.append(made)
        self.rules.add(rule)
        self._tell(made, "flag_opened")
        return made

    def _note_taken(self, connection: Connection, wanted: Mapping[str, Key]) -> None:
        """Note which ids are not free: a flag that came to another by a merge may have stayed when they were parted."""
        while wanted and (there := ids_among(connection, list(wanted))):
            self.taken |= there
            wanted = {flag_id(*wanted[one], one): wanted[one] for one in there}

    def _free_id(self, key: Key, wished: str) -> str:
        """Return the id of a new flag: its own, unless another's has it since a merge that was undone."""
        made = wished
        while made in self.taken:
            made = flag_id(*key, made)
        self.taken.add(made)
        return made

    def _case_of(self, person: str | None, subject: str, program: str, area: str | None = None) -> Case:
        owner = person or subject
        made = case_id(owner, program)
        case = self.cases.get(made)
        if case is None:
            village = self.gathered.villages.get(owner) or area or ""
            case = self.cases[made] = Case(
                id=made,
                person_id=person,
                subject=owner,
                program=program,
                area=village,
                status="open",
                severity=None,
                due=None,
                assignee=None,
                opened_at=self.now,
                emergency_at=None,
                acknowledged_at=None,
                closed_at=None,
                updated_at=self.now,
                escalation=0,
                attempts=0,
                rev=0,
                merged_into=None,
            )
            self.new_cases.append(case)
        return case

    def close_others(self, lives: Lives, subjects: set[str]) -> None:
        """Close the open flags of everything that was looked at and does not stand, or not in that program any more."""
        looked_at = {*self.gathered.persons, *self.gathered.loose, *subjects}
        for (key, _), one in self.flags.items():
            if one.state != "open" or one.stands or key in lives.kept:
                continue
            if (one.person_id or one.subject) not in looked_at:
                continue
            if self._judges(key.rule) and not self._is_old(one):
                self._touch(one)
                one.state, one.closed_at = "resolved", self.now
                one.why = lives.closed.get(key) or self._why(key.rule)
                self._tell(one, "flag_closed")

    def _is_old(self, flag: Flag) -> bool:
        """Tell whether a flag is about a record that was not looked at, as it was there at the last look."""
        added, rule = self.gathered.folder.added.get(flag.person_id or ""), self.book.rules.get(flag.rule)
        if added is None or rule is None:
            return False
        return self.book.contexts[rule.about].by_record and flag.subject not in added

    def _judges(self, rule_id: str) -> bool:
        rule = self.book.rules.get(rule_id)
        return self.apart == (rule is not None and rule.about in SEEN_WHOLE)

    def _why(self, rule_id: str) -> str:
        rule = self.book.rules.get(rule_id)
        if rule is None:
            return "retired"
        return "corrected" if self.book.contexts[rule.about].by_visit else "data"

    def _tell(self, flag: Flag, event: str) -> None:
        status = self.cases[flag.case_id].status
        detail = _detail(flag.rule, flag.version, flag.why)
        self.events.append(Event(flag.case_id, self.now, event, SYSTEM, status, status, flag.id, detail))
        if event != "flag_closed" and flag.severity == 0:
            self.alarmed.add(flag.case_id)

    def sum_up(self) -> None:
        """Bring every case to what its open flags come to, and tell the feed of those that changed."""
        open_: dict[str, list[Flag]] = defaultdict(list)
        for one in self.flags.values():
            if one.state == "open":
                open_[one.case_id].append(one)
        self.changed_flags = [one for one in self.flags.values() if self._has_changed(one)]
        touched = {one.case_id for one in (*self.new_flags, *self.changed_flags)}
        for case in self.cases.values():
            self._sum_up(case, open_[case.id])
            if case.id in touched or self.before.get(case.id) != case_state(case):
                self.changes += case.step(self.now)
                if case.id in self.before:
                    self.changed_cases.append(case)

    def _has_changed(self, flag: Flag) -> bool:
        before = self.before.get(flag.id)
        return flag.id in self.moved or (before is not None and before != flag_state(flag))

    def _sum_up(self, case: Case, flags: Sequence[Flag]) -> None:
        case.rest_on(flags)
        owner = case.person_id or case.subject
        winner = self.gathered.formerly.get(owner)
        if winner is not None:
            case.merged_into = case_id(winner, case.program)
        else:  # a split may have undone the merge
            case.merged_into = None
        village = self.gathered.villages.get(owner)
        if village and village != case.area:
            if case.rev and case.area:
                self.changes.append(Change("case", case.id, case.rev + 1, case.area, case.program, "out_of_scope"))
            case.area = village
        if not flags:
            if case.status in ("open", "acknowledged", "in_progress"):
                self._move(case, "resolved", "merged" if winner else "closed_by_data")
            return
        if case.status in ("resolved", "lost_to_followup") or (case.id in self.alarmed and case.status != "open"):
            if case.rev:
                self._move(case, "open", "reopened")
            case.acknowledged_at, case.closed_at, case.escalation, case.attempts = None, None, 0, 0
        if case.id in self.alarmed:
            case.emergency_at, case.escalation = self.now, 0
            # What a tablet had dealt with before it came to be known here alarms nobody.
            fresh = [one for one in flags if one.severity == 0 and one.opened_at == self.now]
            self.alarms += [case.alarm(0, fresh)] if fresh else []
        elif case.severity == 0 and case.emergency_at is None:  # it was another person's until now
            case.emergency_at = min(one.opened_at for one in flags if one.severity == 0)

    def _move(self, case: Case, status: str, event: str) -> None:
        self.events.append(Event(case.id, self.now, event, SYSTEM, case.status, status))
        case.status = status
        case.closed_at = self.now if status == "resolved" else None


@lru_cache(maxsize=1024)
def _detail(rule: str, version: int, why: str | None) -> str:
    detail = {"rule": rule, "version": version, **({"why": why} if why else {})}
    return orjson.dumps(detail).decode()


def _programs(finding: Finding) -> Sequence[str]:
    concerned = finding.sheet.programs
    return finding.rule.programs if concerned is None else [one for one in finding.rule.programs if one in concerned]


def handle(flag: Flag, on: date, now: datetime, why: str = "handled") -> None:
    """Close a flag since a person dealt with it: the same values do not raise it again."""
    flag.state, flag.why, flag.closed_at = "resolved", why, now
    flag.handled_on, flag.handled_mark = max(on, flag.handled_on or on), flag.mark


def _join(one: Flag, other: Flag) -> None:
    """Let one flag know what people did about another that turned out to be the same."""
    if other.handled_on is not None and (one.handled_on is None or one.handled_on < other.handled_on):
        one.handled_on, one.handled_mark = other.handled_on, other.handled_mark


def _evidence(finding: Finding) -> str:
    return pack(finding.sheet.about, finding.grounds, finding.sheet.on)


def actions_on(connection: Connection, flags: Sequence[str]) -> Mapping[str, date]:
    """Return for these flags the last day on which a tablet's action dealt with them."""
    row = ActionRow.__table__.c
    query = select(row.flag_id, row.done_on).where(
        member_of(connection, row.flag_id, flags), row.outcome.in_(sorted(SOLVED))
    )
    found: dict[str, date] = {}
    for one in connection.execute(query):
        found[one.flag_id] = max(one.done_on, found.get(one.flag_id, one.done_on))
    return found
