"""What is wrong with rules as a set: words that nothing knows, limits that make no sense, versions that clash.

Says everything at once, each thing in one line. What passes can still be medically wrong: a human must approve rules.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from fieldsync.rules.facts import Context, Fact, Kind
from fieldsync.rules.reaching import can_hold
from fieldsync.rules.reading import RuleFile
from fieldsync.rules.rule import Rule, Table, counting
from fieldsync.rules.tree import NUMERIC, All, AnyOf, Leaf, Node, Not, leaves

_ONE = frozenset({"is", "is_not", "in", "not_in", "known"})
_SEVERAL = frozenset({"has_any", "has_none", "known"})
_TAKES: Mapping[Kind, frozenset[str]] = {
    "number": NUMERIC | _ONE,
    "bool": frozenset({"is", "is_not", "known"}),
    "code": _ONE,
    "codes": _SEVERAL,
    "date": frozenset({"known"}),
    "text": _ONE,
    "texts": _SEVERAL,
}
_OPERANDS: Mapping[Kind, str] = {"number": "a number", "bool": "true or false"}


class Problem(NamedTuple):
    """One thing that is wrong: the file, the rule or table in it, and what."""

    file: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.what}"


@dataclass(frozen=True)
class Known:
    """What rules may name besides contexts and facts: the keys of sources, and programs."""

    sources: frozenset[str]
    programs: frozenset[str]

    @cached_property
    def naming(self) -> re.Pattern[str]:
        """Return what finds a key of a source in a text."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(self.sources, reverse=True)))})(?!\w)")


def check(files: RuleFile, contexts: Mapping[str, Context], known: Known) -> list[Problem]:
    """Return what is wrong with rules and tables together; empty when nothing is."""
    ids = {rule.id for rule in files.rules}
    found = [*_of_versions(files.rules), *_of_versions(files.tables), *_of_circles(files.rules)]
    found += [_problem(one, what) for one in files.tables for what in _of_source(one.source, known)]
    for rule in files.rules:
        found += [_problem(rule, what) for what in _of_rule(rule, ids, contexts, known)]
    return found


def _problem(one: Rule | Table, what: str) -> Problem:
    return Problem(one.origin, one.id, what if one.version == 1 else f"version {one.version}: {what}")


def _of_versions(versions: Iterable[Rule] | Iterable[Table]) -> Iterator[Problem]:
    """Yield versions of one rule that have one number, or of which the higher does not begin later."""
    by_id: dict[str, list[Rule | Table]] = defaultdict(list)
    for one in versions:
        by_id[one.id].append(one)
    for same in by_id.values():
        same.sort(key=lambda one: one.version)
        for before, after in pairwise(same):
            if before.version == after.version:
                yield _problem(after, f"version {after.version} is also in {before.origin}")
            elif after.valid_from <= before.valid_from:
                yield _problem(after, f"begins {after.valid_from}, but version {before.version} {before.valid_from}")


def _of_circles(rules: Sequence[Rule]) -> Iterator[Problem]:
    """Yield rules that supersede themselves, over others or at once, on any day."""
    told: set[str] = set()
    for day in sorted({rule.valid_from for rule in rules}):
        above = _superseding(rules, day)
        for rule in above.values():
            below, ahead = set[str](), list(rule.supersedes)
            while ahead:
                if (one := ahead.pop()) not in below and one in above:
                    below.add(one)
                    ahead.extend(above[one].supersedes)
            if rule.id in below and rule.id not in told:
                told.add(rule.id)
                yield _problem(rule, "supersedes itself, in a circle")


def _superseding(rules: Iterable[Rule], day: date) -> dict[str, Rule]:
    return {rule.id: rule for rule in counting(rules, day) if rule.supersedes and not rule.retired}


def _of_rule(rule: Rule, ids: set[str], contexts: Mapping[str, Context], known: Known) -> Iterator[str]:
    yield from _of_source(rule.source, known)
    yield from (f"no program {one}" for one in rule.programs if one not in known.programs)
    yield from (f"program {one} twice" for one, times in Counter(rule.programs).items() if times > 1)
    if not rule.programs:
        yield "no program gets its flags"
    yield from (f"supersedes {one}, which is no rule" for one in sorted(rule.supersedes - ids))
    if rule.severity == "emergency" and not rule.closed_within_hours:
        yield "an emergency needs closed_within_hours"
    used = {leaf.parameter for leaf in leaves(rule.condition)}
    yield from (f"parameter {one} is never used" for one in rule.parameters if one not in used)
    if rule.about not in contexts:
        yield f"no context {rule.about}"
    elif not rule.retired:  # what ends a rule may name facts that ended with it
        yield from _of_condition(rule, contexts[rule.about])


