"""The form that repairs: which input stands for which place, and what is read back of it."""

import pytest
from werkzeug.datastructures import MultiDict

from fieldsync.programs import TYPES
from fieldsync.sync import ABSENT
from fieldsync.web.pages import mending

DELIVERY, VISIT = TYPES["delivery"], TYPES["anc_visit"]


@pytest.mark.parametrize(
    ("kind", "pointer", "place", "declared"),
    [
        (VISIT, "/data/danger_signs/3", "/data/danger_signs", "danger_signs"),
        (VISIT, "/data/referral/at", "/data/referral/at", "at"),
        (VISIT, "/data/new~1field/0", "/data/new~1field/0", None),
        (DELIVERY, "/data/babies/1/birth_weight_g", "/data/babies/1/birth_weight_g", "birth_weight_g"),
        (DELIVERY, "/data/babies/1", "/data/babies/1", None),
        (DELIVERY, "/data", "/data", None),
        (None, "/data/x", "/data/x", None),
        (None, "/location/lat", "/location/lat", "lat"),
        (None, "/rev", "/rev", None),
    ],
)
def test_each_place_has_its_declaration(kind, pointer, place, declared):
    found, field = mending.place_of(kind, pointer)
    assert (found, None if field is None else field.name) == (place, declared)


@pytest.mark.parametrize(
    ("pointer", "typed", "value"),
    [
        ("/data/weight_kg", " 61,5 ", 61.5),
        ("/data/weight_kg", "61", 61),
        ("/data/weight_kg", "007", "007"),
        ("/data/weight_kg", "heavy", "heavy"),
        ("/data/weight_kg", "", ABSENT),
        ("/data/by_doctor", "false", False),
        ("/data/by_doctor", "maybe", "maybe"),
        ("/data/referral/reason", "a\r\nb", "a\nb"),
        ("/data/referral", '{"to": "RSUD"}', {"to": "RSUD"}),
        ("/data/referral", "{", "{"),
        ("/data/visit_date", "2026-03-01", " 2026-03-01"),
    ],
)
def test_what_is_typed_is_read_as_a_tablet_would_have_sent_it(pointer, typed, value):
    form = MultiDict([("shown", pointer), ("v" + pointer, typed)])
    raw = {"type": "anc_visit", "data": {"visit_date": " 2026-03-01"}}
    assert mending.typed(VISIT, raw, form) == {pointer: value}


def test_a_list_of_ids_is_written_line_by_line():
    move = TYPES["move_event"]
    form = MultiDict([("shown", "/data/person_ids"), ("v/data/person_ids", "a\r\n\r\n b ")])
    assert mending.typed(move, {"data": {}}, form) == {"/data/person_ids": ["a", "b"]}


def test_a_long_value_is_told_shortened():
    assert mending.shown("x" * 300) == "x" * mending.LONGEST_SHOWN + "…"
    assert mending.shown({"a": "\ud800"}) == '{"a": "\\ud800"}'
