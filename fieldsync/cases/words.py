"""What the rules of flags say, kept by rule and version: an office may have given up the text that raised a flag.

The values that a flag rests on are put into words here, when somebody reads them.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, select

from fieldsync.cases.listed import OpenFlag
from fieldsync.cases.stored import Flag, severity_name
from fieldsync.cases.tables import RuleWordsRow
from fieldsync.db import add_missing_rows, member_of
from fieldsync.programs.following import CONTEXTS
from fieldsync.rules import Basis, Rule, evidence, explain, unpack

Words = Mapping[tuple[str, int], Mapping[str, Any]]


def note_words(connection: Connection, rules: Iterable[Rule]) -> None:
    """Keep what these rules say, unless it is known; one statement, if there are any."""
    rows = {
        (one.id, one.version): orjson.dumps(
            {"title": dict(one.title), "action": dict(one.action), "source": one.source}
        ).decode()
        for one in rules
    }
    if rows:
        given = [(*key, rows[key]) for key in sorted(rows)]
        add_missing_rows(connection, RuleWordsRow, ("rule", "version", "words"), given)


# What is kept of a version never changes, so a process reads it once for each database. Threads share what was read, so
# none of it is changed: who reads more puts another in its place.
_READ: WeakKeyDictionary[Engine, dict[tuple[str, int], Mapping[str, Any]]] = WeakKeyDictionary()


def words_of(connection: Connection, flags: Iterable[Flag | OpenFlag]) -> Words:
    """Return what the rules of these flags say, and maybe others; see `rule_words`."""
    return rule_words(connection, {(one.rule, one.version) for one in flags})


def rule_words(connection: Connection, wanted: AbstractSet[tuple[str, int]]) -> Words:
    """Return what these rules say, by id and version, and maybe others; one statement at most.

    From a connection for reading: what a transaction may still take back would be remembered.
    """
    read = _READ.get(connection.engine, {})
    ids = sorted({rule for rule, _ in wanted - read.keys()})
    if ids:
        row = RuleWordsRow.__table__.c
        query = select(row.rule, row.version, row.words).where(member_of(connection, row.rule, ids))
        more = {(one.rule, one.version): orjson.loads(one.words) for one in connection.execute(query)}
        read = _READ[connection.engine] = {**read, **more}
    return read


def flag_row(flag: OpenFlag, words: Words) -> dict[str, Any]:
    """Return what a list tells of a flag."""
    return {
        "id": flag.id,
        "rule": flag.rule,
        "severity": severity_name(flag.severity),
        "restricted": flag.restricted,
        "due": flag.due.isoformat(),
        "title": words[flag.rule, flag.version]["title"],
    }


def _flag_head(flag: Flag, words: Words) -> dict[str, Any]:
    return {
        "id": flag.id,
        "rule": flag.rule,
        "version": flag.version,
        "severity": severity_name(flag.severity),
        "state": flag.state,
        "restricted": flag.restricted,
        "episode": flag.episode,
        "opened_on": flag.opened_on.isoformat(),
        "due": flag.due.isoformat(),
        **words.get((flag.rule, flag.version), {}),
    }


def flag_body(flag: Flag, words: Words) -> dict[str, Any]:
    """Return what is told of a flag, and why it is there: as sentences, and as values with their records."""
    context, grounds, on = unpack(flag.evidence or "[]", CONTEXTS)
    if context is None:
        return {**_flag_head(flag, words), "said": {}, "values": []}
    basis = Basis(context, grounds, on)
    return {**_flag_head(flag, words), "said": explain(basis), "values": evidence(basis)}
