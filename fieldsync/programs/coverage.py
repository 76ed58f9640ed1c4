"""Coverage: who is counted in which month, and who of them was reached, as pure functions of a folder of records.

Definitions stand in ``coverage.yaml``. A month's numbers are of those whose pregnancy ended, or who were born, in it;
whoever is in the denominator is known from records, never estimated. Days are those of Asia/Jakarta.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from fieldsync.programs.child.ages import child_of, months_after
from fieldsync.programs.child.newborn_facts import baby_sheets
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import birth_of, died_on, home_of, is_dead
from fieldsync.programs.maternal.course import first_delivery, visits_of
from fieldsync.programs.maternal.dating import dating_of
from fieldsync.rules import Book

IDL_RULE, IDL_DOSES = "IMM-03", "doses"
_YEAR_MONTHS = 12
_REGISTERED = frozenset({"registered", "issued"})


class Counted(NamedTuple):
    """One member of a cohort: of which indicator, living in which village, in which month, and whether reached."""

    indicator: str
    area: str
    month: str
    met: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted, in words of both languages; `ready_days` or `ready_months` after its last day a month is whole.

    `of` says who is counted, `met` who of them was reached.
    """

    id: str
    programs: tuple[str, ...]
    title: Mapping[str, str]
    of: Mapping[str, str]
    met: Mapping[str, str]
    source: str
    ready_days: int
    ready_months: int

    def is_whole(self, month: str, today: date) -> bool:
        """Tell whether everybody of a month (``YYYY-MM``) had the time to be reached, on a day."""
        last = last_day(month)
        if self.ready_months:
            return today >= months_after(last, self.ready_months)
        return today > last + timedelta(days=self.ready_days)


@cache
def _file() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "coverage.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return the indicators of coverage, by id, in the order in which they are shown."""
    made = [
        Indicator(
            **{name: one[name] for name in ("id", "title", "of", "met", "source")},
            programs=tuple(one["programs"]),
            ready_days=one["ready"].get("days", 0),
            ready_months=one["ready"].get("months", 0),
        )
        for one in _file()["indicators"]
    ]
    return MappingProxyType({one.id: one for one in made})


def month_of(day: date) -> str:
    """Return the month of a day, as ``YYYY-MM``."""
    return f"{day.year:04}-{day.month:02}"


def months_before(month: str, months: int) -> str:
    """Return the month so many months before one; behind it where `months` is under 0."""
    return month_of(months_after(date.fromisoformat(f"{month}-01"), -months))


def last_day(month: str) -> date:
    """Return the last day of a month."""
    return months_after(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)


def basic_doses(book: Book) -> frozenset[str]:
    """Return the doses of complete basic immunisation, as the rule in force lists them; none when it lists none."""
    rule = book.rules.get(IDL_RULE)
    listed = rule.parameters.get(IDL_DOSES) if rule is not None else None
    return frozenset(listed.value) if listed is not None else frozenset()


def coverage(folder: Folder, frame: Frame, doses: frozenset[str]) -> Iterator[Counted]:
    """Yield every member of every cohort among the persons that a folder is asked about.

    Args:
        folder: the records of some people, whole.
        frame: by what it is read; of its tables only the windows of newborn visits count.
        doses: of complete basic immunisation; without any, nobody is counted for it.
    """
    yield from _pregnancies(folder)
    yield from _deliveries(folder)
    yield from _births(folder, frame)
    if doses:
        yield from _children(folder, doses)


def _pregnancies(folder: Folder) -> Iterator[Counted]:
    for pregnancy in folder.of_type("pregnancy"):
        named = folder.naming("delivery", "pregnancy_id", pregnancy.id)
        ended = day_of(first_delivery(folder, named[0]).data, "delivered_on") if named else None
        if ended is None or not folder.wants(pregnancy.person):
            continue
        seen = {day for one in visits_of(folder, pregnancy) if (day := day_of(one.data, "visit_date")) and day <= ended}
        area = home_of(folder, pregnancy.person, otherwise=pregnancy.area)
        contacts = _by_trimester(pregnancy, seen)
        reached = {"k1_access": bool(seen), "k1": contacts[0] > 0}
        reached |= {name: _enough(contacts, _file()["limits"][name]) for name in ("k4", "k6")}
        for name, met in reached.items():
            yield Counted(name, area or "", month_of(ended), met)


