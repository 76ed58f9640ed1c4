"""In what two books differ: which rules are others, and which rules must be judged to see what that changes.

Pure, for a dry run before somebody approves the change; it raises and closes nothing.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import NamedTuple

from fieldsync.rules.book import Book
from fieldsync.rules.rule import Rule

# Where a rule was read from changes nothing of what it says.
_SAYS = tuple(one.name for one in fields(Rule) if one.name != "origin")


class Difference(NamedTuple):
    """Ids of rules, of either book.

    `changed`: they are in one book only, or say another thing. `reached`: those, and what they supersede, so that
    other flags of theirs may stand. `judged`: those, and what supersedes them: a book of these alone finds for the
    reached ones what the whole book would.
    """

    changed: frozenset[str]
    reached: frozenset[str]
    judged: frozenset[str]


def difference(before: Book, after: Book) -> Difference:
    """Compare two books of one day; tables that differ may change every rule."""
    ids = before.rules.keys() | after.rules.keys()
    if before.tables != after.tables:
        return Difference(*(frozenset(ids),) * 3)
    changed = {one for one in ids if not alike(before.rules.get(one), after.rules.get(one))}
    either = [*before.rules.values(), *after.rules.values()]
    reached = changed | _supersedes(rule for rule in either if rule.id in changed) & ids
    judged = reached | {rule.id for rule in either if rule.supersedes & reached}
    return Difference(frozenset(changed), frozenset(reached), frozenset(judged))


def alike(one: Rule | None, other: Rule | None) -> bool:
    """Tell whether two versions of a rule say the same."""
    if one is None or other is None:
        return one is other
    return all(getattr(one, name) == getattr(other, name) for name in _SAYS)


def _supersedes(rules: Iterable[Rule]) -> set[str]:
    return set().union(*(rule.supersedes for rule in rules))
