"""The shapes of requests and answers, as the OpenAPI document shows them; `sync` checks pushes quicker by hand."""

from marshmallow import INCLUDE, RAISE, Schema, fields, validate

from fieldsync.access import ROLES
from fieldsync.sync.arrival import CONSENTS

_LINE = validate.Regexp(r"[^\x00-\x1f\x7f\ud800-\udfff]+\Z")
STATUSES = ("applied", "duplicate", "merged", "conflict", "held", "rejected")


class FaultSchema(Schema):
    """One fault, by pointer and code."""

    pointer = fields.String(required=True, metadata={"example": "/data/hb_g_dl"})
    code = fields.String(required=True, metadata={"example": "out_of_range"})
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457; some kinds have further members, such as the limit that was passed."""

    class Meta:
        """Further members are allowed."""

        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))
    wipe = fields.Boolean(metadata={"description": "device-revoked only: delete everything that the tablet holds"})


class LocationSchema(Schema):
    """Where it was recorded, in degrees (WGS 84) and metres."""

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy_m = fields.Float()


class RecordSchema(Schema):
    """A record's envelope and its `data`: the fields of its type, see the schemas named record_* below."""

    class Meta:
        """Members of a newer app are kept and given back."""

        unknown = INCLUDE

    id = fields.UUID(required=True)
    type = fields.String(required=True, metadata={"example": "anc_visit"})
    base_rev = fields.Integer(strict=True, load_default=0, metadata={"description": "the revision edited, 0 for new"})
    device_seq = fields.Integer(strict=True, required=True)
    recorded_at = fields.AwareDateTime(required=True)
    officer = fields.String(required=True, validate=validate.Length(1, 80))
    area = fields.String(required=True, metadata={"example": "16.02.05.2011"})
    location = fields.Nested(LocationSchema, allow_none=True)
    form_version = fields.String(metadata={"example": "2026.1", "description": "required unless deleted"})
    group = fields.UUID(allow_none=True)
    consent = fields.String(required=True, validate=validate.OneOf(CONSENTS))
    deleted = fields.Boolean(load_default=False)
    data = fields.Dict(metadata={"description": "required unless deleted"})


class PushSchema(Schema):
    """A batch: at most 500 records, 5 MiB as sent, 20 MiB decompressed."""

    batch_id = fields.UUID(required=True)
    device_time = fields.AwareDateTime(required=True)
    app_version = fields.String()
    records = fields.List(fields.Nested(RecordSchema), required=True, validate=validate.Length(max=500))


class ConflictSchema(Schema):
    """A field changed by two tablets apart."""

    field = fields.String(required=True)
    kept = fields.Raw(allow_none=True)
    other = fields.Raw(allow_none=True)


class FlagSchema(Schema):
    """A follow-up rule that holds."""

    rule = fields.String()
    severity = fields.String()
    due = fields.Date()
    action = fields.String()


class ResultSchema(Schema):
    """What became of one record."""

    id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    rev = fields.Integer()
    person_id = fields.UUID(allow_none=True)
    identity = fields.String(validate=validate.OneOf(("new", "matched", "review")))
    flags = fields.List(fields.Nested(FlagSchema))
    conflicts = fields.List(fields.Nested(ConflictSchema))
    errors = fields.List(fields.Nested(FaultSchema))
    warnings = fields.List(fields.Nested(FaultSchema))


class PushAnswerSchema(Schema):
    """One result per record, in order. `clock_skew_s` is the tablet's clock ahead of the server's."""

    batch_id = fields.UUID(required=True)
    server_time = fields.AwareDateTime(required=True)
    clock_skew_s = fields.Float(required=True)
    results = fields.List(fields.Nested(ResultSchema), required=True)


class ChangeSchema(Schema):
    """One thing at its latest revision, or that it went, and why."""

    entity = fields.String(required=True, validate=validate.OneOf(("person", "record", "case", "reference")))
    id = fields.UUID(required=True)
    rev = fields.Integer(required=True)
    deleted = fields.Boolean(required=True)
    reason = fields.String(validate=validate.OneOf(("deleted", "out_of_scope", "merged")))
    merged_into = fields.UUID()
    data = fields.Dict()


