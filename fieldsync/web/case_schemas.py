"""The shapes of the office's requests and answers about follow-up cases, as the OpenAPI document shows them.

Requests refuse what they do not know; answers may grow.
"""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from fieldsync.cases import EVENTS, GROUPS
from fieldsync.programs import codes
from fieldsync.rules import SEVERITIES
from fieldsync.web.office_schemas import NOTE

STATUSES = ("open", "acknowledged", "in_progress", "referred", "resolved", "lost_to_followup")
LONGEST_ASSIGNEE = 80
ASSIGNEE = [validate.Length(1, LONGEST_ASSIGNEE), validate.Regexp(r"[^\x00-\x1f\x7f\ud800-\udfff]+\Z")]


class CaseFlagSchema(Schema):
    """A rule that holds or held: its version and source, and the values that fired it, each with its record."""

    id = fields.UUID(required=True)
    rule = fields.String(required=True, metadata={"example": "ANC-BP-01"})
    version = fields.Integer(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    state = fields.String(required=True, validate=validate.OneOf(("open", "resolved")))
    why = fields.String(required=True, allow_none=True, metadata={"example": "handled"})
    restricted = fields.Boolean(required=True)
    episode = fields.String(required=True)
    opened_on = fields.Date(required=True)
    due = fields.Date(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    action = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    source = fields.String(required=True)
    said = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    values_ = fields.List(fields.Dict(), required=True, data_key="values")


class StepTakenSchema(Schema):
    """One step: `by` is an office user's id, ``tablet`` or ``fieldsync``. Its further members depend on `event`."""

    event = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    by_name = fields.String(required=True, allow_none=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True)
    flag_id = fields.UUID(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class CaseHeadSchema(Schema):
    """A case without its flags; severity and due date are those of its open flags, null when none is open."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    subject = fields.String(required=True)
    program = fields.String(required=True)
    area = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    severity = fields.String(required=True, allow_none=True, validate=validate.OneOf(SEVERITIES))
    due = fields.Date(required=True, allow_none=True)
    assignee = fields.String(required=True, allow_none=True)
    escalation = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    person = fields.Dict(required=True)


class FlagBriefSchema(Schema):
    """An open flag in a list; its title in both languages."""

    id = fields.UUID(required=True)
    rule = fields.String(required=True, metadata={"example": "ANC-BP-01"})
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    restricted = fields.Boolean(required=True)
    due = fields.Date(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class CaseRowSchema(CaseHeadSchema):
    """A case in a list, with its open flags, the worst first."""

    emergency_at = fields.AwareDateTime(required=True, allow_none=True)
    flags = fields.List(fields.Nested(FlagBriefSchema), required=True)


class CasesSchema(Schema):
    """A page of cases, the worst first, then the earliest due; go on with its cursor while there are more."""

    cases = fields.List(fields.Nested(CaseRowSchema), required=True)
    cursor = fields.String(required=True, allow_none=True)
    has_more = fields.Boolean(required=True)


class CaseGroupSchema(Schema):
    """How many cases have these values; only those members that were asked for are there."""

    severity = fields.String(allow_none=True, validate=validate.OneOf(SEVERITIES))
    district = fields.String(metadata={"example": "16.02.05"})
    program = fields.String()
    rule = fields.String(metadata={"example": "ANC-BP-01"})
    cases = fields.Integer(required=True)


class SummaryOfCasesSchema(Schema):
    """The number of cases, in all and by group."""

    group_by = fields.List(fields.String(validate=validate.OneOf(GROUPS)), required=True)
    cases = fields.Integer(required=True)
    groups = fields.List(fields.Nested(CaseGroupSchema), required=True)


class CaseSchema(CaseHeadSchema):
    """One case with its flags, the open ones first, and its history, the earliest step first."""

    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    flags = fields.List(fields.Nested(CaseFlagSchema), required=True)
    history = fields.List(fields.Nested(StepTakenSchema), required=True)


class StepSchema(Schema):
    """What somebody does about a case; `assignee` belongs to ``assign`` and only there, null is nobody."""

    class Meta:
        """Others are refused."""

        unknown = RAISE

    event = fields.String(required=True, validate=validate.OneOf(EVENTS))
    assignee = fields.String(allow_none=True, validate=ASSIGNEE)
    outcome = fields.String(validate=validate.OneOf(tuple(codes.OUTCOME.labels)))
    note = fields.String(validate=NOTE)

    @validates_schema
    def _assignee(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["event"] == "assign" and "assignee" not in data:
            raise ValidationError("Missing.", "assignee")
        if data["event"] != "assign" and "assignee" in data:
            raise ValidationError("Unknown.", "assignee")
