"""The commands about notices: who is told of what, a test, and sending once.

An address may hold a token or name a person, so it is never an argument, where other users of the machine could read
it: it is asked for, or read from standard input; and it is never printed whole.
"""

import dataclasses
import sys
from typing import Any
from uuid import uuid4

import click

from fieldsync import notices
from fieldsync.config import load
from fieldsync.console import AREAS, JSON, PROGRAM, now, ready_store, show, within
from fieldsync.notices import Target, Wanted
from fieldsync.programs import PROGRAMS

NAME = click.argument("name")
EVENT = click.option(
    "--event",
    "events",
    multiple=True,
    required=True,
    type=click.Choice(notices.EVENTS),
    help="Repeatable. emergency: a new one; coordinator, head: one that was handed up; reminder: each morning, by"
    " program and district, how many cases are due by tomorrow and how many became late; summary: each morning, what"
    " is open.",
)
LANGUAGE = click.option("--language", default="id", type=click.Choice(notices.LANGUAGES), help="Default: id.")
RESTRICTED = click.option(
    "--restricted", is_flag=True, help="Tell of cases, too, that rest on restricted flags alone (HIV, mental health…)."
)
FROM_STDIN = click.option(
    "--address-stdin", "from_stdin", is_flag=True, help="Read the address from standard input; else it is asked for."
)


@click.group()
def notice() -> None:
    """Notices: who is told of emergencies, of what is handed up, of what is due, and of the day."""


@notice.command("add")
@NAME
@click.option("--kind", required=True, type=click.Choice(notices.KINDS))
@EVENT
@AREAS
@PROGRAM
@LANGUAGE
@RESTRICTED
@FROM_STDIN
@JSON
def notice_add(*, from_stdin: bool, as_json: bool, **given: Any) -> None:
    """Let an e-mail address, a webhook (https://…) or a chat (an Apprise URL) be told."""
    wanted = Wanted(address=_address(from_stdin=from_stdin), **given)
    notices.check_address(wanted.kind, wanted.address, load().outgoing.inside)
    made, secret = within(
        lambda store, connection: notices.add_target(connection, store.sealer, wanted, PROGRAMS, now())
    )
    text = f"{made.name} ({made.shown}) is told of {', '.join(made.events)} in {', '.join(made.areas)}."
    if secret is not None:
        text += f"\nIts secret, shown this once: {secret}"
    show(as_json, {**_told(made), "secret": secret}, text)


def _address(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().strip()
    if not _at_terminal():
        raise click.UsageError("there is no terminal to ask for the address: give --address-stdin")
    return str(click.prompt("Address", hide_input=True, err=True)).strip()


def _at_terminal() -> bool:
    return sys.stdin.isatty()


@notice.command("list")
@JSON
def notice_list(*, as_json: bool) -> None:
    """List who is told of what, and how many notices wait or failed."""
    for one in within(lambda store, connection: notices.list_targets(connection, store.sealer)):
        state = f"disabled ({one.disabled_why})" if one.disabled_at else "failing" if one.failing_since else "ok"
        line = f"{one.name}  {one.kind}  {one.shown}  {', '.join(one.events)}  {', '.join(one.areas)}"
        show(as_json, _told(one), f"{line}  {', '.join(one.programs)}  {state}  {one.queued} wait, {one.failed} failed")


@notice.command("remove")
@NAME
@JSON
def notice_remove(name: str, *, as_json: bool) -> None:
    """Let a target be told no more, and forget its address."""
    gone = within(lambda store, connection: notices.remove_target(connection, store.sealer, name, now()))
    show(as_json, _told(gone), f"{gone.name} is told no more.")


@notice.command("enable")
@NAME
@JSON
def notice_enable(name: str, *, as_json: bool) -> None:
    """Tell a target again that was disabled: it had said that it is gone, or it failed for five days."""
    done = within(lambda store, connection: notices.enable_target(connection, store.sealer, name, now()))
    show(as_json, _told(done), f"{done.name} is told again.")


@notice.command("secret")
@NAME
@click.option("--drop-old", is_flag=True, help="The secret before ends at once; else both sign until the next change.")
@JSON
def notice_secret(name: str, *, drop_old: bool, as_json: bool) -> None:
    """Give a webhook another secret."""
    made = within(
        lambda store, connection: notices.renew_secret(connection, store.sealer, name, now(), keep_old=not drop_old)
    )
    show(as_json, {"name": name, "secret": made}, f"Its secret, shown this once: {made}")


@notice.command("test")
@NAME
@JSON
def notice_test(name: str, *, as_json: bool) -> None:
    """Send a target a test, now; exit 1 when it does not come through."""
    settings = load()
    with ready_store(settings) as store:
        outcome = notices.try_target(store, settings.outgoing, name, str(uuid4()), now())
    text = "It came through." if outcome.error is None else f"It did not come through: {outcome.error}"
    show(as_json, {"name": name, "error": outcome.error}, text)
    if outcome.error is not None:
        sys.exit(1)


@notice.command("send")
@JSON
def notice_send(*, as_json: bool) -> None:
    """Send once what is due, as the scheduler does."""
    settings = load()
    with ready_store(settings) as store:
        sent = notices.send_due(store, settings.outgoing, now)
    text = f"{sent.sent} notices sent, {sent.retried} to be tried again, {sent.failed} given up."
    show(as_json, dataclasses.asdict(sent), text)


def _told(one: Target) -> dict[str, Any]:
    return dataclasses.asdict(one)
