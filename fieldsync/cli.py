"""The command edge: what an operator types. Reads settings and clock, calls one function, prints.

``--json`` prints one JSON object or one per line; errors go to standard error; exit 2
for bad usage, 1 for failure.
"""

import dataclasses
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

from fieldsync import __version__, access, reporting, rulebook, sync
from fieldsync.area_commands import areas
from fieldsync.bi_commands import bi
from fieldsync.config import ConfigError, load
from fieldsync.console import AREAS, JSON, PROGRAM, now, show, today, within
from fieldsync.db import KeysError, SealError, Store, open_store, upgrade
from fieldsync.followup_commands import followup
from fieldsync.identity import prepare
from fieldsync.identity_commands import identity
from fieldsync.issuer import open_issuer
from fieldsync.key_commands import keys
from fieldsync.ledger import feed, quarantine, waiting
from fieldsync.notice_commands import notice
from fieldsync.notices import AddressError, NoticeError
from fieldsync.programs import PROGRAMS
from fieldsync.rule_commands import rules
from fieldsync.rulebook_commands import COMMANDS as RULEBOOK_COMMANDS
from fieldsync.rules import RuleError
from fieldsync.scheduler_commands import scheduler
from fieldsync.user_commands import user


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """FieldSync: takes the batches that mobile service vans bring home, and loses none of them."""


cli.add_command(areas)
cli.add_command(user)
cli.add_command(bi)
cli.add_command(identity)
cli.add_command(keys)
cli.add_command(rules)
for _command in RULEBOOK_COMMANDS:
    rules.add_command(_command)
cli.add_command(followup)
cli.add_command(notice)
cli.add_command(scheduler)


FAILURES = (
    *(ConfigError, access.AccessError, AddressError, KeysError, NoticeError, RuleError, SealError),
    reporting.BiError,
)


