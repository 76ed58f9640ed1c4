"""What a book finds: the same whatever the order of rules and sheets, and whatever plan it looks by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.rules import Book, Due, Fact, RuleError, RuleFile, Sheet, Table, difference
from fieldsync.rules.book import began_on
from fieldsync.rules.tree import Leaf, holds
from tests.rules.strategies import FIRST, NOW, UNHURRIED, catalogues, context, label, rule, rule_sets, sheets

BOTH = ("subject", "visit")
PULSE = Fact(name="pulse", kind="number", label=label("pulse"), unit="/min", limits=(30, 220))
BORN = Fact(name="born", kind="date", label=label("born"))
SUBJECT = {"subject": context({"pulse": PULSE, "born": BORN})}
FAST = Leaf("pulse", "over", 100, "fast")


def told(found):
    return sorted((one.rule.id, one.sheet.about, one.sheet.subject, one.sheet.episode, one.due) for one in found)


@st.composite
def cases(draw):
    catalogue = draw(catalogues())
    contexts = {name: context(catalogue, name) for name in BOTH}
    return contexts, draw(rule_sets(catalogue, BOTH)), draw(st.lists(sheets(catalogue, BOTH), max_size=6))


@UNHURRIED
@given(cases())
def test_the_plan_of_a_book_never_changes_what_holds(case):
    contexts, rules, given_sheets = case
    book = Book.of(RuleFile(rules, []), contexts, NOW)
    for sheet in given_sheets:
        plain = {one.id for one in rules if one.about == sheet.about and holds(one.condition)(sheet.facts)}
        assert {one.id for one in book.holding(sheet)} == plain


HALVES = {one: {"id": one, "en": one} for one in ("a", "b", "c")}
GATED = {
    "subject": context(
        {
            "pulse": PULSE,
            "side": Fact(name="side", kind="code", label=label("side"), codes=HALVES),
            "signs": Fact(name="signs", kind="codes", label=label("signs"), codes=HALVES),
        }
    )
}
BEHIND_GATES = (
    Leaf("pulse", "at_least", 100),
    Leaf("pulse", "over", 110),
    Leaf("pulse", "at_most", 60),
    Leaf("pulse", "under", 50),
    Leaf("side", "is", "a"),
    Leaf("side", "in", frozenset({"a", "b"})),
    Leaf("signs", "has_any", frozenset({"a"})),
    Leaf("signs", "has_any", frozenset({"b", "c"})),
    Leaf("signs", "has_none", frozenset({"c"})),
    Leaf("pulse", "known", False),
)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, {9}),
        ({"pulse": 100}, {0}),
        ({"pulse": 110}, {0}),
        ({"pulse": 110.5}, {0, 1}),
        ({"pulse": 99.9}, set()),
        ({"pulse": 60}, {2}),
        ({"pulse": 50}, {2}),
        ({"pulse": 49.9}, {2, 3}),
        ({"pulse": 80, "side": "a"}, {4, 5}),
        ({"pulse": 80, "side": "b"}, {5}),
        ({"pulse": 80, "side": "c"}, set()),
        ({"pulse": 80, "signs": frozenset()}, {8}),
        ({"pulse": 80, "signs": frozenset({"a", "b"})}, {6, 7, 8}),
        ({"pulse": 80, "signs": frozenset({"c"})}, {7}),
    ],
)
def test_several_rules_behind_one_gate_hold_each_by_its_own_limit(facts, found):
    rules = [rule(one, id=f"R{at}") for at, one in enumerate(BEHIND_GATES)]
    book = Book.of(RuleFile(rules, []), GATED, NOW)
    holding = book.holding(Sheet(about="subject", subject="s", episode="e", facts=facts))
    assert {one.id for one in holding} == {f"R{at}" for at in found}


@UNHURRIED
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rules_and_sheets_does_not_matter(case, rng):
    contexts, rules, given_sheets = case
    first = Book.of(RuleFile(rules, []), contexts, NOW).judge(given_sheets, NOW)
    shuffled, others = list(rules), list(given_sheets)
    rng.shuffle(shuffled)
    rng.shuffle(others)
    assert told(Book.of(RuleFile(shuffled, []), contexts, NOW).judge(others, NOW)) == told(first)


@UNHURRIED
@given(cases())
def test_what_stands_is_what_holds_without_what_is_superseded(case):
    contexts, rules, given_sheets = case
    fired = [
        (one, sheet)
        for sheet in given_sheets
        if sheet.newest
        for one in rules
        if one.about == sheet.about and holds(one.condition)(sheet.facts)
    ]

    def superseded(one, sheet):
        return any(
            one.id in above.supersedes
            and other.subject == sheet.subject
            and (other.about != sheet.about or other.episode == sheet.episode)
            for above, other in fired
        )

    found = Book.of(RuleFile(rules, []), contexts, NOW).judge(given_sheets, NOW)
    due = {}
    for one, sheet in fired:
        if not superseded(one, sheet):
            due.setdefault((one.id, sheet.subject, sheet.episode), []).append(
                (began_on(one, sheet) or NOW) + timedelta(days=one.due.days)
            )
    assert sorted((one.rule.id, one.sheet.subject, one.sheet.episode) for one in found) == sorted(due)
    assert all(one.due == min(due[one.rule.id, one.sheet.subject, one.sheet.episode]) for one in found)


@UNHURRIED
@given(cases())
def test_the_rules_that_differ_are_judged_alike_without_the_others(case):
    contexts, rules, given_sheets = case
    before, after = RuleFile(rules[:-1], []), RuleFile(rules[1:], [])
    books = [Book.of(files, contexts, NOW) for files in (before, after)]
    changed, reached, judged = difference(*books)
    assert changed == books[0].rules.keys() ^ books[1].rules.keys()
    assert changed <= reached <= judged
    left = []
    for files, book in zip((before, after), books, strict=True):
        few = Book.of(RuleFile([one for one in files.rules if one.id in judged], []), contexts, NOW)
        found = book.judge(given_sheets, NOW)
        assert told(one for one in few.judge(given_sheets, NOW) if one.rule.id in reached) == told(
            one for one in found if one.rule.id in reached
        )
        left.append(told(one for one in found if one.rule.id not in reached))
    assert left[0] == left[1]


def test_a_rule_that_says_another_thing_is_another_and_tables_may_change_all():
    def of(*tables, **changes):
        above = rule(FAST, **{"id": "R-02", "supersedes": frozenset({"R-01"}), **changes})
        return Book.of(RuleFile([rule(FAST), above], list(tables)), SUBJECT, NOW)

    book, moved, later = of(), of(origin="x"), of(due=Due(9))
    assert difference(book, moved) == (frozenset(), frozenset(), frozenset())
    assert difference(book, later) == ({"R-02"}, {"R-01", "R-02"}, {"R-01", "R-02"})
    table = Table(id="t", version=1, valid_from=FIRST, source="S1", values={"a": 1})
    assert difference(book, of(table)).changed == {"R-01", "R-02"}


def sheet(facts, **changes):
    return Sheet(**{"about": "subject", "subject": "W1", "episode": "P1", "facts": facts, **changes})


def found(rules, *given_sheets, now=NOW):
    return Book.of(RuleFile(rules, []), SUBJECT, now).judge(given_sheets, now)


@pytest.mark.parametrize(
    ("now", "version"),
    [
        ("2025-12-31", None),
        ("2026-01-01", 1),
        ("2026-05-31", 1),
        ("2026-06-01", 2),
        ("2026-08-31", 2),
        ("2026-09-01", None),
    ],
)
def test_the_version_that_counts_on_a_day(now, version):
    versions = [
        rule(FAST, version=2, valid_from=date(2026, 6, 1)),
        rule(FAST),
        rule(FAST, version=3, valid_from=date(2026, 9, 1), retired=True),
    ]
    ids = [one.rule.version for one in found(versions, sheet({"pulse": 120}), now=date.fromisoformat(now))]
    assert ids == ([version] if version else [])


@pytest.mark.parametrize(
    ("due", "on", "born", "expected"),
    [
        (Due(7), None, None, NOW + timedelta(7)),
        (Due(7), date(2026, 3, 1), None, date(2026, 3, 8)),
        (Due(14, "born", 60), None, date(2026, 1, 1), date(2026, 3, 16)),
        (Due(14, "born", 60), date(2026, 3, 9), date(2026, 1, 1), date(2026, 3, 23)),
        (Due(14, "born", 60), date(2026, 1, 5), date(2026, 1, 1), date(2026, 3, 16)),
        (Due(14, "born", 60), date(2026, 1, 5), None, date(2026, 1, 19)),
    ],
)
def test_when_a_flag_is_due(due, on, born, expected):
    facts = {"pulse": 120} | ({"born": born} if born else {})
    assert [one.due for one in found([rule(FAST, due=due)], sheet(facts, on=on))] == [expected]


def test_an_unknown_fact_or_context_is_refused_at_once():
    rules = [rule(Leaf("weight", "known", operand=True)), rule(FAST, id="R-02", about="nothing")]
    with pytest.raises(RuleError) as refused:
        Book.of(RuleFile(rules, []), SUBJECT, FIRST)
    assert len(refused.value.problems) == 2
