"""What the dashboard asks across rooms: what came in, which vans keep silent. Read-only SQL over the tables below.

A scope is an argument of every question. Nothing here changes anything, and nothing personal comes out of it.
"""

from fieldsync.reporting.arrivals import Arrived, SilentVan, arrived_since, open_reviews, silent_vans

__all__ = ["Arrived", "SilentVan", "arrived_since", "open_reviews", "silent_vans"]
