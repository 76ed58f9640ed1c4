"""The life of flags as a pure function: sheets and what people did, in; which flags stand open now, out.

Visits are gone through in their own order, whatever the order in which they arrived: a finding opens a flag, a
later visit without it closes one that ends by data, an emergency stays until somebody says what was done.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import orjson

from fieldsync.rules import Book, Finding, Rule, Sheet, began_on

# In a key: whoever the episode belongs to. A split may give a pregnancy to another person than the one before.
ANYBODY = ""


class Key(NamedTuple):
    """By what a flag is one flag: rule, subject, episode."""

    rule: str
    subject: str
    episode: str


class Handled(NamedTuple):
    """That a person dealt with a flag: on which day, and what it rested on then, if that is known."""

    on: date
    mark: str | None


@dataclass(slots=True)
class Standing:
    """A flag that stands open.

    `finding` is what it rests on now, `mark` what that is; `anchored` tells whether `opened_on` and `due` follow from
    the records, or only from the day on which somebody looked.
    """

    finding: Finding
    opened_on: date
    due: date
    mark: str = ""
    anchored: bool = True


@dataclass(slots=True)
class Lives:
    """Which flags stand open, and of those that had opened and do not, why: ``data``, ``superseded`` or ``handled``."""

    standing: dict[Key, Standing] = field(default_factory=dict)
    closed: dict[Key, str] = field(default_factory=dict)


def key_of(rule: Rule, sheet: Sheet) -> Key:
    """Return by what the flag of a rule on a sheet is one flag."""
    return Key(rule.id, sheet.subject, sheet.episode)


def live(book: Book, sheets: Iterable[Sheet], now: date, handled: Mapping[Key, Handled]) -> Lives:
    """Return which flags stand open on the day `now`, given when people dealt with which."""
    lives = Lives()
    visits: dict[tuple[str, str, str], list[Sheet]] = defaultdict(list)
    states = []
    for sheet in sheets:
        if book.contexts[sheet.about].by_visit:
            visits[sheet.about, sheet.subject, sheet.episode].append(sheet)
        else:
            states.append(sheet)
    found = book.judge([*states, *(chain[-1] for chain in visits.values())], now)
    by_subject: dict[str, set[str]] = defaultdict(set)
    for one in found:
        by_subject[one.sheet.subject].add(one.rule.id)
    for one in found:
        if not book.contexts[one.sheet.about].by_visit:
            _stand(lives, book, one, now, handled)
    for (_, subject, _), chain in visits.items():
        _walk(lives, book, chain, now, handled, by_subject[subject])
    return lives


def _stand(lives: Lives, book: Book, finding: Finding, now: date, handled: Mapping[Key, Handled]) -> None:
    """Let what holds now stand, unless a person dealt with it as it is."""
    key, mark = key_of(finding.rule, finding.sheet), mark_of(book, finding)
    done = _done(handled, key)
    if done is not None and done.mark in (None, mark):
        lives.closed[key] = "handled"
        return
    began = began_on(finding.rule, finding.sheet)
    lives.standing[key] = Standing(finding, began or now, finding.due, mark, began is not None)


def _walk(
    lives: Lives,
    book: Book,
    chain: Sequence[Sheet],
    now: date,
    handled: Mapping[Key, Handled],
    raised: set[str],
) -> None:
    """Go through the visits of one episode in their order."""
    open_: dict[Key, Standing] = {}
    for sheet in chain:
        holding = book.standing_on(sheet, now, raised if sheet.newest else frozenset())
        shown = {one.rule.id for one in holding.shown}
        for finding in holding.shown:
            _open(open_, lives, finding, handled)
        for key, one in list(open_.items()):
            if key.rule in shown:
                continue
            if key.rule in holding.superseded:
                lives.closed[key] = "superseded"
            elif one.finding.rule.ends == "data" and book.fails(key.rule, sheet):
                lives.closed[key] = "data"
            else:
                continue
            del open_[key]
    for one in open_.values():
        one.mark = mark_of(book, one.finding)
    lives.standing |= open_


def _open(open_: dict[Key, Standing], lives: Lives, finding: Finding, handled: Mapping[Key, Handled]) -> None:
    key = key_of(finding.rule, finding.sheet)
    done, on = _done(handled, key), finding.sheet.on
    if done is not None and (on is None or on <= done.on):
        lives.closed[key] = "handled"
        return
    lives.closed.pop(key, None)
    there = open_.get(key)
    if there is not None:
        there.finding = finding
    else:
        open_[key] = Standing(finding, on or finding.due, finding.due)


def _done(handled: Mapping[Key, Handled], key: Key) -> Handled | None:
    """Return what people did about a flag: under its subject, or for its episode when that was another's before."""
    return handled.get(key) or handled.get(key._replace(subject=ANYBODY))


def mark_of(book: Book, finding: Finding) -> str:
    """Return 32 hexadecimal digits that change when a finding rests on other values, and not by the days alone."""
    facts = book.contexts[finding.sheet.about].facts
    rests_on = [
        (one.fact, one.record, None if facts[one.fact].clock != "none" else _plain(one.value))
        for one in finding.grounds
    ]
    return sha256(orjson.dumps(sorted(rests_on, key=repr))).hexdigest()[:32]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