def _by_trimester(pregnancy: Entry, days: Iterable[date]) -> Sequence[int]:
    """Return on how many days of each trimester she was seen; none where nobody knows how old the pregnancy is."""
    begins: Sequence[int] = _file()["limits"]["trimesters"]
    contacts = [0] * len(begins)
    dating = dating_of(pregnancy)
    for age in (dating.age(day) for day in days) if dating is not None else ():
        if age >= 0:
            contacts[sum(begin <= age for begin in begins) - 1] += 1
    return contacts


def _enough(contacts: Sequence[int], asked: Sequence[int]) -> bool:
    return all(there >= least for there, least in zip(contacts, asked, strict=True))


def _deliveries(folder: Folder) -> Iterator[Counted]:
    for delivery in folder.of_type("delivery"):
        on = day_of(delivery.data, "delivered_on")
        owner = delivery.person or _first_baby(folder, delivery)
        if on is None or not folder.wants(owner) or first_delivery(folder, delivery) is not delivery:
            continue
        if delivery.person is None and _is_told_elsewhere(folder, delivery, owner):
            continue
        area = home_of(folder, owner, otherwise=delivery.area)
        met = delivery.data.get("attendant") in _file()["limits"]["skilled"]
        yield Counted("skilled_birth", area or "", month_of(on), met)


def _first_baby(folder: Folder, delivery: Entry) -> str | None:
    named = (one.get("person_id") for one in delivery.data.get("babies") or ())
    return next((folder.who(one) for one in named if one is not None), None)


def _is_told_elsewhere(folder: Folder, delivery: Entry, baby: str | None) -> bool:
    """Tell whether the delivery of a woman nobody knows is one that is counted already, by a baby of both."""
    counting = birth_of(folder, baby)
    if counting is None or counting.delivery is not delivery:
        return counting is not None
    return any(_first_baby(folder, one) == baby for one in folder.of_type("delivery") if one.person is not None)


def _births(folder: Folder, frame: Frame) -> Iterator[Counted]:
    for sheet in baby_sheets(folder, frame):
        born = sheet.facts.get("birth_date")
        is_live = sheet.facts.get("outcome") == "live_birth" and folder.record("delivery", sheet.record) is not None
        if not is_live or born is None:
            continue
        area, month = home_of(folder, sheet.person, otherwise=sheet.area) or "", month_of(born)
        yield Counted("kn1", area, month, sheet.facts.get("seen_kn1") is True)
        yield Counted("birth_registered", area, month, _registered_in_time(folder, sheet.subject, born))


def _registered_in_time(folder: Folder, child: str, born: date) -> bool:
    within = timedelta(days=_file()["limits"]["registered_within_days"])
    days = (
        day_of(one.data, "registered_on")
        for one in folder.about("birth_registration", child)
        if one.data.get("status") in _REGISTERED
    )
    return any(day is not None and born <= day <= born + within for day in days)


def _children(folder: Folder, doses: frozenset[str]) -> Iterator[Counted]:
    for entry in folder.of_type("person"):
        if entry.data.get("enrolled_child_program") is not True or not folder.wants(entry.person):
            continue
        child = child_of(folder, entry.person)
        if child.born is None or not child.exact:
            continue
        birthday = months_after(child.born, _YEAR_MONTHS)
        died = died_on(folder, entry.person)
        if (died is None and is_dead(folder, entry.person)) or (died is not None and died < birthday):
            continue
        given = {
            one.data.get("dose")
            for one in folder.about("immunisation", entry.person)
            if (day := day_of(one.data, "given_on")) is not None and day < birthday
        }
        area = home_of(folder, entry.person, otherwise=entry.area)
        yield Counted("idl", area or "", month_of(child.born), doses <= given)
