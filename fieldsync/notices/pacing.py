"""When a notice that did not come through is tried again, and when it is given up.

The pauses are those that Standard Webhooks advises; the whole takes about three days.
"""

import random
from datetime import datetime, timedelta

PAUSES = tuple(
    timedelta(**one)
    for one in (
        {"seconds": 5},
        {"minutes": 5},
        {"minutes": 30},
        *({"hours": hours} for hours in (2, 5, 10, 14, 20, 24)),
    )
)
ATTEMPTS = len(PAUSES) + 1
JITTER = 0.2  # so that what failed together does not come back together
LONGEST_WISH = timedelta(days=1)  # a receiver may ask for a pause, not for ever


def next_try(attempts: int, now: datetime, wish: timedelta | None = None) -> datetime | None:
    """Return when to try again.

    Args:
        attempts: how often it was tried, at least once.
        now: when the last try ended.
        wish: the pause that the receiver asks for.

    Returns:
        the moment; None when it was tried often enough.
    """
    if attempts >= ATTEMPTS:
        return None
    pause = PAUSES[attempts - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 # jitter, not a secret
    return now + max(pause, min(wish or timedelta(0), LONGEST_WISH))
