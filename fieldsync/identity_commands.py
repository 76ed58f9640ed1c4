"""The commands about who is who: what the program holds, for machines; the night run; training of the weights.

What is printed are ids; no name and no number leaves by here.
"""

import dataclasses
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from fieldsync import registry
from fieldsync.config import load
from fieldsync.console import JSON, now, ready_store, show
from fieldsync.db import open_store
from fieldsync.identity import prepare, rehash

PATIENCE_S = 2.0
AT_ONCE = 500  # persons of a transaction
MISSING = "fieldsync: this needs the extra `bulk`: pip install 'fieldsync[bulk]' (with Spark: 'fieldsync[spark]')"
_STAGES = {
    "reading": "membaca catatan / reading records",
    "pairs": "mencari pasangan / finding pairs",
    "groups": "menilai pasangan / judging pairs",
    "changes": "mencatat perubahan / making changes",
    "keys": "menyusun kunci pencarian / making look-up keys",
    "rounds": "melatih bobot / fitting weights",
}
_LAST = ("changes", "keys")


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


@identity.command("relink")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="Where pairs are found.")
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would be.")
@JSON
def identity_relink(*, engine: str, dry_run: bool, as_json: bool) -> None:
    """Look at all person records again: join what is one, remake what the machine got wrong, ask about the rest."""
    relinking = _bulk("fieldsync.sync.relinking")
    settings = load()
    weights = prepare(settings)
    began = time.monotonic()
    with ready_store(settings) as store:
        try:
            done = relinking.relink(store, weights, engine, now(), _shower(began), dry_run=dry_run)
        except relinking.EngineError as error:
            click.echo(f"fieldsync: {error}", err=True)
            sys.exit(1)
    told = {"engine": engine, "model": weights.version, "dry_run": dry_run, **dataclasses.asdict(done)}
    told |= {"drift_per_1000": round(done.drift, 3), "seconds": round(time.monotonic() - began, 1)}
    show(as_json, told, _in_words(told))


def _bulk(module: str) -> Any:
    """Import a module that needs the extra; without it the command ends here, with a sentence how to install it."""
    from importlib import import_module  # noqa: PLC0415 # beside its only use

    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("fieldsync"):
            raise
        click.echo(MISSING, err=True)
        sys.exit(1)


def _shower(began: float) -> Callable[[str, int, int], None]:
    """Return what shows progress on standard error, for people only, and only once they have waited a while."""

    def move(stage: str, done: int, whole: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > PATIENCE_S:
            share = f" {100 * done // whole} %" if done and whole else ""
            click.echo(f"\r\x1b[K{_STAGES.get(stage, stage)}{share}", nl=stage in _LAST and done == whole, err=True)

    return move


def _in_words(told: dict[str, Any]) -> str:
    proposed, made = told["merges_proposed"], told["merges_made"]
    lines = [
        f"{told['records']:,} catatan, {told['persons']:,} orang / records, persons  (model {told['model']})",
        f"penggabungan / merges: {len(proposed):,} diusulkan / proposed, {len(made):,} dibuat / made",
        f"disusun ulang / remade: {told['remade_proposed']:,} diusulkan / proposed, {told['remade']:,} dibuat / made",
        f"ditanyakan / questions: {told['questions']:,}, pemisahan / splits proposed: {told['splits_proposed']:,}",
        f"pergeseran / drift: {told['drift_per_1000']} per 1.000 / per 1,000 records",
    ]
    if told["overtaken"]:
        lines.append(f"menunggu malam berikut / left for the next night: {told['overtaken']:,}")
    done = set(map(tuple, made))
    lines += [
        f"{loser} -> {winner}  {'dibuat / made' if (loser, winner) in done else '-'}" for loser, winner in proposed
    ]
    return "\n".join(lines)


@identity.command("rehash")
@JSON
def identity_rehash(*, as_json: bool) -> None:
    """Make anew by what persons are found; run it when village_changes.csv has changed. Servers go on meanwhile."""
    settings = load()
    prepare(settings)
    began = time.monotonic()
    with ready_store(settings) as store:
        done = rehash(store, AT_ONCE, partial(_shower(began), "keys"))
    show(as_json, {"persons": done}, f"{done:,} orang / persons")


@identity.command("train")
@click.option("--from", "source", type=click.Choice(["em", "reviews", "both"]), default="both", help="What teaches.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@JSON
def identity_train(*, source: str, output: Path, as_json: bool) -> None:
    """Fit the weights on the pairs of this registry; the file is for FIELDSYNC_IDENTITY_WEIGHTS."""
    training = _bulk("fieldsync.identity.bulk.training")
    settings = load()
    weights = prepare(settings)
    began = time.monotonic()
    with ready_store(settings) as store:
        try:
            trained = training.train(store, weights, source, now(), _shower(began))
        except training.TrainingError as error:
            click.echo(f"fieldsync: {error}", err=True)
            sys.exit(1)
    output.write_bytes(orjson.dumps(trained.document, option=orjson.OPT_INDENT_2) + b"\n")
    told = {"output": str(output), "version": trained.document["version"], "pairs": trained.pairs}
    told |= {"answers": trained.answers, "seconds": round(time.monotonic() - began, 1)}
    show(as_json, told, f"{told['version']}: {trained.pairs:,} pairs, {trained.answers:,} answers -> {output}")
