"""The commands about areas: where they lie, by the office's own map.

A file is read before the database is asked, so that a long one keeps nobody waiting; what is wrong with it is told a
line for each fault, and then nothing of it is kept.
"""

import dataclasses
import sys
from pathlib import Path

import click

from fieldsync import access
from fieldsync.console import JSON, show, within

LARGEST = 128 * 1024 * 1024
MOST_TOLD = 50


@click.group()
def areas() -> None:
    """Areas on the map."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code-property", default="code", show_default=True, help="The property that holds the area's code.")
@JSON
def areas_import(file: Path, code_property: str, *, as_json: bool) -> None:
    """Take outlines or points of areas from a GeoJSON file, in place of those that were there of the same areas."""
    read = access.read_places(_text_of(file), code_property)
    try:
        done = within(lambda _store, connection: access.import_places(connection, read))
    except access.PlacesError as error:
        _tell(file, error)
        sys.exit(1)
    levels = ", ".join(f"{number} of level {level}" for level, number in done.levels.items())
    thinned = f"{done.points_kept} of {done.points_read} points kept, no line moved by more than {done.tolerance_m} m"
    show(as_json, dataclasses.asdict(done), f"{done.areas} areas are on the map ({levels}); {thinned}.")


def _text_of(file: Path) -> str:
    if file.stat().st_size > LARGEST:
        click.echo(f"fieldsync: {file} is larger than {LARGEST // 1024 // 1024} MiB; thin it or split it", err=True)
        sys.exit(1)
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        click.echo(f"fieldsync: {file} is no UTF-8", err=True)
        sys.exit(1)


def _tell(file: Path, error: access.PlacesError) -> None:
    for fault in error.faults[:MOST_TOLD]:
        click.echo(f"fieldsync: {file.name}: {fault}", err=True)
    rest = len(error.faults) - MOST_TOLD
    also = f"; {rest} more are not shown" if rest > 0 else ""
    click.echo(f"fieldsync: nothing was imported ({len(error.faults)} faults{also})", err=True)
