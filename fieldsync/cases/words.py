"""What the rules of flags say, kept by rule and version: an office may have given up the text that raised a flag.

The values that a flag rests on are put into words here, when somebody reads them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

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


def words_of(connection: Connection, flags: Iterable[Flag]) -> Words:
    """Return what the rules of these flags say; one statement, if there are any."""
    ids = sorted({one.rule for one in flags})
    if not ids:
        return {}
    row = RuleWordsRow.__table__.c
    query = select(row.rule, row.version, row.words).where(member_of(connection, row.rule, ids))
    return {(one.rule, one.version): orjson.loads(one.words) for one in connection.execute(query)}


def flag_head(flag: Flag, words: Words) -> dict[str, Any]:
    """Return what is told of a flag but for what it rests on: the rule with its version and words, and since when."""
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
        return {**flag_head(flag, words), "said": {}, "values": []}
    basis = Basis(context, grounds, on)
    return {**flag_head(flag, words), "said": explain(basis), "values": evidence(basis)}
