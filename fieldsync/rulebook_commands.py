"""The commands by which an office's own rules come into force: tried, proposed, approved by a second person.

The files are those of the data directory, folder ``rules``; what is in force is in the database, for all servers.
Whoever may use the command line is trusted to name the right user: no password is asked for here.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from fieldsync import access, rulebook
from fieldsync.config import data_dir, load
from fieldsync.console import JSON, now, ready_store, show, within
from fieldsync.db import Store
from fieldsync.rulebook import Proposal, ProposalError, Step

BY = click.option("--by", "by", required=True, help="The office user who does it.")
ID = click.argument("proposal_id", type=click.UUID)
DAYS = click.option(
    "--days", default=rulebook.DAYS, show_default=True, type=click.IntRange(1, 366), help="How many days are tried."
)
_WORDS = {"proposed": "diusulkan", "in_force": "berlaku", "superseded": "digantikan", "withdrawn": "ditarik"}


@click.command("dry-run")
@DAYS
@JSON
def dry_run(*, days: int, as_json: bool) -> None:
    """Tell what the files of the data directory would have made of the last days; changes nothing."""
    texts = rulebook.read_folder(data_dir() / "rules")
    with ready_store(load()) as store:
        found = rulebook.dry_run(store, texts, now(), days)
    show(as_json, found, "\n".join(table(found)))


@click.command("propose")
@BY
@DAYS
@JSON
def propose(*, by: str, days: int, as_json: bool) -> None:
    """Propose the files of the data directory, with a dry run; a second person approves."""
    texts = rulebook.read_folder(data_dir() / "rules")
    made = step(by, lambda store, taken: rulebook.propose(store, texts, taken, days))
    answer = {**told(made), "dry_run": made.dry_run}
    lines = [
        *table(made.dry_run),
        "",
        f"Diusulkan; perlu persetujuan orang kedua / proposed, a second person approves: {made.id}",
    ]
    show(as_json, answer, "\n".join(lines))


@click.command("approve")
@ID
@BY
@JSON
def approve(*, proposal_id: object, by: str, as_json: bool) -> None:
    """Let a proposal come into force; another user than who proposed it, with role data_manager or admin."""
    done = step(by, lambda store, taken: rulebook.approve(store, str(proposal_id), taken))
    show(as_json, told(done), f"Berlaku sejak sekarang / in force from now on: {done.id}")


@click.command("withdraw")
@ID
@BY
@JSON
def withdraw(*, proposal_id: object, by: str, as_json: bool) -> None:
    """Take a proposal back: who proposed it, or who may approve."""
    done = step(by, lambda store, taken: rulebook.withdraw(store, str(proposal_id), taken))
    show(as_json, told(done), f"Ditarik / withdrawn: {done.id}")


@click.command("proposals")
@JSON
def proposals(*, as_json: bool) -> None:
    """List all sets of an office's rules that were ever proposed, the newest first."""
    found = within(lambda _store, connection: rulebook.list_proposals(connection))
    names = within(lambda _store, connection: rulebook.names_of(connection, found))
    for one in found:
        answer = rulebook.head_told(one, names)
        state = f"{_WORDS[one.state]} / {one.state}"
        rules = ", ".join(rule["rule"] for rule in answer["changes"] if rule["change"] != "reached")
        show(
            as_json, answer, f"{one.id}  {state:<24}{one.proposed_at:%Y-%m-%d %H:%M}  {names[one.proposed_by]}  {rules}"
        )


COMMANDS = (dry_run, propose, approve, withdraw, proposals)


def step(by: str, take: Callable[[Store, Step], Proposal]) -> Proposal:
    """Take a step for a user who is named; one that can't be taken ends the command."""
    with ready_store(load()) as store:
        with store.reading() as connection:
            user = access.named_user(connection, by)
        try:
            return take(store, Step(user, now(), "command"))
        except ProposalError as error:
            click.echo(f"fieldsync: {error} ({error.code})", err=True)
            sys.exit(1)


def told(one: Proposal) -> dict[str, Any]:
    """Return a proposal for machines."""
    names = within(lambda _store, connection: rulebook.names_of(connection, [one]))
    return rulebook.head_told(one, names)


def table(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a dry run found for people, Indonesian first."""
    yield f"Uji coba {found['days']} hari, {found['first']} s.d. {found['last']}; versi per {found['as_on']}"
    yield f"Dry run over {found['days']} days, {found['first']} to {found['last']}; versions as on {found['as_on']}"
    yield f"Dilihat / looked at: {found['persons']} orang / persons, {found['records']} rekaman / records"
    yield ""
    head = ("kini/now", "nanti/then", "baru/new", "hilang/gone")
    yield f"{'aturan / rule':<52}" + "".join(f"{one:>13}" for one in head)
    for one in found["rules"]:
        if one["version_before"] == one["version_after"] and not one["new"] + one["gone"]:
            continue  # looked at for the sake of others, or of a table: it finds the same
        versions = f"{one['version_before'] or '-'} > {one['version_after'] or '-'}"
        yield _row(f"{one['rule']:<14} v{versions:<7}{one['title']['id']}"[:51], one)
        for name, sign in (("new_flags", "+"), ("gone_flags", "-")):
            yield from (f"    {sign} {flag['subject']}  {flag['episode']}" for flag in one[name])
    yield _row("jumlah / total", found["totals"])
    if not found["rules"]:
        yield "Tidak ada aturan yang berbeda / no rule differs"


def _row(title: str, one: Mapping[str, int]) -> str:
    return f"{title:<52}" + "".join(f"{one[name]:>13,}" for name in ("before", "after", "new", "gone"))
