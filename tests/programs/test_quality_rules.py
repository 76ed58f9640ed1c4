"""Rules about the quality of what was recorded, and that what can't be used is used by nothing."""

from datetime import date
from typing import Any

import pytest
from flags import flags

from fieldsync.programs import TYPES
from fieldsync.programs.common.nik import agrees, is_well_formed
from fieldsync.programs.common.pair_facts import are_alike
from fieldsync.programs.common.quality_facts import record_sheets
from fieldsync.programs.folder import Frame
from fieldsync.programs.trying import folder_of
from fieldsync.programs.usable import usable

NOW = "2026-03-10"
KINDS = tuple(TYPES.values())
NUMBERS = [(kind, one) for kind in KINDS for one in kind.fields if one.hard]
by_number = pytest.mark.parametrize(
    ("kind", "field"), NUMBERS, ids=[f"{kind.name}.{one.name}" for kind, one in NUMBERS]
)


def raised(*records: dict[str, Any], rules: tuple[str, ...] = ("DQ-01", "DQ-02")) -> set[tuple[str, str]]:
    return {one for one in flags(records, NOW) if one[0] in rules}


@by_number
def test_each_number_on_both_sides_of_its_limits(kind, field):
    (low, high), step = field.hard, 1 if field.kind == "int" else 0.1
    soft = field.soft or field.hard
    for value in (low - step, high + step, "12", True, [low], float("nan")):
        assert raised({"type": kind.name, "id": "R1", field.name: value}) == {("DQ-01", "R1")}, value
    for value in {low, high, *soft}:
        expected = set() if soft[0] <= value <= soft[1] else {("DQ-02", "R1")}
        assert raised({"type": kind.name, "id": "R1", field.name: value}) == expected, value
    for value in (soft[0] - step, soft[1] + step):
        if low <= value <= high:
            assert raised({"type": kind.name, "id": "R1", field.name: value}) == {("DQ-02", "R1")}, value
    assert raised({"type": kind.name, "id": "R1", field.name: None}) == set()


@by_number
def test_a_refused_number_is_in_no_entry_and_is_remembered(kind, field):
    folder = folder_of([{"type": kind.name, "id": "R1", field.name: field.hard[1] + 1, "note": "x"}])
    assert field.name not in folder.entries[0].data
    assert [(one.id, one.fields) for one in folder.refused] == [("R1", (field.name,))]


