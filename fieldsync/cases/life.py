"""The life of flags as a pure function: sheets and what people did, in; which flags stand open now, out.

Visits are gone through in their own order, whatever the order in which they arrived: a finding opens a flag, a
later visit without it closes one that ends by data, an emergency stays until somebody says what was done.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

import orjson

from fieldsync.rules import Book, Finding, Rule, Sheet, plain

# In a key: whoever the episode belongs to. A split may give a pregnancy to another person than the one before.
ANYBODY = ""


class Key(NamedTuple):
    """By what a flag is one flag: rule, subject, episode."""

    rule: str
    subject: str
    episode: str


class Episode(NamedTuple):
    """Whose visits belong together: context, subject, episode."""

    about: str
    subject: str
    episode: str


class Stood(NamedTuple):
    """A flag that stood open: since when, and until when it must be dealt with."""

    opened_on: date
    due: date


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
    """Which flags stand open, and of those that had opened and do not, why: ``data``, ``superseded`` or ``handled``.

    `kept` stand as they stood: no visit that was looked at said anything of them.
    """

    standing: dict[Key, Standing] = field(default_factory=dict)
    closed: dict[Key, str] = field(default_factory=dict)
    kept: set[Key] = field(default_factory=set)


def key_of(rule: Rule, sheet: Sheet) -> Key:
    """Return by what the flag of a rule on a sheet is one flag."""
    return Key(rule.id, sheet.subject, sheet.episode)


def live(
    book: Book,
    sheets: Iterable[Sheet],
    now: date,
    handled: Mapping[Key, Handled],
    stood: Mapping[Episode, Mapping[Key, Stood]] = MappingProxyType({}),
) -> Lives:
    """Return which flags stand open on a day.

    Args:
        book: the rules.
        sheets: of some subjects, all that there are; of an episode that is continued, those of the visits since.
        now: the day.
        handled: when people dealt with which flags.
        stood: per episode that is continued, which flags stood open after the visits before.
    """
    lives = Lives()
    visits: dict[Episode, list[Sheet]] = defaultdict(list)
    states = []
    for sheet in sheets:
        if book.contexts[sheet.about].by_visit:
            visits[Episode(sheet.about, sheet.subject, sheet.episode)].append(sheet)
        else:
            states.append(sheet)
    found = book.judge([*states, *(chain[-1] for chain in visits.values())], now)
    by_subject: dict[str, set[str]] = defaultdict(set)
    for one in found:
        by_subject[one.sheet.subject].add(one.rule.id)
    for one in found:
        if not book.contexts[one.sheet.about].by_visit:
            _stand(lives, book, one, now, handled)
    for episode, chain in visits.items():
        before = stood.get(episode, {}) if chain[0].continued else {}
        _walk(lives, book, chain, now, handled, by_subject[episode.subject], before)
    return lives


def _stand(lives: Lives, book: Book, finding: Finding, now: date, handled: Mapping[Key, Handled]) -> None:
    """Let what holds now stand, unless a person dealt with it as it is."""
    key, mark = key_of(finding.rule, finding.sheet), mark_of(book, finding)
    done = _done(handled, key)
    if done is not None and done.mark in (None, mark):
        lives.closed[key] = "handled"
        return
    began = finding.began
    lives.standing[key] = Standing(finding, began or now, finding.due, mark, began is not None)


def _walk(
    lives: Lives,
    book: Book,
    chain: Sequence[Sheet],
    now: date,
    handled: Mapping[Key, Handled],
    raised: set[str],
    before: Mapping[Key, Stood],
) -> None:
    """Go through the visits of one episode in their order."""
    open_: dict[Key, Standing | Stood] = dict(before)
    for sheet in chain:
        holding = book.standing_on(sheet, now, raised if sheet.newest else frozenset())
        shown = {one.rule.id for one in holding.shown}
        for finding in holding.shown:
            _open(open_, lives, finding, handled)
        for key in [one for one in open_ if one.rule not in shown]:
            if key.rule in holding.superseded:
                lives.closed[key] = "superseded"
            elif book.rules[key.rule].ends == "data" and book.fails(key.rule, sheet):
                lives.closed[key] = "data"
            else:
                continue
            del open_[key]
    for key, one in open_.items():
        if isinstance(one, Standing):
            one.mark = mark_of(book, one.finding)
            lives.standing[key] = one
        else:
            lives.kept.add(key)


def _open(open_: dict[Key, Standing | Stood], lives: Lives, finding: Finding, handled: Mapping[Key, Handled]) -> None:
    key = key_of(finding.rule, finding.sheet)
    done, on = _done(handled, key), finding.sheet.on
    if done is not None and (on is None or on <= done.on):
        lives.closed[key] = "handled"
        return
    lives.closed.pop(key, None)
    there = open_.get(key)
    if isinstance(there, Standing):
        there.finding = finding
    elif there is not None:
        open_[key] = Standing(finding, there.opened_on, there.due)
    else:
        open_[key] = Standing(finding, on or finding.due, finding.due)


def _done(handled: Mapping[Key, Handled], key: Key) -> Handled | None:
    """Return what people did about a flag: under its subject, or for its episode when that was another's before."""
    return (handled.get(key) or handled.get(Key(key.rule, ANYBODY, key.episode))) if handled else None


def mark_of(book: Book, finding: Finding) -> str:
    """Return 32 hexadecimal digits that change when a finding rests on other values.

    Neither the days alone change it, nor another record without a value that was not known before either.
    """
    moving = book.moving[finding.sheet.about]
    rests_on = [
        (fact,) if value is None or fact in moving else (fact, record, value)
        for fact, value, _, _, record in finding.grounds
    ]
    return blake2b(orjson.dumps(rests_on, default=plain), digest_size=16).hexdigest()