def _of_source(source: str, known: Known) -> Iterator[str]:
    strange = sorted(set(re.findall(r"\bS\d+\b", source)) - known.sources)
    yield from (f"no source {one}" for one in strange)
    if not strange and not known.naming.search(source):
        yield f"its source names no known one: {source}"


def _of_condition(rule: Rule, context: Context) -> Iterator[str]:
    named = dict.fromkeys([leaf.fact for leaf in leaves(rule.condition)])
    strange = [fact for fact in named if fact not in context.facts]
    yield from (f"{context.name} has no fact {fact}" for fact in strange)
    since = rule.due.since
    if since and (since not in context.facts or context.facts[since].kind != "date"):
        yield f"due: {since} is no date of {context.name}"
    if not rule.restricted:
        private = [fact for fact in named if fact not in strange and context.facts[fact].restricted]
        yield from (f"{fact} is restricted, so the rule must be" for fact in private)
    if strange:
        return
    wrong = [
        what
        for leaf in dict.fromkeys(leaves(rule.condition))
        for what in _of_leaf(leaf, context.facts[leaf.fact], rule)
    ]
    yield from wrong
    if not wrong:
        yield from _of_reach(rule.condition, context)


def _of_leaf(leaf: Leaf, fact: Fact, rule: Rule) -> Iterator[str]:
    if leaf.op not in _TAKES[fact.kind]:
        yield f"{fact.name}: {leaf.op} does not go with a {fact.kind}"
        return
    values = _operands(leaf)
    wanted: Kind = "bool" if leaf.op == "known" else fact.kind
    strange = [value for value in values if not _goes(value, wanted, fact)]
    if strange or not values:
        told = _OPERANDS.get(wanted, "a code of its list" if fact.codes is not None else "a text")
        yield f"{fact.name}: {leaf.op} takes {told}, not {', '.join(map(str, strange)) or 'nothing'}"
    elif wanted == "number":
        yield from _of_limit(leaf, values, fact, rule)


def _operands(leaf: Leaf) -> list[Any]:
    return sorted(leaf.operand, key=str) if isinstance(leaf.operand, frozenset) else [leaf.operand]


def _goes(value: Any, kind: Kind, fact: Fact) -> bool:
    if kind == "number":
        return type(value) in (int, float)
    if kind == "bool":
        return type(value) is bool
    return isinstance(value, str) and (fact.codes is None or value in fact.codes)


def _of_limit(leaf: Leaf, values: Iterable[float], fact: Fact, rule: Rule) -> Iterator[str]:
    if not leaf.parameter:
        yield f"{fact.name}: a number must be a parameter, so that it has a name and a unit"
    elif (unit := rule.parameters[leaf.parameter].unit) != fact.unit:
        yield f"parameter {leaf.parameter} is in {unit or 'no unit'}, but {fact.name} in {fact.unit or 'none'}"
    low, high = fact.limits or (float("-inf"), float("inf"))
    # Written so that what is no number at all is outside too.
    outside = [value for value in values if not low <= value <= high]
    yield from (f"{fact.name}: {value} is outside its range, {low} to {high}" for value in outside)


def _of_reach(condition: Node, context: Context) -> Iterator[str]:
    if not can_hold(condition, context.facts):
        yield "it can never fire: its condition contradicts itself"
        return
    for part in _alternatives(condition, wanted=True):
        if not can_hold(part, context.facts):
            about = ", ".join(dict.fromkeys(leaf.fact for leaf in leaves(part)))
            yield f"a part of it can never count: that on {about} contradicts itself"


def _alternatives(node: Node, *, wanted: bool) -> Iterator[Node]:
    """Yield the parts of which one is enough, each as a condition that must be able to hold."""
    match node:
        case Not(part):
            yield from _alternatives(part, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            for part in parts:
                if isinstance(node, AnyOf) == wanted:
                    yield part if wanted else Not(part)
                yield from _alternatives(part, wanted=wanted)
