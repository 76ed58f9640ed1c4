"""The night run: all person records again, what differs made in small transactions and told in the feed.

Flags and cases follow their persons in the same transaction, as when a human joins or parts them.

Run again, it changes nothing. Broken off, what was made stays made, and the next run does the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from sqlalchemy import Connection

from fieldsync import registry
from fieldsync.db import Sealer, Store
from fieldsync.identity.bulk.engines import EngineError, check
from fieldsync.identity.bulk.making import Made, ask, make
from fieldsync.identity.bulk.night import Change, Night, work_out
from fieldsync.identity.bulk.reading import read_everything
from fieldsync.identity.matching.desk import Doubt
from fieldsync.identity.matching.weights import Weights
from fieldsync.identity.reviews import SPLIT
from fieldsync.ledger import feed
from fieldsync.sync.following import follow_persons
from fieldsync.sync.looking import Guard, anybody
from fieldsync.sync.persons import publish_parting, publish_persons

AT_ONCE = 100  # changes of a transaction: pushes wait while it runs
QUESTIONS_AT_ONCE = 1_000

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Relinked:
    """What a night run came to.

    Attributes:
        records: person records looked at.
        persons: persons that they were.
        merges_proposed: (loser, winner) persons that are one, by what was read.
        merges_made: those that were made.
        remade_proposed: persons whose records belong together in another way.
        remade: groups of persons that were made anew.
        questions: pairs that a human was asked about, the proposed splits among them.
        splits_proposed: of these, the records that do not fit a person whom a human touched.
        moved: records that would be with another person.
        overtaken: changes left for the next night, since somebody changed the persons meanwhile.
    """

    records: int
    persons: int
    merges_proposed: list[tuple[str, str]]
    remade_proposed: int
    questions: int
    splits_proposed: int
    moved: int
    merges_made: list[tuple[str, str]] = field(default_factory=list)
    remade: int = 0
    overtaken: int = 0

    @property
    def drift(self) -> float:
        """Return the links that changed, or would, per 1,000 records."""
        return 1000 * self.moved / self.records if self.records else 0.0


def relink(
    store: Store,
    weights: Weights,
    engine: str,
    now: datetime,
    progress: Progress,
    *,
    dry_run: bool = False,
    guard: Guard = anybody,
) -> Relinked:
    """Look at all person records again, and make what the machine may make.

    Args:
        store: the database.
        weights: the model that decides.
        engine: where Splink runs: ``duckdb`` or ``spark``.
        now: when.
        progress: called now and then with what is done, how far, of how much.
        dry_run: change nothing, only tell.
        guard: called first in each transaction; what it raises ends the run.

    Raises:
        EngineError: the engine is not installed.
    """
    check(engine)
    progress("reading", 0, 1)
    with store.snapshot() as connection:
        given = read_everything(connection, store.sealer)
    night = work_out(given, weights, engine, lambda name: progress(name, 0, 1))
    done = _told(night)
    if dry_run:
        return done
    made = 0
    for chunk in _chunks(night.changes):
        work = partial(_make, sealer=store.sealer, weights=weights, changes=chunk, now=now, guard=guard)
        _take(done, store.transact(work))
        made += len(chunk)
        progress("changes", made, len(night.changes))
    for start in range(0, len(night.questions), QUESTIONS_AT_ONCE):
        some = night.questions[start : start + QUESTIONS_AT_ONCE]
        store.transact(partial(_ask, weights=weights, questions=some, now=now, guard=guard))
    return done


def _told(night: Night) -> Relinked:
    merges = [merge for change in night.changes for merge in change.merges]
    splits = sum(one.why == SPLIT for one in night.questions)
    remade = sum(not change.merges for change in night.changes)
    return Relinked(night.records, night.persons, merges, remade, len(night.questions), splits, night.moved)


def _chunks(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield changes of one regency at a time, few enough for a transaction."""
    for _, same in groupby(changes, key=lambda change: change.regency):
        listed = list(same)
        yield from (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


def _make(
    connection: Connection, sealer: Sealer, weights: Weights, changes: Sequence[Change], now: datetime, guard: Guard
) -> Made:
    guard(connection)
    registry.own_persons(connection)
    made = make(connection, sealer, weights, changes, now)
    told = publish_persons(connection, sealer, [], made.merges)
    persons: set[str] = set()
    merges = list(made.merges)
    for parted in made.remade:
        told += publish_parting(connection, sealer, parted)
        persons.update(parted.homes.values(), parted.before)
        merges += parted.merges
    told += follow_persons(connection, sealer, persons, merges, now)
    feed.publish(connection, told)
    return made


def _ask(connection: Connection, weights: Weights, questions: Sequence[Doubt], now: datetime, guard: Guard) -> None:
    guard(connection)
    ask(connection, weights, questions, now)


def _take(done: Relinked, made: Made) -> None:
    done.merges_made += made.merges
    done.remade += len(made.remade)
    done.overtaken += made.overtaken


__all__ = ["EngineError", "Relinked", "relink"]
