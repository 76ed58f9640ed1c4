"""Whose sheets a folder gives: of the persons asked for, and of what is about nobody."""

from datetime import date

import pytest

from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

NOW = date(2026, 3, 10)
RECORDS = [
    *({"type": "person", "id": who, "full_name": "Siti Aminah", "nik": "1602055205980001"} for who in ("W1", "W2")),
    {"type": "person", "id": "W3", "full_name": "Rina Sari", "nik": "1602055205980002", "death_date": "2026-01-01"},
    {"type": "delivery", "id": "DL1", "delivered_on": "2026-01-01", "babies": [{"person_id": "C1", "outcome": "live_birth"}]},
    {"type": "birth_registration", "id": "BR1", "person_id": "C1", "status": "draft", "birth_weight_g": 1},
    {"type": "death_registration", "id": "DR1", "person_id": "W3", "status": "draft"},
    {"type": "service_request", "id": "S1", "person_id": "W1", "standard_workdays": 999},
    {"type": "marriage_event", "id": "MR1", "husband_id": "H1", "wife_id": "W1"},
    {"type": "move_event", "id": "MV1", "person_ids": ["W2"]},
    {"type": "divorce_event", "id": "DV1"},
    {"type": "person", "id": "W4", "full_name": "Sari"},
    {"type": "complaint", "id": "CP1"},
    {"type": "survey_response", "id": "SV1", "unit": "van"},
]  # fmt: skip
LOOKED_AT = frozenset(
    [
        "person",
        "record",
        "sending",
        "service_request",
        "pair",
        "move",
        "death",
        "death_registration",
        "birth",
        "birth_registration",
        "marriage",
        "divorce",
        "complaint",
        "unit",
    ]
)
NOBODYS = {("divorce", "DV1"), ("complaint", "CP1"), ("unit", "van")}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"W1"}, {("person", "W1"), ("sending", "S1"), ("service_request", "S1"), ("pair", "W1+W2")}),
        ({"W2"}, {("person", "W2"), ("move", "MV1"), ("pair", "W1+W2")}),
        ({"W3"}, {("person", "W3"), ("death", "W3"), ("death_registration", "W3")}),
        ({"W4"}, {("person", "W4"), ("record", "W4")}),
        ({"C1"}, {("birth", "C1"), ("birth_registration", "C1"), ("sending", "BR1")}),
        ({"H1"}, {("marriage", "MR1")}),
        (set(), set()),
    ],
)
def test_only_sheets_of_the_persons_asked_for_and_of_nobody(asked, expected):
    whole = folder_of(RECORDS)
    folder = Folder(whole.entries, asked=frozenset(asked), refused=whole.refused)
    sheets = sheets_of(folder, Frame(NOW, book_on(NOW).tables))
    assert {(one.about, one.subject) for one in sheets if one.about in LOOKED_AT} == expected | NOBODYS
