"""The shapes of the answers about follow-up rules and proposals of others, as the OpenAPI document shows them.

Answers may grow.
"""

from marshmallow import Schema, fields, validate

from fieldsync.rulebook import STATES
from fieldsync.rules import SEVERITIES

CHANGES = ("added", "changed", "removed", "reached")


def _both_languages() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class RuleSchema(Schema):
    """One rule: `origin` is the file it comes from, ``office/…`` an office's own; `condition` is in words."""

    id = fields.String(required=True, metadata={"example": "ANC-BP-01"})
    version = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    origin = fields.String(required=True, metadata={"example": "maternal/blood_pressure.yaml"})
    source = fields.String(required=True, metadata={"example": "S1: DT.17"})
    program = fields.String(required=True)
    programs = fields.List(fields.String(), required=True)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    restricted = fields.Boolean(required=True)
    title = _both_languages()
    action = _both_languages()
    condition = _both_languages()
    parameters = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    due_days = fields.Integer(required=True)
    closed_within_hours = fields.Integer(required=True, allow_none=True)
    supersedes = fields.List(fields.String(), required=True)


class RulesSchema(Schema):
    """The rules in force today; `set` is the office's own set among them, null when there is none."""

    set = fields.UUID(required=True, allow_none=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True)


class RuleStepSchema(Schema):
    """Who took a step, and when."""

    by = fields.UUID(required=True)
    by_name = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class RuleChangeSchema(Schema):
    """A rule that differs, or that one which differs supersedes (``reached``)."""

    rule = fields.String(required=True, metadata={"example": "ANC-BP-01"})
    change = fields.String(required=True, validate=validate.OneOf(CHANGES))


class CountsSchema(Schema):
    """Flags that stood open on any of the days, and that do on the last: by the rules in force, by the others."""

    before = fields.Integer(required=True)
    after = fields.Integer(required=True)
    open_before = fields.Integer(required=True)
    open_after = fields.Integer(required=True)
    new = fields.Integer(required=True)
    gone = fields.Integer(required=True)


class DryRunHeadSchema(Schema):
    """What a dry run looked at, and what it came to in all; `as_on` is the day whose versions were compared."""

    days = fields.Integer(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    as_on = fields.Date(required=True)
    persons = fields.Integer(required=True)
    records = fields.Integer(required=True)
    totals = fields.Nested(CountsSchema, required=True)


class TriedFlagSchema(Schema):
    """A flag that would be new or gone: whose, and of which episode."""

    subject = fields.String(required=True)
    episode = fields.String(required=True)
    area = fields.String(required=True)


class TriedRuleSchema(RuleChangeSchema, CountsSchema):
    """What would become of one rule; named are at most 200 flags, and only those in the user's areas and programs."""

    version_before = fields.Integer(required=True, allow_none=True)
    version_after = fields.Integer(required=True, allow_none=True)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    programs = fields.List(fields.String(), required=True)
    restricted = fields.Boolean(required=True)
    title = _both_languages()
    new_flags = fields.List(fields.Nested(TriedFlagSchema), required=True)
    gone_flags = fields.List(fields.Nested(TriedFlagSchema), required=True)


class DryRunSchema(DryRunHeadSchema):
    """A dry run, rule by rule."""

    rules = fields.List(fields.Nested(TriedRuleSchema), required=True)


class ProposalHeadSchema(Schema):
    """A set of an office's rules in a list; `ended` is when it was withdrawn or superseded."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    digest = fields.String(required=True)
    proposed = fields.Nested(RuleStepSchema, required=True)
    approved = fields.Nested(RuleStepSchema, required=True, allow_none=True)
    ended = fields.Nested(RuleStepSchema, required=True, allow_none=True)
    changes = fields.List(fields.Nested(RuleChangeSchema), required=True)
    dry_run = fields.Nested(DryRunHeadSchema, required=True)


class ProposalsSchema(Schema):
    """All sets that were ever proposed, the newest first."""

    proposals = fields.List(fields.Nested(ProposalHeadSchema), required=True)


class ProposalSchema(ProposalHeadSchema):
    """All of a set: its dry run, and the text of each file by its name."""

    dry_run = fields.Nested(DryRunSchema, required=True)
    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
