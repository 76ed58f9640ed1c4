"""What became of one try to send a notice: a word, and what it means for the next.

The words go to the database, the log and the operator; none holds an address or what a receiver answered.
"""

import ssl
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended.

    Attributes:
        error: why it did not come through, as ``timeout`` or ``http_503``; None when it did.
        wish: how long the receiver wants to be left alone.
        final: trying this notice again is of no use.
        gone: the receiver wants nothing any more.
    """

    error: str | None = None
    wish: timedelta | None = None
    final: bool = False
    gone: bool = False


CAME_THROUGH = Outcome()


def trouble(error: Exception) -> str:
    """Return the word for a connection that failed."""
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "timeout" if isinstance(error, TimeoutError) else "no_answer"
