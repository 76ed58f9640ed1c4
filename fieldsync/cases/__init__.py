"""Follow-up cases: which flags stand open for whom, and what is done about them until they are closed.

`follow` brings flags and cases up to date for what changed in the registry or by the passing of time; `act` and
`take_actions` let people's steps take effect; `escalate` hands up what nobody takes on. What the rules are is told
below, in `programs` and `rules`.
"""

from fieldsync.cases.acting import EVENTS, Act, ActError, act, events_allowed, take_actions
from fieldsync.cases.escalating import escalate
from fieldsync.cases.gathering import Touched, day_of, note_mentions
from fieldsync.cases.keeping import Followed, Raised, follow
from fieldsync.cases.listing import (
    GROUPS,
    CasesAsked,
    CaseSeen,
    DueCount,
    Place,
    Sight,
    cases_of,
    count_cases,
    count_due,
    events_of,
    list_cases,
    see_case,
)
from fieldsync.cases.stored import Event
from fieldsync.cases.telling import CaseNow, cases_in, cases_now, flag_body, heads_of, open_cases_beyond
from fieldsync.cases.watching import due_to_look, leave_watch

__all__ = [
    "EVENTS",
    "GROUPS",
    "Act",
    "ActError",
    "CaseNow",
    "CaseSeen",
    "CasesAsked",
    "DueCount",
    "Event",
    "Followed",
    "Place",
    "Raised",
    "Sight",
    "Touched",
    "act",
    "cases_in",
    "cases_now",
    "cases_of",
    "count_cases",
    "count_due",
    "day_of",
    "due_to_look",
    "escalate",
    "events_allowed",
    "events_of",
    "flag_body",
    "follow",
    "heads_of",
    "leave_watch",
    "list_cases",
    "note_mentions",
    "open_cases_beyond",
    "see_case",
    "take_actions",
]
