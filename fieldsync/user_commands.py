"""The commands about office users: who may log in, as what, where, and with which password.

A password is never an argument, where other users of the machine could read it: it is asked for, or read from
standard input; and it is never printed.
"""

import dataclasses
import sys
from typing import Any

import click

from fieldsync import access
from fieldsync.access import Account
from fieldsync.console import AREAS, JSON, PROGRAM, now, show, within
from fieldsync.programs import PROGRAMS

NAME = click.argument("name")
FROM_STDIN = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input; else it is asked for."
)


@click.group()
def user() -> None:
    """Office users: who may log in on the web."""


@user.command("create")
@NAME
@click.option("--role", required=True, type=click.Choice(access.ROLES))
@AREAS
@PROGRAM
@FROM_STDIN
@click.option("--by-issuer", is_flag=True, help="No password: they log in by the OpenID Connect issuer only.")
@JSON
def user_create(
    *,
    name: str,
    role: str,
    areas: tuple[str, ...],
    programs: tuple[str, ...],
    from_stdin: bool,
    by_issuer: bool,
    as_json: bool,
) -> None:
    """Make an office user with a password of at least 10 characters, or one who logs in by the issuer."""
    if by_issuer and from_stdin:
        raise click.UsageError("who logs in by the issuer has no password here: leave out --password-stdin")
    password = None if by_issuer else _password(from_stdin=from_stdin)
    made = within(
        lambda _store, connection: access.create_user(
            connection, name, password, role, areas, programs, PROGRAMS, now()
        )
    )
    show(as_json, _told(made), f"User {made.username} is a {made.role} in {', '.join(made.areas)}.")


@user.command("list")
@JSON
def user_list(*, as_json: bool) -> None:
    """List the office users, the disabled ones too."""
    for one in within(lambda _store, connection: access.list_users(connection)):
        line = f"{one.username}  {one.role}  {', '.join(one.areas)}  {', '.join(one.programs)}"
        line += ("  by issuer" if one.by_issuer else "") + ("  disabled" if one.disabled_at else "")
        show(as_json, _told(one), line)


@user.command("disable")
@NAME
@JSON
def user_disable(name: str, *, as_json: bool) -> None:
    """Shut a user out, from the next request on."""
    done = within(lambda _store, connection: access.disable_user(connection, name, now()))
    show(as_json, _told(done), f"User {done.username} is shut out.")


@user.command("enable")
@NAME
@JSON
def user_enable(name: str, *, as_json: bool) -> None:
    """Let a disabled user log in again."""
    done = within(lambda _store, connection: access.enable_user(connection, name, now()))
    show(as_json, _told(done), f"User {done.username} may log in.")


@user.command("password")
@NAME
@FROM_STDIN
@JSON
def user_password(name: str, *, from_stdin: bool, as_json: bool) -> None:
    """Give a user another password, and end all their sessions; they log in by the issuer no more."""
    password = _password(from_stdin=from_stdin)
    done = within(lambda _store, connection: access.change_password(connection, name, password, now()))
    show(as_json, _told(done), f"User {done.username} has another password; their sessions are ended.")


@user.command("by-issuer")
@NAME
@JSON
def user_by_issuer(name: str, *, as_json: bool) -> None:
    """Take a user's password and end their sessions: they log in by the OpenID Connect issuer only.

    Run again, it forgets by which account of the issuer they came in first.
    """
    done = within(lambda _store, connection: access.send_to_issuer(connection, name, now()))
    show(as_json, _told(done), f"User {done.username} logs in by the issuer only; their sessions are ended.")


def _password(*, from_stdin: bool) -> str:
    if not from_stdin:
        if not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to ask for the password: give --password-stdin")
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    given = sys.stdin.buffer.read()
    try:
        return given.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise click.UsageError("the password on standard input is no UTF-8") from None


def _told(one: Account) -> dict[str, Any]:
    return dataclasses.asdict(one)
