"""What the dashboard asks across rooms: what came in, which vans keep silent, what waits for a human. Read-only SQL.

A scope is an argument of every question. Nothing here changes any row, and nothing personal comes out of it. The
views that chart makers read are made here, too.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.bi import ROLE, SCHEMA, BiError, dictionary, make_views, renew_views
from fieldsync.reporting.bi_columns import Column, View
from fieldsync.reporting.contradictions import Contradiction, contradictions, tablet_names
from fieldsync.reporting.pregnancies import Asked, Due, Followed, followed_pregnancies
from fieldsync.reporting.refusals import Refusal, open_refusals, refusal, refusals
from fieldsync.reporting.registrations import DAYS_ALLOWED, KINDS, Sought, Unregistered, Waits, unregistered

__all__ = [
    "DAYS_ALLOWED",
    "KINDS",
    "ROLE",
    "SCHEMA",
    "Arrived",
    "Asked",
    "BiError",
    "Column",
    "Contradiction",
    "Due",
    "Followed",
    "Refusal",
    "SilentVan",
    "Sought",
    "Unregistered",
    "View",
    "Waits",
    "arrived_since",
    "contradictions",
    "dictionary",
    "followed_pregnancies",
    "make_views",
    "open_refusals",
    "open_reviews",
    "refusal",
    "refusals",
    "renew_views",
    "silent_vans",
    "tablet_names",
    "unregistered",
]
