"""What the dashboard asks across rooms, read-only SQL over those below: what came in, what waits for a human, trends.

A scope is an argument of every question. No row is changed here but those of this room's own tables, the numbers that
trends are told by; nothing personal comes out of it. The views that chart makers read are made here, too.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.bi import ROLE, SCHEMA, BiError, dictionary, make_views, renew_views
from fieldsync.reporting.bi_columns import Column, View
from fieldsync.reporting.contradictions import Contradiction, contradictions, tablet_names
from fieldsync.reporting.counting import KEPT_MONTHS, count_anew, count_daily
from fieldsync.reporting.lives import LONGER, NOT_YET, TIMES, quantile
from fieldsync.reporting.pregnancies import Asked, Due, Followed, followed_pregnancies
from fieldsync.reporting.refusals import Refusal, open_refusals, refusal, refusals
from fieldsync.reporting.registrations import DAYS_ALLOWED, KINDS, Sought, Unregistered, Waits, unregistered
from fieldsync.reporting.targets import Target, TargetsError, read_targets, shipped_targets
from fieldsync.reporting.trends import By, Covered, Raised, Span, Waited, counted_at, covered, raised, waited

__all__ = [
    "DAYS_ALLOWED",
    "KEPT_MONTHS",
    "KINDS",
    "LONGER",
    "NOT_YET",
    "ROLE",
    "SCHEMA",
    "TIMES",
    "Arrived",
    "Asked",
    "BiError",
    "By",
    "Column",
    "Contradiction",
    "Covered",
    "Due",
    "Followed",
    "Raised",
    "Refusal",
    "SilentVan",
    "Sought",
    "Span",
    "Target",
    "TargetsError",
    "Unregistered",
    "View",
    "Waited",
    "Waits",
    "arrived_since",
    "contradictions",
    "count_anew",
    "count_daily",
    "counted_at",
    "covered",
    "dictionary",
    "followed_pregnancies",
    "make_views",
    "open_refusals",
    "open_reviews",
    "quantile",
    "raised",
    "read_targets",
    "refusal",
    "refusals",
    "renew_views",
    "shipped_targets",
    "silent_vans",
    "tablet_names",
    "unregistered",
    "waited",
]
