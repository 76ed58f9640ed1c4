"""The ways between people and their events in a folder: a child's birth, a person's death, a mother's deliveries."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from fieldsync.programs.folder import Entry, Folder, day_of

# Of a birth date known no better, an age in years may be wrong.
_VAGUE = frozenset({"year", "estimated"})


class Birth(NamedTuple):
    """A baby in a delivery: its entry there, and its place among the babies."""

    delivery: Entry
    baby: Mapping[str, Any]
    order: int


def births(folder: Folder) -> Iterator[Birth]:
    """Yield every baby of every delivery in the folder, by day and id, so that no order of arrival shows."""
    for delivery in sorted(folder.of_type("delivery"), key=_by_day):
        for order, baby in enumerate(delivery.data.get("babies") or (), start=1):
            yield Birth(delivery, baby, order)


def _by_day(delivery: Entry) -> tuple[str, str]:
    return str(delivery.data.get("delivered_on", "")), delivery.id


def birth_of(folder: Folder, person: str | None) -> Birth | None:
    """Return the birth of a person as a delivery tells it; None when no delivery names the person."""
    return folder.memo("births", lambda: _by_person(folder)).get(person) if person is not None else None


def _by_person(folder: Folder) -> dict[str, Birth]:
    found: dict[str, Birth] = {}
    for one in births(folder):
        if (child := one.baby.get("person_id")) is not None:
            found.setdefault(folder.who(child), one)
    return found


def person_entry(folder: Folder, person: str | None) -> Entry | None:
    """Return what is known of a person itself: the golden record."""
    found = folder.about("person", person)
    return found[0] if found else None


def is_exact(data: Mapping[str, Any]) -> bool:
    """Tell whether a person's date of birth is exact to the month at least; where nothing is said, it is to the day."""
    return data.get("birth_date_precision") not in _VAGUE


def birth_date(known: Entry | None) -> date | None:
    """Return a person's date of birth, as its record has it, when it is exact to the month at least."""
    return day_of(known.data, "birth_date") if known is not None and is_exact(known.data) else None


def died_on(folder: Folder, person: str | None) -> date | None:
    """Return the day on which a person died: as death events tell, the earliest, else the person's record.

    None when alive, or when nobody told the day.
    """
    told = [day for event in folder.about("death_event", person) if (day := day_of(event.data, "date_of_death"))]
    if told:
        return min(told)
    known = person_entry(folder, person)
    return day_of(known.data, "death_date") if known is not None else None


def is_dead(folder: Folder, person: str | None) -> bool:
    """Tell whether a person is known to be dead, be the day known or not."""
    if folder.about("death_event", person):
        return True
    known = person_entry(folder, person)
    return known is not None and "death_date" in known.data


def mother_of(folder: Folder, person: str) -> str | None:
    """Return a person's mother: as its record says, else the woman whose delivery names it."""
    known = person_entry(folder, person)
    if known is not None and (told := known.data.get("mother_id")) is not None:
        return folder.who(told)
    birth = birth_of(folder, person)
    return birth.delivery.person if birth is not None else None


def has_died(folder: Folder, person: str | None) -> bool:
    """Tell whether anything says that a person died, with its day or without."""
    if person is None:
        return False
    known = person_entry(folder, person)
    if folder.about("death_event", person) or (known is not None and "death_date" in known.data):
        return True
    return any(one.data.get("mother_outcome") == "died" for one in folder.about("delivery", person)) or any(
        one.data.get("status") == "died" for one in folder.about("pregnancy", person)
    )


def home_of(folder: Folder, person: str | None, *, otherwise: str | None = None) -> str | None:
    """Return the village where a person lives, as its record says; else the other one given."""
    known = person_entry(folder, person)
    told = known.data.get("village_code", known.area) if known is not None else None
    return told if isinstance(told, str) else otherwise
