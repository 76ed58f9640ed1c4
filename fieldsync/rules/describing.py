"""Conditions in words, in Indonesian and English: what a rule looks at, for those who must approve it.

Says what the tree says, part by part; nothing is shortened or left out.
"""

from fieldsync.rules.facts import Context, Fact
from fieldsync.rules.tree import NUMERIC, All, AnyOf, Leaf, Node, Not, opposite
from fieldsync.rules.wording import (
    LANGUAGES,
    SIGNS,
    WORDS,
    Words,
    list_text,
    measure_text,
    quantity_text,
    value_text,
)


def describe(condition: Node, context: Context) -> dict[str, str]:
    """Return a condition in words, by language (`id`, `en`).

    Raises:
        KeyError: the context has not a fact that the condition names.
    """
    return {language: _said(condition, context, WORDS[language]) for language in LANGUAGES}


def _said(node: Node, context: Context, words: Words, *, inner: bool = False) -> str:
    match node:
        case Leaf():
            return _leaf(node, context, words)
        case Not(Leaf() as leaf):
            return _leaf(opposite(leaf), context, words)
        case Not(part):
            return f"{words.not_} ({_said(part, context, words)})"
        case All((part,)) | AnyOf((part,)):
            return _said(part, context, words, inner=inner)
        case All(parts) | AnyOf(parts):
            between = f" {words.and_ if isinstance(node, All) else words.or_} "
            told = between.join(_said(part, context, words, inner=True) for part in parts)
            return f"({told})" if inner else told


def _leaf(leaf: Leaf, context: Context, words: Words) -> str:
    fact = context.facts[leaf.fact]
    label = fact.label[words.language]
    if leaf.op == "known":
        absent = words.absent if context.by_visit else words.never
        return f"{label} {words.known if leaf.operand else absent}"
    return f"{label}{_held(fact, leaf, words)}"


def _held(fact: Fact, leaf: Leaf, words: Words) -> str:
    op, operand = leaf.op, leaf.operand
    if op in NUMERIC or (fact.kind == "number" and op in SIGNS):
        return f" {SIGNS[op]} {quantity_text(fact, operand, words)}{measure_text(fact, words)}"
    if op == "is":
        return f": {value_text(fact, operand, words)}"
    if op == "is_not":
        return f": {words.not_} {value_text(fact, operand, words)}"
    begin = {"in": words.one_of, "has_any": words.any_of}.get(op, words.none_of)
    return f": {begin} {list_text(fact, operand, words)}"
