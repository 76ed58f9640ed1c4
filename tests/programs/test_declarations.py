"""Every declared type is complete: labels in two languages, limits that make sense, subjects and names that exist."""

import re

import pytest
from cases import KINDS, declared, name_of
from marshmallow import Schema

from fieldsync.programs import PROGRAMS, TYPES, RecordType, schema_for
from fieldsync.programs.checks import Order
from fieldsync.programs.declare import Field
from fieldsync.programs.older import retired
from fieldsync.programs.values import FIELD_NAME

DICTIONARY = {
    "common": "person household follow_up_action",
    "maternal": "pregnancy anc_visit delivery pnc_visit",
    "child": "child_visit immunisation",
    "civil": "birth_registration death_event death_registration stillbirth_report service_request move_event "
    "marriage_event divorce_event",
    "service": "complaint survey_response",
}
SUBJECTS = {
    "household": "head_person_id",
    "pregnancy": "woman_id",
    "anc_visit": "pregnancy_id",
    "delivery": "pregnancy_id",
    "pnc_visit": "person_id",
    "child_visit": "person_id",
    "immunisation": "person_id",
    "birth_registration": "person_id",
    "death_event": "person_id",
    "death_registration": "person_id",
    "stillbirth_report": "delivery_id",
    "service_request": "person_id",
    "marriage_event": "husband_id",
    "divorce_event": "husband_id",
}
RESTRICTED = {
    *("anc_visit.hiv_result", "anc_visit.syphilis_result", "anc_visit.hbsag_result", "pnc_visit.epds_total"),
    *("pnc_visit.epds_item10", "pregnancy.abortions", "person.religion", "person.disability", "complaint.reporter"),
}
IDENTITY = re.compile(
    r"(full|mother|father|spouse|child|informant|deceased)_name|nik|kk_number|phone|address|rt|rw|hamlet"
    r"|cause_text|comment|note|replies|reporter|(certificate|letter|skp|ruling)_no|\w+_(certificate|letter)_no"
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=name_of)
FIELDS = [(kind, outer, field) for kind in KINDS for outer, field in declared(kind)]
every_field = pytest.mark.parametrize(
    ("kind", "outer", "field"), FIELDS, ids=[f"{kind.name}.{field.name}" for kind, _, field in FIELDS]
)


def is_said(label) -> bool:
    return set(label) == {"id", "en"} and all(text.strip() == text != "" for text in label.values())


def test_the_types_are_those_of_the_data_dictionary():
    assert {name: kind.program for name, kind in TYPES.items()} == {
        name: program for program, names in DICTIONARY.items() for name in names.split()
    }
    assert set(PROGRAMS) == set(DICTIONARY) - {"common"}


def test_subjects_are_those_agreed():
    assert {name: kind.subject for name, kind in TYPES.items() if kind.subject} == SUBJECTS


def test_restricted_fields_are_those_of_the_data_dictionary():
    marked = {f"{kind.name}.{field.name}" for kind in TYPES.values() for _, field in declared(kind) if field.restricted}
    assert marked >= RESTRICTED


@every_kind
def test_a_type_is_said_in_both_languages_and_its_subject_names_a_record(kind: RecordType):
    assert is_said(kind.label)
    fields = {one.name: one for one in kind.fields}
    assert len(fields) == len(kind.fields)
    if kind.subject:
        assert fields[kind.subject].kind == "id"


@every_field
def test_a_field_is_said_in_both_languages_with_all_its_codes(kind, outer, field: Field):
    assert FIELD_NAME.fullmatch(field.name)
    assert is_said(field.label)
    if field.kind in {"code", "codes"}:
        assert field.codes
        assert len(field.codes.labels) > 1
    for code, label in field.codes.labels.items() if field.codes else ():
        assert code
        assert is_said(label), code


@every_field
def test_limits_of_a_field_leave_something(kind, outer, field: Field):
    if field.kind in {"int", "number"}:
        assert field.hard
        assert field.hard[0] < field.hard[1]
    if field.soft and field.hard:
        assert field.hard[0] <= field.soft[0] < field.soft[1] <= field.hard[1]
        assert field.soft != field.hard
    if field.kind in {"text", "digits"}:
        assert 1 <= field.length[0] <= field.length[1]


@every_field
def test_an_id_names_types_that_exist(kind, outer, field: Field):
    assert bool(field.names) is (field.kind in {"id", "ids"})
    assert set(field.names) <= TYPES.keys()
    if not field.awaited:
        assert field.name == "household_id"


@every_field
def test_identity_values_are_sealed_and_measurements_are_not(kind, outer, field: Field):
    if field.kind in {"int", "number", "date", "time", "bool", "code", "codes", "id", "ids"}:
        assert not field.sealed
    elif IDENTITY.fullmatch(field.name) or (field.multiline and not field.codes):
        assert field.sealed or any(one.sealed for one in outer)


@every_kind
def test_checks_name_fields_of_the_type_and_say_why_in_both_languages(kind: RecordType):
    fields = {one.name: one for one in kind.fields}
    for check in kind.checks:
        assert set(check.fields) <= fields.keys()
        why = getattr(check, "why", None)
        assert why is None or is_said(why)
        if isinstance(check, Order):
            sorts = {{"int": "number"}.get(fields[name].kind, fields[name].kind) for name in check.fields}
            assert len(sorts) == 1
            assert not check.days or sorts == {"date"}


@every_kind
def test_retired_names_are_not_in_use_and_their_steps_lead_to_fields(kind: RecordType):
    fields = {one.name for one in kind.fields}
    old_names = retired(kind.translations).keys()
    assert not old_names & fields
    for translation in kind.translations:
        for step in translation.steps:
            new = step.new if isinstance(step.new, tuple) else (step.new,)
            assert set(new) <= fields | old_names
    versions = [one.version for one in kind.translations]
    assert versions == sorted(versions)
    assert kind.version not in versions


@every_kind
def test_a_type_has_a_marshmallow_schema_with_its_fields(kind: RecordType):
    schema = schema_for(kind)
    assert issubclass(schema, Schema)
    assert schema is schema_for(kind)
    assert {name: one.required for name, one in schema().fields.items()} == {
        one.name: one.required for one in kind.fields
    }


def test_ids_and_labels_of_one_type_do_not_repeat():
    for kind in TYPES.values():
        labels = [one.label["id"] for one in kind.fields]
        assert len(set(labels)) == len(labels), sorted(one for one in labels if labels.count(one) > 1)