def main() -> None:
    """Run the command line."""
    try:
        cli(standalone_mode=True)
    except FAILURES as error:
        click.echo(f"fieldsync: {error}", err=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        click.echo(f"fieldsync: the database said no ({type(error).__name__}). Is it there, and upgraded?", err=True)
        sys.exit(1)


@cli.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@JSON
def db_upgrade(*, as_json: bool) -> None:
    """Run the migrations to the newest, and wake what waited for this version."""
    settings = load()
    prepare(settings)
    store = open_store(settings)
    revision = upgrade(store)
    woken = sync.wake_versions(store, now())
    views = store.transact(reporting.renew_views)
    store.close()
    answer = {"revision": revision, "woken": woken, "views": views}
    show(as_json, answer, f"The database is at {revision}; {woken} records woken; {views} views renewed.")


@db.command("new-epoch")
@JSON
def db_new_epoch(*, as_json: bool) -> None:
    """Run once after restoring a backup: every tablet starts over and brings again what the backup lacks."""
    name = within(lambda _store, connection: feed.begin_epoch(connection))
    show(as_json, {"epoch": name}, f"Epoch {name} begins; tablets start over at their next pull.")


@cli.group()
def regions() -> None:
    """The official region codes (Kemendagri)."""


@regions.command("load")
@click.option("--regency", help=f"Only one regency (or province), e.g. {access.HOME}; default: all of Indonesia.")
@JSON
def regions_load(regency: str | None, *, as_json: bool) -> None:
    """Load the shipped region codes; renews what changed, deletes nothing."""
    number = within(lambda _store, connection: access.load_regions(connection, regency))
    if not number:
        click.echo(f"fieldsync: no such region: {regency}", err=True)
        sys.exit(1)
    show(as_json, {"regions": number}, f"{number} regions are loaded.")


@cli.group()
def van() -> None:
    """Vans: what they serve, and where."""


@van.command("create")
@click.argument("name")
@AREAS
@PROGRAM
@JSON
def van_create(name: str, areas: tuple[str, ...], programs: tuple[str, ...], *, as_json: bool) -> None:
    """Make a van."""
    made = within(lambda _store, connection: access.create_van(connection, name, areas, programs, PROGRAMS, now()))
    show(as_json, dataclasses.asdict(made), f"Van {made.name} serves {', '.join(made.areas)}.")


@van.command("scope")
@click.argument("name")
@AREAS
@PROGRAM
@JSON
def van_scope(name: str, areas: tuple[str, ...], programs: tuple[str, ...], *, as_json: bool) -> None:
    """Give a van other areas and programs; its tablets are told the difference."""
    changed = within(lambda _store, connection: access.change_scope(connection, name, areas, programs, PROGRAMS, now()))
    show(as_json, dataclasses.asdict(changed), f"Van {changed.name} now serves {', '.join(changed.areas)}.")


@cli.group()
def device() -> None:
    """Tablets."""


@device.command("invite")
@click.option("--van", "name", required=True, help="The tablet's van.")
@JSON
def device_invite(name: str, *, as_json: bool) -> None:
    """Make an enrolment code: good once, within 72 hours."""
    made = within(lambda store, connection: access.invite(connection, store.sealer, name, now()))
    answer = {"enrollment_code": made.enrollment_code, "expires_at": made.expires_at.isoformat(timespec="seconds")}
    show(as_json, answer, f"{made.enrollment_code}  (until {answer['expires_at']})")


@device.command("revoke")
@click.argument("device_id", type=click.UUID)
@click.option("--wipe", is_flag=True, help="Tell the tablet to delete what it holds.")
@JSON
def device_revoke(device_id: object, *, wipe: bool, as_json: bool) -> None:
    """Shut a tablet out, from its next request on."""
    done = within(lambda _store, connection: access.revoke(connection, str(device_id), now(), wipe=wipe))
    if not done:
        click.echo("fieldsync: there is no such tablet", err=True)
        sys.exit(1)
    show(as_json, {"device_id": str(device_id), "revoked": True, "wipe": wipe}, "The tablet is shut out.")


@device.command("list")
@JSON
def device_list(*, as_json: bool) -> None:
    """List the tablets with their sync health."""
    for one in within(lambda _store, connection: access.list_devices(connection)):
        line = f"{one.id}  {one.van}  {one.name}  last push {one.last_push_at or 'never'}"
        show(as_json, dataclasses.asdict(one), line + ("  revoked" if one.revoked_at else ""))


@cli.group()
def records() -> None:
    """Records that need a human."""


@records.command("quarantine")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def records_quarantine(limit: int) -> None:
    """List refused records that did not come again, as JSON lines with their text as sent. Personal data!"""
    for one in within(lambda store, connection: quarantine.open_records(connection, store.sealer, limit)):
        click.echo(orjson.dumps(one).decode())


@records.command("held")
@JSON
def records_held(*, as_json: bool) -> None:
    """Count the records that wait for others."""
    number = within(lambda _store, connection: waiting.count(connection))
    show(as_json, {"held": number}, f"{number} records wait.")


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: FIELDSYNC_PORT or 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="Default: FIELDSYNC_WORKERS or 2.")
@click.option("--bind", help="Default: FIELDSYNC_BIND or 127.0.0.1.")
def serve(port: int | None, workers: int | None, bind: str | None) -> None:
    """Run the production server."""
    from fieldsync.web.metrics_folder import metrics_folder  # noqa: PLC0415 # the other commands need no web

    kept = load()
    prepare(kept)  # so that what is wrong is told once, before the workers start
    open_issuer(kept)
    rulebook.warm(today())  # the workers are forked of this process, and inherit what it compiled
    sizes = {"port": port or kept.port, "workers": workers or kept.workers, "bind": bind or kept.bind}
    with metrics_folder():
        # The metrics library decides at its import whether the workers share a folder.
        from fieldsync.app import build  # noqa: PLC0415
        from fieldsync.web.server import serve as run  # noqa: PLC0415

        run(dataclasses.replace(kept, **sizes), build)  # type: ignore[arg-type] # the names above are those fields


