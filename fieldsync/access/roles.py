"""What each role of an office user may do, as data: one word per permission, used by the routes and in the docs.

A role says what one may do, the scope where; both must allow. Nothing else grants anything.
"""

from collections.abc import Mapping
from types import MappingProxyType

_VIEWER = frozenset({"persons.read", "cases.read", "devices.read", "rules.read"})
_COORDINATOR = _VIEWER | {"cases.act", "restricted.read", "rules.propose"}
_DATA_MANAGER = _VIEWER | {
    *("cases.act", "identity.review", "identity.split", "records.quarantine", "rules.propose", "rules.approve"),
}
_ADMIN = _COORDINATOR | _DATA_MANAGER | {"users.manage", "audit.read"}

PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"viewer": _VIEWER, "coordinator": _COORDINATOR, "data_manager": _DATA_MANAGER, "admin": _ADMIN}
)
ROLES = tuple(PERMISSIONS)
WORDS = frozenset().union(*PERMISSIONS.values())


def may(role: str, permission: str) -> bool:
    """Tell whether a role has a permission.

    Raises:
        ValueError: there is no such permission, so nobody could ever have it.
    """
    if permission not in WORDS:
        raise ValueError(permission)
    return permission in PERMISSIONS[role]
