"""What civil registration knows of moves, marriages and divorces: how long ago, and whether they were registered."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fieldsync.programs.civil.birth_facts import households_by_member
from fieldsync.programs.civil.events import DIVORCE_EVENT, MARRIAGE_EVENT, MOVE_EVENT
from fieldsync.programs.facts import context, days, fields_as_facts, flag
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import home_of
from fieldsync.rules import Sheet

MOVE_CONTEXT = context(
    "move",
    "pindah",
    "move",
    (
        *fields_as_facts(MOVE_EVENT, "skp_issued_on"),
        days("days_since_letter", "hari sejak surat pindah terbit", "days since the move letter"),
        flag("arrival_registered", "kedatangan sudah dicatat", "arrival registered"),
    ),
)
MARRIAGE_CONTEXT = context(
    "marriage",
    "perkawinan",
    "marriage",
    (
        *fields_as_facts(MARRIAGE_EVENT, "date", "religion_recorded"),
        days("days_since_marriage", "hari sejak perkawinan", "days since the marriage"),
        flag("registered", "perkawinan sudah dicatat", "marriage registered"),
        flag("cards_updated", "KK suami dan istri sudah diperbarui", "family cards of both are updated"),
    ),
)
DIVORCE_CONTEXT = context(
    "divorce",
    "perceraian",
    "divorce",
    (
        *fields_as_facts(DIVORCE_EVENT, "ruling_final_on"),
        days("days_since_ruling", "hari sejak putusan berkekuatan tetap", "days since the ruling was final"),
        flag("reported", "perceraian sudah dilaporkan", "divorce reported"),
    ),
)


def move_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every move."""
    for one in folder.of_type("move_event"):
        movers = one.data.get("person_ids") or (None,)
        person = folder.who(movers[0]) if movers[0] is not None else one.person
        facts: dict[str, Any] = {"arrival_registered": "arrival_registered_on" in one.data}
        _add_since(facts, one, "skp_issued_on", "days_since_letter", frame.now)
        yield from _sheet("move", folder, one, person, facts)


def marriage_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every marriage."""
    for one in folder.of_type("marriage_event"):
        data = one.data
        facts: dict[str, Any] = {
            "registered": "registered_on" in data or "registration_no" in data,
            "cards_updated": _are_cards_updated(folder, one),
        }
        if "religion_recorded" in data:
            facts["religion_recorded"] = data["religion_recorded"]
        _add_since(facts, one, "date", "days_since_marriage", frame.now)
        yield from _sheet("marriage", folder, one, _spouse(folder, one), facts)


def divorce_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every divorce."""
    for one in folder.of_type("divorce_event"):
        facts: dict[str, Any] = {"reported": "reported_on" in one.data}
        _add_since(facts, one, "ruling_final_on", "days_since_ruling", frame.now)
        yield from _sheet("divorce", folder, one, _spouse(folder, one), facts)


def _sheet(about: str, folder: Folder, event: Entry, person: str | None, facts: dict[str, Any]) -> Iterator[Sheet]:
    """Yield the sheet of an event; one that names nobody is wanted whoever is asked for."""
    if person is None or folder.wants(person):
        yield Sheet(
            about=about,
            subject=event.id,
            episode=event.id,
            person=person,
            area=home_of(folder, person, otherwise=event.area),
            on=event.seen_on,
            record=event.id,
            facts=facts,
        )


def _add_since(facts: dict[str, Any], event: Entry, name: str, since: str, now: date) -> None:
    if (day := day_of(event.data, name)) is not None:
        facts[name] = day
        facts[since] = (now - day).days


def _spouse(folder: Folder, event: Entry) -> str | None:
    """Return whose case it is: the husband's, else the wife's."""
    wife = event.data.get("wife_id")
    return event.person or (folder.who(wife) if wife is not None else None)


def _are_cards_updated(folder: Folder, marriage: Entry) -> bool:
    """Tell whether somebody said so, or the family cards of both were written since the marriage."""
    if marriage.data.get("kk_updated") is True:
        return True
    day = day_of(marriage.data, "date")
    return day is not None and all(
        _has_card_since(folder, marriage.data.get(name), day) for name in ("husband_id", "wife_id")
    )


def _has_card_since(folder: Folder, spouse: str | None, day: date) -> bool:
    if spouse is None:
        return False
    cards = folder.memo("households", lambda: households_by_member(folder)).get(folder.who(spouse), ())
    written = [day_of(one.data, "kk_updated_on") for one in cards]
    return any(one is not None and one >= day for one in written)
