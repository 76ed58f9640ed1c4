"""What rules in another version would change: which flags there would be, which are new, which would go.

Pure, for a dry run before somebody approves the change; it raises and closes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from fieldsync.rules.book import Book, Finding
from fieldsync.rules.facts import Sheet


class Comparison(NamedTuple):
    """All findings of the later rules; those that only they make; those that only the earlier ones made."""

    fires: list[Finding]
    new: list[Finding]
    gone: list[Finding]


def compare(before: Book, after: Book, sheets: Iterable[Sheet], now: date) -> Comparison:
    """Judge the same sheets by two books; their tables must be alike, else fill sheets anew: `differences`."""
    same = list(sheets)
    return differences(before.judge(same, now), after.judge(same, now))


def differences(before: Iterable[Finding], after: Sequence[Finding]) -> Comparison:
    """Compare findings by what makes a flag one: rule, subject and episode."""
    earlier = {_key(one): one for one in before}
    later = {_key(one) for one in after}
    new = [one for one in after if _key(one) not in earlier]
    return Comparison(list(after), new, [one for key, one in earlier.items() if key not in later])


def _key(one: Finding) -> tuple[str, str, str]:
    return one.rule.id, one.sheet.subject, one.sheet.episode
