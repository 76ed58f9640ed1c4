"""How a pregnancy goes: its visits in order, how it ended, and whether it is one to follow.

Followed is a pregnancy that is active: its status says so, no delivery names it, and the woman is alive. Whether a
finding is a danger is for the rules.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from fieldsync.programs.folder import Entry, Folder, day_of
from fieldsync.programs.kin import died_on, mother_of

# Nobody follows a woman through these any more: not in the pregnancy, nor after it.
SILENT = frozenset({"ended", "moved", "lost"})


def visits_of(folder: Folder, pregnancy: Entry) -> Sequence[Entry]:
    """Return the antenatal visits of a pregnancy, the oldest first; those without a date before all others."""
    kept = folder.memo("visits", dict[str, Sequence[Entry]])
    found = kept.get(pregnancy.id)
    if found is None:
        found = folder.naming("anc_visit", "pregnancy_id", pregnancy.id)
        if len(found) > 1:
            found = sorted(found, key=visit_order)
        kept[pregnancy.id] = found
    return found


def visit_order(visit: Entry) -> tuple[date, date, str]:
    """Return by what visits are put in order: the day of the visit, the day it was written down, the record."""
    return (day_of(visit.data, "visit_date") or date.min, visit.seen_on or date.min, visit.id)


def is_active(folder: Folder, pregnancy: Entry) -> bool:
    """Tell whether a pregnancy is followed."""
    kept = folder.memo("active", dict[str, bool])
    active = kept.get(pregnancy.id)
    if active is None:
        active = kept[pregnancy.id] = (
            pregnancy.data.get("status") == "active"
            and not folder.naming("delivery", "pregnancy_id", pregnancy.id)
            and died_on(folder, pregnancy.person) is None
        )
    return active


def known_since(entry: Entry) -> date | None:
    """Return the day from which a pregnancy could be known: when it was registered, else written down."""
    return day_of(entry.data, "registered_on") or entry.seen_on


def delivered_woman(folder: Folder, delivery: Entry) -> str | None:
    """Return who gave birth: the woman of the pregnancy, else the mother of a baby; None when nothing tells."""
    if delivery.person is not None:
        return delivery.person
    return next(_mothers(folder, delivery), None)


def first_delivery(folder: Folder, delivery: Entry) -> Entry:
    """Return the delivery that stands for all of one pregnancy: a birth that was written down twice is one birth."""
    same = folder.naming("delivery", "pregnancy_id", delivery.data.get("pregnancy_id"))
    return min(same, key=_delivery_order) if len(same) > 1 else delivery


def _delivery_order(delivery: Entry) -> tuple[date, str]:
    return (day_of(delivery.data, "delivered_on") or date.max, delivery.id)


def _mothers(folder: Folder, delivery: Entry) -> Iterator[str]:
    for baby in delivery.data.get("babies") or ():
        if (child := baby.get("person_id")) is not None and (mother := mother_of(folder, folder.who(child))):
            yield mother


def mother_died(folder: Folder, delivery: Entry, woman: str | None) -> bool:
    """Tell whether the woman of a delivery is dead, as any record tells."""
    if delivery.data.get("mother_outcome") == "died" or died_on(folder, woman) is not None:
        return True
    pregnancy = folder.record("pregnancy", delivery.data.get("pregnancy_id"))
    return pregnancy is not None and pregnancy.data.get("status") == "died"
