"""What the dashboard asks across rooms: what came in, which vans keep silent, what waits for a human. Read-only SQL.

A scope is an argument of every question. Nothing here changes anything, and nothing personal comes out of it.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans
from fieldsync.reporting.contradictions import Contradiction, contradictions, tablet_names
from fieldsync.reporting.refusals import Refusal, open_refusals, refusal, refusals

__all__ = [
    "Arrived",
    "Contradiction",
    "Refusal",
    "SilentVan",
    "arrived_since",
    "contradictions",
    "open_refusals",
    "open_reviews",
    "refusal",
    "refusals",
    "silent_vans",
    "tablet_names",
]