TABLETS = click.option("--tablets", default=6, show_default=True, type=click.IntRange(1, 200))
DAYS = click.option("--days", default=30, show_default=True, type=click.IntRange(2, 365))
SEED = click.option("--seed", default=1, show_default=True, type=int)


@cli.command("simulate")
@click.option("--url", required=True, help="A running server that uses the database of these settings.")
@TABLETS
@click.option("--records", default=3000, show_default=True, type=click.IntRange(10, 5_000_000))
@DAYS
@SEED
def simulate_command(*, url: str, tablets: int, records: int, days: int, seed: int) -> None:
    """Send simulated tablets to a running server; prints the summary as JSON, exits 1 if anything was wrong."""
    from fieldsync.demo import Wish, run_simulation  # noqa: PLC0415 # the other commands need no tablets

    store = open_store(load())
    with progress_bar("Tablets sync", quiet=not sys.stderr.isatty()) as progress:
        summary = run_simulation(store, url, Wish(tablets, records, days, seed), now(), progress)
    store.close()
    click.echo(orjson.dumps(summary.to_json()).decode())
    sys.exit(0 if summary.digests_equal and not summary.problems else 1)


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: FIELDSYNC_PORT or 8000, or any free one.")
@DAYS
@TABLETS
@click.option("--records", default=3000, show_default=True, type=click.IntRange(10, 1_000_000))
@SEED
@click.option("--once", is_flag=True, help="Run the simulation, print the summary as JSON, exit.")
@JSON
def demo(*, port: int | None, days: int, tablets: int, records: int, seed: int, once: bool, as_json: bool) -> None:
    """Show the main job on an embedded database: vans, tablets that work offline, and their sync."""
    # Whoever stops the demo stops its server with it, and leaves no folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="fieldsync-demo-") as folder:
        run_demo(Path(folder), port, (tablets, records, days, seed), once=once, quiet=once or as_json)


def run_demo(folder: Path, port: int | None, size: tuple[int, int, int, int], *, once: bool, quiet: bool) -> None:
    """Set up in `folder`, run the tablets, show what came of it; keep serving unless `once`."""
    from fieldsync.demo import Wish, follow_up, free_port, keeping_time, run_simulation, serving  # noqa: PLC0415

    os.environ["FIELDSYNC_DATA_DIR"] = str(folder)
    os.environ.pop("FIELDSYNC_DATABASE_URL", None)
    settings = load()
    settings = dataclasses.replace(settings, port=free_port(port or settings.port))
    store = open_store(settings)
    upgrade(store)
    store.transact(lambda connection: access.load_regions(connection, access.HOME))
    with serving(settings) as url:
        with progress_bar("Tablet menyinkronkan data / tablets sync", quiet=quiet) as progress:
            summary = run_simulation(store, url, Wish(*size), now(), progress)
        needed = follow_up(store, settings, now())
        answer = summary.to_json()
        click.echo(orjson.dumps({**answer, **needed}).decode() if quiet else f"{told(answer)}\n{told_of_cases(needed)}")
        if not once:
            with keeping_time(settings):
                wait_for_end(store, url)
    store.close()
    sys.exit(0 if summary.digests_equal and not summary.problems else 1)


