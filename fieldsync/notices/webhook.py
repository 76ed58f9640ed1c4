"""One signed message to a webhook: to an address that was checked; no redirect is followed, no answer believed.

Of the answer only the status counts, and what it says of when to come again. The whole takes at most `WHOLE_S`.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from fieldsync.notices.addresses import AddressError, Found, Place, check_addresses, look_up, read_url
from fieldsync.notices.outcome import CAME_THROUGH, Outcome, trouble
from fieldsync.notices.signing import signed_headers

CONNECT_S, WHOLE_S = 5.0, 20.0
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503
_LONGEST_ASKED = 10


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: its id (the same at each try), the bytes, and the secrets that sign them."""

    id: str
    body: bytes
    secrets: Sequence[str]


def post(url: str, message: Message, now: datetime, inside: frozenset[str], find: Found = look_up) -> Outcome:
    """Send a message to a webhook once.

    Args:
        url: of the webhook.
        message: what to send.
        now: the moment, which is signed.
        inside: hosts of the office's own network that are allowed.
        find: looks up the addresses of a host and port.
    """
    try:
        place = read_url(url, inside)
        addresses = find(place.host, place.port)
        check_addresses(place.host, addresses, inside)
        status, wish = _post(place, addresses, _headers(message, now), message.body)
    except AddressError as error:
        return Outcome(error.code)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(trouble(error))
    if 200 <= status < 300:  # noqa: PLR2004 # the statuses of success
        return CAME_THROUGH
    asked = _pause(wish, now) if status in (TOO_MANY, UNAVAILABLE) else None
    return Outcome(f"http_{status}", asked, final=status == GONE, gone=status == GONE)


def _headers(message: Message, now: datetime) -> dict[str, str]:
    signed = signed_headers(message.secrets, message.id, now, message.body)
    return {**signed, "content-type": "application/json", "user-agent": "FieldSync", "connection": "close"}


def _post(place: Place, addresses: Sequence[str], headers: Mapping[str, str], body: bytes) -> tuple[int, str | None]:
    """Return the status and what ``Retry-After`` says."""
    with _connected(place, addresses) as connection:
        connection.request("POST", place.path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("retry-after")


@contextmanager
def _connected(place: Place, addresses: Sequence[str]) -> Iterator[http.client.HTTPConnection]:
    """Give a connection to one of the addresses; it is cut when the whole takes too long."""
    raw = _reach(addresses, place.port)
    cord, late = raw.dup(), threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it was over already
            cord.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(WHOLE_S, cut)
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.auto_open = 0  # never by the name: that would be looked up anew
    connection.sock = raw
    try:
        timer.start()
        if place.secure:
            connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=place.host)
            connection.default_port = http.client.HTTPS_PORT  # what the header Host leaves out
        yield connection
    except (OSError, http.client.HTTPException) as error:
        raise TimeoutError if late.is_set() else error from error
    finally:
        timer.cancel()
        timer.join()
        connection.close()
        raw.close()
        cord.close()


def _reach(addresses: Sequence[str], port: int) -> socket.socket:
    failed: OSError = OSError("no address")
    for one in addresses:
        try:
            reached = socket.create_connection((one, port), CONNECT_S)
        except OSError as error:
            failed = error
        else:
            reached.settimeout(WHOLE_S)
            return reached
    raise failed


def _pause(said: str | None, now: datetime) -> timedelta | None:
    """Read ``Retry-After``: seconds, or a date."""
    if not said:
        return None
    if said.isdecimal() and said.isascii():
        return timedelta(seconds=int(said[:_LONGEST_ASKED]))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return at - now if at.tzinfo is not None else None
