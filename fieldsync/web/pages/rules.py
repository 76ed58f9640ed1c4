"""The follow-up rules as the pages name them: their titles, by id, and the sources that they cite; read once.

What a rule says is told by the flag that it raised, in its own version; titles are for choosing among them.
"""

import re
from collections.abc import Mapping
from functools import cache

from fieldsync.programs.following import rules_of, sources

_KEY = re.compile(r"\bS[0-9]{1,2}\b", re.ASCII)
# Where the name of a source ends and what it says begins.
_END = re.compile(r"[:;,(]")
_SAID = {
    "id": {
        "project policy": "kebijakan proyek",
        "general knowledge": "pengetahuan umum",
        "unverified": "belum diperiksa",
        "data dictionary": "kamus data",
    },
    "en": {},
}


def cited(source: str, language: str) -> str:
    """Return a rule's source for reading: the name of each work instead of its key."""
    known = sources()
    told = _KEY.sub(lambda key: _END.split(known.get(key[0], key[0]))[0].strip(), source)
    for english, said in _SAID[language].items():
        told = told.replace(english, said)
    return told


@cache
def rule_titles() -> Mapping[str, Mapping[str, str]]:
    """Return the title of every rule in both languages, by id, in their order; of its newest version."""
    newest = {one.id: one for one in sorted(rules_of().rules, key=lambda rule: (rule.id, rule.version))}
    return {name: one.title for name, one in newest.items() if not one.retired}
