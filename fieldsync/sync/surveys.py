"""The satisfaction of each unit by survey period: judged when the period is over, from all answers of it.

Answers that come late count at the next run. A unit about which nobody answered keeps what was found before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from fieldsync import cases, registry
from fieldsync.db import Lost, Store
from fieldsync.ledger import feed
from fieldsync.programs.service.survey_facts import Tally
from fieldsync.programs.values import is_day
from fieldsync.rulebook import book_of
from fieldsync.rules import Sheet
from fieldsync.sync.looking import Guard, anybody

AT_ONCE = 200  # units of a transaction
READ_AT_ONCE = 5_000
_YEAR = 12
_REGENCY = 5  # characters of its code
_NIL = "00000000-0000-0000-0000-000000000000"


def last_period(today: date, months: int) -> tuple[date, date]:
    """Return the first and the last day of the newest survey period that is over on a day.

    Periods of 1, 2, 3, 4, 6 or 12 months follow one another from 1 January.
    """
    month = today.year * _YEAR + today.month - 1
    end = month - month % months
    begin = end - months
    first = date(begin // _YEAR, begin % _YEAR + 1, 1)
    return first, date(end // _YEAR, end % _YEAR + 1, 1) - timedelta(days=1)


def survey(store: Store, months: int, now: datetime, guard: Guard = anybody) -> int:
    """Judge the newest period that is over; return how many units had answers in it.

    Args:
        store: the database.
        months: the length of a period.
        now: the moment.
        guard: called first in each transaction; what it raises ends the run.
    """
    first, last = last_period(cases.day_of(now), months)
    with store.reading() as connection:
        sheets = _sheets(_answers(connection, first, last), last)
    for start in range(0, len(sheets), AT_ONCE):
        store.transact(partial(_judge, sheets=sheets[start : start + AT_ONCE], now=now, guard=guard))
    return len(sheets)


def _answers(connection: Connection, first: date, last: date) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield regency, village and fields of every answer of a period."""
    after = _NIL
    while rows := registry.fields_of_type(connection, "survey_response", after, READ_AT_ONCE):
        after = rows[-1][0]
        for _, area, fields in rows:
            answered = fields.get("answered_on")
            if isinstance(answered, str) and is_day(answered) and first <= date.fromisoformat(answered) <= last:
                yield area[:_REGENCY], area, fields


def _sheets(answers: Iterable[tuple[str, str, dict[str, Any]]], last: date) -> list[Sheet]:
    """Return a sheet for every unit of a regency: two regencies may call a unit alike."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    villages: dict[tuple[str, str], str] = {}
    for regency, village, fields in answers:
        unit = (regency, fields["unit"])
        tallies[unit].add(fields)
        villages[unit] = min(village, villages.get(unit, village))
    return [
        _sheet(f"{regency} {name}", villages[regency, name], last, tallies[regency, name])
        for regency, name in sorted(tallies)
    ]


def _sheet(unit: str, village: str, last: date, tally: Tally) -> Sheet:
    return Sheet(about="unit", subject=unit, episode=unit, area=village, on=last, facts=tally.facts())


def _judge(connection: Connection, sheets: Sequence[Sheet], now: datetime, guard: Guard) -> None:
    guard(connection)
    try:
        changes = cases.judge_apart(connection, book_of(connection, cases.day_of(now)), sheets, now)
    except IntegrityError as error:
        raise Lost from error  # another run opened the same flag in this instant
    feed.publish(connection, changes)
