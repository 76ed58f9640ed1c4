"""The page of all rules: made from their files, committed, and held equal to them.

To renew it: `python -m tests.architecture.test_rules_page`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from fieldsync.programs.following import CONTEXTS, problems_of, rules_of, sources
from fieldsync.rules import Rule, RuleFile, Table, describe

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
HEAD = """# Follow-up rules

Made from the rule files (`fieldsync/programs/*/rules/*.yaml`) by `python -m tests.architecture.test_rules_page`: change those, not this page.
How a rule is written, and how an office writes its own: [operations.md](operations.md). `fieldsync rules check` tells what is wrong with rules, `fieldsync rules try` what they raise.

Clinical rules need the sign-off of a doctor of the health office, civil rules that of the civil registration office, before real use.
"General knowledge" and "unverified" mark numbers that nobody could check against the text: drafts until somebody does.

What is missing never makes a limit true. GA is gestational age, in weeks and days. Of visits, the newest of the pregnancy or child counts.
"""


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def row(*cells: str) -> str:
    return f"| {' | '.join(map(cell, cells))} |"


def life(rule: Rule) -> str:
    """Return the other words about the life of a flag."""
    notes = [f"closed within {rule.closed_within_hours} h"] if rule.closed_within_hours else []
    notes += ["only a person closes it"] if rule.ends == "person" else []
    notes += [f"supersedes {', '.join(sorted(rule.supersedes))}"] if rule.supersedes else []
    notes += ["restricted"] if rule.restricted else []
    return "; ".join(notes)


def due(rule: Rule) -> str:
    days = "the same day" if rule.due.days == 0 else "1 day" if rule.due.days == 1 else f"{rule.due.days} days"
    if not rule.due.since:
        return days
    since = CONTEXTS[rule.about].facts[rule.due.since].label["en"]
    return f"{days} after {since}{f' + {rule.due.offset} days' if rule.due.offset else ''}"


def topics(rules: Iterable[Rule]) -> Iterator[tuple[str, list[Rule]]]:
    """Yield the rules of each file."""
    by_file: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_file[rule.origin].append(rule)
    yield from sorted(by_file.items())


def told(rule: Rule) -> str:
    title = f"{rule.title['id']} / *{rule.title['en']}*"
    about = CONTEXTS[rule.about]
    version = rule.id if rule.version == 1 else f"{rule.id} v{rule.version}"
    condition = "ended" if rule.retired else describe(rule.condition, about)["en"]
    when = f"{about.label['en']}: {condition}"
    return row(version, title, when, rule.severity, due(rule), life(rule), ", ".join(rule.programs), rule.source)


def page(files: RuleFile) -> str:
    lines = [HEAD]
    for file, rules in topics(files.rules):
        lines += [f"## {file.removesuffix('.yaml').replace('/', ': ').replace('_', ' ')}", ""]
        lines.append(row("id", "title", "when", "severity", "due", "life of the flag", "programs", "source"))
        lines += ["|---" * 8 + "|", *map(told, rules), ""]
    if files.tables:
        lines += ["## Tables", "", "Numbers and lists that facts are worked out with.", ""]
        lines += [row("table", "version", "from", "file", "source"), "|---" * 5 + "|"]
        lines += [table(one) for one in sorted(files.tables, key=lambda one: (one.id, one.version))]
        lines.append("")
    lines += ["## Sources", "", row("key", "what it is"), "|---|---|"]
    lines += [row(key, text) for key, text in sources().items()]
    return "\n".join([*lines, ""])


def table(one: Table) -> str:
    return row(one.id, str(one.version), one.valid_from.isoformat(), one.origin, one.source)


def test_the_committed_page_is_that_of_the_rules():
    assert PAGE.read_text(encoding="utf-8") == page(rules_of())


def test_the_page_has_every_rule_and_no_broken_row():
    files = rules_of()
    lines = page(files).splitlines()
    for rule in files.rules:
        (line,) = [one for one in lines if one.startswith((f"| {rule.id} |", f"| {rule.id} v{rule.version} |"))]
        assert line.replace("\\|", "").count("|") == 9


def test_the_shipped_rules_are_good():
    assert [str(one) for one in problems_of(rules_of())] == []


if __name__ == "__main__":
    PAGE.write_text(page(rules_of()), encoding="utf-8")
