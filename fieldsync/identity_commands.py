"""The commands about who is who: what the program holds, for machines.

What is printed are ids; no name and no number leaves by here.
"""

import click
import orjson

from fieldsync import registry
from fieldsync.config import load
from fieldsync.console import JSON
from fieldsync.db import open_store


@click.group()
def identity() -> None:
    """Who is who: the persons that records turned out to be about."""


@identity.command("export")
@JSON
def identity_export(*, as_json: bool) -> None:
    """Print, for every person record, whom it is about; all as it was at one moment."""
    store = open_store(load())
    try:
        with store.snapshot() as connection:
            for record_id, person_id in registry.links_of(connection):
                line = orjson.dumps({"record_id": record_id, "person_id": person_id}).decode()
                click.echo(line if as_json else f"{record_id}  {person_id}")
    finally:
        store.close()
