"""Why a flag is there, said in a sentence in Indonesian and English, and as data.

Only what the finding rests on is told: each value beside its limit, or that nothing was ever recorded. What to do
about it is the rule's action, not this.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from fieldsync.rules.book import Finding, Ground
from fieldsync.rules.facts import Context, Fact
from fieldsync.rules.packing import plain
from fieldsync.rules.wording import (
    LANGUAGES,
    SIGNS,
    WORDS,
    Words,
    day_text,
    list_text,
    measure_text,
    quantity_text,
    value_text,
)


class Basis(NamedTuple):
    """What a finding rests on: the kind of subject, the values, and the day of the visit that told them."""

    context: Context
    grounds: Sequence[Ground]
    on: date | None


def basis_of(finding: Finding) -> Basis:
    """Return what a finding rests on."""
    return Basis(finding.context, finding.grounds, finding.sheet.on)


def explain(basis: Basis) -> dict[str, str]:
    """Return because of what a rule holds: a sentence without capital or full stop, by language (`id`, `en`)."""
    context, grounds, on = basis
    by_fact: dict[str, list[Ground]] = {}
    for ground in grounds:
        by_fact.setdefault(ground.fact, []).append(ground)
    said = {}
    for language in LANGUAGES:
        words = WORDS[language]
        parts = [_told(context.facts[name], some, context, words) for name, some in by_fact.items()]
        visit = f", {words.visit} {day_text(on, words)}" if context.by_visit and on is not None else ""
        said[language] = "; ".join(parts) + visit
    return said


def evidence(basis: Basis) -> list[dict[str, Any]]:
    """Return because of what a rule holds, as JSON takes it.

    Each: ``{"fact", "label": {"id", "en"}, "value", "unit", "op", "limit", "record"}``; a date is a text, codes are a
    list; the value is null where the rule holds because it is not known, the record where none is.
    """
    return [
        {
            "fact": one.fact,
            "label": dict(basis.context.facts[one.fact].label),
            "value": plain(one.value),
            "unit": basis.context.facts[one.fact].unit,
            "op": one.op,
            "limit": plain(one.limit),
            "record": one.record,
        }
        for one in basis.grounds
    ]


def _told(fact: Fact, grounds: Sequence[Ground], context: Context, words: Words) -> str:
    """Return what is known of one fact, with all the limits that it is held against."""
    label, value = fact.label[words.language], grounds[0].value
    if value is None:
        return f"{label} {words.absent if context.by_visit else words.never}"
    if fact.kind == "number":
        return f"{label} {_number(fact, grounds, words)}"
    if fact.kind in ("codes", "texts"):
        return f"{label}: {_several(fact, grounds, words)}"
    return f"{label}: {value_text(fact, value, words)}"


def _number(fact: Fact, grounds: Sequence[Ground], words: Words) -> str:
    value = grounds[0].value
    limits = [(SIGNS[one.op], one.limit) for one in grounds if one.op in SIGNS]
    # A value that would look equal to its limit when rounded is told in full.
    close = any(limit != value and round(limit, 2) == round(value, 2) for _, limit in limits)
    held = f" {words.and_} ".join(f"{sign} {quantity_text(fact, limit, words)}" for sign, limit in limits)
    told = quantity_text(fact, value, words, places=6 if close else 2)
    return f"{told} {held}".rstrip() + measure_text(fact, words)


def _several(fact: Fact, grounds: Sequence[Ground], words: Words) -> str:
    """Return which of the values count; those that must not be there, when they are what it rests on; else all."""
    value = grounds[0].value
    met = {code for one in grounds if one.op == "has_any" for code in one.limit if code in value}
    barred = {code for one in grounds if one.op == "has_none" for code in one.limit}
    if barred and not met:
        return f"{words.none_of} {list_text(fact, barred, words)}"
    return list_text(fact, met or value, words) or words.nothing