@pytest.mark.parametrize(
    ("record", "kept", "refused"),
    [
        ({"type": "anc_visit", "danger_signs": "fever"}, {}, ("danger_signs",)),
        ({"type": "anc_visit", "danger_signs": ["fever", {}]}, {}, ("danger_signs",)),
        ({"type": "anc_visit", "danger_signs": []}, {"danger_signs": []}, ()),
        ({"type": "anc_visit", "visit_date": "2026-02-30"}, {}, ("visit_date",)),
        ({"type": "anc_visit", "visit_date": 20260210}, {}, ("visit_date",)),
        ({"type": "anc_visit", "fetal_heart_present": "no"}, {}, ("fetal_heart_present",)),
        ({"type": "anc_visit", "pregnancy_id": 7}, {}, ("pregnancy_id",)),
        ({"type": "anc_visit", "weight_kg": 60, "muac_cm": None, "note": ""}, {"weight_kg": 60}, ()),
        ({"type": "anc_visit", "referral": "hospital"}, {}, ("referral",)),
        ({"type": "anc_visit", "something": {"new": 1}}, {"something": {"new": 1}}, ()),
        ({"type": "person", "full_name": "A" * 61}, {}, ("full_name",)),
        ({"type": "person", "birth_date": "1899-12-31"}, {}, ("birth_date",)),
        ({"type": "person", "nik": "12"}, {"nik": "12"}, ()),
        ({"type": "household", "members": [{"person_id": 3}]}, {"members": [{}]}, ("members.person_id",)),
        ({"type": "household", "members": [3]}, {}, ("members",)),
        (
            {"type": "delivery", "babies": [{"birth_weight_g": 30, "apgar_1": 8}, {"birth_weight_g": 31}]},
            {"babies": [{"apgar_1": 8}, {}]},
            ("babies.birth_weight_g",),
        ),
        ({"type": "anc_visit", "systolic_mmhg": 80, "diastolic_mmhg": 80}, {}, ("systolic_mmhg", "diastolic_mmhg")),
        (
            {"type": "anc_visit", "systolic_mmhg": 81, "diastolic_mmhg": 80},
            {"systolic_mmhg": 81, "diastolic_mmhg": 80},
            (),
        ),
        ({"type": "anc_visit", "diastolic_mmhg": 80, "systolic_mmhg": 12}, {"diastolic_mmhg": 80}, ("systolic_mmhg",)),
        (
            {"type": "anc_visit", "visit_date": "2026-03-01", "next_visit_date": "2026-03-01"},
            {"visit_date": "2026-03-01"},
            ("next_visit_date",),
        ),
        (
            {"type": "anc_visit", "visit_date": "2026-03-01", "next_visit_date": "2026-05-11"},
            {"visit_date": "2026-03-01"},
            ("next_visit_date",),
        ),
        ({"type": "pregnancy", "gravida": 2, "parity": 4}, {"gravida": 2, "parity": 4}, ()),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_can_be_used_of_a_record(record, kept, refused):
    folder = folder_of([{"id": "R1", **record}])
    assert folder.entries[0].data == kept
    assert [one.fields for one in folder.refused] == ([refused] if refused else [])


def test_values_of_all_kinds_never_stop_the_rules():
    odd: list[Any] = ["", "x", 0, -1, 1.5, True, [], [1], [{}], {}, {"a": 1}, None, "2026-02-30", "9" * 400]
    for kind in KINDS:
        for value in odd:
            record = {"type": kind.name, "id": "R1", **{one.name: value for one in kind.fields}}
            assert isinstance(flags([record], NOW), set)
            assert isinstance(usable(kind, {one.name: value for one in kind.fields}).data, dict)


def test_one_name_and_a_great_age_are_to_be_confirmed():
    assert raised({"type": "person", "id": "P1", "full_name": "Andi"}) == {("DQ-02", "P1")}
    assert raised({"type": "person", "id": "P1", "full_name": "Andi Wijaya"}) == set()
    assert raised({"type": "person", "id": "P1", "birth_date": "1915-03-10"}) == {("DQ-02", "P1")}
    assert raised({"type": "person", "id": "P1", "birth_date": "1915-03-11"}) == set()


def test_doubts_about_babies_newborns_and_long_families():
    assert raised({"type": "delivery", "id": "DL1", "babies": [{"birth_weight_g": 799}]}) == {("DQ-02", "DL1")}
    assert raised({"type": "delivery", "id": "DL1", "babies": [{"birth_weight_g": 800}]}) == set()
    newborn = {"type": "pnc_visit", "id": "N1", "subject": "newborn"}
    assert raised({**newborn, "temp_c": 34.9}) == {("DQ-02", "N1")}
    assert raised({**newborn, "temp_c": 35}) == set()
    family = {"type": "household", "id": "H1", "members": [{"person_id": f"P{at}"} for at in range(16)]}
    assert raised(family) == {("DQ-02", "H1")}
    assert raised({**family, "members": family["members"][1:]}) == set()


@pytest.mark.parametrize(
    ("record", "offices"),
    [
        ({"type": "anc_visit", "weight_kg": 26}, {"maternal"}),
        ({"type": "child_visit", "temp_c": 34.9}, {"child"}),
        ({"type": "person", "full_name": "Andi"}, {"civil", "maternal", "child"}),
    ],
)
def test_a_doubt_is_a_matter_of_the_offices_that_the_record_is_for(record, offices):
    day = date.fromisoformat(NOW)
    sheets = record_sheets(folder_of([{"id": "R1", **record}]), Frame(day, {}))
    assert [one.programs for one in sheets] == [frozenset(offices)]


PREGNANT = {"type": "pregnancy", "id": "R1", "woman_id": "W1", "lmp_date": "2026-01-10"}
ODD = {("DQ-02", "R1")}


@pytest.mark.parametrize(
    ("record", "born", "expected"),
    [
        (PREGNANT, "2014-01-10", set()),
        (PREGNANT, "2014-01-11", ODD),
        (PREGNANT, "1975-01-11", set()),
        (PREGNANT, "1975-01-10", ODD),
        (PREGNANT, None, set()),
        ({**PREGNANT, "lmp_date": None}, "2020-01-01", set()),
        ({**PREGNANT, "woman_id": "W9"}, "2020-01-01", set()),
        ({**PREGNANT, "edd_ultrasound": "2026-10-18"}, "2014-01-11", set()),
    ],
)
def test_a_pregnancy_at_an_unusual_age_is_to_be_confirmed(record, born, expected):
    woman = {"type": "person", "id": "W1", "full_name": "Siti Aminah", "birth_date": born}
    assert raised(woman, record) == expected
    assert raised({**woman, "birth_date_precision": "month"}, record) == expected
    assert raised({**woman, "birth_date_precision": "year"}, record) == set()


MARRIAGE = {"type": "marriage_event", "id": "R1", "husband_id": "H1", "wife_id": "W1", "date": "2026-02-28"}


@pytest.mark.parametrize(
    ("marriage", "husband", "wife", "expected"),
    [
        (MARRIAGE, "1990-05-12", "2007-02-28", set()),
        (MARRIAGE, "1990-05-12", "2007-03-01", ODD),
        (MARRIAGE, "2007-03-01", "1998-05-12", ODD),
        (MARRIAGE, None, None, set()),
        ({**MARRIAGE, "dispensation_no": "12/Pdt.P/2026"}, "1990-05-12", "2009-03-01", set()),
        ({**MARRIAGE, "date": None}, "1990-05-12", "2009-03-01", set()),
        ({**MARRIAGE, "husband_id": None}, None, "2009-03-01", ODD),
    ],
)
def test_a_marriage_under_19_is_to_be_confirmed_unless_a_court_allowed_it(marriage, husband, wife, expected):
    people = [
        {"type": "person", "id": "H1", "full_name": "Budi Santoso", "birth_date": husband},
        {"type": "person", "id": "W1", "full_name": "Siti Aminah", "birth_date": wife},
    ]
    assert raised(*people, marriage) == expected


def test_a_record_can_have_both_a_refused_and_a_doubtful_value():
    visit = {"type": "anc_visit", "id": "A1", "weight_kg": 24, "hb_g_dl": 4}
    assert raised(visit) == {("DQ-01", "A1"), ("DQ-02", "A1")}


# --- the NIK

WOMAN = {"type": "person", "id": "W1", "sex": "female", "full_name": "Siti Aminah", "birth_date": "1998-05-12"}


@pytest.mark.parametrize(
    ("nik", "fields", "expected"),
    [
        ("1602055205980001", {}, None),
        ("1671015205980004", {}, None),
        (None, {}, None),
        ("160205520598000", {}, "DQ-03"),
        ("16020552059800011", {}, "DQ-03"),
        ("16020552059800O1", {}, "DQ-03"),
        ("١٦٠٢٠٥٥٢٠٥٩٨٠٠٠١", {}, "DQ-03"),
        ("1602050005980001", {}, "DQ-03"),
        ("1602053205980001", {"sex": "male"}, "DQ-03"),
        ("1602054005980001", {}, "DQ-03"),
        ("1602057205980001", {}, "DQ-03"),
        ("1602055200980001", {}, "DQ-03"),
        ("1602055213980001", {}, "DQ-03"),
        ("1602057112980001", {"birth_date": "1998-12-31"}, None),
        ("1602054101980001", {"birth_date": "1998-01-01"}, None),
        ("1602051205980001", {}, "DQ-04"),
        ("1602051205980001", {"sex": "male"}, None),
        ("1602055305980001", {}, "DQ-04"),
        ("1602055206980001", {}, "DQ-04"),
        ("1602055205990001", {}, "DQ-04"),
        ("1602055205980001", {"birth_date": "1898-05-12"}, None),
        ("1602055205000001", {"birth_date": "2000-05-12"}, None),
        ("1602055205980001", {"sex": None, "birth_date": None}, None),
        ("1602055205980001", {"sex": None}, None),
        ("1602051205980001", {"sex": None}, None),
        ("1602055205980001", {"birth_date": None}, None),
        ("1602051205980001", {"birth_date": None}, "DQ-04"),
        ("1602055105980001", {"birth_date_precision": "month"}, None),
        ("1602055106980001", {"birth_date_precision": "month"}, "DQ-04"),
        ("1602055106980001", {"birth_date_precision": "year"}, None),
        ("1602055106970001", {"birth_date_precision": "year"}, "DQ-04"),
        ("1602055106970001", {"birth_date_precision": "estimated"}, None),
    ],
)
def test_a_nik_and_its_bearer(nik, fields, expected):
    found = raised({**WOMAN, "nik": nik, **fields}, rules=("DQ-03", "DQ-04"))
    assert found == ({(expected, "W1")} if expected else set())


def test_a_nik_says_nothing_of_a_person_without_sex_and_birth_date():
    assert is_well_formed("1602055205980001")
    assert agrees("1602055205980001", {}) is None
    assert agrees("1602055205980001", {"birth_date": "1998-05-12", "birth_date_precision": "estimated"}) is None


# --- two persons alike

CHILD = {"type": "person", "id": "C1", "sex": "male", "full_name": "Muhammad Rizki", "birth_date": "2025-12-01"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, True),
        ({}, {"full_name": "M. Rizky"}, True),
        ({}, {"full_name": "RIZKI  MUHAMMAD"}, True),
        ({}, {"full_name": "Ahmad Fauzan"}, False),
        ({}, {"full_name": None}, False),
        ({}, {"birth_date": "2025-12-06"}, True),
        ({}, {"birth_date": "2025-11-26"}, True),
        ({}, {"birth_date": "2025-12-07"}, False),
        ({}, {"birth_date": "2024-12-01"}, False),
        ({}, {"birth_date": None}, False),
        ({}, {"mother_id": "W2"}, False),
        ({}, {"mother_id": None}, False),
        ({}, {"sex": "female"}, False),
        ({}, {"sex": None}, True),
        ({"mother_id": None, "mother_name": "Siti Aminah"}, {"mother_id": None, "mother_name": "ST. AMINAH"}, True),
        ({"nik": "1602050112250001"}, {"nik": "1602050112250001", "mother_id": "W2", "full_name": "Ani"}, True),
        ({"nik": "1602050112250001"}, {"nik": "1602050112250002", "mother_id": "W2"}, False),
    ],
)
def test_two_persons_who_may_be_one(one, other, expected):
    first = {**CHILD, "mother_id": "W1", **one}
    second = {**CHILD, "id": "B1", "mother_id": "W1", **other}
    assert raised(first, second, rules=("DQ-05",)) == ({("DQ-05", "B1+C1")} if expected else set())
    assert raised(second, first, rules=("DQ-05",)) == ({("DQ-05", "B1+C1")} if expected else set())


def test_twins_of_one_delivery_are_two():
    babies = [{"person_id": "C1", "outcome": "live_birth"}, {"person_id": "B1", "outcome": "live_birth"}]
    delivery = {"type": "delivery", "id": "DL1", "delivered_on": "2025-12-01", "babies": babies}
    first, second = {**CHILD, "mother_id": "W1"}, {**CHILD, "id": "B1", "mother_id": "W1"}
    assert raised(first, second, rules=("DQ-05",)) == {("DQ-05", "B1+C1")}
    assert raised(first, second, delivery, rules=("DQ-05",)) == set()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Siti Aminah", "Sitti Aminah", True),
        ("Soekarno Djaya", "Sukarno Jaya", True),
        ("Nur'aini", "Nuraini", True),
        ("Nur Hidayah", "Nurhidayah", True),
        ("Abdul Rahman", "Abdulrahman", True),
        ("Nur Hidayah", "Nurul Huda", False),
        ("Dewi Lestari", "Dwi Lestari", True),
        ("Hasan", "Husin", False),
        ("Dewi Lestari", "Rina Lestari", False),
    ],
)
def test_names_that_are_alike(one, other, expected):
    assert are_alike(one, other) is expected
