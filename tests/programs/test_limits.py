"""Both sides of every limit of every number, date, list and text, straight from the declarations.

A row is made for each limit, so that a new field brings its own tests. The fast path is
asked each time as well.
"""

from copy import deepcopy
from typing import Any

import pytest
from cases import KINDS, declared, found, valid
from factory import TODAY

from fieldsync.programs import RecordType
from fieldsync.programs.declare import Field

FIELDS = [(kind, outer, field) for kind in KINDS for outer, field in declared(kind)]


def having(*kinds: str):
    rows = [row for row in FIELDS if row[2].kind in kinds]
    names = [".".join((kind.name, *(one.name for one in outer), field.name)) for kind, outer, field in rows]
    return pytest.mark.parametrize(("kind", "outer", "field"), rows, ids=names)


def put(kind: RecordType, outer: tuple[Field, ...], field: Field, value: Any) -> tuple[dict[str, Any], str]:
    """Return valid data with this value in a field, and the pointer to it."""
    data = valid(kind, given=0)
    inside, pointer = data, "/data"
    for one in outer:
        filled = inside.get(one.name) or deepcopy(filled_part(one))
        inside[one.name] = filled
        inside = filled[0] if isinstance(filled, list) else filled
        pointer += f"/{one.name}/0" if isinstance(filled, list) else f"/{one.name}"
    inside[field.name] = value
    return data, f"{pointer}/{field.name}"


def filled_part(field: Field) -> Any:
    kind = next(kind for kind, _, one in FIELDS if one is field)
    for seed in range(50):
        given = valid(kind, seed, given=1).get(field.name)
        if given:
            return given
    raise AssertionError(f"{field.name}: never filled")


def verdict(kind: RecordType, outer: tuple[Field, ...], field: Field, value: Any) -> str | None:
    """Return the error, or else the warning, found at a field that holds this value; not what its neighbours get."""
    data, pointer = put(kind, outer, field, value)
    errors, warnings = found(kind, data)
    return errors.get(pointer) or warnings.get(pointer)


RELATED = {"inconsistent", "unusual", "required"}


@having("int", "number")
def test_a_number_is_refused_outside_hard_and_doubted_outside_soft_limits(kind, outer, field: Field):
    low, high = field.hard
    step = 1 if field.kind == "int" else 0.1
    for refused in (low - step, high + step, 10**30, -(10**30)):
        assert verdict(kind, outer, field, refused) == "out_of_range"
    usual_low, usual_high = field.soft or field.hard
    narrower = any(getattr(check, "low", None) is not None and check.field == field.name for check in kind.checks)
    for value in (low, high, usual_low, usual_high):
        doubted = not usual_low <= value <= usual_high
        got = verdict(kind, outer, field, as_kind(field, value))
        if got not in RELATED and not narrower:
            assert got == ("soft_range" if doubted else None)
        assert got != "out_of_range"
    if field.soft:
        for value in (usual_low - step, usual_high + step):
            if low <= value <= high:
                assert verdict(kind, outer, field, as_kind(field, value)) in {"soft_range", *RELATED}


def as_kind(field: Field, value: float) -> float:
    return int(value) if field.kind == "int" else value


@having("int")
def test_a_whole_number_is_no_other_thing(kind, outer, field: Field):
    low, _ = field.hard
    for other in (float(low), True, str(low), "2", None if field.required else [low], {"value": low}):
        expected = "required" if other is None else "wrong_type"
        assert verdict(kind, outer, field, other) == expected


@having("number")
def test_a_number_is_no_text_and_no_truth_value(kind, outer, field: Field):
    for other in ("36.5", "36,5", True, float("nan"), float("inf"), [36.5]):
        assert verdict(kind, outer, field, other) == "wrong_type"


@having("bool")
def test_a_truth_value_is_nothing_else(kind, outer, field: Field):
    for other in (0, 1, "true", "ya", []):
        assert verdict(kind, outer, field, other) == "wrong_type"


@having("date")
def test_a_date_is_a_day_of_the_calendar_and_seldom_in_the_future(kind, outer, field: Field):
    for other in ("2026-02-30", "2025-02-29", "0000-01-01", "2026-W09-1", "20260301", "2026-3-1", "2026-03-01T00:00"):
        assert verdict(kind, outer, field, other) == "bad_date"
    assert verdict(kind, outer, field, "1899-12-31") == "out_of_range"
    assert verdict(kind, outer, field, "2201-01-01") == "out_of_range"
    assert verdict(kind, outer, field, 20260301) == "wrong_type"
    assert verdict(kind, outer, field, TODAY) in {None, *RELATED}
    tomorrow = verdict(kind, outer, field, "2026-03-03")
    assert tomorrow == "in_future" if field.not_future else tomorrow in {None, *RELATED}


