"""The shapes of the office's requests and answers about persons and who is who, as the OpenAPI document shows them.

Requests refuse what they do not know; answers may grow.
"""

from marshmallow import RAISE, Schema, fields, validate

from fieldsync.identity.reviews import STATUSES

LONGEST_NOTE = 2000
MOST_SPLIT = 200
# Line breaks and tabs may stand in a note, other control characters and halves of characters may not.
NOTE = [validate.Length(1, LONGEST_NOTE), validate.Regexp(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+\Z")]


class _Strict(Schema):
    """The office's endpoints know all their members."""

    class Meta:
        """Others are refused."""

        unknown = RAISE


class SummarySchema(Schema):
    """A person in a list, by the golden record; null is not known."""

    id = fields.UUID(required=True)
    full_name = fields.String(required=True, allow_none=True)
    nik = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    birth_date = fields.Date(required=True, allow_none=True)
    birth_date_precision = fields.String(required=True, allow_none=True)
    village_code = fields.String(required=True, allow_none=True)
    kk_number = fields.String(required=True, allow_none=True)
    death_date = fields.Date(required=True, allow_none=True)


class PersonsSchema(Schema):
    """A page of persons, by id; go on with its cursor while there are more."""

    persons = fields.List(fields.Nested(SummarySchema), required=True)
    cursor = fields.String(required=True, allow_none=True)
    has_more = fields.Boolean(required=True)


class SourcedSchema(Schema):
    """A value of the golden record, and the person record that it comes from."""

    value = fields.Raw(required=True)
    record = fields.UUID(required=True)


class EpisodeSchema(Schema):
    """A stretch of service, and the records that belong to it."""

    type = fields.String(required=True, metadata={"example": "pregnancy"})
    id = fields.UUID(required=True)
    records = fields.List(fields.UUID(), required=True)


class RelativeSchema(Schema):
    """Somebody of the family or household. `by` tells what says so: an id, the names in one family card."""

    id = fields.UUID(required=True)
    relation = fields.String(validate=validate.OneOf(("mother", "father", "husband", "wife", "child")))
    by = fields.String(validate=validate.OneOf(("id", "name")))
    full_name = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    birth_date = fields.Date(required=True, allow_none=True)


class HouseholdSchema(Schema):
    """Who shares the family card."""

    kk_number = fields.String(required=True, allow_none=True)
    members = fields.List(fields.Nested(RelativeSchema), required=True)


class PersonSchema(Schema):
    """One person: the golden record by field, and what of the records lies in the user's areas and programs."""

    id = fields.UUID(required=True)
    rev = fields.Integer(required=True)
    aliases = fields.List(fields.UUID(), required=True)
    fields_ = fields.Dict(keys=fields.String(), values=fields.Nested(SourcedSchema), required=True, data_key="fields")
    records = fields.List(fields.Dict(), required=True)
    episodes = fields.List(fields.Nested(EpisodeSchema), required=True)
    household = fields.Nested(HouseholdSchema, required=True)
    family = fields.List(fields.Nested(RelativeSchema), required=True)
    cases = fields.List(fields.Dict(), required=True)


class EventSchema(Schema):
    """One decision: `by` is an office user's id or ``auto``. Its further members depend on `event`."""

    event = fields.String(required=True, validate=validate.OneOf(("link", "merge", "split", "review")))
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True, allow_none=True)
    by_name = fields.String(required=True, allow_none=True)


class HistorySchema(Schema):
    """What was decided about a person, the earliest first."""

    history = fields.List(fields.Nested(EventSchema), required=True)


class SplitSchema(_Strict):
    """Which person records are about somebody else."""

    records = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_SPLIT))
    note = fields.String(validate=NOTE)


class SplitDoneSchema(Schema):
    """Who is who since the split: per person record whom it is about."""

    person_id = fields.UUID(required=True)
    new_person_id = fields.UUID(required=True)
    records = fields.Dict(keys=fields.UUID(), values=fields.UUID(), required=True)


class SideSchema(Schema):
    """One side of a pair: the record, whom it is about, and the golden fields of that person."""

    record_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    records = fields.List(fields.UUID(), required=True)
    fields_ = fields.Dict(required=True, data_key="fields")


class WeightSchema(Schema):
    """What one field weighs: natural log odds, and the same in words of the reader's language."""

    feature = fields.String(required=True)
    level = fields.String(required=True)
    weight = fields.Float(required=True)
    text = fields.String(required=True, metadata={"example": "KK sama, desa sama"})
    shown = fields.String(required=True, metadata={"example": "+6,1"})


class ReviewSchema(Schema):
    """A pair that awaits a human, or was decided; `p` is the probability that both are one person."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    p = fields.Float(required=True)
    gain = fields.Float(required=True)
    reason = fields.String(required=True, metadata={"example": "two_fit"})
    reason_text = fields.String(required=True)
    model = fields.String(required=True)
    weights = fields.List(fields.Nested(WeightSchema), required=True)
    explanation = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    a = fields.Nested(SideSchema, required=True)
    b = fields.Nested(SideSchema, required=True)


class ReviewsSchema(Schema):
    """A page of the queue, the greatest gain first."""

    reviews = fields.List(fields.Nested(ReviewSchema), required=True)
    cursor = fields.String(required=True, allow_none=True)
    has_more = fields.Boolean(required=True)


class DecideSchema(_Strict):
    """A human's answer."""

    decision = fields.String(required=True, validate=validate.OneOf(("same", "different")))
    note = fields.String(validate=NOTE)
