"""What the dashboard asks across rooms: what came in, which vans keep silent, what waits for a human. Read-only SQL.

A scope is an argument of every question. Nothing here changes anything, and nothing personal comes out of it.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.contradictions import Contradiction, contradictions, tablet_names
from fieldsync.reporting.pregnancies import Asked, Due, Followed, followed_pregnancies
from fieldsync.reporting.refusals import Refusal, open_refusals, refusal, refusals
from fieldsync.reporting.registrations import DAYS_ALLOWED, KINDS, Sought, Unregistered, Waits, unregistered

__all__ = [
    "DAYS_ALLOWED",
    "KINDS",
    "Arrived",
    "Asked",
    "Contradiction",
    "Due",
    "Followed",
    "Refusal",
    "SilentVan",
    "Sought",
    "Unregistered",
    "Waits",
    "arrived_since",
    "contradictions",
    "followed_pregnancies",
    "open_refusals",
    "open_reviews",
    "refusal",
    "refusals",
    "silent_vans",
    "tablet_names",
    "unregistered",
]
