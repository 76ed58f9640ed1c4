"""Notices: people and programs outside are told of emergencies, of what was handed up, and of the day.

`queue_alarms` puts into the outbox, in the transaction of what is told, `queue_reminders` and `queue_summaries` once a
day; `send_due` sends, after the commit and outside of any transaction. Who is told of what are targets, which the
operator keeps.
"""

from fieldsync.notices.addresses import AddressError
from fieldsync.notices.outbox import queue_alarms
from fieldsync.notices.outcome import Outcome
from fieldsync.notices.reminder import queue_reminders
from fieldsync.notices.sending import Sent, send_due, try_target
from fieldsync.notices.standing import (
    NOTICE_STATES,
    TARGET_STATES,
    NoticeCount,
    TargetCount,
    count_notices,
    count_targets,
)
from fieldsync.notices.summary import queue_summaries
from fieldsync.notices.targets import (
    EVENTS,
    KINDS,
    LANGUAGES,
    NoticeError,
    Target,
    Wanted,
    add_target,
    check_address,
    enable_target,
    list_targets,
    remove_target,
    renew_secret,
)

__all__ = [
    "EVENTS",
    "KINDS",
    "LANGUAGES",
    "NOTICE_STATES",
    "TARGET_STATES",
    "AddressError",
    "NoticeCount",
    "NoticeError",
    "Outcome",
    "Sent",
    "Target",
    "TargetCount",
    "Wanted",
    "add_target",
    "check_address",
    "count_notices",
    "count_targets",
    "enable_target",
    "list_targets",
    "queue_alarms",
    "queue_reminders",
    "queue_summaries",
    "remove_target",
    "renew_secret",
    "send_due",
    "try_target",
]