@having("time")
def test_a_time_is_one_of_the_clock(kind, outer, field: Field):
    for good in ("00:00", "23:59", "08:30:59"):
        assert verdict(kind, outer, field, good) is None
    for bad in ("24:00", "8:30", "08:60", "08:30+07:00", "08:30 WIB", "٠٨:٣٠", "08:30\n"):
        assert verdict(kind, outer, field, bad) == "bad_format"


@having("code", "codes")
def test_only_declared_codes_are_known(kind, outer, field: Field):
    wrap = (lambda code: [code]) if field.kind == "codes" else (lambda code: code)
    for code in field.codes.labels:
        assert verdict(kind, outer, field, wrap(code)) in {None, *RELATED}
    data, pointer = put(kind, outer, field, wrap("nothing_like_it"))
    where = f"{pointer}/0" if field.kind == "codes" else pointer
    assert found(kind, data)[0][where] == "unknown_code"


@having("codes")
def test_a_list_of_codes_may_be_empty_and_may_repeat(kind, outer, field: Field):
    assert verdict(kind, outer, field, []) in {None, *RELATED}
    code = next(iter(field.codes.labels))
    assert verdict(kind, outer, field, [code, code]) in {None, *RELATED}
    assert verdict(kind, outer, field, [code] * (field.length[1] + 1)) == "too_many"
    assert verdict(kind, outer, field, code) == "wrong_type"


@having("id")
def test_an_id_is_a_uuid_in_any_case(kind, outer, field: Field):
    for good in ("0190a5e4-0000-7000-8000-000000000001", "0190A5E4-0000-7000-8000-00000000000F"):
        assert verdict(kind, outer, field, good) is None
    for bad in ("0190a5e4000070008000000000000001", "{0190a5e4-0000-7000-8000-00000000000}", "x", ""):
        assert verdict(kind, outer, field, bad) == "bad_format"
    assert verdict(kind, outer, field, 7) == "wrong_type"


@having("digits")
def test_digits_are_ascii_and_counted(kind, outer, field: Field):
    count = field.length[0]
    good = "3271010101900001"[:count]
    assert verdict(kind, outer, field, good) is None
    for bad in (good[1:], good + "1", "٣" * count, good[:-1] + "x", good[:-1] + " ", good[:-1] + "²"):
        assert verdict(kind, outer, field, bad) == "bad_format"
    assert verdict(kind, outer, field, int(good)) == "wrong_type"


@having("text")
def test_a_text_has_a_length_and_something_to_see(kind, outer, field: Field):
    low, high = field.length
    assert verdict(kind, outer, field, "a" * (high + 1)) == "too_long"
    assert verdict(kind, outer, field, "") == "too_short"
    for bad in ("a\x00bcdefg", "abcdefg\ud800", "abcdefg\x1b[0m", "\u200b" * max(low, 2), " " * max(low, 2)):
        if len(bad) <= high:
            assert verdict(kind, outer, field, bad) == "bad_text"
    if not field.shape:
        assert verdict(kind, outer, field, "a" * high) in {None, "unusual"}
        lines = "baris satu\nbaris dua"
        if len(lines) <= high:
            assert verdict(kind, outer, field, lines) == (None if field.multiline else "bad_text")


@having("objects", "ids")
def test_a_list_has_so_many_items(kind, outer, field: Field):
    low, high = field.length
    one = filled_part(field)[0]
    assert verdict(kind, outer, field, [one] * (high + 1)) == "too_many"
    if low:
        assert verdict(kind, outer, field, [one] * (low - 1)) == "too_short"
    assert verdict(kind, outer, field, [one] * high) in ({"soft_range"} if field.soft else {None, *RELATED})
    assert verdict(kind, outer, field, one) == "wrong_type"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_required_field_is_neither_missing_nor_null(kind: RecordType):
    for field in kind.fields:
        data = valid(kind, given=1)
        null = {**data, field.name: None}
        missing = {name: value for name, value in data.items() if name != field.name}
        if field.required:
            assert found(kind, missing)[0][f"/data/{field.name}"] == "required"
        assert found(kind, null) == found(kind, missing)
