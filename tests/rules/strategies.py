"""Any catalogue of facts, any condition over it, and whatever may be known of a subject."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fieldsync.rules import Context, Due, Fact, Rule, Sheet
from fieldsync.rules.rule import SEVERITIES, Parameter
from fieldsync.rules.tree import All, AnyOf, Leaf, Node, Not

# A machine that does other things as well is no mistake of the rules.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOW = date(2026, 3, 10)
FIRST = date(2026, 1, 1)
CODES = ("a", "b", "c", "d")
NUMBERS = st.one_of(st.integers(-5, 5), st.sampled_from((-2.5, 0.0, 0.1, 2.004, 2.5)))
UNITS = ("", "mmHg", "days", "/min", "%", "years")
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
_NUMERIC = ("at_least", "over", "at_most", "under")


def label(text: str) -> Mapping[str, str]:
    return {"id": f"{text} (id)", "en": f"{text} (en)"}


@st.composite
def facts(draw: st.DrawFn, name: str) -> Fact:
    kind = draw(st.sampled_from(("number", "bool", "code", "codes", "date", "text", "texts")))
    listed = kind in ("code", "codes") and draw(st.booleans())
    codes = {code: label(code) for code in CODES} if listed else None
    unit = draw(st.sampled_from(UNITS)) if kind == "number" else ""
    return Fact(name=name, kind=kind, label=label(name), unit=unit, codes=codes)


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, Fact]:
    names = draw(st.lists(st.sampled_from(("f1", "f2", "f3", "ga_at_visit_days", "f5")), min_size=1, unique=True))
    return {name: draw(facts(name)) for name in names}


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Return what a fact may be when it is known."""
    some = st.lists(st.sampled_from(CODES), max_size=3, unique=True)
    return {
        "number": NUMBERS,
        "bool": st.booleans(),
        "code": st.sampled_from(CODES),
        "codes": some.map(frozenset),
        "date": DAYS,
        "text": st.sampled_from(CODES),
        "texts": some.map(tuple),
    }[fact.kind]


@st.composite
def known(draw: st.DrawFn, catalogue: Mapping[str, Fact]) -> dict[str, Any]:
    """What is on a sheet: any part of the catalogue."""
    return {name: draw(values(fact)) for name, fact in catalogue.items() if draw(st.booleans())}


@st.composite
def leaves(draw: st.DrawFn, catalogue: Mapping[str, Fact]) -> Leaf:
    fact = draw(st.sampled_from(list(catalogue.values())))
    several = st.frozensets(st.sampled_from(CODES), min_size=1, max_size=3)
    tests = [st.tuples(st.just("known"), st.booleans())]
    if fact.kind == "number":
        tests.append(st.tuples(st.sampled_from((*_NUMERIC, "is", "is_not")), NUMBERS))
    elif fact.kind in ("codes", "texts"):
        tests.append(st.tuples(st.sampled_from(("has_any", "has_none")), several))
    elif fact.kind == "bool":
        tests.append(st.tuples(st.sampled_from(("is", "is_not")), st.booleans()))
    elif fact.kind != "date":
        tests.append(st.tuples(st.sampled_from(("is", "is_not")), st.sampled_from(CODES)))
        tests.append(st.tuples(st.sampled_from(("in", "not_in")), several))
    return Leaf(fact.name, *draw(st.one_of(tests)))


def conditions(catalogue: Mapping[str, Fact]) -> st.SearchStrategy[Node]:
    parts = lambda inner: st.lists(inner, min_size=1, max_size=4).map(tuple)  # noqa: E731 # used twice, here only
    return st.recursive(
        leaves(catalogue),
        lambda inner: st.one_of(parts(inner).map(All), parts(inner).map(AnyOf), inner.map(Not)),
        max_leaves=8,
    )


def rule(condition: Node, **changes: Any) -> Rule:
    given = {
        "id": "R-01",
        "version": 1,
        "about": "subject",
        "valid_from": FIRST,
        "severity": "routine",
        "title": label("title"),
        "action": label("action"),
        "source": "S1",
        "programs": ("maternal",),
        "condition": condition,
        "parameters": MappingProxyType({}),
        "due": Due(7),
    }
    return Rule(**{**given, **changes})


def parameters(**given: tuple[Any, str]) -> Mapping[str, Parameter]:
    return {name: Parameter(name, value, unit) for name, (value, unit) in given.items()}


def context(catalogue: Mapping[str, Fact], name: str = "subject", *, by_visit: bool = False) -> Context:
    return Context(name, label(name), catalogue, by_visit)


@st.composite
def rule_sets(draw: st.DrawFn, catalogue: Mapping[str, Fact], about: tuple[str, ...] = ("subject",)) -> list[Rule]:
    """Rules R-1 to R-n on these contexts, which supersede each other in any way."""
    number = draw(st.integers(1, 6))
    ids = [f"R-{at}" for at in range(number)]
    return [
        rule(
            draw(conditions(catalogue)),
            id=one,
            about=draw(st.sampled_from(about)),
            severity=draw(st.sampled_from(SEVERITIES)),
            supersedes=draw(st.frozensets(st.sampled_from(ids), max_size=2)) - {one},
        )
        for one in ids
    ]


@st.composite
def sheets(draw: st.DrawFn, catalogue: Mapping[str, Fact], about: tuple[str, ...] = ("subject",)) -> Sheet:
    return Sheet(
        about=draw(st.sampled_from(about)),
        subject=draw(st.sampled_from(("W1", "W2"))),
        episode=draw(st.sampled_from(("E1", "E2"))),
        on=draw(st.none() | DAYS),
        record=draw(st.none() | st.just("V1")),
        facts=draw(known(catalogue)),
        newest=draw(st.booleans()),
    )
