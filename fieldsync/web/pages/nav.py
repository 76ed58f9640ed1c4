"""The pages that the head of each page leads to: one line for each, in the order in which they are shown.

Somebody sees those that their role may open. To add a page, add its line here and its word in ``words/nav.yaml``.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from fieldsync import reporting
from fieldsync.access import OfficeUser, Scope


class Entry(NamedTuple):
    """A page: its endpoint, the key of its word, the permission that it asks for, and the icon beside it.

    `waits` tells how much waits there in somebody's scope, for pages whose entry says so. `more` pages are behind
    a button: they are not for every morning.
    """

    endpoint: str
    word: str
    permission: str
    icon: str
    waits: Callable[[Connection, Scope], int] | None = None
    more: bool = False


ENTRIES = (
    Entry("today.show", "nav.today", "cases.read", "sun"),
    Entry("case_list.show", "nav.cases", "cases.read", "list"),
    Entry("case_map.show", "nav.map", "cases.read", "place"),
    Entry("duplicates.show", "nav.duplicates", "identity.review", "two", reporting.open_reviews),
    Entry("quarantine.show", "nav.quarantine", "records.quarantine", "urgent", reporting.open_refusals, more=True),
    Entry("person_search.show", "nav.persons", "persons.read", "person"),
    Entry("pregnancies.show", "nav.pregnancies", "persons.read", "heart", more=True),
    Entry("registrations.show", "nav.registrations", "persons.read", "paper", more=True),
    Entry("conflicts.show", "nav.conflicts", "persons.read", "fork", more=True),
    Entry("trends.show", "nav.trends", "cases.read", "trend", more=True),
    Entry("tablets.show", "nav.devices", "devices.read", "van", more=True),
    Entry("dictionary.show", "nav.dictionary", "cases.read", "book", more=True),
)


def entries_for(user: OfficeUser | None) -> list[Entry]:
    """Return the pages that somebody may open."""
    return [one for one in ENTRIES if user is not None and user.may(one.permission)]
