"""The rules that count on a day, compiled, and what they find on sheets.

A finding says which version of which rule holds for whom, when it is due, and because of which values. Every call is
a pure function of the sheets and the day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from fieldsync.rules.facts import Context, Sheet
from fieldsync.rules.reading import RuleError, RuleFile
from fieldsync.rules.rule import Rule, counting
from fieldsync.rules.tree import NUMERIC, Test, Why, fails, grounds, holds, leaves, needs

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
    """That a rule holds for a subject now."""

    rule: Rule
    sheet: Sheet
    due: date
    context: Context
    _grounds: Sequence[Ground] | None = None

    @property
    def grounds(self) -> Sequence[Ground]:
        """The values because of which it holds, each with the record that it comes from."""
        if self._grounds is None:
            facts, origins, record = self.sheet.facts, self.sheet.origins, self.sheet.record
            self._grounds = [
                Ground(one.fact, facts.get(one.fact), one.op, one.operand, origins.get(one.fact, record))
                for one in _why(self.rule)(facts)
            ]
        return self._grounds


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
    """

    rules: Mapping[str, Rule]
    tables: Mapping[str, Mapping[str, Any]]
    contexts: Mapping[str, Context]
    _plans: dict[str, list[tuple[str | None, list[tuple[Test, Rule]]]]]
    _compiled: dict[str, _Compiled]
    _superseding: frozenset[str]
    _clocks: dict[str, list[tuple[str, tuple[float, ...] | None]]]
    goes_on: bool
    of_visits: Mapping[str, str]

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
        plans = {name: _planned(found) for name, found in by_context.items()}
        superseding = frozenset(rule.id for rule in rules.values() if rule.supersedes)
        clocks = {name: _clocks(found, contexts[name]) for name, found in by_context.items()}
        visits = {one.id: one.about for one in rules.values() if contexts[one.about].by_visit}
        return cls(rules, tables, contexts, plans, compiled, superseding, clocks, _goes_on(rules, contexts), visits)

    def judge(self, sheets: Iterable[Sheet], now: date) -> list[Finding]:
        """Return what holds now, without what is superseded; of visits only the newest of each episode counts."""
        if not self.rules:  # before the first ones begin there are no tables either by which sheets are filled
            return []
        found: dict[str, list[Finding]] = defaultdict(list)
        for sheet in sheets:
            if sheet.newest:
                for rule in self.holding(sheet):
                    due, context = due_of(rule, sheet, now), self.contexts[sheet.about]
                    found[sheet.subject].append(Finding(rule, sheet, due, context))
        return [one for per_subject in found.values() for one in self._standing(per_subject)]

    def holding(self, sheet: Sheet) -> list[Rule]:
        """Return the rules that hold on one sheet, whatever supersedes them; worked out once a sheet."""
        if sheet.held is not None and sheet.held[0] is self:
            known: list[Rule] = sheet.held[1]
            return known
        facts = sheet.facts
        found: list[Rule] = []
        if not sheet.over:
            for guard, rules in self._plans.get(sheet.about, ()):
                if guard is None or guard in facts:
                    found += [rule for holds, rule in rules if holds(facts)]
        sheet.held = (self, found)
        return found

    def standing_on(self, sheet: Sheet, now: date, besides: AbstractSet[str] = frozenset()) -> OnSheet:
        """Return what holds on one sheet, newest or not, without what is superseded there, or by rules `besides`."""
        found = self.holding(sheet)
        above = {rule.id for rule in found} | besides
        superseded = frozenset().union(*(self.rules[one].supersedes for one in above & self._superseding))
        context = self.contexts[sheet.about]
        shown = [Finding(rule, sheet, due_of(rule, sheet, now), context) for rule in found if rule.id not in superseded]
        return OnSheet(shown, superseded)

    def next_look(self, sheet: Sheet, now: date) -> date | None:
        """Return the first day after `now` on which time alone may change what holds on a sheet; None for never."""
        ahead: list[int] = []
        for fact, limits in self._clocks.get(sheet.about, ()):
            value = sheet.facts.get(fact)
            if value is None:
                continue
            if limits is None:
                return now + timedelta(days=1)
            ahead += [days for limit in limits if (days := ceil(limit - value)) > 0]
        return now + timedelta(days=min(ahead)) if ahead else None

    def fails(self, rule: str, sheet: Sheet) -> bool:
        """Tell whether a rule surely does not hold on a sheet; false also when a value that it needs is not known."""
        return sheet.over or self._compiled[rule].fails(sheet.facts)

    def _standing(self, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the findings of one subject that no other one supersedes; of one rule and episode that due first."""
        above = [one for one in found if one.rule.id in self._superseding]
        once = {(one.rule.id, one.sheet.episode): one for one in sorted(found, key=_precedence, reverse=True)}
        for one in once.values():
            if not any(one.rule.id in other.rule.supersedes and _together(one, other) for other in above):
                yield one


def _precedence(one: Finding) -> tuple[date, str, str]:
    return one.due, one.sheet.about, one.sheet.record or ""


def _together(one: Finding, other: Finding) -> bool:
    """Tell whether two findings of one subject are of one episode; different contexts name their episodes apart."""
    return one.sheet.about != other.sheet.about or one.sheet.episode == other.sheet.episode


def began_on(rule: Rule, sheet: Sheet) -> date | None:
    """Return the day from which a rule held and somebody could know it; None when no record tells."""
    due, start = rule.due, sheet.on
    if due.since and (since := sheet.facts.get(due.since)) is not None:
        began: date = since + timedelta(days=due.offset)
        return max(began, start) if start is not None else began
    return start


def due_of(rule: Rule, sheet: Sheet, now: date) -> date:
    """Return the day by which a flag must be dealt with: so many days after it began, else after now."""
    return (began_on(rule, sheet) or now) + timedelta(days=rule.due.days)


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


def _clocks(found: Sequence[_Compiled], context: Context) -> list[tuple[str, tuple[float, ...] | None]]:
    """Return the facts of a context that move with the days, with the limits at which something may change.

    A fact that goes up by one a day passes a limit on its day or the day after; any other may change every day.
    """
    limits: dict[str, set[float] | None] = {}
    for one in found:
        for leaf in leaves(one.rule.condition):
            clock = context.facts[leaf.fact].clock
            if clock == "other" or (clock == "days" and leaf.op not in NUMERIC):
                limits[leaf.fact] = None
            elif clock == "days" and (known := limits.setdefault(leaf.fact, set())) is not None:
                known |= {leaf.operand, leaf.operand + 1}
    return [(fact, None if known is None else tuple(sorted(known))) for fact, known in limits.items()]


def _planned(found: Sequence[_Compiled]) -> list[tuple[str | None, list[tuple[Test, Rule]]]]:
    """Group rules by a fact without which they can't hold, the one that fewest rules need: it is seldom there."""
    needed = {one.rule.id: needs(one.rule.condition) for one in found}
    often = Counter(fact for facts in needed.values() for fact in facts)
    groups: dict[str | None, list[tuple[Test, Rule]]] = defaultdict(list)
    for one in found:
        guard = min(needed[one.rule.id], key=lambda fact: (often[fact], fact), default=None)
        groups[guard].append((one.holds, one.rule))
    return list(groups.items())
