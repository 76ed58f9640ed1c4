"""Which values of a record are refused, and which are to be confirmed, by the declaration of its type.

What was refused has no effect, so it is told of the sending and not of the record. A NIK's own doubts are told with
the person. Of other records only the age at a pregnancy and at a marriage is looked at here, not dates that contradict
them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from fieldsync.programs import TYPES, programs_of
from fieldsync.programs.checks import SoftWhen
from fieldsync.programs.declare import Field, RecordType
from fieldsync.programs.facts import context, days, number
from fieldsync.programs.folder import Entry, Folder, Frame, Refused, day_of
from fieldsync.programs.kin import birth_date, person_entry
from fieldsync.programs.maternal.dating import dating_of, full_years
from fieldsync.programs.values import DOUBTS
from fieldsync.rules import Fact, Sheet
from fieldsync.rules.facts import Label

Doubtful = Callable[[Any, str], bool]
_MOST_VALUES = 1_000
# A usual range of the data dictionary that no field has by itself: completed years when the pregnancy began.
_PREGNANT_AT = (12, 50)
# Whoever marries younger needs a court's dispensation (UU 16/2019).
_MARRIED_FROM = 19

_NAMES: Mapping[str, Label] = {
    "refused_fields": {"id": "isian yang ditolak", "en": "fields that are refused"},
    "doubted_fields": {"id": "isian yang perlu dipastikan", "en": "fields to be confirmed"},
}
RECORD_CONTEXT = context(
    "record",
    "catatan",
    "record",
    (
        Fact(name="doubted_fields", kind="texts", label=_NAMES["doubted_fields"]),
        number("doubted_values", "jumlah isian yang meragukan", "number of doubted fields", limits=(0, _MOST_VALUES)),
    ),
    by_record=True,
)
# A record as it was sent and is without effect: refused, or waiting for another.
SENDING_CONTEXT = context(
    "sending",
    "kiriman",
    "sending",
    (
        Fact(name="refused_fields", kind="texts", label=_NAMES["refused_fields"]),
        number("refused_values", "jumlah isian yang ditolak", "number of refused fields", limits=(0, _MOST_VALUES)),
        days("held_days", "lama tertahan", "days that it waits", least=0),
    ),
)


class _Plan(NamedTuple):
    """What makes each field's value doubtful, fields of parts inside, and checks between fields."""

    tests: Mapping[str, Doubtful]
    inner: "Mapping[str, _Plan]"
    checks: tuple[SoftWhen, ...] = ()


def record_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every record with a value that is doubtful; of others there is none.

    Nor is there one of a record that was looked at before.
    """
    today = frame.now.isoformat()
    for one in folder.fresh():
        plan, ages = _plan(TYPES[one.type]), _AGES.get(one.type)
        if (plan or ages) and (one.person is None or folder.wants(one.person)):
            doubted = _doubted(plan, one.data, today) if plan else []
            doubted += ages(folder, one) if ages else ()
            if doubted:
                facts = {"doubted_fields": tuple(doubted), "doubted_values": len(doubted)}
                yield _sheet("record", one, facts, programs_of(one.type))


def sending_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every record with a value that was refused."""
    for one in folder.refused:
        if one.person is None or folder.wants(one.person):
            yield _sheet("sending", one, {"refused_fields": one.fields, "refused_values": len(one.fields)})


def _sheet(about: str, one: Entry | Refused, facts: dict[str, Any], programs: frozenset[str] | None = None) -> Sheet:
    return Sheet(
        about=about,
        subject=one.id,
        episode=one.id,
        person=one.person,
        area=one.area,
        programs=programs,
        on=one.seen_on,
        record=one.id,
        facts=facts,
    )


def _of_odd_age(folder: Folder, pregnancy: Entry) -> Iterator[str]:
    dating = dating_of(pregnancy)
    age = _age_at(folder, pregnancy.person, dating.lmp) if dating is not None else None
    if age is not None and not _PREGNANT_AT[0] <= age <= _PREGNANT_AT[1]:
        yield "woman_id"


def _married_young(folder: Folder, marriage: Entry) -> Iterator[str]:
    """Yield who of the two was too young to marry without a dispensation, when none is told."""
    on = day_of(marriage.data, "date")
    if on is None or "dispensation_no" in marriage.data:
        return
    for name in ("husband_id", "wife_id"):
        spouse = marriage.data.get(name)
        age = _age_at(folder, folder.who(spouse), on) if spouse is not None else None
        if age is not None and age < _MARRIED_FROM:
            yield name


def _age_at(folder: Folder, person: str | None, on: date) -> int | None:
    """Return the completed years of a person on a day; None when the birth date is not known well enough."""
    born = birth_date(person_entry(folder, person))
    return full_years(born, on) if born is not None else None


# Ages that only other records tell, by the type of the record that is to be confirmed.
_AGES: Mapping[str, Callable[[Folder, Entry], Iterator[str]]] = {
    "pregnancy": _of_odd_age,
    "marriage_event": _married_young,
}


def _doubted(plan: _Plan, data: Mapping[str, Any], today: str) -> list[str]:
    found = []
    tests, inner = plan.tests, plan.inner
    for name, value in data.items():
        test = tests.get(name)
        if test is not None and test(value, today):
            found.append(name)
        if name in inner:
            for part in value if isinstance(value, list) else (value,):
                found += (f"{name}.{one}" for one in _doubted(inner[name], part, today))
    found += (check.field for check in plan.checks if check.faults(data))
    return list(dict.fromkeys(found))


@cache
def _plan(kind: RecordType) -> _Plan | None:
    """Return what can be doubtful in records of a type; None when nothing can."""
    return _planned(kind.fields, tuple(one for one in kind.checks if isinstance(one, SoftWhen)))


def _planned(fields: tuple[Field, ...], checks: tuple[SoftWhen, ...] = ()) -> _Plan | None:
    tests = {one.name: test for one in fields if (test := _test(one)) is not None}
    inner = {one.name: plan for one in fields if one.fields and (plan := _planned(one.fields)) is not None}
    return _Plan(tests, inner, checks) if tests or inner or checks else None


def _test(field: Field) -> Doubtful | None:
    if field.soft is not None:
        low, high = field.soft
        if field.kind == "objects":
            return lambda value, _: not low <= len(value) <= high
        return lambda value, _: not low <= value <= high
    # A NIK that can't be has a rule of its own.
    return DOUBTS[field.doubt] if field.doubt is not None and field.doubt != "nik" else None
