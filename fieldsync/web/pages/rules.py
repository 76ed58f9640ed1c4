"""The follow-up rules as the pages name them: their titles, by id; read once.

What a rule says is told by the flag that it raised, in its own version; this is for choosing among them.
"""

from collections.abc import Mapping
from functools import cache

from fieldsync.programs.following import rules_of


@cache
def rule_titles() -> Mapping[str, Mapping[str, str]]:
    """Return the title of every rule in both languages, by id, in their order; of its newest version."""
    newest = {one.id: one for one in sorted(rules_of().rules, key=lambda rule: (rule.id, rule.version))}
    return {name: one.title for name, one in newest.items() if not one.retired}
