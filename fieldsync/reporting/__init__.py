"""What the dashboard asks across rooms: what came in, which vans keep silent. Read-only SQL over the tables below.

A scope is an argument of every question. Nothing here changes any row, and nothing personal comes out of it. The
views that chart makers read are made here, too.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.bi import ROLE, SCHEMA, BiError, dictionary, make_views, renew_views
from fieldsync.reporting.bi_columns import Column, View

__all__ = [
    "ROLE",
    "SCHEMA",
    "Arrived",
    "BiError",
    "Column",
    "SilentVan",
    "View",
    "arrived_since",
    "dictionary",
    "make_views",
    "open_reviews",
    "renew_views",
    "silent_vans",
]
