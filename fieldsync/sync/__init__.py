"""The protocol between tablets and the office: push a batch in, pull changes out, prove that both hold the same.

`push` runs one transaction a batch, each stage over all its records at once; `pull`
walks the change feed within a tablet's scope; `digest` tells what a tablet should
hold; `health_page` tells the office how its tablets fare, `person_page` and `review_page`
who is who, which `decide_review` and `split_person` change; `case_page` what is to be
done, which `act_on_case` changes; `repair` sends a refused record again, `choose_other` and
`confirm` decide what two edits contradicted. `look`, `mind`, `survey`, `escalate`, `purge`,
`fold_counts` and `recount` are what the passing of time brings. Who calls, and in which
encoding, is the business of `web` and of the clock.
"""

from fieldsync.sync.batch import Batch, BatchError, read_batch
from fieldsync.sync.case_work import (
    Act,
    ActError,
    CasesAsked,
    CaseSheet,
    DueCount,
    Place,
    act_on_case,
    act_on_cases,
    case_counts,
    case_ids,
    case_list,
    case_page,
    case_sheet,
    due_counts,
    events_allowed,
    shows_restricted_flags,
    worst_of_persons,
)
from fieldsync.sync.cursor import CursorError, CursorGone
from fieldsync.sync.deciding import DecideError, NotTheirsError, PartError, Said, decide_review, split_person
from fieldsync.sync.digest import digest
from fieldsync.sync.dossier import (
    Wanted,
    person_history,
    person_list,
    person_page,
    person_story,
    persons_named,
    shows_restricted,
)
from fieldsync.sync.health import Asked, health_page
from fieldsync.sync.looking import escalate, look
from fieldsync.sync.pointing import ABSENT, value_at
from fieldsync.sync.pull import Page, pull
from fieldsync.sync.purging import Keeping, purge
from fieldsync.sync.push import Answer, push, wake_versions
from fieldsync.sync.quality import mind
from fieldsync.sync.queue import QueueAsked, review_page, review_told
from fieldsync.sync.recounting import fold_counts, recount
from fieldsync.sync.repairing import Entry, Overtaken, StillRefused, as_sent, changed, explained, repair
from fieldsync.sync.settling import Both, Contradicted, Side, both_sides, choose_other, confirm
from fieldsync.sync.surveys import survey

__all__ = [
    "ABSENT",
    "Act",
    "ActError",
    "Answer",
    "Asked",
    "Batch",
    "BatchError",
    "Both",
    "CaseSheet",
    "CasesAsked",
    "Contradicted",
    "CursorError",
    "CursorGone",
    "DecideError",
    "DueCount",
    "Entry",
    "Keeping",
    "NotTheirsError",
    "Overtaken",
    "Page",
    "PartError",
    "Place",
    "QueueAsked",
    "Said",
    "Side",
    "StillRefused",
    "Wanted",
    "act_on_case",
    "act_on_cases",
    "as_sent",
    "both_sides",
    "case_counts",
    "case_ids",
    "case_list",
    "case_page",
    "case_sheet",
    "changed",
    "choose_other",
    "confirm",
    "decide_review",
    "digest",
    "due_counts",
    "escalate",
    "events_allowed",
    "explained",
    "fold_counts",
    "health_page",
    "look",
    "mind",
    "person_history",
    "person_list",
    "person_page",
    "person_story",
    "persons_named",
    "pull",
    "purge",
    "push",
    "read_batch",
    "recount",
    "repair",
    "review_page",
    "review_told",
    "shows_restricted",
    "shows_restricted_flags",
    "split_person",
    "survey",
    "value_at",
    "wake_versions",
    "worst_of_persons",
]
