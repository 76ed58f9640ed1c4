"""The protocol between tablets and the office: push a batch in, pull changes out, prove that both hold the same.

`push` runs one transaction a batch, each stage over all its records at once; `pull`
walks the change feed within a tablet's scope; `digest` tells what a tablet should
hold; `health_page` tells the office how its tablets fare. Who calls, and in which
encoding, is the business of `web`.
"""

from fieldsync.sync.batch import Batch, BatchError, read_batch
from fieldsync.sync.cursor import CursorError, CursorGone
from fieldsync.sync.digest import digest
from fieldsync.sync.health import Asked, health_page
from fieldsync.sync.pull import Page, pull
from fieldsync.sync.push import Answer, push, wake_versions

__all__ = [
    "Answer",
    "Asked",
    "Batch",
    "BatchError",
    "CursorError",
    "CursorGone",
    "Page",
    "digest",
    "health_page",
    "pull",
    "push",
    "read_batch",
    "wake_versions",
]
