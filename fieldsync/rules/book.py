"""The rules that count on a day, compiled, and what they find on sheets.

A finding says which version of which rule holds for whom, when it is due, and because of which values. Every call is
a pure function of the sheets and the day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from math import ceil
from typing import Any, NamedTuple

from fieldsync.rules.facts import Context, Sheet
from fieldsync.rules.planning import Moving, Plan, moving_facts, planned
from fieldsync.rules.reading import RuleError, RuleFile
from fieldsync.rules.rule import Rule, counting
from fieldsync.rules.tree import Test, Why, fails, grounds, holds, leaves

__all__ = ["Book", "Finding", "Ground", "RuleError"]

# More rules than any book has: those of a few days, so that none is compiled twice.
MANY_RULES = 4096


class Ground(NamedTuple):
    """One value because of which a rule holds: the fact and its value, operator and limit, the record it is from.

    The value is None when it is because of its absence: operator `known`, limit false.
    """

    fact: str
    value: Any
    op: str
    limit: Any
    record: str | None


@dataclass(slots=True, eq=False)
class Finding:
    """That a rule holds for a subject now; `began` is the day from which it did, as far as records tell."""

    rule: Rule
    sheet: Sheet
    due: date
    context: Context
    began: date | None = None
    _grounds: Sequence[Ground] | None = None

    @property
    def grounds(self) -> Sequence[Ground]:
        """The values because of which it holds, each with the record that it comes from."""
        if self._grounds is None:
            facts, origins, record = self.sheet.facts, self.sheet.origins, self.sheet.record
            self._grounds = [
                _ground((one.fact, facts.get(one.fact), one.op, one.operand, origins.get(one.fact, record)))
                for one in _why(self.rule)(facts)
            ]
        return self._grounds


# As `Ground(…)`, which costs twice as much: there are several with every flag of every push.
_ground = partial(tuple.__new__, Ground)


class OnSheet(NamedTuple):
    """What holds on one sheet: what is shown, and the rules that it supersedes, holding or not."""

    shown: list[Finding]
    superseded: frozenset[str]


@lru_cache(maxsize=MANY_RULES)
def _why(rule: Rule) -> Why:
    return grounds(rule.condition)


class _Compiled(NamedTuple):
    holds: Test
    fails: Test
    rule: Rule


@dataclass(slots=True)
class Book:
    """The rules and tables that count on one day.

    Attributes:
        rules: by id.
        tables: the values of each table, by its id.
        contexts: by name.
        goes_on: whether an episode can go on from what stood after its visits so far: its rules heed no other sheets.
        of_visits: of the rules about contexts by visit, the name of the context.
        moving: of each context, the facts that move with the days.
    """

    rules: Mapping[str, Rule]
    tables: Mapping[str, Mapping[str, Any]]
    contexts: Mapping[str, Context]
    _plans: dict[str, Plan]
    _compiled: dict[str, _Compiled]
    _superseding: frozenset[str]
    _ticking: dict[str, list[Moving]]
    goes_on: bool
    of_visits: Mapping[str, str]
    moving: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, files: RuleFile, contexts: Mapping[str, Context], on: date) -> "Book":
        """Bind the versions that count on a day.

        Raises:
            RuleError: a rule names a context or a fact that is not there.
        """
        rules = {rule.id: rule for rule in counting(files.rules, on) if not rule.retired}
        tables = {table.id: table.values for table in counting(files.tables, on)}
        _refuse_unknown(rules.values(), contexts)
        compiled = {one.id: _Compiled(holds(one.condition), fails(one.condition), one) for one in rules.values()}
        by_context: dict[str, list[_Compiled]] = defaultdict(list)
        for one in compiled.values():
            by_context[one.rule.about].append(one)
        plans = {name: planned([(one.holds, one.rule) for one in found]) for name, found in by_context.items()}
        superseding = frozenset(rule.id for rule in rules.values() if rule.supersedes)
        ticking = {name: moving_facts([one.rule for one in ones], contexts[name]) for name, ones in by_context.items()}
        visits = {one.id: one.about for one in rules.values() if contexts[one.about].by_visit}
        moving = {
            name: frozenset(one.name for one in context.facts.values() if one.clock != "none")
            for name, context in contexts.items()
        }
        goes_on = _goes_on(rules, contexts)
        return cls(rules, tables, contexts, plans, compiled, superseding, ticking, goes_on, visits, moving)

    def judge(self, sheets: Iterable[Sheet], now: date) -> list[Finding]:
        """Return what holds now, without what is superseded; of visits only the newest of each episode counts."""
        if not self.rules:  # before the first ones begin there are no tables either by which sheets are filled
            return []
        found: dict[str, list[Finding]] = defaultdict(list)
        for sheet in sheets:
            if sheet.newest and (findings := self._findings(sheet, now)):
                found[sheet.subject] += findings
        return [one for per_subject in found.values() for one in self._standing(per_subject)]

    def _findings(self, sheet: Sheet, now: date) -> list[Finding]:
        """Return what holds on one sheet, whatever supersedes it; worked out once a sheet and day."""
        if sheet.held is not None and sheet.held[0] is self and sheet.held[1] == now:
            known: list[Finding] = sheet.held[2]
            return known
        context = self.contexts[sheet.about]
        found = [_finding(rule, sheet, now, context) for rule in self.holding(sheet)]
        sheet.held = (self, now, found)
        return found

    def holding(self, sheet: Sheet) -> list[Rule]:
        """Return the rules that hold on one sheet, whatever supersedes them."""
        plan = None if sheet.over else self._plans.get(sheet.about)
        return plan.holding(sheet.facts) if plan is not None else []

    def standing_on(self, sheet: Sheet, now: date, besides: AbstractSet[str] = frozenset()) -> OnSheet:
        """Return what holds on one sheet, newest or not, without what is superseded there, or by rules `besides`."""
        found = self._findings(sheet, now)
        above = self._superseding.intersection([*besides, *[one.rule.id for one in found]])
        superseded = frozenset().union(*[self.rules[one].supersedes for one in above])
        return OnSheet([one for one in found if one.rule.id not in superseded], superseded)

    def next_look(self, sheet: Sheet, now: date) -> date | None:
        """Return the first day after `now` on which time alone may change what holds on a sheet; None for never."""
        ahead = [(sheet.moves_on - now).days] if sheet.moves_on is not None else []
        for fact, step, limits in self._ticking.get(sheet.about, ()):
            value = sheet.facts.get(fact)
            if value is None:
                continue
            if limits is None:
                return now + timedelta(days=1)
            ahead += [days for limit in limits if (days := ceil((limit - value) * step)) > 0]
        return now + timedelta(days=min(ahead)) if ahead else None

    def fails(self, rule: str, sheet: Sheet) -> bool:
        """Tell whether a rule surely does not hold on a sheet; false also when a value that it needs is not known."""
        return sheet.over or self._compiled[rule].fails(sheet.facts)

    def _standing(self, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the findings of one subject that no other one supersedes; of one rule and episode that due first."""
        above = [one for one in found if one.rule.id in self._superseding]
        below = frozenset().union(*[one.rule.supersedes for one in above])
        once = {(one.rule.id, one.sheet.episode): one for one in sorted(found, key=_precedence, reverse=True)}
        for rule_and_episode, one in once.items():
            rule = rule_and_episode[0]
            if rule not in below or not any(rule in other.rule.supersedes and _together(one, other) for other in above):
                yield one


