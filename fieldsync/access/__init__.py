"""Who may come in and what they may see: regions, vans, tablets, office users, tokens, roles, scopes, the audit trail.

The rooms above ask here and decide nothing of it themselves; a scope can only be had from who is known here.
"""

from fieldsync.access.audit import AuditEntry, audit_of, note_audit, purge_audit
from fieldsync.access.devices import (
    Device,
    EnrollOutcome,
    Enrolment,
    Invitation,
    Revoked,
    TooManyWrongCodes,
    WrongCode,
    authenticate,
    enroll,
    invite,
    note_pull,
    note_push,
    revoke,
)
from fieldsync.access.fleet import DeviceHealth, devices_within, list_devices
from fieldsync.access.regions import (
    HOME,
    AreaBook,
    Region,
    covers,
    district_points,
    known_areas,
    known_to_kemendagri,
    load_regions,
    villages_under,
)
from fieldsync.access.roles import PERMISSIONS, ROLES
from fieldsync.access.scope import AccessError, Scope, device_scopes, scope_by_id
from fieldsync.access.sessions import Session, TooManyWrongPasswords, WrongPassword, log_in, log_out, office_user
from fieldsync.access.users import (
    Account,
    OfficeUser,
    change_password,
    create_user,
    disable_user,
    enable_user,
    list_users,
    usernames,
)
from fieldsync.access.vans import Van, change_scope, create_van, van_by_name

__all__ = [
    "HOME",
    "PERMISSIONS",
    "ROLES",
    "AccessError",
    "Account",
    "AreaBook",
    "AuditEntry",
    "Device",
    "DeviceHealth",
    "EnrollOutcome",
    "Enrolment",
    "Invitation",
    "OfficeUser",
    "Region",
    "Revoked",
    "Scope",
    "Session",
    "TooManyWrongCodes",
    "TooManyWrongPasswords",
    "Van",
    "WrongCode",
    "WrongPassword",
    "audit_of",
    "authenticate",
    "change_password",
    "change_scope",
    "covers",
    "create_user",
    "create_van",
    "device_scopes",
    "devices_within",
    "disable_user",
    "district_points",
    "enable_user",
    "enroll",
    "invite",
    "known_areas",
    "known_to_kemendagri",
    "list_devices",
    "list_users",
    "load_regions",
    "log_in",
    "log_out",
    "note_audit",
    "note_pull",
    "note_push",
    "office_user",
    "purge_audit",
    "revoke",
    "scope_by_id",
    "usernames",
    "van_by_name",
    "villages_under",
]
