"""Sending what waits in the outbox: taken in one transaction, sent outside of any, marked in another.

A slow receiver keeps nobody else waiting: each target has a thread of its own, and after a try that failed the others
of that target wait, too, without being tried.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select

from fieldsync.access import region_names
from fieldsync.config import Outgoing
from fieldsync.db import SealError, Store
from fieldsync.notices import outbox
from fieldsync.notices.chat import send_chat
from fieldsync.notices.links import links_of
from fieldsync.notices.mail import Letter, send_mail
from fieldsync.notices.outbox import Guard, Taken, anybody
from fieldsync.notices.outcome import Outcome
from fieldsync.notices.tables import TargetRow
from fieldsync.notices.targets import TEST, address_of, find_target, secrets_of
from fieldsync.notices.webhook import Message, post
from fieldsync.notices.wording import Said, body_of, subject_of, text_of

THREADS = 4
# What was taken is not begun any more when less than this is left: another may take it soon.
LAST_START = timedelta(minutes=1)
PAUSE_AFTER_FAILURE = timedelta(minutes=1)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sent:
    """How many notices were sent, how many tries failed, and of these how many are given up."""

    sent: int = 0
    retried: int = 0
    failed: int = 0


def send_due(store: Store, out: Outgoing, clock: Clock, guard: Guard = anybody) -> Sent:
    """Send everything that is due.

    Args:
        store: the database.
        out: the ways out.
        clock: tells the moment; sending takes time.
        guard: called first in each transaction that takes notices; what it raises ends the run. What was sent by then
            is marked all the same: it was sent, whoever leads now.
    """
    counted: Counter[str] = Counter()

    def work(connection: Connection) -> list[Taken]:
        guard(connection)
        return outbox.take(connection, clock())

    with ThreadPoolExecutor(THREADS, thread_name_prefix="notices") as threads:
        while _anything_due(store, clock) and (taken := store.transact(work)):
            names = _district_names(store, taken)
            by_target: dict[str, list[Taken]] = defaultdict(list)
            for one in taken:
                by_target[one.target_id].append(one)
            tell = partial(_tell_target, store, out, clock, names)
            for states in threads.map(tell, by_target.values()):
                counted.update(states)
    return Sent(counted["sent"], counted["queued"], counted["failed"])


def _anything_due(store: Store, clock: Clock) -> bool:
    """Look before taking: on SQLite, who takes keeps everybody else from writing."""
    with store.reading() as connection:
        return outbox.anything_due(connection, clock())


def _district_names(store: Store, taken: Sequence[Taken]) -> dict[str, str]:
    codes = {str(one.detail["district"]) for one in taken if "district" in one.detail}
    with store.reading() as connection:
        return region_names(connection, sorted(codes))


def _tell_target(store: Store, out: Outgoing, clock: Clock, names: dict[str, str], taken: Sequence[Taken]) -> list[str]:
    """Send the notices of one target in their order; return the state of each that was tried."""
    states: list[str] = []
    for number, one in enumerate(taken):
        if clock() > one.until - LAST_START:
            break
        outcome = _deliver(store, out, one, names, clock())
        states.append(store.transact(partial(outbox.mark, taken=one, outcome=outcome, now=clock())))
        if outcome.error is not None:
            rest, until = taken[number + 1 :], clock() + max(outcome.wish or PAUSE_AFTER_FAILURE, PAUSE_AFTER_FAILURE)
            store.transact(partial(outbox.put_back, taken=rest, until=until))
            break
    return states


def _deliver(store: Store, out: Outgoing, one: Taken, names: dict[str, str], now: datetime) -> Outcome:
    try:
        address = address_of(store.sealer, one.target_id, one.address)
        secrets = secrets_of(store.sealer, one.target_id, one.secrets)
    except SealError:
        return Outcome("sealed")
    links = links_of(out.public_url, one.event, one.about, one.detail)
    said = Said(one.event, one.about, one.detail, names.get(one.detail.get("district", "")), links)
    return _send(out, one, address, secrets, said, now)


def _send(out: Outgoing, one: Taken, address: str, secrets: Sequence[str], said: Said, now: datetime) -> Outcome:
    if one.kind == "webhook":
        return post(address, Message(one.id, body_of(said, one.queued_at), secrets), now, out.inside)
    subject, text = subject_of(said, one.language), text_of(said, one.language)
    if one.kind == "email":
        return send_mail(address, Letter(one.id, subject, text), now, out)
    return send_chat(address, subject, text)


_SEALED = select(TargetRow.address, TargetRow.secrets)


def try_target(store: Store, out: Outgoing, name: str, message_id: str, now: datetime) -> Outcome:
    """Send a target a test, now and once.

    Args:
        store: the database.
        out: the ways out.
        name: of the target.
        message_id: a new UUID.
        now: the moment.

    Raises:
        NoticeError: ``unknown``.
    """
    with store.reading() as connection:
        found = find_target(connection, store.sealer, name)
        row = connection.execute(_SEALED.where(TargetRow.id == found.id)).one()
    sealed = (found.kind, row.address, row.secrets, found.language)
    return _deliver(store, out, Taken(message_id, found.id, *sealed, TEST, "", {}, now, 1, now), {}, now)
