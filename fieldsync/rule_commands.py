"""The commands about follow-up rules: check the files, list what counts today, try them on records.

But for ``list --in-force`` no command opens a database or needs keys: rules are files, those of the program and those
in the office's data directory, folder ``rules``. How they come into force is in `rulebook_commands`.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import IO, Any

import click

from fieldsync import rulebook
from fieldsync.config import data_dir
from fieldsync.console import JSON, show, today, within
from fieldsync.programs.cases import Case, CaseError, findings_of, read_case
from fieldsync.programs.following import CONTEXTS, book_on, problems_of, rules_of
from fieldsync.rules import Book, Fact, Finding, Problem, Rule, RuleError, RuleFile


@click.group()
def rules() -> None:
    """The follow-up rules: those of the program, and the office's own in the data directory's rules/."""


@rules.command("check")
@JSON
def rules_check(*, as_json: bool) -> None:
    """Validate the rule files; each problem is a line on standard error."""
    try:
        files = read()
        problems = [str(one) for one in problems_of(files)]
    except RuleError as error:
        files, problems = RuleFile([], []), error.problems
    for one in problems:
        click.echo(one, err=True)
    answer = {"rules": len({one.id for one in files.rules}), "tables": len({one.id for one in files.tables})}
    outcome = f"{len(problems)} problems." if problems else "nothing is wrong."
    text = f"{answer['rules']} rules and {answer['tables']} tables: {outcome}"
    show(as_json, {**answer, "problems": problems}, text)
    sys.exit(1 if problems else 0)


@rules.command("list")
@click.option("--in-force", "in_force", is_flag=True, help="What the servers judge by, and what is proposed.")
@JSON
def rules_list(*, in_force: bool, as_json: bool) -> None:
    """List the rules of the files that count today; with --in-force those of the database, each with its state."""
    if in_force:
        found = within(lambda _store, connection: list(rulebook.states_of(connection, today())))
        for rule, state, proposal in found:
            more = {"state": state, "proposal": proposal}
            show(as_json, {**listed(rule), **more}, f"{state:<10}{line(rule)}  {proposal or ''}".rstrip())
        return
    for rule in book_on(today(), checked()).rules.values():
        show(as_json, listed(rule), line(rule))


def listed(rule: Rule) -> dict[str, Any]:
    """Return a rule for machines."""
    return {
        "id": rule.id,
        "program": rule.programs[0],
        "programs": rule.programs,
        "severity": rule.severity,
        "source": rule.source,
        "version": rule.version,
        "valid_from": rule.valid_from,
        "title": dict(rule.title),
        "origin": rule.origin,
    }


def line(rule: Rule) -> str:
    """Return a rule for people."""
    begin = f"{rule.id:<14}{rule.programs[0]:<10}{rule.severity:<11}v{rule.version:<3}"
    return f"{begin}{rule.title['id']}  [{rule.source}]  {rule.origin}"


@rules.command("facts")
@click.argument("context", required=False, type=click.Choice(sorted(CONTEXTS)))
@JSON
def rules_facts(context: str | None, *, as_json: bool) -> None:
    """List the facts that rules may name, all or of one context, with their units and ranges."""
    for about in [CONTEXTS[context]] if context else CONTEXTS.values():
        for fact in about.facts.values():
            answer = {
                "context": about.name,
                "fact": fact.name,
                "kind": fact.kind,
                "unit": fact.unit,
                "limits": fact.limits,
                "codes": sorted(fact.codes) if fact.codes is not None else None,
                "restricted": fact.restricted,
                "label": dict(fact.label),
            }
            begin = f"{about.name:<20}{fact.name:<36}{fact.kind:<7}"
            show(as_json, answer, f"{begin}{fact.label['id']}  {takes(fact)}".rstrip())


def takes(fact: Fact) -> str:
    """Return the range and unit of a fact, or its codes, for people."""
    if fact.limits is None:
        return ", ".join(fact.codes or ())
    low, high = fact.limits
    return f"{low:g}..{high:g} {fact.unit}"


@rules.command("try")
@click.argument("file", type=click.File("rb"))
@JSON
def rules_try(file: IO[bytes], *, as_json: bool) -> None:
    """Say which flags records raise: one case a line, {"id", "now", "records", "holidays"}; - for standard input."""
    files = checked()
    book = cache(lambda day: book_on(day, files))
    failed = False
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                case = read_case(line)
                found = findings(case, book)
            except CaseError as error:
                click.echo(f"line {number}: {error}", err=True)
                failed = True
            else:
                show(as_json, {"id": case.id, "flags": [flag(one) for one in found]}, told(case, found))
    sys.exit(1 if failed else 0)


def findings(case: Case, book: Callable[[date], Book]) -> list[Finding]:
    """Judge one case.

    Raises:
        CaseError: it can't be judged.
    """
    try:
        return findings_of(case, book(case.now))
    except Exception as error:  # whatever a case holds, it must not cost those after it
        raise CaseError(f"{case.id} can't be judged ({type(error).__name__}: {error})") from error


def flag(one: Finding) -> dict[str, Any]:
    """Return a flag as the contract gives it."""
    return {"rule": one.rule.id, "subject": one.sheet.subject, "severity": one.rule.severity, "due": one.due}


def told(case: Case, found: Iterable[Finding]) -> str:
    """Return the flags of a case for people."""
    return "\n".join([case.id, *(f"  {line}" for line in lines(found))])


def lines(found: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each flag."""
    for one in found:
        yield f"{one.rule.severity:<11}{one.rule.id:<14}{one.sheet.subject}  {one.due}  {one.rule.title['id']}"


def read() -> RuleFile:
    """Read the rules of the program and of the office."""
    return rules_of(data_dir() / "rules")


def checked() -> RuleFile:
    """Read the rules as `read`, and refuse what `fieldsync rules check` would.

    Raises:
        RuleError: something is wrong with them.
    """
    files = read()
    problems: list[Problem] = problems_of(files)
    if problems:
        raise RuleError(map(str, problems))
    return files
