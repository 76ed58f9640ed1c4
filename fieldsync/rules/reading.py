"""Rule files: YAML in, rules and tables out, or an error that says where.

A file holds ``tables:`` and ``rules:``. Only plain YAML is taken: no tags, no anchors that build objects, no key twice.
What is wrong with a file as a whole set (versions that clash, rules that can never fire) is told by `checking`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import yaml

from fieldsync.rules.rule import SEVERITIES, Due, Parameter, Rule, Table
from fieldsync.rules.tree import NUMERIC, OPS, All, AnyOf, Leaf, Node, Not

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # built without libyaml: ten times slower, otherwise the same
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

T = TypeVar("T", Rule, Table)

_WORDS = ("id", "en")
_RULE_KEYS = frozenset(
    {
        *("id", "version", "about", "valid_from", "severity", "title", "action", "source", "programs", "condition"),
        *("parameters", "due", "closed_within_hours", "supersedes", "ends", "restricted", "retired"),
    }
)
_TABLE_KEYS = frozenset({"id", "version", "valid_from", "source", "values"})


class RuleError(Exception):
    """Rule files that can't be taken; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class RuleFile(NamedTuple):
    """The rules and the tables of some files."""

    rules: list[Rule]
    tables: list[Table]


class _Loader(_SafeLoader):
    """Plain YAML, and no key twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"twice: {', '.join(sorted(twice))}", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_rules(paths: Mapping[str, Path]) -> RuleFile:
    """Read rule files, each by the name that a rule and a problem give as their origin.

    Raises:
        RuleError: a file is no YAML, or something in it has not the shape of a rule or a table; all problems at once.
    """
    return _read({origin: partial(path.read_text, encoding="utf-8") for origin, path in paths.items()})


def read_texts(texts: Mapping[str, str]) -> RuleFile:
    """Read what rule files hold, by their origins; see `read_rules`."""
    return _read({origin: partial(str, text) for origin, text in texts.items()})


def _read(given: Mapping[str, Callable[[], str]]) -> RuleFile:
    found, problems = RuleFile([], []), list[str]()
    for origin, text in given.items():
        try:
            content = yaml.load(text(), _Loader)  # noqa: S506 # a SafeLoader
        except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(f"{origin}: {' '.join(str(error).split())}")
            continue
        _take(content, origin, found, problems)
    if problems:
        raise RuleError(problems)
    return found


def _take(given: Any, origin: str, found: RuleFile, problems: list[str]) -> None:
    parts = given.values() if isinstance(given, dict) and not given.keys() - {"rules", "tables"} else [None]
    if not all(isinstance(part, list) for part in parts):
        problems.append(f"{origin}: a rule file has the lists `rules` and `tables`, and nothing else")
        return
    found.rules.extend(_each(given.get("rules"), _rule, origin, problems))
    found.tables.extend(_each(given.get("tables"), _table, origin, problems))


def _each(given: Any, read: Callable[[Any, str], T], origin: str, problems: list[str]) -> Iterator[T]:
    for at, one in enumerate(given or ()):
        label = one.get("id", f"#{at + 1}") if isinstance(one, dict) else f"#{at + 1}"
        try:
            yield read(one, origin)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            problems.append(f"{origin}: {label}: {said}")


def _table(one: Mapping[str, Any], origin: str) -> Table:
    _refuse_strange(one, _TABLE_KEYS)
    return Table(
        id=_text(one, "id"),
        version=_count(one, "version"),
        valid_from=_day(one),
        source=_text(one, "source"),
        values=MappingProxyType(dict(one["values"])),
        origin=origin,
    )


def _rule(one: Mapping[str, Any], origin: str) -> Rule:
    _refuse_strange(one, _RULE_KEYS)
    parameters = _parameters(one.get("parameters") or {})
    severity = _text(one, "severity")
    if severity not in SEVERITIES:
        raise ValueError(f"severity {severity} is none of {', '.join(SEVERITIES)}")
    ends = one.get("ends", "person" if severity == "emergency" else "data")
    if ends not in ("data", "person"):
        raise ValueError(f"ends {ends} is neither data nor person")
    return Rule(
        id=_text(one, "id"),
        version=_count(one, "version"),
        about=_text(one, "about"),
        valid_from=_day(one),
        severity=severity,  # type: ignore[arg-type] # checked above
        title=_label(one, "title"),
        action=_label(one, "action"),
        source=_text(one, "source"),
        programs=_texts(one, "programs"),
        condition=_node(one["condition"], parameters),
        parameters=MappingProxyType(parameters),
        due=_due(one["due"]),
        closed_within_hours=_count(one, "closed_within_hours") if "closed_within_hours" in one else 0,
        supersedes=frozenset(_texts(one, "supersedes") if "supersedes" in one else ()),
        ends=ends,
        restricted=_flag(one, "restricted"),
        retired=_flag(one, "retired"),
        origin=origin,
    )


def _refuse_strange(one: Mapping[str, Any], known: frozenset[str]) -> None:
    strange = one.keys() - known
    if strange:
        raise ValueError(f"unknown: {', '.join(sorted(map(str, strange)))}")


def _due(given: Mapping[str, Any]) -> Due:
    due = Due(**given)
    if type(due.days) is not int or due.days < 0 or type(due.offset) is not int:
        raise ValueError("due: days must be a whole number from 0, and offset a whole number")
    if type(due.since) is not str or (due.offset and not due.since):
        raise ValueError("due: since must name a fact; without it there is no offset")
    return due


def _texts(one: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = one[name]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} must be a list of texts")
    return tuple(values)


def _text(one: Mapping[str, Any], name: str) -> str:
    value = one[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text that is not empty")
    return value.strip()


def _count(one: Mapping[str, Any], name: str) -> int:
    value = one[name]
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} must be a whole number from 1")
    return value


def _flag(one: Mapping[str, Any], name: str) -> bool:
    value = one.get(name, False)
    if type(value) is not bool:
        raise ValueError(f"{name} must be true or false")
    return value


def _day(one: Mapping[str, Any]) -> date:
    value = one["valid_from"]
    if type(value) is not date:
        raise ValueError("valid_from must be a date")
    return value


def _label(one: Mapping[str, Any], name: str) -> Mapping[str, str]:
    words = one[name]
    full = isinstance(words, dict) and set(words) == set(_WORDS)
    if not full or not all(isinstance(word, str) and word.strip() for word in words.values()):
        raise ValueError(f"{name} must have texts in Indonesian (id) and English (en)")
    return MappingProxyType({language: words[language].strip() for language in _WORDS})


def _parameters(given: Mapping[str, Any]) -> dict[str, Parameter]:
    found = {}
    for name, one in given.items():
        value, unit = (one["value"], one.get("unit", "")) if isinstance(one, dict) else (one, "")
        found[name] = Parameter(name, frozenset(value) if isinstance(value, list) else value, unit)
    return found


def _node(given: Any, parameters: Mapping[str, Parameter]) -> Node:
    if not isinstance(given, dict):
        raise TypeError(f"a condition is all, any, not or a fact with an operator, not {given!r}")
    if len(given) == 1:
        ((name, inner),) = given.items()
        if name in ("all", "any"):
            parts = tuple(_node(part, parameters) for part in inner)
            if not parts:
                raise ValueError(f"{name} has no parts")
            return All(parts) if name == "all" else AnyOf(parts)
        if name == "not":
            return Not(_node(inner, parameters))
    fact = _text(given, "fact")
    tests = [(op, operand) for op, operand in given.items() if op != "fact"]
    strange = {str(op) for op, _ in tests} - OPS
    if strange or not tests:
        raise ValueError(f"fact {fact}: {', '.join(strange) or 'nothing'} is no operator")
    made = tuple(_leaf(fact, op, operand, parameters) for op, operand in tests)
    return made[0] if len(made) == 1 else All(made)


def _leaf(fact: str, op: str, operand: Any, parameters: Mapping[str, Parameter]) -> Leaf:
    if isinstance(operand, dict):
        name = operand["parameter"]
        if name not in parameters:
            raise ValueError(f"fact {fact}: no parameter {name}")
        return Leaf(fact, op, parameters[name].value, name)
    if op in NUMERIC:
        raise ValueError(f"fact {fact}: a limit must be a parameter, so that it has a name and a unit")
    if op in ("in", "not_in", "has_any", "has_none"):
        return Leaf(fact, op, frozenset(operand))
    return Leaf(fact, op, operand)
