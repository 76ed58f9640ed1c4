"""Follow-up cases: which flags stand open for whom, and what is done about them until they are closed.

`follow` brings flags and cases up to date for what changed in the registry or by the passing of time; `act` and
`take_actions` let people's steps take effect; `escalate` hands up what nobody takes on. What the rules are is told
below, in `programs` and `rules`.
"""

from fieldsync.cases.acting import EVENTS, Act, ActError, act, events_allowed, take_actions
from fieldsync.cases.concerned import persons_concerned, records_concerned
from fieldsync.cases.counts import DueCount, count_cases, count_due, count_open_cases
from fieldsync.cases.escalating import HandedUp, escalate
from fieldsync.cases.gathering import ZONE, Touched, day_of, gather_past, note_mentions
from fieldsync.cases.keeping import Followed, Raised, follow, judge_apart
from fieldsync.cases.life import Key
from fieldsync.cases.listed import CaseListed
from fieldsync.cases.listing import (
    GROUPS,
    CasesAsked,
    CaseSeen,
    LateCount,
    Place,
    Sight,
    case_ids,
    cases_among,
    cases_of,
    cases_of_persons,
    count_newly_late,
    events_of,
    list_cases,
    see_case,
)
from fieldsync.cases.recounting import Recounted, fold_counts, recount
from fieldsync.cases.replaying import Replayed, replay
from fieldsync.cases.sheet import SheetRow, rules_of
from fieldsync.cases.standing import (
    Shared,
    closed_since,
    count_open_flags,
    open_subjects,
    shared_cases,
)
from fieldsync.cases.stored import Alarm, Event
from fieldsync.cases.telling import CaseNow, cases_in, cases_now, heads_of, open_cases_beyond, persons_of
from fieldsync.cases.watching import due_to_look, leave_watch, look_today
from fieldsync.cases.words import Words, flag_body, flag_row, rule_words, words_of

__all__ = [
    "EVENTS",
    "GROUPS",
    "ZONE",
    "Act",
    "ActError",
    "Alarm",
    "CaseListed",
    "CaseNow",
    "CaseSeen",
    "CasesAsked",
    "DueCount",
    "Event",
    "Followed",
    "HandedUp",
    "Key",
    "LateCount",
    "Place",
    "Raised",
    "Recounted",
    "Replayed",
    "Shared",
    "SheetRow",
    "Sight",
    "Touched",
    "Words",
    "act",
    "case_ids",
    "cases_among",
    "cases_in",
    "cases_now",
    "cases_of",
    "cases_of_persons",
    "closed_since",
    "count_cases",
    "count_due",
    "count_newly_late",
    "count_open_cases",
    "count_open_flags",
    "day_of",
    "due_to_look",
    "escalate",
    "events_allowed",
    "events_of",
    "flag_body",
    "flag_row",
    "fold_counts",
    "follow",
    "gather_past",
    "heads_of",
    "judge_apart",
    "leave_watch",
    "list_cases",
    "look_today",
    "note_mentions",
    "open_cases_beyond",
    "open_subjects",
    "persons_concerned",
    "persons_of",
    "records_concerned",
    "recount",
    "replay",
    "rule_words",
    "rules_of",
    "see_case",
    "shared_cases",
    "take_actions",
    "words_of",
]
