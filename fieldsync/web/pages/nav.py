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

    `waits` tells how much waits there in somebody's scope, for pages whose entry says so.
    """

    endpoint: str
    word: str
    permission: str
    icon: str
    waits: Callable[[Connection, Scope], int] | None = None


ENTRIES = (
    Entry("today.show", "nav.today", "cases.read", "sun"),
    Entry("case_list.show", "nav.cases", "cases.read", "list"),
    Entry("pregnancies.show", "nav.pregnancies", "persons.read", "heart"),
    Entry("registrations.show", "nav.registrations", "persons.read", "paper"),
    Entry("duplicates.show", "nav.duplicates", "identity.review", "two", reporting.open_reviews),
    Entry("quarantine.show", "nav.quarantine", "records.quarantine", "urgent", reporting.open_refusals),
    Entry("conflicts.show", "nav.conflicts", "persons.read", "fork"),
    Entry("person_search.show", "nav.persons", "persons.read", "person"),
    Entry("tablets.show", "nav.devices", "devices.read", "van"),
)


def entries_for(user: OfficeUser | None) -> list[Entry]:
    """Return the pages that somebody may open."""
    return [one for one in ENTRIES if user is not None and user.may(one.permission)]
