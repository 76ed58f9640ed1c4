"""Where a webhook may go: to the public internet by https, and inside only to hosts that the operator names.

A name is looked up once, every address it leads to is checked, and the connection is made to a checked address, never
to the name: an answer that changes between check and connection leads nowhere.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

Found = Callable[[str, int], Sequence[str]]

PORTS = {"https": 443, "http": 80}
LONGEST = 2000
_VISIBLE = re.compile(r"[!-~]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]+", re.ASCII)
# IANA's registries of special addresses, and those that hide an IPv4 address in an IPv6 one; of IPv6 only what is
# handed out at all is public. Source: iana.org/assignments/iana-ipv4-special-registry and …ipv6-special-registry.
_REFUSED = tuple(
    ip_network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)
_HANDED_OUT = ip_network("2000::/3")


class AddressError(ValueError):
    """An address that notices don't go to; `code` names why, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """A URL that notices may go to, as far as can be told without looking its host up."""

    secure: bool
    host: str
    port: int
    path: str


def read_url(url: str, inside: frozenset[str]) -> Place:
    """Read the URL of a webhook.

    Args:
        url: as the operator gave it.
        inside: hosts within the office's own network that are allowed, also by http.

    Raises:
        AddressError: ``bad_url``, ``not_https``, or ``inside`` when its host is written as such an address.
    """
    if len(url) > LONGEST or not _VISIBLE.fullmatch(url):
        raise AddressError("bad_url", "a URL takes visible ASCII characters only; write other names in their xn-- form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError("bad_url", "this is no URL of a webhook") from None
    host = (parts.hostname or "").rstrip(".")
    if not _HOST.fullmatch(host) or "@" in parts.netloc or "\\" in url or port == 0:
        raise AddressError("bad_url", "a webhook takes https://host/path, without a name and password before the host")
    if parts.scheme not in PORTS or (parts.scheme == "http" and host not in inside):
        raise AddressError("not_https", "a webhook must be https; for http inside, name its host in NOTICE_INSIDE")
    if _literal(host) is not None:
        check_addresses(host, [host], inside)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme == "https", host, port or PORTS[parts.scheme], path)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order of the system.

    Raises:
        AddressError: ``unresolved``.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError("unresolved", f"the host {host} can't be found") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def check_addresses(host: str, found: Sequence[str], inside: frozenset[str]) -> None:
    """Refuse a host of which any address is not public, unless the operator allows the host.

    Raises:
        AddressError: ``inside``.
    """
    if host not in inside and not all(map(is_public, found)):
        raise AddressError(
            "inside", f"{host} leads inside the network; if it is the office's own, name it in FIELDSYNC_NOTICE_INSIDE"
        )


def is_public(address: str) -> bool:
    """Tell whether an address (as text) is one of the public internet that stands for itself."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv6Address) and read not in _HANDED_OUT:
        return False
    return read.is_global and not any(read in one for one in _REFUSED if one.version == read.version)
