"""What the dashboard asks across rooms, read-only SQL over those below: what came in, which vans keep silent, trends.

A scope is an argument of every question. No row is changed here but those of this room's own tables, the numbers that
trends are told by; nothing personal comes out of it. The views that chart makers read are made here, too.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.bi import ROLE, SCHEMA, BiError, dictionary, make_views, renew_views
from fieldsync.reporting.bi_columns import Column, View
from fieldsync.reporting.counting import KEPT_MONTHS, count_anew, count_daily
from fieldsync.reporting.lives import LONGER, NOT_YET, TIMES, quantile
from fieldsync.reporting.targets import Target, TargetsError, read_targets, shipped_targets
from fieldsync.reporting.trends import By, Covered, Raised, Span, Waited, counted_at, covered, raised, waited

__all__ = [
    "KEPT_MONTHS",
    "LONGER",
    "NOT_YET",
    "ROLE",
    "SCHEMA",
    "TIMES",
    "Arrived",
    "BiError",
    "By",
    "Column",
    "Covered",
    "Raised",
    "SilentVan",
    "Span",
    "Target",
    "TargetsError",
    "View",
    "Waited",
    "arrived_since",
    "count_anew",
    "count_daily",
    "counted_at",
    "covered",
    "dictionary",
    "make_views",
    "open_reviews",
    "quantile",
    "raised",
    "read_targets",
    "renew_views",
    "shipped_targets",
    "silent_vans",
    "waited",
]