@contextmanager
def progress_bar(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on standard error while something takes long; nothing when quiet."""
    if quiet:
        yield None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:

        def move(done: int, whole: int) -> None:
            bar.update(max(0, min(1000, 1000 * done // max(whole, 1)) - bar.pos))

        yield move


def told(answer: dict[str, Any]) -> str:
    """Return a summary for people, Indonesian first."""
    words = {
        "tablets": "tablet / tablets",
        "days": "hari / days",
        "sent": "dikirim / sent",
        "applied": "diterapkan / applied",
        "duplicates": "ganda / duplicates",
        "merged": "digabung / merged",
        "conflicts": "bertentangan / conflicts",
        "held": "ditahan / held first",
        "rejected": "ditolak / rejected",
        "warnings": "peringatan / warnings",
        "persons": "orang / persons",
        "resent_batches": "kiriman ulang / batches sent again",
        "lost_answers": "jawaban hilang / answers lost",
        "pulled": "ditarik / changes pulled",
        "seconds": "detik / seconds",
        "tablets_checked": "tablet diperiksa / tablets checked",
    }
    lines = [f"  {text:<40}{answer[name]:>12,}" for name, text in words.items()]
    equal = "ya / yes" if answer["digests_equal"] else "TIDAK / NO"
    lines.append(f"  {'semua tablet = server / all equal':<40}{equal:>12}")
    lines += [f"  ! {problem}" for problem in answer["problems"]]
    return "\n".join(lines)


PROGRAM_WORDS = {
    "civil": "kependudukan / civil registration",
    "maternal": "ibu / maternal",
    "child": "anak / child",
    "service": "pelayanan / service",
}
SEVERITY_WORDS = {"emergency": "darurat / emergency", "urgent": "segera / urgent", "routine": "biasa / routine"}
# What one office wrote down and the other acts on: how many, then one of them by name.
SHARED_WORDS = {
    "XS-NIK-01": (
        "{n} ibu hamil tanpa NIK, misalnya {name}: ada di daftar mobil kesehatan dan mobil Dukcapil sekaligus.",
        "{n} pregnant without a NIK, {name} for one: on the lists of the health van and the civil van at once.",
    ),
    "XS-BIRTH-01": (
        "{n} bayi lahir dicatat petugas kesehatan dan belum didaftarkan, misalnya {name}: akta diurus sebelum hari 60.",
        "{n} births recorded by health and not registered yet, {name} for one: papers before day 60.",
    ),
    "XS-BIRTH-02": (
        "{n} bayi sudah lewat 44 hari tanpa pendaftaran, misalnya {name}: daftarkan minggu ini.",
        "{n} babies over 44 days old without registration, {name} for one: register this week.",
    ),
    "XS-DEATH-01": (
        "{n} kematian dicatat di lapangan tanpa akta kematian, misalnya {name}: kirim surat kematian ke Dukcapil.",
        "{n} deaths recorded in the field without a registration, {name} for one: send the death letter to Dukcapil.",
    ),
}


def told_of_cases(needed: dict[str, Any]) -> str:
    """Return what needs follow-up for people, Indonesian first."""
    lines = ["", "  Perlu tindak lanjut / To be followed up"]
    for program, found in needed["cases"].items():
        counts = ", ".join(f"{number:,} {SEVERITY_WORDS[severity]}" for severity, number in found.items())
        lines.append(f"  {PROGRAM_WORDS[program]:<40}{counts}")
    lines += ["", "  Lintas kantor / Across the two offices"] if needed["cross_sector"] else []
    for one in needed["cross_sector"]:
        example = one["example"]
        name = example["person"]["full_name"] or example["person"]["id"]
        linked = ", ".join(f"{program} {case[:8]}" for program, case in example["cases"].items())
        indonesian, english = (text.format(n=one["persons"], name=name) for text in SHARED_WORDS[one["rule"]])
        lines += [f"  - {indonesian}", f"    {english}", f"    kasus / cases: {linked}"]
    return "\n".join(lines)


def wait_for_end(store: Store, url: str) -> None:
    """Say where the server is and how to let a tablet of one's own in, then wait for Ctrl-C."""
    from fieldsync.demo import invite_office  # noqa: PLC0415

    code = store.transact(lambda c: access.invite(c, store.sealer, "Mobil Sehat Kayu Agung", now()))
    names, password = invite_office(store, now())
    click.echo(f"\n  Dasbor / dashboard: {url}/today")
    click.echo(f"  Masuk / log in: {' atau / or '.join(names)}, kata sandi / password: {password}")
    click.echo(f"  API: {url}/api/v1/openapi.json")
    click.echo(f"  Kode pendaftaran tablet / enrolment code: {code.enrollment_code}")
    click.echo("  Ctrl-C untuk berhenti / to stop")
    with suppress(KeyboardInterrupt):
        signal.pause()