class PageSchema(Schema):
    """A page of changes; go on with its cursor."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    cursor = fields.String(required=True)
    has_more = fields.Boolean(required=True)


class EntityDigestSchema(Schema):
    """The exclusive-or of the first 8 bytes of SHA-256 over ``id:rev``, as 16 hexadecimal digits."""

    entity = fields.String(required=True)
    count = fields.Integer(required=True)
    digest = fields.String(required=True, validate=validate.Regexp("[0-9a-f]{16}"))
    cursor = fields.String(required=True)


class DigestSchema(Schema):
    """Per entity what the tablet should hold."""

    entities = fields.List(fields.Nested(EntityDigestSchema), required=True)


class LimitsSchema(Schema):
    """Limits of one request."""

    records = fields.Integer()
    bytes = fields.Integer()
    bytes_decompressed = fields.Integer()
    changes = fields.Integer()


class VersionsSchema(Schema):
    """Form versions of one record type."""

    current = fields.String()
    accepted = fields.List(fields.String())


class ConfigSchema(Schema):
    """What this server takes, and for whom this tablet works."""

    limits = fields.Nested(LimitsSchema)
    form_versions = fields.Dict(keys=fields.String(), values=fields.Nested(VersionsSchema))
    oldest_app_version = fields.String()
    areas = fields.List(fields.String())
    programs = fields.List(fields.String())
    server_time = fields.AwareDateTime()


class EnrollSchema(Schema):
    """How a tablet asks to be let in."""

    class Meta:
        """The office's endpoints know all their members."""

        unknown = RAISE

    enrollment_code = fields.String(required=True, validate=[validate.Length(1, 40), _LINE])
    name = fields.String(required=True, validate=[validate.Length(1, 80), _LINE])
    app_version = fields.String(validate=[validate.Length(1, 40), _LINE])


class EnrolmentSchema(Schema):
    """What the tablet gets; the token is shown once."""

    device_id = fields.UUID(required=True)
    access_token = fields.String(required=True)
    van = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    programs = fields.List(fields.String(), required=True)


class LoginSchema(Schema):
    """How an office user comes in."""

    class Meta:
        """The office's endpoints know all their members."""

        unknown = RAISE

    username = fields.String(required=True, validate=[validate.Length(1, 80), _LINE])
    password = fields.String(required=True, validate=[validate.Length(1, 200), _LINE])


class SessionSchema(Schema):
    """A session; `expires_in` is in seconds."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.OneOf(("Bearer",)))
    expires_in = fields.Integer(required=True)


class MeSchema(Schema):
    """The user of a session."""

    id = fields.UUID(required=True)
    username = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    permissions = fields.List(fields.String(), required=True)
    areas = fields.List(fields.String(), required=True)
    programs = fields.List(fields.String(), required=True)


class DeviceSchema(Schema):
    """A tablet and how its sync goes; times are null before the first.

    `applied`, `held` and `rejected` count the outcomes of all pushes so far; `waiting` what is held now, the oldest of
    it for `backlog_age_s` seconds. `gaps` are ranges of device_seq, first and last, that did not come, though greater
    ones did: the newest 20 above `gaps_since`, `missing` numbers in all.
    """

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    van = fields.String(required=True)
    app_version = fields.String(required=True, allow_none=True)
    enrolled_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    last_push_at = fields.AwareDateTime(required=True, allow_none=True)
    last_pull_at = fields.AwareDateTime(required=True, allow_none=True)
    clock_skew_s = fields.Float(
        required=True, allow_none=True, metadata={"description": "the tablet's clock ahead of the server's"}
    )
    applied = fields.Integer(required=True)
    held = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    last_seq = fields.Integer(required=True, allow_none=True)
    gaps = fields.List(fields.List(fields.Integer(), validate=validate.Length(equal=2)), required=True)
    gaps_since = fields.Integer(required=True, allow_none=True)
    missing = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    backlog_age_s = fields.Integer(required=True, allow_none=True)


class DevicesSchema(Schema):
    """A page of tablets; go on with its cursor while there are more."""

    devices = fields.List(fields.Nested(DeviceSchema), required=True)
    cursor = fields.String(required=True, allow_none=True)
    has_more = fields.Boolean(required=True)


class ReadySchema(Schema):
    """Whether the server may be sent traffic, and what each check said."""

    ready = fields.Boolean(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
