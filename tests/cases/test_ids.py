"""Ids of cases and flags are UUIDs of version 5: what is in a database keeps its id, whoever works it out."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from fieldsync.cases.stored import case_id, flag_id

SPACE = UUID("6f1b7c52-6a0e-5c0b-9a63-2f6f2c1d7a10")


@given(st.text(), st.text(), st.text(), st.text())
def test_ids_are_uuids_by_name(rule, subject, episode, program):
    assert case_id(subject, program) == str(uuid5(SPACE, f"case {subject} {program}"))
    assert flag_id(rule, subject, episode, program) == str(uuid5(SPACE, f"flag {rule} {subject} {episode} {program}"))
