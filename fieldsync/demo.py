"""The main job, shown: a server on an embedded database, vans, and simulated tablets that sync with it.

`run_demo` sets everything up in a folder of its own; `run_simulation` sends tablets
to a server that runs already. Both only put rooms together; the tablets are in
`simulator` and speak real HTTP.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import urllib3
from sqlalchemy import Connection

from fieldsync import access, cases, registry, reporting, sync
from fieldsync.config import Settings
from fieldsync.db import Store
from fieldsync.programs import PROGRAMS
from fieldsync.simulator import Plan, Summary, Village, enrolments_from_codes, simulate
from fieldsync.simulator.run import Progress

JAKARTA = ZoneInfo("Asia/Jakarta")
START_PATIENCE_S = 30
# Health vans and civil-registration vans; some work in part of the regency only.
VANS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Mobil Sehat Kayu Agung", (access.HOME,), ("maternal", "child", "service")),
    ("Mobil Dukcapil OKI", (access.HOME,), ("civil", "service")),
    ("Mobil Sehat Timur", ("16.02.11", "16.02.18", "16.02.15"), ("maternal", "child", "service")),
    ("Mobil Jemput Bola Terpadu", (access.HOME,), PROGRAMS),
)


# Who may open the pages: a coordinator, who sees restricted results, and a data manager, who decides who is who.
OFFICE = (("koordinator", "coordinator"), ("pengelola", "data_manager"))
# What one office knows and the other has to act on.
CROSS_SECTOR = ("XS-NIK-01", "XS-BIRTH-01", "XS-BIRTH-02", "XS-DEATH-01")


@dataclass(frozen=True)
class Wish:
    """How large a simulation shall be."""

    tablets: int
    records: int
    days: int
    seed: int


def run_simulation(store: Store, url: str, wish: Wish, now: datetime, progress: Progress | None = None) -> Summary:
    """Send simulated tablets to the server at `url`, whose database is `store`; vans and codes are made for them.

    Raises:
        ValueError: no regions are loaded, or the wish makes no sense.
        UnreachableError: there is no server at `url`.
    """
    with store.reading() as connection:
        points = access.district_points(connection)
        villages = tuple(
            Village(one.code, one.name, *points.get(one.code[:8], (None, None)))
            for one in access.villages_under(connection, access.HOME)
        )
    if not villages:
        raise ValueError("no villages: run fieldsync regions load first")
    codes = store.transact(lambda connection: list(_invite(connection, store, wish.tablets, now)))
    plan = Plan(
        url,
        tuple(enrolments_from_codes(url, codes)),
        villages,
        now.astimezone(JAKARTA).date() - timedelta(days=wish.days - 1),
        records=wish.records,
        days=wish.days,
        seed=wish.seed,
    )
    return simulate(plan, progress)


def follow_up(store: Store, settings: Settings, now: datetime) -> dict[str, Any]:
    """Do once what the clock does, and return what needs follow-up then.

    Returns:
        ``{"cases": {program: {severity: number}}, "flags": {rule: number}, "cross_sector": […]}``; of what one office
        knows and the other acts on, each rule with how many persons, and one of them with her case in either program.
    """
    sync.look(store, now)
    sync.mind(store, now)
    sync.survey(store, settings.survey_months, now)
    sync.escalate(store, now)
    sync.fold_counts(store)
    reporting.count_anew(store, now)
    with store.reading() as connection:
        return {
            "cases": cases.count_open_cases(connection),
            "flags": cases.count_open_flags(connection),
            "cross_sector": [one for rule in CROSS_SECTOR if (one := _shared(connection, store, rule))],
        }


def _shared(connection: Connection, store: Store, rule: str) -> dict[str, Any] | None:
    found = cases.shared_cases(connection, rule)
    if not found:
        return None
    first = found[0]
    scope = access.Scope(0, (access.HOME,), PROGRAMS)
    golden = registry.persons_by_id(connection, store.sealer, scope, [first.person_id]).get(first.person_id, {})
    person = {"id": first.person_id, **{name: golden.get(name) for name in ("full_name", "village_code")}}
    return {"rule": rule, "persons": len(found), "example": {"person": person, "cases": dict(first.cases)}}


def _invite(connection: Connection, store: Store, tablets: int, now: datetime) -> Iterator[str]:
    for number in range(tablets):
        name, areas, programs = VANS[number % len(VANS)]
        if access.van_by_name(connection, name) is None:
            access.create_van(connection, name, areas, programs, PROGRAMS, now)
        yield access.invite(connection, store.sealer, name, now).enrollment_code


def invite_office(store: Store, now: datetime) -> tuple[tuple[str, ...], str]:
    """Make office users of the demo; return their names and the password that they share, which is new each time."""
    password = secrets.token_urlsafe(9)
    for name, role in OFFICE:
        store.transact(
            partial(
                access.create_user,
                username=name,
                password=password,
                role=role,
                areas=(access.HOME,),
                programs=PROGRAMS,
                known_programs=PROGRAMS,
                now=now,
            )
        )
    return tuple(name for name, _ in OFFICE), password


@contextmanager
def keeping_time(settings: Settings) -> Iterator[None]:
    """Run the process of the timed jobs beside this one while the block lasts."""
    with _beside(settings, "scheduler"):
        yield


@contextmanager
def serving(settings: Settings, arguments: Sequence[str] = ()) -> Iterator[str]:
    """Run the production server beside this process while the block lasts; give its address.

    Raises:
        RuntimeError: it did not become ready in time.
    """
    with _beside(settings, "serve", "--port", str(settings.port), *arguments) as process:
        url = f"http://127.0.0.1:{settings.port}"
        _await_ready(url, process)
        yield url


@contextmanager
def _beside(settings: Settings, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    environment = {**os.environ, "FIELDSYNC_DATA_DIR": str(settings.data_dir), "FIELDSYNC_LOG_LEVEL": "WARNING"}
    environment["FIELDSYNC_DATABASE_URL"] = settings.database_url
    command = [sys.executable, "-m", "fieldsync", *arguments]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 # our own command, no shell
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _await_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    pool = urllib3.PoolManager(retries=False, timeout=5)
    patience = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < patience and process.poll() is None:
        try:
            if pool.request("GET", f"{url}/readyz").status == 200:  # noqa: PLR2004 # HTTP OK
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


def free_port(wanted: int) -> int:
    """Return the wanted port if nothing listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("no port is free")