def _finding(rule: Rule, sheet: Sheet, now: date, context: Context) -> Finding:
    began = began_on(rule, sheet)
    return Finding(rule, sheet, (began or now) + _days(rule.due.days), context, began)


def _precedence(one: Finding) -> tuple[date, str, str]:
    return one.due, one.sheet.about, one.sheet.record or ""


def _together(one: Finding, other: Finding) -> bool:
    """Tell whether two findings of one subject are of one episode; different contexts name their episodes apart."""
    return one.sheet.about != other.sheet.about or one.sheet.episode == other.sheet.episode


def began_on(rule: Rule, sheet: Sheet) -> date | None:
    """Return the day from which a rule held and somebody could know it; None when no record tells.

    A flag must be dealt with by so many days after it began, else after the day on which it is seen.
    """
    due, start = rule.due, sheet.on
    if due.since and (since := sheet.facts.get(due.since)) is not None:
        began: date = since + _days(due.offset) if due.offset else since
        return max(began, start) if start is not None else began
    return start


@lru_cache(maxsize=256)
def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _refuse_unknown(rules: Iterable[Rule], contexts: Mapping[str, Context]) -> None:
    problems = []
    for rule in rules:
        context = contexts.get(rule.about)
        if context is None:
            problems.append(f"{rule.origin}: {rule.id}: no context {rule.about}")
            continue
        named = {leaf.fact for leaf in leaves(rule.condition)} | ({rule.due.since} if rule.due.since else set())
        unknown = sorted(named - context.facts.keys())
        problems += [f"{rule.origin}: {rule.id}: {rule.about} has no fact {fact}" for fact in unknown]
    if problems:
        raise RuleError(problems)


def _goes_on(rules: Mapping[str, Rule], contexts: Mapping[str, Context]) -> bool:
    return not any(
        contexts[rules[lesser].about].by_visit and rules[lesser].about != one.about
        for one in rules.values()
        for lesser in one.supersedes
        if lesser in rules
    )
