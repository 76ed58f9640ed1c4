"""What other rooms take out of a record: references, subject, the open and the sealed part."""

import pytest
from cases import KINDS, declared, name_of, sample, valid
from hypothesis import given
from hypothesis import strategies as st
from sample import SAMPLE

from fieldsync.programs import TYPES, RecordType, Reference, parted, references, subject_of

UPPER = "0190A5E4-0000-7000-8000-00000000000F"
LOWER = UPPER.lower()
every_kind = pytest.mark.parametrize("kind", KINDS, ids=name_of)


def test_references_are_found_wherever_they_are():
    data = sample(
        person_id=UPPER,
        household_id=UPPER,
        witness_ids=[UPPER, UPPER],
        babies=[{"sex": "male"}, {"sex": "female", "baby_id": UPPER}, {"sex": "male", "baby_id": None}],
    )
    assert references(SAMPLE, data) == [
        Reference("/data/person_id", LOWER, ("person",), awaited=True),
        Reference("/data/household_id", LOWER, ("household",), awaited=False),
        Reference("/data/witness_ids/0", LOWER, ("person",), awaited=True),
        Reference("/data/witness_ids/1", LOWER, ("person",), awaited=True),
        Reference("/data/babies/1/baby_id", LOWER, ("person",), awaited=True),
    ]


@every_kind
@given(seed=st.integers(0, 1000))
def test_every_id_in_a_record_is_a_reference(kind: RecordType, seed: int):
    data = valid(kind, seed)
    found = references(kind, data)
    assert len({one.pointer for one in found}) == len(found)
    assert sorted(one.id for one in found) == sorted(ids_in(kind.fields, data))


def ids_in(fields, data):
    for field in fields:
        value = data.get(field.name)
        if value is None:
            continue
        if field.kind in {"id", "ids"}:
            yield from [value] if isinstance(value, str) else value
        for part in value if field.kind == "objects" else [value] if field.kind == "object" else ():
            yield from ids_in(field.fields, part)


@every_kind
def test_a_record_without_data_names_nothing(kind: RecordType):
    assert references(kind, {}) == []
    assert subject_of(kind, {}) is None
    assert parted(kind, {}) == ({}, {})


def test_only_the_household_of_a_person_is_not_awaited():
    not_awaited = {(kind.name, one.name) for kind in TYPES.values() for _, one in declared(kind) if not one.awaited}
    assert not_awaited == {("person", "household_id")}


def test_the_subject_is_the_id_in_lower_case():
    assert subject_of(SAMPLE, sample(person_id=UPPER)) == LOWER
    assert subject_of(TYPES["person"], valid(TYPES["person"])) is None
    assert subject_of(TYPES["survey_response"], valid(TYPES["survey_response"])) is None


@every_kind
@given(seed=st.integers(0, 1000))
def test_parting_loses_nothing_and_seals_all_identity_values(kind: RecordType, seed: int):
    data = valid(kind, seed)
    opened, sealed = parted(kind, data)
    assert opened | sealed == data
    assert not opened.keys() & sealed.keys()
    assert sealed.keys() == {one.name for one in kind.fields if one.seals} & data.keys()


def test_what_the_declaration_does_not_know_is_sealed():
    opened, sealed = parted(SAMPLE, sample(nickname="Iti", referral={"to": "RSUD"}, babies=[{"sex": "male"}]))
    assert sealed.keys() == {"full_name", "nickname", "referral"}
    assert opened["babies"] == [{"sex": "male"}]


def test_a_list_with_something_undeclared_inside_is_sealed_whole():
    babies = [{"sex": "male"}, {"sex": "female", "name": "Adinda"}]
    opened, sealed = parted(SAMPLE, sample(babies=babies))
    assert sealed["babies"] == babies
    assert "babies" not in opened
    assert parted(SAMPLE, {"babies": None}) == ({"babies": None}, {})


def test_open_data_are_handed_on_as_they_are():
    data = {"visit_date": "2026-03-01", "signs": []}
    opened, sealed = parted(SAMPLE, data)
    assert opened is data
    assert sealed == {}
