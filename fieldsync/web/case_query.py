"""Which cases a request's query asks for: the same words for the API, the pages and what is exported from them.

What is wrong is refused by its name; a van that is not there serves nobody.
"""

from datetime import date

from fieldsync import identity, sync
from fieldsync.access import Scope, van_by_name
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES
from fieldsync.web.case_schemas import LONGEST_ASSIGNEE, STATUSES
from fieldsync.web.house import house
from fieldsync.web.person_query import LONGEST_Q, NIK_DIGITS, note_search
from fieldsync.web.queries import area, day, line, moment, words

LONGEST_VAN = 80


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "string", "example": example}
    return {"name": name, "in": "query", "schema": schema, "description": description}


FILTERS = [
    _parameter("status", f"Any of {', '.join(STATUSES)}; if absent, all that are open", "open,acknowledged"),
    _parameter("severity", f"Any of {', '.join(SEVERITIES)}", "emergency,urgent"),
    _parameter("program", f"Any of {', '.join(PROGRAMS)}", "maternal"),
    _parameter("rule", "Only cases with an open flag of any of these rules", "ANC-BP-01,ANC-BP-02"),
    _parameter("area", "Only cases in this area or below it", "16.02.05"),
    _parameter("van", "Only cases in the areas and programs that the van of this name serves", "Mobil Sehat 1"),
    _parameter("assignee", "Exactly as it was assigned", "Bidan Rina"),
    _parameter("due_after", "On this day or later", "2026-03-04"),
    _parameter("due_before", "On this day or earlier", "2026-03-10"),
    _parameter("updated_after", "At this moment or later", "2026-03-10T00:00:00Z"),
    _parameter("q", "Whole words of the person's name, or all 16 digits of the NIK", "siti aminah"),
]
NAMES = tuple(str(one["name"]) for one in FILTERS)


def asked() -> sync.CasesAsked:
    """Return what the present request's query asks for; that somebody is looked for is noted.

    Raises:
        Problem: 422 by the name of what is wrong; 429 when too many are looked for.
    """
    after, before = day("due_after"), day("due_before")
    return sync.CasesAsked(
        statuses=words("status", STATUSES),
        severities=[SEVERITIES.index(one) for one in words("severity", SEVERITIES)],
        programs=words("program", PROGRAMS),
        rules=words("rule"),
        area=area(),
        assignee=line("assignee", LONGEST_ASSIGNEE),
        due_after=None if after is None else date.fromisoformat(after),
        due_before=None if before is None else date.fromisoformat(before),
        updated_after=moment("updated_after"),
        served=_served(line("van", LONGEST_VAN)),
        keys=_keys(line("q", LONGEST_Q)),
    )


def _served(name: str | None) -> Scope | None:
    if name is None:
        return None
    with house().store.reading() as connection:
        van = van_by_name(connection, name)
    return Scope(0, (), ()) if van is None else Scope(0, van.areas, van.programs)


def _keys(text: str | None) -> list[identity.Key] | None:
    """Return the keyed hashes of what is looked for; none when it holds no word that could be looked for."""
    if text is None:
        return None
    digits = text.replace(" ", "")
    by_nik = len(digits) == NIK_DIGITS and digits.isascii() and digits.isdigit()
    note_search("cases", ["nik" if by_nik else "name"])
    if by_nik:
        return [identity.key_of_nik(house().store.sealer, digits)]
    return identity.keys_of_name(house().store.sealer, text)
